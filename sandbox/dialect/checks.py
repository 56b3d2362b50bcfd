"""Checking what ``--set`` makes of a dialect: names that mean something."""

from __future__ import annotations

from sandbox.dialect.dialect import Dialect
from sandbox.dialect.overrides import OverrideError
from sandbox.scim.errors import InvalidPathError
from sandbox.scim.filter import LOGIC, OPERATORS
from sandbox.scim.notation import read_attribute_path


def check_dialect(dialect: Dialect) -> None:
    """Pass when every name in the choices of *dialect* is one.

    Raises:
        OverrideError: naming the field and what it takes.
    """
    choices = dialect.choices
    _check_words("filter_operators", choices.filter_operators, OPERATORS)
    _check_words("filter_logic", choices.filter_logic, LOGIC)
    for field, names, collection in (
        ("user_filter_attributes", choices.user_filter_attributes, "Users"),
        ("group_filter_attributes", choices.group_filter_attributes, "Groups"),
        ("user_list_omits", choices.user_list_omits, "Users"),
        ("group_list_omits", choices.group_list_omits, "Groups"),
    ):
        _check_attributes(field, names or frozenset(), dialect, collection)
    for field, names in (("user_list_omits", choices.user_list_omits), ("group_list_omits", choices.group_list_omits)):
        if kept := names & {"id", "schemas", "meta"}:
            raise OverrideError(f"{field} cannot name {', '.join(sorted(kept))}: every list shows that")
    if choices.custom_fields_urn is not None and not choices.custom_fields_urn.lower().startswith("urn:"):
        raise OverrideError(f"custom_fields_urn is a URN, or none, not {choices.custom_fields_urn!r}")


def _check_words(field: str, words: frozenset[str], known: tuple[str, ...]) -> None:
    if unknown := sorted(words - set(known)):
        raise OverrideError(f"{field} takes {', '.join(known)}, not {', '.join(unknown)}")


def _check_attributes(field: str, names: frozenset[str], dialect: Dialect, collection: str) -> None:
    for name in sorted(names):
        try:
            path = read_attribute_path(name, dialect.resource_types[collection])
        except InvalidPathError as error:
            raise OverrideError(f"{field}: {error.detail}") from None
        if str(path) != name:
            raise OverrideError(f"{field}: write {name!r} as {str(path)!r}")
