"""How each status is had of what the control API has of people: of new accounts, in which the seeds' company exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.people.company import FIRST_PERSON
from tests.web.asking import ACCOUNT, GONE, Ask, after, plain

Answers = Mapping[tuple[str, str], Mapping[int, Ask]]

DESK, FORMER = str(FIRST_PERSON), str(FIRST_PERSON + 1)
IN_AMSTERDAM = ("PATCH", f"{ACCOUNT}/people/{DESK}", {"site": "1"})
UNDER_THE_DESK = ("PATCH", f"{ACCOUNT}/people/{FORMER}", {"manager": DESK})
RULES = {"text": 'off = ["vip"]'}


def records(
    kind: str, *, new: dict[str, Any], one: str, taken: dict[str, Any], needed: str, needing: tuple[Any, ...] = ()
) -> Answers:
    """Return how the statuses of one kind of record are had.

    Args:
        kind: as it stands in the path.
        new: what makes another one.
        one: the id of one that nobody needs.
        taken: what another one has already.
        needed: the id of one that others need.
        needing: what makes others need it.
    """
    every, shown = f"/accounts/{{account}}/{kind}", f"/accounts/{{account}}/{kind}/{{record_id}}"
    here, nowhere = f"{ACCOUNT}/{kind}", f"{GONE}/{kind}"
    return {
        ("GET", every): {
            200: plain("GET", here),
            400: plain("GET", f"{here}?start=first"),
            404: plain("GET", nowhere),
        },
        ("POST", every): {
            201: plain("POST", here, new),
            400: plain("POST", here, {}),
            404: plain("POST", nowhere, new),
            409: after(("POST", here, new), then=plain("POST", here, new)),
        },
        ("GET", shown): {200: plain("GET", f"{here}/{one}"), 404: plain("GET", f"{here}/9999")},
        ("PATCH", shown): {
            200: plain("PATCH", f"{here}/{one}", {"disabled": True}),
            400: plain("PATCH", f"{here}/{one}", {"name": 1}),
            404: plain("PATCH", f"{here}/9999", {"disabled": True}),
            409: plain("PATCH", f"{here}/{one}", taken),
        },
        ("DELETE", shown): {
            204: plain("DELETE", f"{here}/{one}"),
            404: plain("DELETE", f"{here}/9999"),
            409: after(*needing, then=plain("DELETE", f"{here}/{needed}")),
        },
    }


PEOPLE_ANSWERS: Answers = {
    **records(
        "people",
        new={"primary_email": "eva@widget.example", "name": "Eva"},
        one=FORMER,
        taken={"primary_email": "Service.Desk@widget.example"},
        needed=DESK,
        needing=(UNDER_THE_DESK,),
    ),
    **records(
        "organizations",
        new={"name": "Widget Ireland"},
        one="3",
        taken={"name": "widget europe"},
        needed="1",
    ),
    **records(
        "sites",
        new={"name": "Widget Dublin"},
        one="2",
        taken={"name": "widget london"},
        needed="1",
        needing=(IN_AMSTERDAM,),
    ),
    ("GET", "/accounts/{account}/people/{record_id}/explanation"): {
        200: plain("GET", f"{ACCOUNT}/people/{DESK}/explanation"),
        404: plain("GET", f"{ACCOUNT}/people/9999/explanation"),
    },
    ("GET", "/accounts/{account}/directory/{collection}"): {
        200: plain("GET", f"{ACCOUNT}/directory/Users"),
        400: plain("GET", f"{ACCOUNT}/directory/Contractors"),
        404: plain("GET", f"{GONE}/directory/Users"),
    },
    ("GET", "/accounts/{account}/mapping"): {
        200: plain("GET", f"{ACCOUNT}/mapping"),
        404: plain("GET", f"{GONE}/mapping"),
    },
    ("PUT", "/accounts/{account}/mapping"): {
        200: plain("PUT", f"{ACCOUNT}/mapping", RULES),
        400: plain("PUT", f"{ACCOUNT}/mapping", {"text": "off"}),
        404: plain("PUT", f"{GONE}/mapping", RULES),
    },
    ("POST", "/accounts/{account}/mapping"): {
        200: plain("POST", f"{ACCOUNT}/mapping", {"from": "widget-qa"}),
        400: plain("POST", f"{ACCOUNT}/mapping", {}),
        404: plain("POST", f"{ACCOUNT}/mapping", {"from": "nobody"}),
    },
    ("DELETE", "/accounts/{account}/mapping"): {
        200: plain("DELETE", f"{ACCOUNT}/mapping"),
        404: plain("DELETE", f"{GONE}/mapping"),
    },
}

PEOPLE_WRITES: Mapping[tuple[str, str], Any] = {
    ("POST", "/accounts/{account}/people"): {"primary_email": "eva@widget.example", "name": "Eva"},
    ("POST", "/accounts/{account}/organizations"): {"name": "Widget Ireland"},
    ("POST", "/accounts/{account}/sites"): {"name": "Widget Dublin"},
    ("PATCH", "/accounts/{account}/people/{record_id}"): {"job_title": "Nobody"},
    ("PUT", "/accounts/{account}/mapping"): RULES,
}
"""For operations that write to a file, what makes them write."""
