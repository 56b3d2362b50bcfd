"""Seeded people and groups: the same everywhere, real enough to believe, awkward enough to find bugs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import sandbox.fixtures
from sandbox.fixtures import fixtures
from sandbox.scim.schema import CORE_GROUP_URN, CORE_USER_URN, ENTERPRISE_URN
from sandbox.seeding import Roster, group_bodies, people, seed_directory
from sandbox.seeding.company import SPAN, domain_label
from sandbox.seeding.names import ascii_form, read_names
from sandbox.seeding.words import CYCLE, Draw, read_seeds, read_words

Body = dict[str, Any]

SEED_42 = "d183063fde68e71ba9673e433388748bc1ec1eeffb215891a6f6e6f86e7c54d5"
"""SHA-256 of the people and groups of seed 42. Whoever changes a list or a draw changes it, and says so."""

DIGEST = """
import json, sys
from hashlib import sha256
from sandbox.seeding import Roster, group_bodies, people
users = list(people(42, 400))
roster = Roster((str(nth), body) for nth, body in enumerate(users, start=1))
text = json.dumps([users, list(group_bodies(42, 200, roster))], sort_keys=True)
print(sha256(text.encode()).hexdigest())
"""


@dataclass(frozen=True)
class Stored:
    """What the stand-in answers to a create."""

    id: str


class MemoryDirectory:
    """A directory that keeps bodies in memory and refuses what a service provider would refuse."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Body]] = {"Users": {}, "Groups": {}}

    def create(self, collection: str, body: Body) -> Stored:
        """Keep a copy of *body* under the next id."""
        key = "userName" if collection == "Users" else "displayName"
        kept = self.kept[collection]
        assert body[key].casefold() not in {other[key].casefold() for other in kept.values()}
        assert {member["value"] for member in body.get("members", ())} <= self.kept["Users"].keys()
        kept[str(len(kept) + 1)] = deepcopy(body)
        return Stored(str(len(kept)))

    def plant(self, collection: str, bodies: Iterable[Body], note: Callable[[str, Body], None]) -> None:
        """Create them one by one."""
        for body in bodies:
            note(self.create(collection, body).id, body)


def new_directory() -> MemoryDirectory:
    """Return an empty directory."""
    return MemoryDirectory()


def created(directory: MemoryDirectory, collection: str) -> dict[str, Body]:
    """Return what *directory* holds, by id, in the order in which it came."""
    return directory.kept[collection]


@pytest.fixture
def directory() -> MemoryDirectory:
    """An empty directory."""
    return new_directory()


def roster_of(count: int, seed: int = 42) -> tuple[list[Body], Roster]:
    """Return *count* people and the roster with the ids that an empty directory gives them."""
    users = list(people(seed, count))
    return users, Roster((str(nth), body) for nth, body in enumerate(users, start=1))


