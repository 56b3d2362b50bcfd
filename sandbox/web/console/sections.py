"""Where things are in the console: its sections, in the order of its menu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the menu."""

    name: str
    title: str
    path: str
    """Behind the address of the account."""


GROUPS: Mapping[str, tuple[Section, ...]] = {
    "Settings": (
        Section("overview", "Overview", ""),
        Section("scim", "Apps → SCIM", "/apps/scim"),
        Section("clock", "Clock", "/clock"),
    ),
    "Traffic": (
        Section("requests", "Requests", "/requests"),
        Section("report", "Client report", "/report"),
    ),
    "Directory": (
        Section("Users", "Users", "/directory/users"),
        Section("Groups", "Groups", "/directory/groups"),
    ),
    "Sandbox": (
        Section("sandbox", "Snapshots", "/sandbox"),
        Section("dialect", "Dialect", "/dialect"),
    ),
}
"""The menu."""

SECTIONS: Mapping[str, Section] = {section.name: section for group in GROUPS.values() for section in group}
"""The sections by name."""


def base_of(account: str) -> str:
    """Return the path that an account's pages are below."""
    return f"/console/accounts/{account}"
