"""No acknowledged write is lost, whenever the process is killed; ``kill_rounds.py`` plays as many rounds as asked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.store.kill_rounds import play

ROUNDS = int(os.environ.get("KILL_ROUNDS", "15"))


@pytest.mark.timeout(60 + 8 * ROUNDS)
@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill -9")
def test_no_acknowledged_write_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    writes, compactions = play(ROUNDS, tmp_path)

    assert writes > 100 * ROUNDS
    assert compactions > ROUNDS
