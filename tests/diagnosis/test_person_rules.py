"""What is told of the person that a user became: of the write that brought it, as things were at that moment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.diagnosis.person_rules import PERSON_RULES
from sandbox.recorder import Finding
from sandbox.scim.schema import ENTERPRISE_URN
from tests.diagnosis.golden import CONTROL_KEY, Golden, golden

OF_A_PERSON = {rule.code for rule in PERSON_RULES}
NEW = {"userName": "new@widget.example", "displayName": "New"}


@pytest.fixture
def sandbox() -> Iterator[Golden]:
    """Return a sandbox with the people of the examples: Ann is 1, Bob is 2, Cid is 3 and inactive."""
    with golden() as opened:
        yield opened


def sent(sandbox: Golden, method: str, path: str, body: Any) -> None:
    """Send one request of a client, which is served."""
    headers = {**sandbox.bearer, "Content-Type": "application/scim+json"}
    assert sandbox.ask(method, f"/scim/v2{path}", headers, json.dumps(body).encode()).status < 300


def owned(sandbox: Golden, method: str, path: str, body: Any) -> None:
    """Make one call of the owner."""
    headers = {"X-Sandbox-Control-Key": CONTROL_KEY, "Content-Type": "application/json"}
    answer = sandbox.ask(method, f"/_sandbox/accounts/widget{path}", headers, json.dumps(body).encode())
    assert answer.status < 300, answer.body


def told(sandbox: Golden) -> list[Finding]:
    """Return what was found in the last exchange about the person."""
    return [each for each in sandbox.exchanges()[-1].findings if each.code in OF_A_PERSON]


def codes(sandbox: Golden) -> set[str]:
    return {each.code for each in told(sandbox)}


def test_a_later_write_of_something_else_is_not_told_of_it_again(sandbox: Golden) -> None:
    sent(sandbox, "POST", "/Users", {**NEW, ENTERPRISE_URN: {"organization": "Atlantis"}})
    assert codes(sandbox) == {"organization-unknown"}

    sent(sandbox, "PATCH", "/Users/31", {"title": "Clerk"})
    assert codes(sandbox) == set()

    sent(sandbox, "PATCH", "/Users/31", {ENTERPRISE_URN: {"organization": "Mu"}})
    (finding,) = told(sandbox)
    assert finding.message == "organization 'Mu': no organization has this name, so the current one stays."
    assert (finding.where, finding.received) == (f"/{ENTERPRISE_URN}/organization", "Mu")


def test_it_is_told_as_it_was_when_the_request_was_served(sandbox: Golden) -> None:
    sent(sandbox, "POST", "/Users", {**NEW, ENTERPRISE_URN: {"organization": "Atlantis", "site": "Attic"}})

    owned(sandbox, "POST", "/organizations", {"name": "Atlantis"})
    owned(sandbox, "POST", "/sites", {"name": "Attic"})

    assert codes(sandbox) == {"organization-unknown", "site-unknown"}


def test_a_write_of_a_group_is_told_nothing_of_its_members(sandbox: Golden) -> None:
    sent(sandbox, "POST", "/Users", {**NEW, ENTERPRISE_URN: {"organization": "Atlantis"}})

    sent(sandbox, "POST", "/Groups", {"displayName": "Widget UK", "members": [{"value": "31"}]})

    assert codes(sandbox) == set()


def test_nothing_is_told_where_an_own_rule_fills_the_field(sandbox: Golden) -> None:
    origin = f"from = '{ENTERPRISE_URN}:organization'"
    rule = f"[[user]]\nfield = 'organization'\n{origin}\nlookup = {{Atlantis = 'Widget UK'}}\n"
    owned(sandbox, "PUT", "/mapping", {"text": rule})

    sent(sandbox, "POST", "/Users", {**NEW, ENTERPRISE_URN: {"organization": "Atlantis"}})
    assert codes(sandbox) == set()

    sent(sandbox, "PATCH", "/Users/31", {ENTERPRISE_URN: {"organization": "Mu"}})
    assert codes(sandbox) == {"organization-unknown"}


@pytest.mark.parametrize(
    ("attributes", "where", "field"),
    [
        pytest.param({"title": "x" * 81}, "/title", "job_title", id="a title"),
        pytest.param({"displayName": "x" * 129}, "/displayName", "name", id="a display name"),
        pytest.param(
            {"displayName": None, "name": {"givenName": "x" * 100, "familyName": "y" * 100}},
            "/name/givenName",
            "name",
            id="two names that are too long together",
        ),
        pytest.param(
            {"addresses": [{"type": "home", "region": "x" * 31}]},
            "/addresses/0/region",
            "addresses[0].state",
            id="an address",
        ),
        pytest.param(
            {"phoneNumbers": [{"type": "work", "value": "1" * 256}]},
            "/phoneNumbers/0/value",
            "contacts[0].telephone",
            id="a telephone number",
        ),
    ],
)
def test_a_value_over_a_limit_is_told_where_it_stands(
    sandbox: Golden, attributes: dict[str, Any], where: str, field: str
) -> None:
    sent(sandbox, "POST", "/Users", {**NEW, **attributes})

    (finding,) = told(sandbox)
    assert finding.code == "person-field-too-short"
    assert f" is too long for {field} of the person: " in finding.message
    assert finding.where == where


def test_whoever_shares_a_person_is_named_three_at_most(sandbox: Golden) -> None:
    for number in range(5):
        body = {"userName": f"ann.{number}", "displayName": "Ann", "emails": [{"value": "ann@widget.example"}]}
        sent(sandbox, "POST", "/Users", body)

    (finding,) = told(sandbox)
    assert finding.code == "person-shared"
    assert "SCIM users 1, 31, 32 and 2 more are linked to it too" in finding.message


def test_a_shared_person_is_told_of_writes_of_the_address(sandbox: Golden) -> None:
    sent(sandbox, "POST", "/Users", {**NEW, "userName": "ann.lee", "emails": [{"value": "ann@widget.example"}]})
    assert codes(sandbox) == {"person-shared"}

    sent(sandbox, "PATCH", "/Users/31", {"title": "Clerk"})
    assert codes(sandbox) == set()

    sent(sandbox, "PATCH", "/Users/31", {"userName": "ann.lee@widget.example"})
    assert codes(sandbox) == {"person-shared"}, "a person keeps its users when its address changes"


def test_what_the_mapping_told_is_let_go_when_it_was_read(sandbox: Golden) -> None:
    sent(sandbox, "POST", "/Users", {**NEW, "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"]})

    assert sandbox.exchanges()[-1].mapped == ()
