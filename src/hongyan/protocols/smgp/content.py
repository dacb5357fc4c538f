"""The text inside SUBMIT and DELIVER: its parts and its coding. Source: SMGP 3.0.3, MsgFormat and the optional
parameters TP_udhi, PkTotal, PkNumber; TS 23.038, section 4 (the formats with a message class)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hongyan.kernel.text import Alphabet, Concat, decode, parse_udh
from hongyan.protocols.smgp.codec import Pdu, tlv_number
from hongyan.protocols.smgp.pdus import PK_NUMBER, PK_TOTAL, TP_UDHI

UDHI = 1
"""TP_udhi: the content begins with a user data header. Without the parameter it does not."""

ASCII = 0
UCS2 = 8
GB18030 = 15


class Content(NamedTuple):
    """`payload`: the octets without user data header. Join the payloads of a long message before decoding."""

    concat: Concat | None
    payload: bytes
    msg_format: int

    @property
    def text(self) -> str | None:
        """None for binary content."""
        return text_of(self.payload, self.msg_format)


def read_content(pdu: Pdu) -> Content:
    """The content of a SUBMIT, or of a DELIVER that is no report; parts by header, else by PkTotal and PkNumber.

    Pk* have no reference, so parts told by them alone carry reference 0.
    """
    payload: bytes = pdu.fields["MsgContent"]
    msg_format: int = pdu.fields["MsgFormat"]
    if not pdu.tlvs:
        return Content(None, payload, msg_format)
    concat = None
    if tlv_number(pdu, TP_UDHI) & UDHI:
        concat, payload = parse_udh(payload)
    return Content(concat or _by_pk(pdu), payload, msg_format)


def _by_pk(pdu: Pdu) -> Concat | None:
    total, number = tlv_number(pdu, PK_TOTAL), tlv_number(pdu, PK_NUMBER)
    return Concat(0, total, number, wide=False) if total > 1 and 1 <= number <= total else None


def user_data_header(pdu: Pdu) -> bytes:
    """The header in front of the text, with its own length; empty when there is none."""
    if not tlv_number(pdu, TP_UDHI) & UDHI:
        return b""
    content: bytes = pdu.fields.get("MsgContent", b"")
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
"""MsgFormat -> reader. Not here: 3 (write to the card), 4 (binary), 246 (card data) and what nobody documents."""


def text_of(payload: bytes, msg_format: int) -> str | None:
    """The text of octets without header, None for binary and unknown formats; never fails."""
    reader = _TEXTS.get(msg_format)
    return None if reader is None else reader(payload)
