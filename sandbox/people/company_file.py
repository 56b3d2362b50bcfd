"""Reading a company file: the organizations, sites and persons that exist before SCIM comes.

    {"own_organization": "Widget", "organizations": [{"name": "Widget UK", "disabled": true}],
     "sites": [{"name": "London", "city": "London"}],
     "people": [{"primary_email": "ann@widget.example", "name": "Ann"}, {"nth": 3, "vip": true}]}

A person with ``nth`` has the address and the name of the nth seeded user, so that SCIM links the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.people.json_places import Path, Places, decoded
from sandbox.people.reading import ORGANIZATION_READERS, PERSON_READERS, SITE_READERS

_LISTS: Mapping[str, tuple[str, ...]] = {
    "organizations": tuple(ORGANIZATION_READERS),
    "sites": tuple(SITE_READERS),
    "people": (*PERSON_READERS, "nth"),
}

Rows = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFile:
    """What a company file says; the values of its rows are read when they are planted."""

    own_organization: str | None = None
    organizations: Rows = ()
    sites: Rows = ()
    people: Rows = ()
    lines: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """The line of each row, by the name of its list and its position."""


def read_company_file(content: bytes) -> CompanyFile:
    """Return what a company file says.

    Raises:
        PlacedError: naming line, column and reason of what is no such file.
    """
    text, _ = decoded(content)
    places = Places(text)
    document = places.value
    if not isinstance(document, dict):
        raise places.refusal((), f"a company is an object with {', '.join(('own_organization', *_LISTS))}")
    for name in document:
        if name not in ("own_organization", *_LISTS):
            raise places.refusal((name,), f"only {', '.join(('own_organization', *_LISTS))} are known here")
    own = document.get("own_organization")
    if own is not None and not (isinstance(own, str) and own.strip()):
        raise places.refusal(("own_organization",), "this is the name of an organization")
    rows = {name: tuple(_rows(document.get(name, []), name, places)) for name in _LISTS}
    lines = {(name, position): places.line((name, position)) for name in _LISTS for position in range(len(rows[name]))}
    return CompanyFile(own_organization=own, lines=lines, **rows)


def _rows(value: Any, name: str, places: Places) -> Rows:
    if not isinstance(value, list):
        raise places.refusal((name,), "this is a list of objects")
    seen: dict[str, int] = {}
    for position, row in enumerate(value):
        path: Path = (name, position)
        if not isinstance(row, dict):
            raise places.refusal(path, "this is an object")
        for inner in row:
            if inner not in _LISTS[name]:
                raise places.refusal((*path, inner), f"there is no such field; there is {', '.join(_LISTS[name])}")
        _check_key(row, name, path, places)
        key = str(row.get("primary_email" if name == "people" else "name", row.get("nth"))).strip().casefold()
        if key in seen:
            raise places.refusal(path, f"{key!r} is there twice; compared without case")
        seen[key] = position
    return tuple(value)


def _check_key(row: Mapping[str, Any], name: str, path: Path, places: Places) -> None:
    if name == "people" and "nth" in row:
        if type(row["nth"]) is not int or row["nth"] < 1:
            raise places.refusal((*path, "nth"), "nth is a whole number from 1 on")
        return
    for needed in ("primary_email", "name") if name == "people" else ("name",):
        if not isinstance(row.get(needed), str) or not row[needed].strip():
            raise places.refusal((*path, needed), f"{needed} is a text that is not empty")
