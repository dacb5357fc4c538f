"""SMPP frames, against the vectors and against anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpp_vectors import VECTORS, frame_named

from hongyan.kernel.text import Concat
from hongyan.protocols.smpp.codec import (
    NAMES,
    Pdu,
    Unreadable,
    decode,
    encode,
    encode_pdu,
    frame_of,
    frame_reader,
    spec_of,
)
from hongyan.protocols.smpp.content import read_content, text_of
from hongyan.protocols.smpp.json_form import from_json, to_json
from hongyan.protocols.smpp.pdus import RESPONSE, SPECS, SUBMIT_SM, TLVS
from hongyan.protocols.wire.errors import FieldError, FrameError


def readable(frame: bytes) -> Pdu:
    pdu = decode(frame)
    assert isinstance(pdu, Pdu), pdu
    return pdu


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_every_vector_is_decoded_to_its_fields_and_encoded_to_its_bytes(vector: dict[str, Any]) -> None:
    frame = bytes.fromhex(vector["hex"])
    pdu = readable(frame)
    shown = to_json(pdu)
    if "text" in vector["fields"]:  # submit_multi: the vector has the text, we show the octets beside it
        assert bytes.fromhex(shown["fields"].pop("short_message_hex")).decode() == vector["fields"]["text"]
        shown["fields"].pop("sm_length")
    assert shown == {"pdu": vector["pdu"], "fields": vector["fields"]}
    assert encode_pdu(pdu) == frame


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_every_vector_survives_json(vector: dict[str, Any]) -> None:
    frame = bytes.fromhex(vector["hex"])
    shown = json.loads(json.dumps(to_json(readable(frame))))
    assert encode_pdu(from_json(shown)) == frame
    assert encode_pdu(from_json(vector)) == frame


@pytest.mark.parametrize(
    "vector", [each for each in VECTORS if "text_encoding" in each], ids=lambda vector: vector["name"]
)
def test_the_text_of_every_vector_is_read(vector: dict[str, Any]) -> None:
    if vector["pdu"] not in ("submit_sm", "deliver_sm", "data_sm"):
        return
    content = read_content(readable(bytes.fromhex(vector["hex"])))
    assert content.text
    assert content.text in vector["text"] or vector["text_encoding"] == "ascii"
    assert (content.concat is not None) == ("part" in vector["name"])


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


def test_all_vectors_in_one_stream_come_out_one_octet_at_a_time() -> None:
    frames = [bytes.fromhex(vector["hex"]) for vector in VECTORS]
    reader = frame_reader()
    assert [frame for octet in b"".join(frames) for frame in reader.feed(bytes((octet,)))] == frames


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


@given(st.sampled_from(SPECS), st.binary(max_size=120))
def test_any_body_is_read_or_unreadable_and_what_is_read_keeps_its_meaning(spec: Any, body: bytes) -> None:
    pdu = decode(frame_of(spec.command_id, body, 1))
    if isinstance(pdu, Unreadable):
        return
    try:
        again = encode_pdu(pdu)
    except FieldError:  # text longer than we would send
        return
    assert decode(again) == pdu


@given(st.binary(max_size=200), st.integers(1, 40))
def test_any_bytes_parse_or_are_unreadable_or_are_a_frame_error(data: bytes, size: int) -> None:
    reader = frame_reader(limit=100)
    for at in range(0, len(data), size):
        try:
            frames = reader.feed(data[at : at + size])
        except FrameError:
            return
        for frame in frames:
            assert isinstance(decode(frame), Pdu | Unreadable)


@given(st.binary(min_size=16, max_size=300).map(lambda raw: len(raw).to_bytes(4, "big") + raw[4:]))
def test_any_frame_can_be_shown_as_json(frame: bytes) -> None:
    pdu = decode(frame)
    try:
        json.dumps(to_json(pdu))
    except FieldError:
        assert isinstance(pdu, Pdu)


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


def test_the_specification_of_a_pdu_is_found_by_name() -> None:
    assert spec_of("submit_sm").names[-1] == "short_message"
