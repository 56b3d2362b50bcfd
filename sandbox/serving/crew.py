"""Who attends to the connections: one thread leads, and another takes over when the first is held up.

The leader waits for all connections at once and attends to what came itself, one after the other. So a connection that
is idle costs no thread, and an answer costs no switch from one thread to another, which takes longer than the rest of
the server does. What holds the leader up (a client that sends slowly, a stream of events, a long answer) is in the way
of the others for two turns at most: the foreman sees it and appoints another leader. The first one is then alone with
its connection; once it is done, it gives the connection back and ends.
"""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable
from math import inf
from threading import Lock, Thread, current_thread
from typing import Protocol

from sandbox.clock import stopwatch
from sandbox.serving.bell import Bell

TURN_SECONDS = 0.005
"""How often the foreman looks whether the leader is held up, as long as there is something to do."""
QUIET_TURNS = 20
"""After how many turns without work the foreman dozes, until the leader wakes it."""
DOZE_SECONDS = 1
"""How long the foreman dozes at once; on Windows Ctrl-C is noticed only in between."""
PAUSE_SECONDS = 0.1
"""How long nobody is let in when the system has no room for another connection."""


class Attended(Protocol):
    """A connection, as far as the crew knows it."""

    deadline: float
    """When it has been silent for too long, on the stopwatch."""

    def fileno(self) -> int:
        """Return the number of its socket, the same from its beginning to its end."""

    def attend(self) -> bool:
        """Take what came, and answer it; tell whether more can come."""

    def close(self) -> None:
        """End it."""


class NoRoomError(Exception):
    """The system has no room for another connection now."""


