"""Random requests of real clients, each with what it means: strategies of (edits, body) for the state machine.

One edit can be said in many shapes (facts/clients.md section 0, points 2 to 5; facts/4me.md 7.5 to 7.7, 8.3, 8.4, 9.6
to 9.9): the shape is chosen at random, so that the model need not know of it.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.web.state_machine_model import CORE_GROUP, CORE_USER, FIELDS, HOMES, Edit, nested

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

Said = tuple[Edit, Any]
"""An edit, and a value or operation that says it."""

IDS = st.sampled_from([*["1", "2", "3"] * 6, "4", "5", "6", "999"])
"""Mostly of those who are there from the start; a request that names nobody is refused as a whole."""
AWKWARD_NAMES = st.sampled_from(
    [
        "ann@x.example",
        "ANN@x.example",
        "bob@x.example",
        "Straße",
        "STRASSE",
        "ünal@x.example",
        "ÜNAL@x.example",
        "7",
        "dan",
    ]
)
AWKWARD_TITLES = st.sampled_from(["Staff", "STAFF", "Ünits", "ÜNITS", "a/b?c=d&e", 'quo"ted', "back\\slash"])
NUMBERED = st.integers(1, 30)
NAMES = AWKWARD_NAMES | NUMBERED.map("user{}@x.example".format)
TITLES = AWKWARD_TITLES | NUMBERED.map("Group {}".format)
TEXTS = st.sampled_from(["", "x", "X", "IT", "naïve", "𝄞", "a\nb", "  ", 'O\'Neil, "Jr"'])
ADDRESSES = st.sampled_from(["a@x.example", "b@x.example", "c@x.example"])
EMAIL = st.fixed_dictionaries(
    {"value": ADDRESSES}, optional={"type": st.sampled_from(["work", "home"]), "primary": st.just(True)}
)
EMAILS = st.lists(EMAIL, max_size=3)

USER_TEXTS = ("externalId", "displayName", "title", "name.givenName", "name.familyName", "ent.department", "field.cost")
GROUP_TEXTS = ("externalId", "groupType")
EMPTY = st.sampled_from([None, {}, []])


def any_case(word: str) -> st.SearchStrategy[str]:
    """Return a word as clients may write it."""
    return st.sampled_from([word, word.capitalize(), word.upper()])


# Whole and partial resources


def user_value() -> st.SearchStrategy[Said]:
    """Return an edit of a user with the value that says it in a resource."""
    texts = st.tuples(st.sampled_from(USER_TEXTS), st.none() | TEXTS).map(lambda edit: (edit, edit[1]))
    active = st.sampled_from([(True, True), (True, "True"), (False, False), (False, "false"), (None, None)])
    managers = IDS.flatmap(
        lambda one: st.sampled_from([one, {"value": one}, [{"value": one}], {"value": one, "displayName": "Boss"}]).map(
            lambda value: (("ent.manager", one), value)
        )
    )
    return st.one_of(
        texts,
        active.map(lambda pair: (("active", pair[0]), pair[1])),
        managers,
        st.sampled_from([None, "", {"value": ""}, {}, []]).map(lambda value: (("ent.manager", None), value)),
        EMAILS.map(lambda value: (("emails", value), value)),
        st.tuples(st.sampled_from(list(HOMES)), EMPTY).map(lambda pair: ((pair[0], None), pair[1])),
    )


def resource(said: list[Said], *, listed: bool) -> tuple[list[Edit], dict[str, Any]]:
    """Return edits, one of each key, with the resource that says them; *listed* is the longer form of custom fields."""
    by_key = {edit[0]: (edit, value) for edit, value in said}
    cleared = {key for key in HOMES if key in by_key}
    by_key = {key: pair for key, pair in by_key.items() if key.partition(".")[0] not in cleared or key in cleared}
    body = nested({key: value for key, (_, value) in by_key.items()})
    if listed and body.get(FIELDS):
        body[FIELDS] = {"custom_fields": [{"id": name, "value": value} for name, value in body[FIELDS].items()]}
    return [edit for edit, _ in by_key.values()], body


def user_body(*, named: bool) -> st.SearchStrategy[tuple[list[Edit], dict[str, Any]]]:
    """Return the edits that a user says; *named* is with a ``userName``."""
    name = NAMES.map(lambda value: [(("userName", value), value)])
    values = st.lists(user_value(), max_size=4)
    said = st.tuples(name if named else st.just([]) | name, values).map(lambda parts: [*parts[0], *parts[1]])
    return st.builds(lambda said, listed: resource(said, listed=listed), said, st.booleans())


def group_body(*, named: bool) -> st.SearchStrategy[tuple[list[Edit], dict[str, Any]]]:
    """Return the edits that a group says, without its members."""
    texts = st.tuples(st.sampled_from(GROUP_TEXTS), st.none() | TEXTS).map(lambda edit: (edit, edit[1]))
    name = TITLES.map(lambda value: [(("displayName", value), value)])
    said = st.tuples(name if named else st.just([]) | name, st.lists(texts, max_size=2))
    return said.map(lambda parts: resource([*parts[0], *parts[1]], listed=False))


# Operations


def operation(op: str, path: str | None, value: Any, name: str) -> dict[str, Any]:
    """Return one operation; *name* is ``op`` as it is written."""
    where = {} if path is None else {"path": path}
    return {"op": name, **where, **({} if op == "remove" and value is None else {"value": value})}


def path_of(key: str) -> str:
    """Return the path of a flat key."""
    home, dot, name = key.partition(".")
    return key if home == "name" or home not in HOMES else f"{HOMES[home]}:{name}" if dot else HOMES[home]


@st.composite
def setting(draw: st.DrawFn, core: str, edit: Edit, value: Any) -> dict[str, Any]:
    """Return an operation that says *edit* with *value*, in one of the shapes that clients use."""
    key, new = edit
    home, dot, name = key.partition(".")
    urn, path = HOMES.get(home, home), path_of(key)
    op = draw(st.sampled_from(["add", "replace"])) if new is not None else "replace"
    written = draw(any_case(op))
    shapes: list[tuple[str | None, Any]] = [(path, value), (None, {path: value})]
    if dot:
        shapes += [(urn, {name: value}), (None, {urn: {name: value}})]
    if home in ("name", key):
        shapes += [(f"{core}:{path}", value), (path.upper(), value), (None, {f"{core}:{path}": value})]
    if key == "ent.manager" and new is not None:
        shapes += [(f"{path}.value", new), (f"{path}.VALUE", new)]
    if home == "field":
        shapes += [(None, {urn: {"custom_fields": [{"id": name, "value": value}]}})]
    return operation(op, *draw(st.sampled_from(shapes)), written)


@st.composite
def user_operation(draw: st.DrawFn) -> Said:
    """Return an edit of a user with the operation that says it."""
    kind = draw(st.sampled_from(["set", "set", "set", "name", "remove", "emails", "emails"]))
    if kind == "name":
        name = draw(NAMES)
        return ("userName", name), draw(setting(CORE_USER, ("userName", name), name))
    if kind == "remove":
        key = draw(st.sampled_from([*USER_TEXTS, "active", "ent.manager", "emails", *HOMES]))
        return (key, None), operation("remove", path_of(key), None, draw(any_case("remove")))
    if kind == "emails":
        return draw(email_operation())
    (key, value), said = draw(user_value())
    if key == "emails" or key in HOMES:
        shapes = [(path_of(key), said), (None, {path_of(key): said})]
        return (key, value), operation("replace", *draw(st.sampled_from(shapes)), draw(any_case("replace")))
    return (key, value), draw(setting(CORE_USER, (key, value), said))


@st.composite
def email_operation(draw: st.DrawFn) -> Said:
    """Return an operation on some of the e-mail addresses."""
    kind = draw(st.sampled_from(["work", "home"]))
    path = f'emails[type eq "{kind}"]'
    verb = draw(st.sampled_from(["add", "add", "value", "record", "remove"]))
    if verb == "add":
        emails = draw(st.lists(EMAIL, min_size=1, max_size=2))
        shapes = [("emails", emails), (None, {"emails": emails})] + [("emails", emails[0])] * (len(emails) == 1)
        return ("emails+", emails), operation("add", *draw(st.sampled_from(shapes)), draw(any_case("add")))
    if verb == "remove":
        return (f"emails-:{kind}", None), operation("remove", path, None, draw(any_case("remove")))
    address = draw(ADDRESSES)
    op = draw(st.sampled_from(["add", "replace"])) if verb == "value" else "add"
    parts = [(f"{path}.value", address), (None, {f"{path}.value": address})]
    shapes = parts if verb == "value" else [(path, {"value": address})]
    return (f"emails=:{kind}", address), operation(op, *draw(st.sampled_from(shapes)), draw(any_case(op)))


@st.composite
def group_operation(draw: st.DrawFn) -> Said:
    """Return an edit of a group, or of its members, with the operation that says it."""
    kind = draw(st.sampled_from(["text", "name", "members", "members", "members"]))
    if kind == "name":
        name = draw(TITLES)
        return ("displayName", name), draw(setting(CORE_GROUP, ("displayName", name), name))
    if kind == "text":
        key, value = draw(st.tuples(st.sampled_from(GROUP_TEXTS), st.none() | TEXTS))
        return (key, value), draw(setting(CORE_GROUP, (key, value), value))
    verb = draw(st.sampled_from(["add", "remove", "replace", "clear"]))
    if verb == "clear":
        shapes = [("remove", "members", None), ("replace", "members", []), ("replace", None, {"members": []})]
        op, path, value = draw(st.sampled_from(shapes))
        return ("replace", []), operation(op, path, value, draw(any_case(op)))
    members = draw(st.lists(REFERENCE, min_size=1, max_size=3))
    written = draw(any_case(verb))
    if verb == "remove":
        one = {"value": members[0]["value"]}
        if draw(st.booleans()):
            return ("remove", [one]), operation(verb, f'members[value eq "{one["value"]}"]', None, written)
        return ("remove", members), operation(verb, "members", draw(as_sent(members)), written)
    sent = draw(as_sent(members))
    path, value = draw(st.sampled_from([("members", sent), (None, {"members": sent}), (f"{CORE_GROUP}:members", sent)]))
    return (verb, members), operation(verb, path, value, written)


REFERENCE: st.SearchStrategy[dict[str, str]] = st.fixed_dictionaries(
    {"value": IDS}, optional={"type": st.sampled_from(["User", "Group"])}
)


def as_sent(members: list[dict[str, str]]) -> st.SearchStrategy[Any]:
    """Return members as clients send them: with a ``$ref`` of null, with a display, one without a list, as bare ids."""
    shapes: list[Any] = [
        members,
        *([{**each, **more} for each in members] for more in ({"$ref": None}, {"display": "x"})),
    ]
    if len(members) == 1:
        shapes.append(members[0])
    if not any("type" in each for each in members):
        shapes.append([each["value"] for each in members])
    return st.sampled_from(shapes)


def patch_op(operations: list[Any], *, bare: bool) -> dict[str, Any]:
    """Return a PatchOp of operations; *bare* is without ``schemas``, with ``operations`` in lower case."""
    return {"operations": operations} if bare else {"schemas": [PATCH_OP], "Operations": operations}
