"""Reading filters: the whole grammar, what a dialect leaves of it, and what a refusal says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.scim.errors import InvalidFilterError
from sandbox.scim.filter import (
    FULL,
    And,
    Comparison,
    Grammar,
    Node,
    Not,
    Or,
    Present,
    ValuePath,
    paths_in,
    read_filter,
)
from sandbox.scim.schema import CORE_USER_URN, ENTERPRISE_URN, ResourceType
from tests.scim.sample_types import CUSTOM_FIELDS_URN, FOURME_GROUPS, FOURME_USERS, GROUP, USER


def shape(node: Node) -> object:
    """Return a tree of plain tuples: easier to compare, and to read when a test fails."""
    match node:
        case And(nodes):
            return ("and", *map(shape, nodes))
        case Or(nodes):
            return ("or", *map(shape, nodes))
        case Not(inner):
            return ("not", shape(inner))
        case Present(path):
            return (str(path), "pr")
        case ValuePath(path, inner):
            return (str(path), "[]", shape(inner))
        case Comparison(path, operator, value):
            return (str(path), operator, value)


def refusal_of(text: str, resource_type: ResourceType = USER, grammar: Grammar = FULL) -> str:
    """Return the sentence that refuses *text*."""
    with pytest.raises(InvalidFilterError) as refusal:
        read_filter(text, resource_type, grammar)
    assert refusal.value.detail.isprintable()
    return refusal.value.detail


A, B, C = ("title", "eq", "a"), ("title", "eq", "b"), ("title", "eq", "c")
CREATED = datetime(2026, 11, 23, 19, tzinfo=UTC)


@pytest.mark.rfc("7644 §3.4.2.2")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('title eq "a"', A, id="comparison"),
        pytest.param('TITLE EQ "a"', A, id="name and operator in capitals"),
        pytest.param('  title  eq\t"a"\r\n', A, id="more blanks"),
        pytest.param('title eq"a"', A, id="no blank before a quote"),
        pytest.param("title pr", ("title", "pr"), id="presence"),
        pytest.param("title Pr", ("title", "pr"), id="presence in capitals"),
        pytest.param('title eq "a" and title eq "b"', ("and", A, B), id="and"),
        pytest.param('title eq "a" AND title eq "b" and title eq "c"', ("and", A, B, C), id="and of three"),
        pytest.param('title eq "a" Or title eq "b"', ("or", A, B), id="or"),
        pytest.param('title eq "a" or title eq "b" and title eq "c"', ("or", A, ("and", B, C)), id="and before or"),
        pytest.param('title eq "a" and title eq "b" or title eq "c"', ("or", ("and", A, B), C), id="and, then or"),
        pytest.param('(title eq "a" or title eq "b") and title eq "c"', ("and", ("or", A, B), C), id="parentheses"),
        pytest.param('((title eq "a"))', A, id="needless parentheses"),
        pytest.param('not (title eq "a")', ("not", A), id="not"),
        pytest.param('NOT(title eq "a")', ("not", A), id="not without a blank"),
        pytest.param('not (title eq "a") and title eq "b"', ("and", ("not", A), B), id="not before and"),
        pytest.param('not (not (title eq "a"))', ("not", ("not", A)), id="not twice"),
        pytest.param('emails[type eq "w"]', ("emails", "[]", ("type", "eq", "w")), id="value path"),
        pytest.param(
            'emails[type eq "w" and not (value co "@x" or primary pr)]',
            ("emails", "[]", ("and", ("type", "eq", "w"), ("not", ("or", ("value", "co", "@x"), ("primary", "pr"))))),
            id="value path with logic",
        ),
        pytest.param(
            'emails[type eq "w"].value eq "x"',
            ("emails", "[]", ("and", ("type", "eq", "w"), ("value", "eq", "x"))),
            id="Entra's value path",
        ),
        pytest.param(
            'emails[type eq "w" and primary eq true].VALUE pr',
            ("emails", "[]", ("and", ("type", "eq", "w"), ("primary", "eq", True), ("value", "pr"))),
            id="Entra's value path with logic",
        ),
        pytest.param(
            'emails[type eq "w" or type eq "h"].value sw "x"',
            ("emails", "[]", ("and", ("or", ("type", "eq", "w"), ("type", "eq", "h")), ("value", "sw", "x"))),
            id="Entra's value path with or",
        ),
        pytest.param('emails co "@x"', ("emails.value", "co", "@x"), id="default sub-attribute"),
        pytest.param('manager eq "7"', (f"{ENTERPRISE_URN}:manager.value", "eq", "7"), id="Entra's manager"),
        pytest.param("emails pr", ("emails", "pr"), id="presence of a complex attribute"),
        pytest.param("name eq null", ("name", "eq", None), id="complex attribute and null"),
        pytest.param("manager eq null", (f"{ENTERPRISE_URN}:manager", "eq", None), id="manager and null"),
        pytest.param("emails eq null", ("emails.value", "eq", None), id="default sub-attribute and null"),
        pytest.param(f'{CORE_USER_URN}:userName eq "x"', ("userName", "eq", "x"), id="core URN"),
        pytest.param(
            f'{ENTERPRISE_URN.lower()}:department eq "x"',
            (f"{ENTERPRISE_URN}:department", "eq", "x"),
            id="extension URN",
        ),
        pytest.param(f"{CUSTOM_FIELDS_URN}:badge_2 gt 5", (f"{CUSTOM_FIELDS_URN}:badge_2", "gt", 5), id="custom field"),
        pytest.param(r'title eq "\"\u00e9\\\n\ud83d\ude00"', ("title", "eq", '"é\\\n😀'), id="JSON escapes"),
        pytest.param('title eq "and) or ] \'"', ("title", "eq", "and) or ] '"), id="words and marks inside text"),
        pytest.param('title eq "é 日本"', ("title", "eq", "é 日本"), id="text beyond ASCII"),
        pytest.param('title eq ""', ("title", "eq", ""), id="empty text"),
        pytest.param("title ne NULL", ("title", "ne", None), id="null"),
        pytest.param("logins ge -12", ("logins", "ge", -12), id="integer"),
        pytest.param("score lt 1.5e2", ("score", "lt", 150.0), id="decimal"),
        pytest.param("active eq true", ("active", "eq", True), id="boolean"),
        pytest.param("active eq False", ("active", "eq", False), id="boolean in capitals"),
        pytest.param('active eq "true"', ("active", "eq", True), id="4me's quoted boolean"),
        pytest.param('active ne "False"', ("active", "ne", False), id="quoted boolean in capitals"),
        pytest.param('roles[primary eq "True"]', ("roles", "[]", ("primary", "eq", True)), id="Entra's quoted boolean"),
        pytest.param('meta.created gt "2026-11-23T19:00:00Z"', ("meta.created", "gt", CREATED), id="instant"),
        pytest.param('meta.created gt "2026-11-23T13:00:00-06:00"', ("meta.created", "gt", CREATED), id="other zone"),
        pytest.param('meta.created eq "2026-11-23T19:00:00"', ("meta.created", "eq", CREATED), id="no zone"),
        pytest.param('profileUrl sw "https"', ("profileUrl", "sw", "https"), id="reference"),
        pytest.param('certificate eq "AQID"', ("certificate", "eq", "AQID"), id="binary"),
        pytest.param('tags eq "x"', ("tags", "eq", "x"), id="simple multi-valued"),
    ],
)
def test_the_whole_grammar_is_read(text: str, expected: object) -> None:
    assert shape(read_filter(text, USER)) == expected


@pytest.mark.parametrize("operator", ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"])
def test_every_operator_compares_text(operator: str) -> None:
    assert shape(read_filter(f'title {operator} "a"', USER)) == ("title", operator, "a")


@pytest.mark.parametrize(
    ("text", "position", "problem"),
    [
        pytest.param("title eq bob", 10, 'text needs double quotes: write "bob"', id="unquoted"),
        pytest.param("title eq bob@example.com", 10, 'write "bob@example.com"', id="unquoted address"),
        pytest.param("title eq 2819c223-7f76", 10, 'write "2819c223-7f76"', id="unquoted id"),
        pytest.param('title eq bob"', 10, 'write "bob"', id="no opening quote"),
        pytest.param('title eq "bob', 10, "no closing double quote", id="no closing quote"),
        pytest.param('title eq "bob\\', 10, "no closing double quote", id="backslash at the end"),
        pytest.param("title eq 'bob'", 10, "double quotes (\"), not in '", id="single quotes"),
        pytest.param("title eq “bob”", 10, 'double quotes ("), not in “', id="curly quotes"),
        pytest.param('title == "bob"', 7, "'==' is not an operator: write eq", id="double equals"),
        pytest.param('title="bob"', 6, "'=' is not an operator: write eq", id="equals without blanks"),
        pytest.param('title != "bob"', 7, "write ne", id="unequal sign"),
        pytest.param("logins >= 5", 8, "write ge", id="greater sign"),
        pytest.param('title eq "a" && title pr', 14, "'&&' is not an operator: write and", id="ampersands"),
        pytest.param('title eq "a" || title pr', 14, "'||' is not an operator: write or", id="bars"),
        pytest.param("!(title pr)", 1, "'!' is not an operator: write not", id="exclamation mark"),
        pytest.param('title eq "a" and', 17, "expected an attribute name, found the end", id="trailing and"),
        pytest.param('title eq "a" or ', 17, "expected an attribute name, found the end", id="trailing or"),
        pytest.param('and title eq "a"', 1, "expected an attribute name, found 'and'", id="leading and"),
        pytest.param('title eq "a" and and title pr', 18, "expected an attribute name, found 'and'", id="and twice"),
        pytest.param('title eq "a" title pr', 14, 'expected "and", "or" or the end', id="no logical operator"),
        pytest.param("title", 6, "expected an operator (eq, ne, co, sw, ew, gt, ge, lt, le, pr)", id="no operator"),
        pytest.param('title "a"', 7, "expected an operator", id="value for an operator"),
        pytest.param("title eq", 9, "expected a value after eq, found the end", id="no value"),
        pytest.param("title eq and title pr", 10, "expected a value after eq, found 'and'", id="keyword for a value"),
        pytest.param('title eq ("a")', 10, "expected a value after eq, found '('", id="parentheses round a value"),
        pytest.param('(title eq "a"', 14, 'the ")" for the "(" at character 1', id="no closing parenthesis"),
        pytest.param('title eq "a")', 13, 'expected "and", "or" or the end, found \')\'', id="no opening parenthesis"),
        pytest.param("()", 2, "expected an attribute name", id="empty parentheses"),
        pytest.param("not title pr", 5, 'expected "(" after "not"', id="not without parentheses"),
        pytest.param('emails[type eq "w"', 19, 'the "]" for the "[" at character 7', id="no closing bracket"),
        pytest.param('emails[type eq "w")', 19, 'the "]" for the "["', id="wrong closing bracket"),
        pytest.param('emails[type eq "w"].value', 26, "expected an operator", id="value path with a bare tail"),
        pytest.param('emails[type eq "w"].', 21, "expected a sub-attribute of emails", id="value path with a dot"),
        pytest.param('title eq "a\x00b"', 12, "control character", id="NUL inside text"),
        pytest.param('title eq "a\nb"', 12, "control character", id="line break inside text"),
        pytest.param('title\x00eq "a"', 6, "expected an operator", id="NUL outside text"),
        pytest.param("\x00", 1, "expected an attribute name", id="NUL alone"),
        pytest.param("\x0btitle pr", 1, "has no meaning here", id="vertical tab"),
        pytest.param('title eq "DOMAIN\\user"', 18, "begins a JSON escape", id="Windows name"),
        pytest.param('title eq "a\\qb"', 12, "begins a JSON escape", id="unknown escape"),
        pytest.param("score eq 1e999", 10, "'1e999' is too large", id="endless number"),
        pytest.param("logins eq " + "9" * 5000, 11, "is too large", id="number of 5,000 digits"),
        pytest.param("logins eq 007", 11, 'write "007"', id="leading noughts"),
        pytest.param('ünï eq "a"', 1, "expected an attribute name, found 'ünï'", id="name beyond ASCII"),
        pytest.param('"title" eq "a"', 1, "expected an attribute name", id="quoted name"),
    ],
)
def test_a_filter_that_cannot_be_read_says_where_and_what_was_expected(text: str, position: int, problem: str) -> None:
    detail = refusal_of(text)

    assert f"at character {position}: " in detail
    assert problem in detail


def test_unquoted_text_is_only_repeated_when_it_is_short_and_printable() -> None:
    assert refusal_of("title eq " + "b" * 61).endswith("text needs double quotes")
    assert refusal_of("title eq b\x00b").endswith("text needs double quotes")


@pytest.mark.parametrize("text", ["", " ", "\t\r\n"], ids=["nothing", "blank", "other blanks"])
def test_an_empty_filter_is_refused_with_an_example(text: str) -> None:
    assert refusal_of(text) == 'the filter is empty: write one such as userName eq "value"'
    assert "displayName eq" in refusal_of(text, GROUP)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param('nick eq "a"', "User has no attribute 'nick'; it has schemas, id", id="unknown attribute"),
        pytest.param('name.nick eq "a"', "name has no sub-attribute 'nick'", id="unknown sub-attribute"),
        pytest.param('urn:example:x eq "a"', "'urn:example:x' begins with no schema of User", id="unknown URN"),
        pytest.param('emails[kind eq "a"]', "emails has no sub-attribute 'kind'", id="unknown inside brackets"),
        pytest.param('emails[emails.type eq "a"]', "no sub-attribute 'emails.type'", id="full name inside brackets"),
        pytest.param('emails[type eq "a"].kind eq "b"', "no sub-attribute 'kind'", id="unknown behind brackets"),
        pytest.param(f"{ENTERPRISE_URN} pr", "is a schema: compare one of its attributes", id="schema alone"),
        pytest.param('password eq "a"', "password is never returned", id="password"),
        pytest.param('title regex "a"', "the operator 'regex' is not supported; supported are eq, ne", id="operator"),
        pytest.param('name eq "a"', "name is complex: compare one of its sub-attributes (name.givenName", id="complex"),
        pytest.param('addresses co "a"', "addresses is complex", id="multi-valued complex without value"),
        pytest.param('name[givenName eq "a"]', "name cannot be followed by […]", id="brackets behind one value"),
        pytest.param('tags[value eq "a"]', "tags cannot be followed by […]", id="brackets behind simple values"),
        pytest.param('emails[value[type eq "a"]]', "value cannot be followed by […]", id="brackets in brackets"),
        pytest.param(
            "title eq 7", 'title compares with text, which stands in double quotes: "7"', id="number for text"
        ),
        pytest.param("title eq true", '"true"', id="boolean for text"),
        pytest.param('logins eq "7"', "logins is a number", id="text for an integer"),
        pytest.param("score eq true", "score is a number", id="boolean for a decimal"),
        pytest.param('logins sw "7"', "sw cannot compare logins, whose type is integer", id="part of a number"),
        pytest.param('active eq "yes"', "active is a boolean: compare it with true or false, not with 'yes'", id="yes"),
        pytest.param("active eq 1", "active is a boolean", id="number for a boolean"),
        pytest.param("active gt true", "gt cannot compare active, whose type is boolean", id="order of booleans"),
        pytest.param('active sw "t"', "operators for it are eq, ne, pr", id="part of a boolean"),
        pytest.param('certificate gt "a"', "gt cannot compare certificate, whose type is binary", id="order of binary"),
        pytest.param(
            'meta.created gt "2026"', "meta.created is a dateTime: '2026' is not a date", id="year for instant"
        ),
        pytest.param('meta.created gt "2026-02-30T00:00:00Z"', "'2026-02-30T00:00:00Z'", id="day that does not exist"),
        pytest.param('meta.created gt "2026-01-01T00:00:00 02:00"', "a + in a query is written %2B", id="lost plus"),
        pytest.param("meta.created gt 5", "stands in double quotes", id="number for instant"),
        pytest.param(
            'meta.created sw "2026"', "sw cannot compare meta.created, whose type is dateTime", id="part of one"
        ),
        pytest.param("title gt null", "gt cannot compare title with null; only eq and ne can", id="order of null"),
        pytest.param("title co null", "co cannot compare title with null", id="part of null"),
        pytest.param(f"{CUSTOM_FIELDS_URN}:x co 5", "stands in double quotes", id="part of a custom number"),
        pytest.param(f"{CUSTOM_FIELDS_URN}:x lt true", "lt cannot order booleans", id="order of custom booleans"),
    ],
)
def test_a_filter_that_makes_no_sense_for_the_attribute_says_why(text: str, sentence: str) -> None:
    assert sentence in refusal_of(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('userName eq "a"', id="userName"),
        pytest.param('USERNAME NE "a"', id="any case"),
        pytest.param(f'{CORE_USER_URN}:userName eq "a"', id="with the URN"),
        pytest.param('externalId lt "a"', id="externalId"),
        pytest.param('active eq "true"', id="quoted boolean"),
        pytest.param("active ne true", id="unquoted boolean"),
        pytest.param('meta.lastModified gt "2026-11-23T19:00:00Z"', id="lastModified"),
        pytest.param('meta.created lt "2026-11-23T19:00:00Z" and userName eq "a" or externalId eq "b"', id="logic"),
        pytest.param('userName eq "a" and (externalId eq "b" or active eq "true")', id="parentheses"),
    ],
)
def test_what_4me_documents_for_users_is_read(text: str) -> None:
    assert read_filter(text, USER, FOURME_USERS) == read_filter(text, USER)


USER_ATTRIBUTES = "supported attributes are active, externalId, meta.created, meta.lastModified, userName"
GROUP_ATTRIBUTES = "supported attributes are displayName, externalId, meta.created, meta.lastModified"


@pytest.mark.parametrize(
    ("text", "named", "supported"),
    [
        pytest.param('title eq "a"', "'title'", USER_ATTRIBUTES, id="attribute"),
        pytest.param('id eq "5"', "'id'", USER_ATTRIBUTES, id="id"),
        pytest.param('nick eq "a"', "'nick'", USER_ATTRIBUTES, id="attribute that does not exist"),
        pytest.param('meta eq "a"', "'meta'", USER_ATTRIBUTES, id="whole meta"),
        pytest.param(f'{ENTERPRISE_URN}:department eq "a"', "'urn:", USER_ATTRIBUTES, id="extension attribute"),
        pytest.param(f'{CUSTOM_FIELDS_URN}:badge eq "a"', "'urn:", USER_ATTRIBUTES, id="custom field"),
        pytest.param('emails[type eq "a"]', "emails[…]", USER_ATTRIBUTES, id="value path"),
        pytest.param('emails[type eq "a"].value eq "b"', "emails[…]", USER_ATTRIBUTES, id="Entra's value path"),
        pytest.param('userName sw "a"', "'sw'", "supported are eq, ne, gt, lt", id="operator"),
        pytest.param('userName GE "a"', "'GE'", "supported are eq, ne, gt, lt", id="operator in capitals"),
        pytest.param("userName pr", "'pr'", "supported are eq, ne, gt, lt", id="presence"),
        pytest.param('not (userName eq "a")', "'not'", "supported are and, or", id="not"),
        pytest.param("userName", "after userName", "an operator (eq, ne, gt, lt)", id="no operator"),
    ],
)
def test_what_4me_does_not_support_is_refused_with_what_it_does(text: str, named: str, supported: str) -> None:
    detail = refusal_of(text, USER, FOURME_USERS)

    assert named in detail
    assert supported in detail


def test_groups_have_attributes_of_their_own_to_filter_on() -> None:
    assert shape(read_filter('displayName eq "a"', GROUP, FOURME_GROUPS)) == ("displayName", "eq", "a")
    assert GROUP_ATTRIBUTES in refusal_of('userName eq "a"', GROUP, FOURME_GROUPS)
    assert GROUP_ATTRIBUTES in refusal_of('members eq "2"', GROUP, FOURME_GROUPS)


def test_a_filter_that_was_read_is_read_anew_for_another_type_or_grammar() -> None:
    by_user, by_group = read_filter("externalId pr", USER), read_filter("externalId pr", GROUP)
    no_presence = Grammar(operators=frozenset({"eq"}))

    assert read_filter("externalId pr", USER) is by_user
    assert read_filter("externalId pr", GROUP) is by_group is not by_user
    assert "'pr' is not supported" in refusal_of("externalId pr", USER, no_presence)


def test_a_grammar_can_close_parentheses_unquoted_booleans_and_logic() -> None:
    strict = Grammar(logic=frozenset({"and"}), parentheses=False, unquoted_booleans=False)

    assert shape(read_filter('active eq "true"', USER, strict)) == ("active", "eq", True)
    assert 'active eq "true"' in refusal_of("active eq true", USER, strict)
    assert "parentheses are not supported" in refusal_of("(title pr)", USER, strict)
    assert "'or' is not supported; supported are and" in refusal_of("title pr or userName pr", USER, strict)


def test_a_filter_may_be_as_long_as_the_limit_and_no_longer() -> None:
    short = Grammar(max_length=12)

    assert shape(read_filter('title eq "a"', USER, short)) == A
    assert (
        refusal_of('title eq "ab"', USER, short) == "the filter is longer than 12 characters, which is the limit here"
    )


@pytest.mark.parametrize(
    ("opening", "closing"),
    [pytest.param("(", ")", id="parentheses"), pytest.param("not (", ")", id="not")],
)
def test_a_filter_may_nest_as_deep_as_the_limit_and_no_deeper(opening: str, closing: str) -> None:
    read_filter(opening * 40 + "title pr" + closing * 40, USER)

    assert "nests deeper than 40" in refusal_of(opening * 41 + "title pr" + closing * 41)
    assert "nests deeper than 40" in refusal_of(opening * 1500)


def test_brackets_count_as_depth() -> None:
    read_filter("(" * 39 + "emails[type pr]" + ")" * 39, USER)

    assert "nests deeper than 40" in refusal_of("(" * 40 + "emails[type pr]" + ")" * 40)


def test_parentheses_beside_each_other_are_not_deep() -> None:
    node = read_filter(" or ".join(["(title pr)"] * 500), USER)

    assert isinstance(node, Or)


def test_a_long_chain_is_one_flat_node() -> None:
    node = read_filter(" and ".join(["title pr"] * 600), USER)

    assert isinstance(node, And)
    assert len(node.nodes) == 600


def test_the_paths_of_a_filter_are_those_that_start_at_the_resource() -> None:
    node = read_filter('not (title pr or emails co "x") and roles[type eq "a"] and meta.version eq null', USER)

    assert [str(path) for path in paths_in(node)] == ["title", "emails.value", "roles", "meta.version"]


words = st.sampled_from(
    ["title", "userName", "active", "meta.created", "emails", "name", f"{CUSTOM_FIELDS_URN}:x", "eq", "gt", "co", "pr"]
)
marks = st.sampled_from(
    ["(", ")", "[", "]", ".", '"a"', "true", "null", "1", "-", "and", "or", "not", '"', "\\", "\x00"]
)
texts = st.one_of(
    st.text(),
    st.lists(st.one_of(words, marks), max_size=14).map(" ".join),
    st.lists(st.one_of(words, marks), max_size=14).map("".join),
)


@settings(max_examples=2000, deadline=None)
@given(texts, st.sampled_from([FULL, FOURME_USERS, Grammar(max_depth=2, max_length=40)]))
def test_any_text_is_a_filter_or_an_invalid_filter(text: str, grammar: Grammar) -> None:
    detail = ""
    try:
        read_filter(text, USER, grammar)
    except InvalidFilterError as refusal:
        detail = refusal.detail

    assert detail.isprintable()
