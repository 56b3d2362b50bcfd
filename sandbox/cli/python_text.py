"""JSON values as Python source, with names in the place of ids that a test only learns when it runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

WIDTH = 100
_ID_IN_TEXT = re.compile(r"(?<=\")(\d+)(?=\")")
_PATH = re.compile(r"/(Users|Groups)/(\d+)(?=[/?]|$)")


class Names:
    """Which ids were given out so far, and how the test calls them."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self.has_steps = False

    def created(self, exchange: Mapping[str, Any]) -> str | None:
        """Note the id that an answer gave out, and return its name."""
        collection = next((name for name in ("Users", "Groups") if exchange["path"].endswith(f"/{name}")), None)
        added = [each["path"] for each in exchange["change"] if each["op"] == "add" and each["path"].count("/") == 2]
        if exchange["method"] != "POST" or exchange["status"] != 201 or collection is None or not added:
            return None
        resource_id = added[0].rpartition("/")[2]
        number = 1 + sum(1 for kind, _ in self._names if kind == collection)
        name = f"{collection[:-1].lower()}_{number}"
        self._names[collection, resource_id] = name
        return name

    def target(self, target: str) -> str:
        """Return a target as Python source."""
        path, mark, query = target.partition("?")
        filled = _PATH.sub(lambda found: f"/{found[1]}/{self._named(found[1], found[2])}", _escaped(path))
        return _literal(filled + mark + _escaped(query), is_filled=filled != _escaped(path))

    def text(self, value: Any, indent: int) -> str:
        """Return a JSON value as Python source; ids that were given out go by their names."""
        return python_text(value, indent, self)

    def of_value(self, key: str, text: str, is_group: bool) -> str | None:
        """Return the source of a text that is an id, or has one in it, or ``None``."""
        kinds = ("Groups",) if is_group else ("Users", "Groups")
        if key in ("id", "value"):
            return next((self._names[kind, text] for kind in kinds if (kind, text) in self._names), None)
        if key == "path" and '"' in text:
            filled = _ID_IN_TEXT.sub(lambda found: self._named("Users", found[1]), _escaped(text))
            return _literal(filled, is_filled=True) if filled != _escaped(text) else None
        return None

    def _named(self, collection: str, resource_id: str) -> str:
        name = self._names.get((collection, resource_id))
        return resource_id if name is None else f"{{{name}}}"


def python_text(value: Any, indent: int, names: Names | None = None) -> str:
    """Return a JSON value as Python source whose lines after the first begin at *indent*."""
    short = _short(value, names)
    if len(short) + indent <= WIDTH - 20 or not isinstance(value, dict | list) or not value:
        return short
    pad = " " * (indent + 4)
    if isinstance(value, list):
        inner = [f"{pad}{python_text(each, indent + 4, names)},\n" for each in value]
        return "[\n" + "".join(inner) + " " * indent + "]"
    lines = [f"{pad}{name!r}: {_member(name, each, value, names, indent + 4)},\n" for name, each in value.items()]
    return "{\n" + "".join(lines) + " " * indent + "}"


def _member(name: str, value: Any, around: Mapping[str, Any], names: Names | None, indent: int) -> str:
    if names is not None and isinstance(value, str):
        found = names.of_value(name, value, around.get("type") == "Group")
        if found is not None:
            return found
    return python_text(value, indent, names)


def _short(value: Any, names: Names | None) -> str:
    """Return a JSON value on one line."""
    if isinstance(value, list):
        return f"[{', '.join(_short(each, names) for each in value)}]"
    if isinstance(value, dict):
        members = (f"{name!r}: {_member(name, each, value, names, 0)}" for name, each in value.items())
        text = f"{{{', '.join(members)}}}"
        return text if "\n" not in text else " " * WIDTH
    return repr(value)


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _literal(text: str, *, is_filled: bool) -> str:
    """Return the source of a text whose braces are doubled."""
    return f"f{text!r}" if is_filled else repr(text.replace("{{", "{").replace("}}", "}"))
