"""The keyring: who is accepted when, what is kept of a token, and what may be shown of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import Clock, ClockState, Due, due_between
from sandbox.keyring import KEPT_FORMER, OVERLAP, REMINDER_AGE, Keyring, read_keyring
from sandbox.moments import LATEST, LONGEST_DURATION
from sandbox.tokens import TokenError, digest_of, fingerprint_of, seeded_token_value

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def value(number: int) -> str:
    """Return the value of token t*number* in these tests."""
    return seeded_token_value(42, "widget", number)


def presented(number: int) -> bytes:
    """Return token t*number* as it arrives in a header."""
    return value(number).encode()


def rotated(ring: Keyring, now: datetime = NOON, overlap: timedelta = OVERLAP) -> Keyring:
    """Return *ring* after a rotation to the next value of these tests."""
    return ring.rotated(value(ring.next_number), now=now, overlap=overlap)


def accepted_ids(ring: Keyring, now: datetime) -> list[str]:
    """Return the ids of the tokens that are accepted."""
    return [token.id for token in ring.accepted(now)]


def restarted(ring: Keyring) -> Keyring:
    """Return *ring* as it comes back from the state file."""
    return read_keyring(json.loads(json.dumps(ring.as_json())))


@pytest.fixture
def one() -> Keyring:
    """A keyring with one token, t1, issued at noon."""
    return rotated(Keyring())


@pytest.fixture
def two(one: Keyring) -> Keyring:
    """A keyring after a rotation at noon: t2 is current, t1 retires in thirty days."""
    return rotated(one)


# --- rotation


def test_an_empty_keyring_accepts_nobody() -> None:
    assert accepted_ids(Keyring(), NOON) == []
    assert Keyring().token_for(b"", NOON) is None


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param(timedelta(), ["t2", "t1"], id="at-once-both"),
        pytest.param(timedelta(days=30) - SECOND, ["t2", "t1"], id="a-second-before-the-end-both"),
        pytest.param(timedelta(days=30) - timedelta(microseconds=1), ["t2", "t1"], id="up-to-the-last-instant"),
        pytest.param(timedelta(days=30), ["t2"], id="at-the-end-the-new-one-alone"),
        pytest.param(timedelta(days=3000), ["t2"], id="long-after-the-new-one-alone"),
    ],
)
def test_the_old_token_works_for_thirty_days_after_a_rotation(
    two: Keyring, after: timedelta, expected: list[str]
) -> None:
    now = NOON + after

    assert accepted_ids(two, now) == accepted_ids(two.settled(now), now) == expected
    assert accepted_ids(restarted(two), now) == expected
    assert (two.token_for(presented(1), now) is not None) == ("t1" in expected)
    assert two.token_for(presented(2), now) == two.current


def test_three_rotations_in_a_row_keep_each_its_own_end() -> None:
    ring = rotated(rotated(rotated(rotated(Keyring()), NOON), NOON + DAY, 3 * DAY), NOON + 2 * DAY, 10 * DAY)

    ends = [(token.id, token.retires_at) for token in ring.retiring]

    assert ends == [("t1", NOON + 30 * DAY), ("t2", NOON + 4 * DAY), ("t3", NOON + 12 * DAY)]
    assert accepted_ids(ring, NOON + 3 * DAY) == ["t4", "t1", "t2", "t3"]
    assert accepted_ids(ring, NOON + 4 * DAY) == ["t4", "t1", "t3"]
    assert accepted_ids(ring, NOON + 12 * DAY) == ["t4", "t1"]
    assert accepted_ids(ring, NOON + 30 * DAY) == ["t4"]
    assert [former.id for former in ring.settled(NOON + 30 * DAY).former] == ["t2", "t3", "t1"]


def test_an_overlap_of_zero_cuts_at_once(one: Keyring) -> None:
    ring = rotated(one, NOON + DAY, timedelta())

    assert (ring.retiring, accepted_ids(ring, NOON + DAY)) == ((), ["t2"])
    assert [(former.id, former.reason, former.ended_at) for former in ring.former] == [("t1", "retired", NOON + DAY)]


@pytest.mark.parametrize(
    "overlap",
    [pytest.param(-SECOND, id="negative"), pytest.param(LONGEST_DURATION + SECOND, id="over-a-hundred-years")],
)
def test_an_absurd_overlap_is_refused(one: Keyring, overlap: timedelta) -> None:
    with pytest.raises(TokenError, match="an overlap is 0 to 36525d"):
        rotated(one, NOON, overlap)


def test_the_longest_overlap_at_the_latest_instant_survives_a_restart() -> None:
    ring = rotated(rotated(Keyring(), LATEST), LATEST, LONGEST_DURATION)

    assert restarted(ring) == ring
    assert accepted_ids(ring, LATEST) == ["t2", "t1"]


@pytest.mark.parametrize(
    "number", [pytest.param(1, id="former"), pytest.param(2, id="retiring"), pytest.param(3, id="current")]
)
def test_a_value_that_was_in_use_cannot_come_back(one: Keyring, number: int) -> None:
    ring = rotated(rotated(one, overlap=timedelta()))

    with pytest.raises(TokenError, match="a rotation needs a new value") as refused:
        ring.rotated(value(number), now=NOON)

    assert value(number) not in str(refused.value)


def test_a_change_leaves_the_keyring_before_it_as_it_was(one: Keyring) -> None:
    before = restarted(one)

    rotated(one)
    one.revoked("t1", now=NOON)
    one.counted({"t1": (1, NOON)})

    assert one == before


# --- revocation


def test_a_revoked_retiring_token_is_refused_and_the_current_one_stays(two: Keyring) -> None:
    ring = two.revoked("t1", now=NOON + DAY)

    assert accepted_ids(ring, NOON + DAY) == ["t2"]
    assert [(former.id, former.reason, former.ended_at) for former in ring.former] == [("t1", "revoked", NOON + DAY)]


def test_after_the_current_token_is_revoked_there_is_none_until_a_rotation(two: Keyring) -> None:
    ring = two.revoked("t2", now=NOON)

    assert (ring.current, accepted_ids(ring, NOON)) == (None, ["t1"])
    assert ring.reminder(NOON + 999 * DAY) is None
    assert restarted(ring) == ring

    again = rotated(ring)
    assert accepted_ids(again, NOON) == ["t3", "t1"]
    assert again.retiring == two.retiring


@pytest.mark.parametrize(
    ("token_id", "hint"),
    [
        pytest.param("t9", "'t9'; accepted at the moment: t3, t2", id="unknown"),
        pytest.param("", "accepted at the moment: t3, t2", id="empty"),
        pytest.param("t" * 5000, "accepted at the moment", id="very-long"),
        pytest.param("t1", "t1 .* is no longer accepted: retired since 2026-06-01T12:00:00Z", id="former"),
    ],
)
def test_only_an_accepted_token_can_be_revoked(one: Keyring, token_id: str, hint: str) -> None:
    ring = rotated(rotated(one, overlap=timedelta()))

    with pytest.raises(TokenError, match=hint) as refused:
        ring.revoked(token_id, now=NOON)

    assert len(str(refused.value)) < 200


def test_a_token_whose_end_has_come_cannot_be_revoked(two: Keyring) -> None:
    with pytest.raises(TokenError, match="retired since 2026-07-01T12:00:00Z"):
        two.revoked("t1", now=NOON + 30 * DAY)


# --- who presents what


@pytest.mark.parametrize(
    "bytes_presented",
    [
        pytest.param(b"", id="nothing"),
        pytest.param("ключ".encode(), id="not-ascii"),
        pytest.param(b"\xff\xfe\x00", id="not-even-utf-8"),
        pytest.param(presented(1)[:-1], id="a-character-too-few"),
        pytest.param(presented(1) + b"0", id="a-character-too-many"),
        pytest.param(presented(1).upper(), id="in-upper-case"),
        pytest.param(b"0" * 100_000, id="very-long"),
    ],
)
def test_bytes_that_are_no_token_are_refused_quietly(two: Keyring, bytes_presented: bytes) -> None:
    assert two.token_for(bytes_presented, NOON) is None
    assert two.former_for(bytes_presented) is None


@given(st.binary(max_size=80))
def test_no_bytes_whatever_make_the_comparison_fail(bytes_presented: bytes) -> None:
    ring = rotated(rotated(Keyring()))

    assert ring.token_for(bytes_presented, NOON) is None
    assert ring.former_for(bytes_presented) is None


def test_a_former_token_is_known_by_its_digest_alone(two: Keyring) -> None:
    ring = two.settled(NOON + 30 * DAY)

    former = ring.former_for(presented(1))

    assert former is not None
    assert (former.id, former.reason, former.ended_at) == ("t1", "retired", NOON + 30 * DAY)
    assert (former.fingerprint, former.digest) == (fingerprint_of(value(1)), digest_of(presented(1)))
    assert former.as_text() == "retired since 2026-07-01T12:00:00Z"
    assert ring.former_for(presented(2)) is None


def test_the_last_fifty_former_tokens_are_kept_and_no_id_comes_twice() -> None:
    ring = Keyring()
    for _ in range(KEPT_FORMER + 3):
        ring = rotated(ring, overlap=timedelta())

    assert [former.id for former in ring.former] == [f"t{number}" for number in range(3, KEPT_FORMER + 3)]
    assert ring.former_for(presented(2)) is None
    assert restarted(ring) == ring
    assert ring.next_number == KEPT_FORMER + 4


def test_a_keyring_with_nothing_to_settle_is_handed_back_as_it_is(two: Keyring) -> None:
    assert two.settled(NOON + 30 * DAY - SECOND) is two


def test_a_clock_that_was_reset_refuses_no_token_and_revives_none(two: Keyring) -> None:
    ring = two.settled(NOON + 30 * DAY)

    assert accepted_ids(ring, NOON - 365 * DAY) == ["t2"]
    assert accepted_ids(two, NOON - 365 * DAY) == ["t2", "t1"]


# --- use


@pytest.mark.parametrize("number", [pytest.param(1, id="retiring"), pytest.param(2, id="current")])
def test_uses_are_counted_for_their_token_alone(two: Keyring, number: int) -> None:
    ring = restarted(two.counted({f"t{number}": (1, NOON)}).counted({f"t{number}": (2, NOON + DAY)}))

    uses = {token.id: (token.uses, token.last_used_at) for token in ring.accepted(NOON)}

    assert uses == {"t1": (0, None), "t2": (0, None)} | {f"t{number}": (3, NOON + DAY)}
    assert [token.id for token in ring.retiring] == ["t1"]


def test_uses_stay_with_a_token_when_it_becomes_a_retiring_one(one: Keyring) -> None:
    ring = rotated(one.counted({"t1": (1, NOON)}))

    assert [(token.id, token.uses) for token in ring.retiring] == [("t1", 1)]


def test_a_use_of_a_token_that_has_just_ended_is_not_counted(two: Keyring) -> None:
    ring = two.revoked("t1", now=NOON)

    assert ring.counted({"t1": (1, NOON)}) == ring


def test_a_use_without_a_current_token_is_counted_for_the_retiring_one(two: Keyring) -> None:
    ring = two.revoked("t2", now=NOON).counted({"t1": (1, NOON)})

    assert (ring.current, [token.uses for token in ring.retiring]) == (None, [1])


# --- what falls due


def test_the_end_of_an_overlap_and_a_years_age_fall_due(two: Keyring) -> None:
    retired, reminder = two.due_events()

    assert (retired.at, retired.what) == (NOON + 30 * DAY, "token_retired")
    assert retired.detail == f"token t1 ({fingerprint_of(value(1))}) is no longer accepted"
    assert (reminder.at, reminder.what) == (NOON + 365 * DAY, "token_reminder")
    assert "t2" in reminder.detail
    assert "365 days old" in reminder.detail


@pytest.mark.parametrize(
    ("age", "is_reminded"),
    [
        pytest.param(REMINDER_AGE - SECOND, False, id="a-second-less-than-a-year"),
        pytest.param(REMINDER_AGE, True, id="a-year"),
        pytest.param(2 * REMINDER_AGE, True, id="two-years"),
        pytest.param(-DAY, False, id="the-clock-was-reset"),
    ],
)
def test_a_year_after_the_rotation_the_next_one_is_asked_for(one: Keyring, age: timedelta, is_reminded: bool) -> None:
    sentence = one.reminder(NOON + age)

    assert (sentence is not None) is is_reminded
    assert one.public_json(NOON + age)["reminder"] == sentence
    assert rotated(one, NOON + age).reminder(NOON + age) is None


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60)), max_size=6), st.integers(0, 500), st.integers(0, 500)
)
def test_advancing_by_a_then_b_lets_the_same_happen_as_by_a_and_b(
    rotations: list[tuple[int, int]], first: int, second: int
) -> None:
    ring, now = rotated(Keyring()), NOON
    for wait, overlap in rotations:
        now += wait * DAY
        ring = rotated(ring, now, overlap * DAY)

    def advanced(*steps: int) -> tuple[list[Due], Keyring]:
        clock, at, fired = Clock(ClockState(frozen_at=now)), ring, list[Due]()
        for step in steps:
            start = clock.now()
            end = clock.advance(step * DAY)
            fired += due_between(at.due_events(), start, end)
            at = at.settled(end)
        return fired, at

    assert advanced(first, second) == advanced(first + second)


# --- what is kept and what is shown


def test_what_is_shown_of_a_keyring_is_all_but_the_values(two: Keyring) -> None:
    shown = rotated(two, NOON + DAY, timedelta()).counted({"t3": (1, NOON + 2 * DAY)}).public_json(NOON + 2 * DAY)

    assert shown == {
        "items": [
            {
                "id": "t3",
                "role": "current",
                "fingerprint": fingerprint_of(value(3)),
                "issued_at": "2026-06-02T12:00:00Z",
                "retires_at": None,
                "days_left": None,
                "last_used_at": "2026-06-03T12:00:00Z",
                "uses": 1,
            },
            {
                "id": "t1",
                "role": "retiring",
                "fingerprint": fingerprint_of(value(1)),
                "issued_at": "2026-06-01T12:00:00Z",
                "retires_at": "2026-07-01T12:00:00Z",
                "days_left": 28,
                "last_used_at": None,
                "uses": 0,
            },
        ],
        "total": 2,
        "former": [
            {
                "id": "t2",
                "fingerprint": fingerprint_of(value(2)),
                "ended_at": "2026-06-02T12:00:00Z",
                "reason": "retired",
            }
        ],
        "reminder": None,
    }


@pytest.mark.parametrize(
    ("after", "days_left"),
    [
        pytest.param(timedelta(), 30, id="at-the-rotation"),
        pytest.param(SECOND, 30, id="a-second-later"),
        pytest.param(DAY, 29, id="a-day-later"),
        pytest.param(30 * DAY - SECOND, 1, id="a-second-before-the-end"),
    ],
)
def test_days_left_counts_days_that_have_begun(two: Keyring, after: timedelta, days_left: int) -> None:
    assert two.public_json(NOON + after)["items"][1]["days_left"] == days_left


def test_a_token_whose_end_has_come_is_shown_as_a_former_one(two: Keyring) -> None:
    shown = two.public_json(NOON + 30 * DAY)

    assert [token["id"] for token in shown["items"]] == ["t2"]
    assert [token["id"] for token in shown["former"]] == ["t1"]


def test_no_text_of_a_keyring_but_the_state_holds_a_token() -> None:
    ring = Keyring()
    for overlap in (timedelta(), timedelta(), timedelta(), OVERLAP):
        ring = rotated(ring, overlap=overlap)
    due = [event.as_json() for event in ring.due_events()]
    texts = [repr(ring), str(ring.current), json.dumps(ring.public_json(NOON + 400 * DAY)), json.dumps(due)]

    for number in range(1, 5):
        assert all(value(number) not in text for text in texts)
    state = json.dumps(ring.as_json())
    assert [number for number in range(1, 5) if value(number) in state] == [3, 4]


ONE = rotated(Keyring()).as_json()
TWO = rotated(rotated(Keyring())).as_json()
CUT = rotated(rotated(Keyring()), overlap=timedelta()).as_json()


def without(members: dict[str, Any], name: str) -> dict[str, Any]:
    """Return *members* without one of them."""
    return {other: kept for other, kept in members.items() if other != name}


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param(None, id="nothing"),
        pytest.param([], id="a-list"),
        pytest.param("keyring", id="a-text"),
        pytest.param({}, id="empty"),
        *[pytest.param(without(TWO, name), id=f"{name}-missing") for name in TWO],
        *[
            pytest.param(TWO | {"current": without(TWO["current"], name)}, id=f"token-{name}-missing")
            for name in TWO["current"]
            if name != "is_seeded"
        ],
        *[
            pytest.param(CUT | {"former": [without(CUT["former"][0], name)]}, id=f"former-{name}-missing")
            for name in CUT["former"][0]
        ],
        pytest.param(TWO | {"retiring": None}, id="retiring-null"),
        pytest.param(TWO | {"retiring": "t1"}, id="retiring-a-text"),
        pytest.param(TWO | {"current": TWO["retiring"][0], "retiring": []}, id="current-with-an-end"),
        pytest.param(TWO | {"current": None, "retiring": [TWO["current"]]}, id="retiring-without-an-end"),
        pytest.param(TWO | {"next_number": 2}, id="next-number-in-use"),
        pytest.param(TWO | {"next_number": "3"}, id="next-number-a-text"),
        pytest.param(Keyring().as_json() | {"next_number": True}, id="next-number-a-boolean"),
        pytest.param(Keyring().as_json() | {"next_number": 0}, id="next-number-zero"),
        pytest.param(TWO | {"retiring": TWO["retiring"] * 2}, id="an-id-twice"),
        pytest.param(ONE | {"current": ONE["current"] | {"id": "1"}}, id="id-without-its-letter"),
        pytest.param(ONE | {"current": ONE["current"] | {"id": "t01"}}, id="id-with-a-zero-in-front"),
        pytest.param(ONE | {"current": ONE["current"] | {"value": value(1) + "!"}}, id="value-not-hexadecimal"),
        pytest.param(ONE | {"current": ONE["current"] | {"issued_at": 0}}, id="issued-at-a-number"),
        pytest.param(ONE | {"current": ONE["current"] | {"issued_at": value(1)}}, id="issued-at-a-token"),
        pytest.param(ONE | {"current": ONE["current"] | {"issued_at": "2026-13-01T00:00:00Z"}}, id="no-such-month"),
        pytest.param(ONE | {"current": ONE["current"] | {"issued_at": "2026-01-01T00:00:00"}}, id="without-a-zone"),
        pytest.param(ONE | {"current": ONE["current"] | {"uses": -1}}, id="uses-negative"),
        pytest.param(CUT | {"former": [CUT["former"][0] | {"reason": "lost"}]}, id="reason-unknown"),
        pytest.param(CUT | {"former": [CUT["former"][0] | {"digest": value(1).upper()}]}, id="digest-in-upper-case"),
        pytest.param(CUT | {"former": [CUT["former"][0] | {"fingerprint": value(1)}]}, id="fingerprint-a-token"),
    ],
)
def test_a_kept_keyring_that_is_damaged_is_named_without_a_secret(kept: Any) -> None:
    with pytest.raises(TokenError, match="the kept keyring cannot be read") as refused:
        read_keyring(kept)

    assert value(1) not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("kept", "is_seeded"),
    [
        pytest.param(ONE["current"] | {"is_seeded": True}, True, id="seeded"),
        pytest.param(ONE["current"], False, id="not-seeded"),
        pytest.param(without(ONE["current"], "is_seeded"), False, id="kept-before-that-was-kept"),
    ],
)
def test_a_kept_token_tells_whether_it_follows_from_a_seed(kept: dict[str, Any], is_seeded: bool) -> None:
    current = read_keyring(ONE | {"current": kept}).current

    assert current is not None
    assert current.is_seeded is is_seeded


# --- any sequence of steps


class Model:
    """Who is accepted, in five lines: each token has an end, and works before it."""

    def __init__(self) -> None:
        self.now = NOON
        self.ends: list[datetime] = []

    def rotate(self, overlap: timedelta) -> None:
        """The last token ends after the overlap, unless it has an end already; the new one has none yet."""
        self.ends[-1:] = [min(end, self.now + overlap) for end in self.ends[-1:]]
        self.ends.append(datetime.max.replace(tzinfo=UTC))

    def revoke(self, number: int) -> None:
        """The token ends now."""
        self.ends[number - 1] = self.now

    def accepted(self) -> set[str]:
        """The tokens whose end lies ahead."""
        return {f"t{number}" for number, end in enumerate(self.ends, start=1) if self.now < end}


overlaps = st.sampled_from([timedelta(), SECOND, DAY, OVERLAP]) | st.timedeltas(timedelta(), 60 * DAY)
any_step = st.one_of(
    st.tuples(st.just("rotate"), overlaps),
    st.tuples(st.just("revoke"), st.integers(min_value=1, max_value=8)),
    st.tuples(st.just("advance"), overlaps),
    st.tuples(st.just("settle"), st.none()),
    st.tuples(st.just("restart"), st.none()),
    st.tuples(st.just("use"), st.integers(min_value=1, max_value=8)),
)


def apply_step(ring: Keyring, model: Model, name: str, by: Any) -> Keyring:
    """Let one drawn step happen to the keyring and to the model alike."""
    if name == "rotate":
        model.rotate(by)
        return rotated(ring, model.now, by)
    if name == "revoke" and f"t{by}" in model.accepted():
        model.revoke(by)
        return ring.revoked(f"t{by}", now=model.now)
    if name == "revoke":
        with pytest.raises(TokenError):
            ring.revoked(f"t{by}", now=model.now)
    if name == "advance":
        model.now += by
    if name == "use":
        return ring.counted({f"t{by}": (1, model.now)})
    return {"settle": ring.settled(model.now), "restart": restarted(ring)}.get(name, ring)


@given(st.lists(any_step, max_size=25))
def test_after_any_sequence_of_steps_who_is_accepted_follows_the_model(steps: list[tuple[str, Any]]) -> None:
    ring, model = Keyring(), Model()

    for name, by in steps:
        ring = apply_step(ring, model, name, by)

        settled = ring.settled(model.now)
        numbers = range(1, len(model.ends) + 1)
        found = {number: ring.token_for(presented(number), model.now) for number in numbers}
        assert set(accepted_ids(ring, model.now)) == set(accepted_ids(settled, model.now)) == model.accepted()
        assert {token.id for token in found.values() if token is not None} == model.accepted()
        assert all(token is None or token.id == f"t{number}" for number, token in found.items())
        for number in numbers:
            former = settled.former_for(presented(number))
            assert (former is None) == (found[number] is not None)
            assert former is None or former.ended_at == model.ends[number - 1]
        assert [former.ended_at for former in settled.former] == sorted(former.ended_at for former in settled.former)
