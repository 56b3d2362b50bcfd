"""Explanations and cautions: of the documented sample user, and of everything that is not taken as it was sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.fixtures import fixtures
from sandbox.people.cautions import CAUTIONS
from sandbox.people.company import Company
from sandbox.people.explaining import NOT_MAPPED, Explanation, explain
from sandbox.people.rules import FIELD_RULES, IDENTITY_RULES
from sandbox.scim.schema import ENTERPRISE_URN
from tests.people.samples import ADDRESS, organization, person, site, user

NOT_DEFAULT = {
    *("externalId", "nickName", "profileUrl", "preferredLanguage", "ims", "photos", "roles", "x509Certificates"),
    *("name.middleName", "name.honorificPrefix", "name.honorificSuffix"),
    *(f"{ENTERPRISE_URN}:{name}" for name in ("costCenter", "division", "department")),
}


def sample_user() -> dict[str, Any]:
    """Return the sample user of 4me's own pages as the directory keeps it."""
    series = json.loads((fixtures() / "fourme" / "users.json").read_text(encoding="utf-8"))
    body = next(each["request"]["body"] for each in series if each["name"] == "create the sample user")
    return {"id": "2", **{name: value for name, value in body.items() if name != "schemas"}}


def test_of_the_sample_user_every_attribute_has_a_rule_or_is_not_mapped_by_default(company: Company) -> None:
    organization(company, sample_user()[ENTERPRISE_URN]["organization"])
    site(company, sample_user()[ENTERPRISE_URN]["site"])
    company.run_user_rules(sample_user())

    told = explain(sample_user(), company)

    fates = {each.attribute: each for each in told.fates}
    names = {rule.name for rule in (*IDENTITY_RULES, *FIELD_RULES)}
    assert {name for name, each in fates.items() if each.fate == NOT_MAPPED} == NOT_DEFAULT
    for name in fates.keys() - NOT_DEFAULT:
        assert set((fates[name].rule or "").split(", ")) <= names, name
    used = {name.removeprefix(f"{ENTERPRISE_URN}:") for name, each in fates.items() if each.fate == "used"}
    assert used == {
        *("id", "displayName", "title", "userType", "locale", "timezone", "active", "emails", "phoneNumbers"),
        *("addresses", "employeeNumber", "organization", "site", "location"),
    }
    assert fates["name.givenName"].reason == "displayName comes first"
    assert fates["userName"].reason.startswith("userName is no e-mail address")


def test_an_address_that_fills_no_field_is_not_said_to_be_used(company: Company) -> None:
    emails = [{"value": ADDRESS, "type": "work"}]
    company.run_user_rules(user(emails=emails, phoneNumbers=[{"value": "1", "type": "work"}]))

    fates = {each.attribute: each for each in explain(user(emails=emails), company).fates}

    assert (fates["emails"].fate, fates["emails"].reason) == ("ignored", "userName comes first")
    assert fates["userName"].fate == "used"


def test_every_rule_is_a_step_of_an_explanation_with_its_evidence(company: Company) -> None:
    told = explain(user(), company)

    steps = told.steps_json({"name": "Ann"}, None)
    assert [each["rule"] for each in steps] == [rule.name for rule in (*IDENTITY_RULES, *FIELD_RULES)]
    assert {each["evidence"] for each in steps} == {"documented"}
    assert next(each for each in steps if each["field"] == "name")["value"] == "Ann"


def test_an_explanation_says_what_the_next_write_would_change(company: Company) -> None:
    document = user(enterprise={"organization": "Widget UK"})
    company.run_user_rules(document)
    known = organization(company, "Widget UK")

    told = explain(document, company)

    steps = told.steps_json({"organization": "own"}, {"organization": known})
    step = next(each for each in steps if each["field"] == "organization")
    assert (step["value"], step["changes"], step["next"]) == ("own", True, known)


def codes(told: Explanation) -> set[str]:
    return {each.row.code for each in told.cautions}


