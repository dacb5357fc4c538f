"""The text inside SUBMIT and DELIVER. Source: SMGP 3.0.3, MsgFormat and the optional parameters TP_udhi, PkTotal,
PkNumber; without TP_udhi there is no header."""

from __future__ import annotations

from hongyan.protocols.smgp.codec import Pdu, tlv_number
from hongyan.protocols.smgp.pdus import PK_NUMBER, PK_TOTAL, TP_UDHI
from hongyan.protocols.wire.mainland import Content, content_of, header_of


def read_content(pdu: Pdu) -> Content:
    """The content of a SUBMIT, or of a DELIVER that is no report; parts by header, else by PkTotal and PkNumber."""
    content, msg_format = pdu.fields["MsgContent"], pdu.fields["MsgFormat"]
    if not pdu.tlvs:
        return Content(None, content, msg_format)
    tp_udhi, total, number = (tlv_number(pdu, tag) for tag in (TP_UDHI, PK_TOTAL, PK_NUMBER))
    return content_of(content, tp_udhi, msg_format, total, number)


def user_data_header(pdu: Pdu) -> bytes:
    """The header in front of the text, with its own length; empty when there is none."""
    return header_of(pdu.fields.get("MsgContent", b""), tlv_number(pdu, TP_UDHI))
