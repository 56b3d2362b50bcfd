"""The three kinds of record on the 4me side, as a table: where each is kept, how it is read, made and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.people.company import Company
from sandbox.people.errors import PeopleError, RecordInUseError, UnknownRecordError
from sandbox.people.outcome import Lookups
from sandbox.people.reading import read_organization_fields, read_person_fields, read_site_fields
from sandbox.people.showing import organization_json, person_json, site_json
from sandbox.people.values import (
    ORGANIZATIONS,
    PEOPLE,
    PERSON_FIELDS,
    SITES,
    Organization,
    Person,
    Record,
    Site,
)
from sandbox.scim.errors import UniquenessError


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record."""

    name: str
    collection: str
    key: str
    """The field that tells records apart, without case."""
    read: Callable[[Mapping[str, Any], Company], dict[str, Any]]
    make: Callable[[Mapping[str, Any]], Person | Organization | Site]
    """Makes a record of a row."""
    show: Callable[[Mapping[str, Any], Lookups], dict[str, Any]]
    required: tuple[str, ...]


PERSON = Kind(
    "person",
    PEOPLE,
    "primary_email",
    read_person_fields,
    Person,
    person_json,
    ("primary_email", "name"),
)
ORGANIZATION = Kind(
    "organization",
    ORGANIZATIONS,
    "name",
    read_organization_fields,
    Organization,
    organization_json,
    ("name",),
)
SITE = Kind("site", SITES, "name", read_site_fields, Site, site_json, ("name",))


def create(kind: Kind, body: Mapping[str, Any], company: Company) -> str:
    """Create a record, and return its id.

    Raises:
        PeopleError: when a field is unknown, missing or does not fit.
        RecordInUseError: when another record has its name or address.
    """
    fields = kind.read(body, company)
    for name in kind.required:
        if name not in fields:
            raise PeopleError(f"a {kind.name} needs {name}")
    if kind is PERSON and "organization" not in fields:
        fields["organization"] = company.own_organization()
    return _kept(kind.make({}).with_fields(fields), None, company)


def change(kind: Kind, record_id: str, body: Mapping[str, Any], company: Company) -> None:
    """Change the fields of a record that *body* has.

    Raises:
        UnknownRecordError: when there is none with this id.
        PeopleError: when a field is unknown or does not fit.
        RecordInUseError: when another record has its name or address.
    """
    row = company.tables.look(kind.collection, record_id)
    if row is None:
        raise UnknownRecordError(kind.name, record_id)
    before = kind.make(row)
    _kept(before.with_fields(kind.read(body, company)), before, company)


def _kept(record: Person | Organization | Site, before: Record | None, company: Company) -> str:
    try:
        if not isinstance(record, Person):
            return company.keep(record).id
        if not isinstance(before, Person):
            return company.keep_person(record, None, (), None)
        changed = [name for name in PERSON_FIELDS if before.row.get(name) != record.row.get(name)]
        return company.keep_person(record, before, changed, None) if changed else record.id
    except UniquenessError as error:
        raise RecordInUseError(error.detail) from None
