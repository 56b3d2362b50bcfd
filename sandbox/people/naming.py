"""How attributes are called for people: without URNs, custom fields and the person's as rules write them."""

from __future__ import annotations

CUSTOM_FIELDS = "custom_fields."
"""What stands before the id of a custom field (facts/4me.md 8.5)."""
PERSON = "person."
"""What stands before the field of a person, among names of attributes."""


def short_name(name: str) -> str:
    """Return the full name of an attribute without its URN; a custom field as 4me's own rules write it."""
    if ":" not in name:
        return name
    urn, _, last = name.rpartition(":")
    return f"{CUSTOM_FIELDS}{last}" if urn.endswith(":custom_fields") else last
