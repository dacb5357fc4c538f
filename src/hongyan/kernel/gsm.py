"""The GSM 7-bit default alphabet, unpacked: one septet per octet.

Source: 3GPP TS 23.038 section 6.2.1 (table and extension table).

One C call classifies and encodes a text, because this runs for every message: `charmap_encode` with a built
map needs octet 0 for NUL, so "@" (septet 0) travels as 0x1B and extension characters as 0x80 + code until a
translation and an expansion put them right. Characters outside the alphabet are dropped by the call, which
shows in the length.
"""

from __future__ import annotations

import codecs
import re

_ESCAPE = 0x1B

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Character of each septet; 0x1B is the escape and never a character of a text."""

EXTENSION = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\",
    0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip
"""Character of each septet after an escape; costs two septets."""

_UNDEFINED = "\ufffe"


def _encoding_map() -> object:
    low = list(BASIC)
    low[0], low[_ESCAPE] = "\0", "@"
    high = [EXTENSION.get(code, _UNDEFINED) for code in range(128)]
    return codecs.charmap_build("".join(low + high))


_MAP = _encoding_map()
_UNSHIFT = bytes.maketrans(b"\x1b", b"\0")
_PAIRS = tuple((bytes((0x80 | code,)), bytes((_ESCAPE, code))) for code in EXTENSION)
_SHOWN = BASIC.replace("\x1b", " ") + "\ufffd" * 128
_encode = codecs.charmap_encode
_decode = codecs.charmap_decode


def to_septets(text: str) -> bytes | None:
    """One septet per octet, or None when a character is outside the alphabet."""
    data = _encode(text, "ignore", _MAP)[0]  # type: ignore[arg-type]
    if len(data) != len(text) or b"\0" in data:
        return None
    data = data.translate(_UNSHIFT)
    if not data.isascii():
        for shifted, pair in _PAIRS:
            data = data.replace(shifted, pair)
    return data


def from_septets(data: bytes) -> str:
    """Text of unpacked septets; never fails.

    A reserved or lonely escape shows a space, an unknown escaped septet the character of the basic table
    (TS 23.038 section 6.2.1.1), an octet with bit 7 set U+FFFD.
    """
    if _ESCAPE not in data:
        return _decode(data, "strict", _SHOWN)[0]
    pieces: list[str] = []
    start = 0
    while (at := data.find(_ESCAPE, start)) >= 0:
        pieces.append(_decode(data[start:at], "strict", _SHOWN)[0])
        code = data[at + 1] if at + 1 < len(data) else _ESCAPE
        pieces.append(EXTENSION.get(code) or _SHOWN[code])
        start = at + 2
    pieces.append(_decode(data[start:], "strict", _SHOWN)[0])
    return "".join(pieces)


def first_outside(text: str) -> int | None:
    """Index of the first character outside the alphabet."""
    found = _OUTSIDE.search(text)
    return found.start() if found else None


_OUTSIDE = re.compile("[^" + re.escape(BASIC.replace("\x1b", "") + "".join(EXTENSION.values())) + "]")
