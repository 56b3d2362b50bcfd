"""SCIM users and groups, and the records they meet at 4me."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.people.company import Company
from sandbox.people.records import ORGANIZATION, PERSON, SITE, create
from sandbox.people.values import Person
from sandbox.scim.schema import ENTERPRISE_URN
from sandbox.store import Transaction

ADDRESS = "ann@widget.example"


def user(user_id: str = "1", /, *, enterprise: Mapping[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    """Return the document of a SCIM user, Ann unless it says otherwise; ``None`` leaves an attribute out."""
    document = {"id": user_id, "userName": ADDRESS, "displayName": "Ann", "active": True, **attributes}
    if enterprise is not None:
        document[ENTERPRISE_URN] = dict(enterprise)
    return {name: value for name, value in document.items() if value is not None}


def person(company: Company, **fields: Any) -> str:
    """Create a person who exists before SCIM comes, Ann unless it says otherwise, and return the id."""
    return create(PERSON, {"primary_email": ADDRESS, "name": "Ann of old", **fields}, company)


def organization(company: Company, name: str, **fields: Any) -> str:
    """Create an organization and return the id."""
    return create(ORGANIZATION, {"name": name, **fields}, company)


def site(company: Company, name: str, **fields: Any) -> str:
    """Create a site and return the id."""
    return create(SITE, {"name": name, **fields}, company)


def group(tables: Transaction, group_id: str, name: str, *members: str) -> dict[str, Any]:
    """Keep a SCIM group with its members, and return its document."""
    document = {"id": group_id, "displayName": name}
    tables.put("Groups", document)
    for member in members:
        tables.link(group_id, {"value": member, "type": "User"})
    return document


def mapped(company: Company, document: Mapping[str, Any]) -> Person | None:
    """Let the rules run on a SCIM user, and return its person."""
    company.run_user_rules(document)
    return company.person_of(document["id"])
