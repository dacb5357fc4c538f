"""Codings of text that CMPP (Msg_Fmt), SGIP (MessageCoding) and SMGP (MsgFormat) share.

Source: the field's description in each document; TS 23.038, section 4 (the formats with a message class).
"""

from __future__ import annotations

from collections.abc import Callable

from hongyan.kernel.text import Alphabet, decode

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
