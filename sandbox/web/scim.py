"""Resources over HTTP: each view reads the request, makes one call, and replies (RFC 7644 §3)."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.routing import BaseConverter

from sandbox.directory import Directory
from sandbox.scim.projection import Selection, read_selection
from sandbox.web import reply
from sandbox.web.body import read_body
from sandbox.web.context import asked_header, current_account, current_sandbox, notes, unsupported
from sandbox.web.queries import COLLECTION

bp = Blueprint("scim", __name__)


class ResourceId(BaseConverter):
    """A part of a path that can be an id; ``.search`` is none."""

    regex = r"[^./][^/]*"


ONE = COLLECTION + "/<resource:resource_id>"


@bp.post(COLLECTION)
def create(collection: str) -> Response:
    """Create a resource (RFC 7644 §3.3)."""
    selection = _selection(collection)
    created = _directory().create(collection, read_body())
    return reply.resource(created, HTTPStatus.CREATED, selection)


@bp.get(ONE)
def read(collection: str, resource_id: str) -> Response:
    """Read one resource (RFC 7644 §3.4.1)."""
    selection = _selection(collection)
    found = _directory().read(collection, resource_id)
    if reply.is_known(found, asked_header("HTTP_IF_NONE_MATCH")):
        return reply.not_modified(found)
    return reply.resource(found, selection=selection)


@bp.put(ONE)
def replace(collection: str, resource_id: str) -> Response:
    """Update a resource from a whole body (RFC 7644 §3.5.1)."""
    selection = _selection(collection)
    replaced = _directory().replace(collection, resource_id, read_body(), asked_header("HTTP_IF_MATCH"))
    return reply.resource(replaced, selection=selection)


@bp.patch(ONE)
def patch(collection: str, resource_id: str) -> Response:
    """Update a part of a resource (RFC 7644 §3.5.2)."""
    selection = _selection(collection)
    patched = _directory().patch(collection, resource_id, read_body(), asked_header("HTTP_IF_MATCH"))
    return reply.patched(patched, selection)


@bp.delete(ONE)
def delete(collection: str, resource_id: str) -> Response:
    """Delete a resource (RFC 7644 §3.6)."""
    parameter = current_sandbox().dialect.choices.hard_delete_parameter
    hard = parameter is not None and request.args.get(parameter, "").lower() == "true"
    _directory().delete(collection, resource_id, hard=hard, if_match=asked_header("HTTP_IF_MATCH"))
    return reply.no_content()


@bp.route("/Me", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def me() -> Response:
    """Refuse the alias of the authenticated subject: a token is an account's, not a user's (RFC 7644 §3.11)."""
    raise unsupported("/Me")


def _directory() -> Directory:
    return current_account().directory


def _selection(collection: str) -> Selection | None:
    if not notes().environ["QUERY_STRING"] or not current_sandbox().dialect.choices.attribute_selection:
        return None
    return read_selection(request.args, _directory().type_of(collection))
