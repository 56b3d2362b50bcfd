"""The transcripts of provisioning clients (their form: fixtures/clients/README.md), played against the real app."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from time import perf_counter
from typing import Any

import pytest
from httpx2 import Client, Request, Response

from sandbox.dialect.quirk import Evidence
from sandbox.fixtures import fixtures
from sandbox.running import RunningSandbox
from sandbox.simulators.expecting import ABSENT, at, differences

DIALECTS = ("4me", "rfc7644")
FOLDER = fixtures() / "clients"
TRANSCRIPTS = {
    f"{path.parent.name}/{path.stem}": json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*/*.json"))
}
ERROR_URN = "urn:ietf:params:scim:api:messages:2.0:Error"
JSON_TYPES = ("application/scim+json", "application/json")

VARIABLE = re.compile(r"\{\{(\w+)\}\}")

TRANSCRIPT_MEMBERS = {"name", "client", "mode", "shows", "evidence", "source", "headers", "steps"}
OPTIONAL_MEMBERS = {"note", "headers_with_body", "given"}
EXPECTED_MEMBERS = {"status", "scimType", "headers", "total", "listed", "within_ms", "body", "save"}
RULES = set(range(1, 16))
"""The numbers of the tolerance rules in fixtures/clients/README.md."""


def filled(value: Any, variables: Mapping[str, str]) -> Any:
    """Return text or JSON with the variables' values in it."""
    if isinstance(value, dict):
        return {name: filled(inner, variables) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, variables) for inner in value]
    return VARIABLE.sub(lambda match: variables[match[1]], value) if isinstance(value, str) else value


