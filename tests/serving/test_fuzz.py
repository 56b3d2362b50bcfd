"""Whatever comes in, the server answers or closes in order, says nothing in the log, and serves the next client."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.serving.raw import LAST, exchange
from tests.serving.requests import ROWS

PIECES = [part for row in ROWS for part in row.parts if len(part) < 1000]
KNOWN = {100, 200, 400, 413, 431, 501, 505}


@contextmanager
def logged() -> Iterator[list[logging.LogRecord]]:
    """Collect what the server logs."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    logger = logging.getLogger("sandbox.serving")
    logger.addHandler(handler)
    yield records
    logger.removeHandler(handler)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Return a request, or several, in which something was cut out or put in."""
    text = b"".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=3)))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 20)))
        put_in = draw(st.one_of(st.binary(max_size=5), st.sampled_from([b"\r\n", b"\n", b": ", b"0", b"\x00"])))
        text = text[:start] + put_in + text[end:]
    return text


@settings(max_examples=200)
@given(sent=st.one_of(damaged(), st.binary(max_size=200)))
@example(sent=b"")
@example(sent=b"\n" * 100)
def test_whatever_is_sent_is_answered_in_order(sent: bytes, echo_port: int) -> None:
    with logged() as records:
        answers = exchange(echo_port, sent, half_close=True)

        assert {answer.status for answer in answers} <= KNOWN
        assert all(answer.is_whole for answer in answers)
        assert [str(answer) for answer in exchange(echo_port, LAST)] == ["200 GET /last"]
        assert records == []
