"""The text inside SUBMIT and DELIVER: its parts and its coding. Source: CMPP 2.0, 7.4.3.1 (Msg_Fmt, TP_udhi, Pk_total,
Pk_number); TS 23.038, section 4 (the formats with a message class)."""

from __future__ import annotations

from typing import NamedTuple

from hongyan.kernel.text import Concat, parse_udh
from hongyan.protocols.cmpp.codec import Pdu
from hongyan.protocols.wire.mainland import text_of

UDHI = 1
"""TP_udhi: the content begins with a user data header."""


class Content(NamedTuple):
    """`payload`: the octets without user data header. Join the payloads of a long message before decoding."""

    concat: Concat | None
    payload: bytes
    msg_fmt: int

    @property
    def text(self) -> str | None:
        """None for binary content."""
        return text_of(self.payload, self.msg_fmt)


def read_content(pdu: Pdu) -> Content:
    """The content of a SUBMIT, or of a DELIVER that is no report; parts by header, else by Pk_total and Pk_number.

    Pk_* have no reference, so parts told by them alone carry reference 0.
    """
    fields = pdu.fields
    payload: bytes = fields["content"]
    if fields["TP_udhi"] & UDHI:
        concat, payload = parse_udh(payload)
        if concat is not None:
            return Content(concat, payload, fields["Msg_Fmt"])
    return Content(_by_pk(fields.get("Pk_total", 1), fields.get("Pk_number", 1)), payload, fields["Msg_Fmt"])


def _by_pk(total: int, number: int) -> Concat | None:
    return Concat(0, total, number, wide=False) if total > 1 and 1 <= number <= total else None


def user_data_header(pdu: Pdu) -> bytes:
    """The header in front of the text, with its own length; empty when there is none."""
    fields = pdu.fields
    return header_of(fields["content"], fields["TP_udhi"]) if "TP_udhi" in fields else b""


def header_of(content: bytes, tp_udhi: int) -> bytes:
    """The same of octets that TP_udhi speaks of."""
    return content[: len(content) - len(parse_udh(content)[1])] if tp_udhi & UDHI else b""
