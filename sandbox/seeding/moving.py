"""What a seed made for one account, as it makes it for another: the same people, at another domain and instant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sandbox.scim.instant import utc_text
from sandbox.seeding.company import domain_of
from sandbox.seeding.staff import Body


def mover(old: str, new: str, now: datetime) -> Callable[[Mapping[str, Any]], Body]:
    """Return what makes of a document of the account *old* that of the account *new*, made at *now*.

    It shares with the one before whatever is the same: documents are never changed in place.
    """
    old_domain, new_domain = f"@{domain_of(old)}", f"@{domain_of(new)}"
    instant = utc_text(now)
    meta = {"created": instant, "lastModified": instant}

    def address(text: str) -> str:
        return f"{text.removesuffix(old_domain)}{new_domain}" if text.endswith(old_domain) else text

    def move(document: Mapping[str, Any]) -> Body:
        moved = {**document, "meta": meta}
        if "userName" in document:
            moved["userName"] = address(document["userName"])
        if "emails" in document:
            moved["emails"] = [{**email, "value": address(email["value"])} for email in document["emails"]]
        return moved

    return move
