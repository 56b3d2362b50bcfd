"""The same bytes to this server, with and without TLS, and to waitress as the oracle: what comes back, and what not."""

from __future__ import annotations

from ssl import SSLContext

import pytest

from tests.serving.raw import LAST, exchange
from tests.serving.requests import ROWS, SILENT, Row

rows = pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS])


@rows
def test_over_http(row: Row, echo_port: int) -> None:
    assert [str(answer) for answer in exchange(echo_port, *row.parts, LAST)] == row.answers


@rows
def test_over_https(row: Row, echo_tls_port: int, client_tls: SSLContext) -> None:
    assert [str(answer) for answer in exchange(echo_tls_port, *row.parts, LAST, tls=client_tls)] == row.answers


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS if row.oracle != [SILENT]])
def test_by_the_oracle(row: Row, oracle_port: int) -> None:
    assert [str(answer) for answer in exchange(oracle_port, *row.parts, LAST)] == (row.oracle or row.answers)


def test_every_difference_from_the_oracle_has_its_reason() -> None:
    assert [row.name for row in ROWS if bool(row.why) != (row.oracle not in (None, row.answers))] == []
