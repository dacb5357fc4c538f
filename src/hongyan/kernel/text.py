"""How a text travels: alphabet, size, segments and the header that joins them again.

Decides between the GSM 7-bit alphabet (160 septets, 153 in a part) and UCS-2 (70 UTF-16 code units, 67 in a
part). One character outside the GSM alphabet makes the whole text UCS-2. A part never ends inside an escape
pair or a surrogate pair; it ends one unit earlier. Knows nothing of protocols or prices.

Sources: 3GPP TS 23.038 (alphabets), TS 23.040 section 9.2.3.24 (concatenation).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import NamedTuple

from hongyan.kernel.errors import Refused
from hongyan.kernel.gsm import first_outside, from_septets, to_septets

MAX_SEGMENTS = 255
"""The concatenation header counts parts in one octet."""

DOMESTIC_SINGLE = 70
DOMESTIC_PART = 67


class Alphabet(IntEnum):
    """The value is SMPP's data_coding."""

    GSM7 = 0
    UCS2 = 8


class Repertoire(Enum):
    """Characters of the GSM alphabet that a carrier takes in its own; a text with any other goes in UCS-2."""

    GSM = "all of them"
    LATIN_1 = "those of Latin-1"
    ASCII = "those of ASCII"
    UCS2_ONLY = "none"


class _Size(NamedTuple):
    """Sizes in octets of an unpacked payload."""

    unit: int
    single: int
    part: int


_SIZES = {Alphabet.GSM7: _Size(1, 160, 153), Alphabet.UCS2: _Size(2, 140, 134)}
_GSM7 = Alphabet.GSM7
_UCS2 = Alphabet.UCS2


class Segment(NamedTuple):
    """A piece of text that fits one short message.

    `units`: septets or UTF-16 code units. `payload`: without header. `header`: the user data header to put
    in front, empty for a text of one segment or when no reference was given.
    """

    text: str
    alphabet: Alphabet
    units: int
    payload: bytes
    header: bytes

    @property
    def user_data(self) -> bytes:
        """Header and payload, as a short message carries them."""
        return self.header + self.payload


@dataclass(frozen=True, slots=True)
class Concat:
    """Where a part belongs. Parts with 8-bit and with 16-bit references are different messages."""

    reference: int
    total: int
    index: int
    wide: bool


@dataclass(frozen=True, slots=True)
class Culprit:
    """The first character that forces UCS-2."""

    index: int
    character: str


def limits(alphabet: Alphabet) -> tuple[int, int]:
    """Units that one message holds, and that each part of a long text holds."""
    size = _SIZES[alphabet]
    return size.single // size.unit, size.part // size.unit


_TAKES: dict[Repertoire, Callable[[str], bool]] = {
    Repertoire.GSM: lambda text: True,
    Repertoire.LATIN_1: lambda text: max(text, default="") <= "\xff",
    Repertoire.ASCII: str.isascii,
    Repertoire.UCS2_ONLY: lambda text: False,
}


def _prepare(text: str, repertoire: Repertoire = Repertoire.GSM) -> tuple[Alphabet, bytes]:
    septets = to_septets(text) if _TAKES[repertoire](text) else None
    if septets is not None:
        return _GSM7, septets
    return _UCS2, _to_ucs2(text)


def _to_ucs2(text: str) -> bytes:
    try:
        return text.encode("utf-16-be")
    except UnicodeEncodeError as broken:
        raise Refused(
            "text.lone_surrogate",
            en=f"the text has half a character (a lone surrogate) at position {broken.start}",
            zh=f"文本第 {broken.start} 个位置有半个字符（孤立的代理项）",
            index=broken.start,
        ) from None


def measure(text: str) -> tuple[Alphabet, int]:
    """Alphabet and size in septets or UTF-16 code units. Raises Refused("text.lone_surrogate")."""
    septets = to_septets(text)
    if septets is not None:
        return _GSM7, len(septets)
    return _UCS2, len(_to_ucs2(text)) >> 1


def culprit(text: str) -> Culprit | None:
    """The first character that forces UCS-2, or None when the text fits the GSM alphabet."""
    index = first_outside(text)
    return None if index is None else Culprit(index, text[index])


def encode(text: str, alphabet: Alphabet) -> bytes:
    """Payload octets: GSM unpacked, one septet per octet; UCS-2 as UTF-16BE.

    Raises Refused("text.not_in_alphabet") or Refused("text.lone_surrogate").
    """
    if alphabet is _UCS2:
        return _to_ucs2(text)
    septets = to_septets(text)
    if septets is None:
        index = first_outside(text) or 0
        raise Refused(
            "text.not_in_alphabet",
            en=f"the character at position {index} is not in the GSM alphabet",
            zh=f"第 {index} 个字符不在 GSM 字符集内",
            index=index,
        )
    return septets


