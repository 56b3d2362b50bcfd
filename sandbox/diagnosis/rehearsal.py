"""URL rehearsal: with one endpoint mounted, and its address typed into a client, what the client appends shows itself.

``serve --prefix /try`` mounts one; then type ``http://…/try`` into the client. At 4me the address to type follows from
what it appends (facts/4me.md 1.2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sandbox.diagnosis.case import Case

_AT_4ME = {"": "/scim/v2", "/scim": "", "/scim/v2": "", "/v2": "/scim"}
"""What to type behind 4me's host, by what the client appends."""


def rehearsed(cases: Iterable[Case], domain: str) -> dict[str, Any]:
    """Return which paths a client asked for and, when one endpoint is mounted, what it appends and what to type."""
    listed = [case for case in cases if case.place.resource is not None]
    asked = Counter(case.place.base or "/" for case in listed)
    appended = Counter(
        case.place.base.removeprefix(prefix) for case in listed if (prefix := _only_prefix(case)) is not None
    )
    if not appended:
        return {"asked": dict(asked), "appends": None, "type_at_4me": None}
    most = appended.most_common(1)[0][0]
    known = most in _AT_4ME
    return {
        "asked": dict(asked),
        "appends": most or "nothing",
        "type_at_4me": f"https://api.{domain}{_AT_4ME[most]}" if known else None,
    }


def _only_prefix(case: Case) -> str | None:
    """Return the one mounted endpoint, when the request is below it."""
    prefixes = case.situation.prefixes
    base = case.place.base
    is_below = len(prefixes) == 1 and (base == prefixes[0] or base.startswith(f"{prefixes[0]}/"))
    return prefixes[0] if is_below else None
