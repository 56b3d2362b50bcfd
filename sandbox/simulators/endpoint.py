"""The address of a service provider as a person types it, and what a client makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urlsplit

_TOKEN_SAFE = "!#$%&'()*+,-./:;<=>?@[]^_`{|}~"


class EndpointError(ValueError):
    """An address that cannot be one of a service provider; the sentence says what would be accepted."""


class Slash(StrEnum):
    """What a client does about a slash at the end of the address it is given."""

    SINGLE = "single"
    """It is dropped: ``/scim/`` and ``/Users`` make ``/scim/Users``."""
    KEPT = "kept"
    """Address and path are put one behind the other: ``/scim//Users``."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A typed address, taken apart."""

    typed: str
    scheme: str
    host: str
    port: int
    authority: str
    """Host and port as they go into the ``Host`` header."""
    path: str
    """What stands behind the host, without the query."""
    flags: tuple[str, ...]
    """The parameters of the query, by name: Entra ID takes feature flags there."""

    @property
    def is_loopback(self) -> bool:
        """Whether the address is this machine."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False

    def target(self, path: str, slash: Slash) -> str:
        """Return the target of a request for *path* (``/Users?count=2``), to the byte."""
        base = self.path.rstrip("/") if slash is Slash.SINGLE else self.path
        whole = base + path
        return whole if whole.startswith("/") else f"/{whole}"

    def url(self, path: str, slash: Slash) -> str:
        """Return the URL of a request for *path*."""
        return f"{self.scheme}://{self.authority}{self.target(path, slash)}"


def read_endpoint(typed: str) -> Endpoint:
    """Take a typed address apart.

    Raises:
        EndpointError: when it is no ``http`` or ``https`` address with a host.
    """
    try:
        parts = urlsplit(typed.strip())
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
        host = (parts.hostname or "").encode("idna").decode("ascii") if not _is_address(parts) else parts.hostname or ""
    except ValueError as error:
        raise EndpointError(f"{typed!r} is no address: {error}") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise EndpointError(f"{typed!r} is no SCIM endpoint; one looks like https://api.4me.qa/scim/v2")
    if parts.username is not None or parts.fragment:
        raise EndpointError(f"{typed!r}: a SCIM endpoint has no user name and no #fragment; the token goes elsewhere")
    shown = f"[{host}]" if ":" in host else host
    return Endpoint(
        typed=typed.strip(),
        scheme=parts.scheme,
        host=host,
        port=port,
        authority=shown if parts.port is None else f"{shown}:{parts.port}",
        path=quote(parts.path, safe=_TOKEN_SAFE),
        flags=tuple(name for name in (pair.partition("=")[0] for pair in parts.query.split("&")) if name),
    )


def _is_address(parts: SplitResult) -> bool:
    """Tell whether the host is an IP address, which needs no IDNA."""
    return ":" in (parts.hostname or "")
