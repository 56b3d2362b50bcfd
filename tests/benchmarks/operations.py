"""The requests that are measured: a row for each operation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, cycle, islice
from typing import Any, TypeVar
from urllib.parse import quote

from sandbox.scim.schema import CORE_GROUP_URN, CORE_USER_URN, ENTERPRISE_URN
from sandbox.seeding import people
from tests.benchmarks.servers import TOKEN, Running

T = TypeVar("T")

PATCH_OP_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
GROUP_MEMBERS = 100
WORKING_SET = 100
"""Users, and places where pages begin, that are asked for again and again: as many whatever the directory holds."""
STEP = 37
"""Taking every so many of the working set visits all of it, in no order that an index has."""

_fresh = count(1)


@dataclass(frozen=True)
class Content:
    """What a server holds, as far as the requests name it."""

    prefix: str
    user_ids: Sequence[str]
    user_names: Sequence[str]
    group_id: str
    group_members: Sequence[str]


@dataclass(frozen=True)
class Operation:
    """One row: how its requests look."""

    name: str
    requests: Callable[[Content], Iterator[tuple[str, str, Any]]]
    """Yields method, path and body without end, or as long as there is something to work on."""
    is_cyclic: bool = True
    """Whether the same requests may be sent again and again."""
    fresh_users: int = 0
    """How many users are created for each measurement, to work on them and no others."""


def _spread(items: Sequence[T]) -> Iterator[T]:
    """Yield a working set that is spread over all *items*, again and again."""
    chosen = items[:: max(1, len(items) // WORKING_SET)][:WORKING_SET]
    return (chosen[(place * STEP) % len(chosen)] for place in count())


def _reads(content: Content) -> Iterator[tuple[str, str, Any]]:
    return (("GET", f"/Users/{each}", None) for each in _spread(content.user_ids))


def _filters(content: Content) -> Iterator[tuple[str, str, Any]]:
    for name in _spread(content.user_names):
        question = quote(f'userName eq "{name}"')
        yield "GET", f"/Users?filter={question}", None


def _pages(content: Content) -> Iterator[tuple[str, str, Any]]:
    places = range(1, max(2, len(content.user_ids) - 24))
    return (("GET", f"/Users?startIndex={place}&count=25", None) for place in _spread(places))


def _group_reads(content: Content) -> Iterator[tuple[str, str, Any]]:
    return cycle([("GET", f"/Groups/{content.group_id}", None)])


def _changes(content: Content) -> Iterator[tuple[str, str, Any]]:
    for each, number in zip(_spread(content.user_ids), _fresh, strict=False):
        yield "PATCH", f"/Users/{each}", _patch({"op": "replace", "path": "title", "value": f"Title {number}"})


def _memberships(content: Content) -> Iterator[tuple[str, str, Any]]:
    path = f"/Groups/{content.group_id}"
    for member in cycle(content.group_members):
        yield "PATCH", path, _patch({"op": "remove", "path": f'members[value eq "{member}"]'})
        yield "PATCH", path, _patch({"op": "add", "path": "members", "value": [{"value": member}]})


def _creates(_: Content) -> Iterator[tuple[str, str, Any]]:
    return (("POST", "/Users", body) for body in _newcomers())


def _newcomers() -> Iterator[dict[str, Any]]:
    body = plain_people(1)[0]
    for number in _fresh:
        yield {**body, "userName": f"new.{number}@bench.example", "externalId": f"new-{number}"}


def _deletes(content: Content) -> Iterator[tuple[str, str, Any]]:
    return (("DELETE", f"/Users/{each}", None) for each in content.user_ids)


def _patch(operation: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": [PATCH_OP_URN], "Operations": [operation]}


OPERATIONS = (
    Operation("GET user", _reads),
    Operation("filter userName eq", _filters),
    Operation("page of 25", _pages),
    Operation("GET group", _group_reads),
    Operation("PATCH user", _changes),
    Operation("PATCH member", _memberships),
    Operation("DELETE user", _deletes, is_cyclic=False, fresh_users=100),
    Operation("POST user", _creates, is_cyclic=False),
)
"""In the order in which they run: what leaves more users behind comes last."""


def raw_requests(operation: Operation, content: Content, number: int) -> list[str]:
    """Return the first *number* requests of an operation as they go over the wire."""
    return [_raw(content.prefix, *each) for each in islice(operation.requests(content), number)]


def _raw(prefix: str, method: str, path: str, body: Any) -> str:
    content = "" if body is None else json.dumps(body)
    typed = f"Content-Type: application/scim+json\r\nContent-Length: {len(content)}\r\n" if content else ""
    head = f"{method} {prefix}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n"
    return f"{head}Accept: application/scim+json\r\n{typed}\r\n{content}"


def plain_people(number: int) -> list[dict[str, Any]]:
    """Return the bodies of people as any service provider takes them: RFC 7643 alone, ASCII, no manager."""
    own = {"employeeNumber", "costCenter", "organization", "division", "department"}
    bodies = []
    for nth, body in enumerate(people(42, number, account="bench"), start=1):
        extension = {name: text for name, text in body.get(ENTERPRISE_URN, {}).items() if name in own}
        kept = {name: value for name, value in body.items() if name not in (ENTERPRISE_URN, "userName")}
        named = {"schemas": [CORE_USER_URN, ENTERPRISE_URN], "userName": f"user.{nth}@bench.example"}
        plain = {**kept, **named, "timezone": "Europe/Amsterdam", ENTERPRISE_URN: extension}
        bodies.append(json.loads(json.dumps(plain, ensure_ascii=True)))
    return bodies


def fill(server: Running, number: int) -> Content:
    """Create *number* people and a group of up to ``GROUP_MEMBERS`` over SCIM, as a client would."""
    bodies = plain_people(number)
    ids = [str(server.ask("POST", "/Users", body)["id"]) for body in bodies]
    return _with_group(server, ids, [body["userName"] for body in bodies], GROUP_MEMBERS)


def with_fresh_users(server: Running, content: Content, number: int) -> Content:
    """Create *number* users more, and return *content* with them as its users."""
    ids = [str(server.ask("POST", "/Users", body)["id"]) for body in islice(_newcomers(), number)]
    return replace(content, user_ids=ids)


def look_around(server: Running, number: int, members: int = GROUP_MEMBERS) -> Content:
    """Take the seeded people of a sandbox as they are, and create a group of *members*."""
    ids = [str(nth) for nth in range(1, number + 1)]
    names = [body["userName"] for body in people(42, number)]
    return _with_group(server, ids, names, members)


def _with_group(server: Running, ids: list[str], names: list[str], members: int) -> Content:
    chosen = ids[:members]
    body = {
        "schemas": [CORE_GROUP_URN],
        "displayName": f"Bench {next(_fresh)}",
        "members": [{"value": each} for each in chosen],
    }
    group = server.ask("POST", "/Groups", body)
    return Content(server.prefix, ids, names, str(group["id"]), chosen)
