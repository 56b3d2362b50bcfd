"""Random filters over random users agree with scim2-models, which reads and matches filters on its own.

Both sides get one schema: scim2-models' User and EnterpriseUser, plus an integer, a decimal and a simple multi-valued
attribute. Left out, because the two differ there for a reason:

- Letters whose lower case is not their case folding (ß), or that have several normal forms: scim2-models lowers and
  normalises, we fold. The RFCs only ask that case does not count (RFC 7643 §2.2).
- ``gt``, ``co`` and their kin with ``null``, and ``co sw ew`` with instants or numbers: we refuse them, as RFC 7644
  §3.4.2.2 (Table 3) does for booleans, while scim2-models matches nothing.
- Fractions for an integer attribute, ``"yes"`` or ``1`` for a boolean, text that is no URL for a reference: one of the
  two refuses (RFC 7644 §3.4.2.2 leaves to the provider what it compares).
- Instants without a zone: we read UTC, scim2-models matches nothing (RFC 7643 §2.3.5 leaves the zone open).
- Empty lists and objects in a document: to us they are unassigned (RFC 7643 §2.5); no stored document has any.
- What scim2-models has not: ``manager`` without its URN or without ``.value`` (Entra ID's), custom fields.
- What we have not: filters on ``password``, which is never returned.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scim2_models import EnterpriseUser, Extension, Resource, ScimFilter, User
from scim2_models import Schema as Scim2Schema

from sandbox.scim.filter import FULL, Grammar, read_filter
from sandbox.scim.matching import matcher
from sandbox.scim.schema import CORE_USER_URN, ENTERPRISE_URN, ResourceType, read_schema
from tests.scim.sample_types import FOURME_USERS

EXAMPLES = max(2000, settings().max_examples)
"""A Hypothesis profile may ask for more."""
agreement = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])

MORE_ATTRIBUTES = [
    {"name": "logins", "type": "integer", "multiValued": False},
    {"name": "score", "type": "decimal", "multiValued": False},
    {"name": "tags", "type": "string", "multiValued": True, "caseExact": False},
]
CORE = User.to_schema().model_dump()
CORE["attributes"] += MORE_ATTRIBUTES
ENTERPRISE = EnterpriseUser.to_schema().model_dump()

OURS = ResourceType(
    name="User", collection="Users", schema=read_schema(CORE), extensions=(read_schema(ENTERPRISE),), key="userName"
)
BASE: Any = Resource.from_schema(Scim2Schema.model_validate(CORE))
THEIRS: Any = BASE[Extension.from_schema(Scim2Schema.model_validate(ENTERPRISE))]

# Documents

text = st.text(alphabet="aAbBéÉ@. ", max_size=3)
"""Short and of few letters, so that random texts often meet; ``é`` has one form here, and one case folding."""
url = st.sampled_from(["https://x.org/a", "https://x.org/A", "https://x.org/b"])
kind = st.sampled_from(["work", "Work", "home"])
instant = st.builds(
    "2026-01-{:02}T{:02}:00:{:02}{}".format,
    st.integers(1, 3),
    st.integers(0, 23),
    st.integers(0, 1),
    st.sampled_from(["Z", "+00:00", "-05:00", "+05:30", ".000Z", ".5Z", ".25-01:00"]),
)
stored_instant = st.builds(
    "2026-01-{:02}T{:02}:00:{:02}Z".format, st.integers(1, 3), st.integers(0, 23), st.integers(0, 1)
)


def some(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects with at least one of these members."""
    return st.fixed_dictionaries({}, optional=parts).filter(bool)


labelled = some(value=text, type=kind, display=text, primary=st.booleans())
name = some(givenName=text, familyName=text)
address = some(country=text, formatted=text, type=kind)
enterprise = some(department=text, costCenter=text, manager=some(value=text, displayName=text))

users = st.fixed_dictionaries(
    {"id": st.sampled_from(["1", "2", "A"]), "userName": text},
    optional={
        "externalId": text,
        "displayName": text,
        "title": text,
        "profileUrl": url,
        "active": st.booleans(),
        "name": name,
        "emails": st.lists(labelled, min_size=1, max_size=3),
        "roles": st.lists(labelled, min_size=1, max_size=2),
        "addresses": st.lists(address, min_size=1, max_size=2),
        "tags": st.lists(text, min_size=1, max_size=3),
        "logins": st.integers(-2, 2),
        "score": st.sampled_from([-1.5, 0.0, 0.5, 1.0]),
        "meta": some(created=stored_instant, lastModified=stored_instant, resourceType=st.just("User")),
        ENTERPRISE_URN: enterprise,
    },
)

# Filters, as text

TEXT_PATHS = [
    "userName",
    "externalId",
    "id",
    "displayName",
    "title",
    "name.givenName",
    "NAME.familyname",
    "tags",
    "emails",
    "emails.value",
    "emails.type",
    "roles.display",
    "addresses.country",
    "meta.resourceType",
    f"{CORE_USER_URN}:userName",
    f"{ENTERPRISE_URN}:department",
    f"{ENTERPRISE_URN.lower()}:Manager.value",
]
COMPLEX_PATHS = ["name", "addresses", "meta", f"{ENTERPRISE_URN}:manager"]
SELECTABLE = {
    "emails": ["value", "type", "display"],
    "Roles": ["value", "Type", "display"],
    "addresses": ["country", "formatted", "type"],
}
EQUALITY, ORDER, PARTS = ["eq", "ne"], ["gt", "ge", "lt", "le"], ["co", "sw", "ew"]

