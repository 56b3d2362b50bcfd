"""The console without a browser: what pages show, what forms do, and what both refuse."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest
from httpx2 import Client

import sandbox.web.console
from sandbox.client_forms import usual_forms
from sandbox.clock import Clock
from sandbox.running import RunningAccount, RunningSandbox
from tests.conftest import HOST, Connect
from tests.web.pages import Pages

FOLDER = Path(sandbox.web.console.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))

PAGES = [
    pytest.param("", id="overview"),
    pytest.param("/apps/scim", id="Apps → SCIM"),
    pytest.param("/clock", id="clock"),
    pytest.param("/directory/users", id="users"),
    pytest.param("/directory/users/1", id="one user"),
    pytest.param("/directory/groups", id="groups"),
    pytest.param("/directory/groups/1", id="one group"),
    pytest.param("/requests", id="requests"),
    pytest.param("/requests/x1", id="one exchange"),
    pytest.param("/report", id="client report"),
    pytest.param("/sandbox", id="snapshots"),
    pytest.param("/dialect", id="dialect"),
]


@pytest.fixture
def pages(sandbox: RunningSandbox, connect: Connect) -> Pages:
    """Return the way through the console, for the owner at this machine."""
    client = connect(sandbox, "")
    del client.headers["Authorization"]
    return Pages(client)


@pytest.fixture
def people(client: Client) -> None:
    """Let there be two users and a group."""
    for name in ("ann", "bob"):
        client.post("/Users", json={"userName": f"{name}@widget.example", "displayName": name.title()})
    client.post("/Groups", json={"displayName": "Staff", "members": [{"value": "1"}]})


def tokens(account: RunningAccount) -> list[str]:
    """Return the ids of the accepted tokens."""
    return [token.id for token in account.keyring.accepted(account.clock.now())]


def test_the_console_leads_to_the_first_account(pages: Pages) -> None:
    assert str(pages.open("/console").answer.url) == f"{HOST}/console/accounts/widget"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_served_under_a_policy_that_allows_our_own_files_alone(
    path: str, pages: Pages, people: None
) -> None:
    page = pages.open(path)

    assert page.status == 200
    assert page.answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self';")
    assert "unsafe" not in page.answer.headers["Content-Security-Policy"]
    assert page.answer.headers["X-Content-Type-Options"] == "nosniff"
    assert page.answer.headers["Cache-Control"] == "no-store"
    assert page.answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_has_script_or_style_of_its_own(template: Path) -> None:
    text = template.read_text(encoding="utf-8")

    assert re.findall(r"\sstyle=|\son[a-z]+=|javascript:|\|safe|<style|hx-on|js:", text) == []
    assert re.findall(r"<script(?! src=)", text) == []


def test_what_is_not_our_own_is_as_its_maker_published_it() -> None:
    table = (FOLDER / "static" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", table, re.MULTILINE)
    own = {"README.md", "console.css", "console.js", "icon.svg", "htmx.LICENSE", "pico.LICENSE"}

    assert {name for name, _ in rows} == {path.name for path in (FOLDER / "static").iterdir()} - own
    for name, digest in rows:
        assert sha256((FOLDER / "static" / name).read_bytes()).hexdigest() == digest


def test_the_files_of_the_console_are_kept_by_the_browser_only_if_they_are_still_the_same(pages: Pages) -> None:
    first = pages.client.get("/console/static/console.css")
    again = pages.client.get("/console/static/console.css", headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache")
    assert again.status_code == 304


def test_the_token_is_on_no_page_until_it_is_revealed(pages: Pages, account: RunningAccount, people: None) -> None:
    current = account.keyring.current
    assert current is not None

    for path in (each.values[0] for each in PAGES):
        assert current.value not in pages.open(str(path)).answer.text
    assert current.fingerprint in pages.open("/apps/scim").text
    assert current.value in pages.open("/apps/scim?reveal=true").text
    assert pages.client.get("/console/accounts/widget/apps/scim/token").text == current.value


def test_what_to_type_into_each_client_is_shown_from_the_table_without_the_token(
    pages: Pages, sandbox: RunningSandbox
) -> None:
    current = sandbox.accounts["widget"].keyring.current
    assert current is not None

    text = pages.open("/apps/scim").text

    for form in usual_forms():
        assert form.name in text
        assert form.place.says in text
        assert all(field.field in text and field.says in text for field in form.usual_fields)
    assert f"Bearer <the SCIM access token, {current.fingerprint}>" in text
    assert current.value not in text


def test_after_a_rotation_both_tokens_are_shown_with_what_happens_to_the_old_one(
    pages: Pages, account: RunningAccount
) -> None:
    old = account.keyring.current

    page = pages.send(pages.open("/apps/scim").form("/rotate"))

    new = account.keyring.current
    assert old is not None
    assert new is not None
    assert tokens(account) == ["t2", "t1"]
    assert f"{new.fingerprint} is the SCIM access token now" in page.text
    assert f"{old.fingerprint}, the one before it, still works for 30d" in page.text
    assert "30 days left" in page.text


def test_an_overlap_of_nothing_says_that_the_old_token_is_refused(pages: Pages, account: RunningAccount) -> None:
    page = pages.send(pages.open("/apps/scim").form("/rotate"), overlap="0")

    assert tokens(account) == ["t2"]
    assert "the one before it, is refused from now on" in page.text


def test_a_form_that_is_posted_twice_does_its_work_once(pages: Pages, account: RunningAccount) -> None:
    form = pages.open("/apps/scim").form("/rotate")

    first, second = pages.send(form), pages.send(form)

    assert tokens(account) == ["t2", "t1"]
    assert first.answer.url == second.answer.url
    assert first.text == second.text


def test_a_token_is_revoked(pages: Pages, account: RunningAccount) -> None:
    page = pages.send(pages.open("/apps/scim").form("/t1/revoke"))

    assert tokens(account) == []
    assert "Token t1 is revoked" in page.text
    assert "No token is accepted" in page.text
    assert pages.client.get("/console/accounts/widget/apps/scim/token").status_code == 404


FORGED = [
    pytest.param({"Origin": "https://evil.example"}, {}, id="another origin"),
    pytest.param({"Origin": "http://localhost:9999"}, {}, id="another port of this machine"),
    pytest.param({"Origin": "null"}, {}, id="no origin"),
    pytest.param({"Sec-Fetch-Site": "cross-site"}, {}, id="another site"),
    pytest.param({"Sec-Fetch-Site": "same-site"}, {}, id="another port, as the browser says"),
    pytest.param({}, {"form": ""}, id="no form token"),
    pytest.param({}, {"form": "1.abc"}, id="a made-up form token"),
    pytest.param({}, {"form": "²." + "0" * 64}, id="a form token that is no number"),
    pytest.param({"Host": "evil.example"}, {}, id="another host"),
]


@pytest.mark.parametrize(("headers", "typed"), FORGED)
def test_a_form_that_our_page_did_not_send_changes_nothing(
    headers: dict[str, str], typed: dict[str, str], pages: Pages, account: RunningAccount
) -> None:
    page = pages.send(pages.open("/apps/scim").form("/rotate"), headers, **typed)

    assert page.status == 403
    assert tokens(account) == ["t1"]


def test_the_token_of_one_form_is_no_token_of_another(pages: Pages, account: RunningAccount) -> None:
    page = pages.open("/apps/scim")

    page = pages.send(page.form("/rotate"), form=page.form("/t1/revoke").fields["form"])

    assert page.status == 403
    assert tokens(account) == ["t1"]


def test_a_form_of_our_own_page_is_taken(pages: Pages, account: RunningAccount) -> None:
    headers = {"Origin": HOST, "Sec-Fetch-Site": "same-origin"}

    assert pages.send(pages.open("/apps/scim").form("/rotate"), headers).status == 200
    assert tokens(account) == ["t2", "t1"]


def test_advancing_to_the_end_of_the_overlap_tells_that_the_old_token_retired(
    pages: Pages, account: RunningAccount
) -> None:
    pages.send(pages.open("/apps/scim").form("/rotate"))
    old = account.keyring.retiring[0]
    assert old.retires_at is not None
    page = pages.open("/clock")
    assert f"Token t1 ({old.fingerprint}) is no longer accepted" in page.text
    form = next(form for form in page.forms if form.buttons == [old.retires_at.isoformat()])

    page = pages.send(form, to=form.buttons[0])

    assert "What fell due on the way" in page.text
    assert tokens(account) == ["t2"]


CLOCK_STEPS = [
    pytest.param({"by": "31d"}, "2026-04-02T09:00:00Z", id="by a duration"),
    pytest.param({"to": "2026-03-02T12:00"}, "2026-03-02T18:00:00Z", id="to an instant in the account's zone"),
]


@pytest.mark.parametrize(("typed", "expected"), CLOCK_STEPS)
def test_the_clock_advances(typed: dict[str, str], expected: str, pages: Pages, clock: Clock) -> None:
    form = next(form for form in pages.open("/clock").forms if set(typed) <= set(form.fields))

    pages.send(form, **typed)

    assert f"{clock.now():%Y-%m-%dT%H:%M:%SZ}" == expected


def test_a_clock_is_resumed_and_frozen_and_reset(pages: Pages, clock: Clock) -> None:
    pages.send(pages.open("/clock").form("/resume"))
    assert not clock.is_frozen

    pages.send(pages.open("/clock").form("/freeze"))
    assert clock.is_frozen

    pages.send(pages.open("/clock").form("/reset"))
    assert not clock.state.offset


def test_a_duration_that_is_none_is_refused_with_a_sentence_and_stays_typed(pages: Pages, clock: Clock) -> None:
    before = clock.now()

    page = pages.send(next(form for form in pages.open("/clock").forms if "by" in form.fields), by="10000y")

    assert "'10000y' has no fixed length: say days" in page.text
    assert any(form.fields.get("by") == "10000y" for form in page.forms)
    assert clock.now() == before


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        pytest.param(
            "/console/accounts/nobody", "there is no account 'nobody'; there is widget, widget-qa", id="account"
        ),
        pytest.param("/console/accounts/nobody/clock", "there is no account 'nobody'", id="page of an account"),
        pytest.param("/directory/users/99", "99", id="user"),
        pytest.param("/directory/groups/99", "99", id="group"),
        pytest.param("/nothing/here", "there is no page at GET", id="page"),
        pytest.param("/console/<b>", "there is no page at GET '/console/<b>'", id="markup"),
        pytest.param("/directory/users/..%2f..%2fetc", "there is no page at GET", id="dots"),
    ],
)
def test_what_is_not_there_gets_a_page_that_leads_on(path: str, sentence: str, pages: Pages) -> None:
    page = pages.open(path)

    assert page.status == 404
    assert sentence.casefold() in page.text.casefold()
    assert 'href="/console/accounts/widget"' in page.answer.text
    assert "<b>" not in page.answer.text


def test_a_page_that_is_not_there_keeps_the_menu_of_its_account(pages: Pages) -> None:
    assert 'href="/console/accounts/widget-qa/clock"' in pages.open("/console/accounts/widget-qa/nothing").answer.text
    assert "/clock" not in pages.open("/console/accounts/nobody/nothing").answer.text


def test_a_list_is_found_by_words_and_by_filter(pages: Pages, people: None) -> None:
    assert "Ann" in pages.open("/directory/users?q=ANN").text
    assert "Bob" not in pages.open("/directory/users?q=ANN").text
    assert "Bob" in pages.open('/directory/users?q=userName eq "bob@widget.example"').text
    assert "Ann" not in pages.open('/directory/users?q=userName eq "bob@widget.example"').text
    assert "Staff" in pages.open("/directory/groups?q=taf").text
    assert "Nothing matches" in pages.open('/directory/users?q=a" or "b').text


def test_words_are_found_as_they_are_now(pages: Pages, people: None, client: Client) -> None:
    assert "Nothing matches" in pages.open("/directory/users?q=Annabel").text

    client.patch("/Users/1", json={"displayName": "ANNABEL", "externalId": "E-77"})

    assert "ANNABEL" in pages.open("/directory/users?q=annabel").text
    assert "ANNABEL" in pages.open("/directory/users?q=e-77").text
    assert "Bob" not in pages.open("/directory/users?q=annabel").text


def test_a_group_shows_its_first_hundred_members_and_how_many_there_are(pages: Pages, account: RunningAccount) -> None:
    for number in range(103):
        account.directory.create("Users", {"userName": f"u{number}@widget.example"})
    everybody = [{"value": str(number)} for number in range(1, 104)]
    account.directory.create("Groups", {"displayName": "Everybody", "members": everybody})

    page = pages.open("/directory/groups/1")

    assert "103 members" in page.text
    assert "And 3 more" in page.text
    assert page.answer.text.count("/directory/users/") == 100
    assert '"members"' not in page.told("json")
    assert "103" in pages.open("/directory/groups").text


def test_a_filter_that_a_client_may_not_send_shows_the_sentence_that_it_gets(
    pages: Pages, people: None, client: Client
) -> None:
    detail = client.get("/Users", params={"filter": 'title sw "a"'}).json()["detail"]

    assert detail in pages.open('/directory/users?q=title sw "a"').text


def test_a_list_is_turned_page_by_page_in_the_order_of_the_clients(pages: Pages, client: Client) -> None:
    for number in range(30):
        client.post("/Users", json={"userName": f"u{number:02}@widget.example"})

    first, second = pages.open("/directory/users"), pages.open("/directory/users?startIndex=26&count=25")

    assert "1 to 25 of 30 users" in first.text
    assert "26 to 30 of 30 users" in second.text
    assert "startIndex=26&amp;count=25" in first.answer.text
    assert first.text.index("u29@") < first.text.index("u05@")
    assert "u04@" in second.text
    assert pages.open("/directory/users?startIndex=a").status == 200


def test_a_user_is_shown_as_clients_get_it(pages: Pages, people: None, client: Client) -> None:
    assert '"userName": "ann@widget.example"' in pages.open("/directory/users/1").text
    assert client.get("/Users/1").json()["meta"]["location"] in pages.open("/directory/users/1").text
    assert '"display": "ann@widget.example"' in pages.open("/directory/groups/1").text


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"


def test_markup_in_a_name_stays_a_name(pages: Pages, client: Client) -> None:
    client.post("/Users", json={"userName": "x@widget.example", "displayName": HOSTILE})

    for path in ("/directory/users", "/directory/users/1", f"/directory/users?q={HOSTILE}"):
        page = pages.open(path)
        assert page.status == 200
        assert "<script>alert" not in page.answer.text
        assert "<img src=x" not in page.answer.text
    assert HOSTILE in pages.open("/directory/users/1").text


def test_a_form_that_is_too_large_gets_a_page(pages: Pages, account: RunningAccount) -> None:
    page = pages.send(pages.open("/apps/scim").form("/rotate"), overlap="9" * 2_000_000)

    assert page.status == 413
    assert tokens(account) == ["t1"]


def test_a_duration_of_ten_thousand_characters_is_refused_briefly(pages: Pages) -> None:
    page = pages.send(next(form for form in pages.open("/clock").forms if "by" in form.fields), by="x" * 10_000)

    assert page.status == 200
    assert "a duration is a text such as 31d" in page.text.lower()
    assert len(page.answer.content) < 20_000
