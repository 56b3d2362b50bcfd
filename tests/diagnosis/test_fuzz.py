"""Whatever comes is examined, kept and told: no rule fails, and nothing that is told cannot be read back."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from sandbox.cli.exported_test import exported_test
from sandbox.exchange_text import exchange_line, explanation
from sandbox.recorder import har, read_exchange
from tests.diagnosis.golden import Golden, golden
from tests.web import fuzz_requests
from tests.web.fuzz_requests import Request
from tests.web.har import problems_of

EXAMPLES = settings(deadline=None, max_examples=settings().max_examples, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module", params=["4me", "rfc7644"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Golden]:
    with golden(dialect=request.param) as opened:
        yield opened


def check(request: Request, sandbox: Golden, caplog: pytest.LogCaptureFixture) -> None:
    """Send a request, and read what is kept of it in every form."""
    if request.target.startswith(("/_sandbox", "/console")):
        return
    headers = {**request.headers, **({"Authorization": sandbox.bearer["Authorization"]} if request.headers else {})}
    before = sandbox.account.recorder.exchanges()
    with caplog.at_level(logging.ERROR, logger="sandbox"):
        sandbox.ask(request.method, request.target, headers, request.content)
        listed = sandbox.account.recorder.exchanges()

    assert caplog.records == []
    fresh = [each for each in listed if not before or each.number > before[-1].number]
    assert len(fresh) == 1
    exchange = fresh[0]
    told = json.loads(json.dumps(exchange.as_json()))
    assert read_exchange(told).findings == exchange.findings
    assert exchange.status < 400 or exchange.findings
    assert exchange_line(told)
    assert explanation(told)
    assert list(problems_of(har([exchange], "1"))) == []
    compile(exported_test([told], {}), "exported", "exec")


@EXAMPLES
@given(request=fuzz_requests.bodies)
def test_any_write_is_examined(request: Request, sandbox: Golden, caplog: pytest.LogCaptureFixture) -> None:
    check(request, sandbox, caplog)


@EXAMPLES
@given(request=fuzz_requests.queries)
def test_any_query_is_examined(request: Request, sandbox: Golden, caplog: pytest.LogCaptureFixture) -> None:
    check(request, sandbox, caplog)


@EXAMPLES
@given(request=fuzz_requests.raws)
def test_any_bytes_are_examined(request: Request, sandbox: Golden, caplog: pytest.LogCaptureFixture) -> None:
    check(request, sandbox, caplog)
