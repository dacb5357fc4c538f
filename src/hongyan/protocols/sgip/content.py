"""The text inside SUBMIT and DELIVER. Source: SGIP 1.2, Submit (TP_udhi, MessageCoding)."""

from __future__ import annotations

from hongyan.protocols.sgip.codec import Pdu
from hongyan.protocols.wire.mainland import Content, content_of, header_of


def read_content(pdu: Pdu) -> Content:
    """The content of a SUBMIT or DELIVER; parts by header."""
    fields = pdu.fields
    return content_of(fields["content"], fields["TP_udhi"], fields["MessageCoding"])


def user_data_header(pdu: Pdu) -> bytes:
    """The header in front of the text, with its own length; empty when there is none."""
    return header_of(pdu.fields.get("content", b""), pdu.fields.get("TP_udhi", 0))
