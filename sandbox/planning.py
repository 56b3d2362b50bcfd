"""From a filter to a query of the store: terms that an index answers where there is one, else a scan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sandbox.people.company import OWN, PERSON_INDEX
from sandbox.people.values import GROUP_LINKS, ORGANIZATIONS, PEOPLE, SITES, USER_LINKS
from sandbox.scim.errors import InvalidFilterError
from sandbox.scim.filter import And, Comparison, Node, Or, paths_in
from sandbox.scim.instant import utc_text
from sandbox.scim.matching import matcher
from sandbox.scim.path import AttributePath
from sandbox.scim.schema import ENTERPRISE_URN
from sandbox.store import AllOf, AnyOf, Collection, Layout, Query, Scan, Stored, Term

MANAGER_INDEX = "manager"

LAYOUT = Layout(
    collections=(
        Collection(
            "Users",
            key=("userName",),
            equal={
                "externalId": ("externalId",),
                "active": ("active",),
                MANAGER_INDEX: (ENTERPRISE_URN, "manager", "value"),
            },
            ordered={"meta.created": ("meta", "created"), "meta.lastModified": ("meta", "lastModified")},
            shown_by_others=(("userName",), ("displayName",)),
            references={MANAGER_INDEX: "Users"},
        ),
        Collection(
            "Groups",
            key=("displayName",),
            equal={"externalId": ("externalId",)},
            ordered={"meta.created": ("meta", "created"), "meta.lastModified": ("meta", "lastModified")},
            shown_by_others=(("displayName",),),
        ),
        Collection(PEOPLE, key=("primary_email",)),
        Collection(ORGANIZATIONS, key=("name",), equal={OWN: (OWN,)}),
        Collection(SITES, key=("name",)),
        Collection(USER_LINKS, key=("id",), equal={PERSON_INDEX: ("person",)}),
        Collection(GROUP_LINKS, key=("id",)),
    )
)
"""What the store indexes: every attribute that 4me filters on (facts/4me.md 6.12, 6.13), and who manages whom; of
persons, organizations and sites what tells them apart, and which SCIM users share a person."""

DIRECTORY = (LAYOUT.collection("Users"), LAYOUT.collection("Groups"))
"""The collections that SCIM shows; the others follow from them."""

COMPUTED = frozenset({"schemas", "groups", "members", "meta.resourceType", "meta.version"})
"""Attributes that are not in a stored document, so that a filter on them needs the complete one."""

_KNOWN_BY = {"Users": ("userName", "displayName", "externalId"), "Groups": ("displayName", "externalId")}
"""What people know resources by."""

_TERMS = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
"""The operators that an ordered index answers."""

Complete = Callable[[Stored], Mapping[str, Any]]


def make_query(node: Node, collection: str, complete: Complete) -> Query:
    """Return the query that finds what *node* matches; *complete* adds what is computed to a stored resource.

    Raises:
        InvalidFilterError: when it names what depends on the address that the resource is read at.
    """
    for path in paths_in(node):
        if str(path) == "meta.location" or path.leaf.name == "$ref":
            raise InvalidFilterError(f"filtering on {path} is not supported: it depends on the address it is read at")
    indexed = _from_indexes(node, _indexed(collection))
    if indexed is not None:
        return indexed
    matches = matcher(node)
    if any(_is_computed(str(path)) for path in paths_in(node)):
        return Scan(lambda stored: matches(complete(stored)))
    return Scan(lambda stored: matches(stored.document))


def make_words_query(words: str, collection: str) -> Query:
    """Return the query that finds the resources with *words* in a name or ``externalId``, in any case."""
    sought, attributes = words.casefold(), _KNOWN_BY[collection]

    def has_words(stored: Stored) -> bool:
        text: str | None = stored.memo.get("words")
        if text is None:
            text = "\n".join(stored.document.get(name) or "" for name in attributes).casefold()
            stored.memo["words"] = text
        return sought in text

    return Scan(has_words)


@cache
def _indexed(name: str) -> Mapping[str, frozenset[str]]:
    """Return the operators that the index of each attribute answers."""
    collection = next(each for each in LAYOUT.collections if each.name == name)
    equal = {each: frozenset({"eq", "ne"}) for each in collection.equal if each != MANAGER_INDEX}
    return {**equal, **dict.fromkeys((collection.key[0], *collection.ordered), _TERMS)}


def _is_indexed(path: AttributePath, operator: str, indexed: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether an index answers, and compares as the attribute does: ``externalId``'s compares with case."""
    return operator in indexed.get(str(path), ()) and (str(path) != "externalId" or path.leaf.case_exact)


def _is_computed(path: str) -> bool:
    return any(path == name or path.startswith(f"{name}.") for name in COMPUTED) or path.endswith("manager.displayName")


def _from_indexes(node: Node, indexed: Mapping[str, frozenset[str]]) -> Query | None:
    """Return the query made of indexed terms alone, or ``None`` when an index is missing for some part."""
    match node:
        case And(nodes) | Or(nodes):
            parts = [_from_indexes(part, indexed) for part in nodes]
            known = [part for part in parts if part is not None]
            combine = AllOf if isinstance(node, And) else AnyOf
            return combine(tuple(known)) if len(known) == len(parts) else None
        case Comparison(path, operator, datetime() as instant) if _is_indexed(path, operator, indexed):
            return _instant_term(str(path), operator, instant)
        case Comparison(path, operator, value) if value is not None and _is_indexed(path, operator, indexed):
            return Term(str(path), operator, value)
        case _:
            return None


_BETWEEN_SECONDS: Mapping[str, str] = {"lt": "le", "le": "le", "gt": "gt", "ge": "gt"}
"""Stored instants are whole seconds: how they compare with one in between, told by the second before it."""


def _instant_term(name: str, operator: str, instant: datetime) -> Query:
    if not instant.microsecond:
        return Term(name, operator, utc_text(instant))
    if operator in _BETWEEN_SECONDS:
        return Term(name, _BETWEEN_SECONDS[operator], utc_text(instant))
    return AnyOf(()) if operator == "eq" else AllOf(())
