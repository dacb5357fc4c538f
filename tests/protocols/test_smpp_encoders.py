"""Message encoders that know their channel."""

from __future__ import annotations

import pytest
from smpp_vectors import frame_named

from hongyan.kernel.text import split
from hongyan.protocols.smpp.codec import Pdu, decode
from hongyan.protocols.smpp.encoders import UDHI, deliver_encoder, submit_encoder
from hongyan.protocols.smpp.receipt import receipt_text
from hongyan.protocols.wire.errors import FieldError

ENCODE = submit_encoder(source_addr_ton=3)


def test_a_channel_encoder_makes_the_bodies_of_the_vectors() -> None:
    text = "Hello from the demo service, code 123456"
    body = ENCODE("10690001", "8613800138000", short_message=split(text)[0].payload)
    assert body == frame_named("submit_sm_gsm7")[16:]


def test_the_parts_of_a_long_text_carry_their_header() -> None:
    text = "您的快递已到达驿站，请凭取件码领取。" * 6
    bodies = [
        ENCODE("10690001", "8613800138000", UDHI, "", segment.alphabet, segment.user_data)
        for segment in split(text, 0x2A)
    ]
    assert bodies == [frame_named(f"submit_sm_long_ucs2_udh6_part{part}of2")[16:] for part in (1, 2)]


def test_a_receipt_of_the_simulator_looks_like_the_vectors() -> None:
    text = receipt_text("7C9F2A10", "DELIVRD", "2403151020", "2403151021", text="Hello from the dem")
    body = deliver_encoder(dest_addr_ton=3)("8613800138000", "10690001", 4, short_message=text)
    assert body == frame_named("deliver_sm_receipt_text_only")[16:]


@pytest.mark.parametrize(
    ("constants", "field"),
    [
        ({"source_addr": "1069"}, "source_addr"),
        ({"service_type": "toolong"}, "service_type"),
        ({"registered_delivery": 256}, "registered_delivery"),
        ({"sm_length": 4}, "sm_length"),
        ({"colour": 1}, "colour"),
    ],
)
def test_wrong_constants_are_found_when_the_channel_starts(
    constants: dict[str, int | str], field: str
) -> None:
    with pytest.raises(FieldError) as caught:
        submit_encoder(**constants)
    assert caught.value.facts["field"] == field


def test_a_message_that_does_not_fit_is_refused_by_field() -> None:
    with pytest.raises(FieldError) as caught:
        ENCODE("1" * 21, "8613800138000")
    assert caught.value.facts["field"] == "source_addr"


def test_defaults_ask_for_receipts_and_address_by_international_number() -> None:
    pdu = decode(b"\0\0\0\0\0\0\0\4\0\0\0\0\0\0\0\1" + submit_encoder()("1069", "8613800138000"))
    assert isinstance(pdu, Pdu)
    fields = pdu.fields
    assert (fields["registered_delivery"], fields["dest_addr_ton"], fields["dest_addr_npi"]) == (1, 1, 1)
