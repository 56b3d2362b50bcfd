"""Forms that do their work once: a token for each, and what came of it.

A form carries a token that only this process can have made, for this one address. Posting it does the work and leads to
a page that tells the outcome; posting it again leads to the same page and does nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest, new
from http import HTTPStatus
from itertools import count
from threading import Lock
from typing import Any, cast

from flask import Response, current_app, request

from sandbox.scim.errors import ScimError, quoted
from sandbox.store import StateError
from sandbox.web.control.reading import unfit
from sandbox.web.control.refusals import REFUSALS
from sandbox.web.errors import ControlError

EXTENSION = "console forms"
TOKEN_FIELD = "form"
KEPT_OUTCOMES = 1_000
"""How many outcomes are remembered; a form that is older than so many others is as good as forged."""

_REFUSED: tuple[type[Exception], ...] = (ControlError, ScimError, StateError, *REFUSALS)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a form."""

    sentence: str
    details: tuple[str, ...] = ()
    is_refused: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)
    """What was typed into a form that was refused."""
    place: str | None = None
    """Where it is told, when that is not where the form was."""


class Forms:
    """The tokens of one sandbox's forms, and the outcomes of those that were posted."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._numbers = count(1)
        self._oldest = 0
        self._outcomes: OrderedDict[int, Outcome] = OrderedDict()
        self._working = Lock()

    def token(self, action: str) -> str:
        """Return a new token for a form that is posted to *action*."""
        number = next(self._numbers)
        return f"{number}.{self._signature(number, action)}"

    def outcome(self, number: int) -> Outcome | None:
        """Return what came of the form with this number, while it is remembered."""
        return self._outcomes.get(number)

    def once(self, token: str, action: str, work: Callable[[], Outcome]) -> int:
        """Do *work* unless this form was posted before, and return the number of its outcome.

        Raises:
            ControlError: 403 for a token that was not made here, for this address, or is too old.
        """
        number = self._read(token, action)
        with self._working:
            if number not in self._outcomes:
                if number <= self._oldest:
                    raise _expired()
                self._outcomes[number] = work()
                if len(self._outcomes) > KEPT_OUTCOMES:
                    self._oldest = max(self._oldest, self._outcomes.popitem(last=False)[0])
        return number

    def _read(self, token: str, action: str) -> int:
        number, _, signature = token.partition(".")
        if not (number.isascii() and number.isdigit() and len(number) < 18):
            raise _expired()
        if not compare_digest(self._signature(int(number), action).encode(), signature.encode()):
            raise _expired()
        return int(number)

    def _signature(self, number: int, action: str) -> str:
        return new(self._secret, f"{number} {action}".encode(), sha256).hexdigest()


def _expired() -> ControlError:
    sentence = "this form is not one that this sandbox has just shown; nothing was changed. Open the page again"
    return ControlError(HTTPStatus.FORBIDDEN, "form_expired", sentence)


def current_forms() -> Forms:
    """Return the forms of the sandbox that this application serves."""
    return cast(Forms, current_app.extensions[EXTENSION])


def form_token(action: str) -> str:
    """Return a new token for a form that is posted to *action*."""
    return current_forms().token(action)


def submitted(back: str, step: Callable[[], str | Outcome]) -> Response:
    """Take the step of a control call for the form that was posted, once, and lead *back* to where it is told.

    Raises:
        ControlError: 403 when the form was not shown by this sandbox.
    """

    def work() -> Outcome:
        try:
            done = step()
        except _REFUSED as error:
            typed = {name: value[:200] for name, value in request.form.items() if name != TOKEN_FIELD}
            return Outcome(_sentence(error), is_refused=True, typed=typed)
        return Outcome(done) if isinstance(done, str) else done

    forms = current_forms()
    number = forms.once(request.form.get(TOKEN_FIELD, ""), request.path, work)
    outcome = forms.outcome(number)
    place = outcome.place if outcome and outcome.place else back
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": f"{place}?done={number}"})


def typed(*texts: str, numbers: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the fields of the form as the members of a control call; what is left empty is left out.

    Raises:
        ControlError: 400 when a number is none.
    """
    members: dict[str, Any] = {}
    for name in (*texts, *numbers):
        value = request.form.get(name, "").strip()
        if value and name in numbers and not (value.isascii() and value.isdigit() and len(value) <= 16):
            raise unfit(f"{name}: {quoted(value)} is not a whole number")
        if value:
            members[name] = int(value) if name in numbers else value
    return members


def shown_outcome() -> Outcome | None:
    """Return the outcome that the page's address names, if any."""
    number = request.args.get("done", "")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    return current_forms().outcome(int(number))


def _sentence(error: Exception) -> str:
    """Return what an error says, as a sentence of its own."""
    text = str(error)
    return text[:1].upper() + text[1:]
