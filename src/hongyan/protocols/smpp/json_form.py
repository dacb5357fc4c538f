"""SMPP PDUs as JSON objects, for people and for files of examples.

`{"pdu": "submit_sm", "fields": {"command_length": …, "command_id": "0x00000004", …, "tlvs": {…}}}`; octets are
hex, an unreadable frame shows its header, `raw_hex` and `reason`. Integers may be given as 0x text. A user data header
is shown as `udh_hex` too. submit_multi shows its text beside the octets; `text` may stand for `short_message_hex`
wherever there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hongyan.kernel.errors import Refused
from hongyan.kernel.text import Alphabet, encode
from hongyan.protocols.smpp.codec import HEADER_SIZE, Pdu, Unreadable, encode_pdu, spec_of
from hongyan.protocols.smpp.content import text_of, user_data_header
from hongyan.protocols.smpp.pdus import SUBMIT_MULTI, TLVS
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.explain import wrong_type
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
    unsigned_from_json,
)
from hongyan.protocols.wire.tlv import Kind, TlvValue

_HEADER = ("command_length", "command_id", "command_status", "sequence_number")
_TLVS = "tlvs"
_UDH = "udh_hex"
_TEXT = "text"
_CONTENT = "short_message_hex"
_WIDEST = 4
"""Octets of every header field."""


def to_json(pdu: Pdu | Unreadable, length: int | None = None) -> dict[str, Any]:
    """A decoded frame as JSON values. `length`: of the frame it was, which may be longer than we would write it."""
    if isinstance(pdu, Unreadable):
        return unreadable_to_json(_header(len(pdu.raw), pdu), pdu.raw, pdu.reason)
    fields = _header(len(encode_pdu(pdu)) if length is None else length, pdu)
    fields |= fields_to_json(spec_of(pdu.name), pdu.fields)
    header = user_data_header(pdu)
    if header:
        fields[_UDH] = header.hex()
    if pdu.command_id == SUBMIT_MULTI and pdu.fields["short_message"] and not header:
        text = text_of(pdu.fields["short_message"], pdu.fields["data_coding"])
        if text is not None:
            fields[_TEXT] = text
    if pdu.tlvs:
        fields[_TLVS] = {
            name: value.hex() if isinstance(value, bytes) else value for name, value in pdu.tlvs.items()
        }
    return {"pdu": pdu.name, "fields": fields}


def from_json(shown: Mapping[str, Any]) -> Pdu:
    """A PDU to encode. Left out, header fields are 0 and other fields 0 or empty; what follows from the rest (lengths,
    counts, `udh_hex`) may be left out and must be right when it is there.

    Raises:  FieldError, naming the field.
    """
    spec = spec_of(str(shown.get("pdu")))
    name = spec.name
    given = in_our_spelling(
        record_from_json(shown.get("fields", {}), name, "fields"),
        (*_HEADER, *shown_names(spec), _TLVS, _UDH, _TEXT),
        name,
    )
    header = {key: unsigned_from_json(given.pop(key), _WIDEST, name, key) for key in _HEADER if key in given}
    if header.get("command_id", spec.command_id) != spec.command_id:
        right = f"0x{spec.command_id:08x}"
        raise FieldError(name, "command_id", f"must be {right}", f"应为 {right}")
    tlvs = {
        key: _tlv_value(name, key, value)
        for key, value in record_from_json(given.pop(_TLVS, {}), name, _TLVS).items()
    }
    said = {key: given.pop(key) for key in (_UDH, _TEXT) if key in given}
    pdu = Pdu(
        name,
        spec.command_id,
        header.get("command_status", 0),
        header.get("sequence_number", 0),
        fields_from_json(spec, given),
        tlvs,
    )
    if _TEXT in said:
        _set_text(spec, pdu, said[_TEXT])
    if _UDH in said:
        _check_user_data_header(pdu, said[_UDH])
    length = len(encode_pdu(pdu))
    told = header.get("command_length", length)
    if told != length:
        words = f"is {told}, but the frame has {length} octets", f"为 {told}，但该帧实为 {length} 字节"
        raise FieldError(name, "command_length", *words)
    return pdu


def _header(length: int, pdu: Pdu | Unreadable) -> dict[str, Any]:
    assert length >= HEADER_SIZE
    return dict(zip(_HEADER, (length, f"0x{pdu.command_id:08x}", pdu.status, pdu.sequence), strict=True))


def _check_user_data_header(pdu: Pdu, told: object) -> None:
    octets = octets_from_hex(told, pdu.name, _UDH)
    esm_class = pdu.fields.get("esm_class", 0)
    if isinstance(esm_class, int) and octets != user_data_header(pdu):
        raise FieldError(
            pdu.name,
            _UDH,
            "is not what the content begins with, or esm_class does not announce a header (0x40)",
            "与内容开头不一致，或 esm_class 未声明用户数据头（0x40）",
        )


def _set_text(spec: PduSpec, pdu: Pdu, text: object) -> None:
    """`text` instead of the octets; beside them it must say the same."""
    if "short_message" not in spec.names:
        raise FieldError(pdu.name, _TEXT, "is not a field", "不是该 PDU 的字段")
    if not isinstance(text, str):
        raise FieldError(pdu.name, _TEXT, *wrong_type(str, text))
    data_coding = pdu.fields.get("data_coding", 0)
    if "short_message" in pdu.fields:
        if text_of(pdu.fields["short_message"], data_coding) != text:
            raise FieldError(pdu.name, _TEXT, f"is not what {_CONTENT} says", f"与 {_CONTENT} 的内容不一致")
        return
    pdu.fields["short_message"] = _octets_of(pdu.name, text, data_coding)


_WRITERS: dict[object, Callable[[str], bytes]] = {
    0x00: lambda text: encode(text, Alphabet.GSM7),
    0x01: lambda text: text.encode("ascii"),
    0x03: lambda text: text.encode("latin-1"),
    0x08: lambda text: encode(text, Alphabet.UCS2),
}
"""data_coding -> how `text` becomes octets; for others the octets are asked for."""


def _octets_of(pdu: str, text: str, data_coding: object) -> bytes:
    writer = _WRITERS.get(data_coding)
    if writer is None:
        raise FieldError(
            pdu,
            _TEXT,
            f"cannot stand for octets of data_coding {data_coding}; give {_CONTENT}",
            f"不支持 data_coding {data_coding}，请改用 {_CONTENT}",
        )
    try:
        return writer(text)
    except (UnicodeEncodeError, Refused):
        words = f"cannot be written in data_coding {data_coding}", f"无法用 data_coding {data_coding} 表示"
        raise FieldError(pdu, _TEXT, *words) from None


def _tlv_value(pdu: str, name: str, value: Any) -> TlvValue:
    match TLVS.kind_of(name):
        case Kind.OCTETS:
            TLVS.write({name: b""}, pdu)  # a name that is none goes before a value that is no hex
            return octets_from_hex(value, pdu, name)
        case Kind.NUMBER:
            return integer_from_json(value, pdu, name)
        case _:
            return value  # type: ignore[no-any-return] # the encoder says what is wrong with it
