"""SMPP frames, against the vectors and against anything."""

from __future__ import annotations

from typing import Any

import pytest
from smpp_vectors import frame_named

from hongyan.kernel.text import Concat
from hongyan.protocols.smpp.codec import (
    NAMES,
    Pdu,
    Unreadable,
    decode,
    encode,
    encode_pdu,
    frame_of,
)
from hongyan.protocols.smpp.content import read_content, text_of
from hongyan.protocols.smpp.json_form import from_json, to_json
from hongyan.protocols.smpp.pdus import RESPONSE, SPECS, SUBMIT_SM, TLVS
from hongyan.protocols.wire.errors import FieldError


def readable(frame: bytes) -> Pdu:
    pdu = decode(frame)
    assert isinstance(pdu, Pdu), pdu
    return pdu


@pytest.mark.parametrize(
    ("name", "concat"),
    [
        ("submit_sm_long_gsm7_udh6_part2of2", Concat(0x2A, 2, 2, wide=False)),
        ("submit_sm_long_ucs2_udh7_part1of2", Concat(0x0102, 2, 1, wide=True)),
        ("submit_sm_long_ucs2_sar_part1of2", Concat(0x0102, 2, 1, wide=True)),
        ("submit_sm_message_payload", None),
    ],
)
def test_parts_are_recognised_by_header_and_by_parameters(name: str, concat: Concat | None) -> None:
    assert read_content(readable(frame_named(name))).concat == concat


@pytest.mark.parametrize(
    ("coding", "octets", "text"),
    [
        (0, "1b65", "€"),
        (1, "61ff", "a\ufffd"),
        (2, "61", None),
        (3, "e9", "é"),
        (4, "61", None),
        (6, "b0", "А"),
        (8, "4e2d", "中"),
        (0x10, "00", "@"),
        (0x18, "4e2d", "中"),
        (0xF0, "00", "@"),
        (0xF5, "00", None),
        (0x99, "00", "@"),
    ],
)
def test_data_codings_are_read_or_known_as_binary(coding: int, octets: str, text: str | None) -> None:
    assert text_of(bytes.fromhex(octets), coding) == text


def test_the_catalogue_has_every_pdu_of_the_document() -> None:
    assert len({spec.command_id for spec in SPECS}) == len({spec.name for spec in SPECS}) == len(SPECS)
    for spec in SPECS:
        if spec.name.endswith("_resp"):
            assert NAMES[spec.command_id ^ RESPONSE] == spec.name.removesuffix("_resp")
    assert len({row.tag for row in TLVS.rows}) == len({row.name for row in TLVS.rows}) == len(TLVS.rows)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_a_response_may_come_without_body_and_a_request_may_not(spec: Any) -> None:
    pdu = decode(frame_of(spec.command_id, b"", 9, 0x58))
    if spec.empty_body_allowed or not spec.fields:
        assert pdu == Pdu(spec.name, spec.command_id, 0x58, 9, {}, {})
    else:
        assert isinstance(pdu, Unreadable)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "ends inside a field"),
        ("00" * 5, "ends inside a field"),
        ("41" * 30, "ends inside a field"),
        ("00" * 16 + "05" + "41", "short_message is cut short"),
        ("00" * 17 + "00", "1 octets after the last field"),
        ("00" * 17 + "042400", "3 octets after the last field"),
        ("00" * 17 + "04240005aa", "optional parameter 0x0424 is cut short"),
    ],
)
def test_a_broken_body_is_a_value_with_its_reason(body: str, reason: str) -> None:
    frame = frame_of(SUBMIT_SM, bytes.fromhex(body), 7)
    pdu = decode(frame)
    assert isinstance(pdu, Unreadable)
    assert (pdu.command_id, pdu.sequence, pdu.raw, pdu.known) == (SUBMIT_SM, 7, frame, True)
    assert reason in pdu.reason
    assert to_json(pdu)["raw_hex"] == frame.hex()


def test_an_unknown_command_is_a_value() -> None:
    pdu = decode(frame_of(0x111, b"body", 3))
    assert isinstance(pdu, Unreadable)
    assert not pdu.known


@pytest.mark.parametrize(
    ("name", "fields", "tlvs", "field"),
    [
        ("submit_sm", {"source_addr": "1" * 21}, {}, "source_addr"),
        ("submit_sm", {"short_message": bytes(255)}, {}, "short_message"),
        ("submit_sm", {"sm_length": 3}, {}, "sm_length"),
        ("submit_sm", {"colour": "red"}, {}, "colour"),
        ("submit_sm", {}, {"message_state": 256}, "message_state"),
        ("no_such_pdu", {}, {}, "pdu"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(
    name: str, fields: dict[str, object], tlvs: dict[str, Any], field: str
) -> None:
    with pytest.raises(FieldError) as caught:
        encode(name, fields, 1, 0, tlvs)
    assert caught.value.facts["field"] == field


def test_an_error_response_is_sent_without_body_unless_fields_are_given() -> None:
    assert encode("submit_sm_resp", {}, 5, 0x58) == frame_named("submit_sm_resp_throttled")
    assert encode("submit_sm_resp", {"message_id": ""}, 5, 0x58) == frame_named(
        "submit_sm_resp_error_with_empty_message_id"
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"command_length": 17}, "command_length"),
        ({"command_status": -1}, "command_status"),
        ({"sequence_number": "1"}, "sequence_number"),
        ({"message_id": 5}, "message_id"),
        ({"tlvs": {"message_payload": "zz"}}, "message_payload"),
        ({"udh": 1}, "udh"),
    ],
)
def test_wrong_json_is_refused_by_name(change: dict[str, Any], field: str) -> None:
    shown = {"pdu": "submit_sm_resp", "fields": {"message_id": "A"} | change}
    with pytest.raises(FieldError) as caught:
        encode_pdu(from_json(shown))
    assert caught.value.facts["field"] == field
