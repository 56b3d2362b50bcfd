"""The language codes that 4me has, and which of them a SCIM ``locale`` stands for."""

from __future__ import annotations

import json
from functools import cache

from sandbox.fixtures import fixtures


@cache
def languages() -> dict[str, str]:
    """Return 4me's language codes by their folded form (facts/4me.md section 12, C5)."""
    path = fixtures() / "people" / "languages.json"
    return {code.casefold(): code for code in json.loads(path.read_text(encoding="utf-8"))}


def language_for(locale: str) -> str | None:
    """Return the language code that *locale* stands for, or ``None``.

    A code of 4me stands for itself, in any case and with an underscore too. Of any other locale the language alone
    counts: ``nl-NL`` is ``nl``. Source: the codes are 4me's; how it reads other locales is not known, so that is ours.
    """
    folded = locale.strip().replace("_", "-").casefold()
    return languages().get(folded) or languages().get(folded.partition("-")[0])
