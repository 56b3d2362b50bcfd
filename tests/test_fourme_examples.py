"""The examples of 4me's own pages (fixtures/fourme), sent to the sandbox and compared with its answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from httpx2 import Client

from sandbox.dialect.quirk import Evidence

FOLDER = Path(__file__).parent.parent / "fixtures" / "fourme"
SERIES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
REST = "..."
PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}"
ADDRESS = r"https?://\S+?"
PATTERNS = {"base": ADDRESS, "address": ADDRESS}
"""What a placeholder may take; every other takes an id, which is a decimal number as text."""
ID = "[0-9]+"


class Comparison:
    """One series of exchanges: what its placeholders have become, and how an answer compares with the example."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def filled(self, example: Any) -> Any:
        """Return a request's text or JSON with the placeholders' values."""
        if isinstance(example, dict):
            return {name: self.filled(value) for name, value in example.items()}
        if isinstance(example, list):
            return [self.filled(value) for value in example]
        return PLACEHOLDER.sub(lambda match: self.values[match[1]], example) if isinstance(example, str) else example

    def check(self, example: Any, actual: Any, where: str = "") -> None:
        """Pass when the answer is the example's, taking new placeholders' values from it.

        Raises:
            AssertionError: naming the place by its JSON pointer.
        """
        if isinstance(example, dict) and isinstance(actual, dict):
            self._check_object(example, actual, where)
        elif isinstance(example, list) and isinstance(actual, list):
            self._check_list(example, actual, where)
        elif isinstance(example, str) and isinstance(actual, str):
            self._check_text(example, actual, where)
        else:
            assert type(actual) is type(example), f"{where or '/'} is {actual!r}, not {example!r}"
            assert actual == example, f"{where or '/'} is {actual!r}, not {example!r}"

    def _check_object(self, example: dict[str, Any], actual: dict[str, Any], where: str) -> None:
        expected = example.keys() - {REST}
        assert not (missing := expected - actual.keys()), f"{where or '/'} lacks {sorted(missing)}"
        more = actual.keys() - expected
        assert REST in example or not more, f"{where or '/'} has {sorted(more)} as well"
        for name, value in example.items():
            if name != REST:
                self.check(value, actual[name], f"{where}/{name}")

    def _check_list(self, example: list[Any], actual: list[Any], where: str) -> None:
        is_open = example[-1:] == [REST]
        expected = example[:-1] if is_open else example
        right = len(actual) >= len(expected) if is_open else len(actual) == len(expected)
        assert right, f"{where} has {len(actual)} values, not {len(expected)}: {actual!r}"
        for index, value in enumerate(expected):
            self.check(value, actual[index], f"{where}/{index}")

    def _check_text(self, example: str, actual: str, where: str) -> None:
        match = re.fullmatch(self._pattern(example), actual)
        assert match, f"{where or '/'} is {actual!r}, not {example!r} (with {self.values})"
        self.values |= match.groupdict()

    def _pattern(self, example: str) -> str:
        """Return a pattern in which known placeholders are their values and the others are groups."""
        pattern, end = "", 0
        for match in PLACEHOLDER.finditer(example):
            pattern += re.escape(example[end : match.start()])
            name, end = match[1], match.end()
            if name == "instant":
                pattern += INSTANT
            elif name in self.values:
                pattern += re.escape(self.values[name])
            else:
                pattern += f"(?P<{name}>{PATTERNS.get(name, ID)})"
        return pattern + re.escape(example[end:])


def check_keys(expected: list[str], actual: list[str]) -> None:
    """Pass when the keys are in this order; ``...`` stands for any others.

    Raises:
        AssertionError: when they are not.
    """
    before, _, after = ("\n".join(expected) + "\n").partition(f"{REST}\n")
    keys = "\n".join(actual) + "\n"
    is_open = REST in expected
    right = keys.startswith(before) and keys.endswith(after) if is_open else keys == before
    assert right, f"the keys are {actual}, not {expected}"


def written(path: str) -> str:
    """Return a path whose query is written plainly as it is sent."""
    route, mark, query = path.partition("?")
    return f"{route}{mark}{quote(query, safe='=&')}"


@pytest.mark.parametrize("name", SERIES)
def test_the_sandbox_answers_as_4me_s_pages_show(name: str, client: Client) -> None:
    comparison = Comparison()

    for exchange in SERIES[name]:
        asked, expected = exchange["request"], exchange["response"]
        options = {"json": comparison.filled(asked["body"])} if "body" in asked else {}
        if "headers" in asked:
            options["headers"] = asked["headers"]
        answer = client.request(asked["method"], written(comparison.filled(asked["path"])), **options)

        assert answer.status_code == expected["status"], f"{exchange['name']}: {answer.text}"
        if expected["body"] is None:
            assert answer.text == "", exchange["name"]
            continue
        body = json.loads(answer.text)
        comparison.check(expected["body"], body, exchange["name"])
        check_keys(exchange.get("keys", [REST]), list(body))


