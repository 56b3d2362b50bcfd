"""What is taken of an exchange while its answer waits: references only; all else is done later (``settling``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from sandbox.recorder.effects import Effects
from sandbox.recorder.exchange import Presented, Refusal

_PATH_SAFE = "/:@!$&'()*+,;=~"


@dataclass(slots=True)
class Noted:
    """One request and its answer, as they pass by: without the ``Authorization`` header, but with other secrets."""

    number: int
    at: datetime
    duration_seconds: float
    environ: Mapping[str, Any]
    """The request as WSGI tells it."""
    body: bytes
    """As far as it was read."""
    status: str
    """As WSGI tells it: ``404 NOT FOUND``."""
    answer_headers: Sequence[tuple[str, str]]
    answer: bytes
    presented: Presented | str
    """What came as a token; of one that was accepted the fingerprint alone."""
    refusal: Refusal | None
    effects: Effects

    @property
    def method(self) -> str:
        """The request's method."""
        return str(self.environ["REQUEST_METHOD"])

    @property
    def target(self) -> str:
        """The request's target as sent, or as nearly so as the server lets know."""
        sent: str | None = self.environ.get("REQUEST_URI")
        if sent is not None:
            return sent
        path = quote(self.environ.get("PATH_INFO", "").encode("latin-1", "replace"), safe=_PATH_SAFE)
        query = self.environ.get("QUERY_STRING", "")
        return f"{path}?{query}" if query else path

    @property
    def body_length(self) -> int:
        """How many bytes the body had, read or not."""
        told = self.environ.get("CONTENT_LENGTH") or ""
        return max(len(self.body), int(told) if told.isdecimal() else 0)

    def headers(self) -> Iterator[tuple[str, str]]:
        """Yield the request's headers, by the names people give them."""
        for variable, value in self.environ.items():
            if variable.startswith("HTTP_") or (variable in _WITHOUT_PREFIX and value):
                yield _header_name(variable), value

    @property
    def size(self) -> int:
        """About how many bytes it holds on to."""
        return 3_000 + len(self.body) + len(self.answer) + 200 * self.effects.size


_WITHOUT_PREFIX = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})


@lru_cache(maxsize=500)
def _header_name(variable: str) -> str:
    """Return the name of a header from that of its variable: ``User-Agent`` from ``HTTP_USER_AGENT``."""
    return "-".join(part.capitalize() for part in variable.removeprefix("HTTP_").split("_"))
