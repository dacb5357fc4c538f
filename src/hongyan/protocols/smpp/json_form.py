"""SMPP PDUs as JSON objects, for people and for files of examples.

`{"pdu": "submit_sm", "fields": {"command_length": …, "command_id": "0x00000004", …, "tlvs": {…}}}`; octets are
hex, an unreadable frame shows its header, `raw_hex` and `reason`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongyan.kernel.text import parse_udh
from hongyan.protocols.smpp.codec import HEADER_SIZE, Pdu, Unreadable, encode_pdu, spec_of
from hongyan.protocols.smpp.encoders import UDHI
from hongyan.protocols.smpp.pdus import TLVS
from hongyan.protocols.smpp.receipt import content_of
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.json_form import fields_from_json, fields_to_json, octets_from_hex
from hongyan.protocols.wire.tlv import Kind, TlvValue

_HEADER = ("command_length", "command_id", "command_status", "sequence_number")
_DERIVED = ("udh_hex",)


def to_json(pdu: Pdu | Unreadable) -> dict[str, Any]:
    """A decoded frame as JSON values."""
    if isinstance(pdu, Unreadable):
        fields = _header(len(pdu.raw), pdu)
        return {"pdu": None, "fields": fields, "raw_hex": pdu.raw.hex(), "reason": pdu.reason}
    fields = _header(len(encode_pdu(pdu)), pdu) | fields_to_json(spec_of(pdu.name), pdu.fields)
    header = _user_data_header(pdu)
    if header:
        fields["udh_hex"] = header.hex()
    if pdu.tlvs:
        fields["tlvs"] = {
            name: value.hex() if isinstance(value, bytes) else value for name, value in pdu.tlvs.items()
        }
    return {"pdu": pdu.name, "fields": fields}


def from_json(shown: Mapping[str, Any]) -> Pdu:
    """A PDU to encode. Header fields default to 0, computed ones may be left out.

    Raises:  FieldError, naming the field.
    """
    name = str(shown.get("pdu"))
    spec = spec_of(name)
    given = dict(shown.get("fields", {}))
    header = {key: given.pop(key) for key in _HEADER if key in given}
    tlvs = {key: _tlv_value(name, key, value) for key, value in dict(given.pop("tlvs", {})).items()}
    for key in _DERIVED:
        given.pop(key, None)
    fields = fields_from_json(spec, given)
    pdu = Pdu(
        name,
        spec.command_id,
        _number(header, "command_status", name),
        _number(header, "sequence_number", name),
        fields,
        tlvs,
    )
    length = len(encode_pdu(pdu))
    if header.get("command_length", length) != length:
        raise FieldError(
            name, "command_length", f"is {header['command_length']}, but the frame has {length} octets"
        )
    return pdu


def _header(length: int, pdu: Pdu | Unreadable) -> dict[str, Any]:
    assert length >= HEADER_SIZE
    return dict(zip(_HEADER, (length, f"0x{pdu.command_id:08x}", pdu.status, pdu.sequence), strict=True))


def _user_data_header(pdu: Pdu) -> bytes:
    if not pdu.fields.get("esm_class", 0) & UDHI:
        return b""
    content = content_of(pdu)
    return content[: len(content) - len(parse_udh(content)[1])]


def _number(header: Mapping[str, Any], key: str, pdu: str) -> int:
    value = header.get(key, 0)
    if not isinstance(value, int) or not 0 <= value <= 0xFFFFFFFF:
        raise FieldError(pdu, key, "must be an integer of 32 bits")
    return value


def _tlv_value(pdu: str, name: str, value: TlvValue) -> TlvValue:
    return octets_from_hex(value, pdu, name) if TLVS.kind_of(name) is Kind.OCTETS else value
