"""The text inside SUBMIT and DELIVER: its parts and its coding. Source: SGIP 1.2, Submit (TP_udhi, MessageCoding);
TS 23.038, section 4 (the codings with a message class)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hongyan.kernel.text import Alphabet, Concat, decode, parse_udh
from hongyan.protocols.sgip.codec import Pdu

UDHI = 1
"""TP_udhi: the content begins with a user data header."""

ASCII = 0
UCS2 = 8
GB18030 = 15


class Content(NamedTuple):
    """`payload`: the octets without user data header. Join the payloads of a long message before decoding."""

    concat: Concat | None
    payload: bytes
    message_coding: int

    @property
    def text(self) -> str | None:
        """None for binary content."""
        return text_of(self.payload, self.message_coding)


def read_content(pdu: Pdu) -> Content:
    """The content of a SUBMIT or DELIVER."""
    fields = pdu.fields
    payload: bytes = fields["content"]
    concat = None
    if fields["TP_udhi"] & UDHI:
        concat, payload = parse_udh(payload)
    return Content(concat, payload, fields["MessageCoding"])


def user_data_header(pdu: Pdu) -> bytes:
    """The header in front of the text, with its own length; empty when there is none."""
    if not pdu.fields.get("TP_udhi", 0) & UDHI:
        return b""
    content: bytes = pdu.fields["content"]
    return content[: len(content) - len(parse_udh(content)[1])]


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
"""MessageCoding -> reader. Not here: 3 (write to the card), 4 (binary) and what nobody documents."""


def text_of(payload: bytes, message_coding: int) -> str | None:
    """The text of octets without header, None for binary and unknown codings; never fails."""
    reader = _TEXTS.get(message_coding)
    return None if reader is None else reader(payload)
