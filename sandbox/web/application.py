"""Flask without what nothing here uses: sessions, coroutines, hosts in routes, functions that tear something down.

Each override of ``Application`` is of a method that Flask documents, and leaves out work that has no effect: a third of
what Flask costs a request.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask, Request
from flask.sessions import SessionInterface
from werkzeug.routing import MapAdapter, Rule


class NoSessions(SessionInterface):
    """Looks for no session in any cookie."""

    def open_session(self, _app: Flask, _request: Request) -> None:
        """Return ``None``: there is none."""


class Route(Rule):
    """A rule whose address builders are compiled when the first address is built of it: that is most of what it costs.

    Were Werkzeug to rename the method that is overridden, a start would take longer again, and nothing else change.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_builder = cache(super()._compile_builder)

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            return compile_builder(append_unknown)(rule, **values)

        return build


class Application(Flask):
    """The application; what it serves is told by its blueprints."""

    url_rule_class = Route
    session_interface = NoSessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return *func* as it is: none is a coroutine."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what finds the route of a request, by its path and method alone."""
        if request is None:
            return None
        environ = request.environ
        path = environ.get("PATH_INFO", "").encode("latin-1").decode(errors="replace")
        return MapAdapter(self.url_map, "", environ.get("SCRIPT_NAME", ""), "", request.scheme, path, request.method)

    def do_teardown_request(self, *_: object, **__: object) -> None:
        """Do nothing: no function was registered."""

    def do_teardown_appcontext(self, *_: object, **__: object) -> None:
        """Do nothing: no function was registered."""
