"""A large company: progress is shown, nothing is lost, every attribute is there.

``SIMULATED_PEOPLE=2000 SIMULATED_GROUPS=50 python -m pytest tests/simulators/test_many.py`` takes one of any size.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import httpx2

from sandbox.simulators.company import Company
from sandbox.simulators.run import Until, run
from tests.simulators.places import Place
from tests.simulators.plays import BY_NAME, SEED, make_client

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PEOPLE = int(os.environ.get("SIMULATED_PEOPLE", "300"))
GROUPS = int(os.environ.get("SIMULATED_GROUPS", "12"))


def test_entra_brings_everybody_over_and_nothing_is_lost(place: Callable[..., Place]) -> None:
    url, token = place(users=0, groups=0)
    company = Company(SEED, PEOPLE, GROUPS)
    client = make_client(BY_NAME["entra default"].script(), company, url, token)
    progress: list[tuple[int, int]] = []
    client.progress = lambda done, total: progress.append((done, total))

    run(client, company, Until.FIRST)
    client.connection.close()

    assert not client.owes
    people = {key: person for key, person in company.source.people.items() if person.active}
    with httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as reader:
        users = {user["id"]: user for user in listed(reader, "/Users")}
        groups = {group["id"]: reader.get(f"/Groups/{group['id']}").json() for group in listed(reader, "/Groups")}
    assert len(users) == len(people) == PEOPLE - 1
    assert len(groups) == GROUPS
    ids = client.memory.ids
    assert {key: shown(users[ids[key]]) for key in people} == {
        key: expected(person, ids.get(person.manager or "")) for key, person in people.items()
    }
    for key, group in company.source.groups.items():
        there = groups[ids[key]]
        assert (there["displayName"], there["externalId"]) == (group.name, key)
        assert {member["value"] for member in there["members"]} == {ids[member] for member in group.members}
    assert progress == [(done, progress[-1][1]) for done in range(1, progress[-1][1] + 1)]
    assert progress[-1][0] >= 2 * PEOPLE


def listed(reader: httpx2.Client, path: str) -> Iterator[dict[str, Any]]:
    """Yield every resource, page by page."""
    start = 1
    while page := reader.get(path, params={"startIndex": start}).json()["Resources"]:
        yield from page
        start += len(page)


def expected(person: Any, manager: str | None) -> dict[str, Any]:
    """Return a user as the source wants it."""
    return {
        "userName": person.user_name,
        "externalId": person.nick,
        "active": True,
        "displayName": person.display,
        "emails": [{"value": person.user_name, "type": "work", "primary": True}],
        "name": {"formatted": person.display, "familyName": person.family, "givenName": person.given},
        "title": person.title,
        "employeeNumber": person.employee,
        "department": person.department,
        "manager": manager,
    }


def shown(user: dict[str, Any]) -> dict[str, Any]:
    """Return a user as the service provider shows it, without what it adds by itself."""
    extension = user[ENTERPRISE]
    plain = ("userName", "externalId", "active", "displayName", "emails", "name", "title")
    known = {*plain, "schemas", "id", "meta", "groups", ENTERPRISE}
    assert set(user) <= known
    return {
        **{name: user.get(name) for name in plain},
        "employeeNumber": extension["employeeNumber"],
        "department": extension["department"],
        "manager": extension.get("manager", {}).get("value"),
    }
