"""SGIP PDUs as JSON objects, for people and for files of examples.

`{"pdu": "SGIP_SUBMIT", "fields": {"Total_Length": …, "Command_Id": "0x00000003", "Sequence_Number": [node, time,
counter], …}}` with the document's names. The content is `content_hex`, a user data header in it is shown as `udh_hex`
too. Integers may be given as 0x text. An unreadable frame shows its header, `raw_hex` and `reason`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongyan.protocols.sgip.codec import Pdu, encode_pdu, spec_of
from hongyan.protocols.sgip.content import user_data_header
from hongyan.protocols.sgip.pdus import SEQUENCE_SIZE
from hongyan.protocols.sgip.sequence import of_triple, triple
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.explain import explain
from hongyan.protocols.wire.fields import PduSpec
from hongyan.protocols.wire.json_form import (
    fields_from_json,
    fields_to_json,
    in_our_spelling,
    integer_from_json,
    octets_from_hex,
    record_from_json,
    shown_names,
    unreadable_to_json,
)
from hongyan.protocols.wire.table import Unreadable

_LENGTH = "Total_Length"
_COMMAND = "Command_Id"
_SEQUENCE = "Sequence_Number"
_UDH = "udh_hex"
_OF_SUBMIT = "SubmitSequenceNumber"
_OF_SUBMIT_HEX = f"{_OF_SUBMIT}_hex"
_ITEMS = "items"
_ITEM_COUNT = "Count"
"""Of `items`, which show it themselves."""
_RESERVE = "Reserve"
_RESERVE_SHOWN = "SGIP_SUBMIT"
"""Where an empty Reserve is shown too, because later editions put a LinkID there; elsewhere it is filling."""
_ALSO = {"LinkID": _RESERVE}


def to_json(pdu: Pdu | Unreadable, length: int | None = None) -> dict[str, Any]:
    """A PDU as JSON values. `length`: octets of the frame that it came in."""
    if isinstance(pdu, Unreadable):
        return unreadable_to_json(_header(len(pdu.raw), pdu), pdu.raw, pdu.reason)
    fields = _header(len(encode_pdu(pdu)) if length is None else length, pdu) | _shown(
        spec_of(pdu.name), pdu.fields
    )
    if udh := user_data_header(pdu):
        fields[_UDH] = udh.hex()
    return {"pdu": pdu.name, "fields": fields}


def from_json(shown: Mapping[str, Any]) -> Pdu:
    """A PDU to encode. Left out, the sequence is [0, 0, 0], other fields are 0 or empty, and the rest follows: length,
    command, counts and `udh_hex`, which must be right when they are given.

    Raises:  FieldError, naming the field.
    """
    spec = spec_of(str(shown.get("pdu")))
    name = spec.name
    rest = in_our_spelling(
        record_from_json(shown.get("fields", {}), name, "fields"),
        (_LENGTH, _COMMAND, _SEQUENCE, _UDH, _OF_SUBMIT, *shown_names(spec)),
        name,
        _ALSO,
    )
    told = {key: rest.pop(key) for key in (_LENGTH, _COMMAND, _UDH) if key in rest}
    sequence = _sequence(name, _SEQUENCE, rest.pop(_SEQUENCE, (0, 0, 0)))
    pdu = Pdu(name, spec.command_id, sequence, _fields(spec, rest))
    _check(
        name, told, {_LENGTH: len(encode_pdu(pdu)), _COMMAND: spec.command_id, _UDH: user_data_header(pdu)}
    )
    return pdu


def _check(pdu: str, told: Mapping[str, Any], right: Mapping[str, int | bytes]) -> None:
    """Raises FieldError for what follows from the rest and was told otherwise."""
    for key, value in told.items():
        read = octets_from_hex if key == _UDH else integer_from_json
        if read(value, pdu, key) != right[key]:
            raise FieldError(pdu, key, f"cannot be {value} with these fields", f"与其他字段不符：{value}")


def _header(length: int, pdu: Pdu | Unreadable) -> dict[str, Any]:
    return {_LENGTH: length, _COMMAND: f"0x{pdu.command_id:08x}", _SEQUENCE: list(triple(pdu.sequence))}


def _shown(spec: PduSpec, fields: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in fields_to_json(spec, fields).items():
        if name == _OF_SUBMIT_HEX:
            shown[_OF_SUBMIT] = list(triple(int(value, 16)))
        elif name == _ITEMS:
            shown[name] = [_without_filling(item) for item in value]
        elif name != _ITEM_COUNT:
            shown[name] = value
    return shown if spec.name == _RESERVE_SHOWN else _without_filling(shown)


def _without_filling(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if name != _RESERVE or value}


def _fields(spec: PduSpec, given: dict[str, Any]) -> dict[str, Any]:
    """Values to encode, checked one by one: an encoder would take a text for a list of numbers."""
    if _OF_SUBMIT in given and _OF_SUBMIT in spec.names:
        sequence = _sequence(spec.name, _OF_SUBMIT, given.pop(_OF_SUBMIT))
        given[_OF_SUBMIT_HEX] = sequence.to_bytes(SEQUENCE_SIZE, "big").hex()
    fields = fields_from_json(spec, given)
    explain(spec.fields, spec.name, fields)
    return fields


def _sequence(pdu: str, name: str, value: Any) -> int:
    words = list(value) if isinstance(value, list | tuple) else []
    numbers = [integer_from_json(each, pdu, name) for each in words]
    if len(numbers) != 3 or not all(0 <= each < 1 << 32 for each in numbers):
        raise FieldError(pdu, name, "must be three integers of 32 bits", "应为 3 个 32 位无符号整数")
    return of_triple(*numbers)
