"""Encoders of one channel."""

from __future__ import annotations

from typing import Any

import pytest
from smgp_vectors import frame_named, vector_named

from hongyan.kernel.text import Alphabet, split
from hongyan.protocols.smgp.codec import HEADER_SIZE, Pdu, decode, frame_of
from hongyan.protocols.smgp.encoders import deliver_encoder, submit_encoder
from hongyan.protocols.smgp.pdus import DELIVER, SUBMIT
from hongyan.protocols.wire.errors import FieldError

ENCODE = submit_encoder(ServiceID="SVC01")


@pytest.mark.parametrize(
    ("name", "msg_format", "encoding"),
    [("submit_ascii", 0, "ascii"), ("submit_ucs2", 8, "utf-16-be")],
)
def test_a_message_is_encoded_as_in_the_vectors(name: str, msg_format: int, encoding: str) -> None:
    content = vector_named(name)["text"].encode(encoding)
    body = ENCODE(msg_format, "", "1069012345", "18900000001", content)
    assert body == frame_named(name)[HEADER_SIZE:]


def test_the_parts_of_a_long_text_carry_their_header_and_say_so() -> None:
    text = vector_named("submit_long_ucs2_udh6_part1of2")["text"]
    segments = split(text, 0x5A)
    bodies = [
        ENCODE(8, "", "1069012345", "18900000001", segment.user_data, len(segments), number)
        for number, segment in enumerate(segments, 1)
    ]
    assert segments[0].alphabet is Alphabet.UCS2
    assert bodies == [frame_named(f"submit_long_ucs2_udh6_part{part}of2")[HEADER_SIZE:] for part in (1, 2)]


def test_what_an_account_sheet_asks_for_goes_with_every_message() -> None:
    encode = submit_encoder({"MsgSrc": "10001234"}, ServiceID="SVC01", FeeType="00", Priority=1)
    content = "退订".encode("utf-16-be")
    assert (
        encode(8, "", "1069012345", "18900000001", content) == frame_named("submit_msgsrc_tlv")[HEADER_SIZE:]
    )
    part = decode(frame_of(SUBMIT, encode(8, "", "1069012345", "18900000001", content, 3, 2), 1))
    assert isinstance(part, Pdu)
    assert dict(part.tlvs) == {0x10: b"10001234", 1: b"\0", 2: b"\1", 9: b"\3", 10: b"\2"}


def test_defaults_ask_for_reports_and_name_no_fees() -> None:
    pdu = decode(frame_of(SUBMIT, submit_encoder()(0, "240316102030032+", "1069", "189", b"hi"), 1))
    assert isinstance(pdu, Pdu)
    fields = pdu.fields
    assert (fields["MsgType"], fields["NeedReport"], fields["FeeType"], fields["FeeCode"]) == (
        6,
        1,
        "00",
        "000000",
    )
    assert (fields["ValidTime"], fields["DestTermID"]) == ("240316102030032+", ["189"])


def test_a_reply_of_the_simulator_looks_like_the_vectors() -> None:
    encode = deliver_encoder()
    message_id = bytes.fromhex("01006103151020012345")
    content = "退订".encode("utf-16-be")
    body = encode(message_id, 0, 8, "20240315102030", "18900000001", "1069012345", content)
    assert body == frame_named("deliver_mo_ucs2")[HEADER_SIZE:]
    part = decode(frame_of(DELIVER, encode(message_id, 0, 8, "", "1", "2", b"\5\0\3\x5a\2\1", 2, 1), 1))
    assert isinstance(part, Pdu)
    assert dict(part.tlvs) == {1: b"\0", 2: b"\1", 9: b"\2", 10: b"\1"}


@pytest.mark.parametrize(
    ("tlvs", "constants", "field"),
    [
        ({}, {"SrcTermID": "1069"}, "SrcTermID"),
        ({}, {"DestTermIDCount": 2}, "DestTermIDCount"),
        ({}, {"ServiceID": "toolongbyone"}, "ServiceID"),
        ({}, {"NeedReport": 256}, "NeedReport"),
        ({}, {"MsgLength": 4}, "MsgLength"),
        ({}, {"colour": 1}, "colour"),
        ({"TP_udhi": 1}, {}, "TP_udhi"),
        ({"PkTotal": 2}, {}, "PkTotal"),
        ({"colour": 1}, {}, "colour"),
        ({"SrcType": 256}, {}, "SrcType"),
    ],
)
def test_wrong_constants_are_found_when_the_channel_starts(
    tlvs: dict[str, Any], constants: dict[str, Any], field: str
) -> None:
    with pytest.raises(FieldError) as caught:
        submit_encoder(tlvs, **constants)
    assert caught.value.facts["field"] == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({2: "1" * 22}, "SrcTermID"),
        ({3: "1" * 22}, "DestTermID"),
        ({3: ["1"]}, "DestTermID"),
        ({4: bytes(141)}, "MsgContent"),
        ({1: "2" * 18}, "ValidTime"),
        ({5: 256}, "PkTotal"),
        ({5: 2, 6: -1}, "PkNumber"),
    ],
)
def test_a_message_that_does_not_fit_is_refused_by_field(change: dict[int, Any], field: str) -> None:
    values: list[Any] = [8, "", "1069012345", "18900000001", b"x", 1, 1]
    for at, value in change.items():
        values[at] = value
    with pytest.raises(FieldError) as caught:
        ENCODE(*values)
    assert caught.value.facts["field"] == field
