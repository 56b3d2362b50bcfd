"""Random PATCH operations on random resources come to the same in our ``rfc7644`` dialect as in scim2-models.

Both sides have the schemas of that dialect. scim2-models runs with two of its leniencies, which the dialect has too:
names that the schema does not know are passed over, and the value of a remove says which values go.

What both do in their own way, for a reason, is never generated:

- An object that replaces the values a filter selects takes their place here, whole (RFC 7644 §3.5.2.3); scim2-models
  lays it over them. A generated one names every sub-attribute.
- One operation that marks several values as primary is refused here (RFC 7643 §2.4), even when one of them was primary
  or is there already; scim2-models moves the mark to the others. Filters that lead to ``primary`` select by a value
  that is unique, and lists with two of them are not added.
- A sub-attribute of a list without values (``emails.display``) makes a value here, since an attribute that does not
  exist is added (RFC 7644 §3.5.2.1, §3.5.2.3); scim2-models does nothing. Such paths lead to ``ims``, which never
  is empty.
- A value that loses its last sub-attribute is gone here, as an object without a part is unassigned (RFC 7643 §2.5);
  scim2-models keeps an empty one. ``value`` is never taken away alone.
- One list may bring the same value twice: we keep one (RFC 7643 §2.4), scim2-models both. Generated lists do not.
- ``null`` to add: we unassign (RFC 7643 §2.5), scim2-models refuses (RFC 7644 §3.5.2.1 wants a value). So with ``null``
  for a whole extension by its path, and for the values that a filter selects.
- Read-only attributes in a value: we pass over them as in a whole resource (RFC 7644 §3.5.1), scim2-models refuses a
  change. Paths to them are refused by both, and are generated.
- Parts of a member: we refuse to write any (they are immutable, RFC 7643 §4.2), scim2-models lets the same be written.
- A password: we forget it, as it is never returned (RFC 7643 §4.1.1), scim2-models keeps it.
- A key of a path-less value that selects values (``emails[type eq "work"].value``): we take it, scim2-models does not;
  RFC 7644 §3.5.2 does not speak of it.
- An unknown path: we refuse it (RFC 7644 §3.12, Table 9); the leniency above makes scim2-models pass over it.
- Text for a boolean, a number for text: we refuse it (RFC 7643 §2.3), pydantic makes it fit.
- ``remove`` with a value at an attribute with one value: we ignore the value, of which RFC 7644 §3.5.2.2 knows nothing;
  scim2-models refuses.
- Brackets behind an attribute that takes none (``name[givenName eq "a"]``): invalidPath here, invalidFilter there;
  RFC 7644 §3.12, Table 9, has both for a path with a filter.
- An operation that is none of the three: invalidSyntax here, invalidValue there (RFC 7644 §3.5.2 says neither).

When a request has more than one mistake, the two may find another one first: then only that both refuse counts.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scim2_models import Context, Extension, PatchOp, Resource, SCIMException, ScimPolicy
from scim2_models import Schema as Scim2Schema
from scim2_models.messages.error import Error

from sandbox.scim.errors import ScimError
from sandbox.scim.members import MemberEdit
from sandbox.scim.patch import apply_operations, read_operations
from sandbox.scim.resource import read_change
from sandbox.scim.schema import CORE_USER_URN, ENTERPRISE_URN
from sandbox.scim.value import without_empty
from tests.scim.dialects import RFC7644, patch_op

Json = dict[str, Any]
Strategy = st.SearchStrategy[Any]

EXAMPLES = max(2000, settings().max_examples)
"""A Hypothesis profile may ask for more."""
agreement = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])

USERS, GROUPS = RFC7644.resource_types["Users"], RFC7644.resource_types["Groups"]


def theirs_of(kind: type[Any], name: str) -> Any:
    """Return scim2-models' class for a schema of our dialect."""
    return kind.from_schema(Scim2Schema.model_validate(RFC7644.schema_definitions[name]))


THEIR_USER: Any = theirs_of(Resource, "User")[theirs_of(Extension, "EnterpriseUser")]
THEIR_GROUP: Any = theirs_of(Resource, "Group")
LENIENT = ScimPolicy(unknown=ScimPolicy.Unknown.ignore, remove_value_as_filter=ScimPolicy.RemoveValue.apply)

# Documents

text = st.text(alphabet="aAb @", max_size=2)
"""Short and of few letters, so that random texts often meet."""
number = st.sampled_from(["1", "2", "3", "4"])
"""What tells the values of ``phoneNumbers`` apart."""
kind = st.sampled_from(["work", "Work", "home"])


def one_of_these(*strategies: Strategy) -> Strategy:
    """Return what one of these does, each as often as the others, however many branches it has."""
    return st.sampled_from(strategies).flatmap(lambda strategy: strategy)


