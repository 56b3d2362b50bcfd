"""A tap on the wire: carries bytes between a client and a server, and keeps what the client sent, to the byte."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread


@dataclass(frozen=True)
class Sent:
    """One request as it went over the wire."""

    line: str
    headers: list[tuple[str, str]]
    body: str

    @property
    def names(self) -> list[str]:
        """The names of the headers, in order."""
        return [name for name, _ in self.headers]


class Tap:
    """Listens at a port of its own, and passes everything on."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._kept: list[bytearray] = []
        self._thread = Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listening.getsockname()[1])

    def sent(self) -> list[Sent]:
        """Return the requests so far."""
        return [request for kept in self._kept for request in _requests(bytes(kept))]

    def close(self) -> None:
        """Listen no more."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            kept = bytearray()
            self._kept.append(kept)
            Thread(target=_carry, args=(client, server, kept), daemon=True).start()
            Thread(target=_carry, args=(server, client, bytearray()), daemon=True).start()


def _carry(source: socket.socket, target: socket.socket, kept: bytearray) -> None:
    with suppress(OSError), source, target:
        while data := source.recv(65_536):
            kept += data
            target.sendall(data)


def _requests(content: bytes) -> Iterator[Sent]:
    while content:
        head, _, content = content.partition(b"\r\n\r\n")
        line, *lines = head.decode("latin-1").split("\r\n")
        headers = [(name, value) for name, _, value in (each.partition(": ") for each in lines)]
        length = int(dict(headers).get("Content-Length", "0"))
        yield Sent(line, headers, content[:length].decode())
        content = content[length:]


@contextmanager
def tapped(url: str) -> Iterator[tuple[str, Tap]]:
    """Give the URL behind which the tap is, and the tap."""
    host, port = re.fullmatch(r"http://([\d.]+):(\d+).*", url).groups()  # type: ignore[union-attr]
    tap = Tap((host, int(port)))
    try:
        yield url.replace(f":{port}", f":{tap.port}"), tap
    finally:
        tap.close()