@pytest.mark.parametrize(
    ("attributes", "code", "field"),
    [
        pytest.param({"userName": "Ann"}, "no_email", "primary_email", id="no address"),
        pytest.param({"displayName": None}, "no_name", "name", id="no name"),
        pytest.param({"locale": "tlh"}, "locale_unknown", "locale", id="no language of 4me"),
        pytest.param({"timezone": "Atlantis"}, "time_zone_unknown", "time_zone", id="no time zone"),
        pytest.param({"timezone": "Europe/Oslo"}, "time_zone_by_offset", "time_zone", id="a time zone by its offset"),
        pytest.param(
            {"enterprise": {"organization": "X"}}, "organization_unknown", "organization", id="no organization"
        ),
        pytest.param({"enterprise": {"site": "X"}}, "site_unknown", "site", id="no site"),
        pytest.param(
            {"enterprise": {"organization": "Closed"}},
            "organization_disabled",
            "organization",
            id="a closed organization",
        ),
        pytest.param({"enterprise": {"site": "Closed"}}, "site_disabled", "site", id="a closed site"),
        pytest.param({"enterprise": {"manager": {"value": "9"}}}, "manager_unknown", "manager", id="no manager"),
        pytest.param(
            {"enterprise": {"manager": {"value": "8"}}}, "manager_disabled", "manager", id="a manager who left"
        ),
        pytest.param({"enterprise": {"manager": {"value": "1"}}}, "manager_self", "manager", id="the person itself"),
        pytest.param({"title": "x" * 81}, "over_limit", "job_title", id="a title over the limit"),
        pytest.param({"displayName": "x" * 129}, "over_limit", "name", id="a name over the limit"),
        pytest.param(
            {"enterprise": {"supportID": "x" * 51}}, "over_limit", "supportID", id="a supportID over the limit"
        ),
        pytest.param(
            {"phoneNumbers": [{"value": "1" * 256}]},
            "over_limit",
            "contacts[0].telephone",
            id="a number over the limit",
        ),
        pytest.param(
            {"addresses": [{"region": "x" * 31}]}, "over_limit", "addresses[0].state", id="a state over the limit"
        ),
        pytest.param({"addresses": [{"country": "NLD"}]}, "country_form", "addresses[0].country", id="three letters"),
        pytest.param({"phoneNumbers": [{"value": "1", "type": "pager"}]}, "label_chosen", "contacts", id="a pager"),
    ],
)
def test_a_caution_tells_what_was_not_taken_as_it_was_sent(
    company: Company, attributes: dict[str, Any], code: str, field: str
) -> None:
    organization(company, "Closed", disabled=True)
    site(company, "Closed", disabled=True)
    company.run_user_rules(user("8", userName="gone@widget.example", active=False))

    told = explain(user(**attributes), company)

    assert (code, field) in {(each.row.code, each.field) for each in told.cautions}


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        pytest.param({"title": ""}, "blank_kept", id="a blank"),
        pytest.param({"locale": "de"}, "new_person_only", id="another language"),
        pytest.param({"timezone": "Berlin"}, "new_person_only", id="another time zone"),
        pytest.param({"timezone": "Atlantis"}, "new_person_only", id="no time zone, which does not matter any more"),
    ],
)
def test_a_caution_tells_what_a_person_who_exists_does_not_take(
    company: Company, attributes: dict[str, Any], code: str
) -> None:
    person(company, job_title="Clerk", locale="nl", time_zone="Amsterdam")

    assert codes(explain(user(**attributes), company)) == {code}


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param({}, id="nothing said"),
        pytest.param({"locale": "nl", "timezone": "Amsterdam"}, id="the same again"),
        pytest.param({"phoneNumbers": [{"value": "1", "type": "mobile"}]}, id="a label that 4me has"),
    ],
)
def test_nothing_is_told_of_what_is_taken(company: Company, attributes: dict[str, Any]) -> None:
    person(company, job_title="Clerk", locale="nl", time_zone="Amsterdam")

    assert codes(explain(user(**attributes), company)) == set()


def test_a_shared_address_is_told(company: Company) -> None:
    told = explain(user(), company, others=("4", "9"))

    assert [each.row.code for each in told.cautions] == ["shared_email"]
    assert told.cautions[0].detail == "SCIM users 4, 9 are linked to it too"


def test_every_caution_has_a_sentence_a_fix_and_evidence() -> None:
    for row in CAUTIONS.values():
        assert row.sentence.endswith(".")
        assert row.fix.endswith(".")
        assert row.source.startswith("https://") or row.evidence.value == "chosen"