def some(**parts: Strategy) -> Strategy:
    """Return objects with at least one of these members."""

    def with_one(name: str) -> Strategy:
        others = {other: value for other, value in parts.items() if other != name}
        return st.fixed_dictionaries({name: parts[name]}, optional=others)

    return st.sampled_from(list(parts)).flatmap(with_one)


def valued(value: Strategy, **parts: Strategy) -> Strategy:
    """Return values of a list: each has a ``value``."""
    return st.fixed_dictionaries({"value": value}, optional=parts)


def identity(value: Json) -> str:
    """Return what makes values the same."""
    return json.dumps(value, sort_keys=True).casefold()


def at_most_one_primary(values: list[Json]) -> bool:
    """Tell whether a list of values is valid (RFC 7643 §2.4)."""
    return sum(value.get("primary") is True for value in values) <= 1


def several(values: Strategy, *, min_size: int = 1, by: Any = identity) -> Strategy:
    """Return valid lists of values."""
    return st.lists(values, min_size=min_size, max_size=3, unique_by=by).filter(at_most_one_primary)


email = valued(text, type=kind, display=text, primary=st.booleans())
phone = valued(number, type=kind, primary=st.booleans())
im = valued(text, type=kind)
address = some(country=text, locality=text, type=kind)
name = some(givenName=text, familyName=text, middleName=text)
manager = st.fixed_dictionaries({"value": number})
enterprise = some(department=text, costCenter=text, manager=manager)
phones = several(phone, by=lambda value: value["value"])

FULL_USER: Json = {
    "id": "5",
    "externalId": "A",
    "userName": "ab",
    "displayName": "a b",
    "title": "a",
    "active": True,
    "name": {"givenName": "a", "familyName": "B", "middleName": ""},
    "emails": [
        {"value": "a", "type": "work", "display": "b", "primary": True},
        {"value": "A@", "type": "home", "primary": False},
        {"value": "", "type": "Work", "display": "B"},
    ],
    "phoneNumbers": [{"value": "1", "type": "work"}, {"value": "2", "primary": True}, {"value": "4", "primary": False}],
    "ims": [{"value": "a", "type": "home"}, {"value": "b"}],
    "addresses": [{"country": "a", "type": "work"}, {"country": "A", "locality": "b"}, {"type": "home"}],
    ENTERPRISE_URN: {"department": "a", "costCenter": "B", "manager": {"value": "3"}},
}
"""Much for operations to meet."""
users = st.just(FULL_USER) | st.fixed_dictionaries(
    {"id": st.just("5"), "userName": text, "ims": several(im), "emails": several(email, min_size=0)},
    optional={
        "externalId": text,
        "displayName": text,
        "title": text,
        "active": st.booleans(),
        "name": name,
        "phoneNumbers": phones,
        "addresses": several(address),
        ENTERPRISE_URN: enterprise,
    },
).map(without_empty)

# Operations

unfit = st.sampled_from([{"value": "a"}, ["a"], [{"value": "a"}], [[]]])
"""What no attribute of type string or boolean takes."""


def operation(op: str, path: Strategy | str | None, value: Strategy | None = None) -> Strategy:
    """Return operations; without a path or a value they have no such member."""
    parts: dict[str, Strategy] = {"op": st.just(op)}
    if path is not None:
        parts["path"] = st.just(path) if isinstance(path, str) else path
    if value is not None:
        parts["value"] = value
    return st.fixed_dictionaries(parts)


def written(path: Strategy | str | None, value: Strategy) -> Strategy:
    """Return an add or a replace."""
    return st.one_of(operation("add", path, value), operation("replace", path, value))


E = ENTERPRISE_URN
TEXT_PATHS = st.sampled_from(
    [
        *("title", "NICKNAME", "displayName", "externalId", "name.givenName", "Name.FamilyName"),
        *(f"{CORE_USER_URN}:title", f"{E}:department", f"{E.lower()}:CostCenter", f"{E}:manager.value"),
    ]
)
simple_operations = st.one_of(
    written(TEXT_PATHS, text),
    written("userName", text),
    written("active", st.booleans()),
    written(st.sampled_from(["title", "active", f"{E}:department"]), unfit),
    operation("replace", TEXT_PATHS, st.none()),
    operation("replace", st.sampled_from(["active", "userName", "name", "emails"]), st.none()),
    operation(
        "remove", st.one_of(TEXT_PATHS, st.sampled_from(["active", "userName", "name", "addresses", f"{E}:manager"]))
    ),
)

