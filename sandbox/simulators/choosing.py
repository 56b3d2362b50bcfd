"""From a conversation with all its modes to the script of one: rows that are for others are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sandbox.simulators.conversation import (
    Do,
    Evidence,
    Failed,
    Note,
    Page,
    Quarantine,
    Reaction,
    Retry,
    Script,
    Step,
    Stride,
    Told,
)
from sandbox.simulators.endpoint import Slash

_PATIENCE = timedelta(seconds=30)
"""How long a client waits for an answer, where nothing is known of it."""


def script_of(document: Mapping[str, Any], mode: str, options: Mapping[str, str]) -> Script:
    """Return what a conversation is in one of its modes, with a value for each option."""
    return _Reader(document, mode, options).script()


def several(value: str | list[str]) -> list[str]:
    """Return one text or a list of texts as a list."""
    return [value] if isinstance(value, str) else list(value)


class _Reader:
    def __init__(self, document: Mapping[str, Any], mode: str, options: Mapping[str, str]) -> None:
        self._document = document
        self._mode = mode
        self._options = options

    def script(self) -> Script:
        document = self._document
        appends = document.get("appends", {"slash": Slash.KEPT, "says": "as written", "evidence": Evidence.INFERRED})
        steps = {row["name"]: self._step(row) for row in self._chosen("steps")}
        screens = document.get("screens", {})
        return Script(
            name=document["name"],
            client=document["client"],
            mode=self._mode,
            headers=document["headers"],
            headers_with_body=document.get("headers_with_body", {}),
            space=document.get("space", "%20"),
            slash=Slash(appends["slash"]),
            appends=self._told(appends),
            cycle=timedelta(**document["cycle"]["every"]) if "cycle" in document else timedelta(0),
            timeout=timedelta(**document["timeout"]["after"]) if "timeout" in document else _PATIENCE,
            failed=Failed(document["failed"]["again"]) if "failed" in document else Failed.BY_HAND,
            retry=_retry(document.get("retry")),
            quarantine=_quarantine(document.get("quarantine")),
            attributes=document.get("attributes", {}),
            templates=document.get("templates", {}),
            flows={event: self._flow(flow, steps) for event, flow in document["flows"].items()},
            steps=steps,
            reactions=tuple(self._reaction(row, steps) for row in self._chosen("reactions")),
            screens={name: self._told(row) for name, row in screens.items()},
            notes=tuple(Note(**asdict(self._told(row)), scheme=row.get("scheme")) for row in self._chosen("notes")),
        )

    def _chosen(self, part: str) -> list[Mapping[str, Any]]:
        """Return the rows that are for the mode and the options."""
        return [
            row
            for row in self._document.get(part, ())
            if self._mode in row.get("modes", [self._mode])
            and all(self._options.get(name) == value for name, value in row.get("options", {}).items())
        ]

    def _flow(self, flow: list[str] | Mapping[str, list[str]], steps: Mapping[str, Step]) -> tuple[str, ...]:
        """Return the steps of a flow, without those of other modes and options."""
        names = flow.get(self._mode, []) if isinstance(flow, Mapping) else flow
        return tuple(name for name in names if name in steps)

    def _step(self, row: Mapping[str, Any]) -> Step:
        request = row["request"]
        return Step(
            name=row["name"],
            evidence=Evidence(row["evidence"]),
            source=self._sources(row),
            method=request["method"],
            path=request["path"],
            headers=request.get("headers", {}),
            body=request.get("body"),
            raw=request.get("raw"),
            accept=tuple(row.get("accept", (200,))),
            has=row.get("has"),
            save=row.get("save", {}),
            when=tuple(row.get("when", ())),
            each=row.get("each"),
            batch=row.get("batch"),
            at_most=row.get("at_most", 100),
            page=Page(row["page"]["size"], Stride(row["page"]["by"])) if "page" in row else None,
            is_unique=row.get("unique", False),
            learn=row.get("learn"),
            wait=timedelta(**row.get("wait", {})),
            note=row.get("note"),
        )

    def _reaction(self, row: Mapping[str, Any], steps: Mapping[str, Step]) -> Reaction:
        return Reaction(
            to=frozenset(row["to"]),
            at=frozenset(row.get("at", ())),
            during=frozenset(row.get("during", ())),
            do=Do(row["do"]),
            run=tuple(name for name in row.get("run", ()) if name in steps),
            screen=Told(says=row["screen"], evidence=Evidence(row["evidence"]), source=self._sources(row)),
        )

    def _told(self, row: Mapping[str, Any]) -> Told:
        return Told(says=row["says"], evidence=Evidence(row["evidence"]), source=self._sources(row))

    def _sources(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        sources = self._document.get("sources", {})
        return tuple(sources.get(name, name) for name in several(row.get("source", [])))


def _retry(row: Mapping[str, Any] | None) -> Retry | None:
    if row is None:
        return None
    first = row["first_wait"]
    wait = None if first is None else timedelta(**first)
    return Retry(attempts=row["attempts"], first_wait=wait, factor=row["factor"])


def _quarantine(row: Mapping[str, Any] | None) -> Quarantine | None:
    if row is None:
        return None
    return Quarantine(
        gaps=tuple(timedelta(**gap) for gap in row["gaps"]),
        disabled_after=timedelta(**row["disabled_after"]),
        failures=row["failures"],
        share=row["share"],
    )
