"""Paths of attributes (RFC 7644 §3.10) and of PATCH operations, which may select values as well (§3.5.2, Figure 7)."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.scim.errors import InvalidFilterError, InvalidPathError
from sandbox.scim.filter import FULL, ConditionReader, Node, check_selectable
from sandbox.scim.lexing import Kind, Lexer, UnreadableError
from sandbox.scim.notation import AttributePath, ExtensionPath, read_attribute_path, values_at
from sandbox.scim.remembering import remembered
from sandbox.scim.schema import Attribute, ResourceType

__all__ = [
    "AttributePath",
    "ExtensionPath",
    "PatchPath",
    "read_attribute_path",
    "read_patch_path",
    "values_at",
]


@dataclass(frozen=True, slots=True)
class PatchPath:
    """What a PATCH operation is aimed at.

    ``emails[type eq "work"].value`` has the target ``emails``, a condition and a sub-attribute; of ``name.givenName``
    all is target.
    """

    target: AttributePath | ExtensionPath
    condition: Node | None = None
    """Selects values of the target; its paths start at such a value."""
    sub_attribute: Attribute | None = None
    """The sub-attribute of the selected values; only beside a condition."""


def read_patch_path(text: str, resource_type: ResourceType) -> PatchPath:
    """Read the ``path`` of a PATCH operation on a resource of *resource_type*; it may be as long and deep as a filter.

    Raises:
        InvalidPathError: naming the attribute, the operator or the place (1-based character) that is wrong.

    Source: RFC 7644 §3.5.2, Figure 7; names in any case, as Entra ID writes ``.Value`` (facts/clients.md 1.3).
    """
    if len(text) > FULL.max_length:
        raise InvalidPathError(f"the path is longer than {FULL.max_length} characters, which is the limit here")
    if not text.strip():
        raise InvalidPathError("the path is empty: name an attribute, or leave path out")
    try:
        return _read(text, resource_type)
    except UnreadableError as error:
        raise InvalidPathError(f"the path cannot be read {error}") from None
    except InvalidFilterError as error:
        raise InvalidPathError(error.detail) from None


@remembered
def _read(text: str, resource_type: ResourceType) -> PatchPath:
    lexer = Lexer(text)
    if lexer.current.kind is not Kind.WORD:
        raise lexer.unexpected("an attribute name")
    target = read_attribute_path(lexer.take().value, resource_type)
    condition, sub_attribute = None, None
    if isinstance(target, AttributePath) and lexer.current.is_mark("["):
        check_selectable(target)
        reader = ConditionReader(lexer, resource_type, FULL)
        condition = reader.read_selection(target.attribute)
        if lexer.current.is_mark("."):
            sub_attribute = reader.read_tail(target.attribute)
    if not lexer.is_finished:
        raise lexer.unexpected("the end" if condition else '"[" or the end')
    return PatchPath(target, condition, sub_attribute)
