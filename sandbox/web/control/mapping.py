"""The rules by which SCIM users and groups become persons, organizations and sites."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from sandbox.people.rules import STATEMENTS
from sandbox.running import RunningAccount
from sandbox.web import reply
from sandbox.web.control.describing import TEXT, Operation, Schema, listed, or_null, ref, shape, taken
from sandbox.web.control.reading import account_named, read_body, unfit

bp = Blueprint("mapping", __name__, url_prefix="/accounts/<account>/mapping")

_RULE = shape(name=TEXT, attributes={"type": "array", "items": TEXT}, field=TEXT, sentence=TEXT, source=TEXT)

SCHEMAS: dict[str, Schema] = {
    "Mapping": {
        "allOf": [
            listed(_RULE),
            shape(
                name=or_null(TEXT),
                text=or_null(TEXT),
                statements={"type": "array", "items": shape(name=TEXT, sentence=TEXT, evidence=TEXT, source=TEXT)},
            ),
        ]
    },
}

OPERATIONS = {
    "mapping": Operation(answer=ref("Mapping")),
    "put": Operation(body=taken("text", text=TEXT, name={**TEXT, "maxLength": 255}), answer=ref("Mapping")),
    "copy": Operation(body=taken("from", **{"from": TEXT}), answer=ref("Mapping")),
    "delete": Operation(answer=ref("Mapping")),
}


@bp.get("")
def mapping(account: str) -> Response:
    """List the rules in force, and the file that some of them come from."""
    return reply.control(_mapping_json(account_named(account)))


@bp.put("")
def put(account: str) -> Response:
    """Put a mapping file in force beside the default mapping, and work through all users and groups again."""
    running = account_named(account)
    body = read_body({"name", "text"})
    text, name = body.get("text"), body.get("name", "mapping.toml")
    if not isinstance(text, str) or not isinstance(name, str) or not name.isprintable() or len(name) > 255:
        raise unfit('say {"text": "…"}, the TOML of a mapping file, and perhaps {"name": "mapping.toml"}')
    running.mapper.change_rules({"name": name, "text": text})
    return reply.control(_mapping_json(running))


@bp.post("")
def copy(account: str) -> Response:
    """Put the rules of another account in force, as from QA to production (facts/4me.md section 11)."""
    running = account_named(account)
    origin = read_body({"from"}).get("from")
    if not isinstance(origin, str):
        raise unfit('say {"from": "widget-qa"}, the name of the account whose rules are wanted')
    running.mapper.change_rules(account_named(origin).mapper.file())
    return reply.control(_mapping_json(running))


@bp.delete("")
def delete(account: str) -> Response:
    """Go back to the default mapping, and work through all users and groups again."""
    running = account_named(account)
    running.mapper.change_rules(None)
    return reply.control(_mapping_json(running))


def _mapping_json(running: RunningAccount) -> dict[str, Any]:
    file = running.mapper.file()
    rules = running.mapper.rules()
    rows = [{"for": "user", **rule.as_json()} for rule in (*rules.identity, *rules.fields)]
    rows += [{"for": "group", **rule.as_json()} for rule in rules.groups]
    return {
        "name": file and file["name"],
        "text": file and file["text"],
        "items": rows,
        "total": len(rows),
        "statements": [each.as_json() for each in STATEMENTS],
    }
