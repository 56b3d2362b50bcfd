"""The description of the control API: every route is in it and nothing else, and what it says is what is answered."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from httpx2 import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sandbox.app import create_app, open_sandbox
from sandbox.running import RunningSandbox
from sandbox.settings import Settings
from sandbox.web.control import PARTS
from sandbox.web.control.openapi import control_routes
from tests.conftest import START, Connect, OpenSandbox
from tests.web.asking import ACCOUNT, GONE, Ask, plain
from tests.web.people_answers import DESK, PEOPLE_ANSWERS, PEOPLE_WRITES

CASES_EACH = {"ci": 40, "deep": 350}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 8)
"""Generated requests, for each operation."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def described(owner: Client) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the operations of the document by method and path."""
    document = owner.get("/openapi.json").json()
    return {
        (method.upper(), path): operation
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }


def test_every_route_is_described_and_nothing_else(sandbox: RunningSandbox, owner: Client) -> None:
    app = create_app(sandbox)
    routes = {
        (method, rule.rule.replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/_sandbox")
    }

    assert set(described(owner)) == routes
    assert len(routes) > 20


def test_every_view_has_its_row_and_every_row_its_view(sandbox: RunningSandbox) -> None:
    endpoints = {rule.endpoint for rule, _, _ in control_routes(create_app(sandbox))} - {"control.openapi.document"}

    assert {f"control.{part.bp.name}.{view}" for part in PARTS for view in part.OPERATIONS} == endpoints


def test_every_operation_says_in_one_sentence_what_it_does(owner: Client) -> None:
    operations = described(owner).values()

    assert all(operation["summary"].endswith(".") for operation in operations)
    names = Counter(operation["operationId"] for operation in operations)
    assert max(names.values()) == 1


def test_the_document_is_the_same_each_time_and_refers_only_to_what_it_has(owner: Client) -> None:
    first, again = (owner.get("/openapi.json") for _ in range(2))

    assert first.content == again.content
    assert first.json()["openapi"] == "3.1.0"
    schemas = first.json()["components"]["schemas"]
    used = {word.partition('"')[0] for word in first.text.split("#/components/schemas/")[1:]}
    assert used == set(schemas)


# Every status that is described can be had


def snapshot_named(name: str, then: str, method: str = "GET", **body: Any) -> Ask:
    """Return what saves a snapshot and then asks."""

    def ask(owner: Client) -> Any:
        owner.post(f"{ACCOUNT}/snapshots", json={"name": name})
        return owner.request(method, then, json=body or None)

    return ask


def damaged(then: str, method: str = "GET", **body: Any) -> Ask:
    """Return what asks for a snapshot whose file was damaged."""

    def ask(owner: Client) -> Any:
        owner.post(f"{ACCOUNT}/snapshots", json={"name": "a"})
        folder = owner.sandbox.settings.state / "accounts" / "widget" / "snapshots"  # type: ignore[attr-defined]
        (folder / "a.json").write_text("{")
        return owner.request(method, then, json=body or None)

    return ask


def exchanged(owner: Client) -> Any:
    """Exchange something, and ask for it."""
    owner.get("http://localhost:4630/scim/v2/Users")
    return owner.get(f"{ACCOUNT}/exchanges/last")


def streamed(owner: Client) -> Any:
    """Ask for the stream of an account that is about to close: it ends at once."""
    owner.sandbox.accounts["widget"].recorder.close()  # type: ignore[attr-defined]
    return owner.get(f"{ACCOUNT}/exchanges/stream")


ANSWERS: Mapping[tuple[str, str], Mapping[int, Ask]] = {
    ("GET", "/health"): {200: plain("GET", "/health")},
    ("GET", "/dialect"): {200: plain("GET", "/dialect")},
    ("GET", "/openapi.json"): {200: plain("GET", "/openapi.json")},
    ("GET", "/accounts"): {200: plain("GET", "/accounts")},
    ("POST", "/accounts"): {
        201: plain("POST", "/accounts", {"name": "new"}),
        400: plain("POST", "/accounts", {}),
        409: plain("POST", "/accounts", {"name": "widget"}),
    },
    ("GET", "/accounts/{account}"): {200: plain("GET", ACCOUNT), 404: plain("GET", GONE)},
    ("DELETE", "/accounts/{account}"): {204: plain("DELETE", ACCOUNT), 404: plain("DELETE", GONE)},
    ("POST", "/accounts/{account}/reset"): {
        200: plain("POST", f"{ACCOUNT}/reset", {"to": "seed"}),
        400: plain("POST", f"{ACCOUNT}/reset", {}),
        404: plain("POST", f"{ACCOUNT}/reset", {"to": "snapshot:none"}),
        409: damaged(f"{ACCOUNT}/reset", "POST", to="snapshot:a"),
    },
    ("GET", "/accounts/{account}/tokens"): {
        200: plain("GET", f"{ACCOUNT}/tokens"),
        404: plain("GET", f"{GONE}/tokens"),
    },
    ("POST", "/accounts/{account}/tokens/rotate"): {
        200: plain("POST", f"{ACCOUNT}/tokens/rotate"),
        400: plain("POST", f"{ACCOUNT}/tokens/rotate", {"overlap": "-1d"}),
        404: plain("POST", f"{GONE}/tokens/rotate"),
    },
    ("POST", "/accounts/{account}/tokens/{token_id}/revoke"): {
        200: plain("POST", f"{ACCOUNT}/tokens/t1/revoke"),
        400: plain("POST", f"{ACCOUNT}/tokens/t9/revoke"),
        404: plain("POST", f"{GONE}/tokens/t1/revoke"),
    },
    **{
        ("GET", f"/accounts/{{account}}/{kind}"): {
            200: plain("GET", f"{ACCOUNT}/{kind}"),
            404: plain("GET", f"{GONE}/{kind}"),
        }
        for kind in ("users", "groups")
    },
    ("GET", "/accounts/{account}/clock"): {200: plain("GET", f"{ACCOUNT}/clock"), 404: plain("GET", f"{GONE}/clock")},
    **{
        ("POST", f"/accounts/{{account}}/clock/{verb}"): {
            200: plain("POST", f"{ACCOUNT}/clock/{verb}", body),
            400: plain("POST", f"{ACCOUNT}/clock/{verb}", {"x": 1}),
            404: plain("POST", f"{GONE}/clock/{verb}", body),
        }
        for verb, body in (("advance", {"by": "1d"}), ("freeze", None), ("resume", None), ("reset", None))
    },
    ("GET", "/accounts/{account}/snapshots"): {
        200: plain("GET", f"{ACCOUNT}/snapshots"),
        404: plain("GET", f"{GONE}/snapshots"),
        409: damaged(f"{ACCOUNT}/snapshots"),
    },
    ("POST", "/accounts/{account}/snapshots"): {
        201: plain("POST", f"{ACCOUNT}/snapshots", {"name": "a"}),
        400: plain("POST", f"{ACCOUNT}/snapshots", {"name": "/"}),
        404: plain("POST", f"{GONE}/snapshots", {"name": "a"}),
    },
    ("GET", "/accounts/{account}/snapshots/{snapshot}"): {
        200: snapshot_named("a", f"{ACCOUNT}/snapshots/a"),
        404: plain("GET", f"{ACCOUNT}/snapshots/none"),
        409: damaged(f"{ACCOUNT}/snapshots/a"),
    },
    ("DELETE", "/accounts/{account}/snapshots/{snapshot}"): {
        204: snapshot_named("a", f"{ACCOUNT}/snapshots/a", "DELETE"),
        404: plain("DELETE", f"{ACCOUNT}/snapshots/none"),
    },
    ("GET", "/accounts/{account}/snapshots/{snapshot}/diff"): {
        200: snapshot_named("a", f"{ACCOUNT}/snapshots/a/diff"),
        404: snapshot_named("a", f"{ACCOUNT}/snapshots/a/diff?to=none"),
        409: damaged(f"{ACCOUNT}/snapshots/a/diff"),
    },
    ("GET", "/findings"): {200: plain("GET", "/findings")},
    **{
        ("GET", f"/accounts/{{account}}/{what}"): {
            200: plain("GET", f"{ACCOUNT}/{what}"),
            400: plain("GET", f"{ACCOUNT}/{what}?nobody=knows"),
            404: plain("GET", f"{GONE}/{what}"),
        }
        for what in ("exchanges", "exchanges.har", "report")
    },
    ("DELETE", "/accounts/{account}/exchanges"): {
        200: plain("DELETE", f"{ACCOUNT}/exchanges"),
        404: plain("DELETE", f"{GONE}/exchanges"),
    },
    ("GET", "/accounts/{account}/exchanges/{exchange_id}"): {
        200: exchanged,
        404: plain("GET", f"{ACCOUNT}/exchanges/x9"),
    },
    ("GET", "/accounts/{account}/exchanges/stream"): {
        200: streamed,
        400: plain("GET", f"{ACCOUNT}/exchanges/stream?nobody=knows"),
        404: plain("GET", f"{GONE}/exchanges/stream"),
    },
    **PEOPLE_ANSWERS,
}
"""For each operation how each status is had that is its own."""

WRITES: Mapping[tuple[str, str], Any] = {
    ("POST", "/accounts"): {"name": "new"},
    ("POST", "/accounts/{account}/reset"): {"to": "empty"},
    ("POST", "/accounts/{account}/tokens/rotate"): {},
    ("POST", "/accounts/{account}/tokens/{token_id}/revoke"): {},
    ("POST", "/accounts/{account}/clock/advance"): {"by": "1d"},
    ("POST", "/accounts/{account}/clock/freeze"): {"at": "2030-01-01"},
    ("POST", "/accounts/{account}/clock/resume"): {},
    ("POST", "/accounts/{account}/clock/reset"): {},
    ("POST", "/accounts/{account}/snapshots"): {"name": "a"},
    **PEOPLE_WRITES,
}
"""For each operation that writes to a file, what makes it write."""

FOR_ALL = {"401", "403"}


def concrete(path: str) -> str:
    return path.format(
        account="widget", token_id="t1", snapshot="a", exchange_id="last", record_id=DESK, collection="Users"
    )


def test_each_operation_is_described_with_the_statuses_that_it_has(owner: Client) -> None:
    for (method, path), operation in described(owner).items():
        own = {str(status) for status in ANSWERS[method, path.removeprefix("/_sandbox")]}
        with_body = {"413"} if "requestBody" in operation else set()
        writing = {"507"} if method != "GET" else set()
        assert set(operation["responses"]) == own | FOR_ALL | with_body | writing, (method, path)


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        pytest.param(ask, status, id=f"{method} {path} {status}")
        for (method, path), answers in ANSWERS.items()
        for status, ask in answers.items()
    ],
)
def test_every_status_of_its_own_is_had(sandbox: RunningSandbox, owner: Client, ask: Ask, status: int) -> None:
    owner.sandbox = sandbox  # type: ignore[attr-defined]

    assert ask(owner).status_code == status


