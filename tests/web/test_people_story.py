"""Entra ID's first cycle into an account whose people exist in part: what the persons are at each step.

The requests are those of facts/clients.md 1.3, what is expected of the persons is facts/4me.md section 11.
"""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Client

PEOPLE = "/accounts/widget/people"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def address(number: int) -> str:
    return f"person{number:02}@widget.example"


def body(number: int) -> dict[str, Any]:
    """Return what Entra creates a user with; the first is a VIP, every tenth is of an organization that is missing."""
    organization = "Widget Polska" if number % 10 == 0 else "Widget Europe"
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "externalId": f"person{number:02}",
        "userName": address(number),
        "active": True,
        "displayName": f"Person {number:02}",
        "emails": [{"primary": True, "type": "work", "value": address(number)}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": f"Person {number:02}", "familyName": f"{number:02}", "givenName": "Person"},
        "title": "Clerk",
        "locale": "nl-NL",
        "timezone": "Europe/Amsterdam",
        "userType": "VIP" if number == 1 else "Member",
        ENTERPRISE: {"employeeNumber": str(number), "organization": organization, "department": "Sales"},
        "roles": [],
    }


class Story:
    """The account while it is provisioned: Entra on one side, the owner who looks at the persons on the other."""

    def __init__(self, client: Client, owner: Client) -> None:
        self._client = client
        self._owner = owner
        self.ids: dict[int, str] = {}

    def before(self, **fields: Any) -> dict[str, Any]:
        """Create somebody who exists before SCIM comes."""
        answer = self._owner.post(PEOPLE, json=fields)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def cycle(self, count: int) -> None:
        """Look each user up, as Entra does, and create it."""
        for number in range(1, count + 1):
            found = self._client.get("/Users", params={"filter": f'userName eq "{address(number)}"'}).json()
            assert found["totalResults"] == 0
            answer = self._client.post("/Users", json=body(number))
            assert answer.status_code == 201, answer.text
            self.ids[number] = answer.json()["id"]

    def patch(self, number: int, *operations: tuple[str, str, Any]) -> None:
        """Change a user with operations as Entra writes them: op, path, value."""
        listed = [{"op": op, "path": path, "value": value} for op, path, value in operations]
        answer = self._client.patch(f"/Users/{self.ids[number]}", json={"schemas": [PATCH_OP], "Operations": listed})
        assert answer.status_code == 200, answer.text

    def group(self, name: str, *numbers: int) -> str:
        """Create a group, and add members one by one."""
        answer = self._client.post("/Groups", json={"displayName": name, "members": []})
        for number in numbers:
            self.member("Add", answer.json()["id"], number)
        return str(answer.json()["id"])

    def member(self, op: str, group_id: str, number: int) -> None:
        """Add or remove one member."""
        value = [{"$ref": None, "value": self.ids[number]}]
        operations = {"schemas": [PATCH_OP], "Operations": [{"op": op, "path": "members", "value": value}]}
        assert self._client.patch(f"/Groups/{group_id}", json=operations).status_code == 200

    def people(self) -> dict[str, dict[str, Any]]:
        """Return every person by the primary e-mail address."""
        answer = self._owner.get(PEOPLE).json()
        assert answer["total"] == len(answer["items"])
        return {each["primary_email"]: each for each in answer["items"]}

    def person(self, number: int) -> dict[str, Any]:
        """Return the person of a user."""
        return self.people()[address(number)]


@pytest.fixture
def story(client: Client, owner: Client) -> Story:
    """Begin with an account without SCIM users; Widget Europe is there, Widget Polska is not."""
    return Story(client, owner)


def test_the_first_cycle_of_fifty_people(story: Story) -> None:
    known = story.before(
        primary_email=address(2).upper(), name="Old name", job_title="Chief", locale="de", contacts=[{"telephone": "1"}]
    )
    left = story.before(primary_email=address(3), name="Three", disabled=True)
    others = len(story.people()) - 2

    story.cycle(50)

    people = story.people()
    assert len(people) == 50 + others

    new = people[address(4)]
    assert (new["name"], new["job_title"], new["employeeID"]) == ("Person 04", "Clerk", "4")
    assert (new["locale"], new["time_zone"], new["vip"], new["disabled"]) == ("nl", "Amsterdam", False, False)
    assert (new["source"], new["sourceID"], new["organization"]["name"]) == ("SCIM", story.ids[4], "Widget Europe")
    assert (new["site"], new["manager"], new["custom_fields"]) == (None, None, [])

    linked = people[address(2)]
    assert (linked["id"], linked["name"], linked["job_title"]) == (known["id"], "Person 02", "Clerk")
    assert (linked["locale"], linked["time_zone"]) == ("de", None), "only new persons get these"
    assert linked["contacts"] == [{"label": "work", "telephone": "1"}], "what people entered stays"

    assert (people[address(3)]["id"], people[address(3)]["disabled"]) == (left["id"], False)
    assert people[address(1)]["vip"]
    own = {people[address(number)]["organization"]["name"] for number in (10, 20, 30, 40, 50)}
    assert own == {"Widget International"}, "an organization that is missing leaves the account's own"


