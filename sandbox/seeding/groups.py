"""The bodies a client would POST to ``/Groups``: organizations, sites and teams, with the people who belong to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count as counting
from itertools import islice, product
from typing import Any

from sandbox.scim.schema import CORE_GROUP_URN, ENTERPRISE_URN
from sandbox.seeding.staff import Body, external_id
from sandbox.seeding.words import Draw, read_seeds

EVERYBODY_UP_TO = 100
"""People; a larger company has no group with everybody."""

PROJECT_SIZE = 12
"""People in a project team, at most."""

Named = tuple[str, Sequence[str]]
"""The name of a group and the ids of its members."""


class Roster:
    """Who works where: user ids by organization, site and department, in the order in which they came."""

    def __init__(self, users: Iterable[tuple[str, Mapping[str, Any]]] = ()) -> None:
        self.everybody: list[str] = []
        self._by_place: dict[tuple[str, ...], list[str]] = {}
        for user_id, body in users:
            self.add(user_id, body)

    def add(self, user_id: str, body: Mapping[str, Any]) -> None:
        """Enter a user under what the body's enterprise extension says."""
        self.everybody.append(user_id)
        enterprise = body.get(ENTERPRISE_URN, {})
        site, department = enterprise.get("site", ""), enterprise.get("department", "")
        for place in ((enterprise.get("organization", ""),), (site,), (department,), (department, site)):
            self._by_place.setdefault(place, []).append(user_id)

    def at(self, *place: str) -> Sequence[str]:
        """Return who belongs to an organization, a site, a department, or to a department at a site."""
        return self._by_place.get(place, ())


def group_bodies(seed: int, count: int, roster: Roster) -> Iterator[Body]:
    """Yield the bodies of *count* groups: organization, site, team in turn, while names last, then teams."""
    kinds = {"Organization": _places("organizations", roster), "Site": _places("sites", roster)}
    kinds["Team"] = _teams(roster, Draw(seed, "groups"))
    for nth, (group_type, (name, members)) in enumerate(islice(_in_turn(kinds), max(count, 0)), start=1):
        yield {
            "schemas": [CORE_GROUP_URN],
            "externalId": external_id(seed, "group", nth),
            "displayName": name,
            "groupType": group_type,
            "members": [{"value": user_id} for user_id in members],
        }


def _in_turn(kinds: Mapping[str, Iterator[Named]]) -> Iterator[tuple[str, Named]]:
    waiting = dict(kinds)
    while waiting:
        for kind, groups in tuple(waiting.items()):
            group = next(groups, None)
            if group is None:
                del waiting[kind]
            else:
                yield kind, group


def _places(seeds: str, roster: Roster) -> Iterator[Named]:
    for row in read_seeds(seeds):
        yield row["name"], roster.at(row["name"])


def _teams(roster: Roster, draw: Draw) -> Iterator[Named]:
    """Yield teams without end: those with a name, each department at each site, then projects."""
    for row in read_seeds("teams"):
        if "department" in row:
            yield row["name"], roster.at(row["department"])
        elif len(roster.everybody) <= EVERYBODY_UP_TO:
            yield row["name"], roster.everybody
    for site, department in product(read_seeds("sites"), read_seeds("departments")):
        yield f"{department['name']}, {site['name']}", roster.at(department["name"], site["name"])
    for number in counting(1):
        yield f"Project {number}", _drawn(roster.everybody, draw)


def _drawn(user_ids: Sequence[str], draw: Draw) -> Sequence[str]:
    """Draw up to ``PROJECT_SIZE`` people, each once, in the order in which they came."""
    places = {draw.below(len(user_ids)) for _ in range(draw.below(PROJECT_SIZE) + 1)} if user_ids else ()
    return [user_ids[place] for place in sorted(places)]
