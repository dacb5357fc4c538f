"""A PDU's fields as JSON values and back: octets as hex under `<name>_hex`, lengths and counts shown.

Integers may come as numbers or as text like "0x1f", nothing else counts as one. Names may come in another case: the
documents themselves write TP_pId here and TP_pid there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.explain import NOT_A_FIELD, Reason, too_big, wrong_type
from hongyan.protocols.wire.fields import Blob, Choice, Field, Octets, PduSpec, Repeated, UInt

MAINLAND_HEADER = ("Total_Length", "Command_Id", "Sequence_Id")
CONTENT = "content_hex"
_HEX = "_hex"
_HEX_NUMBER = re.compile(r"0[xX][0-9a-fA-F]{1,16}").fullmatch


def fields_to_json(spec: PduSpec, fields: Mapping[str, Any]) -> dict[str, Any]:
    """All fields in wire order; an absent body stays absent."""
    if not fields:
        return {}
    shown: dict[str, Any] = {}
    counted = counts_of(spec)
    for each in spec.fields:
        if each.name in counted:
            shown[each.name] = len(fields[counted[each.name]])
        elif isinstance(each, Blob | Octets):
            shown[each.name + _HEX] = fields[each.name].hex()
        else:
            shown[each.name] = fields[each.name]
    return shown


def in_mainland_names(spec: PduSpec, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same as CMPP and SMGP have it: under the names of the document, and only the content says that it is hex."""
    names = {
        each.name + _HEX: CONTENT if isinstance(each, Blob) else each.name
        for each in spec.fields
        if isinstance(each, Blob | Octets)
    }
    return {names.get(name, name): value for name, value in fields_to_json(spec, fields).items()}


def mainland_header(length: int, command_id: int, sequence: int) -> dict[str, Any]:
    """What frames of CMPP and SMGP begin with."""
    return dict(zip(MAINLAND_HEADER, (length, f"0x{command_id:08x}", sequence), strict=True))


def unreadable_to_json(header: dict[str, Any], raw: bytes, reason: str) -> dict[str, Any]:
    """A frame of which only the header can be read."""
    return {"pdu": None, "fields": header, "raw_hex": raw.hex(), "reason": reason}


def fields_from_json(spec: PduSpec, shown: Mapping[str, Any]) -> dict[str, Any]:
    """The values to encode. A length or count may be left out, but must be right when it is there.

    Raises:  FieldError.
    """
    names = dict(zip(shown_names(spec), spec.fields, strict=True))
    counted = counts_of(spec)
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


def record_from_json(value: object, pdu: str, name: str) -> dict[str, Any]:
    """An object. Raises FieldError."""
    if not isinstance(value, Mapping):
        raise FieldError(pdu, name, *wrong_type(dict, value))
    return dict(value)


def unsigned_from_json(value: object, size: int, pdu: str, name: str) -> int:
    """A number of `size` octets, as `integer_from_json`. Raises FieldError."""
    number = integer_from_json(value, pdu, name)
    if not 0 <= number < 1 << 8 * size:
        raise FieldError(pdu, name, *too_big(number, size))
    return number


def in_our_spelling(
    given: Mapping[str, Any], names: Iterable[str], pdu: str, also: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Fields under the names that are known here. `also`: other names, and what they are here. What nobody knows stays.

    Raises:  FieldError for a field that is given twice.
    """
    known = {name.lower(): name for name in names}
    known |= {other.lower(): name for other, name in (also or {}).items() if other.lower() not in known}
    fields: dict[str, Any] = {}
    for name, value in given.items():
        ours = known.get(name.lower(), name)
        if ours in fields:
            raise FieldError(pdu, name, "is given twice", "重复给出")
        fields[ours] = value
    return fields


def shown_names(spec: PduSpec) -> list[str]:
    """What the fields of a PDU are called in JSON."""
    return [each.name + _HEX if isinstance(each, Blob | Octets) else each.name for each in spec.fields]


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
    """Of hex digits, with or without 0x in front. Raises FieldError."""
    try:
        return bytes.fromhex(value.removeprefix("0x"))  # type: ignore[attr-defined]
    except (AttributeError, ValueError):
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


def counts_of(spec: PduSpec) -> dict[str, str]:
    """Computed field -> the field it counts."""
    lengths = {each.length: each.name for each in spec.fields if isinstance(each, Blob)}
    return lengths | {each.count: each.name for each in spec.fields if isinstance(each, Repeated)}
