"""A PDU's fields as JSON values and back: octets as hex under `<name>_hex`, lengths and counts shown.

Integers may come as numbers or as text like "0x1f", nothing else counts as one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.explain import NOT_A_FIELD, Reason, wrong_type
from hongyan.protocols.wire.fields import Blob, Choice, Field, Octets, PduSpec, Repeated, UInt

_HEX = "_hex"
_HEX_NUMBER = re.compile(r"0[xX][0-9a-fA-F]{1,16}").fullmatch


def fields_to_json(spec: PduSpec, fields: Mapping[str, Any]) -> dict[str, Any]:
    """All fields in wire order; an absent body stays absent."""
    if not fields:
        return {}
    shown: dict[str, Any] = {}
    counted = _counted(spec)
    for each in spec.fields:
        if each.name in counted:
            shown[each.name] = len(fields[counted[each.name]])
        elif isinstance(each, Blob | Octets):
            shown[each.name + _HEX] = fields[each.name].hex()
        else:
            shown[each.name] = fields[each.name]
    return shown


def fields_from_json(spec: PduSpec, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The values to encode. A length or count may be left out, but must be right when it is there.

    Raises:  FieldError.
    """
    names = {
        (each.name + _HEX if isinstance(each, Blob | Octets) else each.name): each for each in spec.fields
    }
    counted = _counted(spec)
    fields: dict[str, Any] = {}
    for name, value in shown.items():
        if name not in names:
            raise FieldError(spec.name, name, *NOT_A_FIELD)
        if name not in counted:
            fields[names[name].name] = _value(names[name], value, spec.name, name)
    for name, of in counted.items():
        items = fields.get(of, ())
        if name in shown and isinstance(items, bytes | list | tuple):
            check_computed(shown[name], len(items), spec.name, name, of)
    return fields


def check_computed(given: object, right: int, pdu: str, name: str, of: str) -> None:
    """Raises FieldError when a length or count that was given is not what `of` has."""
    number = integer_from_json(given, pdu, name)
    if number != right:
        raise FieldError(
            pdu, name, f"is {number}, but {of} has {right}", f"为 {number}，但 {of} 实为 {right}"
        )


def integer_from_json(value: object, pdu: str, name: str) -> int:
    """A number, or text like "0x1f". Raises FieldError."""
    if isinstance(value, str) and _HEX_NUMBER(value):
        return int(value, 16)
    if not isinstance(value, int) or isinstance(value, bool):
        raise FieldError(pdu, name, *(NOT_A_NUMBER if isinstance(value, str) else wrong_type(int, value)))
    return value


NOT_A_NUMBER = Reason(
    "must be an integer, as a number or as text like 0x1f", "应为整数：数字，或 0x1f 形式的文本"
)
NOT_HEX = Reason("must be hex digits", "应为十六进制数字")


def octets_from_hex(value: object, pdu: str, name: str) -> bytes:
    """Raises FieldError."""
    try:
        return bytes.fromhex(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise FieldError(pdu, name, *NOT_HEX) from None


def _value(each: Field, value: Any, pdu: str, name: str) -> Any:
    match each:
        case Blob() | Octets():
            return octets_from_hex(value, pdu, name)
        case UInt():
            return integer_from_json(value, pdu, name)
        case Repeated() if isinstance(value, list):
            return [_item(each.item, item, pdu, f"{name}[{at}]") for at, item in enumerate(value)]
        case _:
            return value  # the encoder says what is wrong with it


def _item(layout: Field | tuple[Field, ...] | Choice, item: Any, pdu: str, name: str) -> Any:
    if not isinstance(layout, tuple | Choice):
        return _value(layout, item, pdu, name)
    if not isinstance(item, dict):
        return item
    flag: tuple[Field, ...] = ()
    if isinstance(layout, Choice):
        flag = (UInt(layout.flag),)
        chosen = integer_from_json(item.get(layout.flag, 0), pdu, f"{name}.{layout.flag}")
        layout = layout.layouts.get(chosen, ())
    by_name = {each.name: each for each in (*flag, *layout)}
    return {
        key: _value(by_name[key], value, pdu, f"{name}.{key}") if key in by_name else value
        for key, value in item.items()
    }


def _counted(spec: PduSpec) -> dict[str, str]:
    """Computed field -> the field it counts."""
    lengths = {each.length: each.name for each in spec.fields if isinstance(each, Blob)}
    return lengths | {each.count: each.name for each in spec.fields if isinstance(each, Repeated)}
