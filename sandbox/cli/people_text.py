"""What the control API says of people, as text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox.people.naming import short_name

Json = Mapping[str, Any]


def people_text(items: Sequence[Json]) -> str:
    """Return a line for each person."""
    rows = [
        (each["id"], *map(shown, (each["primary_email"], each["name"], each["organization"])), _flags(each))
        for each in items
    ]
    return _table(rows) or "there are no persons"


def _flags(person: Json) -> str:
    flags = [name for name in ("vip", "disabled") if person[name]]
    origin = f"from SCIM user {person['sourceID']}" if person["source"] == "SCIM" else "not from SCIM"
    return ", ".join([origin, *flags])


def explanation_text(answer: Json) -> str:
    """Return who the person is, then its fields with their rules, then the attributes with what became of them."""
    return "\n".join(_explanation(answer))


def _explanation(answer: Json) -> Iterator[str]:
    person, user = answer["person"], answer["user"]
    yield (
        "no person"
        if person is None
        else f"person {person['id']}  {printable(person['name'])} <{person['primary_email']}>"
    )
    if user is None:
        yield "SCIM has nothing to do with this person"
        return
    yield f"SCIM user {user['id']}  {printable(user['userName'])}: {answer['link']}"
    yield ""
    yield "field of the person"
    yield _table(
        (f"  {each['field']}", shown(each["value"]), each["verdict"], f"rule {each['rule']}", _because(each))
        for each in answer["fields"]
        if each["verdict"] != "idle"
    )
    yield ""
    yield "attribute of the SCIM user"
    yield _table(
        (f"  {short_name(each['attribute'])}", shown(each["value"]), each["fate"], _to(each), each["reason"] or "")
        for each in answer["attributes"]
    )
    for each in answer["cautions"]:
        yield ""
        yield f"{each['code']} ({each['evidence']}): {each['message']}"
        yield f"  {each['field']}: {printable(each['detail'])}"
        yield f"  {each['fix']}"


def _because(step: Json) -> str:
    attribute = f"from {short_name(step['attribute'])}" if step["attribute"] else ""
    following = f"the next write of the user makes it {shown(step['next'])}" if step["changes"] else ""
    return "; ".join(filter(None, (attribute, step["reason"], following)))


def _to(fate: Json) -> str:
    return f"{fate['field']} by rule {fate['rule']}" if fate["rule"] else ""


def rules_text(answer: Json) -> str:
    """Return every rule with its sentence and evidence."""
    head = f"the default mapping and {answer['name']}" if answer["name"] else "the default mapping"
    lines = [head, ""]
    for each in answer["items"]:
        attributes = ", ".join(map(short_name, each["attributes"])) or "-"
        lines.append(
            f"{each['for']} rule {each['name']}: {attributes} → {each['field']}  ({each['evidence'] or 'own'})"
        )
        lines.append(f"  {each['sentence']}")
    lines += ["", "beside the rules"]
    lines += [f"  {each['sentence']}  ({each['evidence']})" for each in answer["statements"]]
    return "\n".join(lines)


def shown(value: Any) -> str:
    """Return a value in at most forty characters; of a reference the name."""
    if value in (None, "", []):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping) and "name" in value:
        value = value["name"]
    text = printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return text if len(text) <= 40 else f"{text[:37]}..."


def printable(text: str) -> str:
    """Return a text that stays on its line and steers no terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def _table(rows: Any) -> str:
    """Return rows with their cells below each other."""
    listed = [tuple(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*listed, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in listed)
    return "\n".join(map(str.rstrip, lines))
