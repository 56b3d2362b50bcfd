"""Wrong addresses: each gives its own finding, and what it says to type works, whatever the client appends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.diagnosis.endpoints import APPENDS
from sandbox.diagnosis.examples import ExampleRequest
from sandbox.recorder import Exchange, Finding
from tests.diagnosis.golden import HOST, Golden, golden

WRONG = {
    "/scim/v2/scim/v2/Users": "endpoint-doubled",
    "/scim/scim/v2/Users": "endpoint-scim-before-scim-v2",
    "/scim/v2/scim/Users": "endpoint-scim-after-scim-v2",
    "/scim/scim/Users": "endpoint-scim-doubled",
    "/scim/v2/v2/Users": "endpoint-v2-doubled",
    "/Users": "endpoint-missing",
    "/": "endpoint-bare-host",
    "/scim/v1/Users": "endpoint-other-version",
    "/v2/Users": "endpoint-v2-alone",
    "/v1/people": "endpoint-is-rest-api",
    "/Scim/V2/Users": "endpoint-in-other-case",
    "/scim/v2%20/Users": "endpoint-with-white-space",
    "/https://api.4me.com/scim/v2/Users": "endpoint-url-in-path",
    "/scim/v2/Users/Users?count=1": "endpoint-with-resource",
    "/widget/scim/v2/Users": "endpoint-with-more-before",
    "/scim/v2/widget/Users": "endpoint-with-more-behind",
    "/console/Users": "endpoint-is-console",
    "/_sandbox/accounts/widget/Users": "endpoint-is-control-api",
    "/scim/v2?aadOptscim062020/Users": "endpoint-with-query",
    "/provisioning/import": "endpoint-unknown",
}
"""The target that arrives, and what is told of it."""
SPELLING = {
    "/scim/v2/users": "resource-in-other-case",
    "/scim/v2/User": "resource-in-singular",
    "/scim/v2/Groupss": "resource-unknown",
}
TOLERATED = {
    "/scim/v2//Groups": "slash-doubled",
    "/scim/v2/Groups/": "slash-at-end",
    "/scim/v2/Groups.json": "json-suffix",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Golden]:
    with golden() as opened:
        yield opened


def only(exchange: Exchange) -> Finding:
    assert len(exchange.findings) == 1, exchange.findings
    return exchange.findings[0]


def ask(sandbox: Golden, target: str) -> Exchange:
    return sandbox.play([ExampleRequest("GET", target)])[0]


@pytest.mark.parametrize(("target", "code"), WRONG.items())
def test_what_to_type_instead_works_for_each_client(target: str, code: str, sandbox: Golden) -> None:
    finding = next(each for each in ask(sandbox, target).findings if each.code == code)

    assert set(finding.type_instead) == set(APPENDS)
    for appends, typed in finding.type_instead.items():
        assert typed in finding.fix
        path = typed.removeprefix(f"http://{HOST}") + APPENDS[appends] + "/Users?count=1"
        assert ask(sandbox, path).status == 200


@pytest.mark.parametrize(("target", "code"), WRONG.items())
def test_a_wrong_address_gives_one_finding(target: str, code: str, sandbox: Golden) -> None:
    exchange = ask(sandbox, target)

    assert only(exchange).code == code
    assert exchange.status in (404, 401, 200)
    if exchange.status == 404:
        assert only(exchange).severity == "refused"
    if exchange.refusal is not None and exchange.refusal.error == "PlatformError":
        assert exchange.answer.text == '{"message":"Not Found"}'


@pytest.mark.parametrize(("target", "code"), SPELLING.items())
def test_a_wrong_name_of_a_resource_is_spelled_out(target: str, code: str, sandbox: Golden) -> None:
    assert only(ask(sandbox, target)).code == code


@pytest.mark.parametrize(("target", "code"), TOLERATED.items())
def test_what_is_tolerated_is_told_all_the_same(target: str, code: str, sandbox: Golden) -> None:
    exchange = ask(sandbox, target)

    finding = only(exchange)
    assert (exchange.status, finding.code, finding.severity) == (200, code, "slip")
    assert finding.expected is not None
    assert ask(sandbox, finding.expected).findings == ()


@pytest.mark.parametrize("target", ["/scim/v2//Groups", "/scim/v2/Groups.json"])
def test_the_same_is_why_it_is_refused_where_it_is_not_tolerated(target: str) -> None:
    with golden(dialect="rfc7644") as strict:
        exchange = ask(strict, target)

    assert exchange.status == 404
    assert (only(exchange).code, only(exchange).severity) == (TOLERATED[target], "refused")


@pytest.mark.parametrize(
    "target",
    [
        "/_sandbox/health",
        "/_sandbox/accounts/nobody",
        "/console",
        "/console/settings",
        "/console/accounts/widget/users",
    ],
)
def test_our_own_addresses_are_not_recorded(target: str, sandbox: Golden) -> None:
    before = len(sandbox.exchanges())

    sandbox.ask("GET", target, {})

    assert len(sandbox.exchanges()) == before


def test_with_several_endpoints_mounted_nobody_can_tell_what_a_client_appends() -> None:
    with golden() as both:
        ask(both, "/scim/v2/Groups")
        report = both.report()

    assert report["clients"][0]["endpoint"] == {"asked": {"/scim/v2": 1}, "appends": None, "type_at_4me": None}


@pytest.mark.parametrize(
    ("prefix", "path", "appends", "type_at_4me"),
    [
        pytest.param("/try", "/try/Users", "nothing", "https://api.4me.com/scim/v2", id="nothing"),
        pytest.param("/try", "/try/scim/Users", "/scim", "https://api.4me.com", id="scim"),
        pytest.param("/try", "/try/scim/v2/Users", "/scim/v2", "https://api.4me.com", id="scim v2"),
        pytest.param("/try", "/try/v2/Users", "/v2", "https://api.4me.com/scim", id="v2"),
        pytest.param("/scim/v2", "/scim/v2/scim/v2/Users", "/scim/v2", "https://api.4me.com", id="doubled"),
    ],
)
def test_with_one_endpoint_mounted_what_a_client_appends_shows_itself(
    prefix: str, path: str, appends: str, type_at_4me: str
) -> None:
    with golden(prefix=(prefix,)) as rehearsal:
        ask(rehearsal, path)
        report = rehearsal.report()

    assert report["clients"][0]["endpoint"] == {
        "asked": {path.removesuffix("/Users"): 1},
        "appends": appends,
        "type_at_4me": type_at_4me,
    }