def test_a_leaver_comes_back_as_the_same_person(story: Story) -> None:
    story.cycle(5)
    before = story.person(5)

    story.patch(5, ("Replace", "active", "False"))
    gone = story.person(5)
    story.patch(5, ("Replace", "active", "True"), ("Replace", "title", "Chief"))
    back = story.person(5)

    assert (gone["id"], gone["disabled"]) == (before["id"], True)
    assert (back["id"], back["disabled"], back["job_title"]) == (before["id"], False, "Chief")
    assert back["last_change"]["before"] == {"disabled": True, "job_title": "Clerk"}


def test_a_leaver_who_is_deleted_keeps_the_person_for_a_new_user(story: Story, client: Client) -> None:
    story.cycle(1)
    before = story.person(1)

    client.delete(f"/Users/{story.ids[1]}", params={"hard": "true"})
    kept = story.person(1)
    story.cycle(1)

    assert kept == before
    assert story.person(1)["id"] == before["id"]
    assert story.person(1)["sourceID"] == story.ids[1] != before["sourceID"]


def test_managers_come_after_everybody_is_there(story: Story) -> None:
    story.cycle(3)
    path = f"{ENTERPRISE}:manager"

    story.patch(2, ("Add", path, story.ids[1]))
    story.patch(3, ("Add", path, [{"$ref": f"../Users/{story.ids[1]}", "value": story.ids[1]}]))
    assert {story.person(number)["manager"]["name"] for number in (2, 3)} == {"Person 01"}

    story.patch(1, ("Replace", "active", "False"))
    assert story.person(2)["manager"]["name"] == "Person 01", "a rule runs when its own user is written"

    story.patch(2, ("Replace", "title", "Chief"))
    assert story.person(2)["manager"] is None, "a disabled manager clears the field"
    story.patch(3, ("Replace", path, {"value": ""}))
    assert story.person(3)["manager"]["name"] == "Person 01", "a blank keeps the current one"


def test_a_group_gives_an_organization_to_whoever_names_none_that_exists(story: Story, owner: Client) -> None:
    story.cycle(11)
    assert story.person(10)["organization"]["name"] == "Widget International"

    group_id = story.group("Widget UK", 10, 11)
    assert story.person(10)["organization"]["name"] == "Widget UK"
    assert story.person(11)["organization"]["name"] == "Widget Europe", "the one the user names comes first"

    story.member("Remove", group_id, 10)
    assert story.person(10)["organization"]["name"] == "Widget UK", "leaving keeps the current one"

    owner.post("/accounts/widget/organizations", json={"name": "Widget Polska"})
    assert story.person(10)["organization"]["name"] == "Widget UK", "nothing was written in SCIM"
    story.patch(10, ("Replace", "nickName", "Ten"))
    assert story.person(10)["organization"]["name"] == "Widget Polska"


def test_a_group_that_is_renamed_renames_its_organization(story: Story, client: Client, owner: Client) -> None:
    story.cycle(1)
    group_id = story.group("Widget Europe", 1)

    client.patch(f"/Groups/{group_id}", json={"displayName": "Widget EMEA"})

    names = {each["name"] for each in owner.get("/accounts/widget/organizations").json()["items"]}
    assert "Widget EMEA" in names
    assert "Widget Europe" not in names
    assert story.person(1)["organization"]["name"] == "Widget EMEA"


def test_an_attribute_that_is_cleared_does_not_clear_the_person(story: Story) -> None:
    story.cycle(1)

    story.patch(
        1, ("Replace", "title", ""), ("Remove", f"{ENTERPRISE}:employeeNumber", None), ("Replace", "userType", "")
    )

    found = story.person(1)
    assert (found["job_title"], found["employeeID"], found["vip"]) == ("Clerk", "1", True)


def test_a_change_of_the_address_keeps_the_person(story: Story) -> None:
    story.cycle(1)
    before = story.person(1)
    new = "married@widget.example"

    story.patch(1, ("Replace", "userName", new), ("Replace", 'emails[type eq "work"].value', new))

    people = story.people()
    assert people[new]["id"] == before["id"]
    assert address(1) not in people