OPERATIONS = pytest.mark.parametrize(("method", "path"), ANSWERS, ids=[" ".join(key) for key in ANSWERS])


@OPERATIONS
def test_every_operation_is_refused_without_the_key_and_to_other_sites(
    start_sandbox: OpenSandbox, connect: Connect, method: str, path: str
) -> None:
    with_key = connect(start_sandbox(ephemeral=True, control_key="k"), "/_sandbox")
    without = connect(start_sandbox(ephemeral=True), "/_sandbox")

    assert with_key.request(method, concrete(path)).status_code == 401
    assert without.request(method, concrete(path), headers={"Origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize(("method", "path"), WRITES, ids=[" ".join(key) for key in WRITES])
def test_a_body_over_the_limit_and_a_full_disk_are_told_and_change_nothing(
    sandbox: RunningSandbox, owner: Client, client: Client, method: str, path: str
) -> None:
    before = [owner.get(each).json() for each in ("/accounts", f"{ACCOUNT}/tokens", f"{ACCOUNT}/clock")]

    assert owner.request(method, concrete(path), content=b" " * 1_100_000).status_code == 413
    with full_disk():
        refused = owner.request(method, concrete(path), json=WRITES[method, path])

    assert (refused.status_code, refused.json()["error"]["code"]) == (507, "state_not_written")
    assert [owner.get(each).json() for each in ("/accounts", f"{ACCOUNT}/tokens", f"{ACCOUNT}/clock")] == before
    assert owner.request(method, concrete(path), json=WRITES[method, path]).status_code in (200, 201)


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process grow."""
    resource = pytest.importorskip("resource", reason="only POSIX can refuse a process to write")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_cannot_be_removed_is_told(sandbox: RunningSandbox, owner: Client) -> None:
    (sandbox.settings.state / "accounts" / ".widget.removed").write_text("in the way")

    assert owner.delete(ACCOUNT).status_code == 507


# Whatever is asked


@pytest.mark.slow
def test_no_generated_request_is_answered_by_a_5xx_or_as_nobody_described() -> None:
    with_sandbox = open_sandbox(Settings(ephemeral=True, users=2, groups=1, clock=START, frozen=True))
    document = schemathesis.openapi.from_wsgi("/_sandbox/openapi.json", create_app(with_sandbox))
    operations = [each.ok() for each in document.get_all_operations()]
    operations = [each for each in operations if not each.path.endswith("/stream")]  # it would never end
    cases = CASES_EACH * len(operations)
    asked: Counter[tuple[str, int]] = Counter()

    @given(case=st.one_of([strategy for each in operations for strategy in strategies(each)]), data=st.data())
    @settings(max_examples=cases, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def ask(case: schemathesis.Case, data: st.DataObject) -> None:
        tame(case, data)
        answer = case.call()
        case.validate_response(answer, checks=CHECKS)
        asked[case.operation.label, answer.status_code // 100] += 1

    ask()

    with_sandbox.close()
    assert asked.total() >= cases
    carried_out = {label for label, hundreds in asked if hundreds == 2}
    assert len(carried_out) > len(operations) / 3, "it is not only refusals that are looked at"


def strategies(operation: Any) -> Iterator[st.SearchStrategy[Any]]:
    """Yield what makes requests as they are described, and where there is something to get wrong, as they are not."""
    yield operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if list(operation.body) or list(operation.query):
        yield operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


def tame(case: schemathesis.Case, data: st.DataObject) -> None:
    """Name what is there more often than chance would, and seed few people."""
    accounts = ["a"] if case.operation.label == "DELETE /_sandbox/accounts/{account}" else ["widget", "widget-qa"]
    named = {
        "account": st.sampled_from(accounts),
        "snapshot": st.sampled_from(["a", "b"]),
        "token_id": st.sampled_from(["t1", "t2", "t3", "t4"]),
        "exchange_id": st.sampled_from(["last", "x1"]),
        "record_id": st.sampled_from(["1", "2", DESK]),
        "collection": st.sampled_from(["Users", "Groups"]),
    }
    if isinstance(case.query, dict):
        case.query.pop("wait", None)  # nobody is there to wait for
    for name in case.path_parameters or {}:
        if data.draw(st.integers(0, 4)):
            case.path_parameters[name] = data.draw(named[name])
    if isinstance(case.body, dict):
        if isinstance(case.body.get("name"), str) and data.draw(st.booleans()):
            case.body["name"] = "a"
        for name in ("users", "groups"):
            if isinstance(case.body.get(name), int) and case.body[name] > 5:
                case.body[name] %= 5
    if data.draw(st.integers(0, 9)) == 0:
        case.headers = {**(case.headers or {}), "Origin": "https://evil.example"}
