"""What is said of a series depends on what is known of the past."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.diagnosis import Examiner, Situation
from sandbox.diagnosis.examiner import BLIND_EXCHANGES, KNOWN_CLIENTS
from sandbox.dialect import read_dialect
from sandbox.recorder import Content, Exchange, Presented, Refusal
from tests.conftest import START

SITUATION = Situation(dialect=read_dialect("4me"), prefixes=("/scim/v2",))


def exchange(number: int, method: str = "GET", target: str = "/Groups", status: int = 200, **changes: str) -> Exchange:
    body = changes.get("body", "").encode()
    answer = changes.get("answer", "").encode()
    return Exchange(
        number=number,
        account="widget",
        at=START,
        duration_ms=1.0,
        method=method,
        target=f"/scim/v2{target}",
        http_version="HTTP/1.1",
        scheme="http",
        headers={"User-Agent": changes.get("agent", "a script")},
        body=Content(body, len(body)),
        status=status,
        answer_headers={},
        answer=Content(answer, len(answer)),
        presented=Presented("accepted", fingerprint=changes.get("token", "…1234567")),
    )


def create(number: int, **changes: str) -> Exchange:
    return exchange(number, "POST", "/Users", 201, body='{"userName": "ann@widget.example"}', **changes)


def look(number: int, **changes: str) -> Exchange:
    return exchange(number, target="/Users?filter=userName%20eq%20%22ANN@widget.example%22", **changes)


def codes(examiner: Examiner, each: Exchange, *, follows_gap: bool = False) -> set[str]:
    return {finding.code for finding in examiner.examine(each, follows_gap)[1]}


def test_who_looked_first_is_not_told_to() -> None:
    examiner = Examiner(SITUATION)

    assert "create-without-lookup" in codes(examiner, create(1))
    codes(examiner, look(2))
    assert "create-without-lookup" not in codes(examiner, create(3))


@pytest.mark.parametrize("changes", [{"agent": "another script"}, {"token": "…7654321"}])
def test_another_client_looking_does_not_count(changes: dict[str, str]) -> None:
    examiner = Examiner(SITUATION)
    codes(examiner, look(1, **changes))

    assert "create-without-lookup" in codes(examiner, create(2))


def test_after_a_gap_nothing_is_said_of_what_did_not_happen_before() -> None:
    examiner = Examiner(SITUATION)

    assert "create-without-lookup" not in codes(examiner, create(900), follows_gap=True)
    for number in range(BLIND_EXCHANGES):
        codes(examiner, exchange(901 + number))
    assert "create-without-lookup" in codes(examiner, create(2_000))


def test_a_gap_forgets_pages_that_were_read_before() -> None:
    page = '{"totalResults": 60, "itemsPerPage": 25, "startIndex": 1, "Resources": [' + ", ".join(["{}"] * 25) + "]}"
    told, silent = Examiner(SITUATION), Examiner(SITUATION)
    for examiner in (told, silent):
        codes(examiner, exchange(1, target="/Users", answer=page))

    assert "stops-before-total" in codes(told, exchange(2))
    assert "stops-before-total" not in codes(silent, exchange(9), follows_gap=True)


def test_who_looks_after_a_409_is_not_told_that_it_was_ignored() -> None:
    ignoring, looking = Examiner(SITUATION), Examiner(SITUATION)
    for examiner in (ignoring, looking):
        codes(examiner, refused(1))
    codes(looking, look(2))

    assert "conflict-ignored" in codes(ignoring, refused(3))
    assert "conflict-ignored" not in codes(looking, refused(3))


def refused(number: int) -> Exchange:
    refusal = Refusal("UniquenessError", "userName 'ann@widget.example' is already in use by the resource with id 1")
    return replace(create(number), status=409, refusal=refusal)


def test_only_so_many_clients_are_remembered() -> None:
    examiner = Examiner(SITUATION)
    codes(examiner, look(1))
    for number in range(KNOWN_CLIENTS + 1):
        codes(examiner, exchange(number + 2, agent=f"script {number}"))

    assert "create-without-lookup" in codes(examiner, create(2_000))
