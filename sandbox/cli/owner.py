"""The owner of the running sandbox's account, as a rehearsal needs one: rotates the token, moves the clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.cli.steered import Steered


@dataclass(frozen=True, slots=True)
class Owner:
    """Steers one account through the control API."""

    steered: Steered

    def rotate(self) -> str:
        """Rotate the token with the usual overlap, and return the new one."""
        return str(self.steered.call("POST", "/tokens/rotate", {})["token"])

    def advance(self, by: timedelta) -> None:
        """Move the account's clock forward."""
        self.steered.call("POST", "/clock/advance", {"by": f"{int(by.total_seconds())}s"})

    def now(self) -> datetime:
        """Return the account's time."""
        return datetime.fromisoformat(str(self.steered.call("GET", "/clock")["now"]))

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop the account's clock for a while, so that days are whole; it stays where it has been moved to."""
        was_frozen = bool(self.steered.call("GET", "/clock")["frozen"])
        self.steered.call("POST", "/clock/freeze", {})
        try:
            yield
        finally:
            if not was_frozen:
                self.steered.call("POST", "/clock/resume", {})
