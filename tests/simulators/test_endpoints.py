"""``scim-sandbox endpoints``: each client's form, filled in."""

from __future__ import annotations

from sandbox.cli.simulate import CLIENTS
from tests.simulators.conftest import SandboxAt, TypeIn, as_json


def test_every_client_s_form_is_filled_in_for_the_sandbox_and_for_4me(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    url = sandbox_at()
    token = as_json(type_in("token", "show", "--json"))["token"]

    items = as_json(type_in("endpoints", "--json"))["items"]

    typed = {(row["client"], row["mode"], row["field"]): (row["sandbox"], row["4me"]) for row in items}
    assert {row["client"] for row in items} == {*CLIENTS, "script"}
    assert typed["entra", "default", "Tenant URL"] == (f"{url}/scim/v2", "https://api.4me.qa/scim/v2")
    assert typed["entra", "optscim", "Tenant URL"][0] == f"{url}/scim/v2?aadOptscim062020"
    assert typed["entra", "default", "Secret Token"][0] == token
    assert typed["okta", "oin", "API token (Header Auth)"][0] == f"Bearer {token}"
    assert typed["okta", "aiw", "Authorization"][0] == token
    assert typed["script", "http", "Authorization"] == (
        f"Bearer {token}",
        "Bearer <the account's SCIM access token>",
    )
    assert typed["onelogin", "v2", "SCIM Bearer Token"][0] == token
    assert typed["google", "users", "Endpoint URL"][0] == f"{url}/scim/v2"
    assert all(row["evidence"] in {"documented", "seen", "inferred"} for row in items)


def test_one_client_s_form_is_shown_alone(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at()

    text = type_in("endpoints", "google").stdout

    assert "Google Workspace, mode users" in text
    assert "Apps → Web and mobile apps → your application → Autoprovisioning" in text
    assert "Okta" not in text
    assert "needs a tunnel" in " ".join(text.split())


def test_one_way_of_working_is_shown_alone(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at()

    items = as_json(type_in("endpoints", "okta", "--mode", "oin", "--json"))["items"]
    unknown = type_in("endpoints", "okta", "--mode", "v2")

    assert [row["field"] for row in items] == ["Base URL", "API token (Header Auth)"]
    assert unknown.exit_code == 2
    assert "okta has no mode 'v2'; there are aiw, oin, spec" in unknown.stderr


def test_the_account_chooses_the_token(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at()
    token = as_json(type_in("token", "show", "--account", "widget-qa", "--json"))["token"]

    assert token in type_in("endpoints", "okta", "--account", "widget-qa").stdout


def test_other_prefixes_are_shown_as_they_are_mounted(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    url = sandbox_at(prefix=("/scim",)).removesuffix("/scim")

    assert f"here  {url}/scim\n" in type_in("endpoints", "entra", "--url", url).stdout
