"""What is truly OneLogin's: a user's body is the admin's own template with macros filled in (facts/clients.md 3.3)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

MACROS: Mapping[str, str] = {
    "parameters.scimusername": "userName",
    "user.firstname": "given",
    "user.lastname": "family",
    "user.email": "mail",
    "user.display_name": "display",
    "user.active": "active",
    "parameters.department": "department",
    "parameters.title": "title",
    "parameters.external_manager_id": "manager_employee",
    "user.manager_firstname": "manager_given",
    "user.manager_lastname": "manager_family",
}
"""The macros that are known, each with what it stands for; any other is empty."""

_MACRO = re.compile(r"\{\$([\w.]+)\}")
_SAMPLE = {name: "x" for name in MACROS.values() if not name.startswith("manager")} | {"active": True}
"""What everybody has: not everybody has a manager."""


class TemplateError(ValueError):
    """A template that is not JSON once its macros are filled in."""


def rendered(template: Any, values: Mapping[str, Any]) -> Any:
    """Return the body that a template makes of a person: what stands in quotes is text, what is not mapped is empty."""
    text = template if isinstance(template, str) else json.dumps(template, ensure_ascii=False)
    return json.loads(_MACRO.sub(lambda match: _written(values.get(MACROS.get(match[1], ""))), text))


def check_template(text: str) -> str:
    """Return the text of a template that can be filled in.

    Raises:
        TemplateError: when it is not a JSON object then.
    """
    try:
        body = rendered(text, _SAMPLE)
    except (ValueError, RecursionError) as error:
        raise TemplateError(f"it is not JSON once its macros are filled in: {error}") from None
    if not isinstance(body, dict):
        raise TemplateError('it is not a JSON object, as {"userName": "{$parameters.scimusername}"}')
    return text


def _written(value: Any) -> str:
    """Return a value as it stands in JSON, without quotes around a text."""
    if value is None:
        return ""
    written = json.dumps(value, ensure_ascii=False)
    return written[1:-1] if isinstance(value, str) else written
