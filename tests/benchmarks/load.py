"""A process that sends requests over keep-alive connections and counts the answers.

Reads one JSON object from standard input (``Plan``), writes one to standard output (``Outcome``). Each connection has
one request under way; which request comes next is the same whoever answers.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from time import perf_counter

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_NO_BODY = (b"204", b"304")


@dataclass(frozen=True)
class Plan:
    """What to send."""

    port: int
    requests: list[str]
    """Whole requests; characters stand for bytes (Latin-1)."""
    connections: int
    seconds: float
    """When to stop, unless the requests run out before."""
    is_cyclic: bool
    """Whether to begin again when the requests run out."""


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    answers: int
    seconds: float
    refusals: int
    """Answers with a status of 400 or more."""
    first_refusal: str = ""


class Connection:
    """One keep-alive connection; it connects again when the server closed the last one."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.socket = self._connect()
        self._received = b""

    def _connect(self) -> socket.socket:
        connected = socket.create_connection(("127.0.0.1", self._port), timeout=60)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def send(self, request: bytes) -> None:
        """Send one request."""
        self._received = b""
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Take what has come; return the whole answer once it is there."""
        piece = self.socket.recv(262_144)
        self._received += piece
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator:
            if not piece:
                raise ConnectionError("the server closed the connection without an answer")
            return None
        if piece and not _is_complete(head, body):
            return None
        if not piece or _CLOSES.search(head) or head.startswith(b"HTTP/1.0"):
            self.socket.close()
            self.socket = self._connect()
        return self._received


def _is_complete(head: bytes, body: bytes) -> bool:
    if head[9:12] in _NO_BODY:
        return True
    length = _LENGTH.search(head)
    if length:
        return len(body) >= int(length[1])
    return bool(_CHUNKED.search(head)) and body.endswith(b"0\r\n\r\n")


def play(plan: Plan) -> Outcome:
    """Send the requests of *plan* and count."""
    requests = [text.encode("latin-1") for text in plan.requests]
    waiting = deque(requests)
    refused: list[bytes] = []
    answers = 0
    with selectors.DefaultSelector() as selector:
        start = perf_counter()
        for connection in [Connection(plan.port) for _ in range(plan.connections)]:
            if _send_next(connection, waiting, requests, is_cyclic=plan.is_cyclic):
                selector.register(connection.socket, selectors.EVENT_READ, connection)
        while selector.get_map():
            for key, _ in selector.select(timeout=60):
                connection = key.data
                answer = connection.receive()
                if answer is None:
                    continue
                answers += 1
                if answer[9:10] >= b"4":
                    refused.append(answer)
                selector.unregister(key.fileobj)
                is_late = perf_counter() - start >= plan.seconds
                if not is_late and _send_next(connection, waiting, requests, is_cyclic=plan.is_cyclic):
                    selector.register(connection.socket, selectors.EVENT_READ, connection)
                else:
                    connection.socket.close()
        elapsed = perf_counter() - start
    first = refused[0].decode("latin-1")[:300] if refused else ""
    return Outcome(answers, elapsed, len(refused), first)


def _send_next(connection: Connection, waiting: deque[bytes], requests: list[bytes], *, is_cyclic: bool) -> bool:
    if not waiting and is_cyclic:
        waiting.extend(requests)
    if not waiting:
        return False
    connection.send(waiting.popleft())
    return True


def play_in_processes(plans: Sequence[Plan]) -> Outcome:
    """Play each plan in a process of its own, all at once, and return what they did together."""
    children = [
        subprocess.Popen([sys.executable, "-m", __spec__.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in plans
    ]
    for child, plan in zip(children, plans, strict=True):
        assert child.stdin is not None
        child.stdin.write(json.dumps(asdict(plan)).encode())
        child.stdin.close()
    outcomes = []
    for child in children:
        assert child.stdout is not None
        outcomes.append(Outcome(**json.loads(child.stdout.read())))
        child.stdout.close()
        child.wait()
    return Outcome(
        sum(each.answers for each in outcomes),
        max(each.seconds for each in outcomes),
        sum(each.refusals for each in outcomes),
        next((each.first_refusal for each in outcomes if each.first_refusal), ""),
    )


if __name__ == "__main__":
    print(json.dumps(asdict(play(Plan(**json.loads(sys.stdin.read()))))))
