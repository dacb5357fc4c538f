"""A PDU's fields as JSON values and back: octets as hex under `<name>_hex`, lengths and counts shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.fields import Blob, Octets, PduSpec, Repeated

_HEX = "_hex"


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
    octets = {each.name + _HEX: each.name for each in spec.fields if isinstance(each, Blob | Octets)}
    counted = _counted(spec)
    fields: dict[str, Any] = {}
    for name, value in shown.items():
        if name in octets:
            fields[octets[name]] = octets_from_hex(value, spec.name, name)
        elif name not in counted:
            fields[name] = value
    for name, of in counted.items():
        right = len(fields.get(of, ()))
        if shown.get(name, right) != right:
            raise FieldError(spec.name, name, f"is {shown[name]}, but {of} has {right}")
    return fields


def octets_from_hex(value: object, pdu: str, name: str) -> bytes:
    """Raises FieldError."""
    try:
        return bytes.fromhex(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise FieldError(pdu, name, "must be hex digits") from None


def _counted(spec: PduSpec) -> dict[str, str]:
    """Computed field -> the field it counts."""
    lengths = {each.length: each.name for each in spec.fields if isinstance(each, Blob)}
    return lengths | {each.count: each.name for each in spec.fields if isinstance(each, Repeated)}
