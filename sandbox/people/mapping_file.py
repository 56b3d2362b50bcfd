"""Reading a mapping file: own rules in TOML, checked before they are in force.

off = ["vip"]                       # rules of the default mapping that do not run

[[user]]                            # fills one field of the person
field = "job_title"
template = "{title}, {department}"  # or: from = "title"
default = "Employee"

[[group]]                           # creates the organization or site of a group that has none
creates = "organization"
when = 'groupType eq "Organization"'
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from sandbox.people.mapping import Rules
from sandbox.people.own_rules import OwnRule
from sandbox.people.rule_tables import RuleTables, WrongPlaceError, check_keys, near
from sandbox.people.rules import FIELD_RULES, GROUP_RULES, IDENTITY_RULES, MappingRule
from sandbox.people.toml_lines import Place, line_of
from sandbox.scim.errors import quoted
from sandbox.scim.schema import ResourceType

TOP_KEYS = ("off", "user", "group")
MAX_RULES = 200

_SYNTAX = re.compile(r"(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)


class MappingFileError(ValueError):
    """A mapping file that cannot be used; the sentence names the line and says what would be accepted."""

    def __init__(self, line: int, reason: str, column: int | None = None) -> None:
        place = f"line {line}" if column is None else f"line {line}, column {column}"
        super().__init__(f"{place}: {reason}")
        self.line = line
        self.reason = reason


def read_mapping(text: str, name: str, users: ResourceType, groups: ResourceType) -> Rules:
    """Return the rules in force with a mapping file: the default ones, without those that are off, and its own.

    Args:
        text: the text of the file.
        name: what the file is called, for the source of its rules.
        users: the resource type whose attributes the rules read.
        groups: the same for groups.

    Raises:
        MappingFileError: naming the line of what is wrong.
    """
    document = _parsed(text)
    try:
        return _File(document, RuleTables(name, users, groups, lambda place: line_of(text, place))).rules()
    except WrongPlaceError as wrong:
        raise MappingFileError(line_of(text, wrong.place), wrong.reason) from None


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX.fullmatch(str(error))
        line = int(found["line"]) if found and found["line"] else text.count("\n") + 1
        column = int(found["column"]) if found and found["column"] else None
        raise MappingFileError(line, f"this is no TOML: {found['what'] if found else error}", column) from None
    except RecursionError:
        raise MappingFileError(1, "the file nests too deeply") from None


@dataclass(frozen=True, slots=True)
class _File:
    """A mapping file that is TOML."""

    document: Mapping[str, Any]
    tables: RuleTables

    def rules(self) -> Rules:
        """Return the rules in force."""
        check_keys(self.document, TOP_KEYS, ())
        off = self._off()
        own = [(self.tables.user_rule(row, place), place) for row, place in self._rows("user")]
        mapping_rules = [self.tables.as_mapping_rule(rule, place) for rule, place in _in_order(own)]
        group_rules = [self.tables.group_rule(row, place) for row, place in self._rows("group")]
        identity = tuple(each for each in mapping_rules if each.target == "primary_email")
        return Rules(
            identity=(*_without(IDENTITY_RULES, off), *identity),
            fields=(*_without(FIELD_RULES, off), *(each for each in mapping_rules if each not in identity)),
            groups=(*group_rules, *(each for each in GROUP_RULES if each.name not in off)),
        )

    def _off(self) -> frozenset[str]:
        off = self.document.get("off", [])
        known = [each.name for each in (*IDENTITY_RULES, *FIELD_RULES, *GROUP_RULES)]
        if not isinstance(off, list) or not all(isinstance(each, str) for each in off):
            raise WrongPlaceError(
                ("off",), f'off is a list of names of rules, as ["vip"]; the rules are {", ".join(known)}'
            )
        for each in off:
            if each not in known:
                raise WrongPlaceError(("off",), f"there is no rule {quoted(each)}{near(each, known)}")
        return frozenset(off)

    def _rows(self, name: str) -> list[tuple[Mapping[str, Any], Place]]:
        rows = self.document.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise WrongPlaceError((name,), f"write [[{name}]] above each rule, with two brackets on both sides")
        if len(rows) > MAX_RULES:
            raise WrongPlaceError((name, MAX_RULES), f"more than {MAX_RULES} rules are not taken")
        return [(row, (name, position)) for position, row in enumerate(rows)]


def _in_order(own: list[tuple[OwnRule, Place]]) -> list[tuple[OwnRule, Place]]:
    """Return the rules so that each comes after those that fill the fields it reads, else as they stand.

    Raises:
        WrongPlaceError: when they go round in a circle.
    """
    targets = dict.fromkeys(rule.target for rule, _ in own)
    reads: dict[str, set[str]] = {target: set() for target in targets}
    for rule, _ in own:
        reads[rule.target] |= {each.field for each in rule.template.operands if each.field in targets}
    try:
        order = list(TopologicalSorter(reads).static_order())
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        place = next(place for rule, place in own if rule.target == circle[0])
        raise WrongPlaceError(
            place, f"the rules go round in a circle: {' is made of '.join(reversed(circle))}"
        ) from None
    return sorted(own, key=lambda pair: order.index(pair[0].target))


def _without(rules: tuple[MappingRule, ...], off: frozenset[str]) -> tuple[MappingRule, ...]:
    return tuple(rule for rule in rules if rule.name not in off)
