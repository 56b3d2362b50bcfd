"""How much and how long a server allows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes, numbers and times that a client cannot go beyond."""

    header_bytes: int = 65_536
    """The request line and the headers together."""
    header_lines: int = 256
    """Headers of one request."""
    discarded_bytes: int = 67_108_864
    """How far a body may be above its limit and still be received (not kept), so that the application refuses it."""
    connections: int = 1_000
    """Connections at once. Beyond it an idle one is closed to make room; when none is idle, the new one gets a 503."""
    refused_connections: int = 100
    """How many more may wait for that 503; beyond these a connection is closed as it comes."""

    idle_seconds: float = 60
    """How long a connection may say nothing between requests, and how long a client may take to receive."""
    handshake_seconds: float = 10
    """For the whole TLS handshake."""
    header_seconds: float = 10
    """From the first byte of a request to the end of its headers, however steadily it trickles."""
    body_seconds: float = 60
    """From the end of the headers to the end of the body."""
    linger_seconds: float = 5
    """How long the server reads on after a last answer, so that the client receives it instead of a reset."""
    grace_seconds: float = 3
    """How long answers in flight may take once the server is told to stop."""
