"""Flask without what nothing here uses: sessions, coroutines, hosts in routes, functions that tear something down.

Each override of ``Application`` is of a method that Flask documents, and leaves out work that has no effect: half of
what Flask costs a request.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask, Request
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.routing import MapAdapter, Rule

from sandbox.web.routes import Routes


class NoSessions(SessionInterface):
    """Looks for no session in any cookie."""

    def __init__(self) -> None:
        """Let all requests have the same empty session, which takes nothing."""
        self._nothing = self.null_session_class()

    def open_session(self, _app: Flask, _request: Request) -> SessionMixin:
        """Return it."""
        return self._nothing


class Adapter(MapAdapter):
    """Finds the route of one request; most are remembered."""

    def __init__(self, app: Application, request: Request, path: str) -> None:
        """Find the route that *app* has for *request*, whose path is *path*."""
        script_name = request.environ.get("SCRIPT_NAME", "")
        super().__init__(app.url_map, "", script_name, "", request.scheme, path, request.method)
        self._routes = app.routes

    def match(self, *args: Any, **kwargs: Any) -> Any:
        """Return route and arguments, which is what Flask asks for; whatever else is asked, Werkzeug answers."""
        if args or kwargs != {"return_rule": True}:
            return super().match(*args, **kwargs)
        found = self._routes.find(self.default_method, self.path_info)
        if found is not None:
            return found
        rule, arguments = super().match(return_rule=True)
        self._routes.note(self.default_method, self.path_info, rule, arguments)
        return rule, arguments


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Remember no route yet."""
        super().__init__(*args, **kwargs)
        self.routes = Routes()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return *func* as it is: none is a coroutine."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what finds the route of a request, by its path and method alone."""
        if request is None:
            return None
        path = request.environ.get("PATH_INFO", "")
        return Adapter(self, request, path if path.isascii() else path.encode("latin-1").decode(errors="replace"))

    def do_teardown_request(self, *_: object, **__: object) -> None:
        """Do nothing: no function was registered."""

    def do_teardown_appcontext(self, *_: object, **__: object) -> None:
        """Do nothing: no function was registered."""
