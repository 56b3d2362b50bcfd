"""A route that is remembered is the one that Werkzeug finds."""

from __future__ import annotations

from itertools import permutations

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import create_environ

from sandbox.app import create_app
from tests.conftest import OpenSandbox

REQUESTS = [
    (method, f"{prefix}{path}")
    for method in ("GET", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS")
    for prefix in ("/scim/v2", "/scim", "")
    for path in (
        *("/Users", "/Users/", "/Users/1", "/Users/25", "/Users/abc", "/Users/.search", "/Users/1/2", "/Users/1/"),
        *("/Groups", "/Groups/1", "/Groups/007", "/users/1", "/Me", "/Me/1", "/Schemas", "/Schemas/5", "/1"),
    )
]


def remembered(app: Flask, method: str, path: str) -> object:
    context = app.request_context(create_environ(path, method=method))
    context.match_request()
    return context.request.url_rule and (context.request.url_rule.endpoint, context.request.view_args)


def found(app: Flask, method: str, path: str) -> object:
    try:
        rule, arguments = app.url_map.bind("").match(path, method, return_rule=True)
    except HTTPException:
        return None
    return rule.endpoint, dict(arguments)


@pytest.mark.parametrize("dialect", ["4me", "rfc7644"])
def test_a_path_leads_to_its_own_view_whatever_was_asked_before(start_sandbox: OpenSandbox, dialect: str) -> None:
    sandbox = start_sandbox(dialect=dialect)
    for requests in (REQUESTS, [*reversed(REQUESTS)], [*REQUESTS, *REQUESTS]):
        app = create_app(sandbox)
        for method, path in requests:
            assert remembered(app, method, path) == found(app, method, path), (method, path)


def test_what_one_request_does_to_its_arguments_is_not_seen_by_the_next(start_sandbox: OpenSandbox) -> None:
    app = create_app(start_sandbox())
    for first, second in permutations(["/scim/v2/Users/1", "/scim/v2/Users/2"]):
        context = app.request_context(create_environ(first))
        context.match_request()
        assert context.request.view_args is not None
        context.request.view_args.clear()

        assert remembered(app, "GET", second) == found(app, "GET", second)
