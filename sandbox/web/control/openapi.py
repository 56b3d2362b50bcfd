"""The description of the control API: made of its routes and of what stands beside their views, so it cannot drift."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Protocol

from flask import Blueprint, Flask, Response, current_app
from werkzeug.routing import Rule

from sandbox import __version__
from sandbox.web import reply
from sandbox.web.control.describing import TEXT, Operation, Schema, ref, shape

ERROR: Schema = shape(error=shape(code=TEXT, message=TEXT))

PARAMETERS: Mapping[str, str] = {
    "account": "The name of an account, as `widget`.",
    "exchange_id": "The id of an exchange, as `x12`; `last` is the newest.",
    "snapshot": "The name of a snapshot, as `before-import`.",
    "token_id": "The id of a token, as `t1`.",
    "record_id": "The id of a person, an organization or a site; of an explanation also that of a SCIM user.",
    "collection": "`Users` or `Groups`.",
}
"""What stands in a path."""

_DESCRIPTIONS = {
    HTTPStatus.BAD_REQUEST: "What was sent does not fit; the sentence says what would.",
    HTTPStatus.UNAUTHORIZED: "The control key is needed and did not come along.",
    HTTPStatus.FORBIDDEN: "The call comes from, or goes to, another host or site.",
    HTTPStatus.NOT_FOUND: "The path names what is not there.",
    HTTPStatus.CONFLICT: "What is there already, or cannot be used, is in the way.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is over the limit.",
    HTTPStatus.INSUFFICIENT_STORAGE: "The state could not be written; nothing is changed.",
}
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


class Part(Protocol):
    """A module of the control API."""

    @property
    def bp(self) -> Blueprint:
        """Its routes."""

    @property
    def OPERATIONS(self) -> Mapping[str, Operation]:  # noqa: N802 - it is a table of the module
        """What its views take and answer, by their names."""

    @property
    def SCHEMAS(self) -> Mapping[str, Schema]:  # noqa: N802 - it is a table of the module
        """The objects that several of them show."""


OPERATIONS = {"document": Operation(answer={"type": "object"})}


def describing(parts: Sequence[Part]) -> Blueprint:
    """Return the route that describes *parts* and itself."""
    bp = Blueprint("openapi", __name__)

    @bp.get("/openapi.json")
    def document() -> Response:
        """Describe the control API (OpenAPI 3.1)."""
        return reply.control(openapi_document(current_app, parts))

    return bp


def openapi_document(app: Flask, parts: Sequence[Part]) -> dict[str, Any]:
    """Return the description of every route of the control API."""
    operations = {f"control.{part.bp.name}.{view}": each for part in parts for view, each in part.OPERATIONS.items()}
    operations |= {f"control.openapi.{view}": each for view, each in OPERATIONS.items()}
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, view in control_routes(app):
        path = _ARGUMENT.sub(r"{\1}", rule.rule)
        described = _operation(rule, method, view, operations[rule.endpoint])
        paths.setdefault(path, {})[method.lower()] = described
    schemas: dict[str, Any] = {"Error": ERROR}
    for part in parts:
        schemas |= part.SCHEMAS
    about = "Accounts, tokens, clock and state of a sandbox that runs. JSON in and out; an error is a sentence."
    return {
        "openapi": "3.1.0",
        "info": {"title": "4me SCIM sandbox: control API", "version": __version__, "description": about},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def control_routes(app: Flask) -> Iterator[tuple[Rule, str, Callable[..., Any]]]:
    """Yield each route of the control API with its method and its view."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        if rule.endpoint.startswith("control."):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, app.view_functions[rule.endpoint]


def _operation(rule: Rule, method: str, view: Callable[..., Any], operation: Operation) -> dict[str, Any]:
    arguments = _ARGUMENT.findall(rule.rule)
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": TEXT, "description": PARAMETERS[name]}
        for name in arguments
    ]
    parameters += [{"name": name, "in": "query", "schema": schema} for name, schema in operation.query.items()]
    described: dict[str, Any] = {
        "operationId": rule.endpoint.removeprefix("control."),
        "tags": [rule.endpoint.split(".")[1]],
        "summary": (view.__doc__ or "").strip().splitlines()[0],
        "responses": {str(operation.status.value): _answer(operation)}
        | {str(status.value): _refusal(status) for status in _refusals(method, operation, arguments)},
    }
    if parameters:
        described["parameters"] = parameters
    if operation.body is not None:
        content = {"application/json": {"schema": operation.body}}
        described["requestBody"] = {"content": content, "required": bool(operation.body.get("required"))}
    return described


def _refusals(method: str, operation: Operation, arguments: Sequence[str]) -> list[HTTPStatus]:
    """Return every status with which a call may be refused, in order."""
    found = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, *operation.refusals}
    if operation.body is not None:
        found |= {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
    if arguments:
        found.add(HTTPStatus.NOT_FOUND)
    if method != "GET":
        found.add(HTTPStatus.INSUFFICIENT_STORAGE)
    return sorted(found)


def _answer(operation: Operation) -> dict[str, Any]:
    if operation.answer is None:
        return {"description": "Done."}
    schemas = {each: operation.answer if each == "application/json" else TEXT for each in operation.media_types}
    return {"description": "Done.", "content": {each: {"schema": schema} for each, schema in schemas.items()}}


def _refusal(status: HTTPStatus) -> dict[str, Any]:
    return {"description": _DESCRIPTIONS[status], "content": {"application/json": {"schema": ref("Error")}}}
