"""How CMPP, SGIP and SMGP carry a text: its coding (Msg_Fmt, MessageCoding, MsgFormat), its header, its place in a long one.

Source: the descriptions of these fields and of TP_udhi in each document; TS 23.038, section 4 (the formats with a message
class).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hongyan.kernel.text import Alphabet, Concat, decode, parse_udh

UDHI = 1
"""TP_udhi: the content begins with a user data header."""

ASCII = 0
UCS2 = 8
GB18030 = 15


def _ascii(data: bytes) -> str:
    return data.decode("ascii", "replace")


def _ucs2(data: bytes) -> str:
    return decode(data, Alphabet.UCS2)


def _gb18030(data: bytes) -> str:
    return data.decode("gb18030", "replace")


_CLASSES = range(4)  # 0 is a flash message
_TEXTS: dict[int, Callable[[bytes], str]] = {
    ASCII: _ascii,
    UCS2: _ucs2,
    GB18030: _gb18030,
    **dict.fromkeys((0x10 | each for each in _CLASSES), _ascii),
    **dict.fromkeys((0x18 | each for each in _CLASSES), _ucs2),
}
"""Coding → reader. Not here: 3 (write to the card), 4 (binary), 246 (SMGP, card data) and what nobody documents."""


def text_of(payload: bytes, coding: int) -> str | None:
    """The text of octets without header, None for binary and unknown codings; never fails."""
    reader = _TEXTS.get(coding)
    return None if reader is None else reader(payload)


class Content(NamedTuple):
    """`payload`: the octets without user data header. Join the payloads of a long message before decoding."""

    concat: Concat | None
    payload: bytes
    coding: int

    @property
    def text(self) -> str | None:
        """None for binary content."""
        return text_of(self.payload, self.coding)


def content_of(octets: bytes, tp_udhi: int, coding: int, total: int = 1, number: int = 1) -> Content:
    """What a message carries. `total`, `number`: what fields beside the content say of its place; the header goes before
    them. They have no reference, so parts told by them alone carry reference 0."""
    concat = None
    if tp_udhi & UDHI:
        concat, octets = parse_udh(octets)
    if concat is None and 1 <= number <= total > 1:
        concat = Concat(0, total, number, wide=False)
    return Content(concat, octets, coding)


def header_of(octets: bytes, tp_udhi: int) -> bytes:
    """The user data header in front of a content, with its own length; empty when there is none."""
    return octets[: len(octets) - len(parse_udh(octets)[1])] if tp_udhi & UDHI else b""
