"""A user in the console as the 4me person it maps to."""

from __future__ import annotations

import pytest
from httpx2 import Client

from sandbox.running import RunningSandbox
from sandbox.scim.schema import ENTERPRISE_URN
from tests.conftest import Connect
from tests.web.pages import Pages


@pytest.fixture
def pages(sandbox: RunningSandbox, connect: Connect) -> Pages:
    """Return the way through the console, for the owner at this machine."""
    client = connect(sandbox, "")
    del client.headers["Authorization"]
    return Pages(client)


def test_a_user_is_shown_as_the_person_it_maps_to(pages: Pages, client: Client) -> None:
    body = {"userName": "ann@widget.example", "displayName": "Ann Lee", "title": "Clerk", "nickName": "Annie"}
    user = client.post("/Users", json=body).json()["id"]

    text = pages.open(f"/directory/users/{user}").text

    assert "Ann Lee enabled" in text
    assert "title job_title set job_title Clerk" in text
    assert "Reaches no field of the person nickName Annie not mapped by default" in text


def test_the_page_shows_what_the_last_write_changed(pages: Pages, client: Client, owner: Client) -> None:
    user = client.post("/Users", json={"userName": "ann@widget.example", "displayName": "Ann", "title": "Clerk"})
    path = f"/Users/{user.json()['id']}"
    assert "Created 2026" in pages.open(f"/directory{path.lower()}").text

    client.patch(path, json={"title": "Chief", ENTERPRISE_URN: {"organization": "Widget Europe"}})
    text = pages.open(f"/directory{path.lower()}").text

    assert "by a write of this user: job_title , organization ." in text
    assert "job_title Chief before: Clerk" in text
    assert "organization Widget Europe before: Widget International" in text


def test_the_page_says_what_the_next_write_will_change(pages: Pages, client: Client, owner: Client) -> None:
    user = client.post("/Users", json={"userName": "ann@widget.example", "displayName": "Ann", "title": "Clerk"})
    person = owner.get("/accounts/widget/people").json()["items"][-1]
    owner.patch(f"/accounts/widget/people/{person['id']}", json={"job_title": "Entered by hand"})

    text = pages.open(f"/directory/users/{user.json()['id']}").text

    assert "by hand: job_title ." in text
    assert "job_title Entered by hand before: Clerk the next write makes it Clerk" in text


def test_the_page_warns_of_what_was_not_taken(pages: Pages, client: Client) -> None:
    body = {"userName": "ann@widget.example", "displayName": "Ann", ENTERPRISE_URN: {"site": "<b>Atlantis</b>"}}
    user = client.post("/Users", json=body).json()["id"]

    text = pages.open(f"/directory/users/{user}").text

    assert "No site has this name, and the mapping creates none." in text
    assert "site <b>Atlantis</b> no site has this name" in text


def test_a_user_without_a_name_says_why_there_is_no_person(pages: Pages, client: Client) -> None:
    user = client.post("/Users", json={"userName": "ann@widget.example"}).json()["id"]

    text = pages.open(f"/directory/users/{user}").text

    assert "No name is known, so no person is created." in text
    assert "Fix Send displayName" in text


def test_a_user_that_was_deleted_is_a_disabled_person(pages: Pages, client: Client) -> None:
    user = client.post("/Users", json={"userName": "ann@widget.example", "displayName": "Ann Lee"}).json()["id"]
    client.delete(f"/Users/{user}")

    assert "Ann Lee disabled" in pages.open(f"/directory/users/{user}").text
