"""Diagnosis: rules over an exchange, and over the series of a client's exchanges, and what they find."""

from __future__ import annotations

from sandbox.diagnosis.case import Case, Situation
from sandbox.diagnosis.clients import NAMES, UNKNOWN
from sandbox.diagnosis.endpoints import what_to_type
from sandbox.diagnosis.examiner import Examiner
from sandbox.diagnosis.listing import rules_json
from sandbox.diagnosis.report import make_report
from sandbox.diagnosis.report_forms import report_junit, report_markdown, report_text
from sandbox.diagnosis.rule import Rule, Told
from sandbox.diagnosis.table import RULES, SUBJECTS
from sandbox.diagnosis.verdicts import judged

__all__ = [
    "NAMES",
    "RULES",
    "SUBJECTS",
    "UNKNOWN",
    "Case",
    "Examiner",
    "Rule",
    "Situation",
    "Told",
    "judged",
    "make_report",
    "report_junit",
    "report_markdown",
    "report_text",
    "rules_json",
    "what_to_type",
]
