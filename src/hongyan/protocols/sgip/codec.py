"""SGIP frames to values and back.

`decode` never raises on what a peer sent: a body that cannot be read is an `Unreadable`. A bad frame length is
`FrameError` from the frame reader, before a frame exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from struct import Struct
from typing import Any

from hongyan.protocols.sgip.pdus import BETWEEN_GATEWAYS, SPECS
from hongyan.protocols.wire.frames import FrameReader
from hongyan.protocols.wire.generate import READ_FAULTS
from hongyan.protocols.wire.table import PduTable, Unreadable, broken, left_over

HEADER = Struct(">IIQI")
"""Message Length, Command ID, and the three numbers of the sequence: node and time together, then the counter."""

HEADER_SIZE = 20
FRAME_LIMIT = 4096
"""A SUBMIT to 100 numbers fits."""

Fields = dict[str, Any]


@dataclass(slots=True)
class Pdu:
    """A PDU with its fields in the document's order, without computed lengths and counts.

    `sequence`: the twelve octets as one integer, see `sequence.triple`. Not frozen only because this is made for
    every PDU; nobody changes one.
    """

    name: str
    command_id: int
    sequence: int
    fields: Fields


_TABLE = PduTable("SGIP", SPECS, BETWEEN_GATEWAYS)
_READERS = _TABLE.readers
NAMES: Mapping[int, str] = _TABLE.names
spec_of = _TABLE.spec_of
encode_body = _TABLE.body
_unpack_header = HEADER.unpack_from
_pack_header = HEADER.pack


def decode(frame: bytes) -> Pdu | Unreadable:
    """One whole frame, as the frame reader gives it."""
    _, command_id, node_and_time, counter = _unpack_header(frame)
    sequence = node_and_time << 32 | counter
    try:
        name, read, _ = _READERS[command_id]
    except KeyError:
        return Unreadable(command_id, sequence, frame, _TABLE.not_read(command_id), known=False)
    try:
        fields, end = read(frame, HEADER_SIZE)
    except READ_FAULTS as fault:
        return Unreadable(command_id, sequence, frame, broken(name, fault), known=True)
    if end != len(frame):
        return Unreadable(command_id, sequence, frame, left_over(name, len(frame) - end), known=True)
    return Pdu(name, command_id, sequence, fields)


def encode(name: str, fields: Mapping[str, object], sequence: int) -> bytes:
    """A whole frame. Raises FieldError."""
    return frame_of(spec_of(name).command_id, encode_body(name, fields), sequence)


def frame_of(command_id: int, body: bytes, sequence: int) -> bytes:
    """Header and body. The sequence is an unsigned integer of 96 bits."""
    return _pack_header(HEADER_SIZE + len(body), command_id, sequence >> 32, sequence & 0xFFFFFFFF) + body


def encode_pdu(pdu: Pdu) -> bytes:
    """The frame of a Pdu; a decoded one comes back byte for byte when the peer kept to the document."""
    return encode(pdu.name, pdu.fields, pdu.sequence)


def frame_reader(limit: int = FRAME_LIMIT) -> FrameReader:
    """A reader for SGIP frames."""
    return FrameReader(HEADER_SIZE, limit)
