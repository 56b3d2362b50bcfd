"""Who sees the console: whoever may call the control API, with a cookie in the place of its header."""

from __future__ import annotations

import pytest

from sandbox.running import RunningSandbox
from tests.conftest import Connect, OpenSandbox
from tests.web.pages import Pages

KEY = "open-sesame"


@pytest.fixture
def keyed(start_sandbox: OpenSandbox) -> RunningSandbox:
    """Return a sandbox that asks for a control key."""
    return start_sandbox(control_key=KEY)


@pytest.fixture
def pages(keyed: RunningSandbox, connect: Connect) -> Pages:
    """Return the way through its console, for a visitor without the key."""
    client = connect(keyed, "")
    del client.headers["Authorization"]
    return Pages(client)


@pytest.mark.parametrize("path", ["/console", "", "/apps/scim", "/apps/scim/token", "/directory/users", "/nothing"])
def test_without_the_key_every_page_asks_for_it(path: str, pages: Pages, keyed: RunningSandbox) -> None:
    current = keyed.accounts["widget"].keyring.current
    assert current is not None

    page = pages.open(path)

    assert page.status == 401
    assert "Control key" in page.text
    assert current.fingerprint not in page.answer.text
    assert "widget" not in page.text


def test_without_the_key_no_form_does_anything(pages: Pages, keyed: RunningSandbox) -> None:
    assert pages.client.post("/console/accounts/widget/apps/scim/rotate").status_code == 401
    assert keyed.accounts["widget"].keyring.next_number == 2


def test_the_key_opens_the_page_that_was_asked_for(pages: Pages) -> None:
    form = pages.open("/apps/scim").form("/login")

    page = pages.send(form, key=KEY)

    assert page.status == 200
    assert str(page.answer.url).endswith("/console/accounts/widget/apps/scim")
    assert pages.open("/clock").status == 200


def test_the_cookie_cannot_be_read_by_scripts_and_does_not_tell_the_key(pages: Pages) -> None:
    answer = pages.client.post("/console/login", data={"key": KEY})
    cookie = answer.headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/console" in cookie
    assert KEY not in cookie


@pytest.mark.parametrize("key", ["", "open-sesam", "OPEN-SESAME", "ключ"])
def test_another_key_does_not_open(key: str, pages: Pages) -> None:
    page = pages.send(pages.open("/console").form("/login"), key=key)

    assert page.status == 401
    assert "not the control key" in page.text
    assert pages.open("/clock").status == 401


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example", "/scim/v2/Users", "/consoles", "/console/\r\nX: y"]
)
def test_the_key_leads_to_no_other_place_than_the_console(place: str, pages: Pages) -> None:
    answer = pages.client.post("/console/login", data={"key": KEY, "next": place})

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/console")
    assert answer.headers["Location"] != "/consoles"
    assert "X" not in answer.headers


def test_a_made_up_cookie_does_not_open(pages: Pages) -> None:
    pages.client.cookies.set("scim_sandbox_console", "0" * 64)

    assert pages.open("/clock").status == 401


def test_the_header_of_the_control_api_opens_too(pages: Pages) -> None:
    pages.client.headers["X-Sandbox-Control-Key"] = KEY

    assert pages.open("/clock").status == 200


def test_a_key_is_not_taken_from_a_page_of_another_site(pages: Pages) -> None:
    answer = pages.client.post("/console/login", data={"key": KEY}, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_the_way_in_can_be_looked_at_without_the_key(pages: Pages) -> None:
    assert pages.client.get("/console/static/console.css").status_code == 200


def test_a_foreign_host_sees_nothing_on_loopback(sandbox: RunningSandbox, connect: Connect) -> None:
    pages = Pages(connect(sandbox, ""))
    pages.client.headers["Host"] = "evil.example"

    assert pages.open("/apps/scim?reveal=true").status == 403
