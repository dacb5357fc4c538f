"""The text inside SUBMIT and DELIVER: its parts and its coding. Source: SMGP 3.0.3, MsgFormat and the optional
parameters TP_udhi, PkTotal, PkNumber; TS 23.038, section 4 (the formats with a message class)."""

from __future__ import annotations

from typing import NamedTuple

from hongyan.kernel.text import Concat, parse_udh
from hongyan.protocols.smgp.codec import Pdu, tlv_number
from hongyan.protocols.smgp.pdus import PK_NUMBER, PK_TOTAL, TP_UDHI
from hongyan.protocols.wire.mainland import text_of

UDHI = 1
"""TP_udhi: the content begins with a user data header. Without the parameter it does not."""


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
