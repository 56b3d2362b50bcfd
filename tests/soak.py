"""Eight writers and eight readers on the same users and groups: ``python -m tests.soak 600`` for ten minutes.

A sandbox of its own, with a journal, compaction and the token counted, is asked over real connections. What is watched:

- no lost update: each writer counts in a custom field of its own on users that all of them change;
- no name twice: the writers race for the same ``userName``, and one of them gets it;
- no half change: a writer sets two attributes to one value, a reader must never see two values;
- no half membership: a writer puts a pair of users into a group and takes both out again, a reader sees both or none;
- flat memory: the process is no larger at the end than after a warm-up, but for what its bounds allow.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Lock, Thread
from time import perf_counter, sleep
from typing import Any

from tests.benchmarks.servers import TOKEN, Running, sandbox

WRITERS = READERS = 8
SHARED = ("1", "2", "3")
"""Users that every writer changes."""
FIELDS_URN = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields"
GROWTH_BYTES = 24 << 20
"""How much more memory the process may have at the end than after the warm-up: journals and recorder fill up first."""


class Watch:
    """What the threads saw together."""

    def __init__(self) -> None:
        self.stop = Event()
        self._lock = Lock()
        self.requests = 0
        self.counts: dict[tuple[str, int], int] = {}
        self.faults: list[str] = []
        self.winners: dict[str, int] = {}

    def saw(self, answers: int = 1) -> None:
        """Count answers."""
        with self._lock:
            self.requests += answers

    def counted(self, user_id: str, writer: int, number: int) -> None:
        """Note what a writer's field must hold from now on."""
        with self._lock:
            self.counts[user_id, writer] = number

    def won(self, name: str) -> None:
        """Note that somebody got a name."""
        with self._lock:
            self.winners[name] = self.winners.get(name, 0) + 1

    def fault(self, sentence: str) -> None:
        """Note what must not happen, and stop."""
        with self._lock:
            self.faults.append(sentence)
        self.stop.set()


class Client:
    """One keep-alive connection."""

    def __init__(self, port: int, watch: Watch) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._watch = watch

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send one request; a 5xx is a fault."""
        content = None if body is None else json.dumps(body)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/scim+json"}
        self._connection.request(method, f"/scim/v2{path}", content, headers)
        answer = self._connection.getresponse()
        read = answer.read()
        self._watch.saw()
        if answer.status >= 500:
            self._watch.fault(f"{method} {path}: {answer.status} {read[:300]!r}")
        return answer.status, json.loads(read) if read else None


def write(client: Client, writer: int, watch: Watch) -> None:
    """Count, pair, race and link until it is time to stop."""
    number = 0
    pair = [client.ask("POST", "/Users", {"userName": f"pair-{writer}-{side}"})[1]["id"] for side in ("left", "right")]
    group = client.ask("POST", "/Groups", {"displayName": f"pair {writer}"})[1]["id"]
    while not watch.stop.is_set():
        number += 1
        for user_id in SHARED:
            status, _ = client.ask("PATCH", f"/Users/{user_id}", {FIELDS_URN: {f"w{writer}": number}})
            if status == 200:
                watch.counted(user_id, writer, number)
        text = f"{writer}.{number}"
        client.ask("PATCH", f"/Users/{SHARED[number % 3]}", {"title": text, "nickName": text})
        client.ask("PATCH", f"/Groups/{group}", {"members": [{"value": each} for each in pair]})
        client.ask("PUT", f"/Groups/{group}", {"displayName": f"pair {writer}", "members": []})
        _race(client, f"race-{number // 3}@soak.example", watch)


def _race(client: Client, name: str, watch: Watch) -> None:
    """Try to get a name that the other writers want too."""
    status, _ = client.ask("POST", "/Users", {"userName": name})
    if status == 201:
        watch.won(name)
    elif status != 409:
        watch.fault(f"POST of a taken name was answered {status}")


def read(client: Client, reader: int, watch: Watch) -> None:
    """Look for half changes until it is time to stop."""
    turn = reader
    while not watch.stop.is_set():
        turn += 1
        status, user = client.ask("GET", f"/Users/{SHARED[turn % 3]}")
        if status == 200 and user.get("title") != user.get("nickName"):
            watch.fault(f"half a change: {user.get('title')} and {user.get('nickName')}")
        _, page = client.ask("GET", f"/Groups?count=25&startIndex={1 + turn % 3}")
        for each in page["Resources"]:
            if each["displayName"].startswith("pair "):
                _, group = client.ask("GET", f"/Groups/{each['id']}")
                if len(group.get("members", [])) not in (0, 2):
                    watch.fault(f"half a membership: {group}")


def check_end(server: Running, watch: Watch) -> None:
    """Compare what is there with what was acknowledged."""
    for user_id in SHARED:
        fields = server.ask("GET", f"/Users/{user_id}").get(FIELDS_URN, {})
        for writer in range(WRITERS):
            expected = watch.counts.get((user_id, writer))
            if fields.get(f"w{writer}") != expected:
                watch.fault(f"lost update: user {user_id} has {fields.get(f'w{writer}')} where {expected} was said")
    for name, times in watch.winners.items():
        if times != 1:
            watch.fault(f"{name} was given out {times} times")


def soak(seconds: float) -> list[str]:
    """Run everything for *seconds*, and return what went wrong."""
    with (
        tempfile.TemporaryDirectory() as folder,
        sandbox("--users", "10", "--groups", "2", state=Path(folder) / "state") as server,
    ):
        watch = Watch()
        for user_id in SHARED:
            server.ask("PATCH", f"/Users/{user_id}", {"title": "0", "nickName": "0"})
        works: list[tuple[Callable[..., None], int]] = [
            *((write, number) for number in range(WRITERS)),
            *((read, number) for number in range(READERS)),
        ]
        threads = [Thread(target=work, args=(Client(server.port, watch), number, watch)) for work, number in works]
        start = perf_counter()
        for thread in threads:
            thread.start()
        warm = warm_names = 0
        while not watch.stop.is_set() and perf_counter() - start < seconds:
            sleep(0.2)
            if not warm and perf_counter() - start > seconds / 5:
                warm = server.memory_bytes()
                warm_names = len(watch.winners)
        watch.stop.set()
        for thread in threads:
            thread.join()
        check_end(server, watch)
        names = len(watch.winners) - warm_names
        grown = server.memory_bytes() - warm - names * 4_096
        print(
            f"{watch.requests:,} requests in {perf_counter() - start:.0f} s, {len(watch.winners):,} names raced for; "
            f"memory {warm >> 20} MiB after a fifth, {server.memory_bytes() >> 20} MiB at the end "
            f"({names:,} users more)"
        )
        if grown > GROWTH_BYTES:
            watch.fault(f"memory grew by {grown >> 20} MiB beyond what its users need")
        return watch.faults


if __name__ == "__main__":
    found = soak(float(sys.argv[1]) if len(sys.argv) > 1 else 600)
    print("\n".join(found) or "no lost update, no name twice, no half change")
    sys.exit(bool(found))
