"""The only writer of answers: resources, lists, documents, errors, and the control API's JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from flask import Response
from werkzeug.datastructures import Headers

from sandbox.completion import Resource
from sandbox.scim.errors import MethodNotAllowedError, MissingValueError, ScimError, UniquenessError
from sandbox.scim.paging import ItemsPerPageRule, PageRequest
from sandbox.scim.projection import Selection
from sandbox.scim.rules import AnswerTypeRule, ErrorShape, WriteReplyRule
from sandbox.web.context import asked_header, current_sandbox
from sandbox.web.errors import ControlError, PlatformError, TooManyRequestsError
from sandbox.web.rendering import json_bytes, rendered

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LIST_URN = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR_URN = "urn:ietf:params:scim:api:messages:2.0:Error"

JSON_TYPE = "application/json; charset=utf-8"
SCIM_MEDIA_TYPE = "application/scim+json"
SCIM_TYPE = f"{SCIM_MEDIA_TYPE}; charset=utf-8"


_AS_IT_IS = (HTTPStatus.OK, HTTPStatus.CREATED)


class Answer(Response):
    """A body that is whole, with headers that are as the wire needs them unless the status allows no body."""

    def __init__(self, body: bytes, status: HTTPStatus, content_type: str) -> None:
        """Answer with *body*."""
        headers = Headers()
        headers.add("Content-Type", content_type)
        headers.add("Content-Length", str(len(body)))
        super().__init__([body], status, headers)

    def get_wsgi_response(self, environ: WSGIEnvironment) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """Return the body, the status line and the headers, as they are where that is right."""
        if self.status_code not in _AS_IT_IS or environ["REQUEST_METHOD"] == "HEAD":
            return super().get_wsgi_response(environ)
        return cast(list[bytes], self.response), self.status, self.headers.to_wsgi_list()


def resource(shown: Resource, status: HTTPStatus = HTTPStatus.OK, selection: Selection | None = None) -> Response:
    """Answer with one resource."""
    found = rendered(shown, selection)
    answer = _answer(found.body, status)
    if status is HTTPStatus.CREATED and current_sandbox().dialect.choices.location_header:
        answer.headers["Location"] = found.location
    if found.version is not None:
        answer.headers["ETag"] = found.version
    return answer


def patched(shown: Resource, selection: Selection | None = None) -> Response:
    """Answer a PATCH that was applied (RFC 7644 §3.5.2)."""
    if current_sandbox().dialect.choices.patch_reply is WriteReplyRule.NO_CONTENT and selection is None:
        return no_content()
    return resource(shown, selection=selection)


def version_of(shown: Resource) -> str | None:
    """Return the version that an answer with this resource carries, in a dialect that has versions."""
    return rendered(shown, None).version


def is_known(shown: Resource, if_none_match: str | None) -> bool:
    """Tell whether the client already has this version (RFC 7644 §3.14)."""
    version = version_of(shown) if if_none_match else None
    if version is None:
        return False
    asked = [each.strip().removeprefix("W/") for each in str(if_none_match).split(",")]
    return "*" in asked or version.removeprefix("W/") in asked


def not_modified(shown: Resource) -> Response:
    """Answer that the client has the newest version (RFC 7644 §3.14)."""
    return Response(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": version_of(shown) or ""})


def page(total: int, shown: Iterable[tuple[Resource, Selection | None]], asked: PageRequest) -> Response:
    """Answer with a page of a list of *total* resources (RFC 7644 §3.4.2)."""
    choices = current_sandbox().dialect.choices
    omitted = {"Users": choices.user_list_omits, "Groups": choices.group_list_omits}
    items = [rendered(each, selection, omitted[each.type.collection]).body for each, selection in shown]
    size = asked.count if choices.items_per_page is ItemsPerPageRule.PAGE_SIZE else len(items)
    shows_resources = bool(items) or choices.empty_list_resources
    return _answer(_list_body(total, size, asked.start_index, items, shows_resources=shows_resources))


def documents(listed: list[dict[str, Any]]) -> Response:
    """Answer with a list of discovery documents, all on one page."""
    return _answer(_list_body(len(listed), len(listed), 1, [json_bytes(each) for each in listed]))


def document(value: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Answer with one JSON document in SCIM's media type."""
    return _answer(json_bytes(value), status)


