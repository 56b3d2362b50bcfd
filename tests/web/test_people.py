"""Persons, organizations and sites through the control API, and the mapping as it runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client

from sandbox.people.records import PERSON
from sandbox.running import RunningAccount, RunningSandbox
from sandbox.settings import SettingsError
from tests.conftest import Connect, OpenSandbox

ACCOUNT = "/accounts/widget"
ANN = {"userName": "ann@widget.example", "displayName": "Ann", "title": "Clerk"}
KINDS = ["people", "organizations", "sites"]


def created(owner: Client, kind: str, **fields: Any) -> dict[str, Any]:
    answer = owner.post(f"{ACCOUNT}/{kind}", json=fields)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def person_of(owner: Client, email: str) -> dict[str, Any] | None:
    items = owner.get(f"{ACCOUNT}/people").json()["items"]
    return next((dict(each) for each in items if each["primary_email"] == email), None)


def sample(kind: str) -> dict[str, str]:
    return {"name": "Attic"} if kind != "people" else {"name": "Attic", "primary_email": "attic@widget.example"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_is_created_shown_listed_changed_and_removed(owner: Client, kind: str) -> None:
    made = created(owner, kind, **sample(kind))
    path = f"{ACCOUNT}/{kind}/{made['id']}"

    assert owner.get(path).json() == made
    assert made in owner.get(f"{ACCOUNT}/{kind}").json()["items"]
    changed = owner.patch(path, json={"name": "Cellar", "disabled": True}).json()
    assert (changed["name"], changed["disabled"]) == ("Cellar", True)
    assert owner.patch(path, json={"disabled": False}).json()["disabled"] is False
    assert owner.delete(path).status_code == 204
    assert owner.get(path).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_lists_are_cut(owner: Client, kind: str) -> None:
    whole = owner.get(f"{ACCOUNT}/{kind}").json()

    part = owner.get(f"{ACCOUNT}/{kind}", params={"start": 2, "count": 1}).json()

    assert part == {"items": whole["items"][1:2], "total": whole["total"]}
    assert owner.get(f"{ACCOUNT}/{kind}", params={"count": "0"}).json()["items"] == []


def test_a_new_account_has_a_company_with_something_missing_and_something_disabled(owner: Client) -> None:
    organizations, sites = (owner.get(f"{ACCOUNT}/{kind}").json()["items"] for kind in ("organizations", "sites"))

    assert {each["name"]: each["disabled"] for each in organizations}["Widget España"]
    assert "Widget Polska" not in {each["name"] for each in organizations}
    assert [each["name"] for each in organizations if each["own"]] == ["Widget International"]
    assert {each["name"]: each["disabled"] for each in sites}["Widget Madrid"]
    assert "Widget Tokyo" not in {each["name"] for each in sites}


@pytest.mark.parametrize("sandbox", [{"users": 50, "groups": 6}], indirect=True)
def test_seeded_users_are_mapped_when_somebody_looks(
    sandbox: RunningSandbox, account: RunningAccount, owner: Client
) -> None:
    assert account.store.count("UserLinks") == 0

    people = owner.get(f"{ACCOUNT}/people").json()["items"]

    by_address = {each["primary_email"]: each for each in people}
    from_scim = [each for each in people if each["source"] == "SCIM"]
    assert len(from_scim) == 49, "one user has no name, so there is no person"
    assert {"service.desk@widget.example", "former.employee@widget.example"} <= by_address.keys()
    entered = [
        each for each in from_scim if each["last_change"].get("before", {}).get("job_title") == "Entered by hand"
    ]
    assert len(entered) == 3
    assert any(each["contacts"][0].get("integration") is None for each in entered if each["contacts"])
    assert {each["manager"] is None for each in from_scim} == {True, False}


@pytest.mark.parametrize("sandbox", [{"users": 10, "groups": 2}], indirect=True)
def test_a_user_who_is_not_mapped_yet_is_before_its_first_change(
    sandbox: RunningSandbox, account: RunningAccount, client: Client, owner: Client
) -> None:
    user = client.get("/Users/4").json()
    manager = user["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]["manager"]["value"]

    client.patch("/Users/4", json={"title": ""})

    mapped = {each.document["id"] for each in account.store.search("UserLinks").items}
    assert {"4", manager} <= mapped
    assert len(mapped) < 10
    found = person_of(owner, user["userName"].lower())
    assert found is not None
    assert found["job_title"] == user["title"], "the title of before was mapped, and a blank keeps it"
    assert found["manager"] is not None


def test_a_user_who_is_not_mapped_yet_is_before_it_leaves_a_group(
    account: RunningAccount, client: Client, owner: Client
) -> None:
    client.post("/Users", json=ANN)
    client.post("/Groups", json={"displayName": "Widget UK", "members": [{"value": "1"}]})
    with account.store.transaction() as transaction:
        for each in account.store.search("People").items:
            transaction.drop("People", each.document["id"])
        transaction.drop("UserLinks", "1")

    client.patch("/Groups/1", json={"members": [{"value": "1", "operation": "delete"}]})

    found = person_of(owner, ANN["userName"])
    assert found is not None
    assert found["organization"]["name"] == "Widget UK"


def test_what_the_owner_changes_counts_for_the_next_write(owner: Client, client: Client) -> None:
    client.post("/Users", json={**ANN, "title": "Clerk"})
    found = person_of(owner, ANN["userName"])
    assert found is not None
    path = f"{ACCOUNT}/people/{found['id']}"

    owner.patch(path, json={"job_title": "By hand", "vip": True, "contacts": [{"telephone": "1"}]})
    client.patch("/Users/1", json={"nickName": "A"})

    after = owner.get(path).json()
    assert (after["job_title"], after["vip"], len(after["contacts"])) == ("Clerk", True, 1)


def test_the_persons_survive_a_restart(start_sandbox: OpenSandbox, connect: Connect) -> None:
    first = start_sandbox()
    client = connect(first)
    client.post("/Users", json=ANN)
    client.patch("/Users/1", json={"title": ""})
    before = connect(first, "/_sandbox").get(f"{ACCOUNT}/people").json()
    first.close()

    after = connect(start_sandbox(), "/_sandbox").get(f"{ACCOUNT}/people").json()

    assert after == before
    assert "Clerk" in {each["job_title"] for each in after["items"]}


def test_a_state_without_persons_is_filled_from_its_users(
    start_sandbox: OpenSandbox, connect: Connect, tmp_path: Path
) -> None:
    first = start_sandbox()
    client = connect(first)
    client.post("/Users", json=ANN)
    client.post("/Groups", json={"displayName": "Staff", "members": [{"value": "1"}]})
    first.close()
    path = tmp_path / "state" / "accounts" / "widget" / "directory.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    for name in ("People", "Organizations", "Sites", "UserLinks", "GroupLinks"):
        del document[name]
        del document["_sandbox"]["1"]["last"][name]
    path.write_text(json.dumps(document), encoding="utf-8")

    owner = connect(start_sandbox(), "/_sandbox")

    found = person_of(owner, ANN["userName"])
    assert found is not None
    assert (found["job_title"], found["organization"]["name"]) == ("Clerk", "Widget")
    assert owner.get(f"{ACCOUNT}/organizations").json()["total"] == 1


@pytest.mark.parametrize("to", ["empty", "seed"])
def test_a_reset_keeps_what_exists_before_scim_comes(owner: Client, client: Client, to: str) -> None:
    before = [owner.get(f"{ACCOUNT}/{kind}").json() for kind in KINDS]
    client.post("/Users", json=ANN)
    created(owner, "sites", name="Attic")

    owner.post(f"{ACCOUNT}/reset", json={"to": to})

    assert [owner.get(f"{ACCOUNT}/{kind}").json() for kind in KINDS] == before


def test_a_mapping_that_stumbles_fails_no_write(
    sandbox: RunningSandbox, account: RunningAccount, client: Client, owner: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with account.store.transaction() as transaction:
        transaction.put("People", {"id": "1000099", "primary_email": ANN["userName"], "contacts": "damaged by hand"})

    answer = client.post("/Users", json=ANN)

    assert answer.status_code == 201
    assert client.get("/Users/1").json()["title"] == "Clerk"
    assert "The mapping of a SCIM write failed" in caplog.text


def test_an_answer_is_the_same_with_and_without_a_person(client: Client) -> None:
    with_person = client.post("/Users", json=ANN).json()
    without = client.post("/Users", json={"userName": "nobody"}).json()

    assert set(with_person) - set(without) == {"displayName", "title"}


@pytest.mark.parametrize(
    ("kind", "body", "status", "reason"),
    [
        pytest.param("people", {"name": "A"}, 400, "a person needs primary_email", id="no address"),
        pytest.param("people", {"primary_email": "a@x"}, 400, "a person needs name", id="no name"),
        pytest.param("people", {"primary_email": "a", "name": "A"}, 400, "e-mail address", id="no e-mail address"),
        pytest.param("people", {"primary_email": "a@x", "name": ""}, 400, "not empty", id="an empty name"),
        pytest.param(
            "people", {"primary_email": "a@x", "name": "x" * 129}, 400, "at most 128", id="a name over the limit"
        ),
        pytest.param("people", {"nickName": "A"}, 400, "'nickName' is not known", id="an unknown field"),
        pytest.param("people", {"vip": "yes"}, 400, "vip is true or false", id="no boolean"),
        pytest.param("people", {"locale": "tlh"}, 400, "a language code", id="no language"),
        pytest.param("people", {"time_zone": "Mars"}, 400, "a time zone", id="no time zone"),
        pytest.param("people", {"organization": "Nowhere"}, 400, "names no organization", id="no organization"),
        pytest.param("people", {"site": {"id": "99"}}, 400, "names no site", id="no site"),
        pytest.param("people", {"manager": 7}, 400, "manager is the id or the name", id="a manager that is a number"),
        pytest.param("people", {"contacts": [{"label": "work"}]}, 400, "one of telephone", id="half a contact"),
        pytest.param("people", {"addresses": [{"street": "x"}]}, 400, "no 'street'", id="an unknown part"),
        pytest.param(
            "people", {"custom_fields": "x"}, 400, "custom_fields are a list", id="custom fields that are text"
        ),
        pytest.param("people", {"name": None}, 400, "name cannot be empty", id="no name any more"),
        pytest.param("organizations", {"name": "WIDGET europe"}, 409, "already in use", id="a name that is taken"),
        pytest.param("sites", {"name": "Widget Paris"}, 409, "already in use", id="a site that is there"),
        pytest.param("sites", {"name": "x" * 81}, 400, "at most 80", id="a site over the limit"),
        pytest.param("organizations", {"parent": "Nowhere"}, 400, "names no organization", id="no parent"),
    ],
)
def test_a_record_that_does_not_fit_is_refused_and_nothing_changes(
    owner: Client, kind: str, body: dict[str, Any], status: int, reason: str
) -> None:
    before = [owner.get(f"{ACCOUNT}/{each}").json() for each in KINDS]

    answer = owner.post(f"{ACCOUNT}/{kind}", json=body)

    assert answer.status_code == status
    assert reason in answer.json()["error"]["message"]
    assert [owner.get(f"{ACCOUNT}/{each}").json() for each in KINDS] == before


def test_a_record_that_others_need_is_not_removed(owner: Client) -> None:
    boss = created(
        owner, "people", primary_email="boss@x", name="Boss", organization="Widget Japan", site="Widget Paris"
    )
    created(owner, "people", primary_email="ann@x", name="Ann", manager="boss@x")
    ids = {each["name"]: each["id"] for each in owner.get(f"{ACCOUNT}/organizations").json()["items"]}

    refusals = {
        "its person": owner.delete(f"{ACCOUNT}/organizations/{ids['Widget Japan']}"),
        "the account's own": owner.delete(f"{ACCOUNT}/organizations/{ids['Widget International']}"),
        "its site": owner.delete(f"{ACCOUNT}/sites/{boss['site']['id']}"),
        "its report": owner.delete(f"{ACCOUNT}/people/{boss['id']}"),
    }

    assert {name: answer.status_code for name, answer in refusals.items()} == dict.fromkeys(refusals, 409)
    assert "1 others name this organization (Boss)" in refusals["its person"].json()["error"]["message"]


@pytest.mark.parametrize("path", ["people/1", "people/x", "organizations/99", "sites/0", "people/99/explanation"])
def test_a_record_that_is_not_there_is_a_404(owner: Client, path: str) -> None:
    answer = owner.get(f"{ACCOUNT}/{path}")

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_record")


@pytest.mark.parametrize("query", ["start=x", "count=-1", "start=1e3", "count=" + "9" * 30])
def test_a_stretch_that_is_no_number_is_refused(owner: Client, query: str) -> None:
    assert owner.get(f"{ACCOUNT}/people?{query}").status_code == 400


def test_an_explanation_is_found_by_the_id_of_the_person_and_of_the_user(owner: Client, client: Client) -> None:
    client.post(
        "/Users",
        json={**ANN, "nickName": "A", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"site": "X"}},
    )
    client.post("/Groups", json={"displayName": "Staff", "members": [{"value": "1"}]})
    found = person_of(owner, ANN["userName"])
    assert found is not None

    told = owner.get(f"{ACCOUNT}/people/{found['id']}/explanation").json()

    assert owner.get(f"{ACCOUNT}/people/1/explanation").json() == told
    assert told["person"] == found
    assert told["user"] == {"id": "1", "userName": ANN["userName"]}
    fields = {each["field"]: each for each in told["fields"]}
    assert (fields["job_title"]["rule"], fields["job_title"]["attribute"], fields["job_title"]["value"]) == (
        "job_title",
        "title",
        "Clerk",
    )
    assert fields["organization"]["value"] == found["organization"]
    fates = {each["attribute"]: each["fate"] for each in told["attributes"]}
    assert (fates["nickName"], fates["title"], fates["groups"]) == ("not mapped by default", "used", "ignored")
    assert "nickName" in told["lost"]
    assert [each["code"] for each in told["cautions"]] == ["site_unknown"]


def test_an_explanation_says_why_there_is_no_person_and_of_whom_scim_knows_nothing(
    owner: Client, client: Client
) -> None:
    client.post("/Users", json={"userName": "nobody"})
    entered = created(owner, "people", **sample("people"))

    nobody = owner.get(f"{ACCOUNT}/people/1/explanation").json()
    unknown = owner.get(f"{ACCOUNT}/people/{entered['id']}/explanation").json()

    assert (nobody["person"], nobody["link"].split(":")[0]) == (None, "there is no person")
    assert {each["code"] for each in nobody["cautions"]} == {"no_email"}
    assert (unknown["user"], unknown["fields"], unknown["person"]["name"]) == (None, [], "Attic")


RULES = "[[user]]\nfield = 'location'\nfrom = 'nickName'\n"


def test_own_rules_are_put_in_force_and_everybody_is_worked_through_again(owner: Client, client: Client) -> None:
    client.post("/Users", json={**ANN, "nickName": "Attic"})
    assert (person_of(owner, ANN["userName"]) or {})["location"] is None

    shown = owner.put(f"{ACCOUNT}/mapping", json={"text": RULES, "name": "rules.toml"}).json()

    assert (person_of(owner, ANN["userName"]) or {})["location"] == "Attic"
    own = [each for each in shown["items"] if each["evidence"] is None]
    assert [(each["field"], each["source"], each["for"]) for each in own] == [("location", "rules.toml:1", "user")]
    assert {each["evidence"] for each in shown["items"]} == {"documented", None}
    assert owner.delete(f"{ACCOUNT}/mapping").json()["name"] is None


def test_rules_are_copied_from_qa_to_production(owner: Client) -> None:
    owner.put("/accounts/widget-qa/mapping", json={"text": RULES, "name": "rules.toml"})

    copied = owner.post(f"{ACCOUNT}/mapping", json={"from": "widget-qa"}).json()

    assert copied == owner.get("/accounts/widget-qa/mapping").json()
    assert (copied["name"], copied["text"]) == ("rules.toml", RULES)


@pytest.mark.parametrize(
    ("method", "body", "status", "reason"),
    [
        pytest.param(
            "PUT", {"text": "[[user]]\nfield = 'x'"}, 400, "line 2: a rule cannot fill 'x'", id="a rule that is none"
        ),
        pytest.param("PUT", {"text": 3}, 400, "the TOML of a mapping file", id="a text that is none"),
        pytest.param("PUT", {"text": "", "name": "a\nb"}, 400, "the TOML", id="a name with a line break"),
        pytest.param("POST", {"from": "nowhere"}, 404, "there is no account 'nowhere'", id="no such account"),
        pytest.param("POST", {}, 400, "the name of the account", id="no account"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_and_the_others_stay(
    owner: Client, method: str, body: dict[str, Any], status: int, reason: str
) -> None:
    owner.put(f"{ACCOUNT}/mapping", json={"text": RULES})

    answer = owner.request(method, f"{ACCOUNT}/mapping", json=body)

    assert (answer.status_code, reason in answer.json()["error"]["message"]) == (status, True)
    assert owner.get(f"{ACCOUNT}/mapping").json()["text"] == RULES


def test_rules_survive_a_restart_and_the_ones_of_a_start_win(
    start_sandbox: OpenSandbox, connect: Connect, tmp_path: Path
) -> None:
    first = start_sandbox()
    connect(first).post("/Users", json={**ANN, "nickName": "Attic", "profileUrl": "https://x.example"})
    connect(first, "/_sandbox").put(f"{ACCOUNT}/mapping", json={"text": RULES})
    first.close()

    second = start_sandbox()
    kept = connect(second, "/_sandbox").get(f"{ACCOUNT}/mapping").json()["text"]
    second.close()
    file = tmp_path / "other.toml"
    file.write_text("[[user]]\nfield = 'location'\nfrom = 'profileUrl'\n", encoding="utf-8")
    third = start_sandbox(mapping=file)

    assert kept == RULES
    owner = connect(third, "/_sandbox")
    assert owner.get(f"{ACCOUNT}/mapping").json()["name"] == "other.toml"
    assert (person_of(owner, ANN["userName"]) or {})["location"] == "https://x.example"


def test_rules_of_the_start_are_in_force_before_the_first_user(start_sandbox: OpenSandbox, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text("[[user]]\nfield = 'location'\ndefault = 'Attic'\nonly_new = true\n", encoding="utf-8")

    account = start_sandbox(mapping=file, users=3).accounts["widget"]

    _, people = account.personnel.list(PERSON, 0, 10)
    assert {
        each["location"] for each in people if each["source"] == "SCIM" and "before" not in each["last_change"]
    } == {"Attic"}


COMPANY = {
    "own_organization": "Acme",
    "organizations": [{"name": "Acme UK", "parent": "Acme UK"}],
    "sites": [{"name": "Leeds", "time_zone": "London"}],
    "people": [{"primary_email": "boss@{domain}", "name": "Boss", "site": "Leeds"}, {"nth": 1, "vip": True}],
}


def test_a_company_file_says_what_exists_before(start_sandbox: OpenSandbox, connect: Connect, tmp_path: Path) -> None:
    file = tmp_path / "company.json"
    file.write_text(json.dumps({**COMPANY, "organizations": [{"name": "Acme UK"}]}), encoding="utf-8")

    owner = connect(start_sandbox(company=file, users=1), "/_sandbox")

    organizations = owner.get(f"{ACCOUNT}/organizations").json()["items"]
    assert {each["name"]: each["own"] for each in organizations} == {"Acme UK": False, "Acme": True}
    people = owner.get(f"{ACCOUNT}/people").json()["items"]
    assert (people[0]["primary_email"], people[0]["source"]) == ("boss@widget.example", None)
    assert len(people) == 2
    assert people[1]["source"] == "SCIM"


@pytest.mark.parametrize(
    ("setting", "content", "reason"),
    [
        pytest.param(
            "mapping", "[[user]]\nfield = 'x'\n", "line 2: a rule cannot fill", id="a mapping that cannot be used"
        ),
        pytest.param("mapping", b"a = '\xff'", "line 1, column 6: the byte 0xff", id="a mapping that is not UTF-8"),
        pytest.param("company", "{", "line 1, column 2: this is no JSON", id="a company that is no JSON"),
        pytest.param("company", "[]", "line 1, column 1", id="a company that is a list"),
        pytest.param("company", '{"teams": []}', "only own_organization", id="an unknown list"),
        pytest.param(
            "company", '{"sites": [{"name": "A"},\n{"nam": "B"}]}', "line 2, column 9 (nam)", id="an unknown field"
        ),
        pytest.param("company", '{"sites": [{"name": "A"},\n{"name": "a"}]}', "line 2", id="a name twice"),
        pytest.param("company", '{"people": [{"name": "A"}]}', "primary_email", id="no address"),
        pytest.param("company", '{"people": [{"nth": 0}]}', "from 1 on", id="a place that is none"),
        pytest.param(
            "company", json.dumps(COMPANY), "line 1: parent names no organization", id="a value that does not fit"
        ),
    ],
)
def test_a_file_that_cannot_be_used_stops_the_start(
    start_sandbox: OpenSandbox, tmp_path: Path, setting: str, content: str | bytes, reason: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(SettingsError, match=f"^--{setting} ") as error:
        start_sandbox(**{setting: file})

    assert reason in str(error.value)
    assert not (tmp_path / "state").exists()


def test_a_file_that_is_not_there_stops_the_start(start_sandbox: OpenSandbox, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"--mapping .* cannot be read"):
        start_sandbox(mapping=tmp_path / "none.toml")


def test_the_directory_is_listed_whole_with_the_members_of_groups(owner: Client, client: Client) -> None:
    client.post("/Users", json=ANN)
    client.post("/Groups", json={"displayName": "Staff", "members": [{"value": "1"}]})

    users, groups = (owner.get(f"{ACCOUNT}/directory/{each}").json() for each in ("Users", "Groups"))

    assert [each["userName"] for each in users["items"]] == [ANN["userName"]]
    assert [each["value"] for each in groups["items"][0]["members"]] == ["1"]
    assert users["endpoint"].endswith("/scim/v2")
    assert owner.get(f"{ACCOUNT}/directory/Teams").status_code == 400