nullable = text | st.none()
name_change = st.fixed_dictionaries(
    {}, optional={"givenName": nullable, "FAMILYNAME": nullable, "middleName": text, "nickName": text}
)
enterprise_change = st.fixed_dictionaries(
    {}, optional={"department": nullable, "costcenter": nullable, "manager": manager | st.none(), "salary": text}
)
complex_operations = st.one_of(
    written("name", name_change),
    written(f"{E}:manager", manager),
    written(st.sampled_from([E, E.upper()]), enterprise_change),
    operation("remove", E),
    written("name", st.sampled_from(["a", 5])),
)

whole = st.fixed_dictionaries(
    {},
    optional={
        "title": nullable,
        "DisplayName": nullable,
        "userName": nullable,
        "active": st.booleans() | st.none(),
        "name": name_change | st.none(),
        "name.givenName": nullable,
        "emails": several(email, min_size=0),
        "colour": text,
        f"{E}:department": nullable,
        f"{E}:manager": manager | st.none(),
        E: enterprise_change | st.none(),
    },
)
pathless_operations = written(None, whole)

list_operations = st.one_of(
    written("emails", several(email, min_size=0) | email),
    operation(
        "replace", "Emails", st.lists(email.map(lambda value: {**value, "primary": True}), min_size=2, max_size=2)
    ),
    written("addresses", several(address, min_size=0)),
    written("emails", st.sampled_from(["a", ["a"], [5]])),
    operation("remove", st.sampled_from(["emails", "addresses"])),
    operation("remove", "emails", st.lists(some(value=text, type=kind, display=text), max_size=2)),
)


def literal(value: Any) -> str:
    """Return a value as a filter writes it."""
    return json.dumps(value, ensure_ascii=False)


def comparisons(name: str, values: Strategy) -> Strategy:
    """Return ``name operator "value"``, or a question whether there is one."""
    operators = st.sampled_from(["eq", "EQ", "ne", "co", "sw", "gt", "le"])
    return st.builds(f"{name} {{}} {{}}".format, operators, values.map(literal)) | st.just(f"{name} pr")


def selections(*terms: Strategy) -> Strategy:
    """Return what may stand in brackets: one of these terms, or two, or none."""
    term = one_of_these(*terms)
    joined = st.builds("{} {} {}".format, term, st.sampled_from(["and", "or"]), term)
    return st.one_of(term, joined, st.builds("not ({})".format, term))


email_value, email_type = comparisons("value", text), comparisons("Type", kind)
email_display = comparisons("display", text)
email_primary = st.sampled_from(["primary eq true", 'primary eq "True"', "primary ne true"])
email_path = st.builds("emails[{}]".format, selections(email_value, email_type, email_display, email_primary))
email_text = st.builds("{}.{}".format, email_path, st.sampled_from(["value", "Display", "type"]))
email_rest = st.builds("{}.{}".format, email_path, st.sampled_from(["type", "display"]))
whole_email = st.fixed_dictionaries({"value": text, "type": kind, "display": text, "primary": st.just(False)})
phone_path = st.builds('phoneNumbers[value eq "{}"]'.format, number)
address_path = st.builds("addresses[{}]".format, selections(comparisons("country", text), comparisons("type", kind)))
selecting_operations = one_of_these(
    operation("remove", email_path),
    operation("remove", email_rest),
    operation("replace", email_rest, st.none()),
    written(email_text, text),
    operation("add", email_path, some(display=text, type=kind)),
    operation("replace", email_path, whole_email),
    operation("remove", address_path),
    operation("add", address_path, address),
)
primary_operations = one_of_these(
    written(phone_path.map("{}.primary".format), st.booleans()),
    operation("remove", phone_path.map("{}.primary".format)),
    operation("remove", phone_path),
    operation("add", phone_path, some(type=kind, primary=st.booleans())),
    operation("replace", "phoneNumbers", phones),
    operation(
        "add",
        "phoneNumbers",
        st.builds(lambda end, primary: {"value": end, "primary": primary}, st.uuids().map(str), st.booleans()),
    ),
)
spread_operations = st.one_of(
    written(st.sampled_from(["ims.type", "ims.Display"]), text),
    operation("remove", st.sampled_from(["ims.type", "ims.display"])),
    operation("replace", "ims.type", st.none()),
    written("ims.type", unfit),
    written("ims", several(im)),
)
refused_operations = st.one_of(
    written(
        st.sampled_from(["id", "ID", "meta", "meta.created", "groups", "groups.value", f"{E}:manager.displayName"]),
        text,
    ),
    operation("remove", st.sampled_from(["id", "meta.lastModified", "groups", 'groups[value eq "1"]'])),
    operation("remove", None),
    operation("add", "title"),
    operation("replace", "title"),
    operation("add", "emails[type eq", text),
    written(None, st.sampled_from(["a", 5, ["title"]])),
)
user_operations = one_of_these(
    simple_operations,
    complex_operations,
    pathless_operations,
    list_operations,
    selecting_operations,
    primary_operations,
    spread_operations,
    refused_operations,
)