def decode(data: bytes, alphabet: Alphabet) -> str:
    """Text of a payload without header; never fails.

    UCS-2: a byte order mark and an odd last octet are dropped, half characters show U+FFFD.
    """
    if alphabet is _GSM7:
        return from_septets(data)
    if data[:2] == b"\xfe\xff":
        data = data[2:]
    if len(data) & 1:
        data = data[:-1]
    return data.decode("utf-16-be", "replace")


def _cut(data: bytes, start: int, part: int, alphabet: Alphabet) -> int:
    """Where the part that begins at `start` ends, not inside a pair."""
    end = start + part
    if end >= len(data):
        return len(data)
    if alphabet is _GSM7:
        return end - 1 if data[end - 1] == 0x1B else end
    return end - 2 if data[end - 2] & 0xFC == 0xD8 else end


def _cuts(data: bytes, alphabet: Alphabet) -> list[int]:
    """The end of each part of a text that does not fit one message."""
    part = _SIZES[alphabet].part
    ends = [0]
    while ends[-1] < len(data):
        ends.append(_cut(data, ends[-1], part, alphabet))
    return ends[1:]


def count_segments(text: str) -> int:
    """How many short messages the text takes; 1 for an empty one. Raises Refused("text.lone_surrogate")."""
    alphabet, data = _prepare(text)
    if len(data) <= _SIZES[alphabet].single:
        return 1
    return len(_cuts(data, alphabet))


def split(text: str, reference: int | None = None, repertoire: Repertoire = Repertoire.GSM) -> list[Segment]:
    """Cut one text into the parts a handset joins again.

    Shape:   1..255 segments in order; len() equals `count_segments` where a carrier takes the whole GSM alphabet.
    Units:   `reference` is 0..255 and fills the header of each part when there are several.
    Raises:  Refused("text.too_long"), Refused("text.lone_surrogate").
    Source:  3GPP TS 23.040 section 9.2.3.24.1 (8-bit reference).
    """
    alphabet, data = _prepare(text, repertoire)
    size = _SIZES[alphabet]
    if len(data) <= size.single:
        return [Segment(text, alphabet, len(data) // size.unit, data, b"")]
    ends = _cuts(data, alphabet)
    total = len(ends)
    if total > MAX_SEGMENTS:
        raise Refused(
            "text.too_long",
            en=f"the text needs {total} segments; {MAX_SEGMENTS} is the most",
            zh=f"文本需要拆分为 {total} 条，最多 {MAX_SEGMENTS} 条",
            segments=total,
        )
    segments = []
    start = 0
    for index, end in enumerate(ends, 1):
        payload = data[start:end]
        header = b"" if reference is None else udh(reference, total, index)
        piece = from_septets(payload) if alphabet is _GSM7 else payload.decode("utf-16-be")
        segments.append(Segment(piece, alphabet, len(payload) // size.unit, payload, header))
        start = end
    return segments


def billing_segments(text: str, domestic: bool) -> int:
    """How many segments are charged.

    Mainland carriers charge any alphabet alike: up to 70 characters one, otherwise one per 67 begun, the
    signature included (carrier price sheets). Elsewhere the segments on the wire are charged.
    Units: characters are UTF-16 code units, as the carrier sees them.
    """
    if not domestic:
        return count_segments(text)
    units = len(_to_ucs2(text)) >> 1
    return 1 if units <= DOMESTIC_SINGLE else -(-units // DOMESTIC_PART)


def udh(reference: int, total: int, index: int) -> bytes:
    """The 6-byte concatenation header with an 8-bit reference; `index` counts from 1."""
    return bytes((5, 0, 3, reference, total, index))


def parse_udh(payload: bytes) -> tuple[Concat | None, bytes]:
    """Concatenation of a payload that begins with a user data header, and the payload without the header.

    Walks all elements (TS 23.040 section 9.2.3.24); a later concatenation element wins. A header longer than
    the payload is none: the payload comes back whole. An index outside 1..total joins nothing.
    """
    end = payload[0] + 1 if payload else 0
    if end == 0 or end > len(payload):
        return None, payload
    concat: Concat | None = None
    at = 1
    while at + 2 <= end:
        element, length = payload[at], payload[at + 1]
        value = payload[at + 2 : min(at + 2 + length, end)]
        if element == 0x00 and len(value) == 3:
            concat = Concat(value[0], value[1], value[2], wide=False)
        elif element == 0x08 and len(value) == 4:
            concat = Concat(value[0] << 8 | value[1], value[2], value[3], wide=True)
        at += 2 + length
    if concat is not None and not 1 <= concat.index <= concat.total:
        concat = None
    return concat, payload[end:]
