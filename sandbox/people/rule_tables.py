"""One table of a mapping file as a rule: ``[[user]]`` or ``[[group]]``, each value checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from sandbox.people.naming import PERSON, short_name
from sandbox.people.operands import Operand, OperandUnknownError, read_operand
from sandbox.people.own_rules import TARGETS, OwnRule
from sandbox.people.rules import GroupRule, MappingRule, display_name
from sandbox.people.templates import Template, TemplateError, read_template
from sandbox.people.toml_lines import Place
from sandbox.people.values import ORGANIZATION, SITE
from sandbox.scim.errors import InvalidFilterError, quoted
from sandbox.scim.filter import read_filter
from sandbox.scim.matching import matcher
from sandbox.scim.schema import ResourceType

USER_KEYS = ("field", "from", "template", "default", "lookup", "when", "only_new", "clear")
GROUP_KEYS = ("creates", "name", "when")


class WrongPlaceError(Exception):
    """Something in a mapping file does not fit, at a place of it."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = reason


@dataclass(frozen=True, slots=True)
class RuleTables:
    """Reads the tables of one mapping file."""

    name: str
    """What the file is called."""
    users: ResourceType
    groups: ResourceType
    line_at: Callable[[Place], int]
    """Returns the line of a place."""

    def user_rule(self, row: Mapping[str, Any], place: Place) -> OwnRule:
        """Return what one ``[[user]]`` says.

        Raises:
            WrongPlaceError: when something in it does not fit.
        """
        check_keys(row, USER_KEYS, place)
        target = _target(row, place)
        template = self._template(row, place)
        default, lookup = row.get("default"), row.get("lookup")
        if default is not None:
            _check_plain(default, (*place, "default"))
        elif not template.parts:
            raise WrongPlaceError(place, "a rule needs from, template or default to have a value")
        if lookup is not None:
            if not isinstance(lookup, dict) or not lookup:
                raise WrongPlaceError((*place, "lookup"), 'lookup is a table, as { NL = "Netherlands" }')
            for key, value in lookup.items():
                _check_plain(value, (*place, "lookup", key))
        if target == "primary_email" and any(each.field for each in template.operands):
            raise WrongPlaceError(
                place, "primary_email decides who the person is, so it cannot be made of the person's fields"
            )
        return OwnRule(
            target=target,
            template=template,
            default=default,
            lookup=lookup,
            applies=self._condition(row, self.users, place),
            only_new=_switch(row, "only_new", place),
            clears=_switch(row, "clear", place),
        )

    def _template(self, row: Mapping[str, Any], place: Place) -> Template:
        if "from" in row and "template" in row:
            raise WrongPlaceError((*place, "template"), "a rule has from or template, not both")
        if "from" in row:
            where = (*place, "from")
            return Template((self._operand(_text(row["from"], "from", where), self.users, where),))
        if "template" in row:
            where = (*place, "template")
            return self._read_template(_text(row["template"], "template", where), self.users, where)
        return Template(())

    def _read_template(self, text: str, resource_type: ResourceType, where: Place) -> Template:
        try:
            return read_template(text, lambda name: self._operand(name, resource_type, where))
        except TemplateError as error:
            raise WrongPlaceError(where, f"bad template {quoted(text)}: {error}") from None

    def _operand(self, name: str, resource_type: ResourceType, where: Place) -> Operand:
        try:
            operand = read_operand(name, resource_type)
        except OperandUnknownError as error:
            raise WrongPlaceError(where, str(error)) from None
        if operand.field is not None and resource_type is self.groups:
            raise WrongPlaceError(where, "a group has no person to read from")
        return operand

    def _condition(
        self, row: Mapping[str, Any], resource_type: ResourceType, place: Place
    ) -> Callable[[Mapping[str, Any]], bool] | None:
        if "when" not in row:
            return None
        where = (*place, "when")
        try:
            return matcher(read_filter(_text(row["when"], "when", where), resource_type))
        except InvalidFilterError as error:
            raise WrongPlaceError(where, error.detail) from None

    def as_mapping_rule(self, rule: OwnRule, place: Place) -> MappingRule:
        """Return an own rule as a row beside those of the default mapping."""
        line = self.line_at(place)
        names = dict.fromkeys(each.name for each in rule.template.operands if not each.name.startswith(PERSON))
        return MappingRule(
            name=f"own_{line}",
            attributes=tuple(names),
            target=rule.target,
            sentence=f"An own rule: {_told(rule)}.",
            source=f"{self.name}:{line}",
            evidence=None,
            apply=rule.apply,
        )

    def group_rule(self, row: Mapping[str, Any], place: Place) -> GroupRule:
        """Return what one ``[[group]]`` says.

        Raises:
            WrongPlaceError: when something in it does not fit.
        """
        check_keys(row, GROUP_KEYS, place)
        kind = row.get("creates")
        if kind not in (ORGANIZATION, SITE):
            raise WrongPlaceError((*place, "creates"), f"creates is {ORGANIZATION} or {SITE}")
        template = None
        if "name" in row:
            where = (*place, "name")
            template = self._read_template(_text(row["name"], "name", where), self.groups, where)
        line = self.line_at(place)
        rule = GroupRule(
            name=f"own_{line}",
            kind=kind,
            sentence=f"An own rule: the group is linked to the {kind} of its name; when there is none it is created.",
            source=f"{self.name}:{line}",
            evidence=None,
            creates=True,
            name_of=display_name if template is None else _name_from(template),
        )
        condition = self._condition(row, self.groups, place)
        return rule if condition is None else replace(rule, applies=condition)