class Crew:
    """The threads that attend to the connections of one server."""

    def __init__(
        self,
        name: str,
        listening: socket.socket,
        let_in: Callable[[], Attended | None],
        is_stopping: Callable[[], bool],
    ) -> None:
        """Attend to all that *let_in* returns, which is asked whenever somebody knocks at *listening*.

        *let_in* may raise a :class:`NoRoomError`.
        """
        self._name = name
        self._listening = listening
        self._let_in = let_in
        self._is_stopping = is_stopping
        self._selector = selectors.DefaultSelector()
        self._leaders_bell, self._foremans_bell = Bell(), Bell()
        self._lock = Lock()
        """Held for whatever changes who leads; the selector belongs to the leader."""
        self._leader: Thread | None = None
        self._held: Attended | None = None
        """The connection that the leader attends to."""
        self._turns = 0
        """How often a leader began to attend to one."""
        self._foreman_dozes = False
        self._returned: list[Attended] = []
        """Connections that other threads are done with, to be waited for again."""
        self._threads: list[Thread] = []
        self._next_look = inf
        """When a deadline may be over, on the stopwatch; never later than the first that is."""
        self._opens_at: float | None = None
        """When somebody is let in again, while nobody is."""

    def work(self) -> None:
        """Attend to connections until the server stops; the thread that calls this is the foreman.

        Raises:
            RuntimeError: when the system has no room for a thread.
        """
        self._selector.register(self._leaders_bell, selectors.EVENT_READ)
        self._selector.register(self._listening, selectors.EVENT_READ)
        with self._lock:
            self._appoint()
        self.watch()

    def watch(self) -> None:
        """See to it that the leader is not held up, until the last one has gone because the server stops."""
        quiet_turns = 0
        while self._leader is not None:
            turns = self._turns
            if quiet_turns < QUIET_TURNS:
                self._foremans_bell.wait(TURN_SECONDS)
            else:
                self._doze()
            if turns != self._turns:
                quiet_turns = 0
            elif self._held is None:
                quiet_turns += 1
            else:
                self._relieve(turns)

    def wake(self) -> None:
        """Let leader and foreman notice that the server stops; from a signal handler too."""
        self._leaders_bell.ring()
        self._foremans_bell.ring()

    def end_an_idle_one(self) -> bool:
        """End a connection on which nothing has come, and tell whether there was one; for the leader alone."""
        busy = {self._held, *(key.data for key, _ in self._selector.select(0))}
        idle = next((each for each in self._waited_for() if each not in busy), None)
        if idle is not None:
            self._selector.unregister(idle)
            idle.close()
        return idle is not None

    def dismiss(self) -> None:
        """End the connections that nobody attends to, once there is no leader any more."""
        for connection in [*self._waited_for(), *self._returned]:
            connection.close()
        self._selector.close()
        self._leaders_bell.close()
        self._foremans_bell.close()

    def join(self, seconds: float) -> bool:
        """Wait for the threads that still attend to a connection; tell whether all have ended. After the dismissal."""
        deadline = stopwatch() + seconds
        for thread in self._threads:
            thread.join(max(0, deadline - stopwatch()))
        return not any(thread.is_alive() for thread in self._threads)

    def _appoint(self) -> None:
        """Let a new thread lead; with the lock held, for which that thread waits.

        Raises:
            RuntimeError: when the system has no room for another thread.
        """
        leader = Thread(target=self._lead, name=f"{self._name} crew", daemon=True)
        leader.start()
        self._leader = leader
        self._threads = [leader, *(thread for thread in self._threads if thread.is_alive())]

    def _relieve(self, turns: int) -> None:
        """Let another thread lead if the leader is held up, still in the turn that was the last of so many *turns*."""
        with self._lock:
            held = self._held
            if held is None or turns != self._turns:
                return
            if self._is_stopping():
                self._leader = None
            else:
                try:
                    self._appoint()
                except RuntimeError:
                    return  # the one who leads is waited for
            self._selector.unregister(held)
            self._held = None

    def _doze(self) -> None:
        """Wait for the leader to have something to do, which wakes the foreman; unless it has just begun."""
        self._foreman_dozes = True
        if self._held is None:
            self._foremans_bell.wait(DOZE_SECONDS)
        self._foreman_dozes = False

    def _lead(self) -> None:
        """Attend to what comes, until another thread leads or the server stops."""
        myself = current_thread()
        with self._lock:
            pass  # now it is appointed
        try:
            self._lead_on(myself)
        finally:
            with self._lock:
                if self._leader is myself:
                    self._leader = None
            self._foremans_bell.ring()

    def _lead_on(self, myself: Thread) -> None:
        is_last = False
        while not is_last:
            is_last = self._is_stopping()  # what has come by then is attended to
            for key, _ in self._selector.select(0 if is_last else self._patience()):
                if key.data is not None:
                    if not self._attend(key.data, myself):
                        return
                elif key.fileobj is self._listening:
                    self._admit()
                else:
                    self._take_back()

    def _attend(self, connection: Attended, myself: Thread) -> bool:
        """Attend to a connection on which something came; tell whether this thread still leads afterwards."""
        self._turns += 1
        self._held = connection
        if self._foreman_dozes:
            self._foremans_bell.ring()
        goes_on = connection.attend()
        with self._lock:
            leads = self._leader is myself
            if leads:
                self._held = None
                if goes_on:
                    self._next_look = min(self._next_look, connection.deadline)
                else:
                    self._selector.unregister(connection)
            elif goes_on and self._leader is not None:
                self._returned.append(connection)
            else:
                goes_on = False
        if not goes_on:
            connection.close()
        elif not leads:
            self._leaders_bell.ring()
        return leads

    def _take_back(self) -> None:
        """Wait again for the connections that other threads are done with."""
        self._leaders_bell.hush()
        with self._lock:
            returned, self._returned = self._returned, []
        for connection in returned:
            self._wait_for(connection)

    def _admit(self) -> None:
        """Let in who knocks; nobody for a while when there is no room."""
        try:
            connection = self._let_in()
        except NoRoomError:
            self._selector.unregister(self._listening)
            self._opens_at = stopwatch() + PAUSE_SECONDS
            self._next_look = min(self._next_look, self._opens_at)
            return
        if connection is not None:
            self._wait_for(connection)

    def _wait_for(self, connection: Attended) -> None:
        self._selector.register(connection, selectors.EVENT_READ, connection)
        self._next_look = min(self._next_look, connection.deadline)

    def _waited_for(self) -> list[Attended]:
        """Return the connections of the selector."""
        return [key.data for key in self._selector.get_map().values() if key.data is not None]

    def _patience(self) -> float | None:
        """Do what is due by now, and return how many seconds there are until the next time; ``None`` for ever."""
        now = stopwatch()
        if now >= self._next_look:
            self._look_around(now)
        return None if self._next_look == inf else self._next_look - now

    def _look_around(self, now: float) -> None:
        """End the connections that were silent for too long, and open the door again."""
        if self._opens_at is not None and self._opens_at <= now:
            self._opens_at = None
            self._selector.register(self._listening, selectors.EVENT_READ)
        for connection in self._waited_for():
            if connection.deadline <= now:
                self._selector.unregister(connection)
                connection.close()
        deadlines = [connection.deadline for connection in self._waited_for()]
        self._next_look = min([*deadlines, inf if self._opens_at is None else self._opens_at])
