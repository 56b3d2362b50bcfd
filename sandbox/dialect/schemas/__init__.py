"""The schemas of RFC 7643 §8.7.1 as JSON, one file each, with descriptions in our own words.

They say what the RFC prints, slips included, so that a dialect says by a row what it serves instead. Three things are
written evenly: no boolean and no complex attribute has ``caseExact`` or ``uniqueness`` (§2.3.2, §2.3.8), every other
has both, and an empty ``canonicalValues`` is left out (§2.5).
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

NAMES = ("User", "EnterpriseUser", "Group")
"""The schemas in the order they are served."""


def definitions() -> dict[str, dict[str, Any]]:
    """Return the schemas by name, in the order of :data:`NAMES`; new values at every call."""
    folder = files(__name__)
    return {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES}
