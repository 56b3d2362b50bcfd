"""What a template cannot say by itself: the values that ``{"$make": …}`` asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.simulators import entra, okta, onelogin
from sandbox.simulators.filling import Make, MissingVariableError, filled
from sandbox.simulators.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a template asks for, and what it can be made of."""

    spec: Mapping[str, Any]
    variables: Mapping[str, Any]
    subject: Subject
    templates: Mapping[str, Any]


def maker(subject: Subject, templates: Mapping[str, Any]) -> Make:
    """Return what makes values for one person or group."""

    def make(spec: Mapping[str, Any], variables: Mapping[str, Any]) -> Any:
        asked = Asked(spec=spec, variables=variables, subject=subject, templates=templates)
        return MAKERS[spec["$make"]](asked)

    return make


def _operations(asked: Asked) -> Any:
    return entra.operations(asked.spec, asked.subject.differing())


def _overlay(asked: Asked) -> Any:
    if asked.subject.document is None:
        raise MissingVariableError("document")
    mapped = filled(asked.spec["over"], asked.variables, maker(asked.subject, asked.templates))
    return okta.overlaid(asked.subject.document, mapped)


def _template(asked: Asked) -> Any:
    try:
        return onelogin.rendered(asked.templates[asked.spec["of"]], asked.variables)
    except ValueError as error:
        raise MissingVariableError("a macro without quotes") from error


MAKERS: Mapping[str, Callable[[Asked], Any]] = {
    "operations": _operations,
    "overlay": _overlay,
    "template": _template,
}

NEEDED: Mapping[str, str] = {"overlay": "over", "template": "of"}
"""The member that a maker cannot do without."""
