"""Filters (RFC 7644 §3.4.2.2): the tree of conditions, and how one is read from text.

One grammar serves every dialect; a ``Grammar`` says which part of it a service provider supports. Two forms are
Entra ID's rather than the RFC's (facts/clients.md 1.3): ``emails[type eq "work"].value eq "x"`` is read as
``emails[type eq "work" and value eq "x"]``, and ``manager eq "7"`` compares the ``value`` of a complex attribute though
it is not multi-valued.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sandbox.scim.errors import InvalidFilterError, InvalidPathError, quoted
from sandbox.scim.lexing import Kind, Lexer, Literal, Token, UnreadableError
from sandbox.scim.notation import AttributePath, ExtensionPath, read_attribute_path, read_sub_attribute
from sandbox.scim.operand import EQUALITY, ORDERING, SUBSTRING, Operand, read_operand
from sandbox.scim.remembering import remembered
from sandbox.scim.schema import Attribute, ResourceType

OPERATORS = (*EQUALITY, *SUBSTRING, *ORDERING, "pr")
"""Every operator (Table 3), in the order sentences list them."""
LOGIC = ("and", "or", "not")
"""Every logical operator (Table 4), in the order sentences list them."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``path operator value``; the operators are those of Table 3 but ``pr``."""

    path: AttributePath
    operator: str
    value: Operand


@dataclass(frozen=True, slots=True)
class Present:
    """``path pr``."""

    path: AttributePath


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more conditions."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of two or more conditions."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    node: Node


@dataclass(frozen=True, slots=True)
class ValuePath:
    """One value of a multi-valued complex attribute meets a condition whose paths start at that value."""

    path: AttributePath
    node: Node


Node = Comparison | Present | And | Or | Not | ValuePath


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grammar:
    """The part of the filter language that a service provider supports; by default the whole."""

    operators: frozenset[str] = frozenset(OPERATORS)
    logic: frozenset[str] = frozenset(LOGIC)
    attributes: frozenset[str] | None = None
    """The canonical texts of the attributes that can be filtered on; ``None`` is all."""
    parentheses: bool = True
    value_paths: bool = True
    quoted_booleans: bool = True
    """Whether ``active eq "true"`` is read, which is a string to the RFC."""
    unquoted_booleans: bool = True
    """Whether ``active eq true`` is read beside ``active eq "true"``."""
    max_length: int = 8000
    """Characters."""
    max_depth: int = 40
    """How many parentheses and brackets may be open at once."""


FULL = Grammar()
"""Everything that RFC 7644 describes."""


def read_filter(text: str, resource_type: ResourceType, grammar: Grammar = FULL) -> Node:
    """Read a filter over resources of *resource_type*.

    Raises:
        InvalidFilterError: naming the attribute, the operator or the place (1-based character) that is wrong, and what
            is supported or expected instead.

    Source: RFC 7644 §3.4.2.2, Figure 1, Tables 3 to 5; what 4me supports is in facts/4me.md 6.12 to 6.14.
    """
    if len(text) > grammar.max_length:
        raise InvalidFilterError(f"the filter is longer than {grammar.max_length} characters, which is the limit here")
    if not text.strip():
        raise InvalidFilterError(f'the filter is empty: write one such as {resource_type.key} eq "value"')
    try:
        return _read(text, resource_type, grammar)
    except UnreadableError as error:
        raise InvalidFilterError(f"the filter cannot be read {error}") from None


@remembered
def _read(text: str, resource_type: ResourceType, grammar: Grammar) -> Node:
    return ConditionReader(Lexer(text), resource_type, grammar).read_whole()


def paths_in(node: Node) -> Iterator[AttributePath]:
    """Yield the path of each comparison, presence test and value path, from left to right.

    What stands inside the brackets of a value path is not yielded: its paths start at a value, not at the resource.
    """
    match node:
        case And(nodes) | Or(nodes):
            for part in nodes:
                yield from paths_in(part)
        case Not(part):
            yield from paths_in(part)
        case Comparison(path) | Present(path) | ValuePath(path):
            yield path


