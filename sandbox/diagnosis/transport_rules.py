"""Rules about how a request travels: its protocol, its headers, its size (facts/4me.md 3)."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.diagnosis.case import Case
from sandbox.diagnosis.rule import ANY_ANSWER, EVERYTHING, REFUSAL, Rule, Told, When
from sandbox.diagnosis.sources import CHOSEN, CONFIG, DOCUMENTED, HINT, INFERRED, SLIP, rfc
from sandbox.recorder import UNREADABLE
from sandbox.scim.errors import quoted

LONG_TARGET_BYTES = 8_000
"""How long a target may be and still pass every server on the way (RFC 9112 §3)."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _conditional(case: Case) -> Iterator[Told]:
    for name in ("if-match", "if-none-match"):
        if name in case.headers and not case.choices.etag:
            shown = "If-Match" if name == "if-match" else "If-None-Match"
            yield Told(
                f"{shown} came along, but 4me has no versions: nobody looked at it.",
                where=f"header {shown}",
                received=case.headers[name][:80],
            )


def _old_http(case: Case) -> Iterator[Told]:
    if case.exchange.http_version == "HTTP/1.0":
        yield Told(
            "The request came as HTTP/1.0, which makes a connection for each call and may have no Host.",
            where="request line",
            expected="HTTP/1.1",
            received="HTTP/1.0",
        )


def _odd_header(case: Case) -> Iterator[Told]:
    for name, value in case.exchange.headers.items():
        if not value.isascii():
            yield Told(
                f"The header {quoted(name)} has bytes in it that are not ASCII.",
                where=f"header {name}",
                received=ascii(value)[1:-1][:80],
            )


def _long_target(case: Case) -> Iterator[Told]:
    length = len(case.exchange.target)
    if length > LONG_TARGET_BYTES:
        yield Told(
            f"The target has {length} bytes; servers on the way may refuse more than {LONG_TARGET_BYTES}.",
            where="request line",
            expected=f"at most {LONG_TARGET_BYTES} bytes",
            received=f"{length} bytes",
        )


def _unknown_method(case: Case) -> Iterator[Told]:
    if case.method not in METHODS and case.method != UNREADABLE:
        yield Told(
            f"{quoted(case.method)} is no method that SCIM has.",
            where="request line",
            expected="GET, POST, PUT, PATCH or DELETE",
            received=case.method[:40],
        )


def _body_of_get(case: Case) -> Iterator[Told]:
    if case.method == "GET" and case.exchange.body.length:
        yield Told("A GET came with a body, which nobody reads.", where="body")


TRANSPORT_RULES = (
    Rule("version-asked", SLIP, "A version was asked for", "Leave out If-Match and If-None-Match: etag is unsupported.",
         CONFIG, DOCUMENTED, EVERYTHING, _conditional),
    Rule("http-1-0", HINT, "The request came as HTTP/1.0", "Use HTTP/1.1.", rfc(9112, "2.3"), INFERRED, EVERYTHING,
         _old_http),
    Rule("header-not-ascii", SLIP, "A header is not ASCII", "Encode what is not ASCII, or leave it out.",
         rfc(9110, "5.5"), DOCUMENTED, EVERYTHING, _odd_header),
    Rule("target-too-long", SLIP, "The target is very long", "Ask for less at a time: a filter for one name.",
         rfc(9112, "3"), DOCUMENTED, When(answers=ANY_ANSWER, needs_query=True), _long_target),
    Rule("method-unknown", SLIP, "The method is none of SCIM's", "Use the method that the RFC has for the operation.",
         rfc(7644, "3.2"), DOCUMENTED, REFUSAL, _unknown_method),
    Rule("get-with-body", HINT, "A GET has a body", "Leave the body out.", rfc(9110, "9.3.1"), CHOSEN,
         When(methods=frozenset({"GET"}), answers=ANY_ANSWER, needs_body=True), _body_of_get),
)  # fmt: skip