class Player:
    """One transcript played in one dialect: what its variables have become, and how answers compare."""

    def __init__(self, transcript: Mapping[str, Any], dialect: str, connection: Client, token: str) -> None:
        self._transcript = transcript
        self._dialect = dialect
        self._connection = connection
        self.variables = {"token": token}

    def play(self) -> None:
        """Make what is given, then send each step and compare its answer."""
        for kind, path in (("users", "/Users"), ("groups", "/Groups")):
            for name, body in self._transcript.get("given", {}).get(kind, {}).items():
                answer = self._send({"method": "POST", "path": path, "body": body})
                assert answer.status_code == 201, f"given {name}: {answer.text}"
                self.variables[name] = answer.json()["id"]
        for step in self._transcript["steps"]:
            expected = self._expected(step)
            if expected is not None:
                self._take(step, expected)

    def _expected(self, step: Mapping[str, Any]) -> Mapping[str, Any] | None:
        expect: Mapping[str, Any] = step["expect"]
        return expect if "status" in expect else expect[self._dialect]

    def _take(self, step: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
        started_at = perf_counter()
        answer = self._send(step["request"])
        took_ms = (perf_counter() - started_at) * 1000
        wrong = list(self._wrong(filled(expected, self.variables), answer, took_ms))
        assert not wrong, "\n".join([f"{self._dialect}: {step['name']}", *wrong, f"{answer.status_code} {answer.text}"])
        for name, pointer in expected.get("save", {}).items():
            self.variables[name] = at(answer.json(), pointer)

    def _send(self, asked: Mapping[str, Any]) -> Response:
        """Send a request with its target and headers just as they are written."""
        body = filled(asked["raw"], self.variables) if "raw" in asked else None
        if "body" in asked:
            body = json.dumps(filled(asked["body"], self.variables), ensure_ascii=False)
        with_body = self._transcript.get("headers_with_body", {}) if body is not None else {}
        headers = {**self._transcript["headers"], **with_body, **asked.get("headers", {})}
        target = str(self._connection.base_url).rstrip("/") + filled(asked["path"], self.variables)
        request = Request(
            asked["method"],
            target,
            headers={name: filled(value, self.variables) for name, value in headers.items() if value is not None},
            content=None if body is None else body.encode(),
        )
        assert target.endswith(request.url.raw_path.decode()), "the target is changed on its way"
        return self._connection.send(request)

    def _wrong(self, expected: Mapping[str, Any], answer: Response, took_ms: float) -> Iterator[str]:
        if answer.status_code != expected["status"]:
            yield f"status is {answer.status_code}, not {expected['status']}"
            return
        if "within_ms" in expected and took_ms > expected["within_ms"]:
            yield f"the answer took {took_ms:.0f} ms, not {expected['within_ms']}"
        for name, value in expected.get("headers", {}).items():
            if answer.headers.get(name, ABSENT) != value:
                yield f"the header {name} is {answer.headers.get(name)!r}, not {value!r}"
        if answer.status_code == 204:
            yield from ["a 204 has a body"] if answer.content else []
            return
        if answer.headers.get("Content-Type", "").partition(";")[0] not in JSON_TYPES:
            yield f"the answer is {answer.headers.get('Content-Type')!r}, which no client reads as JSON"
            return
        yield from differences(_whole(expected), answer.json())
        if "listed" in expected and len(answer.json()["Resources"]) != expected["listed"]:
            yield f"/Resources has {len(answer.json()['Resources'])} values, not {expected['listed']}"


def _whole(expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body that is expected, with what ``total`` and ``scimType`` say of it."""
    body = dict(expected.get("body", {}))
    if "total" in expected:
        body["totalResults"] = expected["total"]
    if "scimType" in expected:
        error = {"schemas": [ERROR_URN], "status": str(expected["status"]), "detail": "<text>"}
        body = {**error, "scimType": expected["scimType"], **body}
    return body


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_the_sandbox_answers_the_client_as_its_transcript_says(
    name: str,
    dialect: str,
    start_sandbox: Callable[..., RunningSandbox],
    connect: Callable[[RunningSandbox], Client],
) -> None:
    sandbox = start_sandbox(dialect=dialect)
    token = sandbox.facts("http://localhost")["accounts"][0]["token"]

    Player(TRANSCRIPTS[name], dialect, connect(sandbox), token).play()


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_every_transcript_has_the_documented_form(name: str) -> None:
    transcript = TRANSCRIPTS[name]
    folder = name.split("/", maxsplit=1)[0]

    assert TRANSCRIPT_MEMBERS <= transcript.keys() <= TRANSCRIPT_MEMBERS | OPTIONAL_MEMBERS
    assert transcript["client"] == folder or folder == "other"
    assert transcript["evidence"] in {Evidence.DOCUMENTED, "seen", Evidence.INFERRED}
    assert transcript["source"]
    assert all(re.fullmatch(r"https://[a-z0-9.]+\.[a-z]+/\S+", source) for source in transcript["source"])
    assert transcript.get("given", {}).keys() <= {"users", "groups"}


STEPS = [
    pytest.param(step, id=f"{name}-{index}-{step['name'].replace(' ', '-')}")
    for name, transcript in TRANSCRIPTS.items()
    for index, step in enumerate(transcript["steps"], start=1)
]


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_the_documented_form(step: dict[str, Any]) -> None:
    asked, expect = step["request"], step["expect"]

    assert {"name", "evidence", "request", "expect"} <= step.keys()
    assert step.keys() <= {"name", "evidence", "check", "rules", "note", "request", "expect"}
    assert step["evidence"] in {Evidence.DOCUMENTED, "seen", Evidence.INFERRED}
    assert {"method", "path"} <= asked.keys() <= {"method", "path", "headers", "body", "raw"}
    assert not {"body", "raw"} <= asked.keys()
    assert set(step.get("rules", [])) <= RULES
    assert "status" in expect or set(expect) == set(DIALECTS)
    answers = [expect] if "status" in expect else [each for each in expect.values() if each is not None]
    assert answers
    assert len(answers) == 1 or answers[0] != answers[1], "both dialects answer alike: write it once"
    for answer in answers:
        assert {"status"} <= answer.keys() <= EXPECTED_MEMBERS


def test_every_tolerance_rule_is_shown_by_a_step() -> None:
    steps = [step for transcript in TRANSCRIPTS.values() for step in transcript["steps"]]

    assert {rule for step in steps for rule in step.get("rules", [])} == RULES
