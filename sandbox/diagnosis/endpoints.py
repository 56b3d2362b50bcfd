"""How an address came to be wrong: what was typed, what the client appended, and what to type instead.

4me's advice for a failing connection is to try three forms in turn (facts/4me.md 1.2), as clients differ in what they
append to what is typed. From the path that arrived it can be told which mistake it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandbox.accounts import ENDPOINT_FORMS
from sandbox.diagnosis.place import RESOURCES, Place, spelled

APPENDS = {"nothing": "", "/scim": "/scim", "/scim/v2": "/scim/v2"}
"""What clients put between what is typed and the name of the resource, by how it is called."""

_APPENDED = ("/scim", "/scim/v2", "/v2")


@dataclass(frozen=True, slots=True)
class Mislaid:
    """One way in which an address is wrong."""

    code: str
    typed: str
    """What was most likely typed, from the host on; for a sentence."""
    appended: str
    """What the client put behind it, before the name of the resource."""


def mislaid(place: Place, prefixes: Iterable[str]) -> Mislaid | None:
    """Return in which way a path misses what is served; ``None`` when it is in none that is known."""
    mounted = tuple(prefixes)
    return next((found for look in _LOOKS if (found := look(place, mounted)) is not None), None)


def what_to_type(prefixes: Iterable[str], host_url: str) -> dict[str, str]:
    """Return what to type so that a client's appending leads to a mounted endpoint, by what it appends."""
    found = {}
    for name, appended in APPENDS.items():
        fitting = [prefix.removesuffix(appended) for prefix in prefixes if prefix.endswith(appended)]
        if fitting:
            found[name] = host_url + max(fitting, key=len)
    return found


def _white_space(place: Place, _: tuple[str, ...]) -> Mislaid | None:
    has = any(segment != segment.strip() for segment in place.segments[: place.resource_at + 1])
    return Mislaid("endpoint-with-white-space", place.base, "") if has else None


def _url_in_path(place: Place, _: tuple[str, ...]) -> Mislaid | None:
    has = place.segments and re.fullmatch(r"https?:", place.segments[0], re.IGNORECASE)
    return Mislaid("endpoint-url-in-path", "a whole URL where a path was wanted", "") if has else None


def _own_address(place: Place, _: tuple[str, ...]) -> Mislaid | None:
    codes = {"console": "endpoint-is-console", "_sandbox": "endpoint-is-control-api"}
    code = codes.get(place.segments[0]) if place.segments else None
    return Mislaid(code, f"/{place.segments[0]}", place.base.removeprefix(f"/{place.segments[0]}")) if code else None


def _resource_twice(place: Place, mounted: tuple[str, ...]) -> Mislaid | None:
    rest = place.segments[place.resource_at + 1 : place.resource_at + 2]
    is_twice = rest and spelled(rest[0]) is not None and place.base in (*mounted, *ENDPOINT_FORMS)
    return Mislaid("endpoint-with-resource", f"{place.base}/{place.resource}", "") if is_twice else None


def _doubled(place: Place, _: tuple[str, ...]) -> Mislaid | None:
    base = place.base.lower()
    for code, typed, appended in (
        ("endpoint-doubled", "/scim/v2", "/scim/v2"),
        ("endpoint-scim-before-scim-v2", "/scim", "/scim/v2"),
        ("endpoint-scim-after-scim-v2", "/scim/v2", "/scim"),
        ("endpoint-scim-doubled", "/scim", "/scim"),
        ("endpoint-v2-doubled", "/scim/v2", "/v2"),
    ):
        if base == typed + appended:
            return Mislaid(code, typed, appended)
    return None


def _not_mounted(place: Place, mounted: tuple[str, ...]) -> Mislaid | None:
    if place.base == "" and place.prefix is None and "" not in mounted:
        code = "endpoint-missing" if place.resource else "endpoint-bare-host"
        return None if place.segments and not place.resource else Mislaid(code, "the bare host", "")
    if place.base in ENDPOINT_FORMS and place.prefix is None and place.base not in mounted:
        return Mislaid("endpoint-not-mounted", place.base, "")
    return None


def _version(place: Place, mounted: tuple[str, ...]) -> Mislaid | None:
    base = place.base.lower()
    if base in mounted:
        return None
    if base == "/v2":
        return Mislaid("endpoint-v2-alone", "/v2", "")
    if base == "/v1" or base.startswith("/v1/"):
        return Mislaid("endpoint-is-rest-api", "/v1", "")
    if re.fullmatch(r"(/scim)?/?v?\d+(\.\d+)*", base):
        return Mislaid("endpoint-other-version", place.base, "")
    return None


def _other_case(place: Place, mounted: tuple[str, ...]) -> Mislaid | None:
    base = place.base.lower()
    return Mislaid("endpoint-in-other-case", place.base, "") if base != place.base and base in mounted else None


def _resource_spelling(place: Place, _: tuple[str, ...]) -> Mislaid | None:
    """Return how a resource just below an endpoint is misspelled."""
    if place.prefix is None or not place.below or place.resource is None or place.below[0] in RESOURCES:
        return None
    if spelled(place.below[0]) is None:
        return None
    sent = place.below[0].removesuffix(".json")
    if sent in RESOURCES:
        return None
    if sent.lower() == place.resource.lower():
        return Mislaid("resource-in-other-case", place.base, "")
    return Mislaid("resource-in-singular", place.base, "")


def _extra_path(place: Place, mounted: tuple[str, ...]) -> Mislaid | None:
    """Return where something stands before, or between, endpoint and resource."""
    if place.resource is None:
        return None
    rest = place.base.removeprefix(place.prefix or "")
    if place.prefix is not None and rest in _APPENDED:
        return Mislaid("endpoint-appended", place.prefix, rest)
    ends = [prefix for prefix in (*mounted, *ENDPOINT_FORMS) if prefix and place.base.endswith(prefix)]
    if ends and place.base not in ends:
        return Mislaid("endpoint-with-more-before", place.base, "")
    if place.prefix is not None and rest:
        return Mislaid("endpoint-with-more-behind", place.base, rest)
    return None


def _unknown_resource(place: Place, _: tuple[str, ...]) -> Mislaid | None:
    if place.prefix is not None and place.below and place.resource is None:
        return Mislaid("resource-unknown", place.prefix, "")
    if place.is_served and len(place.below) > 2:
        return Mislaid("path-below-resource", place.base, "")
    return None


_LOOKS: tuple[Callable[[Place, tuple[str, ...]], Mislaid | None], ...] = (
    _white_space,
    _url_in_path,
    _own_address,
    _resource_twice,
    _doubled,
    _not_mounted,
    _version,
    _other_case,
    _resource_spelling,
    _extra_path,
    _unknown_resource,
)
"""From the most particular to the most general."""
