"""A rotation rehearsed in the browser, with JavaScript and without."""

from __future__ import annotations

import pytest
from httpx2 import Client
from playwright.sync_api import expect

from sandbox.running import RunningAccount
from tests.browser.conftest import SCRIPTING, Open

pytestmark = pytest.mark.xdist_group("browser")


@SCRIPTING
def test_rotate_see_both_tokens_advance_and_see_the_old_one_retire(
    scripting: bool, open_page: Open, account: RunningAccount, client: Client
) -> None:
    old = account.keyring.current
    assert old is not None
    page = open_page("/apps/scim", java_script_enabled=scripting)
    table = page.get_by_role("table")

    page.get_by_role("button", name="Rotate SCIM token").click()

    new = account.keyring.current
    assert new is not None
    expect(page.get_by_role("status")).to_contain_text(f"{new.fingerprint} is the SCIM access token now")
    expect(table.get_by_role("rowheader")).to_have_text([f"{new.fingerprint} current", f"{old.fingerprint} retiring"])
    expect(table).to_contain_text("30 days left")
    assert client.get("/Users").status_code == 200

    page.get_by_role("link", name="Clock", exact=True).click()
    page.get_by_role("button", name="To the end of the overlap").click()

    expect(page.get_by_role("status")).to_contain_text(f"Token t1 ({old.fingerprint}) is no longer accepted")
    assert client.get("/Users").status_code == 401
    page.get_by_role("link", name="Apps → SCIM").click()
    expect(table.get_by_role("rowheader")).to_have_text([f"{new.fingerprint} current"])


@SCRIPTING
def test_the_token_is_masked_until_it_is_revealed(scripting: bool, open_page: Open, account: RunningAccount) -> None:
    current = account.keyring.current
    assert current is not None
    page = open_page(java_script_enabled=scripting)
    expect(page.get_by_role("main")).not_to_contain_text(current.value)

    page.get_by_role("link", name="Reveal").click()
    expect(page.get_by_role("main")).to_contain_text(current.value)

    page.get_by_role("link", name="Hide").click()
    expect(page.get_by_role("main")).not_to_contain_text(current.value)


def test_endpoint_and_token_are_copied(open_page: Open, account: RunningAccount, url: str) -> None:
    page = open_page()

    page.get_by_role("button", name="Copy the SCIM endpoint").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{url}/scim/v2"

    page.get_by_role("button", name="Copy the SCIM access token").click()
    expect(page.get_by_role("button", name="Copied the SCIM access token")).to_be_visible()
    current = account.keyring.current
    assert current is not None
    assert page.evaluate("navigator.clipboard.readText()") == current.value


def test_without_javascript_there_is_no_button_that_does_nothing(open_page: Open) -> None:
    page = open_page("/apps/scim", java_script_enabled=False)

    expect(page.get_by_role("button", name="Copy")).to_have_count(0)


def test_a_token_is_revoked_only_after_a_second_look(open_page: Open, account: RunningAccount) -> None:
    page = open_page("/apps/scim")

    page.locator("summary", has_text="Revoke").click()
    assert account.keyring.current is not None
    page.get_by_role("button", name="Revoke …").click()

    expect(page.get_by_text("No token is accepted")).to_be_visible()
    assert account.keyring.current is None


def test_a_running_clock_ticks_and_a_frozen_one_stands(open_page: Open) -> None:
    page = open_page("/clock")
    shown = page.get_by_role("main").get_by_role("time").first
    frozen_at = shown.inner_text()

    page.get_by_role("button", name="Resume").click()

    expect(page.get_by_role("status")).to_contain_text("The clock is running")
    before = page.get_by_role("main").get_by_role("time").first.inner_text()
    expect(page.get_by_role("main").get_by_role("time").first).not_to_have_text(before)
    assert frozen_at.startswith("2026-03-02 03:00:00")


@SCRIPTING
def test_the_account_is_switched_and_the_section_stays(scripting: bool, open_page: Open) -> None:
    page = open_page("/clock", java_script_enabled=scripting)

    page.get_by_text("widget Production").first.click()
    page.get_by_role("link", name="widget-qa QA").click()

    expect(page).to_have_title("Clock · widget-qa · SCIM sandbox")
