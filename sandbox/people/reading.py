"""Reading persons, organizations and sites as the owner of the sandbox writes them: each field checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox.people.errors import PeopleError
from sandbox.people.identity_rules import is_email
from sandbox.people.languages import language_for
from sandbox.people.limits import (
    ADDRESS_LIMITS,
    CONTACT_LIMIT,
    ORGANIZATION_LIMITS,
    PERSON_LIMITS,
    SITE_LIMITS,
)
from sandbox.people.outcome import Lookups
from sandbox.people.time_zones import zone_for
from sandbox.people.values import PROTOCOLS, Record, Row
from sandbox.scim.errors import quoted

Reader = Callable[[Any, Lookups], Any]
"""Reads a value that is not null; raises ``PeopleError`` with the rest of a sentence that begins with the field."""

MAX_ENTRIES = 100


def read_person_fields(body: Mapping[str, Any], company: Lookups) -> dict[str, Any]:
    """Return the fields of a person that *body* has; null empties a field.

    Raises:
        PeopleError: naming the first field that is unknown or does not fit.
    """
    return _read(body, PERSON_READERS, "person", company)


def read_organization_fields(body: Mapping[str, Any], company: Lookups) -> dict[str, Any]:
    """Return the fields of an organization that *body* has."""
    return _read(body, ORGANIZATION_READERS, "organization", company)


def read_site_fields(body: Mapping[str, Any], company: Lookups) -> dict[str, Any]:
    """Return the fields of a site that *body* has."""
    return _read(body, SITE_READERS, "site", company)


def _read(body: Mapping[str, Any], readers: Mapping[str, Reader], kind: str, company: Lookups) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in body.items():
        if name not in readers:
            raise PeopleError(f"{quoted(name)} is no field of a {kind} that can be set; there is {', '.join(readers)}")
        if value is None:
            values[name] = _emptied(name)
            continue
        try:
            values[name] = readers[name](value, company)
        except PeopleError as error:
            raise PeopleError(f"{name} {error}") from None
    return values


def _emptied(name: str) -> Any:
    """Return what a field holds that is set to null."""
    if name in ("name", "primary_email"):
        raise PeopleError(f"{name} cannot be empty")
    return None


def _text(limit: int) -> Reader:
    def read(value: Any, _: Lookups) -> str:
        if not isinstance(value, str) or not value.strip():
            raise PeopleError("is a text that is not empty")
        if len(value.strip()) > limit:
            raise PeopleError(f"has at most {limit} characters, but this has {len(value.strip())}")
        return value.strip()

    return read


def _switch(value: Any, _: Lookups) -> bool:
    if not isinstance(value, bool):
        raise PeopleError("is true or false")
    return value


def _email(value: Any, company: Lookups) -> str:
    text: str = _text(PERSON_LIMITS["primary_email"])(value, company)
    if not is_email(text):
        raise PeopleError(f"is an e-mail address, which {quoted(text)} is not")
    return text


def _language(value: Any, _: Lookups) -> str:
    code = language_for(value) if isinstance(value, str) else None
    if code is None:
        raise PeopleError(f"is a language code of 4me, as en-US, nl or pt-BR, which {quoted(value)} is not")
    return code


def _zone(value: Any, _: Lookups) -> str:
    zone = zone_for(value) if isinstance(value, str) else None
    if zone is None:
        raise PeopleError(f"is a time zone, as Amsterdam or Europe/Amsterdam, which {quoted(value)} is not")
    return zone.name


def _name_in(value: Any, kind: str) -> str:
    """Return the id or the name that a reference holds: a text, or an object with one of them."""
    if isinstance(value, Mapping) and len(value) <= 2 and set(value) <= {"id", "name", "primary_email"}:
        value = value.get("id") or value.get("name") or value.get("primary_email")
    if not isinstance(value, str) or not value.strip():
        raise PeopleError(f'is the id or the name of {kind}, as a text or as {{"name": "…"}}')
    return value.strip()


def _organization(value: Any, company: Lookups) -> str:
    return _id_of(value, "an organization", (company.organization, company.organization_named), "no organization")


def _site(value: Any, company: Lookups) -> str:
    return _id_of(value, "a site", (company.site, company.site_named), "no site")


def _manager(value: Any, company: Lookups) -> str:
    looks = (company.person, company.person_with_email)
    return _id_of(value, "a person", looks, "no person, by id or primary e-mail address")


def _id_of(value: Any, kind: str, looks: Iterable[Callable[[str], Record | None]], nobody: str) -> str:
    """Return the id of what a reference names: the first thing that one of *looks* finds under it."""
    given = _name_in(value, kind)
    found = next((found for look in looks if (found := look(given)) is not None), None)
    if found is None:
        raise PeopleError(f"names {nobody}: {quoted(given)}")
    return found.id


def _contacts(value: Any, company: Lookups) -> list[Row]:
    read = _text(CONTACT_LIMIT)
    contacts = []
    for row in _rows(value):
        protocols = [name for name in PROTOCOLS if name in row]
        if len(protocols) != 1 or set(row) - {"label", "integration", *protocols}:
            raise PeopleError(f"each have label, one of {', '.join(PROTOCOLS)}, and perhaps integration")
        label = read(row.get("label", "work"), company)
        reached = read(row[protocols[0]], company)
        integration = _switch(row.get("integration", False), company)
        contacts.append({"label": label, protocols[0]: reached, **({"integration": True} if integration else {})})
    return contacts


def _addresses(value: Any, company: Lookups) -> list[Row]:
    addresses = []
    for row in _rows(value):
        if unknown := set(row) - {"label", "integration", *ADDRESS_LIMITS}:
            known = ", ".join(("label", *ADDRESS_LIMITS, "integration"))
            raise PeopleError(f"have {known}, but no {quoted(min(unknown))}")
        parts = {name: _text(limit)(row[name], company) for name, limit in ADDRESS_LIMITS.items() if row.get(name)}
        label = _text(ADDRESS_LIMITS["state"])(row.get("label", "mailing"), company)
        integration = _switch(row.get("integration", False), company)
        addresses.append({"label": label, **parts, **({"integration": True} if integration else {})})
    return addresses


def _rows(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value) or len(value) > MAX_ENTRIES:
        raise PeopleError(f"are a list of objects, at most {MAX_ENTRIES}")
    return value


def _custom_fields(value: Any, _: Lookups) -> dict[str, Any]:
    """Read custom fields as 4me's REST API has them, ``[{"id": …, "value": …}]``, or by their ids."""
    if isinstance(value, list) and all(isinstance(row, dict) and set(row) == {"id", "value"} for row in value):
        value = {row["id"]: row["value"] for row in value if isinstance(row["id"], str)}
    if not isinstance(value, dict) or not all(isinstance(each, str | int | float | bool) for each in value.values()):
        raise PeopleError('are a list, as [{"id": "cost_center", "value": "42"}]')
    return value