@pytest.mark.parametrize(
    ("exchange", "before"),
    [
        pytest.param(exchange, series[:index], id=f"{name}-{exchange['name'].replace(' ', '-')}")
        for name, series in SERIES.items()
        for index, exchange in enumerate(series)
    ],
)
def test_every_example_has_the_documented_form(exchange: dict[str, Any], before: list[dict[str, Any]]) -> None:
    asked, answered = exchange["request"], exchange["response"]

    assert {"name", "source", "evidence", "request", "response"} <= exchange.keys()
    assert exchange.keys() <= {"name", "source", "evidence", "note", "request", "response", "keys"}
    assert {"method", "path"} <= asked.keys() <= {"method", "path", "headers", "body"}
    assert answered.keys() == {"status", "body"}
    assert re.match("https://(developer|www).xurrent.com/", exchange["source"])
    assert exchange["evidence"] in set(Evidence)
    assert exchange["evidence"] == "documented" or "note" in exchange
    known = set(PLACEHOLDER.findall(json.dumps([each["response"] for each in before])))
    assert set(PLACEHOLDER.findall(json.dumps(asked))) <= known
    shown = list(answered["body"] or {})
    assert {key for key in exchange.get("keys", []) if key != REST} <= set(shown)


def test_the_sample_user_comes_back_with_every_value_it_was_created_with() -> None:
    exchange = next(each for each in SERIES["users"] if each["name"] == "create the sample user")
    sent, shown = exchange["request"]["body"], exchange["response"]["body"]

    extension = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    assert {name: shown[name] for name in sent if name != extension} == {
        name: value for name, value in sent.items() if name != extension
    }
    assert {**shown[extension], "manager": sent[extension]["manager"]} == sent[extension]
    assert "\n" in sent["x509Certificates"][0]["value"]


@pytest.mark.parametrize(
    ("example", "actual"),
    [
        pytest.param({"a": 1}, {"a": 1, "b": 2}, id="one-member-more"),
        pytest.param({"a": 1, "...": "..."}, {"b": 2}, id="one-member-less"),
        pytest.param([1], [1, 2], id="one-value-more"),
        pytest.param([1, "..."], [], id="one-value-less"),
        pytest.param({"a": True}, {"a": 1}, id="a-number-for-a-boolean"),
        pytest.param("{{user}}", "abc", id="an-id-that-is-no-number"),
        pytest.param("{{user}}", 5, id="an-id-that-is-no-text"),
        pytest.param(["{{user}}", "{{user}}"], ["5", "6"], id="two-ids-for-one-placeholder"),
        pytest.param("{{instant}}", "2026-11-23T19:00:00Z", id="an-instant-in-utc"),
        pytest.param("{{base}}/Users/{{user}}", "/scim/v2/Users/5", id="an-address-without-a-host"),
        pytest.param(None, {}, id="an-object-for-nothing"),
    ],
)
def test_a_wrong_answer_is_seen(example: Any, actual: Any) -> None:
    with pytest.raises(AssertionError):
        Comparison().check(example, actual)


def test_placeholders_take_their_values_and_give_them_back() -> None:
    comparison = Comparison()

    comparison.check(
        {"id": "{{user}}", "at": "{{base}}/Users/{{user}}", "when": "{{instant}}", "...": "..."},
        {"id": "5", "at": "http://localhost/scim/v2/Users/5", "when": "2026-11-23T13:00:00-06:00", "more": [1]},
    )

    assert comparison.filled({"$ref": "{{base}}/Users/{{user}}", "list": ["{{user}}", 1]}) == {
        "$ref": "http://localhost/scim/v2/Users/5",
        "list": ["5", 1],
    }


@pytest.mark.parametrize(
    ("expected", "actual", "right"),
    [
        pytest.param(["a", "b"], ["a", "b"], True, id="the-same"),
        pytest.param(["a", "b"], ["b", "a"], False, id="another-order"),
        pytest.param(["a", "b"], ["a", "b", "c"], False, id="one-more"),
        pytest.param(["a", "...", "z"], ["a", "b", "z"], True, id="others-between"),
        pytest.param(["a", "...", "z"], ["a", "z", "b"], False, id="others-behind"),
        pytest.param(["a", "..."], ["ab", "c"], False, id="a-longer-name"),
        pytest.param(["..."], ["x"], True, id="any"),
    ],
)
def test_the_order_of_keys_is_compared(expected: list[str], actual: list[str], right: bool) -> None:
    if right:
        check_keys(expected, actual)
        return

    with pytest.raises(AssertionError):
        check_keys(expected, actual)
