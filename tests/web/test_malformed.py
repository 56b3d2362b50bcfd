"""Tables of malformed requests: each is refused in the right form, says what to do about it, and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests.web import malformed_bodies, malformed_patches, malformed_queries, malformed_requests, malformed_values
from tests.web.malformed_row import DIALECTS, Refusal, Row
from tests.web.world import SCIM_JSON, Answer, World

TABLES: dict[str, list[Row]] = {
    "body": malformed_bodies.ROWS,
    "value": malformed_values.ROWS,
    "patch": malformed_patches.ROWS,
    "query": malformed_queries.ROWS,
    "request": malformed_requests.ROWS,
}

BULK_URN = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
ERROR_URN = "urn:ietf:params:scim:api:messages:2.0:Error"

LONGEST_SENTENCE = 700
NOT_FOR_PEOPLE = re.compile(r"Traceback|NoneType|<class|object at 0x|\bNone\b|\bTrue\b|\bFalse\b|\bdict\b|\bint\b|\bb'")
"""What Python says to programmers."""


@pytest.fixture(scope="module")
def world() -> Iterator[Callable[[str], World]]:
    """Return the sandbox of each dialect: one for all rows, as no row may change it."""
    worlds: dict[str, World] = {}

    def find(dialect: str) -> World:
        if dialect not in worlds:
            worlds[dialect] = World(dialect)
            worlds[dialect].populate()
        return worlds[dialect]

    yield find
    for each in worlds.values():
        each.close()


CASES = [
    pytest.param(dialect, row, refusal, id=f"{table}: {row.name}, {dialect}")
    for table, rows in TABLES.items()
    for row in rows
    for dialect in DIALECTS
    if (refusal := row.refusal(dialect))
]
"""Each row in each dialect that refuses it."""


def check_form(answer: Answer, refusal: Refusal) -> str:
    """Pass when the refusal has the form of SCIM, or of 4me's platform, and return its sentence.

    Raises:
        AssertionError: when it has not.
    """
    assert answer.status == refusal.status, answer.body
    body = answer.json()
    if refusal.is_platform:
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert body == {"message": refusal.words[0]}
        return refusal.words[0]
    typed = {"scimType": refusal.scim_type} if refusal.scim_type else {}
    assert answer.headers["Content-Type"] == f"{SCIM_JSON}; charset=utf-8"
    assert body == {"schemas": [ERROR_URN], "status": str(refusal.status), **typed, "detail": body.get("detail")}
    return str(body["detail"])


def check_sentence(sentence: str, refusal: Refusal) -> None:
    """Pass when a sentence is for people and names what it must.

    Raises:
        AssertionError: when it is not.
    """
    assert [word for word in refusal.words if word not in sentence] == [], sentence
    assert sentence.isprintable()
    assert len(sentence) <= LONGEST_SENTENCE
    assert not NOT_FOR_PEOPLE.search(sentence), sentence


@pytest.mark.parametrize(("dialect", "row", "refusal"), CASES)
def test_a_malformed_request_is_refused_with_a_sentence_that_helps_and_nothing_changes(
    world: Callable[[str], World], dialect: str, row: Row, refusal: Refusal
) -> None:
    here = world(dialect)
    before = here.export()

    answer = here.send(row.method, row.target, row.body, row.headers)

    check_sentence(check_form(answer, refusal), refusal)
    assert here.export() == before


@pytest.mark.parametrize(
    ("operation", "refusal"),
    [pytest.param(operation, refusal, id=name) for name, operation, refusal in malformed_requests.BULK_OPERATIONS],
)
def test_a_malformed_bulk_operation_is_refused_for_itself_and_nothing_changes(
    world: Callable[[str], World], operation: object, refusal: Refusal
) -> None:
    here = world("rfc7644")
    before = here.export()

    answer = here.send("POST", "/Bulk", {"schemas": [BULK_URN], "Operations": [operation]})

    assert answer.status == 200, answer
    [result] = answer.json()["Operations"]
    response = result["response"]
    assert (result["status"], response["status"]) == (str(refusal.status),) * 2, response
    assert response.get("scimType") == refusal.scim_type, response
    check_sentence(response["detail"], refusal)
    assert here.export() == before


def test_the_tables_have_120_rows_and_each_has_a_name_of_its_own_and_is_refused_somewhere() -> None:
    names = [f"{table}: {row.name}" for table, rows in TABLES.items() for row in rows]

    assert len(names) >= 120
    assert sorted(names) == sorted(set(names))
    assert [row.name for rows in TABLES.values() for row in rows if not any(map(row.refusal, DIALECTS))] == []
