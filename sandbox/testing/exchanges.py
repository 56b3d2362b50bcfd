"""What came in from the client under test, and what is asserted of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any, overload
from urllib.parse import urlencode

from sandbox.clock import stopwatch
from sandbox.exchange_text import exchange_line, explanation, judgement
from sandbox.moments import read_duration
from sandbox.testing.account import Account, Json
from sandbox.testing.arguments import ArgumentError

WRITES = ("POST", "PUT", "PATCH", "DELETE")
SEVERITIES = ("refused", "slip", "hint")
"""From the most severe on."""
SHOWN = 10
"""How many exchanges a failed assertion shows."""
_TURN_SECONDS = 10
"""How long one call waits for news."""


class Exchange(dict[str, Any]):
    """One request and its answer, as the control API shows it; the members most asked for have names of their own."""

    @property
    def id(self) -> str:
        """What it is called: ``x12``."""
        return str(self["id"])

    @property
    def method(self) -> str:
        """The method of the request."""
        return str(self["method"])

    @property
    def path(self) -> str:
        """The path that was asked for, without the query."""
        return str(self["path"])

    @property
    def status(self) -> int:
        """The status of the answer."""
        return int(self["status"])

    @property
    def findings(self) -> list[Json]:
        """What was found in it, each with ``code``, ``severity``, ``message`` and ``fix``."""
        return list(self["findings"])

    @property
    def codes(self) -> list[str]:
        """The codes of what was found in it."""
        return [finding["code"] for finding in self["findings"]]

    @property
    def is_write(self) -> bool:
        """Whether it asked to change something, whatever came of it."""
        return self.method in WRITES and not self.path.endswith("/.search")

    @property
    def explanation(self) -> str:
        """What ``scim-sandbox explain`` tells of it."""
        return explanation(self)

    def __str__(self) -> str:
        return exchange_line(self)


class Exchanges(Sequence[Exchange]):
    """The exchanges of an account, oldest first, as they are when one looks."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def __len__(self) -> int:
        return len(self._listed())

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self._listed())

    @overload
    def __getitem__(self, position: int) -> Exchange: ...
    @overload
    def __getitem__(self, position: slice) -> list[Exchange]: ...
    def __getitem__(self, position: int | slice) -> Exchange | list[Exchange]:
        return self._listed()[position]

    def __repr__(self) -> str:
        return "\n".join(_lines(self._listed())) or "no exchange"

    def clear(self) -> None:
        """Forget what came so far."""
        self._account.call("DELETE", "/exchanges")

    def wait_for(
        self,
        *,
        count: int = 1,
        timeout: float | timedelta | str = 5,
        method: str | None = None,
        path: str | None = None,
        status: int | str | None = None,
        finding: str | None = None,
        client: str | None = None,
        since: str | None = None,
    ) -> list[Exchange]:
        """Return the exchanges that fit as soon as there are *count*, those that came before among them.

        *method* may be several with commas, *path* any part of it, *status* ``201`` or ``4xx``, *finding* a code, a
        severity or ``any``, *since* the id of an exchange; *timeout* is in seconds of real time unless it is a text.

        Raises:
            AssertionError: when fewer come within *timeout*; it shows what did come.
            SteeringError: when one of the choices cannot be read.
        """
        __tracebackhide__ = True
        chosen = {"method": method, "path": path, "status": status, "finding": finding, "client": client}
        query = {name: str(value) for name, value in {**chosen, "since": since}.items() if value is not None}
        seconds = _seconds(timeout)
        found = self._waited({**query, "count": str(count)}, count, seconds)
        if len(found) < count:
            what = ", ".join(f"{name} {value}" for name, value in query.items()) or "anything"
            came = "\n".join(_lines(self._listed())) or "nothing"
            raise AssertionError(
                f"waited {seconds:g} s for {count} of {what}, and found {len(found)}. What came:\n{came}"
            )
        return found

    def assert_no_findings(self, allow: Iterable[str] = (), severity: str = "slip") -> None:
        """Pass when nothing was refused and nothing slipped, but for findings whose codes are in *allow*.

        *severity* is the least that counts: ``refused``, ``slip``, or ``hint`` for everything.

        Raises:
            AssertionError: telling each finding, with its fix.
            ArgumentError: for a code or a severity that there is not.
        """
        __tracebackhide__ = True
        allowed = {allow} if isinstance(allow, str) else set(allow)
        counting = self._counting(severity)
        self._check_codes(allowed)
        faulty = []
        for exchange in self._listed():
            findings = [each for each in exchange.findings if _counts(each, counting, allowed)]
            if findings:
                faulty.append(Exchange({**exchange, "findings": findings}))
        if faulty:
            number = sum(len(exchange.findings) for exchange in faulty)
            told = "\n\n".join(judgement(exchange) for exchange in faulty[:SHOWN])
            more = f"\n\nand {len(faulty) - SHOWN} more" if len(faulty) > SHOWN else ""
            raise AssertionError(f"{_number(number, 'finding')} in {_number(len(faulty), 'exchange')}:\n{told}{more}")

    def assert_writes(self, number: int) -> None:
        """Pass when *number* requests asked to change something (POST, PUT, PATCH, DELETE), whatever came of them.

        Raises:
            AssertionError: showing those that came.
        """
        __tracebackhide__ = True
        writes = [exchange for exchange in self._listed() if exchange.is_write]
        if len(writes) != number:
            shown = "".join(f"\n{line}" for line in _lines(writes))
            raise AssertionError(f"expected {_number(number, 'write')}, and {len(writes)} came{shown}")

    def _listed(self, query: dict[str, str] | None = None) -> list[Exchange]:
        asked = f"?{urlencode(query)}" if query else ""
        return [Exchange(each) for each in self._account.call("GET", f"/exchanges{asked}")["items"]]

    def _waited(self, query: dict[str, str], count: int, seconds: float) -> list[Exchange]:
        """Return what fits as soon as there are *count*, or in the end what there is."""
        deadline = stopwatch() + seconds
        while True:
            left = max(0.0, deadline - stopwatch())
            found = self._listed({**query, "wait": f"{min(_TURN_SECONDS, left):.6f}s"})
            if len(found) >= count or not left:
                return found

    def _counting(self, severity: str) -> tuple[str, ...]:
        if severity not in SEVERITIES:
            raise ArgumentError(f"severity is one of {', '.join(SEVERITIES)}, not {severity!r}")
        return SEVERITIES[: SEVERITIES.index(severity) + 1]

    def _check_codes(self, codes: set[str]) -> None:
        if not codes:
            return
        known = {rule["code"] for rule in self._account.control.call("GET", "/findings")["items"]}
        if unknown := sorted(codes - known):
            raise ArgumentError(f"allow: there is no finding {unknown[0]!r}; scim-sandbox findings lists them")


def _counts(finding: Json, severities: tuple[str, ...], allowed: set[str]) -> bool:
    return finding["severity"] in severities and finding["code"] not in allowed


def _seconds(timeout: float | timedelta | str) -> float:
    if isinstance(timeout, str):
        return read_duration(timeout).total_seconds()
    return timeout.total_seconds() if isinstance(timeout, timedelta) else float(timeout)


def _lines(exchanges: list[Exchange]) -> list[str]:
    left_out = len(exchanges) - SHOWN
    first = [f"({left_out} before)"] if left_out > 0 else []
    return [*first, *map(str, exchanges[-SHOWN:])]


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
