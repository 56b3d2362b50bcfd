"""An exchange: one request and its answer as they are kept, with what they changed and what was found in them.

Nothing here is a secret any more: whoever makes an exchange has taken secrets out (``redaction``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sandbox.moments import moment_text, read_moment
from sandbox.people.cautions import MappedUser
from sandbox.recorder.change import Operation
from sandbox.recorder.finding import Finding, read_finding

KEPT_BODY_BYTES = 65_536
"""How much of a body is kept; its full length always is."""
KEPT_OPERATIONS = 1_000
"""How many operations of a state change are kept; how many there were always is."""

UNREADABLE = "UNREADABLE"
"""What stands for the method when what came was no request."""

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Content:
    """A body, as much of it as is kept."""

    kept: bytes = b""
    """What is kept, without secrets."""
    length: int = 0
    """How many bytes there were."""

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing was cut off at the end, nor left unread."""
        return self.length <= KEPT_BODY_BYTES and bool(self.kept or not self.length)

    @property
    def text(self) -> str | None:
        """The body as text, ``None`` for no body; bytes that are no UTF-8 show as escapes."""
        return self.kept.decode("utf-8", "backslashreplace") if self.length else None

    def cut(self) -> Content:
        """Return as much of it as is kept."""
        return self if len(self.kept) <= KEPT_BODY_BYTES else replace(self, kept=self.kept[:KEPT_BODY_BYTES])

    def as_json(self) -> dict[str, Any]:
        """Return its members."""
        return {"body": self.text, "body_bytes": self.length, "body_is_whole": self.is_whole}


@dataclass(frozen=True, slots=True)
class Presented:
    """What came along as a token, and what became of it: never the token itself."""

    verdict: str
    """``accepted``, or what is wrong with it: ``none``, ``truncated``, ``retired``… (``diagnosis.verdicts``)."""
    scheme: str | None = None
    """The scheme of the ``Authorization`` header, where it is a known one."""
    account: str | None = None
    """Whose token it is, or most nearly is."""
    fingerprint: str | None = None
    """Of that token."""
    length: int = 0
    """How many characters were presented as the token."""
    expected_length: int = 0
    """How many the token it most nearly is has."""
    since: str | None = None
    """When a former token ended."""
    current: str | None = None
    """The fingerprint of the token to send instead."""
    place: str | None = None
    """Where it was found, when not in the ``Authorization`` header."""

    def as_json(self) -> dict[str, Any]:
        """Return the members that say something."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which error was answered: the name of its class, and its sentence."""

    error: str
    detail: str

    def as_json(self) -> dict[str, Any]:
        """Return both members."""
        return {"error": self.error, "detail": self.detail}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer."""

    number: int
    """Of this sandbox's exchanges; the id is ``x`` and the number."""
    account: str
    at: datetime
    """The account's time when the answer was ready."""
    duration_ms: float
    method: str
    target: str
    """As sent: path and query, or a whole URL."""
    http_version: str
    scheme: str
    """``http`` or ``https``."""
    headers: Headers
    """Without ``Authorization``, of which ``presented`` tells."""
    body: Content
    status: int
    """0 when there was no answer."""
    answer_headers: Headers
    answer: Content
    presented: Presented
    refusal: Refusal | None = None
    change: tuple[Operation, ...] = ()
    """What it changed in the directory, as a JSON Patch (RFC 6902) on ``change.picture``."""
    change_total: int = 0
    """How many operations the change has; the first ``KEPT_OPERATIONS`` are kept."""
    mapped: tuple[MappedUser, ...] = field(default=(), repr=False)
    """What the mapping made of the user that was written; nothing any more once it is examined."""
    client: str = "unknown"
    """Which provisioning client it looks like."""
    findings: tuple[Finding, ...] = field(default=())

    @property
    def id(self) -> str:
        """What it is called: ``x12``."""
        return f"x{self.number}"

    @property
    def path(self) -> str:
        """The path of the target as sent, without its query."""
        return self.target.partition("?")[0]

    @property
    def size(self) -> int:
        """About how many bytes it takes to keep."""
        return 2_000 + len(self.target) + len(self.body.kept) + len(self.answer.kept) + 200 * len(self.change)

    def examined(self, client: str, findings: tuple[Finding, ...]) -> Exchange:
        """Return what is kept of it, with whose it is and what was found in the whole."""
        is_kept_whole = self.body.is_whole and self.answer.is_whole and len(self.change) <= KEPT_OPERATIONS
        if is_kept_whole and not findings and not self.mapped and client == self.client:
            return self
        return replace(
            self,
            client=client,
            findings=findings,
            body=self.body.cut(),
            answer=self.answer.cut(),
            change=self.change[:KEPT_OPERATIONS],
            mapped=(),
        )

    def as_json(self) -> dict[str, Any]:
        """Return its members, for people and for the file alike."""
        return {
            "id": self.id,
            "account": self.account,
            "at": moment_text(self.at),
            "duration_ms": round(self.duration_ms, 3),
            "client": self.client,
            "method": self.method,
            "target": self.target,
            "path": self.path,
            "status": self.status,
            "token": self.presented.as_json(),
            "refusal": None if self.refusal is None else self.refusal.as_json(),
            "request": {
                "http_version": self.http_version,
                "scheme": self.scheme,
                "headers": dict(self.headers),
                **self.body.as_json(),
            },
            "response": {"headers": dict(self.answer_headers), **self.answer.as_json()},
            "change": list(self.change),
            "change_total": self.change_total,
            "findings": [finding.as_json() for finding in self.findings],
        }


def read_exchange(kept: Mapping[str, Any]) -> Exchange:
    """Return the exchange that ``Exchange.as_json`` wrote.

    Raises:
        KeyError, TypeError, ValueError: when it is none.
    """
    request, response, refusal = kept["request"], kept["response"], kept["refusal"]
    return Exchange(
        number=number_of(kept["id"]),
        account=kept["account"],
        at=read_moment(kept["at"]),
        duration_ms=kept["duration_ms"],
        client=kept["client"],
        method=kept["method"],
        target=kept["target"],
        http_version=request["http_version"],
        scheme=request["scheme"],
        headers=dict(request["headers"]),
        body=_read_content(request),
        status=kept["status"],
        answer_headers=dict(response["headers"]),
        answer=_read_content(response),
        presented=Presented(**kept["token"]),
        refusal=None if refusal is None else Refusal(**refusal),
        change=tuple(kept["change"]),
        change_total=kept["change_total"],
        findings=tuple(read_finding(finding) for finding in kept["findings"]),
    )


def number_of(exchange_id: str) -> int:
    """Return the number in an id such as ``x12``; ``ValueError`` when it is none."""
    digits = exchange_id.removeprefix("x")
    if digits == exchange_id or not digits.isdecimal() or not digits.isascii():
        raise ValueError(f"{exchange_id!r} is not the id of an exchange, as x12 is")
    return int(digits)


def phrase_of(status: int) -> str:
    """Return the phrase of a status code; nothing for one that has none."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _read_content(kept: Mapping[str, Any]) -> Content:
    return Content((kept["body"] or "").encode(), kept["body_bytes"])
