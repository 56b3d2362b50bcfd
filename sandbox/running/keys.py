"""The keyring of an account as it runs: whom it lets in, how often each token was used, where it is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import cast

from sandbox.keyring import Keyring, read_keyring
from sandbox.running.claims import Claimant, NewValue
from sandbox.store import PrivateFile
from sandbox.tokens import Token


class Keys:
    """The keyring of one account; whoever changes it waits for its turn elsewhere.

    Uses are only counted beside the keyring, which is a value, and added where it is shown or written: so a request
    that comes with a token costs an addition.
    """

    def __init__(self, file: PrivateFile, claimant: Claimant) -> None:
        """Take over the keyring that *file* keeps.

        Raises:
            StateError: when the file cannot be read.
            TokenError: when it holds no keyring.
            TakenError: when another account has one of its tokens.
        """
        self._file = file
        self._claimant = claimant
        kept = file.read()
        self.are_kept = kept is not None
        self._ring = read_keyring(kept) if self.are_kept else Keyring()
        self._uses: dict[str, tuple[int, datetime]] = {}
        self._counting = Lock()
        for token in self._ring.tokens:
            claimant.given(token.value)

    def keyring(self, now: datetime) -> Keyring:
        """Return the tokens as they are at *now*, with their uses."""
        return self._ring.settled(now).counted(self._uses)

    def token_for(self, presented: bytes, now: datetime) -> Token | None:
        """Return the accepted token that was presented, and count the use."""
        token = self._ring.token_for(presented, now)
        if token is not None:
            with self._counting:
                number, _ = self._uses.get(token.id, (0, now))
                self._uses[token.id] = (number + 1, now)
        return token

    def begin(self, given: str | None, now: datetime) -> None:
        """Issue the first token, whatever was kept before.

        Raises:
            TokenError: when *given* is no token.
            TakenError: when another account has it.
            StateWriteError: when the disk refuses.
        """
        self._claimant.release_all()
        value = self._claimant.made(1) if given is None else self._claimant.given(given)
        self._issue(value, lambda _: Keyring().rotated(value.text, now=now, is_seeded=value.is_seeded))

    def rotate(self, now: datetime, overlap: timedelta) -> Token:
        """Issue the next token; the one before it is accepted for *overlap* more."""
        value = self._claimant.made(self._ring.next_number)
        return self._issue(
            value, lambda ring: ring.rotated(value.text, now=now, overlap=overlap, is_seeded=value.is_seeded)
        )

    def change(self, change: Callable[[Keyring], Keyring]) -> Keyring:
        """Write what *change* makes of the keyring, and only then take it on.

        Raises:
            StateWriteError: when the disk refuses; nothing is changed.
        """
        ring = change(self._ring)
        self._file.write(ring.counted(self._uses).as_json())
        self._ring = ring
        return ring

    def settle(self, now: datetime) -> None:
        """Write down whose end has come, so that no step back of the clock revives a token."""
        if self._ring.settled(now) is not self._ring:
            self.change(lambda ring: ring.settled(now))

    def keep(self) -> None:
        """Write down what is only counted."""
        if self._uses:
            self.change(lambda ring: ring)

    def _issue(self, value: NewValue, change: Callable[[Keyring], Keyring]) -> Token:
        try:
            return cast(Token, self.change(change).current)
        except BaseException:
            self._claimant.release(value)
            raise
