"""For clients on requests: the application of a sandbox, without a socket.

session.mount("http://sandbox/", WsgiAdapter(sandbox.wsgi))
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from sandbox.steering import WSGI, called


class WsgiAdapter(BaseAdapter):
    """Carries the requests of a session to an application in this process."""

    def __init__(self, app: WSGI) -> None:
        super().__init__()
        self._app = app

    def send(self, request: PreparedRequest, *_: object, **__: object) -> Response:
        """Return the answer to one request; what it says of time-outs, proxies and TLS does not matter here."""
        headers = {name: _text(value) for name, value in request.headers.items()}
        answer = called(self._app, request.method or "GET", request.url or "", headers, _content(request.body))
        response = Response()
        response.status_code = answer.status
        response.reason = answer.line[4:]
        response.headers = CaseInsensitiveDict(answer.headers)
        response.encoding = get_encoding_from_headers(response.headers)
        response.raw = BytesIO(answer.body)
        response.url = request.url or ""
        response.request = request
        return response

    def close(self) -> None:
        """Let go of nothing."""


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _content(body: Any) -> bytes | None:
    """Return a body whole: requests may have it as text, bytes, a file or parts."""
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return _content(body.read()) if hasattr(body, "read") else b"".join(_content(part) or b"" for part in body)
