"""Random bytes, JSON, targets and headers: never a 5xx, always an answer that can be read, no change by a refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.web import fuzz_requests
from tests.web.fuzz_requests import Request
from tests.web.malformed_row import DIALECTS
from tests.web.world import Answer, World

FACTOR = max(settings().max_examples // 100, 1)
"""A Hypothesis profile may ask for more."""

JSON_TYPES = ("application/json; charset=utf-8", "application/scim+json; charset=utf-8")
EMPTY = (204, 304)
OWN = re.compile("/*(_sandbox|console)")
"""How a target begins that belongs to the owner of the sandbox, with as many slashes as there may be."""
PAGES = re.compile("/*console")
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
"""Methods that change nothing (RFC 9110 §9.2.1)."""
DECLARED_UNSUPPORTED = re.compile(r"/(Me|Bulk)(\.json)?/*(\?|$)")
"""Where 501 is the right answer."""


def examples(number: int) -> Callable[[Any], Any]:
    """Return the setting of so many examples, times what the profile asks for."""
    return settings(max_examples=number * FACTOR, deadline=None, suppress_health_check=list(HealthCheck))


class Fuzzed:
    """A sandbox that is as it was at first whenever a request comes, with what it showed then."""

    def __init__(self, dialect: str) -> None:
        self._world = World(dialect)
        self._world.populate()
        self._export = self._world.export()

    def close(self) -> None:
        self._world.close()

    def check(self, request: Request) -> None:
        """Send a request, check the answer, and that the state is as it was unless the answer says success."""
        answer = self._world.ask(request.method, request.target, request.headers, request.content)

        check_answer(request, answer)
        if answer.status < 400 and OWN.match(request.target) and request.method not in SAFE:
            self._renew()  # the owner may do anything, and may have deleted the account
            return
        after = self._world.export()
        if after != self._export:
            self._renew()
            assert answer.status < 400, (request, answer, after)
            assert request.method not in SAFE, (request, answer, after)
        elif answer.status < 400 and request.method not in SAFE:
            self._renew()

    def _renew(self) -> None:
        self._world.close()
        self._world = World(self._world.dialect)
        self._world.populate()


def check_answer(request: Request, answer: Answer) -> None:
    """Pass when an answer can be read by whoever asked.

    Raises:
        AssertionError: when it cannot, or says that the sandbox failed.
    """
    unsupported = answer.status == 501 and DECLARED_UNSUPPORTED.search(request.target)
    assert 200 <= answer.status < 500 or unsupported, (request, answer)
    if answer.status in EMPTY or request.method.upper() == "HEAD":
        assert answer.body == b"", (request, answer)
        return
    if PAGES.match(request.target) and answer.headers["Content-Type"] not in JSON_TYPES:
        assert answer.headers["Content-Type"].startswith(("text/", "image/")), (request, answer)
        assert answer.headers["X-Content-Type-Options"] == "nosniff", (request, answer)
        return
    assert answer.headers["Content-Type"] in JSON_TYPES, (request, answer)
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    body = answer.json()
    if answer.status >= 400:
        says = body.get("detail") or body.get("message") or body["error"]["message"]
        assert isinstance(says, str), (request, answer)
        assert says, (request, answer)


@pytest.fixture(scope="module", params=DIALECTS)
def fuzzed(request: pytest.FixtureRequest) -> Iterator[Fuzzed]:
    """Return a sandbox of each dialect."""
    sandbox = Fuzzed(request.param)
    yield sandbox
    sandbox.close()


@examples(1_000)
@given(request=fuzz_requests.bodies)
def test_no_body_breaks_the_sandbox(fuzzed: Fuzzed, request: Request) -> None:
    fuzzed.check(request)


@examples(700)
@given(request=fuzz_requests.queries)
def test_no_query_breaks_the_sandbox(fuzzed: Fuzzed, request: Request) -> None:
    fuzzed.check(request)


@examples(800)
@given(request=fuzz_requests.raws)
def test_no_bytes_break_the_sandbox(fuzzed: Fuzzed, request: Request) -> None:
    fuzzed.check(request)
