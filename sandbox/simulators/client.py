"""A provisioning client at work: connection test, cycles, import; what failed, what is owed, quarantine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sandbox.simulators.backlog import Backlog
from sandbox.simulators.conversation import Do, Quarantine, Script
from sandbox.simulators.isolation import Isolation, has_failed_too_much, isolated
from sandbox.simulators.journal import Failure, Journal, Sink
from sandbox.simulators.memory import Memory
from sandbox.simulators.player import HaltedError, Player
from sandbox.simulators.source import Change, Source
from sandbox.simulators.subject import Subject
from sandbox.simulators.timeline import Timeline
from sandbox.simulators.values import Values
from sandbox.simulators.wire import Connection

Progress = Callable[[int, int], None]
"""Is told how much of how much is done."""


def _no_progress(_: int, __: int) -> None:
    """Tell nobody."""


class Client:
    """One provisioning client that brings a source over to a service provider."""

    def __init__(
        self,
        script: Script,
        source: Source,
        connection: Connection,
        *,
        token: str,
        seed: int,
        timeline: Timeline,
        sink: Sink | None = None,
    ) -> None:
        """Take the parts; nothing is sent yet."""
        self.script = script
        self.source = source
        self.timeline = timeline
        self.journal = Journal(timeline, sink)
        self.memory = Memory()
        self.refused: Failure | None = None
        self.isolation: Isolation | None = None
        self.is_disabled = False
        self.has_failed_import = False
        self.progress: Progress = _no_progress
        self.connection = connection
        values = Values(seed, source, self.memory, script.attributes)
        self.backlog = Backlog(script, source, self.memory, values)
        self._player = Player(script, connection, values, self.journal, timeline)
        self._player.token = token

    @property
    def token(self) -> str:
        """The SCIM access token it sends."""
        return self._player.token

    @token.setter
    def token(self, value: str) -> None:
        self._player.token = value

    @property
    def owes(self) -> bool:
        """Whether something is still to be brought over, or could not be read."""
        return self.has_failed_import or not self.backlog.is_empty

    def connect(self) -> bool:
        """Test the connection as the set-up screen does, and tell whether it is accepted."""
        subject = Subject(label="the connection", values={})
        with self.journal.during("connect"):
            try:
                self._player.play(self.script.flow("connect"), subject)
            except HaltedError as halt:
                self.refused = self._failure("connect", subject, halt)
                return False
        self.memory.learned |= subject.values.get("learned", {})
        self.refused = None
        self.isolation = None
        return True

    def run_suite(self) -> None:
        """Take the tests of a suite one by one; one that fails does not end it."""
        subject = Subject(label="the suite", values={})
        steps = self.script.flow("suite")
        with self.journal.during("suite"):
            for number, step in enumerate(steps, start=1):
                try:
                    self._player.play([step], subject)
                except HaltedError as halt:
                    self.journal.failures.append(self._failure(step.name, subject, halt))
                self.progress(number, len(steps))

    def run_import(self) -> None:
        """Read what the service provider has."""
        subject = Subject(label="the import", values={})
        with self.journal.during("import"):
            try:
                self._player.play(self.script.flow("import"), subject)
            except HaltedError as halt:
                self.has_failed_import = True
                self.journal.failures.append(self._failure("import", subject, halt))

    def cycle(self, name: str) -> None:
        """Bring over what changed since the last cycle, and what failed and is due."""
        if self.is_disabled or (self.isolation is not None and self.timeline.now < self.isolation.next_run_at):
            return
        with self.journal.during(name):
            try:
                self._player.play(self.script.flow("cycle"), Subject(label="the cycle", values={}))
                self.isolation = None
                self._bring_over()
            except HaltedError as halt:
                self._end_cycle(halt)

    def sit_out(self, until: datetime | None = None) -> None:
        """Make the runs of a quarantine, until one succeeds, the client is disabled, or the time has come."""
        while self.isolation is not None and self.script.quarantine is not None and not self.is_disabled:
            ends_at = self.isolation.since + self.script.quarantine.disabled_after
            due_at = min(self.isolation.next_run_at, ends_at)
            if until is not None and due_at > until:
                return
            self.timeline.wait_until(due_at)
            self.is_disabled = due_at == ends_at
            self.cycle("run in quarantine")

    def start_over(self) -> None:
        """Forget all ids, as a restart of the provisioning does: everybody is looked up again."""
        self.backlog.start_over()

    def retry_failed(self) -> None:
        """Do what failed once more, as an administrator does by hand."""
        with self.journal.during("retry by hand"):
            try:
                self._bring_over(by_hand=True)
            except HaltedError as halt:
                self._end_cycle(halt)

    def _bring_over(self, *, by_hand: bool = False) -> None:
        self.backlog.hear()
        again = self.backlog.due(by_hand=by_hand)
        done, total = 0, len(again) + len(self.memory.pending)
        for owed in again:
            self._do(owed)
            done += 1
            self.progress(done, total)
        while (change := self.backlog.next()) is not None:
            try:
                self._do(change)
            except HaltedError:
                self.backlog.put_back(change)
                raise
            done += 1
            self.progress(done, total)

    def _do(self, change: Change) -> None:
        """Do one change; a failure of this one is written down, one of the whole cycle is raised."""
        subject, event = self.backlog.whom(change)
        steps = self.script.flow(event)
        if subject is None or not steps:
            self.backlog.nobody(change)
            return
        phase = self.journal.phase
        calls_before = phase.calls
        try:
            self._player.play(steps, subject)
        except HaltedError as halt:
            if halt.reaction.do not in {Do.FAIL, Do.WAIT, Do.AGAIN}:
                raise
            self._fail(change, subject, halt)
            return
        if phase.calls > calls_before:
            phase.done[change.event] += 1
        for passed_over in self.backlog.done(change, subject):
            self._do(passed_over)

    def _fail(self, change: Change, subject: Subject, halt: HaltedError) -> None:
        self.backlog.owe(change, subject)
        self.journal.phase.failed[change.event] += 1
        self.journal.failures.append(self._failure(change.event, subject, halt))
        quarantine = self.script.quarantine
        if quarantine is not None and has_failed_too_much(quarantine, len(self.journal.failures), self.journal.calls):
            self._isolate(quarantine, halt)
            raise halt

    def _end_cycle(self, halt: HaltedError) -> None:
        """Write down why a cycle ended; with a quarantine, when the next run is."""
        subject = Subject(label="the cycle", values={})
        self.journal.failures.append(self._failure("cycle", subject, halt))
        if halt.reaction.do is Do.QUARANTINE and self.script.quarantine is not None:
            self._isolate(self.script.quarantine, halt)
        elif halt.reaction.do is Do.REFUSE:
            self.refused = self._failure("cycle", subject, halt)

    def _isolate(self, quarantine: Quarantine, halt: HaltedError) -> None:
        why, screen = halt.verdict.sentence, halt.reaction.screen
        self.isolation = isolated(quarantine, self.timeline.now, self.isolation, why, screen)

    def _failure(self, event: str, subject: Subject, halt: HaltedError) -> Failure:
        return Failure(
            event=event,
            label=subject.label,
            step=halt.step.name,
            why=halt.verdict.sentence,
            screen=halt.reaction.screen,
            at=self.timeline.now,
        )

    def wait_for_next_cycle(self) -> None:
        """Let the time to the next cycle pass."""
        self.timeline.wait(self.script.cycle or timedelta(minutes=1))
