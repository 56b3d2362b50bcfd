"""Where a server listens, and what it says about addresses it cannot serve."""

from __future__ import annotations

import socket
from contextlib import ExitStack, closing

import pytest

from sandbox.serving import Server, ServingError, url_of
from tests.serving.raw import HOST, ask, connected, echo, serving


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as trial:
            trial.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_port_zero_picks_a_free_port_and_tells_which() -> None:
    with serving(echo) as server, connected(server.port) as connection:
        assert server.port > 0
        assert server.url == f"http://{HOST}:{server.port}"
        assert str(ask(connection)) == "200 GET /"


URLS = [
    pytest.param("127.0.0.1", "http", "http://127.0.0.1:80", id="IPv4"),
    pytest.param("localhost", "http", "http://localhost:80", id="a name"),
    pytest.param("::1", "http", "http://[::1]:80", id="IPv6"),
    pytest.param("0.0.0.0", "http", "http://127.0.0.1:80", id="every IPv4 address"),
    pytest.param("::", "http", "http://[::1]:80", id="every IPv6 address"),
    pytest.param("localhost", "https", "https://localhost:80", id="a name with TLS"),
    pytest.param("::", "https", "https://[::1]:80", id="every IPv6 address with TLS"),
]


@pytest.mark.parametrize(("host", "scheme", "url"), URLS)
def test_the_url_is_one_that_reaches_the_server(host: str, scheme: str, url: str) -> None:
    assert url_of(host, 80, scheme) == url


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")
def test_ipv6_is_served() -> None:
    with closing(Server(echo, "::1", 0, 1024)) as server, socket.create_connection(("::1", server.port)):
        assert server.url == f"http://[::1]:{server.port}"


def test_a_taken_port_is_one_sentence_that_names_it() -> None:
    with (
        closing(Server(echo, HOST, 0, 1024)) as first,
        pytest.raises(ServingError, match=rf"^port {first.port} is taken; .* --port"),
    ):
        Server(echo, HOST, first.port, 1024)


def test_a_port_is_free_again_once_its_server_has_closed_its_connections() -> None:
    with ExitStack() as stack:
        with serving(echo) as first:
            ask(stack.enter_context(connected(first.port)))

        Server(echo, HOST, first.port, 1024).close()


HOSTS = [
    pytest.param("192.0.2.1", "is not an address of this machine", id="the address of another machine"),
    pytest.param("no-such-host.invalid", "cannot be found", id="an unknown name"),
    pytest.param("a" * 70 + ".invalid", "cannot be found", id="a label that is too long"),
]


@pytest.mark.parametrize(("host", "sentence"), HOSTS)
def test_a_host_that_cannot_be_served_is_one_sentence_that_names_the_flag(host: str, sentence: str) -> None:
    with pytest.raises(ServingError, match=f"{sentence}.* --host"):
        Server(echo, host, 0, 1024)


def test_two_servers_fit_in_one_process() -> None:
    with (
        serving(echo) as first,
        serving(echo) as second,
        connected(first.port) as one,
        connected(second.port) as other,
    ):
        assert str(ask(one)) == str(ask(other)) == "200 GET /"
