"""CMPP frames to values and back, one codec per layout.

`decode` never raises on what a peer sent: a body that cannot be read is an `Unreadable`. A bad frame length is
`FrameError` from the frame reader, before a frame exists.

A response may come in the other version's layout: its length says so. That is how the answer to a login tells its
version, and some gateways answer CANCEL with four octets in 2.0 too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from struct import Struct
from typing import Any

from hongyan.protocols.cmpp.pdus import BETWEEN_GATEWAYS, RESPONSE, Layout, layout_of, specs
from hongyan.protocols.wire.frames import FrameReader
from hongyan.protocols.wire.generate import READ_FAULTS
from hongyan.protocols.wire.table import PduTable, Unreadable, broken, left_over

HEADER = Struct(">III")
"""Total_Length, Command_Id, Sequence_Id (7.3)."""

HEADER_SIZE = 12
FRAME_LIMIT = 4096
"""A SUBMIT to 99 numbers fits in both layouts."""

MAX_SEQUENCE = 0xFFFFFFFF

Fields = dict[str, Any]


@dataclass(slots=True)
class Pdu:
    """A PDU with its fields in the document's order, without computed lengths and counts.

    `layout`: how its octets lie. `fields` is empty when an ACTIVE_TEST_RESP came without its octet. Not frozen only
    because this is made for every PDU; nobody changes one.
    """

    name: str
    command_id: int
    sequence: int
    fields: Fields
    layout: Layout


_unpack_header = HEADER.unpack_from
_pack_header = HEADER.pack


class Codec:
    """One layout. `CODECS` holds both; there is no reason to make more."""

    __slots__ = ("_readers", "_table", "encode_body", "layout", "spec_of", "specs")

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._table = PduTable("CMPP", specs(layout), BETWEEN_GATEWAYS)
        self._readers = self._table.readers
        self.specs = self._table.specs
        self.spec_of = self._table.spec_of
        self.encode_body = self._table.body

    def decode(self, frame: bytes) -> Pdu | Unreadable:
        """One whole frame, as the frame reader gives it."""
        _, command_id, sequence = _unpack_header(frame)
        try:
            name, read, _ = self._readers[command_id]
        except KeyError:
            return Unreadable(command_id, sequence, frame, self._table.not_read(command_id), known=False)
        try:
            fields, at = read(frame, HEADER_SIZE)
        except READ_FAULTS as fault:
            return self._decode_answer(frame, broken(name, fault))
        if at != len(frame):
            return self._decode_answer(frame, left_over(name, len(frame) - at))
        return Pdu(name, command_id, sequence, fields, self.layout)

    def _decode_answer(self, frame: bytes, reason: str) -> Pdu | Unreadable:
        """A frame that breaks our layout: a response in the other one, a response without body, or unreadable."""
        _, command_id, sequence = _unpack_header(frame)
        name, _, empty_body_allowed = self._readers[command_id]
        if command_id & RESPONSE:
            if len(frame) == HEADER_SIZE and empty_body_allowed:
                return Pdu(name, command_id, sequence, {}, self.layout)
            other = CODECS[Layout.V20 if self.layout is Layout.V30 else Layout.V30]
            try:
                fields, at = other._readers[command_id][1](frame, HEADER_SIZE)
            except READ_FAULTS:
                at = 0
            if at == len(frame):
                return Pdu(name, command_id, sequence, fields, other.layout)
        return Unreadable(command_id, sequence, frame, reason, known=True)

    def encode(self, name: str, fields: Mapping[str, object], sequence: int) -> bytes:
        """A whole frame. Raises FieldError."""
        return frame_of(self.spec_of(name).command_id, self.encode_body(name, fields), sequence)


CODECS: Mapping[Layout, Codec] = {layout: Codec(layout) for layout in Layout}
NAMES: Mapping[int, str] = {spec.command_id: spec.name for spec in CODECS[Layout.V20].specs}


def codec_of(version: int) -> Codec:
    """The codec of a version octet: 0x20, 0x21 or 0x30."""
    return CODECS[layout_of(version)]


def encode_pdu(pdu: Pdu) -> bytes:
    """The frame of a Pdu; a decoded one comes back byte for byte when the peer kept to the document."""
    codec = CODECS[pdu.layout]
    if not pdu.fields and codec.spec_of(pdu.name).empty_body_allowed:
        return frame_of(pdu.command_id, b"", pdu.sequence)
    return codec.encode(pdu.name, pdu.fields, pdu.sequence)


def frame_of(command_id: int, body: bytes, sequence: int) -> bytes:
    """Header and body. The sequence is an unsigned 32-bit integer."""
    return _pack_header(HEADER_SIZE + len(body), command_id, sequence) + body


def frame_reader(limit: int = FRAME_LIMIT) -> FrameReader:
    """A reader for CMPP frames."""
    return FrameReader(HEADER_SIZE, limit)
