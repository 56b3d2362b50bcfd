"""Saving, comparing and setting back in the browser, with JavaScript and without."""

from __future__ import annotations

import pytest
from httpx2 import Client
from playwright.sync_api import expect

from tests.browser.conftest import SCRIPTING, Open

pytestmark = pytest.mark.xdist_group("browser")


@SCRIPTING
def test_a_snapshot_tells_what_has_changed_and_a_reset_takes_it_back(
    scripting: bool, open_page: Open, client: Client
) -> None:
    client.post("/Users", json={"userName": "ann@widget.example", "title": "Clerk"})
    page = open_page("/sandbox", java_script_enabled=scripting)
    page.get_by_label("Name").first.fill("before")
    page.get_by_role("button", name="Save snapshot").click()
    expect(page.get_by_role("status")).to_contain_text("1 user and 0 groups are kept as before")
    client.patch("/Users/1", json={"title": "Chief"})

    page.get_by_role("link", name="What changed since before").click()
    expect(page.get_by_role("table")).to_contain_text("Chief")

    page.go_back()
    page.locator("summary", has_text="Restore before").click()
    page.get_by_role("button", name="Restore before").click()

    expect(page.get_by_role("status")).to_contain_text("widget has 1 user and 0 groups now")
    assert client.get("/Users/1").json()["title"] == "Clerk"


@SCRIPTING
def test_the_directory_is_reset_to_a_seed(scripting: bool, open_page: Open, client: Client) -> None:
    page = open_page("/sandbox", java_script_enabled=scripting)
    page.get_by_label("Users", exact=True).fill("12")

    page.get_by_role("button", name="Reset to the seed").click()

    expect(page.get_by_role("status")).to_contain_text("widget has 12 users and 0 groups now")
    assert client.get("/Users").json()["totalResults"] == 12
