"""Who may see the console: whoever may call the control API, with a cookie in the place of the key's header."""

from __future__ import annotations

import re
from hashlib import sha256
from hmac import new
from http import HTTPStatus

from flask import Blueprint, Response, request

from sandbox.web.access import check_origin, has_key, is_same
from sandbox.web.console import page
from sandbox.web.context import current_sandbox

bp = Blueprint("access", __name__)

COOKIE = "scim_sandbox_console"
HOME = "/console"
_OPEN = {"console.static", "console.access.log_in"}
"""What can be had without a key: the way in, and the files that it looks with."""
_READING = {"GET", "HEAD"}
_OWN_PATH = re.compile(rf"{HOME}(/[!-~]*)?")


class KeyNeededError(Exception):
    """A page that only the holder of the control key may see."""


def check_visitor() -> None:
    """Let in whoever may call the control API, and let nobody but our own pages post forms.

    Without a key set, ``web.access`` has let in this machine alone already.

    Raises:
        KeyNeededError: without the cookie or the key, where one is set.
        ControlError: 403 for a form of another site's page.
    """
    key = current_sandbox().control_key
    if key is not None and request.endpoint not in _OPEN and not (has_key(key) or _has_cookie(key)):
        raise KeyNeededError
    if request.method not in _READING:
        check_origin()


@bp.post("/login")
def log_in() -> Response:
    """Take the control key, and give a cookie for it."""
    key = current_sandbox().control_key
    place = _own_path(request.form.get("next", ""))
    if key is None:
        return page.lead_to(place)
    if not is_same(request.form.get("key", "").strip(), key):
        return _login(place, refused=True)
    answer = page.lead_to(place)
    answer.set_cookie(
        COOKIE, _cookie_of(key), path=HOME, httponly=True, samesite="Strict", secure=request.scheme == "https"
    )
    return answer


def ask_for_key(_error: KeyNeededError) -> Response:
    """Answer with the form that takes the control key."""
    return _login(request.path, refused=False)


def _login(place: str, *, refused: bool) -> Response:
    return page.show("login.html", status=HTTPStatus.UNAUTHORIZED, place=place, refused=refused)


def _own_path(path: str) -> str:
    """Return a path of the console, whatever was asked for."""
    return path if _OWN_PATH.fullmatch(path) else HOME


def _cookie_of(key: str) -> str:
    """Return the cookie for a key; nobody can tell the key from it."""
    return new(key.encode(), b"console", sha256).hexdigest()


def _has_cookie(key: str) -> bool:
    return is_same(request.cookies.get(COOKIE, ""), _cookie_of(key))
