"""What comes in, seen the moment it comes."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from httpx2 import Client
from playwright.sync_api import expect

from sandbox.running import RunningAccount
from tests.browser.conftest import Open

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def real(url: str, account: RunningAccount) -> Iterator[Client]:
    """Return a provisioning client that speaks over a socket."""
    current = account.keyring.current
    assert current is not None
    with Client(base_url=f"{url}/scim/v2", headers={"Authorization": f"Bearer {current.value}"}) as client:
        yield client


def test_the_first_page_waits_and_shows_the_first_request_without_a_reload(open_page: Open, real: Client) -> None:
    page = open_page()
    expect(page.get_by_text("Waiting for the first request")).to_be_visible()
    page.evaluate("window.loadedOnce = true")

    real.get("/Users", params={"count": "2"})

    expect(page.get_by_role("link", name="GET /scim/v2/Users?count=2")).to_be_visible()
    expect(page.get_by_text("Waiting for the first request")).to_have_count(0)
    assert page.evaluate("window.loadedOnce") is True


def test_the_list_of_requests_follows_what_comes_in(open_page: Open, real: Client) -> None:
    real.get("/Users")
    page = open_page("/requests")
    rows = page.get_by_role("rowheader")
    expect(rows).to_have_text(["GET /scim/v2/Users"])

    real.post("/Users", json={"userName": "ann@widget.example"})
    expect(rows).to_have_text(["POST /scim/v2/Users", "GET /scim/v2/Users"])

    real.get("/Groups")
    expect(rows).to_have_text(["GET /scim/v2/Groups", "POST /scim/v2/Users", "GET /scim/v2/Users"])


def test_a_filtered_list_follows_only_what_is_asked_for(open_page: Open, real: Client) -> None:
    page = open_page("/requests?status=4xx")
    expect(page.get_by_text("No request yet").or_(page.get_by_text("None like that"))).to_be_visible()

    real.get("/Users")
    real.get("/Users/99")

    expect(page.get_by_role("rowheader")).to_have_text(["GET /scim/v2/Users/99"])


def test_a_refusal_is_followed_from_the_list_to_its_fix(open_page: Open, real: Client) -> None:
    real.get("/scim/v2/Users")
    page = open_page("/requests", java_script_enabled=False)

    page.get_by_role("link", name="GET /scim/v2/scim/v2/Users").click()

    expect(page.get_by_role("main")).to_contain_text("Fix")
    expect(page.get_by_role("main")).to_contain_text("endpoint-doubled")


def test_the_curl_command_of_an_exchange_is_copied(open_page: Open, real: Client) -> None:
    real.post("/Users", json={"userName": "o'hara@widget.example"})
    page = open_page("/requests")
    page.get_by_role("link", name="POST /scim/v2/Users").click()

    page.get_by_text("As curl").click()
    page.get_by_role("button", name="Copy the curl command").click()

    expect(page.get_by_role("button", name="Copied the curl command")).to_be_visible()
    assert "o'\"'\"'hara" in page.evaluate("navigator.clipboard.readText()")


def test_a_body_of_a_megabyte_is_shown_cut_and_fits(open_page: Open, real: Client) -> None:
    body = {"userName": "big@widget.example", "nickName": "<b>" + "x" * 900_000}
    assert real.post("/Users", content=json.dumps(body)).status_code == 201
    page = open_page("/requests/last", viewport={"width": 390, "height": 800})

    expect(page.get_by_role("main")).to_contain_text("more characters")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
