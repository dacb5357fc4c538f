"""The text inside SUBMIT and DELIVER. Source: CMPP 2.0, 7.4.3.1 (Msg_Fmt, TP_udhi, Pk_total, Pk_number)."""

from __future__ import annotations

from hongyan.protocols.cmpp.codec import Pdu
from hongyan.protocols.wire.mainland import Content, content_of, header_of


def read_content(pdu: Pdu) -> Content:
    """The content of a SUBMIT, or of a DELIVER that is no report; parts by header, else by Pk_total and Pk_number."""
    fields = pdu.fields
    pk_total, pk_number = fields.get("Pk_total", 1), fields.get("Pk_number", 1)
    return content_of(fields["content"], fields["TP_udhi"], fields["Msg_Fmt"], pk_total, pk_number)


def user_data_header(pdu: Pdu) -> bytes:
    """The header in front of the text, with its own length; empty when there is none."""
    return header_of(pdu.fields.get("content", b""), pdu.fields.get("TP_udhi", 0))
