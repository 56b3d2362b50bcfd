"""Several operations in one request, where the dialect has that (RFC 7644 §3.7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response

from sandbox.completion import Resource
from sandbox.directory import Directory
from sandbox.scim.errors import (
    InvalidSyntaxError,
    InvalidValueError,
    ScimError,
    TooManyOperationsError,
    quoted,
)
from sandbox.scim.resource import check_object
from sandbox.scim.value import described
from sandbox.web import reply
from sandbox.web.body import read_body
from sandbox.web.context import current_account, current_sandbox, unsupported
from sandbox.web.rendering import location_of

bp = Blueprint("bulk", __name__)

RESPONSE_URN = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
REFERENCE = "bulkId:"

_PATH = re.compile(r"/(?P<collection>Users|Groups)(?:/(?P<id>[^/]+))?")


@bp.post("/Bulk")
def bulk() -> Response:
    """Carry out the operations in their order; each succeeds or fails for itself."""
    features = current_sandbox().dialect.features
    if not features.bulk:
        raise unsupported("/Bulk")
    body = {name.lower(): value for name, value in check_object(read_body()).items()}
    operations = body.get("operations")
    if not isinstance(operations, list):
        raise InvalidSyntaxError('a BulkRequest needs "Operations": a list')
    if len(operations) > features.bulk_max_operations:
        raise TooManyOperationsError(len(operations), features.bulk_max_operations)
    named = {each["bulkId"] for each in operations if isinstance(each, Mapping) and isinstance(each.get("bulkId"), str)}
    job = _Bulk(current_account().directory, limit=_read_limit(body.get("failonerrors")), named=named)
    return reply.document({"schemas": [RESPONSE_URN], "Operations": job.run(operations)})


def _check_texts(parts: Mapping[str, Any]) -> None:
    """Pass when the parts of an operation that are texts are texts, and those that it needs are there."""
    for name, is_needed in (("method", True), ("path", True), ("bulkId", False), ("version", False)):
        value = parts.get(name.lower())
        if value is None and is_needed:
            raise InvalidSyntaxError(f"{name} is missing: an operation needs a method and a path")
        if value is not None and not isinstance(value, str):
            raise InvalidSyntaxError(f"{name} must be a string, but is {described(value)}")


def _read_limit(value: Any) -> int | None:
    """Return after how many failures to stop; ``None`` is never."""
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidValueError("failOnErrors must be a whole number from 1")
    return value


@dataclass(slots=True)
class _Bulk:
    """One bulk request while it is carried out."""

    directory: Directory
    limit: int | None
    named: set[str]
    """Every ``bulkId`` of the request."""
    ids: dict[str, str] = field(default_factory=dict)
    """The id that each ``bulkId`` has got."""

    def run(self, operations: list[Any]) -> list[dict[str, Any]]:
        """Return the result of each operation, up to the one that reaches the limit of failures."""
        results: list[dict[str, Any]] = []
        failures = 0
        for operation in operations:
            result = self._result(operation)
            results.append(result)
            failures += "response" in result
            if failures == self.limit:
                break
        return results

    def _result(self, operation: Any) -> dict[str, Any]:
        is_object = isinstance(operation, Mapping)
        parts = {name.lower(): value for name, value in operation.items()} if is_object else {}
        told = {name: parts[name.lower()] for name in ("method", "bulkId") if isinstance(parts.get(name.lower()), str)}
        try:
            if not is_object:
                raise InvalidSyntaxError(f"an operation must be an object, but is {described(operation)}")
            return {**told, **self._carry_out(parts)}
        except ScimError as error:
            status = reply.status_of(error)
            body = reply.scim_error(status, error.detail, error.scim_type)
            return {**told, **self._location(parts), "status": str(status.value), "response": body}

    def _location(self, parts: Mapping[str, Any]) -> dict[str, str]:
        """Return where the resource of a failed operation is, which only a POST does not know (§3.7)."""
        target = _PATH.fullmatch(str(parts.get("path")))
        known = target is not None and target["id"] is not None and not target["id"].startswith(REFERENCE)
        return {"location": location_of(target["collection"], target["id"])} if target and known else {}

    def _carry_out(self, parts: Mapping[str, Any]) -> dict[str, Any]:
        _check_texts(parts)
        method, path, bulk_id = parts.get("method"), parts.get("path"), parts.get("bulkid")
        target = _PATH.fullmatch(str(path))
        if target is None:
            raise InvalidValueError(f"path must be /Users, /Groups or one of their resources, but is {quoted(path)}")
        act = _ACTS.get((str(method).upper(), target["id"] is not None))
        if act is None:
            raise InvalidValueError(f"method {quoted(method)} does not go with path {quoted(path)}")
        if act is not _ACTS["DELETE", True] and not isinstance(parts.get("data"), Mapping):
            raise InvalidSyntaxError(f"data must be a JSON object, but is {described(parts.get('data'))}")
        if target["id"] is None and bulk_id is None:
            raise InvalidSyntaxError("a POST in a bulk request needs a bulkId")
        resource_id = self._resolved(target["id"] or "")
        data, version = self._resolved(parts.get("data")), parts.get("version")
        done = act(self.directory, target["collection"], resource_id, data, version)
        if done is None:
            return {
                "status": str(HTTPStatus.NO_CONTENT.value),
                "location": location_of(target["collection"], resource_id),
            }
        if isinstance(bulk_id, str):
            self.ids[bulk_id] = done.id
        status = HTTPStatus.OK if target["id"] else HTTPStatus.CREATED
        shown = {"location": location_of(done.type.collection, done.id), "status": str(status.value)}
        version = reply.version_of(done)
        return shown if version is None else {**shown, "version": version}

    def _resolved(self, value: Any) -> Any:
        """Return *value* with each ``bulkId:x`` in it as the id that operation x has got (§3.7.2)."""
        if isinstance(value, Mapping):
            return {name: self._resolved(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._resolved(each) for each in value]
        name = value.removeprefix(REFERENCE) if isinstance(value, str) and value.startswith(REFERENCE) else None
        if name in self.named:
            if name not in self.ids:
                raise InvalidValueError(
                    f"{quoted(value)} names an operation that has not made a resource before this one"
                )
            return self.ids[name]
        return value


Act = Callable[[Directory, str, str, Any, str | None], Resource | None]

_ACTS: dict[tuple[str, bool], Act] = {
    ("POST", False): lambda directory, collection, _id, data, _version: directory.create(collection, data),
    ("PUT", True): lambda directory, collection, one, data, version: directory.replace(collection, one, data, version),
    ("PATCH", True): lambda directory, collection, one, data, version: directory.patch(collection, one, data, version),
    ("DELETE", True): lambda directory, collection, one, _data, version: directory.delete(
        collection, one, if_match=version
    ),
}
"""What to do, by method and whether the path names a resource."""
