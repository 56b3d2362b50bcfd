"""The recorder: every SCIM exchange, kept without secrets, within bounds, with what it changed and what was found."""

from __future__ import annotations

from sandbox.recorder.change import Operation, json_patch, picture
from sandbox.recorder.effects import NO_EFFECTS, Effects, close_effects, note_commit, note_mapped, open_effects
from sandbox.recorder.exchange import UNREADABLE, Content, Exchange, Presented, Refusal, phrase_of, read_exchange
from sandbox.recorder.finding import Finding, Severity, read_finding
from sandbox.recorder.har import har
from sandbox.recorder.kept import KeptExchanges
from sandbox.recorder.noted import Noted
from sandbox.recorder.recorder import Recorder
from sandbox.recorder.recording import Recording
from sandbox.recorder.redaction import REDACTED, Secrets
from sandbox.recorder.selection import Selection, SelectionError, read_selection
from sandbox.recorder.settling import Examine

__all__ = [
    "NO_EFFECTS",
    "REDACTED",
    "UNREADABLE",
    "Content",
    "Effects",
    "Examine",
    "Exchange",
    "Finding",
    "KeptExchanges",
    "Noted",
    "Operation",
    "Presented",
    "Recorder",
    "Recording",
    "Refusal",
    "Secrets",
    "Selection",
    "SelectionError",
    "Severity",
    "close_effects",
    "har",
    "json_patch",
    "note_commit",
    "note_mapped",
    "open_effects",
    "phrase_of",
    "picture",
    "read_exchange",
    "read_finding",
    "read_selection",
]
