"""What the rules made of a user before: it spares applying them again, and never changes what comes out."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.people.company import Company
from sandbox.people.mapping import DEFAULT_RULES, Link, Mapped, Rules, map_user
from sandbox.people.outcome import Case, Outcome
from sandbox.people.records import ORGANIZATION, PERSON, SITE, change
from sandbox.people.rules import MappingRule
from sandbox.personnel.mapper import REMEMBERED
from sandbox.planning import LAYOUT
from sandbox.running import RunningAccount
from sandbox.scim.schema import ENTERPRISE_URN
from sandbox.store import Store
from tests.people.conftest import NOW
from tests.people.samples import group, organization, person, site, user
from tests.people.test_mapping_file import rules_of
from tests.people.test_mapping_properties import USERS, open_company, state

FEWER = settings(max_examples=60)
"""Each example opens stores."""
IDS = st.sampled_from(["1", "2"])
RULES = {
    file: rules_of(file)
    for file in (
        "",
        'off = ["other_emails", "site"]',
        '[[user]]\nfield = "job_title"\ntemplate = "{title}, {person.location}"\n'
        '[[user]]\nfield = "location"\nfrom = "nickName"\nclear = true',
        '[[user]]\nfield = "primary_email"\nfrom = "emails.value"\nwhen = "title pr"',
        '[[user]]\nfield = "organization"\nfrom = "title"\n[[user]]\nfield = "custom_fields.grade"\nfrom = "userType"',
    )
}
"""Mapping files: of own rules nobody knows beforehand what they read."""

WRITES = st.tuples(st.just("user"), IDS, USERS)
PATCHES = st.tuples(st.just("patch"), IDS, USERS.map(lambda each: dict(list(each.items())[-2:])))
OWNERS = st.tuples(st.just("person"), IDS, st.sampled_from([{"vip": True}, {"location": "Attic"}, {"disabled": True}]))
PLACES = st.tuples(st.sampled_from(["close", "open"]), st.sampled_from(["Widget UK", "London", "Nowhere"]))
JOINS = st.tuples(st.just("join"), IDS, st.sampled_from(["Widget UK", "London", "Staff"]))
HISTORIES = st.lists(st.one_of(WRITES, PATCHES, PATCHES, OWNERS, PLACES, JOINS), min_size=2, max_size=12)


class World:
    """A company that things happen to, each in a transaction; it may remember what the rules made of its users."""

    def __init__(self, store: Store, rules: Rules, *, remembers: bool) -> None:
        self._store = store
        self._rules = rules
        self._remembers = remembers
        self._last: dict[str, Mapped] = {}
        self._users: dict[str, dict[str, Any]] = {}
        with store.transaction() as tables:
            open_company(tables)

    def happen(self, what: str, *facts: Any) -> tuple[Any, dict[str, Any]]:
        """Let something happen; return what is told of the user that it is about, and all rows there are then."""
        with self._store.transaction() as self.tables:
            self.company = Company(self.tables, "Widget", lambda: NOW, self._rules)
            return told(getattr(self, f"_{what}")(*facts)), state(self.tables)

    def _user(self, user_id: str, attributes: dict[str, Any]) -> Mapped:
        self._users[user_id] = {"id": user_id, **attributes}
        mapped = self.company.run_user_rules(self._users[user_id], self._last.get(user_id))
        if self._remembers:
            self._last[user_id] = mapped
        return mapped

    def _patch(self, user_id: str, attributes: dict[str, Any]) -> Mapped:
        return self._user(user_id, {**self._users.get(user_id, {"userName": "ann@widget.example"}), **attributes})

    def _person(self, user_id: str, fields: dict[str, Any]) -> None:
        found = self.company.person_of(user_id)
        if found is not None:
            change(PERSON, found.id, fields, self.company)

    def _close(self, name: str) -> None:
        self._set_disabled(name, is_disabled=True)

    def _open(self, name: str) -> None:
        self._set_disabled(name, is_disabled=False)

    def _set_disabled(self, name: str, *, is_disabled: bool) -> None:
        for kind, find, make in (
            (ORGANIZATION, self.company.organization_named, organization),
            (SITE, self.company.site_named, site),
        ):
            found = find(name)
            if found is None:
                make(self.company, name, disabled=is_disabled)
            else:
                change(kind, found.id, {"disabled": is_disabled}, self.company)

    def _join(self, user_id: str, name: str) -> Mapped:
        number = {"Widget UK": "1", "London": "2", "Staff": "3"}[name]
        self.company.run_group_rules(group(self.tables, number, name, user_id))
        return self._patch(user_id, {})


def told(mapped: Mapped | None) -> Any:
    """Return all that is told of what became of a user."""
    if mapped is None:
        return None
    before = None if mapped.before is None else mapped.before.row
    after = None if mapped.person is None else list(mapped.person.row.items())
    return mapped.user, mapped.link, before, after, mapped.changed, mapped.outcomes


@given(HISTORIES, st.sampled_from(list(RULES)))
@FEWER
def test_what_is_remembered_changes_nothing(history: Sequence[tuple[Any, ...]], file: str) -> None:
    with Store.open(None, LAYOUT) as one, Store.open(None, LAYOUT) as other:
        knowing, forgetful = World(one, RULES[file], remembers=True), World(other, RULES[file], remembers=False)
        for what in history:
            assert knowing.happen(*what) == forgetful.happen(*what)


@given(USERS, USERS, USERS)
@FEWER
def test_it_does_not_matter_whose_and_how_old_it_is(
    first: dict[str, Any], second: dict[str, Any], now: dict[str, Any]
) -> None:
    with Store.open(None, LAYOUT) as store, store.transaction() as tables:
        company = open_company(tables)
        company.run_user_rules({"id": "2", **first})
        others = company.run_user_rules({"id": "2", **first})
        company.run_user_rules({"id": "1", **second})

        assert told(map_user({"id": "1", **now}, company, last=others)) == told(map_user({"id": "1", **now}, company))


class Counted:
    """Rules that count how often each is applied."""

    def __init__(self) -> None:
        self.applied: list[str] = []
        self.rules = Rules(
            identity=tuple(map(self._counted, DEFAULT_RULES.identity)),
            fields=tuple(map(self._counted, DEFAULT_RULES.fields)),
        )

    def _counted(self, rule: MappingRule) -> MappingRule:
        def apply(case: Case) -> Outcome:
            self.applied.append(rule.name)
            return rule.apply(case)

        return replace(rule, apply=apply)


BOB = user("2", userName="bob@widget.example", displayName="Bob")
ANN = user(
    title="Clerk",
    locale="nl",
    emails=[{"value": "ann@home.example"}],
    phoneNumbers=[{"value": "1"}],
    enterprise={"manager": {"value": "2"}},
)


@pytest.fixture
def counted() -> Counted:
    """Return rules that count."""
    return Counted()


class Ann:
    """A user in a company of its own."""

    def __init__(self, store: Store, rules: Rules) -> None:
        self._store = store
        self._rules = rules
        with self.open() as company:
            organization(company, "Widget UK")
            company.run_user_rules(BOB)
            company.run_group_rules(group(self.tables, "1", "Widget UK", "1"))
            company.run_user_rules(ANN)
        self.last = self.write()
        """What the rules make of Ann when nothing changes."""

    @contextmanager
    def open(self) -> Iterator[Company]:
        """Open the company in a transaction."""
        with self._store.transaction() as self.tables:
            yield Company(self.tables, "Widget", lambda: NOW, self._rules)

    def write(self, changes: Mapping[str, Any] = MappingProxyType({}), last: Mapped | None = None) -> Mapped:
        """Write Ann, other than she was at first."""
        with self.open() as company:
            return company.run_user_rules({**ANN, **changes}, last)


@pytest.fixture
def ann(counted: Counted) -> Iterator[Ann]:
    """Return Ann."""
    with Store.open(None, LAYOUT) as store:
        ann = Ann(store, counted.rules)
        counted.applied.clear()
        yield ann


@pytest.mark.parametrize(
    ("changes", "applied"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param(
            {"nickName": "Annie", "meta": {"lastModified": "2026-03-02T10:00:00Z"}}, [], id="what no rule reads"
        ),
        pytest.param({"title": "Boss"}, ["job_title"], id="an attribute"),
        pytest.param({"name": {"formatted": "Ann B"}}, ["name"], id="a part of an attribute"),
        pytest.param(
            {"emails": [{"value": "ann@other.example"}]},
            ["primary_email", "other_emails", "phone_numbers"],
            id="an attribute, and what fills the same field after it",
        ),
        pytest.param(
            {"userName": "ann@home.example"},
            ["primary_email", "name", "other_emails", "phone_numbers"],
            id="the address, which is no other one any more",
        ),
        pytest.param(
            {ENTERPRISE_URN: {"organization": "Widget UK"}},
            ["location", "employee_id", "support_id", "organization", "site", "manager"],
            id="an attribute of the extension",
        ),
    ],
)
def test_only_the_rules_that_a_change_reaches_are_applied_again(
    ann: Ann, counted: Counted, changes: dict[str, Any], applied: list[str]
) -> None:
    ann.write(changes, ann.last)

    assert counted.applied == applied


def change_organization(_: Ann, company: Company) -> None:
    organization(company, "Widget Japan")


def leave_group(ann: Ann, _: Company) -> None:
    assert ann.tables.unlink("1", (False, "1"))


def disable_manager(_: Ann, company: Company) -> None:
    company.run_user_rules({**BOB, "active": False})


@pytest.mark.parametrize("happen", [change_organization, leave_group, disable_manager])
def test_a_change_in_the_account_reaches_the_rules_that_ask_for_it(
    ann: Ann, counted: Counted, happen: Callable[[Ann, Company], None]
) -> None:
    with ann.open() as company:
        happen(ann, company)
    counted.applied.clear()

    ann.write({}, ann.last)

    assert counted.applied == ["organization", "site", "manager"]


def test_a_change_of_the_person_reaches_the_rules_for_what_changed(ann: Ann, counted: Counted) -> None:
    with ann.open() as company:
        found = company.person_of("1")
        assert found is not None
        change(PERSON, found.id, {"job_title": "Boss"}, company)

    ann.write({}, ann.last)

    assert counted.applied == ["job_title"]


def test_other_rules_than_before_are_all_applied(ann: Ann) -> None:
    others = Counted()

    with ann.open() as company:
        map_user(ANN, company, others.rules, ann.last)

    assert len(others.applied) == len(DEFAULT_RULES.identity) + len(DEFAULT_RULES.fields)


def test_the_person_is_the_one_of_now_also_in_what_no_rule_fills(ann: Ann) -> None:
    assert ann.last.before is not None
    with ann.open() as company:
        change(PERSON, ann.last.before.id, {"guest": True}, company)

    again = ann.write({}, ann.last)

    assert again.person is again.before is not None
    assert again.before.value_of("guest") is True


def test_a_match_is_a_kept_link_the_next_time() -> None:
    rules = rules_of('off = ["source", "source_id"]')
    with Store.open(None, LAYOUT) as store:

        def run(last: Mapped | None) -> Mapped:
            with store.transaction() as tables:
                return Company(tables, "Widget", lambda: NOW, rules).run_user_rules(user(), last)

        with store.transaction() as tables:
            person(Company(tables, "Widget", lambda: NOW), name="Ann")
        first = run(None)
        second = run(first)

    assert (first.link, second.link) == (Link.MATCHED, Link.KEPT)
    assert first.person is first.before


def test_it_is_remembered_of_the_users_written_last_and_no_others(account: RunningAccount) -> None:
    created = [account.directory.create("Users", named(number)).id for number in range(REMEMBERED)]
    account.directory.patch("Users", created[0], {"title": "Boss"})
    for number in range(REMEMBERED, REMEMBERED + 20):
        account.directory.create("Users", named(number))

    kept = [each.user["userName"] for each in gc.get_objects() if isinstance(each, Mapped)]

    numbers = sorted(int(name.removesuffix(BOUND)) for name in kept if name.endswith(BOUND))
    assert numbers == [0, *range(21, REMEMBERED + 20)]


BOUND = "@bound.example"


def named(number: int) -> dict[str, str]:
    return {"userName": f"{number}{BOUND}", "displayName": "Ann"}
