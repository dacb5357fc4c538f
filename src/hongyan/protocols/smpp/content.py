"""The text inside a message PDU: where it travels, its parts, its coding. Source: SMPP 3.4 sections 5.2.12,
5.2.19, 5.3.2.22-24, 5.3.2.32."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, NamedTuple, get_args

from hongyan.kernel.text import Alphabet, Concat, decode, parse_udh
from hongyan.protocols.smpp.codec import Pdu
from hongyan.protocols.smpp.encoders import UDHI
from hongyan.protocols.smpp.receipt import content_of
from hongyan.protocols.wire.errors import FieldError

TextOfOctets = Callable[[bytes], str]
TextOf = Callable[[bytes, int], str | None]
"""The text of octets without header in a data_coding; None for binary ones. A reserved coding reads as the default
alphabet; never fails."""


class Content(NamedTuple):
    """`payload`: the octets without user data header. Join the payloads of a long message before decoding."""

    concat: Concat | None
    payload: bytes
    coding: int

    @property
    def text(self) -> str | None:
        """None for binary content."""
        return text_of(self.payload, self.coding)


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


def _python(codec: str) -> TextOfOctets:
    return lambda data: data.decode(codec, "replace")


AlphabetName = Literal["gsm", "latin-1", "ascii"]
ALPHABETS: Final[tuple[AlphabetName, ...]] = get_args(AlphabetName)
_ALPHABETS: Final[dict[AlphabetName, TextOfOctets]] = {
    "gsm": _gsm7,
    "latin-1": _python("latin-1"),
    "ascii": _python("ascii"),
}
"""What SMSCs take data_coding 0 for, their default alphabet, and some data_coding 1 (IA5)."""

_CODINGS: dict[int, TextOfOctets | None] = {
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
"""data_coding -> reader; None for binary (5.2.19). 0 and 1 are the SMSC's business."""

_CLASS_GROUP = 0xF0
_CLASS_8BIT = 0x04


def text_reader(default: AlphabetName = "gsm", ia5: AlphabetName = "ascii") -> TextOf:
    """How to read the texts of an SMSC. `default`, `ia5`: what it takes data_coding 0 and 1 for."""
    default_alphabet = _ALPHABETS[default]
    codings = {0x00: default_alphabet, 0x01: _ALPHABETS[ia5], **_CODINGS}

    def text_of(payload: bytes, data_coding: int) -> str | None:
        if data_coding & _CLASS_GROUP == _CLASS_GROUP:  # message class group of TS 23.038
            return None if data_coding & _CLASS_8BIT else _gsm7(payload)
        reader = codings.get(data_coding, default_alphabet)
        return None if reader is None else reader(payload)

    return text_of


text_of = text_reader()
"""By the document, and GSM 03.38 as default alphabet."""


def from_gsm(content: bytes, default: AlphabetName, *, headed: bool) -> bytes:
    """A content in GSM 03.38, one septet in an octet, as an SMSC of another default alphabet takes it. `headed`: it begins
    with a user data header.

    Raises:  FieldError for a character that the other alphabet has not.
    """
    payload = parse_udh(content)[1] if headed else content
    try:
        octets = _gsm7(payload).encode(default)
    except UnicodeEncodeError as fault:
        missing = fault.object[fault.start]
        raise FieldError(
            "submit_sm",
            "short_message",
            f"has {missing!r}, which {default} has not",
            f"含有 {default} 中没有的字符 {missing!r}",
        ) from None
    return content[: len(content) - len(payload)] + octets
