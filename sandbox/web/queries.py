"""Queries: a list by GET, and by POST to ``/.search`` where the dialect has that (RFC 7644 §3.4.2, §3.4.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from flask import Blueprint, Response

from sandbox.completion import Resource
from sandbox.directory import Found
from sandbox.scim.errors import InvalidFilterError, InvalidValueError, quoted
from sandbox.scim.paging import PageRequest, read_page_request
from sandbox.scim.projection import Selection, read_selection
from sandbox.scim.remembering import remembered
from sandbox.scim.resource import check_object
from sandbox.scim.schema import ResourceType
from sandbox.scim.sorting import read_sort_request
from sandbox.web import reply
from sandbox.web.body import read_body
from sandbox.web.context import current_account, current_sandbox, notes

bp = Blueprint("queries", __name__)
search_bp = Blueprint("search", __name__)
"""``/.search``; only for a dialect that has it."""

COLLECTION = "/<any(Users, Groups):collection>"
TEXTS, NUMBERS, LISTS = ("filter", "sortBy", "sortOrder"), ("startIndex", "count"), ("attributes", "excludedAttributes")


@bp.get(COLLECTION)
def search(collection: str) -> Response:
    """List or find resources."""
    return _page(_read_query(notes().environ["QUERY_STRING"]), [collection])


@search_bp.post(f"{COLLECTION}/.search")
def search_collection(collection: str) -> Response:
    """Find resources of one type with a query in the body."""
    return _page(_read_search_request(), [collection])


@search_bp.post("/.search")
def search_all() -> Response:
    """Find resources of every type with a query in the body."""
    return _page(_read_search_request(), list(current_sandbox().dialect.resource_types))


@remembered
def _read_query(query: str) -> Mapping[str, str]:
    """Return the parameters of a query string, percent-encoded UTF-8 (RFC 3986 §2.5); of equal ones the first.

    Raises:
        InvalidFilterError: when the filter is no UTF-8: read in any other way it would find nobody, or the wrong one.
        InvalidValueError: when another parameter is none.
    """
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        _check_encoding(query)
        raise
    return MappingProxyType(dict(reversed(pairs)))


def _check_encoding(query: str) -> None:
    """Pass when every parameter is UTF-8; see ``_read_query``."""
    for parameter in query.split("&"):
        try:
            unquote_to_bytes(parameter).decode()
        except UnicodeDecodeError:
            name = parameter.partition("=")[0]
            refusal = InvalidFilterError if name == "filter" else InvalidValueError
            raise refusal(f"{quoted(name)} in the query is not UTF-8: write ü as %C3%BC, for example") from None


def _page(query: Mapping[str, str], collections: list[str]) -> Response:
    """Answer with the page of all resources that *query* finds, one collection after the other."""
    choices = current_sandbox().dialect.choices
    page = read_page_request(query, current_sandbox().dialect.paging)
    total = 0
    shown: list[tuple[Resource, Selection | None]] = []
    refusals: list[InvalidFilterError] = []
    with current_account().directory.reading() if len(collections) > 1 else nullcontext():
        for collection in collections:
            resource_type = current_sandbox().dialect.resource_types[collection]
            rest = PageRequest(max(page.start_index - total, 1), page.count - len(shown))
            try:
                found = _found(query, resource_type, rest)
            except InvalidFilterError as error:
                refusals.append(error)
                continue
            selection = read_selection(query, resource_type) if choices.attribute_selection else None
            shown += [(each, selection) for each in found.resources]
            total += found.total
    if len(refusals) == len(collections):
        raise refusals[0]
    return reply.page(total, shown, page)


def _found(query: Mapping[str, str], resource_type: ResourceType, page: PageRequest) -> Found:
    sort = read_sort_request(query, resource_type) if current_sandbox().dialect.choices.sort else None
    return current_account().directory.search(resource_type.collection, query.get("filter"), page, sort)


def _read_search_request() -> dict[str, str]:
    """Return the query in a SearchRequest body, in the form of a query string.

    Raises:
        InvalidValueError: when a member has another type than the RFC says.
    """
    body = {name.lower(): value for name, value in check_object(read_body()).items()}
    query = {}
    forms: tuple[tuple[tuple[str, ...], type, Callable[[Any], str]], ...]
    forms = ((TEXTS, str, str), (NUMBERS, int, str), (LISTS, list, _joined))
    for names, kind, text in forms:
        for name in names:
            value = body.get(name.lower())
            if value is not None:
                if not isinstance(value, kind) or isinstance(value, bool):
                    raise InvalidValueError(f"{name} must be {_KINDS[kind]}")
                query[name] = text(value)
    return query


_KINDS: dict[Any, str] = {str: "a string", int: "a whole number", list: "a list of attribute names"}


def _joined(names: list[Any]) -> str:
    if not all(isinstance(name, str) for name in names):
        raise InvalidValueError("attributes and excludedAttributes must be lists of attribute names")
    return ",".join(names)
