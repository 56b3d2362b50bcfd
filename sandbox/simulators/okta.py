"""What is truly Okta's: a PUT of what was shown, with the mapped attributes laid over it (facts/clients.md 2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any


def overlaid(document: Mapping[str, Any], mapped: Mapping[str, Any]) -> dict[str, Any]:
    """Return the resource as it was shown, unknown attributes and all, with the mapped ones in it."""
    result = deepcopy(dict(document))
    for name, value in mapped.items():
        result[name] = _laid_over(result.get(name), value)
    return result


def _laid_over(shown: Any, mapped: Any) -> Any:
    if isinstance(shown, dict) and isinstance(mapped, Mapping):
        return {**shown, **mapped}
    if isinstance(shown, list) and isinstance(mapped, list):
        rest = [each for each in shown if not any(_is_same_value(each, other) for other in mapped)]
        met: list[dict[str, Any]] = [
            next((each for each in shown if _is_same_value(each, other)), {}) for other in mapped
        ]
        return [{**old, **new} for old, new in zip(met, mapped, strict=True)] + rest
    return mapped


def _is_same_value(shown: Any, mapped: Any) -> bool:
    """Tell whether two values of a list stand for the same, by their type."""
    return isinstance(shown, dict) and isinstance(mapped, dict) and shown.get("type") == mapped.get("type")
