"""The yearly rotation rehearsed: both tokens for thirty days, the old one not a second longer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from httpx2 import Client
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sandbox.app import create_app, open_sandbox
from sandbox.clock import stopwatch
from sandbox.moments import moment_text, read_duration
from sandbox.running import RunningAccount
from sandbox.settings import Settings
from tests.conftest import HOST, START, Connect, InProcess, OpenSandbox

TOKENS, CLOCK = "/accounts/widget/tokens", "/accounts/widget/clock"
ALMOST = "29d 23h 59m 59s"


def advance(owner: Client, by: str) -> list[str]:
    """Move the clock forward and return what fell due."""
    return [due["what"] for due in owner.post(f"{CLOCK}/advance", json={"by": by}).json()["fired"]]


def status(client: Client, token: str) -> int:
    return client.get("/Users", headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.mark.quirk("token_overlap_days")
@pytest.mark.parametrize("restarts", [pytest.param(False, id="in one go"), pytest.param(True, id="over a restart")])
def test_three_rotations_in_a_row_are_rehearsed_within_a_second(
    start_sandbox: OpenSandbox, connect: Connect, restarts: bool
) -> None:
    sandbox = start_sandbox(frozen=False, clock=None)
    client, owner = connect(sandbox), connect(sandbox, "/_sandbox")
    tokens = [owner.get(f"{TOKENS}?reveal=true").json()["token"]]

    began = stopwatch()
    for _ in range(3):
        tokens.append(owner.post(f"{TOKENS}/rotate").json()["token"])
        assert advance(owner, ALMOST) == []
        assert [status(client, token) for token in tokens[-2:]] == [200, 200]
        if restarts:
            sandbox.close()
            sandbox = start_sandbox(frozen=False, clock=None)
            client, owner = connect(sandbox), connect(sandbox, "/_sandbox")
        assert advance(owner, "1s") == ["token_retired"]
        assert [status(client, token) for token in tokens] == [401] * (len(tokens) - 1) + [200]
    assert restarts or stopwatch() - began < 5, "it takes well under a second on a machine that does nothing else"


def test_rotations_within_one_overlap_let_every_token_work_until_its_own_end(owner: Client, client: Client) -> None:
    tokens = [owner.get(f"{TOKENS}?reveal=true").json()["token"]]
    for overlap in ("30d", "10d", "20d"):
        tokens.append(owner.post(f"{TOKENS}/rotate", json={"overlap": overlap}).json()["token"])
        assert advance(owner, "1d") == []

    assert [status(client, token) for token in tokens] == [200] * 4
    fired = owner.post(f"{CLOCK}/advance", json={"by": "31d"}).json()["fired"]

    assert [(due["at"][:10], due["detail"][:8]) for due in fired] == [
        ("2026-03-13", "token t2"),
        ("2026-03-24", "token t3"),
        ("2026-04-01", "token t1"),
    ]
    assert [status(client, token) for token in tokens] == [401, 401, 401, 200]


def test_after_a_year_a_rotation_is_asked_for_until_there_was_one(owner: Client) -> None:
    def reminder() -> str | None:
        shown: str | None = owner.get("/accounts/widget").json()["reminder"]
        return shown

    assert advance(owner, "364d") == []
    assert reminder() is None
    assert advance(owner, "1d") == ["token_reminder"]
    assert "365 days old" in str(reminder())
    owner.post(f"{TOKENS}/rotate")
    assert reminder() is None


def test_a_token_that_another_account_was_given_is_not_handed_out_again(
    start_sandbox: OpenSandbox, connect: Connect
) -> None:
    foreseen = start_sandbox().accounts["widget"].rotate(timedelta()).value
    sandbox = start_sandbox(ephemeral=True)
    owner = connect(sandbox, "/_sandbox")
    owner.post("/accounts", json={"name": "other", "token": foreseen})

    rotated = owner.post(f"{TOKENS}/rotate").json()["token"]

    assert rotated != foreseen
    admitted = sandbox.admit(foreseen.encode())
    assert admitted is not None
    assert admitted.account.name == "other"


def test_events_are_listed_in_order_whatever_they_are(start_sandbox: OpenSandbox, connect: Connect) -> None:
    sandbox = start_sandbox(rate_limit=True)
    client, owner = connect(sandbox), connect(sandbox, "/_sandbox")
    owner.post(f"{TOKENS}/rotate", json={"overlap": "30m"})
    client.get("/Users")

    assert advance(owner, "400d") == [
        "rate_window_renewed",
        "token_retired",
        "rate_window_renewed",
        "token_reminder",
    ]


DURATIONS = st.sampled_from(["0", "1s", "30m", "1d", "29d 23h 59m 59s", "30d", "365d"])


class Rotations(RuleBasedStateMachine):
    """Any sequence of rotate, revoke and advance, over HTTP, beside a model of five lines."""

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = open_sandbox(Settings(ephemeral=True, users=0, groups=0, clock=START, frozen=True))
        self.client = Client(transport=InProcess(create_app(self.sandbox)), base_url=HOST)
        self.tokens = [self.post("/tokens/rotate", overlap="0")["token"]]
        self.ends: list[datetime | None] = [None]
        """When each token ends; None for the current one."""
        self.now = START

    @property
    def account(self) -> RunningAccount:
        return self.sandbox.accounts["widget"]

    def post(self, path: str, **body: str) -> dict[str, str]:
        answer = self.client.post(f"/_sandbox/accounts/widget{path}", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    @rule(overlap=DURATIONS)
    def rotate(self, overlap: str) -> None:
        self.ends = [self.now + read_duration(overlap) if end is None else end for end in self.ends]
        self.tokens.append(self.post("/tokens/rotate", overlap=overlap)["token"])
        self.ends.append(None)

    @rule(data=st.data())
    @precondition(lambda self: any(self.accepts(end) for end in self.ends))
    def revoke(self, data: st.DataObject) -> None:
        accepted = [number for number, end in enumerate(self.ends) if self.accepts(end)]
        number = data.draw(st.sampled_from(accepted))
        self.post(f"/tokens/t{number + 2}/revoke")
        self.ends[number] = self.now

    @rule(by=DURATIONS, more=DURATIONS)
    def advance(self, by: str, more: str) -> None:
        due = self.account.due_events()
        fired = [each for step in (by, more) for each in self.post("/clock/advance", by=step)["fired"]]
        before, self.now = self.now, self.now + read_duration(by) + read_duration(more)
        assert fired == [each.as_json() for each in due if before < each.at <= self.now]

    @rule()
    def freeze(self) -> None:
        assert self.post("/clock/freeze")["now"] == moment_text(self.now)

    def accepts(self, end: datetime | None) -> bool:
        return end is None or self.now < end

    @invariant()
    def whoever_holds_a_token_that_has_not_ended_is_let_in(self) -> None:
        for token, end in zip(self.tokens, self.ends, strict=True):
            answer = self.client.get("/scim/v2/Users?count=0", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == (200 if self.accepts(end) else 401)

    def teardown(self) -> None:
        self.client.close()
        self.sandbox.close()


TestRotations = Rotations.TestCase
TestRotations.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
