"""From what the rooms below refuse to the control API's own form: a status, a code, and their sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import Blueprint, Response

from sandbox.accounts import AccountError
from sandbox.moments import ClockError
from sandbox.people.errors import PeopleError, RecordInUseError, UnknownRecordError
from sandbox.people.mapping_file import MappingFileError
from sandbox.recorder import SelectionError
from sandbox.running import AccountGoneError, TakenError, UnknownSnapshotError
from sandbox.store import SnapshotNameError, StateDamagedError, StateForeignError, StateVersionError
from sandbox.tokens import TokenError
from sandbox.web import reply
from sandbox.web.errors import ControlError

REFUSALS: Mapping[type[Exception], tuple[HTTPStatus, str]] = {
    AccountError: (HTTPStatus.BAD_REQUEST, "unfit"),
    ClockError: (HTTPStatus.BAD_REQUEST, "unfit"),
    TokenError: (HTTPStatus.BAD_REQUEST, "unfit"),
    SnapshotNameError: (HTTPStatus.BAD_REQUEST, "unfit"),
    SelectionError: (HTTPStatus.BAD_REQUEST, "unfit"),
    PeopleError: (HTTPStatus.BAD_REQUEST, "unfit"),
    MappingFileError: (HTTPStatus.BAD_REQUEST, "unfit"),
    UnknownRecordError: (HTTPStatus.NOT_FOUND, "unknown_record"),
    RecordInUseError: (HTTPStatus.CONFLICT, "in_use"),
    AccountGoneError: (HTTPStatus.NOT_FOUND, "unknown_account"),
    UnknownSnapshotError: (HTTPStatus.NOT_FOUND, "unknown_snapshot"),
    TakenError: (HTTPStatus.CONFLICT, "taken"),
    StateDamagedError: (HTTPStatus.CONFLICT, "unusable"),
    StateForeignError: (HTTPStatus.CONFLICT, "unusable"),
    StateVersionError: (HTTPStatus.CONFLICT, "unusable"),
}


def register(bp: Blueprint) -> None:
    """Let *bp* and what is below it answer these."""
    for kind, (status, code) in REFUSALS.items():
        bp.register_error_handler(kind, _answering(status, code))


def _answering(status: HTTPStatus, code: str) -> Callable[[Exception], Response]:
    return lambda error: reply.control_error(ControlError(status, code, str(error)))
