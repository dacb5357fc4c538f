"""Optional parameters: tag u16, length u16, value; any order, unknown ones kept (SMPP, SMGP).

A known parameter is shown under its name as int, str or bytes by its kind; an unknown one as bytes under
"0x1400". When a tag repeats, the last one is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from struct import Struct
from typing import TypeVar

from hongyan.protocols.wire.errors import BodyError, FieldError
from hongyan.protocols.wire.explain import HAS_NUL, NOT_OCTETS, too_big, too_many, wrong_type

_HEAD = Struct(">HH")
TLV_HEAD_SIZE = 4
_MAX_VALUE = 0xFFFF

TlvValue = int | str | bytes
RawTlv = tuple[int, bytes]
"""Tag and octets, as on the wire."""
T = TypeVar("T")


def split_tlvs(data: bytes, at: int) -> list[RawTlv]:
    """Parameters from `at` to the end, as they came. Raises BodyError when the last one is cut short."""
    found: list[RawTlv] = []
    size = len(data)
    while at < size:
        if size - at < TLV_HEAD_SIZE:
            raise BodyError(f"{size - at} octets after the last field")
        tag, length = _HEAD.unpack_from(data, at)
        at += TLV_HEAD_SIZE
        end = at + length
        if end > size:
            raise BodyError(f"optional parameter 0x{tag:04X} is cut short")
        found.append((tag, data[at:end]))
        at = end
    return found


def join_tlvs(tlvs: Iterable[RawTlv]) -> bytes:
    """The octets of parameters, in the order given; each value has at most 65,535 octets."""
    return b"".join([_HEAD.pack(tag, len(octets)) + octets for tag, octets in tlvs])


class Kind(Enum):
    """How the value octets are shown."""

    NUMBER = "number"
    TEXT = "text"  # NUL-terminated when we send, with or without when we read
    PLAIN_TEXT = "plain text"  # natural length, no NUL
    OCTETS = "octets"


@dataclass(frozen=True, slots=True)
class Tlv:
    """`size`: octets of a NUMBER when we send; any length of 1..8 is read."""

    tag: int
    name: str
    kind: Kind
    size: int = 0


class TlvTable:
    """The optional parameters of one protocol."""

    def __init__(self, rows: Iterable[Tlv]) -> None:
        self.rows = tuple(rows)
        self._by_tag = {row.tag: row for row in self.rows}
        self._by_name = {row.name: row for row in self.rows}

    def name_of(self, tag: int) -> str:
        """What a parameter is called; unknown ones "0x1400"."""
        row = self._by_tag.get(tag)
        return f"0x{tag:04X}" if row is None else row.name

    def kind_of(self, name: str) -> Kind:
        """How a parameter is shown; unknown ones are OCTETS."""
        row = self._by_name.get(name)
        return Kind.OCTETS if row is None else row.kind

    def read(self, data: bytes, at: int) -> dict[str, TlvValue]:
        """Parameters from `at` to the end. Raises BodyError when the last one is cut short."""
        found: dict[str, TlvValue] = {}
        for tag, value in split_tlvs(data, at):
            row = self._by_tag.get(tag)
            if row is None:
                found[f"0x{tag:04X}"] = value
            elif row.kind is Kind.NUMBER:
                if 1 <= len(value) <= 8:
                    found[row.name] = int.from_bytes(value, "big")
                else:
                    found[f"0x{tag:04X}"] = value
            elif row.kind is Kind.OCTETS:
                found[row.name] = value
            else:
                found[row.name] = value.partition(b"\0")[0].decode("latin-1")
        return found

    def write(self, values: Mapping[str, TlvValue], pdu: str = "tlv") -> bytes:
        """Parameters in the order given. Raises FieldError."""
        pieces = []
        for name, value in values.items():
            tag, octets = self._octets(name, value, pdu)
            if len(octets) > _MAX_VALUE:
                raise FieldError(pdu, name, *too_many(len(octets), _MAX_VALUE, "octets"))
            pieces.append(_HEAD.pack(tag, len(octets)))
            pieces.append(octets)
        return b"".join(pieces)

    def _octets(self, name: str, value: TlvValue, pdu: str) -> tuple[int, bytes]:
        row = self._by_name.get(name)
        if row is None:
            return _unknown_tag(name, pdu), _expect(value, bytes, name, pdu)
        if row.kind is Kind.NUMBER:
            number = _expect(value, int, name, pdu)
            try:
                return row.tag, number.to_bytes(row.size, "big")
            except OverflowError:
                raise FieldError(pdu, name, *too_big(number, row.size)) from None
        if row.kind is Kind.OCTETS:
            return row.tag, _expect(value, bytes, name, pdu)
        text = _expect(value, str, name, pdu)
        try:
            octets = text.encode("latin-1")
        except UnicodeEncodeError:
            raise FieldError(pdu, name, *NOT_OCTETS) from None
        if 0 in octets:
            raise FieldError(pdu, name, *HAS_NUL)
        return row.tag, octets + b"\0" if row.kind is Kind.TEXT else octets


def _unknown_tag(name: str, pdu: str) -> int:
    try:
        tag = int(name, 16) if name.startswith("0x") else -1
    except ValueError:
        tag = -1
    if not 0 <= tag <= 0xFFFF:
        raise FieldError(pdu, name, "is not an optional parameter", "不是已知的可选参数（TLV）")
    return tag


def _expect(value: object, kind: type[T], name: str, pdu: str) -> T:
    if not isinstance(value, kind):
        raise FieldError(pdu, name, *wrong_type(kind, value))
    return value