# Both sides


def our_user(document: Json, operations: list[Json]) -> Json | str:
    """Return the user after the operations, or the scimType of the refusal."""
    try:
        read = read_operations(patch_op(*operations), USERS, RFC7644.patch_rules)
        return apply_operations(document, read, USERS, RFC7644.patch_rules, MemberEdit(lambda: ()))
    except ScimError as error:
        return str(error.scim_type)


def our_group(document: Json, operations: list[Json]) -> Json | str:
    """Return the group after the operations, or the scimType of the refusal."""
    members = document.get("members", [])
    edit = MemberEdit(lambda: members)
    rest = {key: value for key, value in document.items() if key != "members"}
    try:
        read = read_operations(patch_op(*operations), GROUPS, RFC7644.patch_rules)
        after = apply_operations(rest, read, GROUPS, RFC7644.patch_rules, edit)
    except ScimError as error:
        return str(error.scim_type)
    return {**after, "members": edit.now()}


def theirs(model: Any, urns: list[str], document: Json, operations: list[Json]) -> Json | str:
    """Return the resource after the operations as scim2-models has it, or the scimType of the refusal."""
    resource = model.model_validate({"schemas": urns, **document})
    try:
        with LENIENT:
            patch = PatchOp[model].model_validate(patch_op(*operations), scim_ctx=Context.RESOURCE_PATCH_REQUEST)
            patch.patch(resource)
    except ValidationError as error:
        return str(Error.from_validation_errors(error)[0].scim_type)
    except SCIMException as error:
        return error.scim_type
    return {key: value for key, value in resource.model_dump().items() if key != "schemas"}


def compared(result: Json | str) -> Json | str:
    """Return a resource as both sides can have it: without empty parts, members in the order of their ids."""
    if isinstance(result, str):
        return result
    clean = without_empty(result)
    if "members" in clean:
        clean["members"].sort(key=lambda member: member["value"])
    return clean


def check_agreement(ours: Json | str, other: Json | str, operations: list[Json]) -> None:
    """Check that both made the same resource, or both refused; one operation alone for the same reason."""
    event("refused" if isinstance(other, str) else "applied")
    if len(operations) > 1 and isinstance(ours, str) and isinstance(other, str):
        return
    assert compared(ours) == compared(other)


@pytest.mark.rfc("7644 §3.5.2")
@agreement
@given(st.lists(user_operations, min_size=1, max_size=4), users)
def test_operations_on_a_user_agree(operations: list[Json], document: Json) -> None:
    urns = [USERS.schema.urn, E] if E in document else [USERS.schema.urn]

    check_agreement(our_user(document, operations), theirs(THEIR_USER, urns, document, operations), operations)


@pytest.mark.rfc("7644 §3.5.2")
@settings(agreement, max_examples=EXAMPLES // 4)
@given(user_operations, users)
def test_an_operation_alone_is_refused_for_the_same_reason(one: Json, document: Json) -> None:
    urns = [USERS.schema.urn, E] if E in document else [USERS.schema.urn]

    check_agreement(our_user(document, [one]), theirs(THEIR_USER, urns, document, [one]), [one])


ids = st.sampled_from(["1", "2", "3", "4"])
member = st.fixed_dictionaries({"value": ids})
members = st.lists(member, max_size=3, unique_by=identity)
groups = st.just({"id": "9", "displayName": "a", "members": [{"value": "1"}, {"value": "2"}]}) | st.fixed_dictionaries(
    {"id": st.just("9"), "displayName": text}, optional={"externalId": text, "members": members.filter(bool)}
)
group_operations = st.one_of(
    written("members", members | member),
    written(None, st.fixed_dictionaries({}, optional={"displayName": nullable, "members": members, "colour": text})),
    operation("replace", "members", st.none()),
    operation("remove", "members"),
    operation("remove", "members", members | member),
    operation("remove", st.builds('members[value eq "{}"]'.format, ids)),
    operation("remove", st.builds('members[value eq "{}" or value gt "{}"]'.format, ids, ids)),
    written("displayName", text),
    operation("remove", "displayName"),
    written("members.display", text),
)


@pytest.mark.rfc("7644 §3.5.2")
@agreement
@given(st.lists(group_operations, min_size=1, max_size=4), groups)
def test_operations_on_a_group_agree(operations: list[Json], document: Json) -> None:
    urns = [GROUPS.schema.urn]

    check_agreement(our_group(document, operations), theirs(THEIR_GROUP, urns, document, operations), operations)


@given(users)
def test_the_generated_users_are_what_we_store(document: Json) -> None:
    stored = {"id": document["id"], **read_change(document, USERS, RFC7644.reading)}

    assert stored == document
