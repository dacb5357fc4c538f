"""SMGP frames to values and back.

`decode` never raises on what a peer sent: a body that cannot be read is an `Unreadable`. A bad frame length is
`FrameError` from the frame reader, before a frame exists.

Optional parameters stay as they came, octet for octet and in their order, because peers differ in how they write
them (text with or without NUL); `TLVS` gives them names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from struct import Struct
from typing import Any

from hongyan.protocols.smgp.pdus import BETWEEN_GATEWAYS, RESPONSE, SPECS, TLVS
from hongyan.protocols.wire.errors import BodyError, FieldError
from hongyan.protocols.wire.fields import PduSpec
from hongyan.protocols.wire.frames import FrameReader
from hongyan.protocols.wire.generate import READ_FAULTS
from hongyan.protocols.wire.readers import Reader, compile_reader
from hongyan.protocols.wire.tlv import RawTlv, TlvValue, join_tlvs, split_tlvs
from hongyan.protocols.wire.writers import compile_writer

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


def _entries() -> dict[str, _Entry]:
    return {
        spec.name: _Entry(
            spec, compile_reader(spec.fields, spec.name), compile_writer(spec.fields, spec.name)
        )
        for spec in SPECS
    }


_BY_NAME = _entries()
_READERS = {entry.spec.command_id: (entry.spec.name, entry.read) for entry in _BY_NAME.values()}
NAMES: Mapping[int, str] = {spec.command_id: spec.name for spec in SPECS}
_unpack_header = HEADER.unpack_from
_pack_header = HEADER.pack


def decode(frame: bytes) -> Pdu | Unreadable:
    """One whole frame, as the frame reader gives it."""
    _, command_id, sequence = _unpack_header(frame)
    try:
        name, read = _READERS[command_id]
    except KeyError:
        return Unreadable(command_id, sequence, frame, _not_read(command_id), known=False)
    try:
        fields, at = read(frame, HEADER_SIZE)
        tlvs = tuple(split_tlvs(frame, at)) if at < len(frame) else ()
    except READ_FAULTS as fault:
        reason = str(fault) if isinstance(fault, BodyError) else "the body ends inside a field"
        return Unreadable(command_id, sequence, frame, f"{name}: {reason}", known=True)
    return Pdu(name, command_id, sequence, fields, tlvs)


def _not_read(command_id: int) -> str:
    name = BETWEEN_GATEWAYS.get(command_id & ~RESPONSE)
    return f"{name} is spoken between gateways only" if name else "unknown command"


def _entry(name: str) -> _Entry:
    entry = _BY_NAME.get(name)
    if entry is None:
        raise FieldError(name, "pdu", "is not an SMGP PDU")
    return entry


def spec_of(name: str) -> PduSpec:
    """The specification of a PDU. Raises FieldError for an unknown name."""
    return _entry(name).spec


def encode_body(name: str, fields: Mapping[str, object], tlvs: Mapping[str, TlvValue] | None = None) -> bytes:
    """The octets after the header; missing fields are 0 or empty, `tlvs` by name. Raises FieldError, naming the
    field."""
    entry = _entry(name)
    try:
        body = entry.write(**fields)
    except TypeError:
        unknown = next((key for key in fields if key not in entry.spec.names), "?")
        raise FieldError(name, unknown, "is not a field") from None
    return body + TLVS.write(tlvs, name) if tlvs else body


def encode(
    name: str, fields: Mapping[str, object], sequence: int, tlvs: Mapping[str, TlvValue] | None = None
) -> bytes:
    """A whole frame. Raises FieldError."""
    return frame_of(_entry(name).spec.command_id, encode_body(name, fields, tlvs), sequence)


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