@dataclass(slots=True)
class ConditionReader:
    """Reads conditions from a lexer: ``or`` of ``and`` of single terms, each term as deep as the grammar allows.

    Raises:
        UnreadableError: where the text leaves the language.
        InvalidFilterError: where it uses what the grammar or the schema does not have.
    """

    lexer: Lexer
    resource_type: ResourceType
    grammar: Grammar
    _selected: Attribute | None = field(default=None, init=False)
    """The attribute whose brackets we are in."""
    _depth: int = field(default=0, init=False)
    """How many parentheses and brackets we are in."""

    def read_whole(self) -> Node:
        """Read a condition up to the end of the text."""
        node = self._read_or()
        if not self.lexer.is_finished:
            raise self.lexer.unexpected('"and", "or" or the end')
        return node

    def read_selection(self, attribute: Attribute) -> Node:
        """Read ``[…]``, a condition on the values of *attribute*, whose name has just been taken."""
        self._selected = attribute
        node = self._read_group("]")
        self._selected = None
        return node

    def _read_or(self) -> Node:
        nodes = [self._read_and()]
        while self._takes_keyword("or"):
            nodes.append(self._read_and())
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def _read_and(self) -> Node:
        nodes = [self._read_term()]
        while self._takes_keyword("and"):
            nodes.append(self._read_term())
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def _takes_keyword(self, word: str) -> bool:
        if not self.lexer.current.is_keyword(word):
            return False
        if word not in self.grammar.logic:
            raise InvalidFilterError(f"'{word}' is not supported; supported are {_listed(LOGIC, self.grammar.logic)}")
        self.lexer.take()
        return True

    def _read_term(self) -> Node:
        if self._takes_keyword("not"):
            if not self.lexer.current.is_mark("("):
                raise self.lexer.unexpected('"(" after "not"')
            return Not(self._read_group(")"))
        current = self.lexer.current
        if current.is_mark("("):
            if not self.grammar.parentheses:
                raise InvalidFilterError("parentheses are not supported; write the filter with and, or alone")
            return self._read_group(")")
        if current.kind is not Kind.WORD or current.value.lower() in LOGIC:
            raise self.lexer.unexpected("an attribute name")
        return self._read_expression(self.lexer.take())

    def _read_group(self, closing: str) -> Node:
        """Read a condition between a pair of brackets; the opening one is the current token."""
        opening = self.lexer.take()
        self._depth += 1
        if self._depth > self.grammar.max_depth:
            raise InvalidFilterError(f"the filter nests deeper than {self.grammar.max_depth}, which is the limit here")
        node = self._read_or()
        if not self.lexer.current.is_mark(closing):
            pair = f'the "{closing}" for the "{opening.value}" at character {opening.position}'
            raise self.lexer.unexpected(f'"and", "or" or {pair}')
        self.lexer.take()
        self._depth -= 1
        return node

    def _read_expression(self, name: Token) -> Node:
        if not self.lexer.current.is_mark("["):
            return self._read_comparison(self._resolve(name.value))
        if not self.grammar.value_paths:
            raise InvalidFilterError(f"{name.value}[…] is not supported{self._supported_attributes()}")
        path = self._resolve(name.value)
        check_selectable(path)
        node = self.read_selection(path.attribute)
        if self.lexer.current.is_mark("."):
            tail = self._read_comparison(AttributePath(self.read_tail(path.attribute)))
            node = And((*node.nodes, tail) if isinstance(node, And) else (node, tail))
        return ValuePath(path, node)

    def read_tail(self, attribute: Attribute) -> Attribute:
        """Read ``.name`` behind the brackets of *attribute*: one of its sub-attributes."""
        self.lexer.take()
        if self.lexer.current.kind is not Kind.WORD:
            raise self.lexer.unexpected(f"a sub-attribute of {attribute.name}")
        return _sub_attribute(self.lexer.take().value, attribute)

    def _read_comparison(self, path: AttributePath) -> Node:
        operator = self._read_operator(path)
        if operator == "pr":
            return Present(path)
        literal = self.lexer.take_literal(operator)
        path = _compared(path, literal)
        operand = read_operand(path, operator, literal)
        if isinstance(operand, bool) and path.leaf.type == "boolean":
            self._check_boolean(path, operator, literal)
        return Comparison(path, operator, operand)

    def _check_boolean(self, path: AttributePath, operator: str, literal: Literal) -> None:
        """Pass when a boolean is written as the grammar has it, with or without quotes."""
        is_quoted = isinstance(literal, str)
        word = str(literal).lower()
        if is_quoted and not self.grammar.quoted_booleans:
            raise InvalidFilterError(f"a boolean goes without quotes here: {path} {operator} {word}")
        if not is_quoted and not self.grammar.unquoted_booleans:
            raise InvalidFilterError(f'a boolean goes in double quotes here: {path} {operator} "{word}"')

    def _read_operator(self, path: AttributePath) -> str:
        if self.lexer.current.kind is not Kind.WORD:
            raise self.lexer.unexpected(f"an operator ({self._supported_operators()}) after {path}")
        word: str = self.lexer.take().value
        if word.lower() not in self.grammar.operators:
            supported = self._supported_operators()
            raise InvalidFilterError(f"the operator {quoted(word)} is not supported; supported are {supported}")
        return word.lower()

    def _supported_operators(self) -> str:
        return _listed(OPERATORS, self.grammar.operators)

    def _resolve(self, name: str) -> AttributePath:
        """Return the attribute of that name: a sub-attribute inside brackets, else one that can be filtered on."""
        if self._selected is not None:
            return AttributePath(_sub_attribute(name, self._selected))
        allowed = self.grammar.attributes
        try:
            path = read_attribute_path(name, self.resource_type)
        except InvalidPathError as error:
            raise self._refused(name) if allowed is not None else InvalidFilterError(error.detail) from None
        if allowed is not None and str(path) not in allowed:
            raise self._refused(name)
        if isinstance(path, ExtensionPath):
            raise InvalidFilterError(f"{path} is a schema: compare one of its attributes")
        if path.leaf.returned == "never":
            raise InvalidFilterError(f"{path} is never returned, so it cannot be filtered on")
        return path

    def _refused(self, name: str) -> InvalidFilterError:
        return InvalidFilterError(f"filtering on {quoted(name)} is not supported{self._supported_attributes()}")

    def _supported_attributes(self) -> str:
        attributes = sorted(self.grammar.attributes or (), key=str.lower)
        return f"; supported attributes are {', '.join(attributes)}" if attributes else ""


