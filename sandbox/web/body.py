"""Reading the body of a request: its size, its media type, its JSON."""

from __future__ import annotations

from json import JSONDecodeError, JSONDecoder, detect_encoding, dumps
from math import isfinite
from typing import Any

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from sandbox.scim.errors import BodyTooLargeError, InvalidSyntaxError, MediaTypeError, quoted
from sandbox.scim.rules import MediaTypeRule
from sandbox.web.context import asked_header, current_sandbox, notes

JSON_MEDIA_TYPES = ("", "application/scim+json", "application/json")

MAX_LEVELS = 64
"""How many objects and arrays may stand inside each other; no SCIM body needs ten."""


def read_body() -> Any:
    """Return the JSON value in the body.

    Raises:
        BodyTooLargeError: when it is over the limit.
        MediaTypeError: when it is compressed, or the dialect does not read its media type.
        InvalidSyntaxError: when it is no JSON, or JSON that cannot be kept: NaN, half a surrogate pair, too deep.
    """
    coding = asked_header("HTTP_CONTENT_ENCODING")
    if coding and coding.strip().lower() not in ("", "identity"):
        coding = quoted(coding)
        raise MediaTypeError(f"Content-Encoding {coding} is not supported: send the body as it is")
    if (
        current_sandbox().dialect.choices.media_type_in is MediaTypeRule.JSON
        and request.mimetype not in JSON_MEDIA_TYPES
    ):
        raise MediaTypeError(f"a body must be application/scim+json, but this is {quoted(request.mimetype)}")
    return read_json(read_bytes())


def read_bytes() -> bytes:
    """Return the body as it came, and leave it for the recorder.

    Raises:
        BodyTooLargeError: when it is over the limit.
    """
    environ = notes().environ
    length = environ.get("CONTENT_LENGTH") or ""
    most = current_sandbox().settings.max_body_bytes
    is_whole = "wsgi.input_terminated" in environ and "HTTP_TRANSFER_ENCODING" not in environ
    if is_whole and length.isdecimal() and int(length) <= most:
        body: bytes = environ["wsgi.input"].read(int(length))  # what werkzeug comes to by way of two streams
    else:
        try:
            body = request.get_data(cache=True)
        except RequestEntityTooLarge:
            raise BodyTooLargeError(most) from None
    notes().body = body
    return body


def read_json(body: bytes) -> Any:
    """Return the value of a JSON text (RFC 8259, UTF-8).

    Raises:
        InvalidSyntaxError: saying where it stops being JSON, and what is expected there.
    """
    if not body.strip():
        raise InvalidSyntaxError("the body is empty; this request needs a JSON object")
    try:
        value = _parsed(_decoded(body))
        if b"\\u" in body:
            dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise _too_deep() from None
    except UnicodeEncodeError:
        raise InvalidSyntaxError("the body has half of a surrogate pair in a \\u escape") from None
    if body.count(b"[") + body.count(b"{") > MAX_LEVELS:
        _check_levels(value)
    return value


def _decoded(body: bytes) -> str:
    encoding = detect_encoding(body)
    if not encoding.startswith("utf-8"):
        raise InvalidSyntaxError(f"the body must be UTF-8, but looks like {encoding.upper()}")
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidSyntaxError(f"the body is not UTF-8: byte {error.start + 1} cannot be read") from None


def _parsed(text: str) -> Any:
    try:
        _check_begin(text)
        return _DECODER.decode(text)
    except JSONDecodeError as error:
        raise InvalidSyntaxError(f"the body is not JSON: {_problem(error)}") from None
    except ValueError:  # the one left: Python reads no whole number of more than 4,300 digits
        raise InvalidSyntaxError("the body is not JSON that can be kept: a number has too many digits") from None


def _check_begin(text: str) -> None:
    """Pass when a text begins with no byte order mark (one was taken off already), which the decoder lets be."""
    if text.startswith("\ufeff"):
        raise JSONDecodeError("A byte order mark", text, 0)


def _problem(error: JSONDecodeError) -> str:
    """Say where a text stops being JSON, what is expected there, and the character found (more could be a secret)."""
    expected = next((words for start, words in _EXPECTED.items() if error.msg.startswith(start)), "JSON is expected")
    found = quoted(error.doc[error.pos]) if error.pos < len(error.doc) else "the end"
    return f"line {error.lineno}, column {error.colno}: {expected}, found {found}"


_EXPECTED = {
    "Expecting value": "a value is expected",
    "Expecting property name": "a name in double quotes is expected",
    "Illegal trailing comma": "no comma is expected before the closing bracket",
    "Expecting ':'": "a colon is expected",
    "Expecting ','": "a comma or a closing bracket is expected",
    "Extra data": "the end is expected, as the value is complete",
    "Unterminated string": "a closing double quote is expected for the text that begins here",
    "Invalid control character": "a control character inside text is expected as an escape, such as \\n",
    "Invalid \\uXXXX": "four hexadecimal digits are expected after \\u",
    "Invalid \\escape": "an escape is expected after a backslash, which itself is written \\\\",
}
"""What is expected where Python's reader stops, by how its own message begins."""


def _check_levels(value: Any) -> None:
    """Pass when objects and arrays stand inside each other at most ``MAX_LEVELS`` deep.

    Raises:
        InvalidSyntaxError: when they stand deeper.
    """
    level = [value]
    for _ in range(MAX_LEVELS + 1):
        level = [each for each in level if isinstance(each, dict | list)]
        if not level:
            return
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each)]
    raise _too_deep()


def _too_deep() -> InvalidSyntaxError:
    return InvalidSyntaxError(f"the body nests too deeply: {MAX_LEVELS} levels are the limit here")


def _refuse_constant(name: str) -> Any:
    raise InvalidSyntaxError(f"the body is not JSON: {name} is no JSON value")


def _read_float(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise InvalidSyntaxError(f"the body is not JSON that can be kept: the number {quoted(text)} is too large")
    return number


_DECODER = JSONDecoder(parse_constant=_refuse_constant, parse_float=_read_float)
