"""Own rules: what a mapping file adds to the default mapping, as 4me's automation rules allow in effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.people.identity_rules import is_email
from sandbox.people.languages import language_for
from sandbox.people.operands import Operand
from sandbox.people.outcome import IDLE, Case, Outcome, Verdict
from sandbox.people.templates import Template, written
from sandbox.people.time_zones import zone_for
from sandbox.scim.value import TRUTHY

Converted = tuple[Any, str]
"""A value as the field takes it, or ``None`` and why it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRule:
    """What one rule of a mapping file says."""

    target: str
    """The field of the person, by its REST name."""
    template: Template
    """What the value is made of; of ``from`` a template with one name and nothing else, of neither an empty one."""
    default: Any = None
    lookup: Mapping[str, Any] | None = None
    applies: Callable[[Mapping[str, Any]], bool] | None = None
    only_new: bool = False
    clears: bool = False
    """Whether a blank clears the field."""
    convert: Callable[[Case, Any], Converted] = field(init=False)

    def __post_init__(self) -> None:
        """Choose how the field takes a value."""
        object.__setattr__(self, "convert", CONVERTERS.get(self.target, _as_it_is if self.is_custom else _as_text))

    @property
    def is_custom(self) -> bool:
        """Tell whether the field is one of the custom fields."""
        return self.target.startswith("custom_fields.")

    def apply(self, case: Case) -> Outcome:
        """Return what the rule makes of the field."""
        read = [each.name for each in self.template.operands]
        attribute = next((name for name in read if not name.startswith("person.")), None)
        if self.only_new and case.before is not None:
            return Outcome(Verdict.IGNORED, None, attribute, "the rule is for new persons only")
        if self.applies is not None and not self.applies(case.user):
            return Outcome(Verdict.IGNORED, None, attribute, "the condition of the rule does not hold")
        value, reason = self._value(case)
        if value is None or value == "":
            return self._blank(case, attribute, reason)
        converted, why_not = self.convert(case, value)
        if converted is None:
            return Outcome(Verdict.IGNORED, None, attribute, why_not)
        return Outcome(Verdict.SET, converted, attribute, reason)

    def _value(self, case: Case) -> Converted:
        """Return the value before the field has seen it, and what to say of it."""
        parts = self.template.parts
        only = parts[0] if len(parts) == 1 else None
        value = _read(case, only) if isinstance(only, Operand) else self.template.filled(lambda each: _read(case, each))
        value = value.strip() if isinstance(value, str) else value
        if value is None or value == "":
            is_default = self.default is not None and bool(parts)
            return self.default, "the default, as there is no value" if is_default else ""
        if self.lookup is None:
            return value, ""
        if written(value) in self.lookup:
            return self.lookup[written(value)], f"looked up for {written(value)!r}"
        why = f"{written(value)!r} is not in the lookup table"
        return self.default, f"the default, as {why}" if self.default is not None else why

    def _blank(self, case: Case, attribute: str | None, reason: str) -> Outcome:
        head, _, custom = self.target.partition(".")
        current = case.current(head)
        current = (current or {}).get(custom) if custom else current
        if current in (None, False, ""):
            return Outcome(Verdict.IGNORED, None, attribute, reason) if reason else IDLE
        if self.clears:
            return Outcome(Verdict.CLEARED, None, attribute, reason or "a blank clears it, as the rule says")
        return Outcome(Verdict.KEPT, None, attribute, reason or "a blank keeps the current value")


def _read(case: Case, operand: Operand) -> Any:
    if operand.field is None:
        return operand.read(case.user)
    head = operand.field.partition(".")[0]
    return operand.read({head: case.current(head)})


def _as_text(_: Case, value: Any) -> Converted:
    return written(value), ""


def _as_it_is(_: Case, value: Any) -> Converted:
    return value, ""


def _as_boolean(_: Case, value: Any) -> Converted:
    return (value if isinstance(value, bool) else written(value).lower() in TRUTHY), ""


def _as_email(_: Case, value: Any) -> Converted:
    text = written(value)
    return (text, "") if is_email(text) else (None, f"{text!r} is no e-mail address")


def _as_language(_: Case, value: Any) -> Converted:
    return language_for(written(value)), "4me has no such language"


def _as_zone(_: Case, value: Any) -> Converted:
    zone = zone_for(written(value))
    return None if zone is None else zone.name, "it is neither a time zone of 4me nor an IANA name"


def _as_organization(case: Case, value: Any) -> Converted:
    found = case.company.organization_named(written(value))
    return None if found is None or found.disabled else found.id, "no organization that is enabled has this name"


def _as_site(case: Case, value: Any) -> Converted:
    found = case.company.site_named(written(value))
    return None if found is None or found.disabled else found.id, "no site that is enabled has this name"


def _as_manager(case: Case, value: Any) -> Converted:
    found = case.company.person_with_email(written(value))
    return None if found is None or found.disabled else found.id, "no enabled person has this primary e-mail address"


CONVERTERS: Mapping[str, Callable[[Case, Any], Converted]] = {
    "primary_email": _as_email,
    "locale": _as_language,
    "time_zone": _as_zone,
    "vip": _as_boolean,
    "disabled": _as_boolean,
    "guest": _as_boolean,
    "organization": _as_organization,
    "site": _as_site,
    "manager": _as_manager,
}
"""How fields that are no plain text take a value: a name, an address, or text for yes and no."""

TARGETS = (
    *("primary_email", "name", "job_title", "locale", "time_zone", "location", "employeeID", "supportID"),
    *("authenticationID", "vip", "disabled", "guest", "organization", "site", "manager"),
)
"""The fields that an own rule can fill, beside ``custom_fields.ID``."""
