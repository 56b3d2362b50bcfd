"""Whatever is refused is explained: each error by a finding of its own, or by one that carries its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest

from sandbox.diagnosis import RULES, Examiner, Situation
from sandbox.diagnosis.refusal_rules import PLAIN_RULES
from sandbox.dialect import read_dialect
from sandbox.recorder import UNREADABLE, Content, Exchange, Finding, Presented, Refusal
from sandbox.scim import errors
from sandbox.scim.errors import ScimError
from sandbox.web.errors import PlatformError
from tests.conftest import START

SITUATION = Situation(dialect=read_dialect("4me"), prefixes=("/scim/v2", "/scim"))


def subclasses(of: type[Exception]) -> Iterator[type[Exception]]:
    for each in of.__subclasses__():
        yield each
        yield from subclasses(each)


def exchange(**changes: Any) -> Exchange:
    """Return a request that was answered, as the examiner gets it."""
    given: dict[str, Any] = {
        "number": 1,
        "account": "widget",
        "at": START,
        "duration_ms": 1.0,
        "method": "PUT",
        "target": "/scim/v2/ResourceTypes/User",
        "http_version": "HTTP/1.1",
        "scheme": "http",
        "headers": {"Host": "localhost:4630", "Content-Type": "application/scim+json"},
        "body": Content(b"{}", 2),
        "status": 400,
        "answer_headers": {},
        "answer": Content(),
        "presented": Presented("accepted", fingerprint="…1234567"),
    }
    return Exchange(**{**given, **changes})


def found(**changes: Any) -> list[Finding]:
    """Return what is found in one exchange by itself."""
    return list(Examiner(SITUATION).examine(exchange(**changes), False)[1])


ERRORS = sorted(
    {each for each in subclasses(ScimError) if each.__module__ == errors.__name__}, key=lambda it: it.__name__
)


@pytest.mark.parametrize("error", ERRORS, ids=lambda it: it.__name__)
def test_each_error_of_scim_is_explained_with_its_sentence(error: type[ScimError]) -> None:
    findings = found(status=int(error.status), refusal=Refusal(error.__name__, "title must be a string"))

    refused = [each for each in findings if each.severity == "refused"]
    assert len(refused) == 1
    assert "itle" in refused[0].message
    assert refused[0].fix
    assert refused[0].source


def test_each_error_of_scim_has_a_row() -> None:
    told = {rule.look.args[0] for rule in PLAIN_RULES if hasattr(rule.look, "args")}

    assert {each.__name__ for each in ERRORS} - told <= {"MissingValueError"}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (HTTPStatus.BAD_REQUEST, "bad-request"),
        (HTTPStatus.TOO_MANY_REQUESTS, "rate-limited"),
        (HTTPStatus.INTERNAL_SERVER_ERROR, "sandbox-failed"),
        (HTTPStatus.INSUFFICIENT_STORAGE, "state-not-written"),
        (HTTPStatus.IM_A_TEAPOT, "refused"),
    ],
)
def test_each_refusal_of_the_platform_is_explained(status: HTTPStatus, code: str) -> None:
    refusal = Refusal(PlatformError.__name__, "the disk is full")

    findings = found(status=int(status), target="/scim/v2/Users", refusal=refusal)

    assert code in [each.code for each in findings]
    assert next(each for each in findings if each.code == code).severity == "refused"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("NotSupportedError", "not-supported"),
        ("InvalidPathError", "invalid-path"),
        ("UniquenessError", "uniqueness"),
        ("SomethingNewError", "refused"),
        (None, "bad-request"),
    ],
)
def test_an_error_without_a_rule_of_its_own_is_explained(error: str | None, code: str) -> None:
    refusal = None if error is None else Refusal(error, "it is not so")

    findings = found(refusal=refusal)

    assert [each.code for each in findings] == [code]
    if refusal is not None:
        assert findings[0].message == "It is not so."


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("tls_to_http", 400, "endpoint-https-to-http"),
        ("http_to_tls", 400, "endpoint-http-to-https"),
        ("tls_failed", 0, "endpoint-tls-failed"),
        ("bad_request", 400, "endpoint-no-http"),
        ("timeout", 408, "endpoint-no-http"),
        ("unknown_version", 505, "endpoint-no-http"),
    ],
)
def test_a_connection_without_a_request_is_explained(kind: str, status: int, code: str) -> None:
    findings = found(method=UNREADABLE, target="", status=status, refusal=Refusal(kind, "line 1 is no request line"))

    assert [each.code for each in findings] == [code]
    assert findings[0].severity == "refused"
    if code in ("endpoint-no-http", "endpoint-tls-failed"):
        assert "ine 1 is no request line." in findings[0].message


def test_codes_are_stable_words_and_said_once() -> None:
    for code, rule in RULES.items():
        assert code == rule.code
        assert code.replace("-", "").isalnum()
        assert code == code.lower()
        assert not rule.title.endswith(".")
        assert rule.fix.endswith(".")
