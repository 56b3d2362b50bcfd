"""Which steps of which client a dialect does not accept, and the rows of the dialect that are why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Deviation:
    """Why a step is not accepted."""

    answers: frozenset[str]
    rows: frozenset[str]


def because(answer: str, *rows: str) -> Deviation:
    """Return a deviation with one answer."""
    return Deviation(frozenset({answer}), frozenset(rows))


CAPITALS = because("400 invalidSyntax", "patch_any_case")
TEXT_AS_BOOLEAN = because("400 invalidSyntax", "patch_any_case", "booleans")
BARE_MANAGER = because("400 invalidSyntax", "patch_any_case", "loose_shapes")
MADE_BY_PATH = because("400 invalidSyntax", "patch_any_case", "value_path")
SHORT_PAGES = because("incomplete", "max_count")
ENTRA_DEFAULT = {
    "update": MADE_BY_PATH,
    "rename": CAPITALS,
    "set manager": BARE_MANAGER,
    "disable": TEXT_AS_BOOLEAN,
    "enable": TEXT_AS_BOOLEAN,
    "rename group": CAPITALS,
    "add members": CAPITALS,
    "remove members": CAPITALS,
}
QUOTED = because("400 invalidValue", "booleans")
NO_USER = because("left out", "booleans")

DEVIATIONS: Mapping[tuple[str, str], Mapping[str, Deviation]] = {
    ("4me", "entra default match=mail"): {
        "match": because("400 invalidFilter", "user_filter_attributes", "filter_value_paths"),
    },
    ("4me", "entra validator"): {
        "delete the user again": because("204", "user_delete", "second_delete_status"),
        "the user by id after the delete": because("200", "user_delete"),
    },
    ("4me", "okta aiw"): {"import users": SHORT_PAGES},
    ("4me", "okta oin"): {"import users": SHORT_PAGES},
    ("4me", "okta spec"): {"status 401": because("401, misfit", "gate_error_shape")},
    ("rfc7644", "entra default"): ENTRA_DEFAULT,
    ("rfc7644", "entra default match=mail"): ENTRA_DEFAULT,
    ("rfc7644", "entra default match=externalId"): ENTRA_DEFAULT,
    ("rfc7644", "entra optscim"): {
        "update": because("400 noTarget", "value_path"),
        "set manager": because("400 invalidValue", "loose_shapes"),
    },
    ("rfc7644", "entra validator"): {
        "create, with a boolean as text": QUOTED,
        "the same again": QUOTED,
        "values that are there": NO_USER,
        "values that are to be made": NO_USER,
        "a role that is to be made": NO_USER,
        "the role that is there": NO_USER,
        "two values of one list in one request": NO_USER,
    },
    ("rfc7644", "onelogin v2"): {"create": QUOTED},
    ("rfc7644", "onelogin v2 deprovision=suspend member-removal=filter"): {"create": QUOTED},
    ("rfc7644", "onelogin v11"): {"change members": because("400 invalidSyntax", "plain_patch", "member_operation")},
}
"""By dialect and play; what is not here is accepted every time."""

ALSO_IN_THE_WAY: Mapping[tuple[str, str], frozenset[str]] = {
    ("rfc7644", "entra validator"): frozenset({"value_path"}),
}
"""Rows that would refuse steps which are left out as things are."""
