"""How a call comes to a sandbox: over HTTP, or to its application in this process without a socket."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from urllib.error import HTTPError
from urllib.request import BaseHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from sandbox.steering.in_process import WSGI, called

TIMEOUT_SECONDS = 30
CA_VARIABLE = "SCIM_SANDBOX_CA"
"""Names a file with the certificate of a sandbox that speaks TLS, or of who issued it."""

Carry = Callable[[str, str, Mapping[str, str], bytes | None], tuple[int, bytes]]
"""Carries a call there (method, URL, headers, body), brings back status and body; ``OSError`` if nobody answers."""


def over_http(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
    """Carry a call over HTTP, or over HTTPS to a sandbox whose certificate this machine trusts."""
    return _sent(Request(url, data=body, headers=dict(headers), method=method))


def over_https(trusted: str, *, checks_name: bool) -> Carry:
    """Return what carries calls to a sandbox whose certificate, or whose issuer's, stands in the file *trusted*.

    Where the sandbox itself has named that file, the name in the certificate does not matter.
    """

    def carry(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
        context = ssl.create_default_context(cafile=trusted)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.check_hostname = checks_name
        request = Request(url, data=body, headers=dict(headers), method=method)
        return _sent(request, HTTPSHandler(context=context))

    return carry


def carry_trusting(environ: Mapping[str, str]) -> Carry:
    """Return what carries calls over HTTP, or over HTTPS as the environment says whom to trust."""
    return over_https(environ[CA_VARIABLE], checks_name=True) if environ.get(CA_VARIABLE) else over_http


def _sent(request: Request, *handlers: BaseHandler) -> tuple[int, bytes]:
    """Send a request straight to the sandbox, whatever proxy the environment names."""
    try:
        with build_opener(ProxyHandler({}), *handlers).open(request, timeout=TIMEOUT_SECONDS) as answer:
            return answer.status, answer.read()
    except HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()


def over_wsgi(app: WSGI) -> Carry:
    """Return what carries a call to *app*, without a socket."""

    def carry(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
        answer = called(app, method, url, headers, body)
        return answer.status, answer.body

    return carry
