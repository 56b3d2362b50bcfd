"""Own rules from a mapping file: what they do, and what is refused with its line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sandbox.dialect import read_dialect
from sandbox.people.company import Company
from sandbox.people.mapping import Rules
from sandbox.people.mapping_file import MappingFileError, read_mapping
from sandbox.store import Transaction
from tests.people.samples import ADDRESS, group, mapped, organization, person, site, user

CUSTOM_FIELDS = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields"


def rules_of(text: str) -> Rules:
    types = read_dialect("4me").resource_types
    return read_mapping(text, "rules.toml", types["Users"], types["Groups"])


def with_rules(company: Company, text: str) -> Company:
    return replace(company, rules=rules_of(text))


def rule(**values: Any) -> str:
    """Return one [[user]] of a mapping file."""
    written = {name: {True: "true", False: "false"}.get(value, f"'{value}'") for name, value in values.items()}
    return "[[user]]\n" + "\n".join(f"{name.rstrip('_')} = {value}" for name, value in written.items()) + "\n"


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        pytest.param(rule(field="location", from_="title"), "location", "Clerk", id="an attribute"),
        pytest.param(rule(field="location", from_="name.givenName"), "location", "Ann", id="a part"),
        pytest.param(rule(field="location", from_="department"), "location", "Sales", id="an extension's, by name"),
        pytest.param(
            rule(field="location", from_="urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"),
            "location",
            "Sales",
            id="an extension's, by URN",
        ),
        pytest.param(
            rule(field="location", from_='phoneNumbers[type eq "mobile"].value'), "location", "2", id="a chosen entry"
        ),
        pytest.param(rule(field="location", from_="emails"), "location", "ann@b.example", id="the primary entry"),
        pytest.param(
            rule(field="custom_fields.cost", from_="custom_fields.cost"), "custom_fields.cost", 42, id="a number"
        ),
        pytest.param(rule(field="supportID", from_="custom_fields.cost"), "supportID", "42", id="a number as text"),
        pytest.param(
            rule(field="location", template="{title} {{of}} {department}"),
            "location",
            "Clerk {of} Sales",
            id="a template",
        ),
        pytest.param(
            rule(field="location", template="{nickName} {profileUrl}"), "location", None, id="nothing to fill"
        ),
        pytest.param(rule(field="location", from_="nickName", default="Desk"), "location", "Desk", id="a default"),
        pytest.param(rule(field="location", default="Desk"), "location", "Desk", id="a constant"),
        pytest.param(
            rule(field="location", from_="title") + '[user.lookup]\nClerk = "Floor 1"\n',
            "location",
            "Floor 1",
            id="a lookup",
        ),
        pytest.param(
            rule(field="location", from_="title") + '[user.lookup]\nBoss = "Floor 9"\n',
            "location",
            None,
            id="not in it",
        ),
        pytest.param(
            rule(field="location", from_="title", default="Desk") + '[user.lookup]\nBoss = "Floor 9"\n',
            "location",
            "Desk",
            id="not in it, with a default",
        ),
        pytest.param(
            rule(field="vip", from_="title", when='title eq "Boss"'), "vip", None, id="a condition that fails"
        ),
        pytest.param(rule(field="vip", default=True, when='title sw "Cl"'), "vip", True, id="a condition that holds"),
        pytest.param(rule(field="guest", from_="nickName", default="yes"), "guest", True, id="yes and no as text"),
        pytest.param(rule(field="locale", from_="title", default="nl-BE"), "locale", None, id="no language"),
        pytest.param(rule(field="locale", default="nl-BE"), "locale", "nl", id="a language"),
        pytest.param(rule(field="time_zone", default="Europe/Berlin"), "time_zone", "Berlin", id="a time zone"),
        pytest.param(rule(field="organization", default="Widget UK"), "organization", "1", id="an organization"),
        pytest.param(rule(field="site", default="London"), "site", "1", id="a site"),
        pytest.param(rule(field="manager", default="boss@b.example"), "manager", "1000001", id="a manager"),
        pytest.param(rule(field="primary_email", from_="emails"), "primary_email", "ann@b.example", id="the address"),
        pytest.param(
            rule(field="name", template="{name.familyName}, {name.givenName}"), "name", "Bee, Ann", id="the name"
        ),
        pytest.param(
            rule(field="location", from_="person.supportID") + rule(field="supportID", template="S-{person.job_title}"),
            "location",
            "S-Clerk",
            id="a field that another rule fills, whatever the order",
        ),
        pytest.param('off = ["job_title"]', "job_title", None, id="a default rule that is off"),
    ],
)
def test_an_own_rule_fills_its_field(company: Company, text: str, field: str, value: object) -> None:
    organization(company, "Widget UK")
    site(company, "London")
    person(company, primary_email="boss@b.example", name="Boss")
    document = user(
        title="Clerk",
        name={"givenName": "Ann", "familyName": "Bee"},
        emails=[{"value": "ann@a.example", "type": "home"}, {"value": "ann@b.example", "primary": True}],
        phoneNumbers=[{"value": "1", "type": "work"}, {"value": "2", "type": "mobile"}],
        enterprise={"department": "Sales"},
        **{CUSTOM_FIELDS: {"cost": 42}},
    )

    found = mapped(with_rules(company, text), document)

    assert found is not None
    assert found.value_of(field) == value


def test_a_blank_keeps_the_field_unless_the_rule_clears_it(company: Company) -> None:
    for clears, kept in ((False, "Sales"), (True, None)):
        own = with_rules(company, rule(field="location", from_="department", clear=clears))
        mapped(own, user(enterprise={"department": "Sales"}))

        found = mapped(own, user(enterprise={"department": ""}))

        assert found is not None
        assert found.value_of("location") == kept


def test_a_rule_for_new_persons_leaves_those_alone_who_exist(company: Company) -> None:
    own = with_rules(company, rule(field="location", from_="department", only_new=True))
    person(company, primary_email="bob@widget.example")

    new = mapped(own, user("1", enterprise={"department": "Sales"}))
    old = mapped(own, user("2", userName="bob@widget.example", enterprise={"department": "Sales"}))

    assert (new and new.value_of("location"), old and old.value_of("location")) == ("Sales", None)


def test_an_address_that_an_own_rule_gives_decides_who_the_person_is(company: Company) -> None:
    known = person(company, primary_email="ann@b.example")
    own = with_rules(company, rule(field="primary_email", from_="emails"))

    found = mapped(own, user(userName=ADDRESS, emails=[{"value": "ann@b.example"}]))

    assert found is not None
    assert found.id == known


@pytest.mark.parametrize("kind", ["organization", "site"])
def test_a_group_rule_creates_what_is_missing_and_links_what_is_there(
    company: Company, tables: Transaction, kind: str
) -> None:
    text = f"[[group]]\ncreates = '{kind}'\nwhen = 'groupType eq \"Org\"'\nname = 'Widget {{displayName}}'\n"
    own = with_rules(company, text)
    known = organization(company, "Widget Gouda") if kind == "organization" else site(company, "Widget Gouda")
    for number, (name, group_type) in enumerate((("Delft", "Org"), ("Staff", "Team"), ("Gouda", "Org")), start=1):
        own.run_group_rules({**group(tables, str(number), name), "groupType": group_type})

    links = [company.group_link(each) for each in ("1", "2", "3")]

    named = company.organization_named if kind == "organization" else company.site_named
    created = named("Widget Delft")
    assert created is not None
    assert [link and link.classification for link in links] == [kind, "unclassified", kind]
    assert [getattr(link, kind) for link in links] == [created.id, None, known]
    assert named("Widget Staff") is None


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        pytest.param("[[user]]\nfield = \n", 2, "no TOML", id="no TOML"),
        pytest.param("\n\nofff = []\n", 3, "did you mean off?", id="an unknown name"),
        pytest.param('off = [\n"vp"]', 1, "did you mean vip?", id="a rule that is not there"),
        pytest.param("off = 3", 1, "a list of names", id="off that is no list"),
        pytest.param("[user]\nfield = 'vip'", 1, "two brackets", id="one bracket"),
        pytest.param(rule(field="jobtitle", from_="title"), 2, "did you mean job_title?", id="an unknown field"),
        pytest.param(
            rule(field="contacts", from_="title"), 2, "cannot fill 'contacts'", id="a field that cannot be filled"
        ),
        pytest.param(rule(from_="title"), 1, "needs field", id="no field"),
        pytest.param(rule(field="vip"), 1, "needs from, template or default", id="nothing to fill it with"),
        pytest.param(rule(field="vip", from_="titel"), 3, "no attribute 'titel'", id="an unknown attribute"),
        pytest.param(rule(field="vip", from_="name"), 3, "name one of them", id="an attribute with parts"),
        pytest.param(rule(field="vip", from_="groups"), 3, "not kept", id="an attribute that is not kept"),
        pytest.param(rule(field="vip", from_="password"), 3, "not kept", id="an attribute that is never kept"),
        pytest.param(rule(field="vip", from_="person.manager"), 3, "cannot read", id="a field that cannot be read"),
        pytest.param(rule(field="vip", from_="title", template="x"), 4, "not both", id="from and template"),
        pytest.param(rule(field="name", template="{title"), 3, "character 1", id="a brace that is open"),
        pytest.param(rule(field="name", template="title}"), 3, "character 6", id="a brace that only closes"),
        pytest.param(rule(field="name", template="{ }"), 3, "no name between", id="empty braces"),
        pytest.param(rule(field="name", template="{titel}"), 3, "no attribute 'titel'", id="an unknown name in braces"),
        pytest.param(rule(field="name", template=""), 3, "not empty", id="an empty template"),
        pytest.param(
            rule(field="name", from_="title", when="title like 1"), 4, "like", id="a condition that is no filter"
        ),
        pytest.param(rule(field="name", from_="title", only_new="yes"), 4, "true or false", id="a switch that is text"),
        pytest.param("[[user]]\nfield = 'name'\ndefault = [1]", 3, "a text, a number", id="a default that is a list"),
        pytest.param(rule(field="name", from_="title") + "lookup = 3", 4, "is a table", id="a lookup that is no table"),
        pytest.param(
            rule(field="name", from_="title") + "[user.lookup]\na = 'b'\nc = []",
            6,
            "a text, a number",
            id="a value in it",
        ),
        pytest.param(rule(field="name", template="x {person.name}"), 1, "circle", id="a loop of one"),
        pytest.param(
            "\n" + rule(field="location", from_="person.supportID") + rule(field="supportID", from_="person.location"),
            2,
            "go round in a circle",
            id="a loop of two",
        ),
        pytest.param(
            rule(field="primary_email", from_="person.location"), 1, "decides who", id="the address of a field"
        ),
        pytest.param("[[group]]\ncreates = 'team'", 2, "organization or site", id="a group that creates a team"),
        pytest.param(
            "[[group]]\ncreates = 'site'\nname = '{title}'", 3, "Group has no", id="a user's attribute of a group"
        ),
        pytest.param("[[group]]\ncreates = 'site'\nname = '{person.name}'", 3, "no person", id="a group's person"),
        pytest.param("x = " + "[" * 5000, 1, "nests too deeply", id="a nest"),
        pytest.param("'''\nfield = 3\n'''", 1, "TOML", id="a text alone"),
    ],
)
def test_a_mapping_file_that_cannot_be_used_is_refused_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(MappingFileError, match=f"^line {line}[:,]") as error:
        rules_of(text)

    assert reason in str(error.value)


def test_too_many_rules_are_refused() -> None:
    with pytest.raises(MappingFileError, match="more than 200"):
        rules_of(rule(field="vip", default=True) * 201)


def test_an_empty_file_leaves_the_default_mapping() -> None:
    assert rules_of("# nothing yet\n") == Rules()
