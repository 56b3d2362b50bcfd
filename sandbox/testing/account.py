"""One account through the control API: its clock and its tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sandbox.moments import duration_text, moment_text, read_moment
from sandbox.steering import ControlApi

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """The account of a test, as the control API names it."""

    control: ControlApi
    name: str

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Json:
        """Return what the control API answers below the account.

        Raises:
            SteeringError: with its sentence, when it refuses.
        """
        return self.control.call(method, f"/accounts/{quote(self.name, safe='')}{path}", body)


class AccountClock:
    """The account's time. Each step returns what fell due on the way: ``[{"at": …, "what": …, "detail": …}]``."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def now(self) -> datetime:
        """Return the account's time, aware, in UTC."""
        return read_moment(self._account.call("GET", "/clock")["now"])

    @property
    def is_frozen(self) -> bool:
        """Whether time stands still."""
        return bool(self._account.call("GET", "/clock")["frozen"])

    @property
    def due(self) -> list[Json]:
        """What will happen by itself, in order."""
        return list(self._account.call("GET", "/clock")["due"])

    def advance(self, by: timedelta | str) -> list[Json]:
        """Move forward by a duration: a ``timedelta``, or a text as ``31d`` or ``1h30m``."""
        return self._step("advance", by=duration_text(by) if isinstance(by, timedelta) else by)

    def advance_to(self, instant: datetime | str) -> list[Json]:
        """Move forward to an instant."""
        return self._step("advance", to=_instant(instant))

    def freeze(self, at: datetime | str | None = None) -> list[Json]:
        """Stop, now or at a later instant."""
        return self._step("freeze", **({} if at is None else {"at": _instant(at)}))

    def resume(self) -> list[Json]:
        """Go on from where it stands."""
        return self._step("resume")

    def reset(self) -> list[Json]:
        """Go back to the machine's time."""
        return self._step("reset")

    def _step(self, verb: str, **body: str) -> list[Json]:
        return list(self._account.call("POST", f"/clock/{verb}", body)["fired"])


class AccountTokens:
    """The SCIM access tokens that are accepted: with ``id``, ``role``, ``fingerprint``, ``retires_at``, ``uses``."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def __iter__(self) -> Iterator[Json]:
        return iter(self._account.call("GET", "/tokens")["items"])

    def __len__(self) -> int:
        return len(list(iter(self)))

    @property
    def current(self) -> str:
        """The token to send.

        Raises:
            LookupError: when it was revoked.
        """
        shown = self._account.call("GET", "/tokens?reveal=true")
        if "token" not in shown:
            raise LookupError(f"{self._account.name} has no current token: it was revoked; .tokens.rotate() makes one")
        return str(shown["token"])

    def rotate(self, overlap: timedelta | str | None = None) -> str:
        """Make a new token and return it; the one before is accepted for 4me's 30 days, or for *overlap*."""
        if overlap is None:
            return str(self._account.call("POST", "/tokens/rotate", {})["token"])
        text = duration_text(overlap) if isinstance(overlap, timedelta) else overlap
        return str(self._account.call("POST", "/tokens/rotate", {"overlap": text})["token"])

    def revoke(self, token_id: str) -> None:
        """End the token of this id (``t1``) now."""
        self._account.call("POST", f"/tokens/{quote(token_id, safe='')}/revoke", {})


def _instant(value: datetime | str) -> str:
    return moment_text(value) if isinstance(value, datetime) else value
