"""An identity source as values: who there is, what each has, in which groups; and which attributes it speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sandbox.people.json_places import PlacedError
from sandbox.people.operands import Operand, OperandUnknownError, read_operand
from sandbox.scim.errors import InvalidPathError, quoted
from sandbox.scim.path import AttributePath, read_patch_path
from sandbox.scim.schema import Attribute, ResourceType

USER_NAME, ACTIVE, GROUPS, MANAGER = "userName", "active", "groups", "manager"
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute that a source speaks of."""

    name: str
    """The full name, which is also the path of a PATCH operation."""
    attribute: Attribute
    """The attribute with the value itself."""
    operand: Operand
    path: AttributePath
    condition_type: str | None = None
    """Of ``emails[type eq "work"].value`` the type."""

    @property
    def is_boolean(self) -> bool:
        """Tell whether values are true or false."""
        return self.attribute.type == "boolean"

    def current(self, document: Mapping[str, Any]) -> str | bool:
        """Return what a document has; an empty text for nothing."""
        value = self.operand.read(document)
        if self.is_boolean:
            return "" if value is None else bool(value)
        return "" if value is None else str(value).strip()

    def read(self, text: str) -> str | bool:
        """Read a value as a source writes it; an empty text says that there is none.

        Raises:
            ValueError: when it does not fit the attribute.
        """
        text = text.strip()
        if not self.is_boolean or not text:
            return text
        if text.lower() not in _BOOLEANS:
            raise ValueError(f"{quoted(text)} is neither true nor false: say {', '.join(_BOOLEANS)}")
        return _BOOLEANS[text.lower()]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceUser:
    """One user of a source."""

    user_name: str
    line: int
    values: Mapping[str, str | bool]
    """By the full name of the attribute."""
    groups: tuple[str, ...] | None = None
    """The names of its groups; ``None`` when the source does not speak of groups."""
    manager: str | None = None
    """The userName of the manager, empty for nobody; ``None`` when the source does not speak of managers."""
    is_active: bool = True

    @property
    def key(self) -> str:
        """What tells users apart: the userName without case."""
        return self.user_name.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Everything that a source says."""

    users: tuple[SourceUser, ...]
    columns: Mapping[str, Column]
    """Every attribute that the source speaks of, by its full name."""
    groups: tuple[str, ...] | None = None
    """The names of all groups, when the source lists them; then a group that it does not list is one too many."""
    speaks_of_groups: bool = False
    notes: tuple[str, ...] = ()
    """What was passed over on reading."""


def read_column(name: str, users: ResourceType) -> Column:
    """Return the attribute that a column is for.

    Raises:
        ValueError: saying what a column may be, when it is none.
    """
    try:
        path = read_patch_path(name, users)
        operand = read_operand(name, users)
    except (InvalidPathError, OperandUnknownError) as error:
        others = [each.name for each in users.attributes if each.name != name]
        near = get_close_matches(name, others, n=1) if isinstance(error, InvalidPathError) else []
        raise ValueError(f"{quoted(name)} is no attribute; did you mean {near[0]}?" if near else str(error)) from None
    target = path.target
    assert isinstance(target, AttributePath), "read_operand refuses a whole extension"
    leaf = path.sub_attribute or target.sub_attribute or target.attribute
    condition_type = None
    if target.attribute.multi_valued:
        condition_type = _type_in(name)
        if condition_type is None or path.sub_attribute is None:
            example = f'{target.attribute.name}[type eq "work"].value'
            raise ValueError(f"{target.attribute.name} has several values: name one, as {example}")
    if leaf.is_complex or leaf.is_read_only or leaf.name in ("id", "meta"):
        raise ValueError(f"{quoted(name)} cannot be compared: name an attribute with one value that a client may write")
    full_name = str(target)
    if condition_type is not None:
        full_name = f'{target}[type eq "{condition_type}"].{leaf.name}'
    return Column(full_name, leaf, operand, target, condition_type)


def _type_in(name: str) -> str | None:
    """Return the type in the brackets of ``emails[type eq "work"].value``; ``None`` when it is written otherwise."""
    head, _, rest = name.partition("[")
    condition, _, _ = rest.partition("]")
    words = condition.strip().split(" ", 2)
    is_plain = head and len(words) == 3 and words[0].lower() == "type" and words[1].lower() == "eq"
    return words[2].strip().strip('"') if is_plain else None


def check_unique(users: Iterable[SourceUser], column: int) -> None:
    """Pass when every user name is there once, in any case.

    Raises:
        PlacedError: naming both lines of the first that is there twice.
    """
    lines: dict[str, int] = {}
    for user in users:
        if user.key in lines:
            reason = f"{quoted(user.user_name)} is on line {lines[user.key]} already; compared without case"
            raise PlacedError(user.line, column, reason, USER_NAME)
        lines[user.key] = user.line
