"""``Sandbox``: what a test sees of the sandbox that its client talks to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from sandbox.accounts import FIRST_NAME
from sandbox.diagnosis import report_junit, report_markdown, report_text
from sandbox.steering import WSGI
from sandbox.testing.account import Account, AccountClock, AccountTokens, Json
from sandbox.testing.arguments import SANDBOX_ARGUMENTS, ArgumentError, read_arguments
from sandbox.testing.exchanges import Exchanges
from sandbox.testing.places import OwnPlace, Place, remove, settings_of

_REPORTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "text": report_text,
    "markdown": report_markdown,
    "junit": report_junit,
}


class Sandbox:
    """A sandbox for the length of a ``with`` block, seen through one account of it.

    It is kept nowhere, starts with nobody unless ``users`` and ``groups`` say otherwise, and listens at a free port
    once ``url`` or ``endpoint`` is asked for; ``wsgi`` needs no port.
    """

    def __init__(
        self,
        *,
        users: int = 0,
        groups: int = 0,
        seed: int = 42,
        clock: datetime | str | None = None,
        frozen: bool | None = None,
        dialect: str | None = None,
        place: Place | None = None,
        **knobs: object,
    ) -> None:
        """Say what it is to be; it begins with the ``with`` block.

        A *clock* that is given stands still unless *frozen* is false. *knobs* are others of ``scim-sandbox serve``:
        token, prefix, set, overlap, rate_limit, max_body_bytes, exchanges. With a *place* it is an account of its own
        in a sandbox that is there already.

        Raises:
            ArgumentError: for an argument that cannot be used.
        """
        given = {"users": users, "groups": groups, "seed": seed, "clock": clock, "frozen": frozen, "dialect": dialect}
        self._arguments = read_arguments({**given, **knobs}, SANDBOX_ARGUMENTS)
        self._given = place
        self._place: Place | None = None
        self._name = FIRST_NAME

    def __enter__(self) -> Self:
        """Begin.

        Raises:
            SteeringError: when the place refuses.
            ArgumentError: when the place does not speak the dialect.
            SettingsError: when ``set`` names a quirk that there is not.
        """
        if self._given is None:
            self._place = OwnPlace(settings_of(self._arguments))
        else:
            self._name = self._given.found(self._arguments)
            self._place = self._given
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing behind."""
        place, self._place = self._place, None
        if place is not None and self._given is None:
            place.close()
        elif place is not None:
            remove(place, self._name)

    @property
    def is_open(self) -> bool:
        """Whether the ``with`` block has begun and not ended."""
        return self._place is not None

    @property
    def account(self) -> Account:
        """The account, whose ``name`` it has and whose control API it calls."""
        return Account(self._there.control, self._name)

    @property
    def url(self) -> str:
        """Where the sandbox serves: ``http://127.0.0.1:PORT``."""
        return self._there.url

    @property
    def endpoint(self) -> str:
        """The SCIM endpoint to give to the client."""
        return self.url + str(urlsplit(self.account.call("GET", "")["endpoints"][0]).path)

    @property
    def token(self) -> str:
        """The SCIM access token to give to the client: the current one."""
        return self.tokens.current

    @property
    def headers(self) -> dict[str, str]:
        """The header that lets a request in."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def wsgi(self) -> WSGI:
        """The application, to be called without a socket."""
        return self._there.wsgi

    @property
    def users(self) -> list[Json]:
        """The users as they are now, in SCIM; looking leaves no exchange."""
        return list(self.account.call("GET", "/users")["items"])

    @property
    def groups(self) -> list[Json]:
        """The groups as they are now, in SCIM, with their members; looking leaves no exchange."""
        return list(self.account.call("GET", "/groups")["items"])

    @property
    def clock(self) -> AccountClock:
        """The account's time, to move."""
        return AccountClock(self.account)

    @property
    def tokens(self) -> AccountTokens:
        """The SCIM access tokens, to rotate."""
        return AccountTokens(self.account)

    @property
    def exchanges(self) -> Exchanges:
        """What came in, and what to assert of it."""
        return Exchanges(self.account)

    def report(self, form: str = "json") -> Any:
        """Return the report on the clients that were seen: a dictionary; or a text, as *form* says.

        Raises:
            ArgumentError: for another form.
        """
        if form != "json" and form not in _REPORTS:
            raise ArgumentError(f"form is one of json, {', '.join(_REPORTS)}, not {form!r}")
        report = self.account.call("GET", "/report")
        return report if form == "json" else _REPORTS[form](report)

    @property
    def _there(self) -> Place:
        if self._place is None:
            raise RuntimeError("the sandbox runs for the length of a with block: with Sandbox() as sandbox: ...")
        return self._place
