"""Attribute notation and the paths of PATCH operations."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.scim.errors import InvalidPathError
from sandbox.scim.filter import And, Comparison
from sandbox.scim.path import (
    AttributePath,
    ExtensionPath,
    PatchPath,
    read_attribute_path,
    read_patch_path,
    values_at,
)
from sandbox.scim.schema import CORE_USER_URN, ENTERPRISE_URN
from tests.scim.sample_types import CUSTOM_FIELDS_URN, GROUP, USER


@pytest.mark.rfc("7644 §3.10")
@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        pytest.param("userName", "userName", id="core"),
        pytest.param("USERNAME", "userName", id="other case"),
        pytest.param("name.givenName", "name.givenName", id="sub-attribute"),
        pytest.param("NAME.GIVENNAME", "name.givenName", id="sub-attribute in other case"),
        pytest.param("meta.lastmodified", "meta.lastModified", id="common"),
        pytest.param("externalid", "externalId", id="external id"),
        pytest.param(f"{CORE_USER_URN}:userName", "userName", id="core by URN"),
        pytest.param(f"{CORE_USER_URN}:name.familyName", "name.familyName", id="core sub-attribute by URN"),
        pytest.param(f"{CORE_USER_URN}:externalId", "externalId", id="common by the core URN"),
        pytest.param(f"{ENTERPRISE_URN}:department", f"{ENTERPRISE_URN}:department", id="extension"),
        pytest.param(
            f"{ENTERPRISE_URN.upper()}:DEPARTMENT", f"{ENTERPRISE_URN}:department", id="extension in capitals"
        ),
        pytest.param(
            f"{ENTERPRISE_URN}:manager.value", f"{ENTERPRISE_URN}:manager.value", id="extension sub-attribute"
        ),
        pytest.param(f"{ENTERPRISE_URN}:manager.$REF", f"{ENTERPRISE_URN}:manager.$ref", id="dollar name"),
        pytest.param(ENTERPRISE_URN, ENTERPRISE_URN, id="extension alone"),
        pytest.param(ENTERPRISE_URN.lower(), ENTERPRISE_URN, id="extension alone in small letters"),
        pytest.param(CUSTOM_FIELDS_URN, CUSTOM_FIELDS_URN, id="custom fields alone"),
        pytest.param(f"{CUSTOM_FIELDS_URN}:badge", f"{CUSTOM_FIELDS_URN}:badge", id="custom field"),
        pytest.param(
            f"{CUSTOM_FIELDS_URN.upper()}:Badge.No", f"{CUSTOM_FIELDS_URN}:Badge.No", id="custom field as sent"
        ),
        pytest.param("manager", f"{ENTERPRISE_URN}:manager", id="extension attribute without its URN"),
        pytest.param("Manager.Value", f"{ENTERPRISE_URN}:manager.value", id="and its sub-attribute"),
        pytest.param("title", "title", id="the core goes before the extension"),
        pytest.param(f"{ENTERPRISE_URN}:title", f"{ENTERPRISE_URN}:title", id="the extension's of the same name"),
    ],
)
def test_an_attribute_is_named_in_any_case_with_and_without_its_urn(text: str, canonical: str) -> None:
    assert str(read_attribute_path(text, USER)) == canonical


@pytest.mark.parametrize(
    ("text", "named", "offered"),
    [
        pytest.param("nickname", "'nickname'", "displayName", id="unknown"),
        pytest.param("", "''", "userName", id="empty"),
        pytest.param("badge", "'badge'", "userName", id="custom field without its URN"),
        pytest.param("name.nickName", "'nickName'", "givenName, familyName", id="unknown sub-attribute"),
        pytest.param("name.", "''", "givenName, familyName", id="empty sub-attribute"),
        pytest.param("name.givenName.first", "'givenName.first'", "givenName, familyName", id="one level too deep"),
        pytest.param("userName.value", "'value'", "userName has no sub-attributes", id="sub-attribute of a string"),
        pytest.param(f"{ENTERPRISE_URN}:userName", "'userName'", "department", id="not in that extension"),
        pytest.param(f"{CORE_USER_URN}:manager", "'manager'", "userName", id="not in the core"),
        pytest.param(f"{ENTERPRISE_URN}:manager.name", "'name'", "value, $ref, displayName", id="deep in an extension"),
        pytest.param("urn:example:User:userName", "'urn:example:User:userName'", ENTERPRISE_URN, id="unknown URN"),
        pytest.param(f"{ENTERPRISE_URN}s", "'urn:", "begins with no schema of User", id="URN with a letter too many"),
        pytest.param(f"{CUSTOM_FIELDS_URN}:", "'urn:", "names no attribute", id="nothing behind the URN"),
        pytest.param(CORE_USER_URN, CORE_USER_URN, "one of its attributes", id="the whole resource"),
    ],
)
def test_an_unknown_attribute_is_refused_with_those_that_exist(text: str, named: str, offered: str) -> None:
    with pytest.raises(InvalidPathError) as refusal:
        read_attribute_path(text, USER)

    assert named in refusal.value.detail
    assert offered in refusal.value.detail


def test_the_leaf_of_a_path_is_what_its_values_are() -> None:
    whole = read_attribute_path("emails", USER)
    part = read_attribute_path("emails.primary", USER)
    assert isinstance(whole, AttributePath)
    assert isinstance(part, AttributePath)

    assert (whole.leaf.name, whole.is_multi_valued) == ("emails", True)
    assert (part.leaf.name, part.is_multi_valued) == ("primary", True)


DOCUMENT = {
    "userName": "ann",
    "title": None,
    "name": {"givenName": "Ann", "familyName": None},
    "emails": [{"value": "a@x.org"}, {"value": "b@x.org", "type": "home"}, None],
    "tags": ["one", None, "two"],
    "roles": [],
    ENTERPRISE_URN: {"manager": {"value": "7"}},
    CUSTOM_FIELDS_URN: {"badge": 12, "Badge": 13, "list": [1, 2]},
}


@pytest.mark.rfc("7643 §2.5")
@pytest.mark.parametrize(
    ("path", "values"),
    [
        pytest.param("userName", ["ann"], id="one"),
        pytest.param("displayName", [], id="missing"),
        pytest.param("title", [], id="null"),
        pytest.param("roles", [], id="empty list"),
        pytest.param("name.givenName", ["Ann"], id="sub-attribute"),
        pytest.param("name.familyName", [], id="null sub-attribute"),
        pytest.param("meta.created", [], id="sub-attribute of nothing"),
        pytest.param("emails.value", ["a@x.org", "b@x.org"], id="of each value"),
        pytest.param("emails.type", ["home"], id="of those that have it"),
        pytest.param("emails", [{"value": "a@x.org"}, {"value": "b@x.org", "type": "home"}], id="whole values"),
        pytest.param("tags", ["one", "two"], id="simple values"),
        pytest.param("manager.value", ["7"], id="extension"),
        pytest.param(f"{ENTERPRISE_URN}:department", [], id="missing in an extension"),
        pytest.param(ENTERPRISE_URN, [{"manager": {"value": "7"}}], id="whole extension"),
        pytest.param(f"{CUSTOM_FIELDS_URN}:badge", [12], id="custom field"),
        pytest.param(f"{CUSTOM_FIELDS_URN}:Badge", [13], id="custom field in its own case"),
        pytest.param(f"{CUSTOM_FIELDS_URN}:list", [1, 2], id="custom field with several values"),
    ],
)
def test_a_path_selects_the_values_that_are_there(path: str, values: list[object]) -> None:
    assert values_at(DOCUMENT, read_attribute_path(path, USER)) == values


def test_a_path_into_a_document_of_another_shape_selects_nothing() -> None:
    odd = {"name": "Ann", "emails": "a@x.org", ENTERPRISE_URN: ["?"]}

    for path in ("name.givenName", "emails.value", "manager.value"):
        assert values_at(odd, read_attribute_path(path, USER)) == []


def shown(path: PatchPath) -> tuple[str, bool, str | None]:
    """Return target, whether there is a condition, and the name behind it."""
    return str(path.target), path.condition is not None, path.sub_attribute.name if path.sub_attribute else None


@pytest.mark.rfc("7644 §3.5.2")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("userName", ("userName", False, None), id="attribute"),
        pytest.param("name.familyName", ("name.familyName", False, None), id="sub-attribute"),
        pytest.param('addresses[type eq "work"]', ("addresses", True, None), id="values"),
        pytest.param('emails[type eq "work"].value', ("emails", True, "value"), id="part of values"),
        pytest.param('emails[type eq "work"].Value', ("emails", True, "value"), id="Entra's capital"),
        pytest.param('EMAILS[TYPE EQ "work"].VALUE', ("emails", True, "value"), id="all capitals"),
        pytest.param('addresses[type eq "other"].Formatted', ("addresses", True, "formatted"), id="Entra's Formatted"),
        pytest.param('roles[primary eq "True"].value', ("roles", True, "value"), id="Entra's quoted boolean"),
        pytest.param('emails[type eq "work" and primary eq true]', ("emails", True, None), id="two conditions"),
        pytest.param('emails[not (type eq "work")].value', ("emails", True, "value"), id="not"),
        pytest.param(' emails [ type eq "work" ] . value ', ("emails", True, "value"), id="blanks"),
        pytest.param(f"{ENTERPRISE_URN}:department", (f"{ENTERPRISE_URN}:department", False, None), id="extension"),
        pytest.param(f"{ENTERPRISE_URN}:manager", (f"{ENTERPRISE_URN}:manager", False, None), id="manager"),
        pytest.param(
            f"{ENTERPRISE_URN}:manager.value", (f"{ENTERPRISE_URN}:manager.value", False, None), id="its value"
        ),
        pytest.param("manager", (f"{ENTERPRISE_URN}:manager", False, None), id="manager without URN"),
        pytest.param(ENTERPRISE_URN, (ENTERPRISE_URN, False, None), id="whole extension"),
        pytest.param(f"{CUSTOM_FIELDS_URN}:badge", (f"{CUSTOM_FIELDS_URN}:badge", False, None), id="custom field"),
        pytest.param(f"{CORE_USER_URN}:emails[primary pr]", ("emails", True, None), id="values by URN"),
    ],
)
def test_a_patch_path_names_a_target_and_may_select_among_its_values(text: str, expected: tuple[object, ...]) -> None:
    assert shown(read_patch_path(text, USER)) == expected


def test_a_condition_in_a_patch_path_starts_at_the_value() -> None:
    path = read_patch_path('members[value eq "2" and type eq "User"]', GROUP)

    assert isinstance(path.condition, And)
    assert [str(node.path) for node in path.condition.nodes if isinstance(node, Comparison)] == ["value", "type"]


def test_a_whole_extension_is_a_path_of_its_own() -> None:
    assert read_patch_path(ENTERPRISE_URN, USER) == PatchPath(ExtensionPath(USER.extensions[0]))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", "the path is empty", id="empty"),
        pytest.param(" ", "the path is empty", id="blank"),
        pytest.param("nickname", "User has no attribute 'nickname'", id="unknown attribute"),
        pytest.param('nick[type eq "x"]', "User has no attribute 'nick'", id="unknown attribute before brackets"),
        pytest.param('emails[kind eq "x"]', "emails has no sub-attribute 'kind'", id="unknown inside brackets"),
        pytest.param('emails[type eq "x"].kind', "emails has no sub-attribute 'kind'", id="unknown behind brackets"),
        pytest.param('emails[type is "x"]', "operator 'is' is not supported", id="unknown operator"),
        pytest.param('emails[type eq "x"', 'at character 19: expected "and", "or" or the "]"', id="no closing bracket"),
        pytest.param("emails[]", "at character 8: expected an attribute name", id="no condition"),
        pytest.param("emails]", 'at character 7: expected "[" or the end', id="no opening bracket"),
        pytest.param('emails[type eq "x"]value', "at character 20: expected the end", id="no dot"),
        pytest.param('emails[type eq "x"].', "at character 21: expected a sub-attribute of emails", id="dot alone"),
        pytest.param('emails[type eq "x"].value.y', "no sub-attribute 'value.y'", id="one level too deep"),
        pytest.param('emails[type eq "x"][0]', "at character 20: expected the end", id="two pairs of brackets"),
        pytest.param("emails[type eq work]", 'write "work"', id="text without quotes"),
        pytest.param("emails[0]", "at character 8: expected an attribute name", id="index"),
        pytest.param('emails[value[type eq "x"]]', "value cannot be followed by […]", id="brackets in brackets"),
        pytest.param('userName[type eq "x"]', "userName cannot be followed by […]", id="brackets behind a string"),
        pytest.param('name[givenName eq "x"]', "name cannot be followed by […]", id="brackets behind one value"),
        pytest.param('tags[value eq "x"]', "tags cannot be followed by […]", id="brackets behind simple values"),
        pytest.param('emails.value[type eq "x"]', "emails.value cannot be followed", id="brackets behind a part"),
        pytest.param(f'{ENTERPRISE_URN}[department eq "x"]', 'expected "[" or the end', id="brackets behind a schema"),
        pytest.param('userName eq "x"', 'at character 10: expected "[" or the end', id="a filter"),
        pytest.param("/userName", "at character 1: expected an attribute name", id="JSON pointer"),
        pytest.param("userName\x00", "at character 9", id="NUL"),
        pytest.param('emails[type eq "x\ny"]', "at character 18: a control character", id="line break in text"),
        pytest.param("emails" * 2000, "longer than 8000 characters", id="too long"),
        pytest.param("emails[" + "(" * 100, "nests deeper than 40", id="too deep"),
    ],
)
def test_a_patch_path_that_cannot_be_read_says_where_and_why(text: str, sentence: str) -> None:
    with pytest.raises(InvalidPathError) as refusal:
        read_patch_path(text, USER)

    assert sentence in refusal.value.detail


words = st.sampled_from(
    ["emails", "name", "userName", "manager", ENTERPRISE_URN, CUSTOM_FIELDS_URN, "type", "value", "eq", "pr", "not"]
)
marks = st.sampled_from(["[", "]", "(", ")", ".", ":", " ", '"', '"work"', "\\", "\x00", "é", "and", "or", "1", "true"])
texts = st.one_of(st.text(), st.lists(st.one_of(words, marks), max_size=12).map("".join))


@settings(max_examples=2000, deadline=None)
@given(texts)
def test_any_text_is_a_path_or_an_invalid_path(text: str) -> None:
    details = []
    for read in (read_patch_path, read_attribute_path):
        try:
            read(text, USER)
        except InvalidPathError as refusal:
            details.append(refusal.detail)

    assert all(detail.isprintable() for detail in details)
