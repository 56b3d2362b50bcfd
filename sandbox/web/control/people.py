"""The 4me side of an account: persons, organizations and sites, and how SCIM made them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, request

from sandbox.people.reading import ORGANIZATION_READERS, PERSON_READERS, SITE_READERS
from sandbox.people.records import ORGANIZATION, PERSON, SITE, Kind
from sandbox.people.values import ORGANIZATION_FIELDS, PERSON_FIELDS, SITE_FIELDS
from sandbox.scim.errors import quoted
from sandbox.scim.paging import PageRequest
from sandbox.web import reply
from sandbox.web.context import current_sandbox
from sandbox.web.control.describing import NUMBER, SWITCH, TEXT, Operation, Schema, listed, or_null, ref, shape, taken
from sandbox.web.control.reading import account_named, read_body, unfit

bp = Blueprint("people", __name__, url_prefix="/accounts/<account>")

KINDS: Mapping[str, tuple[Kind, str, tuple[str, ...]]] = {
    "people": (PERSON, "Person", tuple(PERSON_READERS)),
    "organizations": (ORGANIZATION, "Organization", tuple(ORGANIZATION_READERS)),
    "sites": (SITE, "Site", tuple(SITE_READERS)),
}
"""What stands in the path, the kind of record, the name of its schema, and the fields that can be set."""
MAX_COUNT = 1_000
"""How many records one answer has at most, and unless it is asked for fewer."""

_STRETCH: Mapping[str, Schema] = {
    "start": {**NUMBER, "description": "Begin with this one, counted from 1."},
    "count": {**NUMBER, "description": f"Show so many, at most {MAX_COUNT}."},
}
_RULE = shape(rule=TEXT, field=TEXT, verdict=TEXT, attribute=or_null(TEXT), reason=or_null(TEXT), changes=SWITCH)
_FATE = shape(attribute=TEXT, fate=TEXT, rule=or_null(TEXT), field=or_null(TEXT), reason=or_null(TEXT))
_CAUTION = shape(code=TEXT, field=TEXT, message=TEXT, detail=TEXT, fix=TEXT, evidence=TEXT, source=TEXT)

SCHEMAS: dict[str, Schema] = {
    "Person": shape(**{name: {} for name in PERSON_FIELDS}),
    "Organization": shape(**{name: {} for name in ORGANIZATION_FIELDS}),
    "Site": shape(**{name: {} for name in SITE_FIELDS}),
    "Explanation": shape(
        person=or_null(ref("Person")),
        user=or_null(shape(id=TEXT, userName=TEXT)),
        link=or_null(TEXT),
        fields={"type": "array", "items": _RULE},
        attributes={"type": "array", "items": _FATE},
        lost={"type": "array", "items": TEXT},
        cautions={"type": "array", "items": _CAUTION},
    ),
}

OPERATIONS: dict[str, Operation] = {
    "explanation": Operation(answer=ref("Explanation")),
    "directory": Operation(
        query=_STRETCH,
        answer={"allOf": [listed({"type": "object"}), shape(endpoint=TEXT)]},
        refusals=(HTTPStatus.BAD_REQUEST,),
    ),
}


class Records:
    """The five views of one kind of record."""

    def __init__(self, kind: Kind, fields: tuple[str, ...]) -> None:
        self._kind = kind
        self._fields = set(fields)

    def every(self, account: str) -> Response:
        """List these records as 4me's REST API shows them, oldest first."""
        start, count = _number("start", 1), min(_number("count", MAX_COUNT), MAX_COUNT)
        total, items = account_named(account).personnel.list(self._kind, max(start, 1) - 1, count)
        return reply.control({"items": items, "total": total})

    def create(self, account: str) -> Response:
        """Create one of these records, as somebody at 4me would."""
        personnel = account_named(account).personnel
        return reply.control(personnel.create(self._kind, read_body(self._fields)), HTTPStatus.CREATED)

    def one(self, account: str, record_id: str) -> Response:
        """Show one of these records."""
        return reply.control(account_named(account).personnel.read(self._kind, record_id))

    def change(self, account: str, record_id: str) -> Response:
        """Change some fields of one of these records; null empties a field."""
        personnel = account_named(account).personnel
        return reply.control(personnel.change(self._kind, record_id, read_body(self._fields)))

    def delete(self, account: str, record_id: str) -> Response:
        """Remove one of these records that no other needs."""
        account_named(account).personnel.delete(self._kind, record_id)
        return reply.no_content()


def _operations(kind: Kind, schema: str, fields: tuple[str, ...]) -> Mapping[str, Operation]:
    """Return what the five views of a kind take and answer."""
    body, shown, taken_already = taken(**{name: {} for name in fields}), ref(schema), (HTTPStatus.CONFLICT,)
    new = {**body, "required": list(kind.required)}
    return {
        "every": Operation(query=_STRETCH, answer=listed(shown), refusals=(HTTPStatus.BAD_REQUEST,)),
        "create": Operation(body=new, answer=shown, status=HTTPStatus.CREATED, refusals=taken_already),
        "one": Operation(answer=shown),
        "change": Operation(body=body, answer=shown, refusals=taken_already),
        "delete": Operation(status=HTTPStatus.NO_CONTENT, refusals=taken_already),
    }


_METHODS = {"every": "GET", "create": "POST", "one": "GET", "change": "PATCH", "delete": "DELETE"}

for _plural, (_kind, _schema, _fields) in KINDS.items():
    _records = Records(_kind, _fields)
    for _verb, _operation in _operations(_kind, _schema, _fields).items():
        _rule = f"/{_plural}" if _verb in ("every", "create") else f"/{_plural}/<record_id>"
        bp.add_url_rule(_rule, f"{_verb}_{_plural}", getattr(_records, _verb), methods=[_METHODS[_verb]])
        OPERATIONS[f"{_verb}_{_plural}"] = _operation


@bp.get("/people/<record_id>/explanation")
def explanation(account: str, record_id: str) -> Response:
    """Explain a person, or what became of a SCIM user: which rule set what from what, and what is not taken and why."""
    return reply.control(account_named(account).personnel.explain(record_id).as_json())


@bp.get("/directory/<collection>")
def directory(account: str, collection: str) -> Response:
    """List SCIM users or groups whole, groups with their members: what a comparison with a source needs."""
    running = account_named(account)
    if collection not in running.dialect.resource_types:
        raise unfit(f"a directory has {' and '.join(running.dialect.resource_types)}, but no {quoted(collection)}")
    page = PageRequest(start_index=max(_number("start", 1), 1), count=min(_number("count", MAX_COUNT), MAX_COUNT))
    found = running.directory.search(collection, None, page)
    items = [each.complete(without=frozenset({"groups"})) for each in found.resources]
    endpoint = f"{request.scheme}://{request.host}{current_sandbox().settings.prefix[0]}"
    return reply.control({"items": items, "total": found.total, "endpoint": endpoint})


def _number(parameter: str, default: int) -> int:
    """Return a whole number of the query."""
    text = request.args.get(parameter, str(default))
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise unfit(f"{parameter} is a whole number, which {quoted(text)} is not")
    return int(text)