def no_content() -> Response:
    """Answer 204: done, and nothing to show."""
    answer = Response(status=HTTPStatus.NO_CONTENT)
    del answer.headers["Content-Type"]
    return answer


def error(refused: ScimError) -> Response:
    """Answer with a SCIM error in the dialect's shape (RFC 7644 §3.12)."""
    choices = current_sandbox().dialect.choices
    status = status_of(refused)
    if choices.error_shape is ErrorShape.PLATFORM:
        body: dict[str, Any] = {"message": refused.detail}
    else:
        body = scim_error(status, refused.detail, refused.scim_type)
    answer = _answer(json_bytes(body), status)
    if isinstance(refused, MethodNotAllowedError):
        answer.headers["Allow"] = ", ".join(refused.allowed)
    if choices.error_shape is ErrorShape.PLATFORM:
        answer.headers["Content-Type"] = JSON_TYPE
    return answer


def scim_error(status: HTTPStatus, detail: str, scim_type: str | None = None) -> dict[str, Any]:
    """Return the error document of RFC 7644 §3.12."""
    typed = {"scimType": scim_type} if scim_type else {}
    return {"schemas": [ERROR_URN], "status": str(status.value), **typed, "detail": detail}


def status_of(refused: ScimError) -> HTTPStatus:
    """Return the status that the dialect gives an error."""
    choices = current_sandbox().dialect.choices
    if isinstance(refused, MissingValueError):
        return HTTPStatus(choices.missing_value_status)
    return HTTPStatus(choices.duplicate_status) if isinstance(refused, UniquenessError) else refused.status


def platform_error(refused: PlatformError) -> Response:
    """Answer with an error of the platform in front of SCIM."""
    choices = current_sandbox().dialect.choices
    if choices.gate_error_shape is ErrorShape.PLATFORM:
        is_too_soon = isinstance(refused, TooManyRequestsError) and choices.rate_limit_documentation
        further = {"documentation_url": choices.rate_limit_documentation} if is_too_soon else {}
        answer = Response(json_bytes({"message": refused.message, **further}), refused.status, content_type=JSON_TYPE)
    else:
        answer = _answer(json_bytes(scim_error(refused.status, refused.message)), refused.status)
    if refused.status is HTTPStatus.UNAUTHORIZED and choices.challenge:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="SCIM"'
    if isinstance(refused, TooManyRequestsError):
        answer.headers["Retry-After"] = str(refused.retry_after_s)
    return answer


def control(value: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Answer a control call."""
    return Response(json_bytes(value), status, content_type=JSON_TYPE)


def control_items(items: list[Any]) -> Response:
    """Answer a control call with a collection."""
    return control({"items": items, "total": len(items)})


def control_text(text: str, media_type: str) -> Response:
    """Answer a control call with a document that is no JSON."""
    return Response(text, content_type=f"{media_type}; charset=utf-8")


def events(told: Iterable[str]) -> Response:
    """Answer a control call with server-sent events, as they come."""
    answer = Response(told, content_type="text/event-stream; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def control_error(refused: ControlError) -> Response:
    """Answer a control call that is refused."""
    return control({"error": {"code": refused.code, "message": refused.message}}, refused.status)


def _list_body(total: int, size: int, start_index: int, items: list[bytes], *, shows_resources: bool = True) -> bytes:
    head = json_bytes({"schemas": [LIST_URN], "totalResults": total, "itemsPerPage": size, "startIndex": start_index})
    return head[:-1] + b',"Resources":[' + b",".join(items) + b"]}" if shows_resources else head


def _answer(body: bytes, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Answer(body, status, _media_type())


def _media_type() -> str:
    if current_sandbox().dialect.choices.media_type_out is AnswerTypeRule.SCIM:
        return SCIM_TYPE
    return SCIM_TYPE if SCIM_MEDIA_TYPE in (asked_header("HTTP_ACCEPT") or "").lower() else JSON_TYPE
