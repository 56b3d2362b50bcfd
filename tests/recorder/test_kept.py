"""Exchanges on the disk: read back after a restart, bounded, and never in the way of a start."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest

from sandbox.dialect import Evidence
from sandbox.recorder import Exchange, Finding, KeptExchanges, Severity, read_exchange
from sandbox.recorder.exchange import Content, Presented, Refusal
from sandbox.recorder.kept import NEWEST, OLDER
from tests.conftest import START
from tests.recorder.sample import noted, settler

SETTLE = settler()


def exchange(number: int) -> Exchange:
    return SETTLE(noted(number), False)


def open_kept(folder: Path, limit: int = 100, limit_bytes: int = 1_000_000) -> KeptExchanges:
    return KeptExchanges(folder, limit=limit, limit_bytes=limit_bytes)


def written(folder: Path, numbers: range, **bounds: int) -> None:
    kept = open_kept(folder, **bounds)
    for number in numbers:
        kept.append([exchange(number)])
    kept.close()


def read(folder: Path, **bounds: int) -> list[int]:
    return [each.number for each in open_kept(folder, **bounds).earlier()]


def test_every_part_of_an_exchange_comes_back() -> None:
    finding = Finding(
        code="boolean-as-text",
        severity=Severity.SLIP,
        message="It is text.",
        fix="Send true.",
        source="https://example.com/",
        evidence=Evidence.DOCUMENTED,
        where="/active",
        expected="true",
        received='"true"',
        type_instead={"nothing": "http://localhost/scim/v2"},
    )
    whole = Exchange(
        number=12,
        account="widget",
        at=START,
        duration_ms=1.5,
        method="PATCH",
        target="/scim/v2/Users/1?x=ü",
        http_version="HTTP/1.1",
        scheme="https",
        headers={"Host": "localhost", "X-Odd": "\xff\ud800"},
        body=Content(b'{"active":"true"}', 17),
        status=400,
        answer_headers={"Content-Type": "application/json"},
        answer=Content("nö".encode(), 3),
        presented=Presented("truncated", "Bearer", "widget", "…1234567", 63, 64, None, "…1234567"),
        refusal=Refusal("InvalidValueError", "no"),
        change=({"op": "replace", "path": "/Users/1/active", "value": True},),
        change_total=1,
        client="entra",
        findings=(finding,),
    )

    assert read_exchange(json.loads(json.dumps(whole.as_json()))) == whole


def test_what_was_kept_is_read_after_a_restart(tmp_path: Path) -> None:
    written(tmp_path, range(1, 6))

    assert read(tmp_path) == [1, 2, 3, 4, 5]
    assert open_kept(tmp_path).next_number() == 6


def test_nothing_is_there_at_first(tmp_path: Path) -> None:
    kept = open_kept(tmp_path / "none")

    assert (kept.earlier(), kept.next_number()) == ([], 1)
    assert not (tmp_path / "none").exists()


def test_two_segments_take_turns(tmp_path: Path) -> None:
    written(tmp_path, range(1, 36), limit=10)

    assert read(tmp_path, limit=10) == list(range(26, 36))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([NEWEST, OLDER])
    assert sum(len(path.read_bytes().splitlines()) for path in tmp_path.iterdir()) <= 22


def test_segments_are_bounded_in_bytes(tmp_path: Path) -> None:
    line = len(json.dumps(exchange(1).as_json()))

    written(tmp_path, range(1, 101), limit_bytes=5 * line)

    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 11 * line
    assert read(tmp_path)[-1] == 100


def test_a_later_run_goes_on_behind_the_one_before(tmp_path: Path) -> None:
    written(tmp_path, range(1, 4))
    later = open_kept(tmp_path)
    later.append([exchange(4)])

    assert [each.number for each in later.earlier()] == [1, 2, 3]
    later.close()
    assert read(tmp_path) == [1, 2, 3, 4]


def test_numbers_go_on_after_everything_was_forgotten(tmp_path: Path) -> None:
    kept = open_kept(tmp_path)
    kept.append([exchange(7)])

    kept.clear(next_number=8)
    kept.close()

    assert read(tmp_path) == []
    assert open_kept(tmp_path).next_number() == 8


DAMAGE = {
    "a torn last line": lambda it: it[:-40],
    "a line of something else": lambda it: it + b'{"who": "knows"}\n',
    "bytes that are no text": lambda it: it + b"\xff\xfe\x00\n",
    "a list": lambda it: it + b"[1]\n",
    "deep nesting": lambda it: it + b"[" * 100_000 + b"\n",
    "no head": lambda it: it.partition(b"\n")[2],
    "nothing at all": lambda _: b"",
    "another format": lambda it: it.replace(b'"format":1', b'"format":99'),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_passed_over_with_a_line_in_the_log(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    written(tmp_path, range(1, 4))
    path = tmp_path / NEWEST
    path.write_bytes(DAMAGE[name](path.read_bytes()))
    whole = {"nothing at all": [], "a torn last line": [1, 2]}.get(name, [1, 2, 3])

    with caplog.at_level(logging.WARNING, logger="sandbox"):
        kept = open_kept(tmp_path)
        number = kept.next_number()
        assert [each.number for each in kept.earlier()] == whole
    kept.append([exchange(number)])
    kept.close()

    assert read(tmp_path) == [*whole, number]
    assert bool(caplog.records) == (name not in ("nothing at all", "no head"))


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_nobody_else_may_read_what_is_kept(tmp_path: Path) -> None:
    written(tmp_path / "exchanges", range(1, 2))

    assert (tmp_path / "exchanges").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "exchanges" / NEWEST).stat().st_mode & 0o777 == 0o600


def test_a_disk_that_refuses_is_told_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "exchanges").write_text("a file where the folder would be", encoding="utf-8")
    kept = open_kept(tmp_path / "exchanges")

    with caplog.at_level(logging.WARNING, logger="sandbox"):
        for number in range(1, 4):
            kept.append([exchange(number)])

    assert len(caplog.records) == 1
    assert "they stay in memory" in caplog.text
