"""What holds of the mapping whatever the users are."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.people.company import Company
from sandbox.people.explaining import explain
from sandbox.people.values import GROUP_LINKS, ORGANIZATIONS, PEOPLE, SITES, USER_LINKS
from sandbox.planning import LAYOUT
from sandbox.scim.schema import ENTERPRISE_URN
from sandbox.store import Store, Transaction
from tests.people.samples import group, organization, person, site

FEWER = settings(max_examples=60)
"""Each example opens a store."""
NAMES = st.sampled_from(["", " ", "Ann", "Bob", "VIP", "Widget UK", "London", "Nowhere", "Closed"])
EMAILS = st.sampled_from(["ann@widget.example", "ANN@widget.example", "bob@widget.example", "Ann", "cid@x"])
TYPES = st.sampled_from(["work", "home", "mobile", "pager", "other", "personal", ""])


def optional(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(st.just({}), values.map(lambda value: {name: value}))


def all_of(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda each: {name: value for part in each for name, value in part.items()})


def texts(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return all_of(*(optional(name, NAMES) for name in names))


ENTRIES = st.fixed_dictionaries({"value": EMAILS, "type": TYPES}, optional={"primary": st.booleans()})
VALUES = st.lists(ENTRIES, max_size=3)
ADDRESSES = st.lists(texts("streetAddress", "locality", "country", "type"), max_size=2)
ENTERPRISES = all_of(
    texts("organization", "site", "location", "employeeNumber", "supportID", "department"),
    optional("manager", st.sampled_from(["1", "2", "3", "9", ""]).map(lambda value: {"value": value})),
)
USERS = all_of(
    EMAILS.map(lambda value: {"userName": value}),
    optional("displayName", NAMES),
    optional("name", texts("formatted", "givenName", "familyName")),
    texts("title", "userType", "nickName"),
    optional("locale", st.sampled_from(["nl", "nl-NL", "xx", "sr@latin", ""])),
    optional("timezone", st.sampled_from(["Amsterdam", "Europe/Oslo", "Nowhere", ""])),
    optional("active", st.booleans()),
    optional("emails", VALUES),
    optional("phoneNumbers", VALUES),
    optional("addresses", ADDRESSES),
    optional(ENTERPRISE_URN, ENTERPRISES),
)
"""The attributes of SCIM users, as the directory keeps them."""


def open_company(tables: Transaction) -> Company:
    """Return a company with somebody and something in it."""
    company = Company(tables, "Widget", lambda: "2026-03-02T09:00:00Z")
    organization(company, "Widget UK")
    organization(company, "Closed", disabled=True)
    site(company, "London")
    person(company, primary_email="bob@widget.example", vip=True, job_title="Clerk", contacts=[{"telephone": "1"}])
    return company


def state(tables: Transaction) -> dict[str, Any]:
    """Return every row of the 4me side."""
    draft = tables.draft
    return {name: dict(draft.table(name).items()) for name in (PEOPLE, ORGANIZATIONS, SITES, USER_LINKS, GROUP_LINKS)}


@given(st.lists(USERS, min_size=1, max_size=4))
@FEWER
def test_mapping_a_user_twice_changes_nothing_the_second_time(users: list[dict[str, Any]]) -> None:
    with Store.open(None, LAYOUT) as store, store.transaction() as tables:
        company = open_company(tables)
        for number, each in enumerate(users, start=1):
            document = {"id": str(number), **each}
            company.run_user_rules(document)
            once = state(tables)

            company.run_user_rules(document)

            assert state(tables) == once


@given(USERS, st.permutations(["Widget UK", "London", "Staff"]))
@FEWER
def test_it_does_not_matter_whether_the_user_or_its_groups_come_first(
    attributes: dict[str, Any], names: list[str]
) -> None:
    def person_after(*, groups_first: bool) -> dict[str, Any]:
        with Store.open(None, LAYOUT) as store, store.transaction() as tables:
            company = open_company(tables)
            document = {"id": "1", **attributes}
            tables.put("Users", document)
            if not groups_first:
                company.run_user_rules(document)
            for number, name in enumerate(names, start=1):
                company.run_group_rules(group(tables, str(number), name, "1"))
                if not groups_first:
                    company.run_user_rules(document)
            company.run_user_rules(document)
            found = company.person_of("1")
            return {} if found is None else {**found.row, "last_change": None}

    assert person_after(groups_first=True) == person_after(groups_first=False)


@given(USERS, USERS)
@FEWER
def test_an_explanation_changes_nothing_and_tells_of_every_attribute(
    before: dict[str, Any], attributes: dict[str, Any]
) -> None:
    with Store.open(None, LAYOUT) as store, store.transaction() as tables:
        company = open_company(tables)
        company.run_user_rules({"id": "1", **before})
        company.own_organization()
        once = state(tables)

        told = explain({"id": "1", **attributes}, company)

        assert state(tables) == once
        named = {fate.attribute for fate in told.fates}
        assert {name for name in attributes if not isinstance(attributes[name], dict)} <= named
        assert all(fate.rule or fate.fate in ("not mapped by default", "SCIM's own") for fate in told.fates)
