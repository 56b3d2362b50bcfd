"""Wrong tokens: each gives its own finding, and the header it says to send works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.diagnosis.examples import ExampleRequest, examples
from sandbox.recorder import Exchange
from tests.diagnosis.golden import Golden, golden

WRONG = {
    example.codes[0]: example.requests[0]
    for example in examples()
    if example.kind == "trips"
    and example.codes[0].startswith("token-")
    and example.codes[0] not in ("token-retiring", "token-of-another-account")
}
"""One way to get the token wrong each."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Golden]:
    with golden() as opened:
        yield opened


def ask(sandbox: Golden, request: ExampleRequest) -> Exchange:
    return sandbox.play([request])[0]


def test_there_are_at_least_twelve() -> None:
    assert len(WRONG) >= 12


@pytest.mark.parametrize("code", WRONG)
def test_a_wrong_token_gives_one_finding_and_the_answer_tells_nothing(code: str, sandbox: Golden) -> None:
    exchange = ask(sandbox, WRONG[code])

    assert [finding.code for finding in exchange.findings] == [code]
    assert exchange.findings[0].severity == "refused"
    assert (exchange.status, exchange.answer.text) == (401, '{"message":"Unauthorized"}')
    assert exchange.answer_headers.keys() == {"Content-Type", "Content-Length", "X-Sandbox-Exchange"}


@pytest.mark.parametrize("code", WRONG)
def test_the_header_that_is_expected_works(code: str, sandbox: Golden) -> None:
    finding = ask(sandbox, WRONG[code]).findings[0]

    assert finding.expected is not None
    name, _, value = finding.expected.partition(": ")
    scheme, _, fingerprint = value.partition(" ")
    whole = next(token for token in known_tokens(sandbox) if fingerprint.removeprefix("…") == token[-7:])
    assert ask(sandbox, ExampleRequest("GET", "/scim/v2/Users", headers={name: f"{scheme} {whole}"})).status == 200


def known_tokens(sandbox: Golden) -> list[str]:
    return [token.value for account in sandbox.sandbox.accounts.values() for token in account.keyring.tokens]


@pytest.mark.parametrize("code", WRONG)
def test_no_secret_is_shown(code: str, sandbox: Golden) -> None:
    shown = str(ask(sandbox, WRONG[code]).as_json())

    for name, secret in sandbox.variables.items():
        assert secret not in shown, name


def test_a_token_of_the_other_account_names_it_and_the_command(sandbox: Golden) -> None:
    other = sandbox.variables["token_of_widget_qa"]
    request = ExampleRequest("GET", "/scim/v2/Users", headers={"Authorization": f"Bearer {other[:-1]}"})

    exchange = ask(sandbox, request)

    assert exchange.account == "widget-qa"
    assert "of widget-qa" in exchange.findings[0].message
    assert "scim-sandbox token show --account widget-qa" in exchange.findings[0].fix


@pytest.mark.parametrize(
    ("header", "code"),
    [
        pytest.param("bearer {{token_first_half}}", "token-truncated", id="first half"),
        pytest.param("Bearer {{token_second_half}}", "token-truncated", id="second half"),
        pytest.param("Bearer {{token}}{{token}}", "token-too-long", id="twice"),
        pytest.param("Bearer '{{token}}'", "token-in-quotes", id="single quotes"),
        pytest.param("Bearer “{{token}}”", "token-in-quotes", id="curly quotes"),
        pytest.param("Bearer {{token}}%0A", "token-with-white-space", id="encoded line break"),
        pytest.param("Bearer {{token}}\\n", "token-with-white-space", id="written line break"),
        pytest.param("Bearer\t{{token}}", "token-with-white-space", id="a tab"),
        pytest.param("Bearer:{{token}}", "token-glued-to-scheme", id="a colon and no space"),
        pytest.param("Bearer{{token}}", "token-glued-to-scheme", id="no space"),
        pytest.param("Bearer undefined", "token-is-placeholder", id="undefined"),
        pytest.param("Bearer <token>", "token-is-placeholder", id="angle brackets"),
        pytest.param("Bearer {{{{token}}}}", "token-is-placeholder", id="a template that was not filled"),
        pytest.param("Bearer $SCIM_TOKEN", "token-is-placeholder", id="a shell variable"),
        pytest.param("Bearer …fb2a72e", "token-is-masked", id="a fingerprint"),
        pytest.param("Bearer Bearer {{token_first_half}}", "token-scheme-doubled", id="twice and cut off"),
        pytest.param("Basic {{token}}", "token-as-basic", id="Basic with the bare token"),
        pytest.param("OAuth {{token}}", "token-wrong-scheme", id="OAuth"),
        pytest.param("{{token_first_half}}", "token-truncated", id="cut off and without a scheme"),
        pytest.param("Bearer öäü", "token-unknown", id="not ASCII"),
        pytest.param("Digest username=x", "token-wrong-scheme", id="Digest"),
    ],
)
def test_a_token_is_known_again_in_many_forms(header: str, code: str, sandbox: Golden) -> None:
    filled = sandbox.filled(header.replace("{{{{", "\x01").replace("}}}}", "\x02"))
    raw = filled.replace("\x01", "{{").replace("\x02", "}}").encode().decode("latin-1")

    sandbox.ask("GET", "/scim/v2/Users", {"Authorization": raw})

    assert [finding.code for finding in sandbox.exchanges()[-1].findings] == [code]


def test_the_client_that_has_the_old_token_is_told_once(sandbox: Golden) -> None:
    request = ExampleRequest("GET", "/scim/v2/Groups", headers={"Authorization": "Bearer {{retiring_token}}"})

    codes = [[finding.code for finding in ask(sandbox, request).findings] for _ in range(3)]

    assert codes == [["token-retiring"], [], []]
