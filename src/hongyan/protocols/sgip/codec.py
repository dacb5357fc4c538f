"""SGIP frames to values and back.

`decode` never raises on what a peer sent: a body that cannot be read is an `Unreadable`. A bad frame length is
`FrameError` from the frame reader, before a frame exists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from struct import Struct
from typing import Any

from hongyan.protocols.sgip.pdus import BETWEEN_GATEWAYS, RESPONSE, SPECS
from hongyan.protocols.wire.errors import BodyError, FieldError
from hongyan.protocols.wire.explain import NOT_A_FIELD
from hongyan.protocols.wire.fields import PduSpec
from hongyan.protocols.wire.frames import FrameReader
from hongyan.protocols.wire.generate import READ_FAULTS
from hongyan.protocols.wire.readers import Reader, compile_reader
from hongyan.protocols.wire.writers import compile_writer

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


@dataclass(slots=True)
class Unreadable:
    """A frame whose command is not read (`known` false) or whose body breaks its layout."""

    command_id: int
    sequence: int
    raw: bytes
    reason: str
    known: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    spec: PduSpec
    read: Reader
    write: Callable[..., bytes]


_BY_NAME = {
    spec.name: _Entry(spec, compile_reader(spec.fields, spec.name), compile_writer(spec.fields, spec.name))
    for spec in SPECS
}
_READERS = {entry.spec.command_id: (name, entry.read) for name, entry in _BY_NAME.items()}
NAMES: Mapping[int, str] = {spec.command_id: spec.name for spec in SPECS}
_unpack_header = HEADER.unpack_from
_pack_header = HEADER.pack


def decode(frame: bytes) -> Pdu | Unreadable:
    """One whole frame, as the frame reader gives it."""
    _, command_id, node_and_time, counter = _unpack_header(frame)
    sequence = node_and_time << 32 | counter
    try:
        name, read = _READERS[command_id]
    except KeyError:
        return Unreadable(command_id, sequence, frame, _not_read(command_id), known=False)
    try:
        fields, end = read(frame, HEADER_SIZE)
    except READ_FAULTS as fault:
        reason = str(fault) if isinstance(fault, BodyError) else "the body ends inside a field"
        return Unreadable(command_id, sequence, frame, f"{name}: {reason}", known=True)
    if end != len(frame):
        reason = f"{name}: {len(frame) - end} octets after the last field"
        return Unreadable(command_id, sequence, frame, reason, known=True)
    return Pdu(name, command_id, sequence, fields)


def _not_read(command_id: int) -> str:
    name = BETWEEN_GATEWAYS.get(command_id & ~RESPONSE)
    return f"{name} is spoken between gateways only" if name else "unknown command"


def _entry(name: str) -> _Entry:
    entry = _BY_NAME.get(name)
    if entry is None:
        raise FieldError(name, "pdu", "is not an SGIP PDU", "不是 SGIP 的 PDU")
    return entry


def encode_body(name: str, fields: Mapping[str, object]) -> bytes:
    """The octets after the header; missing fields are 0 or empty. Raises FieldError, naming the field."""
    entry = _entry(name)
    try:
        return entry.write(**fields)
    except TypeError:
        unknown = next((key for key in fields if key not in entry.spec.names), "?")
        raise FieldError(name, unknown, *NOT_A_FIELD) from None


def encode(name: str, fields: Mapping[str, object], sequence: int) -> bytes:
    """A whole frame. Raises FieldError."""
    return frame_of(spec_of(name).command_id, encode_body(name, fields), sequence)


def spec_of(name: str) -> PduSpec:
    """The specification of a PDU. Raises FieldError for an unknown name."""
    return _entry(name).spec


def frame_of(command_id: int, body: bytes, sequence: int) -> bytes:
    """Header and body. The sequence is an unsigned integer of 96 bits."""
    return _pack_header(HEADER_SIZE + len(body), command_id, sequence >> 32, sequence & 0xFFFFFFFF) + body


def encode_pdu(pdu: Pdu) -> bytes:
    """The frame of a Pdu; a decoded one comes back byte for byte when the peer kept to the document."""
    return encode(pdu.name, pdu.fields, pdu.sequence)


def frame_reader(limit: int = FRAME_LIMIT) -> FrameReader:
    """A reader for SGIP frames."""
    return FrameReader(HEADER_SIZE, limit)
