"""Rules about bodies as a whole: their media type and their schemas (facts/4me.md 3.2, 5.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.diagnosis.case import Case
from sandbox.diagnosis.rule import BODY, USER_WRITE, WRITE, Rule, Told
from sandbox.diagnosis.sources import (
    CHOSEN,
    DOCUMENTED,
    HINT,
    SLIP,
    rfc,
)
from sandbox.scim.errors import quoted
from sandbox.scim.schema import ENTERPRISE_URN

PATCH_OP_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def _media_type(case: Case) -> str:
    return case.headers.get("content-type", "").partition(";")[0].strip().lower()


def _json_type(case: Case) -> Iterator[Told]:
    if _media_type(case) == "application/json":
        yield Told(
            "The body came as application/json; SCIM's own media type is application/scim+json.",
            where="header Content-Type",
            expected="application/scim+json",
            received="application/json",
        )


def _no_type(case: Case) -> Iterator[Told]:
    if not _media_type(case):
        yield Told(
            "The body came without a Content-Type.", where="header Content-Type", expected="application/scim+json"
        )


def _other_type(case: Case) -> Iterator[Told]:
    media_type = _media_type(case)
    if case.is_fine and media_type not in ("", "application/json", "application/scim+json"):
        yield Told(
            f"The body came as {quoted(media_type)}; it was read as JSON all the same.",
            where="header Content-Type",
            expected="application/scim+json",
            received=media_type[:80],
        )


def _schemas(case: Case) -> list[Any] | None:
    listed = next((value for name, value in case.members.items() if name.lower() == "schemas"), None)
    if listed is None:
        return None
    return listed if isinstance(listed, list) else [listed]


def _no_schemas(case: Case) -> Iterator[Told]:
    if case.members and not _schemas(case) and not (case.method == "PATCH" and not case.is_patch_op):
        expected = PATCH_OP_URN if case.is_patch_op else case.type.schema.urn if case.type else ""
        yield Told("The body has no schemas.", where="/schemas", expected=f'["{expected}"]', received="none")


def _foreign_schemas(case: Case) -> Iterator[Told]:
    for number, urn in enumerate(_schemas(case) or ()):
        if isinstance(urn, str) and not urn.lower().startswith("urn:ietf:params:scim:"):
            yield Told(
                f"schemas names {quoted(urn)}, which is no schema of SCIM 2.0.",
                where=f"/schemas/{number}",
                expected=case.type.schema.urn if case.type else None,
                received=urn[:120],
            )


def _unlisted_extension(case: Case) -> Iterator[Told]:
    listed = {urn.lower() for urn in _schemas(case) or () if isinstance(urn, str)}
    if listed and not case.is_patch_op and ENTERPRISE_URN in case.members and ENTERPRISE_URN.lower() not in listed:
        yield Told(
            "The body has enterprise attributes, but schemas does not name their schema.",
            where="/schemas",
            expected=ENTERPRISE_URN,
        )


BODY_RULES = (
    Rule("media-type-json", HINT, "The body came as application/json",
         "Send Content-Type: application/scim+json; 4me takes both, strict service providers do not.",
         rfc(7644, "3.1"), DOCUMENTED, BODY, _json_type, passed="Bodies come as application/scim+json"),
    Rule("media-type-missing", SLIP, "The body came without a media type",
         "Send Content-Type: application/scim+json.", rfc(7644, "3.1"), CHOSEN, BODY, _no_type),
    Rule("media-type-other", SLIP, "The body came with a media type that is not SCIM's",
         "Send Content-Type: application/scim+json.", rfc(7644, "3.1"), CHOSEN, WRITE, _other_type),
    Rule("schemas-missing", SLIP, "The body has no schemas", "Begin the body with schemas.",
         rfc(7643, "3"), DOCUMENTED, WRITE, _no_schemas, passed="Bodies name their schemas"),
    Rule("schemas-foreign", SLIP, "schemas names something that is no SCIM 2.0 schema",
         "Write the URN of SCIM 2.0: it begins with urn:ietf:params:scim:schemas:core:2.0:.",
         rfc(7643, "10.3"), DOCUMENTED, WRITE, _foreign_schemas),
    Rule("schemas-incomplete", SLIP, "schemas leaves out the enterprise schema",
         "Add the enterprise URN to schemas.", rfc(7643, "3"), DOCUMENTED, USER_WRITE, _unlisted_extension),
)  # fmt: skip
