"""A certificate for this machine, and servers that answer with what they understood."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import pytest
import trustme

from tests.serving.oracle import oracle
from tests.serving.raw import HOST, echo, serving


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Return who issues the certificates."""
    return trustme.CA()


@pytest.fixture(scope="session")
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    """Return what a server speaks TLS with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.num_tickets = 0  # so that nothing is to be read that is no answer
    authority.issue_cert(HOST, "localhost").configure_cert(context)
    return context


@pytest.fixture(scope="session")
def client_tls(authority: trustme.CA) -> ssl.SSLContext:
    """Return what a client that trusts it speaks TLS with."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture(scope="module")
def echo_port() -> Iterator[int]:
    """Serve the echo over http; return the port."""
    with serving(echo) as server:
        yield server.port


@pytest.fixture(scope="module")
def echo_tls_port(server_tls: ssl.SSLContext) -> Iterator[int]:
    """Serve the echo over https; return the port."""
    with serving(echo, tls=server_tls) as server:
        yield server.port


@pytest.fixture(scope="module")
def oracle_port() -> Iterator[int]:
    """Serve the echo with waitress; return the port."""
    with oracle(echo) as port:
        yield port
