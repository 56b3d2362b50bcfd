"""What a test asserts of what came in."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest

from sandbox.steering import SteeringError
from sandbox.testing import ArgumentError, Exchange, Sandbox
from tests.testing.conftest import body_of, client_of, create

JANE = body_of("jane")


def test_exchanges_are_a_sequence_with_names_for_what_is_asked_most(own: Sandbox) -> None:
    with client_of(own) as client:
        client.post("/Users", json=JANE)
        client.get("/Users/no-such")

    first, last = own.exchanges
    assert (first.method, first.path, first.status, first.is_write) == ("POST", "/scim/v2/Users", 201, True)
    assert (last.status, last["status"], last.is_write) == (404, 404, False)
    assert own.exchanges[-1] == last
    assert [exchange.id for exchange in own.exchanges[:1]] == [first.id]
    assert "fix" in last.explanation
    assert str(first).startswith(f"{first.id} ")
    assert repr(own.exchanges) == f"{first}\n{last}"

    own.exchanges.clear()
    assert len(own.exchanges) == 0
    assert repr(own.exchanges) == "no exchange"


def test_waiting_returns_what_comes_from_another_thread(own: Sandbox) -> None:
    def work() -> None:
        with client_of(own) as client:
            client.get("/Users")
            client.post("/Users", json=JANE)
            client.post("/Users", json=body_of("joe"))

    thread = Thread(target=work)
    thread.start()
    found = own.exchanges.wait_for(method="POST", path="/Users", status=201, count=2, timeout="20s")
    thread.join()

    assert [exchange.method for exchange in found] == ["POST", "POST"]


def test_waiting_in_vain_shows_what_did_come(own: Sandbox) -> None:
    with client_of(own) as client:
        client.get("/Groups")

    with pytest.raises(AssertionError) as failed:
        own.exchanges.wait_for(method="DELETE", timeout=0.05)

    message = str(failed.value)
    assert message.startswith("waited 0.05 s for 1 of method DELETE, and found 0. What came:\nx1 ")
    assert "/scim/v2/Groups" in message


def test_waiting_for_what_cannot_be_is_refused(own: Sandbox) -> None:
    with pytest.raises(SteeringError, match="status: 'fine' is not a status as 404"):
        own.exchanges.wait_for(status="fine")


def test_nothing_found_passes_and_hints_do_not_count_unless_asked_for(own: Sandbox) -> None:
    with client_of(own) as client:
        client.headers["Content-Type"] = "application/json"
        create(client, "jane")
    assert own.exchanges[-1].codes == ["media-type-json"]

    own.exchanges.assert_no_findings()

    with pytest.raises(AssertionError, match=r"^1 finding in 1 exchange:\n"):
        own.exchanges.assert_no_findings(severity="hint")
    own.exchanges.assert_no_findings(severity="hint", allow=["media-type-json"])


def test_a_finding_fails_with_its_fix_unless_it_is_allowed(own: Sandbox) -> None:
    with client_of(own) as client:
        create(client, "jane")
        client.post("/Users", json=body_of("jane"))
    codes = own.exchanges[-1].codes

    with pytest.raises(AssertionError) as failed:
        own.exchanges.assert_no_findings()

    message = str(failed.value)
    assert all(code in message for code in codes)
    assert "    fix  " in message
    assert "201 Created" not in message
    own.exchanges.assert_no_findings(allow=codes)


def test_one_allowed_finding_may_be_a_text_and_does_not_hide_another(own: Sandbox) -> None:
    with client_of(own) as client:
        client.get("/Users/no-such")
        client.get("/Users", params={"count": "many"})
    unknown, no_number = (own.exchanges[place].codes[0] for place in (0, 1))
    assert unknown != no_number

    with pytest.raises(AssertionError) as failed:
        own.exchanges.assert_no_findings(allow=unknown)

    assert no_number in str(failed.value)
    assert unknown not in str(failed.value)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param({"allow": ["no-such"]}, "^allow: there is no finding 'no-such'", id="no code"),
        pytest.param({"severity": "bad"}, "^severity is one of refused, slip, hint, not 'bad'", id="no severity"),
    ],
)
def test_what_there_is_not_is_not_allowed(own: Sandbox, arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ArgumentError, match=sentence):
        own.exchanges.assert_no_findings(**arguments)


def test_writes_are_counted_whatever_came_of_them(own: Sandbox) -> None:
    own.exchanges.assert_writes(0)
    with client_of(own) as client:
        client.get("/Users")
        own.exchanges.assert_writes(0)
        client.post("/Users", json=JANE)
        client.post("/Users", json=JANE)

    own.exchanges.assert_writes(2)
    with pytest.raises(AssertionError, match=r"^expected 3 writes, and 2 came\n"):
        own.exchanges.assert_writes(3)
    with pytest.raises(AssertionError, match=r"^expected 0 writes, and 2 came\nx2 .* 201 .*\nx3 .* 409 "):
        own.exchanges.assert_writes(0)


@pytest.mark.parametrize(
    ("method", "path", "is_write"),
    [
        ("GET", "/scim/v2/Users", False),
        ("POST", "/scim/v2/Users/.search", False),
        ("POST", "/scim/v2/Bulk", True),
        ("PUT", "/scim/v2/Users/1", True),
        ("PATCH", "/scim/v2/Users/1", True),
        ("DELETE", "/scim/v2/Users/1", True),
    ],
)
def test_what_asks_for_a_change_is_a_write(method: str, path: str, is_write: bool) -> None:
    assert Exchange({"method": method, "path": path}).is_write is is_write