def check_selectable(path: AttributePath) -> None:
    """Check that brackets may follow *path*: it is multi-valued and complex (RFC 7644 §3.5.2).

    Raises:
        InvalidFilterError: when it has no values to select from.
    """
    if path.sub_attribute is not None or not (path.attribute.multi_valued and path.attribute.is_complex):
        raise InvalidFilterError(f"{path} cannot be followed by […]: only multi-valued complex attributes can")


def _compared(path: AttributePath, literal: Literal) -> AttributePath:
    """Return what a comparison with *path* compares: the ``value`` of a complex attribute that has one (§3.4.2.2).

    ``manager eq null`` asks for the manager, though: a single complex attribute is itself unassigned or not.
    """
    asks_for_itself = not path.leaf.is_complex or (literal is None and not path.attribute.multi_valued)
    value = None if asks_for_itself else path.attribute.sub_attribute("value")
    return path if value is None else AttributePath(path.attribute, value, path.extension)


def _sub_attribute(name: str, attribute: Attribute) -> Attribute:
    try:
        return read_sub_attribute(name, attribute)
    except InvalidPathError as error:
        raise InvalidFilterError(error.detail) from None


def _listed(all_words: tuple[str, ...], supported: frozenset[str]) -> str:
    return ", ".join(word for word in all_words if word in supported)
