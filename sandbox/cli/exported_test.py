"""A range of exchanges as a test file that plays them again on a fresh sandbox of the same seed.

No token is in the file: it asks the sandbox that it starts. Ids that were given out in the range are taken from the
answers; times are not compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sandbox.cli.python_text import Names, python_text

Json = Mapping[str, Any]

SENT_HEADERS = frozenset({"accept", "content-type", "content-encoding", "if-match", "if-none-match", "x-4me-account"})
REDACTED = "[redacted]"
WRITES = ("POST", "PUT", "PATCH", "DELETE")
SHOWN_LIST = ("totalResults", "itemsPerPage", "startIndex")

_TOP = '''"""{title}

Made by `scim-sandbox export pytest`. It needs scim-sandbox and pytest, and starts a sandbox of its own.
"""

import json
import subprocess
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

SERVE = {serve}
ACCOUNT = {account}


class Answer:
    """What came back."""

    def __init__(self, status, content):
        self.status = status
        self.json = plain(json.loads(content)) if content else None


class Client:
    """A provisioning client of one account."""

    def __init__(self, url, token):
        self.host = urlsplit(url).netloc
        self.token = token

    def ask(self, method, target, authorization="Bearer {{token}}", headers=None, body=None):
        headers = dict(headers or {{}})
        if authorization is not None:
            headers["Authorization"] = authorization.format(token=self.token)
        content = body if body is None or isinstance(body, str) else json.dumps(body)
        connection = HTTPConnection(self.host, timeout=30)
        try:
            connection.request(method, target, None if content is None else content.encode(), headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read())
        finally:
            connection.close()


def plain(value):
    """Return a JSON value without what names a host or a time."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {{name: plain(inner) for name, inner in value.items() if name not in ("meta", "$ref")}}
    return value


