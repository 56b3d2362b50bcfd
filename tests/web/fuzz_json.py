"""Random JSON that looks like SCIM until one looks closer: values, resources, PatchOps, bulk and search requests."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from sandbox.scim.schema import CORE_GROUP_URN, CORE_USER_URN, ENTERPRISE_URN
from tests.web.malformed_patches import PATCH_OP
from tests.web.malformed_values import FIELDS_URN

# fmt: off
ATTRIBUTES = [
    "userName", "name", "displayName", "nickName", "profileUrl", "title", "locale", "active", "password", "emails",
    "ims", "phoneNumbers", "photos", "addresses", "groups", "roles", "x509Certificates", "members", "groupType", "id",
    "meta", "externalId", "schemas", "USERNAME", "Emails", ENTERPRISE_URN, FIELDS_URN, CORE_USER_URN, CORE_GROUP_URN,
]
PARTS = [
    "value", "type", "primary", "display", "$ref", "operation", "givenName", "familyName", "manager", "department",
    "id", "custom_fields", "cost", "formatted", "attributes", "created", "lastModified", "location", "version", "op",
    "path",
]
WORDS = [
    "", " ", "1", "2", "3", "999", "g1", "work", "home", "User", "Group", "true", "False", "add", "delete", "Remove",
    "x", "ann@widget.example", "BOB@widget.example", "new@widget.example", "Staff", "staff", "null", "*", "/Users/1",
    'W/"0"', "bulkId:a", "2026-03-02T09:00:00Z", "\x00", "\ud800", "\u202e", "ﬃ", PATCH_OP, ENTERPRISE_URN, "a" * 300,
]
PATHS = [
    "name.givenName", "meta.created", f"{FIELDS_URN}:cost", f"{ENTERPRISE_URN}:manager",
    f"{ENTERPRISE_URN}:manager.value", "emails.value", "members.value", "addresses[not (type pr)]",
    'emails[type eq "work"]', 'emails[type eq "work"].value', 'members[value eq "1"]', 'roles[primary eq "True"].value',
    'phoneNumbers[value sw "1" or type eq "x"].type',
]
COMPARED = [*ATTRIBUTES, *PARTS, "meta.created", "emails.value", "emails[type", f"{ENTERPRISE_URN}:manager.value", "("]
OPERATORS = ["eq", "NE", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr", "=", "is", "and"]
LITERALS = ['"1"', '"work"', "true", '"true"', "null", "7", "1e999", '"2026-03-02T09:00:00Z"', r'"\u0041"', '"', "]"]
# fmt: on

texts = st.sampled_from(WORDS) | st.text(max_size=8)
numbers = st.sampled_from([0, 1, -1, 2**63, 10**400, 0.5, 1e308, -0.0]) | st.integers() | st.floats()
scalars = st.none() | st.booleans() | texts | numbers
names = st.sampled_from([*ATTRIBUTES, *PARTS]) | st.text(max_size=6)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)

# Resources

entries = st.dictionaries(st.sampled_from(PARTS), scalars, max_size=3)
fitting: dict[str, st.SearchStrategy[Any]] = {
    "userName": texts,
    "displayName": texts,
    "title": texts,
    "active": st.booleans() | texts,
    "name": st.dictionaries(st.sampled_from(["givenName", "familyName"]), texts),
    "emails": st.lists(entries, max_size=3),
    "members": st.lists(
        st.fixed_dictionaries({"value": texts}, optional={"type": texts, "operation": texts}), max_size=3
    ),
    "externalId": texts,
    ENTERPRISE_URN: st.fixed_dictionaries({}, optional={"manager": values, "department": texts}),
    FIELDS_URN: st.dictionaries(texts, scalars, max_size=2)
    | st.fixed_dictionaries({"custom_fields": st.lists(entries)}),
}
named = {"userName": texts, "displayName": texts}
resources = st.one_of(
    st.tuples(st.fixed_dictionaries({}, optional=fitting), st.fixed_dictionaries(named)).map(
        lambda two: two[0] | two[1]
    ),
    st.fixed_dictionaries({}, optional={name: each | values for name, each in fitting.items()}),
    st.dictionaries(st.sampled_from(ATTRIBUTES), values, max_size=4),
)

# Filters and paths

comparisons = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(COMPARED),
    st.sampled_from([" ", " ", "  ", "", "."]),
    st.sampled_from(OPERATORS),
    st.sampled_from([" ", " ", ""]),
    st.sampled_from(LITERALS),
)
joints = st.sampled_from([" and ", " or ", "not ", "(", ")", "[", "]", " ", '"', "].value eq "])
filters = st.lists(comparisons | joints | st.text(max_size=3), max_size=6).map("".join)
broken_paths = st.builds(
    "{}{}{}".format,
    st.sampled_from([*ATTRIBUTES, *PATHS, ""]),
    st.just("") | comparisons.map("[{}]".format) | st.sampled_from(["[", "]", "[]"]),
    st.sampled_from(["", "", ".", ".value", ".type", ".value.x", ":x"]),
)
path_texts = st.sampled_from([*ATTRIBUTES, *PATHS]) | broken_paths | st.text(max_size=12)

# Requests in JSON

operations = st.one_of(
    st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "remove", "replace"]), "path": st.sampled_from([*ATTRIBUTES, *PATHS])},
        optional={"value": scalars | entries | st.lists(entries, max_size=2)},
    ),
    st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "Remove", "replace"]) | values},
        optional={"path": path_texts | values, "value": values | resources},
    ),
)
patches = st.one_of(
    st.lists(operations, max_size=4).map(lambda listed: {"schemas": [PATCH_OP], "Operations": listed}),
    st.fixed_dictionaries({"Operations": values | st.lists(operations | values)}, optional={"schemas": values}),
    resources,
)
methods = st.sampled_from(["POST", "PUT", "patch", "DELETE"])
places = st.sampled_from(["/Users", "/Users/1", "/Groups/1", "/Users/bulkId:a", "/Groups"])
jobs = st.one_of(
    st.fixed_dictionaries(
        {"method": methods, "path": places, "data": resources | patches, "bulkId": st.sampled_from(["a", "b"])},
        optional={"version": scalars | st.just([])},
    ),
    st.fixed_dictionaries(
        {"method": methods | values},
        optional={"path": places | values, "bulkId": values, "data": values, "version": values},
    ),
    values,
)
bulks = st.fixed_dictionaries(
    {"Operations": st.lists(jobs, max_size=4)}, optional={"failOnErrors": st.integers(0, 3) | values}
)
searches = st.fixed_dictionaries(
    {},
    optional={
        "filter": filters | values,
        "startIndex": st.integers(-1, 5) | values,
        "count": st.integers(-1, 5) | values,
        "sortBy": path_texts | values,
        "sortOrder": st.sampled_from(["ascending", "descending"]) | values,
        "attributes": st.lists(names, max_size=3) | values,
        "excludedAttributes": st.lists(names, max_size=3) | values,
    },
)


def written(value: Any) -> bytes:
    """Return a value as JSON; what is no JSON, as NaN and half a surrogate pair, goes through as Python writes it."""
    return json.dumps(value).encode()


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Return bytes with a few of them changed."""
    content = bytearray(draw(whole))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(content)))
        content[at : at + draw(st.integers(0, 2))] = draw(st.binary(max_size=2))
    return bytes(content)
