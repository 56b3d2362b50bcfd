"""Whether an answer is one that the client accepts, and in which words it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.simulators.conversation import Step
from sandbox.simulators.expecting import differences
from sandbox.simulators.wire import NO_JSON, Answer, NoAnswerError

LONGEST = 240
"""Characters of what a service provider says that are passed on."""


class Word(StrEnum):
    """What can be wrong with an answer beside its status; that there is none is in ``wire.Silence``."""

    NOT_JSON = "not json"
    EMPTY = "empty"
    MISFIT = "misfit"
    """It is JSON, but not what was asked for."""
    SEVERAL = "several"
    """There is more than one hit where one is expected."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the client makes of an answer."""

    words: frozenset[str]
    """What reactions are looked up by; none: the answer is accepted."""
    label: str
    """In a table: ``200``, ``400 invalidSyntax``, ``not json``."""
    sentence: str = ""

    @property
    def is_accepted(self) -> bool:
        """Whether the client goes on."""
        return not self.words


def judge_silence(error: NoAnswerError) -> Verdict:
    """Return the verdict on an answer that did not come."""
    return Verdict(frozenset({str(error.why), "*"}), str(error.why), str(error))


def judge(step: Step, has: Mapping[str, Any] | None, answer: Answer) -> Verdict:
    """Return the verdict on an answer to *step*, whose body must have *has*."""
    body = answer.json()
    if answer.status not in step.accept:
        return _refused(answer, body)
    label = str(answer.status)
    if answer.status == 204 or not (has or step.save or step.page or step.learn):
        return Verdict(frozenset(), label)
    if body is NO_JSON or body is None:
        word = Word.NOT_JSON if body is NO_JSON else Word.EMPTY
        told = f"{_kind(answer)} instead of JSON" if body is NO_JSON else "an empty body"
        return Verdict(frozenset({word, "*"}), f"{label}, {word}", f"the answer is {label} with {told}")
    if wrong := next(differences(has or {}, body), None):
        return Verdict(frozenset({Word.MISFIT, "*"}), f"{label}, {Word.MISFIT}", f"the answer is {label}, but {wrong}")
    hits = body.get("Resources")
    if step.is_unique and isinstance(hits, list) and len(hits) > 1:
        sentence = f"the answer lists {len(hits)} resources where one was expected"
        return Verdict(frozenset({Word.SEVERAL, "*"}), f"{label}, {Word.SEVERAL}", sentence)
    return Verdict(frozenset(), label)


def _refused(answer: Answer, body: Any) -> Verdict:
    words = {str(answer.status), f"{answer.status // 100}xx", "*"}
    label = str(answer.status)
    if body is NO_JSON:
        words.add(Word.NOT_JSON)
        return Verdict(frozenset(words), f"{label}, {Word.NOT_JSON}", f"the answer is {label} with {_kind(answer)}")
    facts = body if isinstance(body, Mapping) else {}
    kind = f"{label} {facts['scimType']}" if isinstance(facts.get("scimType"), str) else label
    told = facts.get("detail") or facts.get("message")
    sentence = f"the answer is {kind}: {_in_one_line(told)}" if isinstance(told, str) else f"the answer is {kind}"
    return Verdict(frozenset(words), kind, sentence)


def _in_one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}..."


def _kind(answer: Answer) -> str:
    return (answer.header("Content-Type") or "a body without a media type").partition(";")[0]