text_literal = st.builds(json.dumps, st.one_of(text, kind), ensure_ascii=st.booleans())
instant_literal = instant.map(json.dumps)
boolean_literal = st.sampled_from(["true", "false", '"true"', '"True"', '"false"'])
score_literal = st.sampled_from(["-1.5", "0", "0.5", "5e-1", "1", "1.0"])


def comparisons(paths: list[str], operators: list[str], literals: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return ``path operator literal``, the operator in small letters or capitals."""
    spelled = st.sampled_from([*operators, *map(str.upper, operators)])
    return st.builds("{} {} {}".format, st.sampled_from(paths), spelled, literals)


def presence(paths: list[str]) -> st.SearchStrategy[str]:
    """Return ``path pr``."""
    return st.builds("{} pr".format, st.sampled_from(paths))


def logic(terms: st.SearchStrategy[str], *, negation: bool) -> st.SearchStrategy[str]:
    """Return *terms*, alone and joined, with parentheses or without."""
    joint = st.sampled_from([" and ", " or ", " AND "])
    joined = st.one_of(
        terms,
        st.tuples(terms, joint, terms).map("".join),
        st.tuples(terms, joint, terms, joint, terms).map("".join),
    )
    openings = ["(", "not (", "NOT("] if negation else ["("]
    grouped = st.builds("{}{})".format, st.sampled_from(openings), joined)
    return st.one_of(joined, grouped, st.tuples(grouped, joint, joined).map("".join))


def inside(parts: list[str]) -> st.SearchStrategy[str]:
    """Return a condition that can stand in brackets behind an attribute with these text sub-attributes."""
    terms = [
        comparisons(parts, EQUALITY + ORDER + PARTS, text_literal),
        comparisons(parts, EQUALITY, st.just("null")),
        comparisons(["primary"], EQUALITY, boolean_literal),
        presence([*parts, "primary"]),
    ]
    return logic(st.one_of(terms), negation=True)


@st.composite
def value_paths(draw: st.DrawFn) -> str:
    """Return ``emails[…]``, or Entra ID's ``emails[…].value eq "x"``."""
    path = draw(st.sampled_from(list(SELECTABLE)))
    tail = st.one_of(comparisons(SELECTABLE[path], EQUALITY + PARTS, text_literal), presence(SELECTABLE[path]))
    selection = f"{path}[{draw(inside(SELECTABLE[path]))}]"
    return f"{selection}.{draw(tail)}" if draw(st.booleans()) else selection


fourme_filters = logic(
    st.one_of(
        comparisons(["userName", "USERNAME", "externalId"], ["eq", "ne", "gt", "lt"], text_literal),
        comparisons(["active"], EQUALITY, boolean_literal),
        comparisons(["meta.created", "meta.lastModified"], ["eq", "ne", "gt", "lt"], instant_literal),
    ),
    negation=False,
)
all_filters = logic(
    st.one_of(
        comparisons(TEXT_PATHS, EQUALITY + ORDER + PARTS, text_literal),
        comparisons([*TEXT_PATHS, *COMPLEX_PATHS, "active", "logins", "meta.created"], EQUALITY, st.just("null")),
        comparisons(["profileUrl"], EQUALITY + ORDER + PARTS, url.map(json.dumps)),
        comparisons(["active", "emails.primary"], EQUALITY, boolean_literal),
        comparisons(["meta.created", "META.lastmodified"], EQUALITY + ORDER, instant_literal),
        comparisons(["logins"], EQUALITY + ORDER, st.integers(-2, 2).map(str)),
        comparisons(["score"], EQUALITY + ORDER, score_literal),
        presence([*TEXT_PATHS, *COMPLEX_PATHS, "active", "logins", "emails.primary"]),
        value_paths(),
    ),
    negation=True,
)


def check_agreement(filter_text: str, documents: list[dict[str, Any]], grammar: Grammar) -> None:
    """Check that both sides find the same documents."""
    ours = list(map(matcher(read_filter(filter_text, OURS, grammar)), documents))
    theirs = ScimFilter[THEIRS](filter_text)
    models = [THEIRS.model_validate({"schemas": [CORE_USER_URN], **document}) for document in documents]

    assert ours == [theirs.match(model) for model in models]


@pytest.mark.rfc("7644 §3.4.2.2")
@agreement
@given(fourme_filters, st.lists(users, min_size=1, max_size=2))
def test_4mes_part_of_the_grammar_agrees(filter_text: str, documents: list[dict[str, Any]]) -> None:
    check_agreement(filter_text, documents, FOURME_USERS)


@pytest.mark.rfc("7644 §3.4.2.2")
@agreement
@given(all_filters, st.lists(users, min_size=1, max_size=2))
def test_the_whole_grammar_agrees(filter_text: str, documents: list[dict[str, Any]]) -> None:
    check_agreement(filter_text, documents, FULL)
