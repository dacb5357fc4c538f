"""Why a value does not fit its field, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.fields import Blob, Choice, CString, Field, FixedText, Octets, Repeated, UInt


class Reason(NamedTuple):
    """What stands after the field's name."""

    en: str
    zh: str


def explain(fields: Sequence[Field], label: str, values: Mapping[str, object]) -> None:
    """Raise FieldError for the first value that does not fit its field."""
    by_name = {each.name: each for each in fields}
    for name, value in values.items():
        reason = _reason(by_name[name], value) if name in by_name else NOT_A_FIELD
        if reason is not None:
            raise FieldError(label, name, *reason)


def fault_of(fields: Sequence[Field], label: str, values: Mapping[str, object]) -> FieldError:
    """The FieldError for values that an encoder could not take."""
    try:
        explain(fields, label, values)
    except FieldError as found:
        return found
    raise AssertionError(f"{label} cannot be encoded, although every value fits")


NOT_A_FIELD = Reason("is not a field", "不是该 PDU 的字段")
NOT_OCTETS = Reason("has characters that are not octets", "含有无法用单字节表示的字符")
HAS_NUL = Reason("contains NUL", "含有空字符（NUL）")


def wrong_type(expected: type, value: object) -> Reason:
    """The value is of another type."""
    en, zh = _TYPES[expected]
    return Reason(f"must be {en}, not {type(value).__name__}", f"应为{zh}，而不是 {type(value).__name__}")


def too_many(count: int, room: int, unit: str) -> Reason:
    """More than the field has room for. `unit`: characters, octets or items."""
    zh = _UNITS[unit]
    return Reason(f"has {count} {unit}; {room} fit", f"有 {count} {zh}，最多 {room} {zh}")


def too_big(number: int, size: int) -> Reason:
    """A number that `size` octets cannot hold."""
    return Reason(f"does not fit {size} octets: {number}", f"超出 {size} 字节无符号整数的范围：{number}")


_TYPES: dict[Any, tuple[str, str]] = {
    int: ("an integer", "整数"),
    str: ("text", "文本"),
    bytes: ("bytes", "字节串"),
    list: ("a list", "列表"),
    dict: ("a record", "对象"),
}
_UNITS = {"characters": "个字符", "octets": "个字节", "items": "项"}

_PYTHON: dict[type, Any] = {
    UInt: int,
    CString: str,
    FixedText: str,
    Octets: bytes,
    Blob: bytes,
    Repeated: list,
}
_TAKEN: dict[Any, Any] = {list: (list, tuple)}


def _reason(each: Field, value: object) -> Reason | None:
    """Why a value does not fit, None when it does."""
    kind = _PYTHON[type(each)]
    if not isinstance(value, _TAKEN.get(kind, kind)):
        return wrong_type(kind, value)
    match each, value:
        case UInt(), int():
            return None if 0 <= value < 1 << 8 * each.size else too_big(value, each.size)
        case CString(), str():
            return _text_reason(value, each.limit - 1)
        case FixedText(), str():
            return _text_reason(value, each.width)
        case Octets(), bytes():
            return None if len(value) == each.width else _wrong_width(len(value), each.width)
        case Blob(), bytes():
            return None if len(value) <= each.limit else too_many(len(value), each.limit, "octets")
        case Repeated(), _:
            return _items_reason(each, list(value))
    raise AssertionError(each)


def _wrong_width(count: int, width: int) -> Reason:
    return Reason(f"must have {width} octets, not {count}", f"应为 {width} 个字节，而不是 {count} 个")


def _text_reason(value: str, room: int) -> Reason | None:
    if len(value) > room:
        return too_many(len(value), room, "characters")
    if "\0" in value:
        return HAS_NUL
    return None if all(ord(c) < 256 for c in value) else NOT_OCTETS


_MOST_ITEMS = 255


def _items_reason(each: Repeated, items: list[object]) -> Reason | None:
    if len(items) > _MOST_ITEMS:
        return too_many(len(items), _MOST_ITEMS, "items")
    for position, item in enumerate(items):
        reason = _item_reason(each.item, item)
        if reason is not None:
            return Reason(*(f"[{position}] {words}" for words in reason))
    return None


def _item_reason(layout: Field | tuple[Field, ...] | Choice, item: object) -> Reason | None:
    if not isinstance(layout, tuple | Choice):
        return _reason(layout, item)
    if not isinstance(item, Mapping):
        return wrong_type(dict, item)
    values = dict(item)
    if isinstance(layout, Choice):
        flag = values.pop(layout.flag, None)
        if flag not in layout.layouts:
            known = sorted(layout.layouts)
            return Reason(
                f"{layout.flag} must be one of {known}, not {flag!r}",
                f"{layout.flag} 应为 {known} 之一，而不是 {flag!r}",
            )
        layout = layout.layouts[flag]
    try:
        explain(layout, "item", values)
    except FieldError as found:
        field = found.facts["field"]
        return Reason(f"{field} {found.facts['reason']}", f"{field} {found.zh_reason}")
    return None
