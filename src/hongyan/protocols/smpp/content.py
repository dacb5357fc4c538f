"""The text inside a message PDU: where it travels, its parts, its coding. Source: SMPP 3.4 sections 5.2.12,
5.2.19, 5.3.2.22-24, 5.3.2.32."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hongyan.kernel.text import Alphabet, Concat, decode, parse_udh
from hongyan.protocols.smpp.codec import Pdu
from hongyan.protocols.smpp.encoders import UDHI
from hongyan.protocols.smpp.receipt import content_of


class Content(NamedTuple):
    """`payload`: the octets without user data header. Join the payloads of a long message before decoding."""

    concat: Concat | None
    payload: bytes
    data_coding: int

    @property
    def text(self) -> str | None:
        """None for binary content."""
        return text_of(self.payload, self.data_coding)


def read_content(pdu: Pdu) -> Content:
    """The content of a submit_sm, deliver_sm or data_sm; parts by header or by sar_* parameters."""
    payload = content_of(pdu)
    data_coding: int = pdu.fields.get("data_coding", 0)
    if pdu.fields.get("esm_class", 0) & UDHI:
        concat, payload = parse_udh(payload)
        return Content(concat, payload, data_coding)
    return Content(_sar(pdu), payload, data_coding)


def user_data_header(pdu: Pdu) -> bytes:
    """The header in front of the text, with its own length; empty when there is none."""
    if not pdu.fields.get("esm_class", 0) & UDHI:
        return b""
    content = content_of(pdu)
    return content[: len(content) - len(parse_udh(content)[1])]


def _sar(pdu: Pdu) -> Concat | None:
    get = pdu.tlvs.get
    reference, total, index = get("sar_msg_ref_num"), get("sar_total_segments"), get("sar_segment_seqnum")
    if (
        isinstance(reference, int)
        and isinstance(total, int)
        and isinstance(index, int)
        and 1 <= index <= total
    ):
        return Concat(reference, total, index, wide=True)
    return None


def _gsm7(data: bytes) -> str:
    return decode(data, Alphabet.GSM7)


def _ucs2(data: bytes) -> str:
    return decode(data, Alphabet.UCS2)


def _python(codec: str) -> Callable[[bytes], str]:
    return lambda data: data.decode(codec, "replace")


_CODINGS: dict[int, Callable[[bytes], str] | None] = {
    0x00: _gsm7,
    0x01: _python("ascii"),
    0x02: None,
    0x03: _python("latin-1"),
    0x04: None,
    0x05: _python("shift_jis"),
    0x06: _python("iso8859-5"),
    0x07: _python("iso8859-8"),
    0x08: _ucs2,
    0x0A: _python("iso2022_jp"),
    0x0E: _python("euc_kr"),
    0x10: _gsm7,  # flash, as many providers write it
    0x18: _ucs2,  # flash, as many providers write it
}
"""data_coding -> reader; None for binary (5.2.19)."""

_CLASS_GROUP = 0xF0
_CLASS_8BIT = 0x04


def text_of(payload: bytes, data_coding: int) -> str | None:
    """The text of octets without header, None for binary. A reserved coding reads as the default alphabet; never
    fails."""
    if data_coding & _CLASS_GROUP == _CLASS_GROUP:  # message class group of TS 23.038
        return None if data_coding & _CLASS_8BIT else _gsm7(payload)
    reader = _CODINGS.get(data_coding, _gsm7)
    return None if reader is None else reader(payload)