def enterprise(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the enterprise extension of *body*, empty when there is none."""
    extension: Mapping[str, Any] = body.get(ENTERPRISE_URN, {})
    return extension


def manager_of(body: Mapping[str, Any]) -> str | None:
    """Return the id of the manager in *body*."""
    value: str | None = enterprise(body).get("manager", {}).get("value")
    return value


# The same everywhere


def test_the_same_seed_makes_the_same_directory() -> None:
    one, other = new_directory(), new_directory()

    seed_directory(one, seed=7, users=60, groups=9)
    seed_directory(other, seed=7, users=60, groups=9)

    assert created(one, "Users") == created(other, "Users")
    assert created(one, "Groups") == created(other, "Groups")
    assert list(created(one, "Users")) == [str(nth) for nth in range(1, 61)]
    assert len(created(one, "Groups")) == 9


@pytest.mark.parametrize("seed", [0, -7, 8, 2**70], ids=["zero", "negative", "next", "huge"])
def test_another_seed_makes_other_people(seed: int) -> None:
    assert [body["userName"] for body in people(seed, 20)] != [body["userName"] for body in people(7, 20)]


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "UTC"},
        {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONUTF8": "0"},
    ],
    ids=["one-machine", "another-machine"],
)
def test_seed_42_stands_for_the_same_people_on_every_machine(environment: dict[str, str]) -> None:
    child = subprocess.run(
        [sys.executable, "-c", DIGEST], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )

    assert child.stdout.strip() == SEED_42


@pytest.mark.parametrize("fewer", [1, 10, 49, 51])
def test_more_people_begin_with_the_same_people(fewer: int) -> None:
    assert list(people(42, fewer)) == list(islice(people(42, 120), fewer))


def test_the_account_gives_the_domain_and_nothing_else() -> None:
    production = json.dumps(list(people(42, 60)))
    qa = json.dumps(list(people(42, 60, account="widget-qa")))

    assert production != qa
    assert production.replace("@widget.example", "@widget-qa.example") == qa


@pytest.mark.parametrize(
    ("account", "label"),
    [
        ("widget", "widget"),
        ("Widget QA", "widget-qa"),
        ("_test.1_", "test-1"),
        ("ünïcode", "n-code"),
        ("---", "account"),
        ("x" * 62 + "-y", "x" * 62),
    ],
    ids=["plain", "capitals-and-space", "other-signs", "accents", "nothing-left", "too-long"],
)
def test_an_account_name_becomes_a_label_of_a_domain(account: str, label: str) -> None:
    assert domain_label(account) == label


def test_a_changed_body_does_not_change_the_next_people() -> None:
    expected = list(people(42, 120))

    for place, body in enumerate(people(42, 120)):
        assert body == expected[place]
        for value in body.values():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                value[0].clear()
            if isinstance(value, dict | list):
                value.clear()


# Through the use case of a client's POST


def test_managers_get_the_ids_that_the_directory_gave(directory: MemoryDirectory) -> None:
    directory.create("Users", {"schemas": [CORE_USER_URN], "userName": "first@elsewhere.example"})

    seed_directory(directory, seed=42, users=50, groups=6)

    users = list(created(directory, "Users").values())[1:]
    expected = list(people(42, 50, id_of=lambda nth: str(nth + 1)))
    assert [body["userName"] for body in users] == [body["userName"] for body in expected]
    assert [manager_of(body) for body in users] == [manager_of(body) for body in expected]
    assert "1" not in {manager_of(body) for body in users}


def test_members_get_the_ids_that_the_directory_gave(directory: MemoryDirectory) -> None:
    directory.create("Users", {"schemas": [CORE_USER_URN], "userName": "first@elsewhere.example"})

    seed_directory(directory, seed=42, users=50, groups=6)

    users = created(directory, "Users")
    for group in created(directory, "Groups").values():
        if group["groupType"] == "Organization":
            members = {users[member["value"]]["userName"] for member in group["members"]}
            assert members == {
                body["userName"]
                for body in users.values()
                if enterprise(body).get("organization") == group["displayName"]
            }


def test_progress_counts_every_resource(directory: MemoryDirectory) -> None:
    seen: list[int] = []

    seed_directory(directory, seed=1, users=7, groups=3, progress=seen.append)

    assert seen == list(range(1, 11))


@pytest.mark.parametrize(("users", "groups"), [(0, 0), (0, 7), (3, 0), (1, 1)])
def test_small_and_empty_accounts_are_seeded_too(directory: MemoryDirectory, users: int, groups: int) -> None:
    seed_directory(directory, seed=42, users=users, groups=groups)

    assert len(created(directory, "Users")) == users
    assert len(created(directory, "Groups")) == groups


def test_the_account_of_the_directory_is_in_its_addresses(directory: MemoryDirectory) -> None:
    seed_directory(directory, seed=42, users=3, groups=0, account="acme")

    assert all(body["userName"].endswith("@acme.example") for body in created(directory, "Users").values())


# People who look real


def test_ordinary_people_have_every_attribute_of_a_person() -> None:
    for body in people(42, 5):
        assert body["schemas"] == [CORE_USER_URN, ENTERPRISE_URN]
        assert body.keys() >= {"externalId", "userName", "name", "displayName", "title", "userType", "active", "emails"}
        assert body.keys() >= {"phoneNumbers", "addresses", "preferredLanguage", "locale", "timezone", ENTERPRISE_URN}
        assert body["name"].keys() >= {"formatted", "familyName", "givenName"}
        assert body["emails"][0] == {"value": body["userName"], "type": "work", "primary": True}
        assert body["addresses"][0].keys() >= {"streetAddress", "locality", "region", "postalCode", "country"}
        assert enterprise(body).keys() >= {"employeeNumber", "costCenter", "organization", "division", "department"}
        assert enterprise(body).keys() >= {"site", "location"}
        assert body["active"] is True


def test_in_a_crowd_everything_occurs_that_only_some_people_have() -> None:
    crowd = list(people(42, 1000))
    kinds = Counter(body.get("userType") for body in crowd)

    assert kinds["Employee"] > 850
    assert kinds["VIP"] > 20
    assert kinds["Contractor"] > 20
    for attribute, kind in [("emails", "home"), ("phoneNumbers", "mobile"), ("addresses", "home")]:
        some = sum(kind in {value["type"] for value in body.get(attribute, ())} for body in crowd)
        assert 150 < some < 850
    assert 50 < sum("nickName" in body for body in crowd) < 300
    assert 50 < sum(bool(body.get("name", {}).get("middleName")) for body in crowd) < 300
    assert 10 < sum("honorificPrefix" in body.get("name", {}) for body in crowd) < 100
    zones = Counter("/" in body["timezone"] for body in crowd if "timezone" in body)
    assert zones[True] > 2 * zones[False] > 200
    names = "".join(body.get("displayName", "") for body in crowd)
    assert re.search("[ąęłńśż]", names)
    assert re.search("[äöüß]", names)
    assert re.search("[áéíóúñ]", names)
    assert re.search("[\u4e00-\u9fff]", names)


def test_user_names_are_addresses_that_nobody_shares_and_nobody_receives() -> None:
    crowd = list(people(42, 5000))
    user_names = [body["userName"] for body in crowd]

    assert len({user_name.casefold() for user_name in user_names}) == 5000
    assert all(re.fullmatch(r"[\w.+'-]{1,64}@[\w-]+\.example", user_name, re.ASCII) for user_name in user_names)
    assert not any(re.search(r"^\.|\.\.|\.@", user_name) for user_name in user_names)
    values = [email["value"] for body in crowd for email in body.get("emails", ())]
    assert all(re.search(r"@(widget\.example|example\.(com|net|org))$", value) for value in values)
    assert len({value.casefold() for value in values if value.endswith("@widget.example")}) == sum(
        "emails" in body for body in crowd
    )
    assert len({body["externalId"] for body in crowd if "externalId" in body}) == sum("externalId" in b for b in crowd)


def test_managers_form_a_tree_with_one_root() -> None:
    users = {str(nth): body for nth, body in enumerate(people(42, 3000), start=1) if ENTERPRISE_URN in body}
    managers = {user_id: manager_of(body) for user_id, body in users.items()}

    assert [user_id for user_id, manager in managers.items() if manager is None] == ["1"]
    assert all(manager in users and int(manager) < int(user_id) for user_id, manager in managers.items() if manager)
    departments = len(read_seeds("departments"))
    reports = Counter(manager for manager in managers.values() if manager)
    assert reports.pop("1") < SPAN + 3 * departments
    assert max(reports.values()) <= SPAN + 1
    assert 3 <= max(levels_above(user_id, managers) for user_id in users) <= 6


def levels_above(user_id: str, managers: Mapping[str, str | None]) -> int:
    """Return how many managers stand between somebody and the top, the top included."""
    manager = managers[user_id]
    return 0 if manager is None else 1 + levels_above(manager, managers)


def test_only_one_person_of_fifty_has_an_inactive_manager() -> None:
    users = dict(enumerate(people(42, 50), start=1))

    inactive = {str(nth) for nth, body in users.items() if body.get("active") is False}

    assert [nth for nth, body in users.items() if manager_of(body) in inactive] == [14]


def test_values_fit_the_person_that_4me_makes_of_them() -> None:
    limits: list[tuple[str, int, Callable[[Body], str]]] = [
        ("name", 128, lambda body: body.get("displayName", "")),
        ("primary_email", 128, lambda body: body["userName"]),
        ("job_title", 80, lambda body: body.get("title", "")),
        ("locale", 5, lambda body: body.get("locale", "")),
        ("location", 80, lambda body: enterprise(body).get("location", "")),
        ("site", 80, lambda body: enterprise(body).get("site", "")),
        ("organization", 128, lambda body: enterprise(body).get("organization", "")),
        ("state", 30, lambda body: max((a["region"] for a in body.get("addresses", ())), key=len, default="")),
        ("zip", 20, lambda body: max((a["postalCode"] for a in body.get("addresses", ())), key=len, default="")),
        ("country", 2, lambda body: max((a["country"] for a in body.get("addresses", ())), key=len, default="")),
    ]
    crowd = list(people(42, 2000))

    for field, limit, value_of in limits:
        assert max(len(value_of(body)) for body in crowd) <= limit, field


def texts_of(value: Any) -> Iterator[str]:
    """Yield every string inside a JSON *value*."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_of(inner)


def test_no_placeholder_is_left_in_a_value() -> None:
    assert not [text for body in people(42, 2000) for text in texts_of(body) if re.search("[#{}]", text)]


# People who are awkward on purpose

AWKWARD: dict[str, tuple[int, Callable[[Body], bool]]] = {
    "apostrophe": (6, lambda body: "O'Brien" in body["displayName"] and "o'brien" in body["userName"]),
    "plus": (8, lambda body: "+" in body["userName"] and body["emails"][0]["value"] == body["userName"]),
    "accents": (10, lambda body: not body["displayName"].isascii() and body["userName"].isascii()),
    "inactive": (12, lambda body: body["active"] is False),
    "inactive-manager": (14, lambda body: enterprise(body)["manager"] == {"value": "12"}),
    "beyond-the-basic-plane": (16, lambda body: max(body["displayName"]) > "\uffff"),
    "right-to-left": (18, lambda body: "\u0600" < body["name"]["familyName"][0] < "\u06ff"),
    "no-family-name": (20, lambda body: "familyName" not in body["name"] and "givenName" in body["name"]),
    "same-name": (22, lambda body: body["displayName"] == "Anna Jansen"),
    "same-name-again": (34, lambda body: body["displayName"] == "Anna Jansen" and "2@" in body["userName"]),
    "empty-strings": (24, lambda body: body["title"] == "" == body["name"]["middleName"] != body["name"]["givenName"]),
    "very-long": (26, lambda body: len(body["displayName"]) == 128 and body["userName"].index("@") == 64),
    "capitals": (28, lambda body: body["userName"] != body["userName"].lower() == body["emails"][0]["value"]),
    "no-emails": (30, lambda body: "emails" not in body and "@" in body["userName"]),
    "leaver": (32, lambda body: body["active"] is False and not body.keys() & {"title", "phoneNumbers"}),
    "decomposed": (36, lambda body: "\u0301" in body["name"]["givenName"] and "\u0308" in body["name"]["familyName"]),
    "no-name": (38, lambda body: "name" not in body and bool(body["displayName"])),
    "markup": (40, lambda body: "<b>" in body["displayName"] and '"' in body["displayName"]),
    "free-text": (42, lambda body: body["timezone"] == "Amsterdam" and body["preferredLanguage"] == "Dutch"),
    "case-folding": (44, lambda body: "ß" in body["displayName"] and "\u0131" in body["displayName"]),
    "inactive-once-more": (46, lambda body: body["active"] is False),
    "least": (48, lambda body: body.keys() == {"schemas", "userName"}),
}


@pytest.mark.parametrize("seed", [42, 1])
@pytest.mark.parametrize(("nth", "holds"), AWKWARD.values(), ids=AWKWARD)
def test_fifty_people_hold_every_kind_of_awkwardness(seed: int, nth: int, holds: Callable[[Body], bool]) -> None:
    assert holds(list(people(seed, 50))[nth - 1])


def test_every_awkward_row_has_a_place_a_reason_and_a_test() -> None:
    rows = read_seeds("awkward")

    assert sorted(row["nth"] for row in rows) == sorted(nth for nth, _ in AWKWARD.values())
    assert all(5 < row["nth"] <= CYCLE and row["why"] for row in rows)


def test_part_of_the_awkwardness_returns_every_fifty_people() -> None:
    crowd = list(people(42, 500))

    assert [nth for nth, body in enumerate(crowd, start=1) if "+" in body["userName"]] == list(range(8, 500, 50))
    assert sum(body.get("active") is False for body in crowd) == 30
    assert sum(body.get("displayName") == "Sinead O'Brien" for body in crowd) == 1


# Groups


def test_groups_are_organizations_sites_and_teams_in_turn() -> None:
    _, roster = roster_of(50)

    groups = list(group_bodies(42, 6, roster))

    assert [group["groupType"] for group in groups] == ["Organization", "Site", "Team"] * 2
    assert groups[0]["displayName"] == "Widget Europe"
    assert all(group["schemas"] == [CORE_GROUP_URN] for group in groups)
    assert len({group["externalId"] for group in groups}) == 6


def test_organization_and_site_groups_hold_the_people_who_name_them() -> None:
    users, roster = roster_of(300)

    for group in group_bodies(42, 40, roster):
        attribute = group["groupType"].lower()
        if attribute != "team":
            expected = [
                str(nth)
                for nth, body in enumerate(users, start=1)
                if enterprise(body).get(attribute) == group["displayName"]
            ]
            assert [member["value"] for member in group["members"]] == expected


def test_every_organization_and_site_that_people_name_has_a_group() -> None:
    users, roster = roster_of(300)
    named = {enterprise(body).get(attribute) for body in users for attribute in ("organization", "site")} - {None}

    assert named <= {group["displayName"] for group in group_bodies(42, 40, roster)}


def test_six_groups_have_one_that_is_empty_and_one_with_everybody() -> None:
    _, roster = roster_of(50)

    sizes = [len(group["members"]) for group in group_bodies(42, 6, roster)]

    assert sizes.count(0) == 1
    assert sizes.count(50) == 1


@pytest.mark.parametrize(("users", "has_one"), [(100, True), (101, False)], ids=["hundred", "more"])
def test_a_group_with_everybody_exists_up_to_a_hundred_people(users: int, has_one: bool) -> None:
    _, roster = roster_of(users)

    assert has_one == any(len(group["members"]) == users for group in group_bodies(42, 30, roster))


def test_any_number_of_groups_has_names_of_their_own_and_members_once() -> None:
    _, roster = roster_of(150)

    groups = list(group_bodies(42, 400, roster))

    assert len({group["displayName"].casefold() for group in groups}) == 400
    for group in groups:
        members = [member["value"] for member in group["members"]]
        assert len(members) == len(set(members))
    assert all(group["members"] for group in groups if group["displayName"].startswith("Project "))


# What it is made of


def test_faker_is_imported_only_when_people_are_made() -> None:
    script = """
import sys
from sandbox.seeding import Roster, group_bodies, people
list(people(42, 0)), list(group_bodies(42, 9, Roster()))
assert "faker" not in sys.modules
next(people(42, 1))
assert "faker" in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_names_of_a_locale_are_read_once_for_all_accounts() -> None:
    assert read_names("de_DE") is read_names("de_DE")


def test_every_list_of_names_gives_a_stem_for_each_name() -> None:
    locales = sorted({locale for zone in read_seeds("zones").values() for locale in zone["names"]})

    assert locales == ["de_DE", "en_GB", "en_US", "es_ES", "fr_FR", "ja_JP", "nl_NL", "pl_PL"]
    for locale in locales:
        names = read_names(locale)
        for name, latin in (*names.given[0], *names.given[1], *names.family):
            assert re.fullmatch("[a-z][a-z-]*", ascii_form(latin)), name


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Łukasz", "lukasz"),
        ("Weiß", "weiss"),
        ("I\u015f\u0131l", "isil"),
        ("van der Berg", "vanderberg"),
        ("Jean-Noël", "jean-noel"),
    ],
)
def test_names_are_written_in_ascii_in_addresses(text: str, plain: str) -> None:
    assert ascii_form(text) == plain


def test_family_names_of_several_words_are_kept_only_when_they_begin_with_a_particle() -> None:
    names = {name for name, _ in read_names("de_DE").family} | {name for name, _ in read_names("nl_NL").family}

    assert "van der Dussen" in names
    assert not names & {"auch Schlauchin", "Koch II", "Dussen van", "Bourgondië, van"}


def test_sites_lie_in_zones_that_exist_and_belong_to_organizations_that_exist() -> None:
    organizations = {row["name"] for row in read_seeds("organizations")}

    assert {site["organization"] for site in read_seeds("sites")} <= organizations
    assert all(str(ZoneInfo(site["zone"])) in read_seeds("zones") for site in read_seeds("sites"))


def test_departments_of_teams_exist() -> None:
    departments = {row["name"] for row in read_seeds("departments")}

    assert {row["department"] for row in read_seeds("teams") if "department" in row} <= departments


def test_a_site_of_weight_zero_has_no_people() -> None:
    assert 0 in {site["weight"] for site in read_seeds("sites")}
    assert all(site.weight > 0 for site in read_words().sites)


def test_draws_stay_within_their_bounds() -> None:
    draw = Draw(1, "test")

    assert {draw.below(3) for _ in range(200)} == {0, 1, 2}
    assert {draw.one("ab") for _ in range(100)} == {"a", "b"}
    assert all(re.fullmatch(r"\+1 0\d\d", draw.digits("+1 0##")) for _ in range(200))
    assert draw.digits("none") == "none"
    assert not any(draw.chance(0) for _ in range(100))
    assert all(draw.chance(1) for _ in range(100))


# Where the data is


def test_fixtures_are_those_of_the_checkout() -> None:
    assert fixtures() == Path(__file__).resolve().parent.parent / "fixtures"


def test_fixtures_beside_an_installed_package_come_first(tmp_path: Path) -> None:
    package = tmp_path / "sandbox"
    (package / "_fixtures").mkdir(parents=True)
    copy = shutil.copy(str(sandbox.fixtures.__file__), package)
    spec = spec_from_file_location("installed_fixtures", copy)
    assert spec
    assert spec.loader
    installed = module_from_spec(spec)
    spec.loader.exec_module(installed)

    assert installed.fixtures() == package / "_fixtures"
