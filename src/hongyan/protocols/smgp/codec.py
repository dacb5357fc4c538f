"""SMGP frames to values and back.

`decode` never raises on what a peer sent: a body that cannot be read is an `Unreadable`. A bad frame length is
`FrameError` from the frame reader, before a frame exists.

Optional parameters stay as they came, octet for octet and in their order, because peers differ in how they write
them (text with or without NUL); `TLVS` gives them names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from struct import Struct
from typing import Any

from hongyan.protocols.smgp.pdus import BETWEEN_GATEWAYS, SPECS, TLVS
from hongyan.protocols.wire.frames import FrameReader
from hongyan.protocols.wire.generate import READ_FAULTS
from hongyan.protocols.wire.table import PduTable, Unreadable, broken
from hongyan.protocols.wire.tlv import RawTlv, TlvValue, join_tlvs, split_tlvs

HEADER = Struct(">III")
"""PacketLength, RequestID, SequenceID."""

HEADER_SIZE = 12
FRAME_LIMIT = 4096
"""A SUBMIT to 100 numbers, the document's most, fits with all its optional parameters."""

MAX_SEQUENCE = 0xFFFFFFFF

Fields = dict[str, Any]


@dataclass(slots=True)
class Pdu:
    """A PDU with its fields in the document's order, without computed lengths and counts.

    `tlvs`: (tag, octets) in the order of the wire. Not frozen only because this is made for every PDU; nobody
    changes one.
    """

    name: str
    command_id: int
    sequence: int
    fields: Fields
    tlvs: tuple[RawTlv, ...]


_TABLE = PduTable("SMGP", SPECS, BETWEEN_GATEWAYS)
_READERS = _TABLE.readers
NAMES: Mapping[int, str] = _TABLE.names
spec_of = _TABLE.spec_of
_unpack_header = HEADER.unpack_from
_pack_header = HEADER.pack


def decode(frame: bytes) -> Pdu | Unreadable:
    """One whole frame, as the frame reader gives it."""
    _, command_id, sequence = _unpack_header(frame)
    try:
        name, read, _ = _READERS[command_id]
    except KeyError:
        return Unreadable(command_id, sequence, frame, _TABLE.not_read(command_id), known=False)
    try:
        fields, at = read(frame, HEADER_SIZE)
        tlvs = tuple(split_tlvs(frame, at)) if at < len(frame) else ()
    except READ_FAULTS as fault:
        return Unreadable(command_id, sequence, frame, broken(name, fault), known=True)
    return Pdu(name, command_id, sequence, fields, tlvs)


def encode_body(name: str, fields: Mapping[str, object], tlvs: Mapping[str, TlvValue] | None = None) -> bytes:
    """The octets after the header; missing fields are 0 or empty, `tlvs` by name. Raises FieldError, naming the
    field."""
    body = _TABLE.body(name, fields)
    return body + TLVS.write(tlvs, name) if tlvs else body


def encode(
    name: str, fields: Mapping[str, object], sequence: int, tlvs: Mapping[str, TlvValue] | None = None
) -> bytes:
    """A whole frame. Raises FieldError."""
    return frame_of(spec_of(name).command_id, encode_body(name, fields, tlvs), sequence)


def encode_pdu(pdu: Pdu) -> bytes:
    """The frame of a Pdu; a decoded one comes back byte for byte when the peer kept to the document."""
    body = encode_body(pdu.name, pdu.fields)
    return frame_of(pdu.command_id, body + join_tlvs(pdu.tlvs) if pdu.tlvs else body, pdu.sequence)


def frame_of(command_id: int, body: bytes, sequence: int) -> bytes:
    """Header and body. The sequence is an unsigned 32-bit integer."""
    return _pack_header(HEADER_SIZE + len(body), command_id, sequence) + body


def tlv_number(pdu: Pdu, tag: int) -> int:
    """The value of a numeric optional parameter, 0 when it is absent; of a repeated one, the last."""
    value = 0
    for each, octets in pdu.tlvs:
        if each == tag:
            value = int.from_bytes(octets, "big")
    return value


def frame_reader(limit: int = FRAME_LIMIT) -> FrameReader:
    """A reader for SMGP frames."""
    return FrameReader(HEADER_SIZE, limit)
