"""SMPP frames to values and back.

`decode` never raises on what a peer sent: a body that cannot be read is an `Unreadable`. A bad frame length is
`FrameError` from the frame reader, before a frame exists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from struct import Struct
from typing import Any

from hongyan.protocols.smpp.pdus import SPECS, TLVS
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.fields import PduSpec
from hongyan.protocols.wire.frames import FrameReader
from hongyan.protocols.wire.generate import READ_FAULTS
from hongyan.protocols.wire.readers import Reader, compile_reader
from hongyan.protocols.wire.tlv import TlvValue
from hongyan.protocols.wire.writers import compile_writer

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


@dataclass(frozen=True, slots=True)
class _Entry:
    spec: PduSpec
    read: Reader
    write: Callable[..., bytes]


def _entries() -> dict[str, _Entry]:
    return {
        spec.name: _Entry(
            spec, compile_reader(spec.fields, spec.name), compile_writer(spec.fields, spec.name)
        )
        for spec in SPECS
    }


_BY_NAME = _entries()
_READERS = {
    entry.spec.command_id: (entry.spec.name, entry.read, entry.spec.empty_body_allowed)
    for entry in _BY_NAME.values()
}
NAMES: Mapping[int, str] = {spec.command_id: spec.name for spec in SPECS}
_unpack_header = HEADER.unpack_from
_pack_header = HEADER.pack
_read_tlvs = TLVS.read


def decode(frame: bytes) -> Pdu | Unreadable:
    """One whole frame, as the frame reader gives it."""
    _, command_id, status, sequence = _unpack_header(frame)
    try:
        name, read, empty_body_allowed = _READERS[command_id]
    except KeyError:
        return Unreadable(command_id, status, sequence, frame, "unknown command", known=False)
    size = len(frame)
    if size == HEADER_SIZE and empty_body_allowed:
        return Pdu(name, command_id, status, sequence, {}, {})
    try:
        fields, at = read(frame, HEADER_SIZE)
        tlvs = _read_tlvs(frame, at) if at < size else {}
    except READ_FAULTS as fault:
        return Unreadable(command_id, status, sequence, frame, _words(name, fault), known=True)
    return Pdu(name, command_id, status, sequence, fields, tlvs)


def _words(name: str, fault: Exception) -> str:
    text = str(fault) if type(fault).__name__ == "BodyError" else "the body ends inside a field"
    return f"{name}: {text}"


def _entry(name: str) -> _Entry:
    entry = _BY_NAME.get(name)
    if entry is None:
        raise FieldError(name, "pdu", "is not an SMPP PDU")
    return entry


def encode_body(name: str, fields: Mapping[str, object], tlvs: Mapping[str, TlvValue] | None = None) -> bytes:
    """The octets after the header. Raises FieldError, naming the field."""
    entry = _entry(name)
    try:
        body = entry.write(**fields)
    except TypeError:
        unknown = next((key for key in fields if key not in entry.spec.names), "?")
        raise FieldError(name, unknown, "is not a field") from None
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
    spec = _entry(name).spec
    if status and not fields and not tlvs and spec.empty_body_allowed:
        return frame_of(spec.command_id, b"", sequence, status)
    return frame_of(spec.command_id, encode_body(name, fields, tlvs), sequence, status)


def spec_of(name: str) -> PduSpec:
    """The specification of a PDU. Raises FieldError for an unknown name."""
    return _entry(name).spec


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
