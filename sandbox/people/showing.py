"""Persons, organizations and sites as JSON, with 4me's REST names: blank fields are null, references have a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.people.outcome import Lookups
from sandbox.people.values import ORGANIZATION_FIELDS, PERSON_FIELDS, SITE_FIELDS

_SWITCHES = ("vip", "disabled", "guest", "own")
_LISTS = ("contacts", "addresses")


def person_json(row: Mapping[str, Any], company: Lookups) -> dict[str, Any]:
    """Return a person as 4me's REST API shows it (facts/4me.md section 12)."""
    shown = _resolved({name: row.get(name, _blank(name)) for name in PERSON_FIELDS}, company)
    custom = row.get("custom_fields") or {}
    shown["custom_fields"] = [{"id": name, "value": value} for name, value in custom.items()]
    if "before" in shown["last_change"]:
        shown["last_change"] = {**shown["last_change"], "before": _resolved(shown["last_change"]["before"], company)}
    return shown


def organization_json(row: Mapping[str, Any], company: Lookups) -> dict[str, Any]:
    """Return an organization as 4me's REST API shows it."""
    shown = {name: row.get(name, _blank(name)) for name in ORGANIZATION_FIELDS}
    return {**shown, "parent": _reference(company.organization, shown["parent"])}


def site_json(row: Mapping[str, Any], _: Lookups) -> dict[str, Any]:
    """Return a site as 4me's REST API shows it."""
    return {name: row.get(name, _blank(name)) for name in SITE_FIELDS}


def _blank(name: str) -> Any:
    if name in _LISTS:
        return []
    if name == "last_change":
        return {}
    return False if name in _SWITCHES else None


def _resolved(fields: Mapping[str, Any], company: Lookups) -> dict[str, Any]:
    """Return fields of a person, those that name a record with its name."""
    finders: Mapping[str, Callable[[str], Any]] = {
        "organization": company.organization,
        "site": company.site,
        "manager": company.person,
    }
    return {name: _reference(finders[name], value) if name in finders else value for name, value in fields.items()}


def _reference(find: Callable[[str], Any], record_id: str | None) -> dict[str, str] | None:
    found = None if record_id is None else find(record_id)
    return None if found is None else {"id": found.id, "name": found.name}