PERSON_READERS: Mapping[str, Reader] = {
    "primary_email": _email,
    "name": _text(PERSON_LIMITS["name"]),
    "job_title": _text(PERSON_LIMITS["job_title"]),
    "locale": _language,
    "time_zone": _zone,
    "location": _text(PERSON_LIMITS["location"]),
    "employeeID": _text(PERSON_LIMITS["employeeID"]),
    "supportID": _text(PERSON_LIMITS["supportID"]),
    "authenticationID": _text(PERSON_LIMITS["authenticationID"]),
    "vip": _switch,
    "disabled": _switch,
    "guest": _switch,
    "organization": _organization,
    "site": _site,
    "manager": _manager,
    "contacts": _contacts,
    "addresses": _addresses,
    "custom_fields": _custom_fields,
}
ORGANIZATION_READERS: Mapping[str, Reader] = {
    "name": _text(ORGANIZATION_LIMITS["name"]),
    "disabled": _switch,
    "parent": _organization,
    "region": _text(128),
    "financialID": _text(ORGANIZATION_LIMITS["financialID"]),
}
SITE_READERS: Mapping[str, Reader] = {
    "name": _text(SITE_LIMITS["name"]),
    "disabled": _switch,
    "address": _text(SITE_LIMITS["address"]),
    "city": _text(SITE_LIMITS["city"]),
    "state": _text(SITE_LIMITS["state"]),
    "zip": _text(SITE_LIMITS["zip"]),
    "country": _text(SITE_LIMITS["country"]),
    "time_zone": _zone,
}
