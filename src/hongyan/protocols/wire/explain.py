"""Why a value does not fit its field, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.fields import Blob, Choice, CString, Field, FixedText, Octets, Repeated, UInt


def explain(fields: Sequence[Field], label: str, values: Mapping[str, object]) -> None:
    """Raise FieldError for the first value that does not fit its field."""
    by_name = {each.name: each for each in fields}
    for name, value in values.items():
        reason = _reason(by_name[name], value) if name in by_name else "is not a field"
        if reason is not None:
            raise FieldError(label, name, reason)


def fault_of(fields: Sequence[Field], label: str, values: Mapping[str, object]) -> FieldError:
    """The FieldError for values that an encoder could not take."""
    try:
        explain(fields, label, values)
    except FieldError as found:
        return found
    raise AssertionError(f"{label} cannot be encoded, although every value fits")


def _reason(each: Field, value: object) -> str | None:
    """Why a value does not fit, None when it does."""
    kind = _PYTHON[type(each)]
    if not isinstance(value, kind):
        return f"must be {_WORDS[type(each)]}, not {type(value).__name__}"
    match each, value:
        case UInt(), int():
            return None if 0 <= value < 1 << 8 * each.size else f"does not fit {each.size} octets: {value}"
        case CString(), str():
            return _text_reason(value, each.limit - 1)
        case FixedText(), str():
            return _text_reason(value, each.width)
        case Octets(), bytes():
            return None if len(value) == each.width else f"must have {each.width} octets, not {len(value)}"
        case Blob(), bytes():
            return None if len(value) <= each.limit else f"has {len(value)} octets; {each.limit} fit"
        case Repeated(), _:
            return _items_reason(each, list(value))
    raise AssertionError(each)


_PYTHON: dict[type, Any] = {
    UInt: int,
    CString: str,
    FixedText: str,
    Octets: bytes,
    Blob: bytes,
    Repeated: (list, tuple),
}
_WORDS: dict[type, str] = {
    UInt: "an integer",
    CString: "text",
    FixedText: "text",
    Octets: "bytes",
    Blob: "bytes",
    Repeated: "a list",
}


def _text_reason(value: str, room: int) -> str | None:
    if len(value) > room:
        return f"has {len(value)} characters; {room} fit"
    if "\0" in value:
        return "contains NUL"
    return None if all(ord(c) < 256 for c in value) else "has characters that are not octets"


_MOST_ITEMS = 255


def _items_reason(each: Repeated, items: list[object]) -> str | None:
    if len(items) > _MOST_ITEMS:
        return f"has {len(items)} items; {_MOST_ITEMS} fit"
    for position, item in enumerate(items):
        reason = _item_reason(each.item, item)
        if reason is not None:
            return f"[{position}] {reason}"
    return None


def _item_reason(layout: Field | tuple[Field, ...] | Choice, item: object) -> str | None:
    if not isinstance(layout, tuple | Choice):
        return _reason(layout, item)
    if not isinstance(item, Mapping):
        return f"must be a record, not {type(item).__name__}"
    values = dict(item)
    if isinstance(layout, Choice):
        flag = values.pop(layout.flag, None)
        if flag not in layout.layouts:
            return f"{layout.flag} must be one of {sorted(layout.layouts)}, not {flag!r}"
        layout = layout.layouts[flag]
    try:
        explain(layout, "item", values)
    except FieldError as found:
        return f"{found.facts['field']} {found.facts['reason']}"
    return None
