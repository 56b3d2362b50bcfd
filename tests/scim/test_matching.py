"""Which documents a condition matches."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.scim.filter import read_filter
from sandbox.scim.matching import matcher
from sandbox.scim.path import read_patch_path
from sandbox.scim.schema import ENTERPRISE_URN
from tests.scim.sample_types import CUSTOM_FIELDS_URN, GROUP, USER

ANN: dict[str, Any] = {
    "id": "5",
    "externalId": "Ext-5",
    "userName": "Ann.Bell@Example.com",
    "name": {"givenName": "Ann", "familyName": ""},
    "title": "",
    "profileUrl": "https://example.com/Ann",
    "active": True,
    "emails": [
        {"value": "ann@example.com", "type": "work", "primary": True},
        {"value": "Ann@Home.example", "type": "home"},
    ],
    "addresses": [{"country": "NL", "type": "work"}],
    "roles": [],
    "tags": ["Red", "green"],
    "logins": 12,
    "score": 1.5,
    "hiredAt": "2020-02-29T10:00:00.250+01:00",
    "certificate": "AQID",
    ENTERPRISE_URN: {"department": "Straße", "manager": {"value": "7"}},
    CUSTOM_FIELDS_URN: {
        "badge": 12,
        "floor": "Third",
        "keyholder": True,
        "rooms": [1, "B2"],
        "keys": 1,
        "Badge": "other",
    },
    "meta": {"created": "2026-01-31T12:00:00Z", "lastModified": "2026-11-23T19:00:00Z"},
}


def matches(text: str, document: dict[str, Any] = ANN) -> bool:
    """Tell whether the filter *text* matches *document*."""
    return matcher(read_filter(text, USER))(document)


@pytest.mark.rfc("7644 §3.4.2.2")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('userName eq "ANN.BELL@EXAMPLE.COM"', True, id="text equals without case"),
        pytest.param('userName eq "ann.bell"', False, id="text equals as a whole"),
        pytest.param('userName ne "ann.bell@example.com"', False, id="text differs without case"),
        pytest.param('userName co "BELL@"', True, id="contains"),
        pytest.param('userName co ""', True, id="contains nothing in particular"),
        pytest.param('userName sw "ANN"', True, id="starts with"),
        pytest.param('userName sw "bell"', False, id="does not start with"),
        pytest.param('userName ew ".COM"', True, id="ends with"),
        pytest.param('userName ew "example"', False, id="does not end with"),
        pytest.param('userName gt "ANN.BELL"', True, id="comes after"),
        pytest.param('userName gt "ann.bell@example.com"', False, id="is not after itself"),
        pytest.param('userName ge "ANN.BELL@EXAMPLE.COM"', True, id="is at or after itself"),
        pytest.param('userName lt "B"', True, id="comes before without case"),
        pytest.param('userName le "ann.bell@example.com"', True, id="is at or before itself"),
        pytest.param('externalId eq "Ext-5"', True, id="exact text equals"),
        pytest.param('externalId eq "ext-5"', False, id="exact text has its case"),
        pytest.param('externalId sw "EXT"', False, id="exact text starts with its case"),
        pytest.param('externalId lt "a"', True, id="exact text comes before by code point"),
        pytest.param('profileUrl co "/Ann"', True, id="exact reference"),
        pytest.param('profileUrl co "/ann"', False, id="exact reference has its case"),
        pytest.param('department eq "STRASSE"', True, id="text is folded, not just lowered"),
        pytest.param('certificate eq "AQID"', True, id="binary equals"),
        pytest.param('certificate eq "aqid"', False, id="binary is exact"),
        pytest.param('id eq "5"', True, id="id"),
    ],
)
def test_text_compares_as_its_attribute_says(text: str, expected: bool) -> None:
    assert matches(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("active eq true", True, id="true is true"),
        pytest.param('active eq "true"', True, id="so is quoted true"),
        pytest.param('active eq "True"', True, id="and in capitals"),
        pytest.param("active eq false", False, id="true is not false"),
        pytest.param('active ne "false"', True, id="true differs from false"),
        pytest.param("logins eq 12", True, id="integer"),
        pytest.param("logins eq 12.0", True, id="integer equals decimal"),
        pytest.param("logins gt 11.5", True, id="greater"),
        pytest.param("logins lt 12", False, id="not less"),
        pytest.param("logins ge 12", True, id="greater or equal"),
        pytest.param("score le 1.5", True, id="less or equal"),
        pytest.param("logins gt 9", True, id="by value, not by digits"),
    ],
)
def test_booleans_and_numbers_compare_by_value(text: str, expected: bool) -> None:
    assert matches(text) is expected


@pytest.mark.rfc("7643 §2.3.5")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('meta.created eq "2026-01-31T12:00:00Z"', True, id="same text"),
        pytest.param('meta.created eq "2026-01-31T06:00:00-06:00"', True, id="same instant elsewhere"),
        pytest.param('meta.created ne "2026-01-31T13:00:00+01:00"', False, id="no other instant"),
        pytest.param('meta.created eq "2026-01-31T12:00:00.000"', True, id="no zone, empty fraction"),
        pytest.param('meta.created lt "2026-01-31T12:00:00.001Z"', True, id="before a fraction later"),
        pytest.param('meta.created ge "2026-01-31T12:00:00.001Z"', False, id="not at a fraction later"),
        pytest.param('meta.created gt "2026-01-31T12:59:59+01:00"', True, id="after, though the text is smaller"),
        pytest.param('meta.lastModified lt "2026-11-23T14:00:01-05:00"', True, id="before, though the text is greater"),
        pytest.param('meta.lastModified gt "2026-11-23T19:00:00Z"', False, id="not after itself"),
        pytest.param('meta.lastModified le "2026-11-23T19:00:00Z"', True, id="at or before itself"),
        pytest.param('hiredAt eq "2020-02-29T09:00:00.25Z"', True, id="stored in another form"),
        pytest.param('hiredAt gt "2020-02-29T09:00:00Z"', True, id="stored with a fraction"),
    ],
)
def test_instants_compare_as_points_in_time(text: str, expected: bool) -> None:
    assert matches(text) is expected


@pytest.mark.rfc("7644 §3.4.2.2")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('emails.type eq "home"', True, id="one of them"),
        pytest.param('emails.type eq "other"', False, id="none of them"),
        pytest.param('emails eq "ANN@example.com"', True, id="value is meant"),
        pytest.param('emails co "home.example"', True, id="part of a value"),
        pytest.param('emails.type ne "work"', False, id="ne asks that none equals"),
        pytest.param('emails.type ne "other"', True, id="ne and no equal"),
        pytest.param("emails.primary eq true", True, id="one that has it"),
        pytest.param("emails.primary ne true", False, id="one equals"),
        pytest.param("emails.primary eq false", False, id="missing is not false"),
        pytest.param('roles.type eq "x"', False, id="no values"),
        pytest.param('roles.type ne "x"', True, id="no values differ"),
        pytest.param('tags eq "RED"', True, id="simple values"),
        pytest.param('tags ne "red"', False, id="simple values and ne"),
        pytest.param('emails[type eq "work" and value ew "@example.com"]', True, id="one value meets both"),
        pytest.param('emails[type eq "work" and value ew "home.example"]', False, id="no value meets both"),
        pytest.param('emails.type eq "work" and emails.value ew "home.example"', True, id="two values meet one each"),
        pytest.param('emails[not (type eq "work")]', True, id="another value"),
        pytest.param('not (emails[type eq "work"])', False, id="no such value"),
        pytest.param('emails[type eq "work"].value eq "ann@example.com"', True, id="Entra's form"),
        pytest.param('emails[type eq "home"].value eq "ann@example.com"', False, id="Entra's form, another value"),
        pytest.param('emails[type eq "home"].value ne "ann@example.com"', True, id="Entra's form and ne"),
        pytest.param("emails[primary eq null]", True, id="a value that lacks it"),
        pytest.param('roles[type ne "x"]', False, id="there is no value at all"),
        pytest.param('manager eq "7"', True, id="value of one complex attribute"),
        pytest.param('manager.value eq "8"', False, id="another value"),
        pytest.param("manager eq null", False, id="one complex attribute that is there"),
    ],
)
def test_one_value_of_many_is_enough(text: str, expected: bool) -> None:
    assert matches(text) is expected


@pytest.mark.rfc("7643 §2.5")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("userName pr", True, id="text"),
        pytest.param("title pr", False, id="empty text"),
        pytest.param("displayName pr", False, id="missing"),
        pytest.param("roles pr", False, id="empty list"),
        pytest.param("roles.value pr", False, id="part of an empty list"),
        pytest.param("name pr", True, id="complex"),
        pytest.param("name.familyName pr", False, id="empty part"),
        pytest.param("emails pr", True, id="list"),
        pytest.param("emails.primary pr", True, id="part of one value"),
        pytest.param("emails.display pr", False, id="part of no value"),
        pytest.param("emails[display pr]", False, id="no value with it"),
        pytest.param("manager pr", True, id="complex in an extension"),
        pytest.param("logins pr", True, id="number"),
        pytest.param("displayName eq null", True, id="missing equals null"),
        pytest.param("displayName ne null", False, id="missing does not differ from null"),
        pytest.param("userName eq null", False, id="text is not null"),
        pytest.param("userName ne null", True, id="text differs from null"),
        pytest.param("title eq null", False, id="empty text is assigned"),
        pytest.param("roles eq null", True, id="empty list equals null"),
        pytest.param("tags eq null", False, id="list is not null"),
        pytest.param("emails.primary eq null", True, id="a value lacks it"),
        pytest.param("emails.value eq null", False, id="each value has it"),
        pytest.param("name eq null", False, id="complex is not null"),
        pytest.param('displayName eq ""', False, id="missing is not empty text"),
        pytest.param('title eq ""', True, id="empty text equals empty text"),
        pytest.param('displayName ne "x"', True, id="missing differs from text"),
        pytest.param('displayName lt "x"', False, id="missing is not less"),
        pytest.param('displayName co ""', False, id="missing contains nothing"),
        pytest.param('title co ""', True, id="empty text contains itself"),
    ],
)
def test_presence_null_and_missing(text: str, expected: bool) -> None:
    assert matches(text) is expected


@pytest.mark.parametrize("value", [None, [], {}, "", 0, False], ids=repr)
def test_false_and_nought_are_present_and_the_rest_is_not(value: Any) -> None:
    document = {CUSTOM_FIELDS_URN: {"x": value}}

    assert matches(f"{CUSTOM_FIELDS_URN}:x pr", document) is (value == 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("badge eq 12", True, id="number"),
        pytest.param("badge gt 5", True, id="order of numbers"),
        pytest.param('badge eq "12"', False, id="text is no number"),
        pytest.param('badge gt "1"', False, id="text and number have no order"),
        pytest.param('floor eq "THIRD"', True, id="text without case"),
        pytest.param('floor sw "th"', True, id="beginning of text"),
        pytest.param("keyholder eq true", True, id="boolean"),
        pytest.param("keyholder eq 1", False, id="boolean is no number"),
        pytest.param("keys eq true", False, id="number is no boolean"),
        pytest.param('keyholder eq "true"', False, id="boolean is no text"),
        pytest.param("rooms eq 1", True, id="one of several"),
        pytest.param('rooms eq "b2"', True, id="one of several, text"),
        pytest.param('rooms ne "b2"', False, id="none of several"),
        pytest.param('Badge eq "OTHER"', True, id="name in its own case"),
        pytest.param("missing eq null", True, id="missing"),
    ],
)
def test_custom_fields_compare_by_type_and_value(text: str, expected: bool) -> None:
    assert matches(f"{CUSTOM_FIELDS_URN}:{text}") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('id eq "5" and active eq true', True, id="both"),
        pytest.param('id eq "5" and active eq false', False, id="one of both"),
        pytest.param('id eq "4" or active eq true', True, id="either"),
        pytest.param('id eq "4" or active eq false', False, id="neither"),
        pytest.param('not (id eq "4")', True, id="not"),
        pytest.param('id eq "4" and active eq true or logins eq 12', True, id="and before or"),
        pytest.param('id eq "4" and (active eq true or logins eq 12)', False, id="parentheses first"),
    ],
)
def test_logic(text: str, expected: bool) -> None:
    assert matches(text) is expected


ODD_VALUES = ["x", 1, True, None, [], {}, ["x", None, 1], [{"value": {}}, {"value": ["x"]}], {"value": 1}]


@pytest.mark.parametrize("odd", ODD_VALUES, ids=repr)
def test_a_document_of_another_shape_matches_or_not_but_never_fails(odd: Any) -> None:
    names = ["userName", "name", "active", "emails", "logins", "hiredAt", "tags", "meta", ENTERPRISE_URN]
    document = dict.fromkeys([*names, CUSTOM_FIELDS_URN], odd)
    filters = [
        'userName eq "x"',
        "name.givenName pr",
        "name pr",
        "active eq true",
        'emails[value sw "x"]',
        'emails.value gt "x"',
        "logins gt 0",
        'hiredAt lt "2030-01-01T00:00:00Z"',
        'tags co "x"',
        'meta.created gt "2020-01-01T00:00:00Z"',
        'manager.value ne "x"',
        f"{CUSTOM_FIELDS_URN}:x ge 1",
    ]

    assert all(matches(text, document) in {True, False} for text in filters)


def test_null_asks_for_the_manager_and_not_for_its_value() -> None:
    document = {ENTERPRISE_URN: {"manager": {"displayName": "Bo"}}}

    assert not matches("manager eq null", document)
    assert matches("manager.value eq null", document)
    assert matches("manager eq null", {ENTERPRISE_URN: {"department": "x"}})


@pytest.mark.parametrize("stored", ["not an instant at all", "2026-13-45", "", "2026-11-23T19:00:00+99:00"])
def test_a_stored_text_that_is_no_instant_equals_none(stored: str) -> None:
    assert not matches('hiredAt gt "0001-01-01T00:00:00Z"', {"hiredAt": stored})
    assert matches('hiredAt ne "0001-01-01T00:00:00Z"', {"hiredAt": stored})


def test_the_condition_of_a_patch_path_matches_single_values() -> None:
    condition = read_patch_path('members[value eq "2" or display sw "ann"]', GROUP).condition
    assert condition is not None
    is_meant = matcher(condition)

    members = [{"value": "2"}, {"value": "3", "display": "Ann"}, {"value": "4"}]
    assert [is_meant(member) for member in members] == [True, True, False]


def test_matching_changes_nothing() -> None:
    before = repr(ANN)

    for text in ('emails[type eq "work"]', "name pr", 'tags ne "x"', f"{CUSTOM_FIELDS_URN}:rooms eq 1"):
        matches(text)

    assert repr(ANN) == before


values = st.one_of(st.none(), st.text(max_size=3), st.booleans(), st.integers(-3, 3))
literals = st.sampled_from(['""', '"a"', '"A"', "null"])


@given(values, literals)
def test_ne_is_the_opposite_of_eq(value: Any, literal: str) -> None:
    for document in ({"title": value}, {"tags": [value]}, {"emails": [{"value": value}, {}]}):
        path = next(iter(document))
        assert matches(f"{path} ne {literal}", document) is not matches(f"{path} eq {literal}", document)


@given(st.text(max_size=4), st.text(max_size=2))
def test_a_text_is_before_at_or_after_another_and_nothing_else(value: str, operand: str) -> None:
    literal = '"' + "".join(f"\\u{ord(character):04x}" for character in operand if ord(character) < 0x10000) + '"'
    found = [matches(f"userName {operator} {literal}", {"userName": value}) for operator in ("lt", "eq", "gt")]

    assert found.count(True) == 1
    assert matches(f"userName le {literal}", {"userName": value}) is not found[2]
    assert matches(f"userName ge {literal}", {"userName": value}) is not found[0]
