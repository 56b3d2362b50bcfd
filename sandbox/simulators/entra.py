"""What is truly Entra ID's: the operations of a PATCH, made from what differs (facts/clients.md 1.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sandbox.simulators.attributes import Difference


def operations(spec: Mapping[str, Any], differences: Sequence[Difference]) -> list[dict[str, Any]]:
    """Return the operations that make a resource as it should be.

    ``gathered`` puts all attributes without a value path into one operation without a path, whose keys are dotted names
    and URNs, as ``aadOptscim062020`` does; otherwise each attribute has an operation of its own, with capitals and
    booleans as text where ``capitals`` says so. ``always`` names one operation for all.
    """
    if not spec.get("gathered"):
        return [_operation(each, spec) for each in differences]
    single = [_operation(each, spec) for each in differences if "[" in each.path]
    return [*single, *_gathered(each for each in differences if "[" not in each.path)]


def _operation(difference: Difference, spec: Mapping[str, Any]) -> dict[str, Any]:
    value, op = difference.new, spec.get("always") or _op(difference)
    if spec.get("capitals"):
        op, value = op.capitalize(), str(value) if isinstance(value, bool) else value
    return {"op": op, "path": difference.path, "value": value}


def _gathered(differences: Iterable[Difference]) -> Iterator[dict[str, Any]]:
    """Yield one operation for what is replaced and one for what is added."""
    rest = list(differences)
    for op in ("replace", "add"):
        values = {each.path: each.new for each in rest if _op(each) == op}
        if values:
            yield {"op": op, "value": values}


def _op(difference: Difference) -> str:
    """Return ``add`` for an attribute without a value, else ``replace``."""
    return "add" if difference.old is None else "replace"
