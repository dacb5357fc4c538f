"""How a network's own table goes before the one that holds for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WHOLE = frozenset({"delay"})
"""Tables that make sense only together."""

_IN_FRONT = frozenset({"rules"})
"""Lists of which the network's own entries come first, and the general ones after them."""


def overridden(general: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """`general` with what `own` says put in its place, table by table. Nothing is checked here."""
    merged = dict(general)
    for key, value in own.items():
        before = merged.get(key)
        if key in _IN_FRONT and isinstance(value, list) and isinstance(before, list | tuple):
            merged[key] = [*value, *before]
        elif key not in _WHOLE and isinstance(value, dict) and isinstance(before, dict):
            merged[key] = overridden(before, value)
        else:
            merged[key] = value
    return merged
