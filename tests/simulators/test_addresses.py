"""An endpoint as a person types it, taken apart."""

from __future__ import annotations

import pytest

from sandbox.simulators.endpoint import EndpointError, Slash, read_endpoint


@pytest.mark.parametrize(
    ("typed", "path", "url"),
    [
        ("http://h/scim/v2", "/Users?a=b", "http://h/scim/v2/Users?a=b"),
        ("https://h/scim/", "/Users", "https://h/scim/Users"),
        ("https://h", "/Users", "https://h/Users"),
        ("https://h:8443/", "", "https://h:8443/"),
        ("https://h/scim?aadOptscim062020", "/Users", "https://h/scim/Users"),
        ("http://[::1]:4630/scim", "/Users", "http://[::1]:4630/scim/Users"),
        ("https://bücher.example/a b", "/Users", "https://xn--bcher-kva.example/a%20b/Users"),
    ],
)
def test_an_address_is_taken_apart_and_appended_to(typed: str, path: str, url: str) -> None:
    assert read_endpoint(typed).url(path, Slash.SINGLE) == url


def test_a_slash_at_the_end_is_kept_where_the_client_keeps_it() -> None:
    assert read_endpoint("https://h/scim/").target("/Users", Slash.KEPT) == "/scim//Users"


def test_the_query_of_an_address_is_its_flags() -> None:
    assert read_endpoint("https://h/scim/?aadOptscim062020&x=1").flags == ("aadOptscim062020", "x")


@pytest.mark.parametrize(
    ("typed", "is_loopback"),
    [
        ("http://127.0.0.1:1", True),
        ("http://localhost/", True),
        ("http://[::1]/", True),
        ("http://127.9.9.9", True),
        ("https://api.4me.qa/scim", False),
        ("http://10.0.0.1", False),
        ("http://localhost.example.org", False),
    ],
)
def test_only_this_machine_is_loopback(typed: str, is_loopback: bool) -> None:
    assert read_endpoint(typed).is_loopback is is_loopback


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "h/scim",
        "ftp://h",
        "http://",
        "https://h:99999",
        "http://[::1",
        "https://u:p@h/scim",
        "https://h/#x",
        "http://a..b/",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(EndpointError):
        read_endpoint(typed)
