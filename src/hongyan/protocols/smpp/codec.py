"""SMPP frames to values and back.

`decode` never raises on what a peer sent: a body that cannot be read is an `Unreadable`. A bad frame length is
`FrameError` from the frame reader, before a frame exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from struct import Struct
from typing import Any

from hongyan.protocols.smpp.pdus import SPECS, TLVS
from hongyan.protocols.wire.frames import FrameReader
from hongyan.protocols.wire.generate import READ_FAULTS
from hongyan.protocols.wire.table import PduTable, broken
from hongyan.protocols.wire.tlv import TlvValue

HEADER = Struct(">IIII")
"""command_length, command_id, command_status, sequence_number (3.2)."""

HEADER_SIZE = 16
FRAME_LIMIT = 70_000
"""A body with a full message_payload (65,535 octets) fits."""

MAX_SEQUENCE = 0x7FFFFFFF

Fields = dict[str, Any]
Tlvs = dict[str, TlvValue]


@dataclass(slots=True)
class Pdu:
    """A PDU with its fields in the specification's order, without computed lengths and counts.

    `fields` is empty when a response came without body. `tlvs`: known parameters by name, unknown ones as
    bytes under "0x1400". Not frozen only because this is made for every PDU; nobody changes one.
    """

    name: str
    command_id: int
    status: int
    sequence: int
    fields: Fields
    tlvs: Tlvs


@dataclass(slots=True)
class Unreadable:
    """A frame whose command is unknown (`known` false) or whose body breaks its layout."""

    command_id: int
    status: int
    sequence: int
    raw: bytes
    reason: str
    known: bool


_TABLE = PduTable("SMPP", SPECS)
_READERS = _TABLE.readers
NAMES: Mapping[int, str] = _TABLE.names
spec_of = _TABLE.spec_of
_unpack_header = HEADER.unpack_from
_pack_header = HEADER.pack
_read_tlvs = TLVS.read


def decode(frame: bytes) -> Pdu | Unreadable:
    """One whole frame, as the frame reader gives it."""
    _, command_id, status, sequence = _unpack_header(frame)
    try:
        name, read, empty_body_allowed = _READERS[command_id]
    except KeyError:
        return Unreadable(command_id, status, sequence, frame, _TABLE.not_read(command_id), known=False)
    size = len(frame)
    if size == HEADER_SIZE and empty_body_allowed:
        return Pdu(name, command_id, status, sequence, {}, {})
    try:
        fields, at = read(frame, HEADER_SIZE)
        tlvs = _read_tlvs(frame, at) if at < size else {}
    except READ_FAULTS as fault:
        return Unreadable(command_id, status, sequence, frame, broken(name, fault), known=True)
    return Pdu(name, command_id, status, sequence, fields, tlvs)


def encode_body(name: str, fields: Mapping[str, object], tlvs: Mapping[str, TlvValue] | None = None) -> bytes:
    """The octets after the header. Raises FieldError, naming the field."""
    body = _TABLE.body(name, fields)
    return body + TLVS.write(tlvs, name) if tlvs else body


def encode(
    name: str,
    fields: Mapping[str, object],
    sequence: int,
    status: int = 0,
    tlvs: Mapping[str, TlvValue] | None = None,
) -> bytes:
    """A whole frame. Missing fields are 0 or empty.

    A response with an error status and no fields has no body; give fields (even empty ones) to send them.
    Raises:  FieldError.
    """
    spec = spec_of(name)
    if status and not fields and not tlvs and spec.empty_body_allowed:
        return frame_of(spec.command_id, b"", sequence, status)
    return frame_of(spec.command_id, encode_body(name, fields, tlvs), sequence, status)


def frame_of(command_id: int, body: bytes, sequence: int, status: int = 0) -> bytes:
    """Header and body. Sequence and status are unsigned 32-bit integers."""
    return _pack_header(HEADER_SIZE + len(body), command_id, status, sequence) + body


def encode_pdu(pdu: Pdu) -> bytes:
    """The frame of a Pdu; a decoded one comes back byte for byte when the peer kept to the document."""
    if not pdu.fields and not pdu.tlvs and spec_of(pdu.name).empty_body_allowed:
        return frame_of(pdu.command_id, b"", pdu.sequence, pdu.status)
    return encode(pdu.name, pdu.fields, pdu.sequence, pdu.status, pdu.tlvs)


def frame_reader(limit: int = FRAME_LIMIT) -> FrameReader:
    """A reader for SMPP frames."""
    return FrameReader(HEADER_SIZE, limit)
