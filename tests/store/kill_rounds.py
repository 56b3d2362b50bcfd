"""Kill -9 at random moments under eight writers: ``python tests/store/kill_rounds.py 500`` plays so many rounds.

A child process writes and prints a line for each write that was acknowledged; the parent kills it after some lines,
opens a copy of the files, and compares. The next child goes on with the files as they were left.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from sandbox.store import Collection, Layout, Store

WRITERS = 8
COMPACT_AFTER_BYTES = 10_000
FRESH_AFTER_ROUNDS = 25

LAYOUT = Layout(
    collections=(
        Collection("Users", key=("userName",), shown_by_others=(("userName",),)),
        Collection("Groups", key=("displayName",), shown_by_others=(("displayName",),)),
    )
)


def open_store(folder: Path) -> Store:
    """Open the store as parent and child use it: it writes a new snapshot again and again."""
    return Store.open(folder, LAYOUT, compact_after_bytes=COMPACT_AFTER_BYTES)


def say(text: str) -> None:
    """Tell the parent; a line is one write, so that lines of several threads do not mix."""
    os.write(1, f"{text}\n".encode())


def write_for_ever(store: Store, writer: int, round_number: int) -> None:
    """Create, change in pairs, link and drop, and say what was acknowledged."""
    turn = 0
    while True:
        turn += 1
        name = f"{round_number}-{writer}-{turn}"
        with store.transaction() as transaction:
            new_id = transaction.next_id("Users")
            transaction.put("Users", {"id": new_id, "userName": name, "note": "x" * 50})
        say(f"created {new_id} {name}")
        with store.transaction() as transaction:
            count = (transaction.setting(f"left-{writer}") or 0) + 1
            for part in ("left", "right"):
                transaction.set(f"{part}-{writer}", count)
        say(f"counted {writer} {count}")
        with store.transaction() as transaction:
            transaction.link("1", {"value": new_id})
            transaction.link("2", {"value": new_id})
        say(f"linked {new_id}")
        if turn % 8:
            say(f"dropping {new_id}")
            with store.transaction() as transaction:
                transaction.drop("Users", new_id)
            say(f"dropped {new_id}")


def be_killed(folder: Path, round_number: int) -> None:
    """Write with all writers until somebody ends the process."""
    store = open_store(folder)
    with store.transaction() as transaction:
        for group_id in ("1", "2"):
            if not transaction.has("Groups", group_id):
                transaction.put("Groups", {"id": group_id, "displayName": f"Group {group_id}"})
    threads = [Thread(target=write_for_ever, args=(store, writer, round_number)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@dataclass
class Acknowledged:
    """What the children of all rounds on one folder said."""

    created: dict[str, str] = field(default_factory=dict)
    """Names by id."""
    linked: set[str] = field(default_factory=set)
    dropping: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    counted: dict[str, int] = field(default_factory=dict)
    writes: int = 0

    def hear(self, line: str) -> None:
        """Take in one line."""
        verb, subject, *more = line.split()
        self.writes += verb != "dropping"
        if verb == "created":
            self.created[subject] = more[0]
        elif verb == "counted":
            self.counted[subject] = int(more[0])
        else:
            getattr(self, verb).add(subject)


def check(store: Store, heard: Acknowledged) -> None:
    """Compare what is stored with what was acknowledged; ``AssertionError`` says what is lost or half there."""
    stored: dict[str, Any] = {
        str(each.document["id"]): each.document["userName"] for each in store.search("Users").items
    }
    for user_id, name in heard.created.items():
        if user_id in heard.dropped:
            assert user_id not in stored, f"{user_id} is back after it was dropped"
        elif user_id not in heard.dropping:
            assert stored.get(user_id) == name, f"{user_id} {name} is lost"
    unheard = [user_id for user_id in stored if user_id not in heard.created]
    assert len(unheard) <= WRITERS * FRESH_AFTER_ROUNDS, "there are more users than writes under way"
    members = [{each["value"] for each in store.members(group_id)} for group_id in ("1", "2")]
    assert members[0] == members[1], "half of a link is there"
    assert members[0] <= {*stored}, "half of a drop is there"
    assert heard.linked - heard.dropping <= members[0], "a link is lost"
    for writer in range(WRITERS):
        left, right = (store.setting(f"{part}-{writer}") or 0 for part in ("left", "right"))
        assert left == right, "half of a pair is there"
        assert heard.counted.get(str(writer), 0) <= left, "a count is lost"


def play_round(folder: Path, round_number: int, heard: Acknowledged, lines: int) -> None:
    """Let a child write, kill it after so many lines, and check what it left."""
    command = [sys.executable, __file__, "--child", str(folder), str(round_number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        for number, line in enumerate(child.stdout, start=1):
            heard.hear(line.decode())
            if number == lines:
                child.kill()
    assert child.returncode == -9, f"the child ended by itself with {child.returncode}"
    copy = shutil.copytree(folder, folder.with_name(f"copy-{round_number}"))
    with open_store(copy) as store:
        check(store, heard)
    shutil.rmtree(copy)
    if round_number % 2:
        open_store(folder).close()


def compactions(folder: Path) -> int:
    """Return how many snapshots followed the first."""
    head = json.loads((folder / "directory.json").read_text(encoding="ascii"))["_sandbox"]["1"]
    return int(head["generation"]) - 1


def play(rounds: int, base: Path, seed: int | None = None) -> tuple[int, int]:
    """Play so many rounds below *base*; return how many writes were acknowledged and kept, and how many compactions."""
    chance = random.Random(seed)
    heard, folder, writes, snapshots = Acknowledged(), base / "0", 0, 0
    for round_number in range(1, rounds + 1):
        play_round(folder, round_number, heard, chance.randint(1, 6_000))
        if round_number % FRESH_AFTER_ROUNDS == 0 or round_number == rounds:
            writes, snapshots = writes + heard.writes, snapshots + compactions(folder)
            shutil.rmtree(folder)
            heard, folder = Acknowledged(), base / str(round_number)
    return writes, snapshots


if __name__ == "__main__":
    if sys.argv[1] == "--child":
        be_killed(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        with tempfile.TemporaryDirectory() as base:
            kept, snapshots = play(int(sys.argv[1]), Path(base))
            print(  # noqa: T201
                f"{sys.argv[1]} kills, {snapshots} compactions, {kept} acknowledged writes: none lost, none half there"
            )
