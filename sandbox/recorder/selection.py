"""Choosing exchanges: by method, path, status, finding, and from when on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sandbox.moments import ClockError, read_moment
from sandbox.recorder.exchange import Exchange, number_of
from sandbox.scim.errors import quoted

PARAMETERS = ("method", "path", "status", "finding", "client", "since", "until")
"""What exchanges are chosen by."""


class SelectionError(ValueError):
    """A choice that cannot be made; the sentence says what would be accepted."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which exchanges are meant: those that fulfil every condition."""

    conditions: tuple[Callable[[Exchange], bool], ...] = ()

    def of(self, exchanges: Iterable[Exchange]) -> list[Exchange]:
        """Return those of *exchanges* that are meant, in order."""
        return [each for each in exchanges if all(holds(each) for holds in self.conditions)]


def read_selection(given: Mapping[str, str]) -> Selection:
    """Return the selection that parameters describe.

    Raises:
        SelectionError: naming the parameter that cannot be read, and what it takes.
    """
    return Selection(tuple(_READERS[name](given[name]) for name in PARAMETERS if given.get(name)))


Condition = Callable[[Exchange], bool]


def _method(text: str) -> Condition:
    methods = {part.strip().upper() for part in text.split(",")}
    return lambda exchange: exchange.method in methods


def _path(text: str) -> Condition:
    part = text.lower()
    return lambda exchange: part in exchange.path.lower()


def _status(text: str) -> Condition:
    """Read ``404``, ``4xx``, or several with commas."""
    wanted = [part.strip().lower() for part in text.split(",")]
    for each in wanted:
        if not re.fullmatch(r"[0-9](?:[0-9]{2}|xx)", each):
            raise SelectionError(f"status: {quoted(each)} is not a status as 404, nor a class of them as 4xx")
    starts = tuple(each.removesuffix("xx") for each in wanted)
    return lambda exchange: f"{exchange.status:03}".startswith(starts)


def _finding(text: str) -> Condition:
    """Read the code of a finding, a severity, ``any`` or ``none``; or several codes with commas."""
    wanted = {part.strip() for part in text.split(",")}
    if wanted == {"none"}:
        return lambda exchange: not exchange.findings
    return lambda exchange: any(
        "any" in wanted or finding.code in wanted or finding.severity.value in wanted for finding in exchange.findings
    )


def _client(text: str) -> Condition:
    return lambda exchange: exchange.client == text


def _since(text: str) -> Condition:
    bound = _bound("since", text)
    if isinstance(bound, int):
        return lambda exchange: exchange.number > bound
    return lambda exchange: exchange.at >= bound


def _until(text: str) -> Condition:
    bound = _bound("until", text)
    if isinstance(bound, int):
        return lambda exchange: exchange.number <= bound
    return lambda exchange: exchange.at <= bound


def _bound(name: str, text: str) -> int | datetime:
    """Return the number of an exchange, or an instant of the account's time."""
    try:
        return number_of(text) if text.startswith("x") else read_moment(text)
    except (ClockError, ValueError):
        raise SelectionError(
            f"{name}: {quoted(text)} is neither the id of an exchange, as x12, nor an instant"
        ) from None


_READERS: dict[str, Callable[[str], Condition]] = {
    "method": _method,
    "path": _path,
    "status": _status,
    "finding": _finding,
    "client": _client,
    "since": _since,
    "until": _until,
}
