"""The text inside SUBMIT and DELIVER: its parts and its coding. Source: SGIP 1.2, Submit (TP_udhi, MessageCoding);
TS 23.038, section 4 (the codings with a message class)."""

from __future__ import annotations

from typing import NamedTuple

from hongyan.kernel.text import Concat, parse_udh
from hongyan.protocols.sgip.codec import Pdu
from hongyan.protocols.wire.mainland import text_of

UDHI = 1
"""TP_udhi: the content begins with a user data header."""


class Content(NamedTuple):
    """`payload`: the octets without user data header. Join the payloads of a long message before decoding."""

    concat: Concat | None
    payload: bytes
    message_coding: int

    @property
    def text(self) -> str | None:
        """None for binary content."""
        return text_of(self.payload, self.message_coding)


def read_content(pdu: Pdu) -> Content:
    """The content of a SUBMIT or DELIVER."""
    fields = pdu.fields
    payload: bytes = fields["content"]
    concat = None
    if fields["TP_udhi"] & UDHI:
        concat, payload = parse_udh(payload)
    return Content(concat, payload, fields["MessageCoding"])


def user_data_header(pdu: Pdu) -> bytes:
    """The header in front of the text, with its own length; empty when there is none."""
    if not pdu.fields.get("TP_udhi", 0) & UDHI:
        return b""
    content: bytes = pdu.fields["content"]
    return content[: len(content) - len(parse_udh(content)[1])]