@pytest.fixture(scope="module")
def client():
    command = [sys.executable, "-m", "sandbox", "serve", *SERVE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            facts = json.loads(process.stdout.readline())
            account = next(each for each in facts["accounts"] if each["name"] == ACCOUNT)
            yield Client(facts["url"], account["token"])
        finally:
            process.terminate()


def test_the_exchanges_are_answered_as_they_were(client):
'''


def exported_test(exchanges: Sequence[Json], facts: Json) -> str:
    """Return the test file; *facts* are ``account``, ``seed``, ``dialect``, ``prefixes`` and ``since`` (an id)."""
    shown = [each for each in exchanges if _number(each) > facts.get("since", 0)]
    first = shown[0]["id"] if shown else "none"
    title = f"Exchanges {first} to {shown[-1]['id']} of a SCIM client." if shown else "No exchange of a SCIM client."
    top = _TOP.format(
        title=title,
        serve=python_text(_serve(exchanges, facts), 0),
        account=json.dumps(facts.get("account", "widget")),
    )
    return top + "".join(f"    {line}".rstrip() + "\n" for line in _steps(exchanges, facts.get("since", 0))) + "\n"


def _serve(exchanges: Sequence[Json], facts: Json) -> list[str]:
    """Return the flags of a sandbox like the one that was asked."""
    flags = ["--port", "0", "--ephemeral", "--json"]
    for name, value in facts.get("seed", {}).items():
        flags += [f"--{name}", str(value)]
    for prefix in facts.get("prefixes", ()):
        flags += ["--prefix", prefix]
    if "dialect" in facts:
        flags += ["--dialect", facts["dialect"]]
    return [*flags, "--clock", exchanges[0]["at"][:19] + "Z"] if exchanges else flags


def _steps(exchanges: Iterable[Json], since: int) -> Iterator[str]:
    """Yield the lines of the test: what changed the directory before, then each exchange."""
    names = Names()
    for exchange in exchanges:
        is_preparation = _number(exchange) <= since
        if is_preparation and not exchange["change_total"]:
            continue
        yield from _step(exchange, names, is_preparation=is_preparation)
    yield from () if names.has_steps else ("pass",)


def _step(exchange: Json, names: Names, *, is_preparation: bool) -> Iterator[str]:
    remark = ", which comes before" if is_preparation else ""
    why = _why_left_out(exchange)
    if why:
        yield f"# {exchange['id']}{remark} is left out: {why}"
        return
    names.has_steps = True
    yield f"# {exchange['id']}{remark}: {_one_line(exchange)}"
    yield f"answer = client.ask({', '.join(_arguments(exchange, names))})"
    yield f"assert answer.status == {exchange['status']}"
    created = names.created(exchange)
    if created is not None:
        yield f'{created} = answer.json["id"]'
    if not is_preparation:
        yield from _expectations(exchange, names)
    yield ""


def _why_left_out(exchange: Json) -> str | None:
    if not exchange["request"]["body_is_whole"]:
        return "its body was not kept whole"
    if REDACTED in exchange["target"]:
        return "its address had a secret in it"
    if not exchange["target"].startswith("/") or not exchange["status"]:
        return "it cannot be sent again as it was"
    return None


def _one_line(exchange: Json) -> str:
    codes = ", ".join(finding["code"] for finding in exchange["findings"])
    target = exchange["target"] if len(exchange["target"]) <= 60 else f"{exchange['target'][:57]}..."
    line = f"{exchange['method']} {target} {codes}".strip()
    return line.encode("ascii", "backslashreplace").decode()


def _arguments(exchange: Json, names: Names) -> Iterator[str]:
    yield json.dumps(exchange["method"])
    yield names.target(exchange["target"])
    authorization = _authorization(exchange["token"])
    if authorization is not _TOKEN:
        yield f"authorization={authorization!r}"
    headers = {
        name: value
        for name, value in exchange["request"]["headers"].items()
        if name.lower() in SENT_HEADERS and value != "*/*" and REDACTED not in value and value.isascii()
    }
    if headers:
        yield f"headers={python_text(headers, 4)}"
    body = exchange["request"]["body"]
    if body is not None:
        yield f"body={_body(body, names)}"


_TOKEN = "Bearer {token}"


def _authorization(token: Json) -> str | None:
    """Return a header that is as wrong as the one that came, or the right one."""
    if token["verdict"] == "accepted":
        return _TOKEN
    return None if token["verdict"] in ("none", "in-query") else "Bearer not-the-token"


def _body(text: str, names: Names) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return repr(text)
    return names.text(value, 4) if isinstance(value, dict | list) else repr(text)


def _expectations(exchange: Json, names: Names) -> Iterator[str]:
    """Yield what is asserted of the answer, beside its status."""
    answer = _read(exchange["response"])
    if not isinstance(answer, dict) or "meta." in exchange["target"]:
        return
    if "Resources" in answer:
        for name in SHOWN_LIST:
            yield f'assert answer.json["{name}"] == {answer[name]}'
        keys = [each.get("userName") or each.get("displayName") or each.get("id") for each in answer["Resources"]]
        if all(isinstance(key, str) for key in keys):
            listed = python_text(keys, 4)
            yield 'keys = [each.get("userName") or each.get("displayName") or each.get("id")'
            yield '        for each in answer.json["Resources"]]'
            yield f"assert keys == {listed}"
    elif "id" in answer and exchange["method"] in (*WRITES, "GET") and REDACTED not in str(answer):
        yield f"assert answer.json == {names.text(_plain(answer), 4)}"
    elif "detail" in answer and REDACTED not in str(answer):
        yield f'assert answer.json["detail"] == {names.text(answer["detail"], 4)}'


def _read(response: Json) -> Any:
    body = response["body"]
    if body is None or not response["body_is_whole"]:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return None


def _plain(value: Any) -> Any:
    """Return a JSON value without what names a host or a time, as the test compares it."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if name not in ("meta", "$ref")}
    return value


def _number(exchange: Json) -> int:
    return int(exchange["id"].removeprefix("x"))
