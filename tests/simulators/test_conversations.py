"""The conversations that are shipped, and what is said of one that cannot be played."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.fixtures import fixtures
from sandbox.simulators.checking import CONVERSATION, PARTS, ROWS, ConversationError
from sandbox.simulators.conditions import CONDITIONS
from sandbox.simulators.conversation import Do, Evidence, Step, Told
from sandbox.simulators.judging import Word
from sandbox.simulators.making import MAKERS
from sandbox.simulators.reading import EVENTS, Conversation, of_client, read_conversation, shipped
from sandbox.simulators.wire import Silence

FILES = sorted((fixtures() / "clients").glob("*/conversations/*.json"))
CONVERSATIONS = [each for several in shipped().values() for each in several]
ADDRESS = re.compile(r"https://[a-z0-9.]+\.[a-z]+/\S+")


def variants(conversation: Conversation) -> list[Step]:
    """Return every step in every mode, with every value of every option."""
    found = []
    for mode in conversation.modes:
        for name, values in {**conversation.options, "": [""]}.items():
            found += [
                step
                for value in values
                for step in conversation.script(mode, {name: value} if name else {}).steps.values()
            ]
    return found


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda each: Path(each.where).stem + "-" + each.client)
class TestShipped:
    def test_every_step_says_how_it_is_known_and_where_from(self, conversation: Conversation) -> None:
        for step in variants(conversation):
            assert step.source or step.evidence is Evidence.INFERRED, step.name
            assert all(ADDRESS.fullmatch(source) for source in step.source)

    def test_every_sentence_about_a_client_says_how_it_is_known(self, conversation: Conversation) -> None:
        script = conversation.script()
        sentences: list[Told] = [
            script.appends,
            *script.screens.values(),
            *(row.screen for row in script.reactions),
            *script.notes,
        ]

        for told in sentences:
            assert told.source or told.evidence is Evidence.INFERRED, told.says
            assert all(ADDRESS.fullmatch(source) for source in told.source)

    def test_every_step_is_in_a_flow_and_every_source_is_used(self, conversation: Conversation) -> None:
        document = conversation.document
        flows = json.dumps(document["flows"])
        rest = json.dumps({name: part for name, part in document.items() if name != "sources"})

        assert [step["name"] for step in document["steps"] if json.dumps(step["name"]) not in flows] == []
        assert [name for name in document["sources"] if json.dumps(name) not in rest] == []

    def test_a_name_stands_for_one_step_in_a_mode(self, conversation: Conversation) -> None:
        for mode in conversation.modes:
            for options in ({}, *({name: value} for name, values in conversation.options.items() for value in values)):
                picked = {name: values[0] for name, values in conversation.options.items()} | options
                names = [
                    row["name"]
                    for row in conversation.document["steps"]
                    if mode in row.get("modes", [mode])
                    and all(picked[name] == value for name, value in row.get("options", {}).items())
                ]
                assert len(names) == len(set(names))

    def test_what_a_mode_never_uses_is_not_in_the_file(self, conversation: Conversation) -> None:
        document = conversation.document

        for row in (*document["steps"], *document.get("form", ()), *document.get("notes", ())):
            assert set(row.get("modes", ())) <= set(conversation.modes)
            assert all(value in conversation.options[name] for name, value in row.get("options", {}).items())


def test_there_are_the_four_clients() -> None:
    assert sorted(shipped()) == ["entra", "google", "okta", "onelogin"]


def test_nothing_of_google_but_two_headers_is_told_as_known() -> None:
    steps = of_client("google", None).script().steps.values()

    assert {step.evidence for step in steps} == {Evidence.INFERRED}


@pytest.mark.parametrize(
    ("client", "mode", "options", "told"),
    [
        pytest.param("entra", "v2", {}, "entra has no mode 'v2'; it has default, optscim, validator", id="a mode"),
        pytest.param("nobody", None, {}, "no simulator is called 'nobody'; there are entra", id="a client"),
        pytest.param(
            "okta", None, {"update": "put"}, "okta has no --update; it has --import-groups, --paging", id="an option"
        ),
        pytest.param(
            "google", None, {"update": "post"}, "--update of google is one of put, patch, not 'post'", id="a value"
        ),
    ],
)
def test_what_a_client_does_not_have_is_told_with_what_it_has(
    client: str, mode: str | None, options: dict[str, str], told: str
) -> None:
    with pytest.raises(ConversationError, match=re.escape(told)):
        of_client(client, mode).script(mode, options)


MINIMAL: dict[str, Any] = {
    "name": "My client",
    "client": "mine",
    "headers": {"Authorization": "Bearer {{token}}"},
    "flows": {"connect": ["look"]},
    "steps": [{"name": "look", "evidence": "inferred", "request": {"method": "GET", "path": "/Users?count=1"}}],
}


def changed(change: Callable[[dict[str, Any]], Any]) -> str:
    """Return the minimal conversation as text, changed."""
    document = json.loads(json.dumps(MINIMAL))
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("{", "is not JSON", id="no JSON"),
        pytest.param("[]", "must be an object, not []", id="a list"),
        pytest.param(changed(lambda it: it.pop("steps")), "has no steps: a list of objects", id="a missing member"),
        pytest.param(
            changed(lambda it: it.update(stepz=[])), 'has a member "stepz"; known there: name', id="an unknown member"
        ),
        pytest.param(
            changed(lambda it: it["steps"][0].update(evidence="sure")),
            "steps 1: evidence must be one of",
            id="evidence",
        ),
        pytest.param(
            changed(lambda it: it["steps"][0]["request"].update(method="LOOK")),
            "method must be one of GET",
            id="a method",
        ),
        pytest.param(
            changed(lambda it: it["steps"][0]["request"].update(path="/Users?filter=a b")),
            "path must be a path",
            id="a space in a path",
        ),
        pytest.param(
            changed(lambda it: it["steps"][0].update(accept=[2])),
            "accept must be a list of status codes",
            id="no status",
        ),
        pytest.param(
            changed(lambda it: it["flows"].update(connect=["leap"])), "names 'leap'; known there: look", id="no step"
        ),
        pytest.param(
            changed(lambda it: it["flows"].update(dance=["look"])), "names 'dance'; known there: connect", id="no event"
        ),
        pytest.param(
            changed(lambda it: it["steps"][0].update(when=["rainy"])),
            "names 'rainy'; known there: unknown",
            id="no condition",
        ),
        pytest.param(
            changed(lambda it: it["headers"].update({"X Y": "1"})),
            "headers must be an object of header lines",
            id="a header",
        ),
        pytest.param(
            changed(lambda it: it["steps"][0]["request"].update(body={"$make": "magic"})),
            "makes 'magic'; known there: operations, overlay, template",
            id="no maker",
        ),
        pytest.param(
            changed(lambda it: it["steps"][0]["request"].update(body={"$make": "overlay"})),
            "'overlay' needs a member over",
            id="a maker without what it needs",
        ),
        pytest.param(
            changed(lambda it: it["steps"][0]["request"].update(body={"$make": "template", "of": "user"})),
            "names 'user'; known there",
            id="no template",
        ),
        pytest.param(
            changed(lambda it: it.update(attributes={"a": "{{x", "b": 5})),
            "attributes must be an object of texts",
            id="attributes",
        ),
        pytest.param(
            changed(lambda it: it.update(quarantine={"gaps": []})),
            "quarantine has no disabled_after",
            id="a part of a part",
        ),
        pytest.param(
            changed(lambda it: it.update(cycle={"every": {"weeks": 1}, "evidence": "inferred"})),
            'every must be a duration as {"minutes": 40}',
            id="a duration",
        ),
        pytest.param(
            changed(lambda it: it.update(reactions=[{"to": ["*"], "do": "cry", "screen": "x", "evidence": "seen"}])),
            "reactions 1: do must be one of pass, fail",
            id="no reaction",
        ),
        pytest.param(
            changed(lambda it: it.update(screens={"provisioned": {"says": 5, "evidence": "seen"}})),
            "says must be a text",
            id="a screen",
        ),
    ],
)
def test_a_conversation_that_cannot_be_played_is_told_where(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConversationError, match=re.escape(told)) as refusal:
        read_conversation(path)

    assert str(path) in str(refusal.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConversationError, match="cannot be read"):
        read_conversation(tmp_path / "none.json")


def test_the_least_conversation_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(MINIMAL), encoding="utf-8")

    script = read_conversation(path).script()

    assert [step.name for step in script.flow("connect")] == ["look"]
    assert script.mode == "default"


def test_the_readme_names_everything_that_a_conversation_can_have() -> None:
    text = (fixtures() / "clients" / "README.md").read_text(encoding="utf-8").partition("## A conversation")[2]
    words = set(re.findall(r"`([^`]+)`", text))
    members = {name.removesuffix("?") for form in (CONVERSATION, *PARTS.values(), *ROWS.values()) for name in form}

    assert members - {"evidence", "source", "note", "modes", "options", "name"} - words == set()
    assert set(CONDITIONS) - words == set()
    assert set(map(str, Do)) - words == set()
    assert {str(word) for word in (*Word, *Silence)} - words == set()
    assert [event for event in EVENTS if event not in words and event.split()[-1] not in words] == []
    assert [maker for maker in MAKERS if f'"$make": "{maker}"' not in text] == []


@pytest.mark.parametrize("client", ["entra", "okta", "onelogin", "google"])
def test_the_readme_names_every_variable_a_conversation_uses(client: str) -> None:
    text = (fixtures() / "clients" / "README.md").read_text(encoding="utf-8").partition("## A conversation")[2]
    words = set(re.findall(r"`([^`]+)`", text))

    for conversation in shipped()[client]:
        parts = {name: part for name, part in conversation.document.items() if name not in {"form", "sources"}}
        saved = {name for step in parts["steps"] for name in step.get("save", {})}
        used = set(re.findall(r"\{\{([\w.]+)\}\}", json.dumps(parts)))
        assert {name for name in used - saved if name not in words and f"{{{{{name}}}}}" not in words} == set()
