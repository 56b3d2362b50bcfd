"""What a SCIM user does to a person: a table for each rule of 4me's default mapping (facts/4me.md section 11)."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.people.company import Company
from sandbox.people.mapping import Link, map_user
from sandbox.store import Transaction
from tests.people.conftest import NOW
from tests.people.samples import ADDRESS, group, mapped, organization, person, site, user

WORK, HOME = {"value": "ann@work.example", "type": "work"}, {"value": "ann@home.example", "type": "home"}
PRIMARY = {"value": "boss@work.example", "type": "work", "primary": True}


@pytest.mark.parametrize(
    ("attributes", "address"),
    [
        pytest.param({"userName": ADDRESS, "emails": [PRIMARY]}, ADDRESS, id="userName that is an address comes first"),
        pytest.param({"userName": "Ann", "emails": [WORK, PRIMARY]}, "boss@work.example", id="else the primary one"),
        pytest.param({"userName": "Ann", "emails": [HOME, WORK]}, "ann@home.example", id="else the first one"),
        pytest.param({"userName": "Ann", "emails": [{"value": " "}, WORK]}, "ann@work.example", id="blanks are none"),
        pytest.param({"userName": " ann@x.example "}, "ann@x.example", id="blanks around it do not count"),
        pytest.param({"userName": "ann@"}, None, id="half an address is none"),
        pytest.param({"userName": "Ann", "emails": []}, None, id="nothing leads to none"),
    ],
)
def test_the_primary_address_is_found(company: Company, attributes: dict[str, Any], address: str | None) -> None:
    found = mapped(company, user(**attributes))

    assert (found and found.primary_email) == address


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        pytest.param({"displayName": "Ann B", "name": {"formatted": "Ms. B"}}, "Ann B", id="displayName comes first"),
        pytest.param(
            {"displayName": None, "userName": "Ann C", "emails": [WORK], "name": {"formatted": "Ms. C"}},
            "Ann C",
            id="else userName that is no address",
        ),
        pytest.param({"displayName": " ", "name": {"formatted": "Ms. D"}}, "Ms. D", id="else name.formatted"),
        pytest.param(
            {"displayName": None, "name": {"givenName": "Ann", "familyName": "Eve"}}, "Ann Eve", id="else both names"
        ),
        pytest.param({"displayName": None, "name": {"familyName": "Eve"}}, "Eve", id="or the one there is"),
        pytest.param({"displayName": None}, None, id="an address alone is no name"),
    ],
)
def test_the_name_is_found(company: Company, attributes: dict[str, Any], name: str | None) -> None:
    found = mapped(company, user(**attributes))

    assert (found and found.name) == name


def test_a_name_that_nothing_gives_stays_as_it_is(company: Company) -> None:
    person(company, name="Ann of old")

    found = mapped(company, user(displayName=None))

    assert found is not None
    assert found.name == "Ann of old"


TEXTS = [
    pytest.param("job_title", "title", False, id="title to job_title"),
    pytest.param("location", "location", True, id="location"),
    pytest.param("employeeID", "employeeNumber", True, id="employeeNumber to employeeID"),
    pytest.param("supportID", "supportID", True, id="supportID"),
]


def with_text(attribute: str, value: str | None, *, in_extension: bool) -> dict[str, Any]:
    return user(enterprise={attribute: value}) if in_extension else user(**{attribute: value})


@pytest.mark.parametrize(("field", "attribute", "in_extension"), TEXTS)
def test_a_text_is_taken(company: Company, field: str, attribute: str, *, in_extension: bool) -> None:
    found = mapped(company, with_text(attribute, " X-1 ", in_extension=in_extension))

    assert found is not None
    assert found.value_of(field) == "X-1"


@pytest.mark.parametrize("blank", [pytest.param("", id="empty"), pytest.param("  ", id="blanks"), None])
@pytest.mark.parametrize(("field", "attribute", "in_extension"), TEXTS)
def test_a_blank_keeps_the_text_before(
    company: Company, field: str, attribute: str, blank: str | None, *, in_extension: bool
) -> None:
    mapped(company, with_text(attribute, "X-1", in_extension=in_extension))

    found = mapped(company, with_text(attribute, blank, in_extension=in_extension))

    assert found is not None
    assert found.value_of(field) == "X-1"


@pytest.mark.parametrize(
    ("given", "in_groups", "name"),
    [
        pytest.param("Widget UK", [], "Widget UK", id="by name"),
        pytest.param(" widget uk ", [], "Widget UK", id="in any case"),
        pytest.param("Widget UK", ["Widget Japan"], "Widget UK", id="before any group"),
        pytest.param("Nowhere", [], "Old", id="unknown keeps the current one"),
        pytest.param("Widget Closed", [], "Old", id="disabled is not used"),
        pytest.param("Nowhere", ["Staff", "Widget Japan", "Widget UK"], "Widget Japan", id="else the first such group"),
        pytest.param("Widget Closed", ["Widget UK"], "Widget UK", id="disabled falls to the group"),
        pytest.param(None, ["Widget Closed", "Widget UK"], "Widget UK", id="a disabled group is passed over"),
        pytest.param(None, ["Staff"], "Old", id="another group is none"),
        pytest.param("", [], "Old", id="a blank keeps the current one"),
    ],
)
@pytest.mark.parametrize("kind", ["organization", "site"])
def test_a_place_is_found(
    company: Company, tables: Transaction, kind: str, given: str | None, in_groups: list[str], name: str
) -> None:
    make = organization if kind == "organization" else site
    for each in ("Old", "Widget UK", "Widget Japan"):
        make(company, each)
    make(company, "Widget Closed", disabled=True)
    person(company, **{kind: "Old"})
    document = user(enterprise={} if given is None else {kind: given})
    tables.put("Users", document)
    for number, each in enumerate(in_groups, start=1):
        company.run_group_rules(group(tables, str(number), each, "1"))

    found = mapped(company, document)

    assert found is not None
    place = company.organization(found.value_of(kind)) if kind == "organization" else company.site(found.value_of(kind))
    assert place is not None
    assert place.name == name


def test_a_group_that_is_a_site_gives_no_organization_though_one_has_its_name_too(
    company: Company, tables: Transaction
) -> None:
    organization(company, "Widget UK")
    known = site(company, "Widget UK")
    document = user()
    tables.put("Users", document)
    company.run_group_rules(group(tables, "1", "Widget UK", "1"))

    found = mapped(company, document)

    assert found is not None
    assert found.value_of("site") == known
    assert found.value_of("organization") == company.own_organization()


@pytest.mark.parametrize("given", [None, "Nowhere"])
def test_a_new_person_of_no_known_organization_gets_the_account_s_own(company: Company, given: str | None) -> None:
    found = mapped(company, user(enterprise={"organization": given}))

    assert found is not None
    assert found.value_of("organization") == company.own_organization()
    assert company.organization_named("widget") is not None


def test_a_new_person_of_no_known_site_gets_none(company: Company) -> None:
    found = mapped(company, user(enterprise={"site": "Nowhere"}))

    assert found is not None
    assert found.value_of("site") is None


BOSS = user("7", userName="boss@widget.example", displayName="Boss")


@pytest.mark.parametrize(
    ("manager", "name"),
    [
        pytest.param({"value": "7"}, "Boss", id="by the id of a SCIM user"),
        pytest.param({"value": "99"}, "Old boss", id="unknown keeps the current one"),
        pytest.param({"value": ""}, "Old boss", id="a blank keeps the current one"),
        pytest.param(None, "Old boss", id="none keeps the current one"),
        pytest.param({"value": "8"}, None, id="disabled clears it"),
        pytest.param({"value": "1"}, "Old boss", id="nobody is their own manager"),
        pytest.param({"value": "9"}, "Old boss", id="a user without a person keeps the current one"),
    ],
)
def test_the_manager_is_found(company: Company, manager: dict[str, str] | None, name: str | None) -> None:
    person(company, primary_email="old@widget.example", name="Old boss")
    person(company, manager="old@widget.example")
    for document in (BOSS, user("8", userName="gone@widget.example", active=False), user("9", userName="nobody")):
        company.run_user_rules(document)

    found = mapped(company, user(enterprise={"manager": manager} if manager else {}))

    assert found is not None
    boss = company.person(found.value_of("manager") or "")
    assert (boss and boss.name) == name


def test_locale_and_time_zone_are_set_on_a_new_person_only(company: Company) -> None:
    first = mapped(company, user(locale="nl", timezone="Amsterdam"))
    second = mapped(company, user(locale="de", timezone="Berlin"))

    for found in (first, second):
        assert found is not None
        assert (found.value_of("locale"), found.value_of("time_zone")) == ("nl", "Amsterdam")


def test_a_person_who_exists_without_them_gets_neither_locale_nor_time_zone(company: Company) -> None:
    person(company)

    found = mapped(company, user(locale="nl", timezone="Amsterdam"))

    assert found is not None
    assert (found.value_of("locale"), found.value_of("time_zone")) == (None, None)


@pytest.mark.parametrize(
    ("before", "user_type", "vip"),
    [
        pytest.param(False, "VIP", True, id="VIP"),
        pytest.param(False, "Employee, VIP guest", True, id="VIP anywhere in it"),
        pytest.param(False, "vip", False, id="small letters are not it"),
        pytest.param(True, "Employee", False, id="another type takes it away"),
        pytest.param(True, "", True, id="a blank leaves it"),
        pytest.param(True, None, True, id="none leaves it"),
        pytest.param(False, "", False, id="a blank does not give it"),
    ],
)
def test_vip_is_in_the_user_type(company: Company, user_type: str | None, *, before: bool, vip: bool) -> None:
    person(company, vip=before)

    found = mapped(company, user(userType=user_type))

    assert found is not None
    assert (found.value_of("vip") is True) == vip


def test_the_contacts_of_an_integration_are_cleared_and_added_anew(company: Company) -> None:
    entered = {"label": "work", "telephone": "+31 20 000 0001"}
    person(company, contacts=[entered, {"label": "work", "telephone": "+31 20 000 0002", "integration": True}])
    phones = [{"value": "1", "type": "work"}, {"value": "2", "type": "mobile"}, {"value": "3", "type": "pager"}]

    found = mapped(company, user(phoneNumbers=phones, emails=[{"value": ADDRESS.upper()}, WORK, HOME, WORK]))

    assert found is not None
    assert found.contacts == [
        entered,
        {"label": "work", "email": "ann@work.example", "integration": True},
        {"label": "personal", "email": "ann@home.example", "integration": True},
        {"label": "work", "telephone": "1", "integration": True},
        {"label": "mobile", "telephone": "2", "integration": True},
        {"label": "work", "telephone": "3", "integration": True},
    ]


def test_a_user_without_contacts_clears_those_of_the_integration(company: Company) -> None:
    mapped(company, user(phoneNumbers=[{"value": "1"}], addresses=[{"locality": "Delft"}]))

    found = mapped(company, user())

    assert found is not None
    assert (found.contacts, found.addresses) == ([], [])


def test_addresses_are_taken_part_by_part(company: Company) -> None:
    entered = {"label": "home", "city": "Gouda"}
    person(company, addresses=[entered])
    parts = {"streetAddress": "Dam 1", "locality": "Amsterdam", "region": "NH", "postalCode": "1012", "country": "NL"}
    given = [{"type": "home", **parts}, {"type": "work", "formatted": "Dam 2"}, {"type": "other", "primary": True}]

    found = mapped(company, user(addresses=given))

    assert found is not None
    taken = {"address": "Dam 1", "city": "Amsterdam", "state": "NH", "zip": "1012", "country": "NL"}
    assert found.addresses == [
        entered,
        {"label": "home", **taken, "integration": True},
        {"label": "mailing", "address": "Dam 2", "integration": True},
    ]


@pytest.mark.parametrize(
    ("before", "active", "disabled"),
    [
        pytest.param(False, False, True, id="inactive disables"),
        pytest.param(True, True, False, id="active enables"),
        pytest.param(True, None, True, id="none leaves it"),
    ],
)
def test_active_decides_whether_the_person_is_disabled(
    company: Company, *, before: bool, active: bool | None, disabled: bool
) -> None:
    person(company, disabled=before)

    found = mapped(company, user(active=active))

    assert found is not None
    assert found.disabled == disabled


def test_a_person_with_the_same_primary_address_is_linked(company: Company) -> None:
    known = person(company, primary_email=ADDRESS.upper())

    found = mapped(company, user())

    assert found is not None
    assert found.id == known
    assert (found.value_of("source"), found.value_of("sourceID")) == ("SCIM", "1")


def test_nobody_with_the_address_means_a_new_person(company: Company) -> None:
    found = mapped(company, user())

    assert found is not None
    assert (found.id, found.name) == ("1000001", "Ann")
    assert found.value_of("created_at") == NOW


@pytest.mark.parametrize(
    "attributes",
    [pytest.param({"userName": "Ann"}, id="no address"), pytest.param({"displayName": None}, id="no name")],
)
def test_without_address_or_name_there_is_no_person_and_no_error(company: Company, attributes: dict[str, Any]) -> None:
    assert mapped(company, user(**attributes)) is None
    assert map_user(user(**attributes), company).link is Link.NONE


def test_an_outcome_says_how_the_user_came_to_its_person(company: Company) -> None:
    bob = {"userName": "bob@widget.example", "displayName": "Bob"}
    person(company)
    assert map_user(user(**bob), company).link is Link.CREATED
    assert map_user(user(), company).link is Link.MATCHED

    mapped(company, user())

    assert map_user(user(), company).link is Link.KEPT
    assert map_user(user(**bob), company).link is Link.KEPT, "who gets another address keeps the person"
    person(company, primary_email="bob@widget.example")
    assert map_user(user(**bob), company).link is Link.MATCHED


def test_a_user_who_gets_another_address_keeps_its_person(company: Company) -> None:
    before = mapped(company, user(title="Clerk"))

    found = mapped(company, user(userName="ann.married@widget.example"))

    assert before is not None
    assert found is not None
    assert (found.id, found.primary_email) == (before.id, "ann.married@widget.example")
    assert found.value_of("job_title") == "Clerk"


def test_a_user_who_gets_the_address_of_another_person_is_linked_to_that_one(company: Company) -> None:
    other = person(company, primary_email="bob@widget.example", name="Bob")
    first = mapped(company, user())

    found = mapped(company, user(userName="bob@widget.example"))

    assert found is not None
    assert found.id == other
    assert first is not None
    assert company.person(first.id) == first


def test_two_users_with_one_address_share_a_person(company: Company) -> None:
    one = mapped(company, user("1", title="Clerk"))
    two = mapped(company, user("2", userName="Ann", emails=[{"value": ADDRESS}], title=""))

    assert one is not None
    assert two is not None
    assert one.id == two.id
    assert (two.value_of("sourceID"), two.value_of("job_title")) == ("2", "Clerk")


def test_what_the_default_mapping_does_not_look_at_changes_nothing(company: Company) -> None:
    before = mapped(company, user())

    found = mapped(
        company,
        user(
            nickName="A",
            profileUrl="https://widget.example",
            preferredLanguage="nl",
            ims=[{"value": "a"}],
            photos=[{"value": "b"}],
            entitlements=[{"value": "c"}],
            roles=[{"value": "d"}],
            x509Certificates=[{"value": "e"}],
            enterprise={"costCenter": "1", "division": "2", "department": "3"},
        ),
    )

    assert found == before


def test_a_change_notes_what_was_before_and_who_was_behind_it(company: Company) -> None:
    mapped(company, user(title="Clerk"))

    found = mapped(company, user(title="Chief", userType="VIP"))

    assert found is not None
    assert found.value_of("last_change") == {"at": NOW, "user": "1", "before": {"job_title": "Clerk", "vip": None}}