def _name_from(template: Template) -> Callable[[Mapping[str, Any]], str]:
    return lambda group: template.filled(lambda operand: operand.read(group))


def _target(row: Mapping[str, Any], place: Place) -> str:
    target = row.get("field")
    known = (*TARGETS, "custom_fields.ID")
    if target is None:
        raise WrongPlaceError(place, f"a rule needs field, one of {', '.join(known)}")
    is_custom = isinstance(target, str) and re.fullmatch(r"custom_fields\.[\w-]{1,128}", target)
    if target not in TARGETS and not is_custom:
        raise WrongPlaceError((*place, "field"), f"a rule cannot fill {quoted(target)}{near(target, known)}")
    return str(target)


def check_keys(row: Mapping[str, Any], known: tuple[str, ...], place: Place) -> None:
    """Pass when a table has no other names than *known*; ``WrongPlaceError`` when not."""
    for key in row:
        if key not in known:
            raise WrongPlaceError((*place, key), f"{quoted(key)} is not known here{near(key, known)}")


def near(given: Any, known: tuple[str, ...] | list[str]) -> str:
    """Return what may be meant, or everything there is."""
    near = get_close_matches(str(given), known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; there is {', '.join(known)}"


def _check_plain(value: Any, where: Place) -> None:
    if not isinstance(value, str | int | float | bool):
        raise WrongPlaceError(where, "a value is a text, a number, true or false")


def _switch(row: Mapping[str, Any], name: str, place: Place) -> bool:
    value = row.get(name, False)
    if not isinstance(value, bool):
        raise WrongPlaceError((*place, name), f"{name} is true or false")
    return value


def _text(value: Any, name: str, where: Place) -> str:
    if not isinstance(value, str) or not value.strip():
        raise WrongPlaceError(where, f"{name} is a text that is not empty")
    return value


def _told(rule: OwnRule) -> str:
    """Say in words what an own rule does."""
    made = "".join(part if isinstance(part, str) else f"{{{short_name(part.name)}}}" for part in rule.template.parts)
    told = f"{rule.target} is {made or repr(rule.default)}"
    if made and rule.default is not None:
        told += f", {rule.default!r} when there is none"
    if rule.lookup is not None:
        told += f", looked up in a table of {len(rule.lookup)}"
    if rule.only_new:
        told += ", for new persons only"
    return told
