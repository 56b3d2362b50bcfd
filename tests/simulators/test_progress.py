"""The progress bar of a long run."""

from __future__ import annotations

import io

from sandbox.cli.progress import ProgressBar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_long_run_shows_its_progress_to_whoever_watches() -> None:
    screen, file, short, long = Terminal(), io.StringIO(), Terminal(), Terminal()
    for target, total in ((screen, 200), (file, 200), (short, 5), (long, 9_999)):
        bar = ProgressBar("Okta", target)
        for done in range(1, total + 1):
            bar(done, total)
        bar.close()

    assert "Okta" in screen.getvalue()
    assert "200/200" in screen.getvalue()
    assert long.getvalue().count("Okta") < 300
    assert "9999/9999" in long.getvalue()
    assert file.getvalue() == short.getvalue() == ""
