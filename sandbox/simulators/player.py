"""The engine: takes the steps of a flow for one person or group, and reacts to the answers as the conversation says."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any
from urllib.parse import quote, quote_plus

from sandbox.simulators.conditions import CONDITIONS
from sandbox.simulators.conversation import Do, Reaction, Script, Step, Stride
from sandbox.simulators.expecting import at
from sandbox.simulators.filling import MissingVariableError, filled, filled_text
from sandbox.simulators.journal import Journal
from sandbox.simulators.judging import Verdict, judge, judge_silence
from sandbox.simulators.making import maker
from sandbox.simulators.subject import Subject
from sandbox.simulators.timeline import Timeline
from sandbox.simulators.values import Values
from sandbox.simulators.wire import Answer, Connection, NoAnswerError, Request, Silence

PAGES_AT_MOST = 10_000
"""Pages of one list; a list that goes on is one that begins again and again."""


class HaltedError(Exception):
    """A step was not accepted, and what is left of the flow is not taken."""

    def __init__(self, step: Step, verdict: Verdict, reaction: Reaction) -> None:
        super().__init__(verdict.sentence)
        self.step = step
        self.verdict = verdict
        self.reaction = reaction


class Player:
    """Says what one client says, over one connection."""

    def __init__(
        self, script: Script, connection: Connection, values: Values, journal: Journal, timeline: Timeline
    ) -> None:
        """Take the parts; ``token`` is to be set before anything is sent."""
        self.script = script
        self.token = ""
        self._connection = connection
        self._values = values
        self._journal = journal
        self._timeline = timeline
        self._encode = quote_plus if script.space == "+" else partial(quote, safe="")

    def play(self, steps: Sequence[Step], subject: Subject) -> None:
        """Take the steps whose conditions hold, in order.

        Raises:
            HaltedError: when one is not accepted, unless the client goes on all the same.
        """
        for step in steps:
            if all(CONDITIONS[name](subject) for name in step.when):
                try:
                    self.take(step, subject)
                except MissingVariableError:
                    self._journal.left_out(step)
                except HaltedError as halt:
                    if halt.reaction.do is not Do.AGAIN:
                        raise
                    self._play_instead(halt, subject)
                    return

    def take(self, step: Step, subject: Subject) -> None:
        """Take one step, which may be several requests.

        Raises:
            HaltedError: when an answer is not accepted.
        """
        self._timeline.wait(step.wait)
        if step.page is not None:
            self._read_pages(step, step.page.size, step.page.by, subject)
            return
        for more in _variations(step, subject):
            self._send(step, subject, more)

    def _play_instead(self, halt: HaltedError, subject: Subject) -> None:
        """Take the steps that the reaction names; when even they find nothing, the halt stays."""
        self.play([self.script.steps[name] for name in halt.reaction.run if name != halt.step.name], subject)
        if not subject.is_known:
            raise halt

    def _read_pages(self, step: Step, size: int, by: Stride, subject: Subject) -> None:
        start, read, total = 1, 0, 1
        for _ in range(PAGES_AT_MOST):
            body = self._send(step, subject, {"startIndex": start, "pageSize": size})
            shown, total = _listed(body)
            read += shown
            start += size if by is Stride.ASKED else shown
            if start > total or (by is Stride.SHOWN and not shown):
                break
        if read < total:
            self._journal.fell_short(step, "incomplete", f"{read} of {total} were read: pages are shorter than {size}")

    def _send(self, step: Step, subject: Subject, more: Mapping[str, Any]) -> Any:
        """Send a request until it is accepted or given up; return the body of the answer."""
        variables = {**self._values.common(self.token, f"{self._timeline.now:%Y-%m-%d}"), **subject.values, **more}
        request = self._request(step, subject, variables)
        has = None if step.has is None else filled(step.has, variables, maker(subject, {}))
        for attempt in count(1):
            answer, verdict = self._exchange(step, request, has)
            if verdict.is_accepted:
                return self._accept(step, subject, answer)
            reaction = self.script.reaction(verdict.words, step.name, self._journal.phase.name)
            if reaction.do is Do.PASS:
                return None
            pause = _pause(self.script, answer, attempt) if reaction.do is Do.WAIT else None
            if pause is None:
                raise HaltedError(step, verdict, reaction)
            self._timeline.wait(pause)
        return None

    def _exchange(self, step: Step, request: Request, has: Mapping[str, Any] | None) -> tuple[Answer | None, Verdict]:
        answer = None
        try:
            answer = self._connection.send(request)
            verdict = judge(step, has, answer)
        except NoAnswerError as error:
            verdict = judge_silence(error)
            if error.why is Silence.SLOW:
                self._timeline.wait(self.script.timeout)
        self._journal.sent(step, request, answer, verdict)
        return answer, verdict

    def _request(self, step: Step, subject: Subject, variables: Mapping[str, Any]) -> Request:
        make = maker(subject, self.script.templates)
        body = step.raw.encode() if step.raw is not None else None
        if step.body is not None:
            made = filled(step.body, variables, make)
            body = json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()
        with_body = self.script.headers_with_body if body is not None else {}
        headers = {**self.script.headers, **with_body, **step.headers}
        return Request(
            method=step.method,
            path=filled_text(step.path, variables, self._encode),
            headers=tuple(
                (name, filled_text(value, variables)) for name, value in headers.items() if value is not None
            ),
            body=body,
        )

    def _accept(self, step: Step, subject: Subject, answer: Answer | None) -> Any:
        """Keep what the step saves, and return the body."""
        body = answer.json() if answer is not None else None
        for name, pointer in step.save.items():
            with suppress(LookupError):
                subject.values[name] = at(body, pointer)
        if step.learn is not None:
            subject.values["learned"] = _learned(body, step.learn)
        return body


def _variations(step: Step, subject: Subject) -> Iterator[dict[str, Any]]:
    """Yield what the requests of a step differ in: one for all, one for each member, or one for so many at a time."""
    if step.each is not None:
        for member in subject.values.get(step.each, ()):
            yield {"each": member}
    elif step.batch is not None:
        members = subject.values.get(step.batch, ())
        for number in range(math.ceil(len(members) / step.at_most)):
            yield {step.batch: members[number * step.at_most : (number + 1) * step.at_most]}
    else:
        yield {}


def _listed(body: Any) -> tuple[int, int]:
    """Return how many resources a list shows, and how many there are in all."""
    facts = body if isinstance(body, Mapping) else {}
    shown, total = facts.get("Resources"), facts.get("totalResults")
    return len(shown) if isinstance(shown, list) else 0, total if isinstance(total, int) else 0


def _learned(body: Any, attribute: str) -> dict[str, str]:
    """Return the ids of what a list shows, by an attribute."""
    listed = body.get("Resources") if isinstance(body, Mapping) else None
    resources = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    return {str(each[attribute]): str(each["id"]) for each in resources if attribute in each and "id" in each}


def _pause(script: Script, answer: Answer | None, attempt: int) -> timedelta | None:
    """Return how long to wait before the next attempt, or ``None`` to give up."""
    retry = script.retry
    if retry is None or attempt >= retry.attempts:
        return None
    told = (answer.header("Retry-After") or "").strip() if answer is not None else ""
    if told.isascii() and told.isdecimal():
        return timedelta(seconds=min(int(told), 86_400))
    return None if retry.first_wait is None else retry.first_wait * retry.factor ** (attempt - 1)
