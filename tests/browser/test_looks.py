"""Every page as people with other eyes, hands and screens meet it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from httpx2 import Client
from playwright.sync_api import Browser, Page, ViewportSize, expect

from sandbox.app import create_app, open_sandbox
from sandbox.running import RunningAccount
from sandbox.scim.schema import ENTERPRISE_URN
from sandbox.serving import Server
from sandbox.settings import Settings
from tests.browser.conftest import Open, address, windows
from tests.conftest import OpenSandbox, Serve

pytestmark = pytest.mark.xdist_group("browser")

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
"""Loaded as the browser's own code, so that the pages' policy can stay as it is."""

PAGES = [
    pytest.param("", id="overview"),
    pytest.param("/apps/scim", id="Apps → SCIM"),
    pytest.param("/clock", id="clock"),
    pytest.param("/requests", id="requests"),
    pytest.param("/requests?status=5xx", id="no requests"),
    pytest.param("/requests/x1", id="one exchange"),
    pytest.param("/requests/x2", id="one exchange that was refused"),
    pytest.param("/report", id="client report"),
    pytest.param("/directory/users", id="users"),
    pytest.param("/directory/users?q=nobody", id="no users"),
    pytest.param("/directory/users/1", id="one user"),
    pytest.param("/directory/users/2", id="one user whose values no person takes"),
    pytest.param("/directory/groups", id="groups"),
    pytest.param("/directory/groups/1", id="one group"),
    pytest.param("/sandbox", id="snapshots"),
    pytest.param("/sandbox/snapshots/before/diff", id="differences"),
    pytest.param("/dialect", id="dialect"),
    pytest.param("/nothing", id="a page that is not there"),
]

WIDE: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 800}

LONG = "W" * 10_000
HOSTILE = [
    {"userName": "markup@widget.example", "displayName": "<script>document.title='taken'</script><b>bold</b>"},
    {
        "userName": "long@widget.example",
        "displayName": LONG,
        "title": LONG,
        "nickName": LONG,
        "timezone": LONG,
        "addresses": [{"type": "<b>bold</b>", "streetAddress": LONG, "country": LONG}],
        ENTERPRISE_URN: {"organization": LONG, "site": "<script>document.title='taken'</script>"},
    },
    {
        "userName": "rtl@widget.example",
        "displayName": "\u202e\u05d0\u05d1\u05d2 \u0645\u062d\u0645\u062f",
        "title": "\u202e",
    },
    {"userName": "spaces@widget.example", "displayName": "a" + "\u00a0" * 500 + "b"},
]


@pytest.fixture(scope="module")
def gallery(browser: Browser) -> Iterator[Page]:
    """Return a window on a sandbox whose people try to break the pages; it is shared, so look only."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(closing(open_sandbox(Settings(ephemeral=True, users=0, groups=0))))
        account = sandbox.accounts["widget"]
        account.rotate(timedelta(days=30))
        account.save("before")
        fill(account)
        server = Server(create_app(sandbox), "127.0.0.1", 0, sandbox.settings.max_body_bytes)
        thread = Thread(target=server.serve)
        thread.start()
        stack.callback(thread.join)
        stack.callback(server.stop)
        ask_as_a_hostile_client(server.url, account)
        open_at = stack.enter_context(windows(browser))
        yield open_at(server.url, reduced_motion="reduce")


def ask_as_a_hostile_client(url: str, account: RunningAccount) -> None:
    """Let requests come in that try to break the pages: x1 is accepted, x2 refused."""
    current = account.keyring.current
    assert current is not None
    headers = {"Authorization": f"Bearer {current.value}", "User-Agent": f"<img src=x onerror=alert(1)>{LONG[:3000]}"}
    with Client(base_url=url, headers=headers) as client:
        client.post(
            "/scim/v2/Users", json={"userName": f"{LONG}@widget.example", "displayName": HOSTILE[0]["displayName"]}
        )
        client.get(f"/scim/v2/scim/v2/Users?filter=<script>alert(1)</script>{LONG}")


def fill(account: RunningAccount) -> None:
    """Let there be people with hostile names, and a group of them."""
    ids = [account.directory.create("Users", body).id for body in HOSTILE]
    members = [{"value": each} for each in ids]
    account.directory.create("Groups", {"displayName": LONG[:200], "groupType": LONG, "members": members})


@pytest.fixture
def hostile(account: RunningAccount) -> None:
    """Let there be people with hostile names in a sandbox of this test alone."""
    fill(account)


def violations(page: Page) -> list[dict[str, Any]]:
    """Return what axe-core finds on a page, in short."""
    page.evaluate(AXE + "; undefined")
    found = page.evaluate("axe.run().then((found) => found.violations)")
    return [{"rule": each["id"], "at": [node["html"] for node in each["nodes"]][:3]} for each in found]


def check_looks(page: Page) -> None:
    """Pass when axe-core finds nothing on the page as it stands, wide and on a phone, light and dark."""
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_passes_axe_wide_and_on_a_phone_light_and_dark(path: str, gallery: Page) -> None:
    gallery.goto(address(path))

    check_looks(gallery)

    assert gallery.title() != "taken"


def test_the_way_in_looks_as_well_before_and_after_a_wrong_key(
    browser: Browser, start_sandbox: OpenSandbox, serve: Serve
) -> None:
    url = serve(start_sandbox(control_key="of the owner"))

    with windows(browser) as open_at:
        page = open_at(url, reduced_motion="reduce")
        check_looks(page)
        page.get_by_label("Control key").fill("of somebody else")
        page.get_by_role("button").click()
        expect(page.get_by_role("alert")).to_be_visible()
        check_looks(page)


@pytest.mark.parametrize("path", ["/console", "/console/accounts/widget"])
def test_a_sandbox_without_accounts_looks_as_well(
    path: str, browser: Browser, start_sandbox: OpenSandbox, serve: Serve
) -> None:
    sandbox = start_sandbox()
    for name in list(sandbox.accounts):
        sandbox.delete(name)

    with windows(browser) as open_at:
        check_looks(open_at(serve(sandbox), path, reduced_motion="reduce"))


def test_the_content_is_one_key_away(open_page: Open) -> None:
    page = open_page()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()


def test_a_search_finds_while_it_is_typed(open_page: Open, hostile: None) -> None:
    page = open_page("/directory/users")
    expect(page.get_by_role("row")).to_have_count(5)

    page.get_by_role("searchbox").press_sequentially("spaces")

    expect(page.get_by_role("row")).to_have_count(2)


def test_a_search_is_sent_without_javascript(open_page: Open, hostile: None) -> None:
    page = open_page("/directory/users", java_script_enabled=False)

    page.get_by_role("searchbox").fill("spaces")
    page.get_by_role("button", name="Search").click()

    expect(page.get_by_role("row")).to_have_count(2)


def test_a_form_on_the_page_of_another_site_changes_nothing(open_page: Open, url: str, account: RunningAccount) -> None:
    page = open_page("/apps/scim")
    action = f"{url}/console/accounts/widget/apps/scim/rotate"
    token = page.locator(f'form[action="{address("/apps/scim/rotate")}"] [name=form]').input_value()
    form = f'<form method="post" action="{action}"><input name="form" value="{token}"><button>Win</button></form>'
    page.route("http://evil.example/", lambda route: route.fulfill(body=form, content_type="text/html"))

    page.goto("http://evil.example/")
    page.get_by_role("button", name="Win").click()

    expect(page.get_by_role("heading", name="Not from there")).to_be_visible()
    assert account.keyring.next_number == 2
