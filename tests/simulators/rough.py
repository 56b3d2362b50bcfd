"""A service provider on a bad day: some requests get another answer than the one behind it would give, or none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from sandbox.serving.environ import WSGI

ALWAYS = 1_000_000
HTML = b"<!doctype html><title>502 Bad Gateway</title>"


@dataclass
class Rule:
    """Which requests get what."""

    request: str
    """A pattern of ``METHOD /path?query``."""
    status: int = 500
    body: Any = field(default_factory=dict)
    """JSON, or bytes that are sent as HTML."""
    headers: Mapping[str, str] = field(default_factory=dict)
    after: int = 0
    """How many of them are let through first."""
    times: int = ALWAYS
    is_slow: bool = False
    """No answer before the test is over."""

    def applies(self, request: str) -> bool:
        """Count a request that is meant, and tell whether it gets the answer."""
        if not re.fullmatch(self.request, request):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return self.times >= 0


class Rough:
    """The application in front."""

    def __init__(self, app: WSGI, *rules: Rule) -> None:
        self._app = app
        self._rules = rules
        self.is_over = Event()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer by the first rule that applies, else as the application behind does."""
        query = environ["QUERY_STRING"]
        path = environ["PATH_INFO"].removeprefix("/scim/v2") + (f"?{query}" if query else "")
        rule = next((each for each in self._rules if each.applies(f"{environ['REQUEST_METHOD']} {path}")), None)
        if rule is None:
            return self._app(environ, start_response)
        if rule.is_slow:
            self.is_over.wait(10)
        is_html = isinstance(rule.body, bytes)
        content = rule.body if is_html else json.dumps(rule.body).encode()
        kind = "text/html" if is_html else "application/scim+json"
        start_response(f"{rule.status} Rough", [("Content-Type", kind), *rule.headers.items()])
        return [content]
