"""Snapshots, resets and accounts in the console."""

from __future__ import annotations

import pytest
from httpx2 import Client

from sandbox.running import RunningAccount, RunningSandbox
from tests.conftest import Connect
from tests.web.pages import Pages


@pytest.fixture
def pages(sandbox: RunningSandbox, connect: Connect) -> Pages:
    """Return the way through the console, for the owner at this machine."""
    client = connect(sandbox, "")
    del client.headers["Authorization"]
    return Pages(client)


def save(pages: Pages, name: str) -> str:
    """Save a snapshot and return what the page says."""
    form = next(form for form in pages.open("/sandbox").forms if form.action.endswith("/snapshots"))
    return pages.send(form, name=name).text


def names(account: RunningAccount) -> list[str]:
    """Return the names of the users."""
    rows = account.store.snapshot().tables["Users"]
    return [str(row["userName"]) for row in rows.values()]


def test_a_snapshot_is_saved_compared_restored_and_deleted(
    pages: Pages, client: Client, account: RunningAccount
) -> None:
    client.post("/Users", json={"userName": "ann@widget.example", "title": "Clerk"})
    assert "1 user and 0 groups are kept as before" in save(pages, "before")
    client.patch("/Users/1", json={"title": "Chief"})
    client.post("/Users", json={"userName": "bob@widget.example"})

    diff = pages.open("/sandbox/snapshots/before/diff")
    assert "2 differences" in diff.text
    assert 'changed User 1 ann@widget.example Attribute Before Now title "Clerk" "Chief"' in diff.text
    assert "added User 2 bob@widget.example" in diff.text

    restore = next(form for form in pages.open("/sandbox").forms if "snapshot:before" in form.buttons)
    assert "widget has 1 user and 0 groups now" in pages.send(restore, to="snapshot:before").text
    assert names(account) == ["ann@widget.example"]
    assert "Nothing has changed" in pages.open("/sandbox/snapshots/before/diff").text

    page = pages.send(pages.open("/sandbox").form("/snapshots/before/delete"))
    assert "The snapshot before is deleted" in page.text
    assert "No snapshot yet" in page.text


def test_the_directory_is_reset_to_a_seed_and_to_nothing(pages: Pages, account: RunningAccount) -> None:
    to_seed = next(form for form in pages.open("/sandbox").forms if form.fields.get("to") == "seed")
    assert "widget has 7 users and 2 groups now" in pages.send(to_seed, seed="9", users="7", groups="2").text
    assert len(names(account)) == 7
    assert account.seed.seed == 9

    to_empty = next(form for form in pages.open("/sandbox").forms if form.buttons == ["empty"])
    assert "widget has 0 users and 0 groups now" in pages.send(to_empty, to="empty").text


def test_a_snapshot_of_one_account_is_restored_into_another(
    pages: Pages, sandbox: RunningSandbox, account: RunningAccount
) -> None:
    other = sandbox.accounts["widget-qa"]
    other.directory.create("Users", {"userName": "qa@widget.example"})
    other.save("tried")

    form = next(form for form in pages.open("/sandbox").forms if form.fields.get("from") == "widget-qa")
    pages.send(form, to="snapshot:tried")

    assert names(account) == ["qa@widget.example"]


REFUSED = [
    pytest.param("name", "../evil", "/snapshots", "The name of a snapshot is 1 to 64", id="name of a snapshot"),
    pytest.param("users", "many", "/reset", "users: 'many' is not a whole number", id="number of users"),
    pytest.param("users", "9999999999", "/reset", "users", id="too many users"),
]


@pytest.mark.parametrize(("field", "value", "action", "sentence"), REFUSED)
def test_what_cannot_be_is_refused_with_a_sentence(
    field: str, value: str, action: str, sentence: str, pages: Pages, account: RunningAccount
) -> None:
    form = next(form for form in pages.open("/sandbox").forms if form.action.endswith(action) and field in form.fields)

    page = pages.send(form, **{field: value})

    assert page.status == 200
    assert sentence.casefold() in page.text.casefold()
    assert 'role="alert"' in page.answer.text
    assert (names(account), account.origins.snapshots.names()) == ([], [])


def test_an_account_is_made_looked_at_and_deleted(pages: Pages, sandbox: RunningSandbox) -> None:
    form = pages.open("/sandbox").form("/console/accounts")

    page = pages.send(form, name="wdc", environment="qa")
    assert str(page.answer.url).split("?")[0].endswith("/console/accounts/wdc")
    assert "wdc is there" in page.text
    assert sandbox.accounts["wdc"].account.environment.value == "qa"
    assert (
        "There is an account wdc already"
        in pages.send(pages.open("/sandbox").form("/console/accounts"), name="wdc").text
    )

    assert "are gone" in pages.send(pages.open("/sandbox").form("/accounts/wdc/delete")).text
    assert "wdc" not in sandbox.accounts


def test_without_any_account_the_console_says_how_to_make_one(pages: Pages, sandbox: RunningSandbox) -> None:
    for name in list(sandbox.accounts):
        sandbox.delete(name)

    page = pages.open("/console")
    assert "No account is here" in page.text

    page = pages.send(page.form("/console/accounts"), name="wdc")
    assert "wdc is there" in page.text


@pytest.mark.parametrize("name", ["none", "..", "a%2fb"])
def test_a_snapshot_that_is_not_there_gets_a_page_that_leads_on(name: str, pages: Pages) -> None:
    page = pages.open(f"/sandbox/snapshots/{name}/diff")

    assert page.status == 404
    assert 'href="/console/accounts/widget"' in page.answer.text
