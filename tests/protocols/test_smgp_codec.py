"""SMGP frames, against the vectors and against anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smgp_vectors import VECTORS, frame_named

from hongyan.kernel.text import Concat
from hongyan.protocols.smgp import pdus
from hongyan.protocols.smgp.codec import (
    HEADER_SIZE,
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
from hongyan.protocols.smgp.content import read_content
from hongyan.protocols.smgp.json_form import from_json, to_json
from hongyan.protocols.wire.errors import FieldError, FrameError
from hongyan.protocols.wire.fields import Blob, Field, FixedText, Octets, PduSpec, Repeated, UInt
from hongyan.protocols.wire.mainland import text_of

each_vector = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
each_spec = pytest.mark.parametrize("spec", pdus.SPECS, ids=lambda spec: spec.name)


def readable(frame: bytes) -> Pdu:
    pdu = decode(frame)
    assert isinstance(pdu, Pdu), pdu
    return pdu


# --- the vectors -------------------------------------------------------------------------------------------


@each_vector
def test_every_vector_is_decoded_to_its_fields_and_encoded_to_its_bytes(vector: dict[str, Any]) -> None:
    frame = bytes.fromhex(vector["hex"])
    pdu = readable(frame)
    assert to_json(pdu) == {"pdu": vector["pdu"], "fields": vector["fields"]}
    assert encode_pdu(pdu) == frame


@each_vector
def test_the_fields_of_every_vector_are_encoded_to_its_bytes(vector: dict[str, Any]) -> None:
    shown = {"pdu": vector["pdu"], "fields": vector["fields"]}
    assert encode_pdu(from_json(shown)).hex() == vector["hex"]


@each_vector
def test_what_is_shown_of_every_vector_survives_json(vector: dict[str, Any]) -> None:
    frame = bytes.fromhex(vector["hex"])
    assert encode_pdu(from_json(json.loads(json.dumps(to_json(readable(frame)))))) == frame


@each_vector
def test_what_follows_from_the_rest_may_be_left_out(vector: dict[str, Any]) -> None:
    followed = {"Total_Length", "Command_Id", "DestTermIDCount", "MsgLength", "udh_hex"}
    if "report" in vector["fields"]:
        followed.add("content_hex")
    if not vector["fields"].get("TLVs"):
        followed.add("TLVs")
    fields = {key: value for key, value in vector["fields"].items() if key not in followed}
    assert encode_pdu(from_json({"pdu": vector["pdu"], "fields": fields})).hex() == vector["hex"]


@pytest.mark.parametrize(
    "vector", [each for each in VECTORS if "text_encoding" in each], ids=lambda vector: vector["name"]
)
def test_the_text_of_every_vector_is_read(vector: dict[str, Any]) -> None:
    content = read_content(readable(bytes.fromhex(vector["hex"])))
    if "part" in vector["name"]:
        assert content.concat == Concat(0x5A, 2, int(vector["name"][-4]), wide=False)
        assert content.text
        assert content.text in vector["text"]
    else:
        assert content.concat is None
        assert content.text == vector["text"]


def test_all_vectors_in_one_stream_come_out_one_octet_at_a_time() -> None:
    frames = [bytes.fromhex(vector["hex"]) for vector in VECTORS]
    reader = frame_reader()
    assert [frame for octet in b"".join(frames) for frame in reader.feed(bytes((octet,)))] == frames


# --- the catalogue -----------------------------------------------------------------------------------------


def test_every_request_has_its_response_and_nothing_stands_twice() -> None:
    assert len({spec.command_id for spec in pdus.SPECS}) == len(pdus.SPECS)
    assert len({spec.name for spec in pdus.SPECS}) == len(pdus.SPECS)
    for spec in pdus.SPECS:
        assert spec_of(spec.name) is spec
        if not spec.command_id & pdus.RESPONSE:
            assert NAMES[spec.command_id | pdus.RESPONSE] == f"{spec.name}_RESP"
    assert sorted(pdus.BETWEEN_GATEWAYS.keys() | {each for each in NAMES if each < 0x100}) == [
        *range(1, 0x13)
    ]


def test_the_optional_parameters_are_those_of_the_document() -> None:
    assert [row.tag for row in pdus.TLVS.rows] == [*range(1, 0x13)]
    assert len({row.name for row in pdus.TLVS.rows}) == len(pdus.TLVS.rows)


@pytest.mark.parametrize(
    ("name", "octets"),
    [
        ("SMGP_LOGIN", 42),
        ("SMGP_LOGIN_RESP", 33),
        ("SMGP_SUBMIT", 12 + 114),
        ("SMGP_SUBMIT_RESP", 26),
        ("SMGP_DELIVER", 12 + 77),
        ("SMGP_DELIVER_RESP", 26),
        ("SMGP_ACTIVE_TEST", 12),
        ("SMGP_ACTIVE_TEST_RESP", 12),
        ("SMGP_EXIT", 12),
        ("SMGP_EXIT_RESP", 12),
        ("SMGP_QUERY", 31),
        ("SMGP_QUERY_RESP", 71),
    ],
)
def test_each_pdu_has_the_length_of_the_document(name: str, octets: int) -> None:
    assert len(encode(name, {}, 0)) == octets


def test_a_submit_to_as_many_numbers_as_the_document_allows_fits_a_frame() -> None:
    tlvs = {row.name: "x" * 21 if row.size == 0 else 1 for row in pdus.TLVS.rows}
    fields = {"DestTermID": ["18900000001"] * 100, "MsgContent": bytes(140)}
    frame = encode("SMGP_SUBMIT", fields, 1, tlvs)
    assert len(frame) == 12 + 114 + 21 * 100 + 140 + 12 * 5 + 6 * 25
    assert frame_reader().feed(frame) == [frame]


# --- any PDU, there and back ---------------------------------------------------------------------------------

_TEXT = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=21)
_TLVS = st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=30)), max_size=5).map(tuple)


def values_of(each: Field) -> st.SearchStrategy[Any]:
    match each:
        case UInt():
            return st.integers(0, (1 << 8 * each.size) - 1)
        case FixedText():
            return _TEXT.map(lambda text: text[: each.width].rstrip(" "))
        case Octets():
            return st.binary(min_size=each.width, max_size=each.width)
        case Blob():
            return st.binary(max_size=each.limit)
        case Repeated(item=FixedText() as item):
            return st.lists(values_of(item), max_size=5)
    raise AssertionError(each)


def pdus_of(spec: PduSpec) -> st.SearchStrategy[Pdu]:
    fields = {each.name: values_of(each) for each in spec.fields if each.name not in spec.computed}
    return st.builds(
        Pdu,
        st.just(spec.name),
        st.just(spec.command_id),
        st.integers(0, 0xFFFFFFFF),
        st.fixed_dictionaries(fields),
        _TLVS,
    )


@given(st.sampled_from(pdus.SPECS).flatmap(pdus_of))
def test_every_pdu_comes_back_as_it_went(pdu: Pdu) -> None:
    frame = encode_pdu(pdu)
    assert int.from_bytes(frame[:4], "big") == len(frame)
    assert decode(frame) == pdu
    assert encode_pdu(from_json(json.loads(json.dumps(to_json(pdu))))) == frame


@pytest.mark.parametrize("padding", [b"\0" * 5, b" " * 5, b"\0junk", b"  \0\0\0"])
def test_text_ends_at_the_first_nul_and_before_padding(padding: bytes) -> None:
    frame = bytearray(frame_named("submit_ascii"))
    frame[20:25] = padding
    assert readable(bytes(frame)).fields["ServiceID"] == "SVC01"


def test_full_fields_have_no_nul_to_end_them() -> None:
    fields = {"QueryTime": "20240315", "QueryCode": "0123456789"}
    pdu = readable(encode("SMGP_QUERY", fields, 5))
    assert {key: pdu.fields[key] for key in fields} == fields


# --- optional parameters -------------------------------------------------------------------------------------


def test_parameters_are_written_by_name_and_read_by_tag_in_any_order() -> None:
    pdu = readable(encode("SMGP_SUBMIT", {}, 1, {"MsgSrc": "10001234", "TP_udhi": 1, "0x0101": b"x"}))
    assert pdu.tlvs == ((0x10, b"10001234"), (0x02, b"\1"), (0x0101, b"x"))


def test_parameters_stay_as_a_peer_wrote_them() -> None:
    tlvs = "00100009313030303132333400000200020001000200010102000000"  # a NUL, two octets, twice, unknown
    frame = frame_of(pdus.SUBMIT, encode("SMGP_SUBMIT", {}, 1)[HEADER_SIZE:] + bytes.fromhex(tlvs), 1)
    pdu = readable(frame)
    assert [each["tag"] for each in to_json(pdu)["fields"]["TLVs"]] == [
        "0x0010",
        "0x0002",
        "0x0002",
        "0x0200",
    ]
    assert encode_pdu(from_json(to_json(pdu))) == encode_pdu(pdu) == frame


def test_a_part_told_by_parameters_alone_has_no_reference() -> None:
    tlvs = {"PkTotal": 3, "PkNumber": 2}
    content = read_content(readable(encode("SMGP_DELIVER", {"MsgContent": b"text"}, 1, tlvs)))
    assert content == (Concat(0, 3, 2, wide=False), b"text", 0)


@pytest.mark.parametrize(
    "tlvs", [{"PkTotal": 1, "PkNumber": 1}, {"PkTotal": 2, "PkNumber": 3}, {"PkTotal": 2}]
)
def test_a_place_that_cannot_be_joins_nothing(tlvs: dict[str, Any]) -> None:
    assert read_content(readable(encode("SMGP_DELIVER", {}, 1, tlvs))).concat is None


def test_a_header_of_seven_octets_is_read_and_wins_over_the_parameters() -> None:
    fields = {"MsgFormat": 8, "MsgContent": bytes.fromhex("060804123402014e2d")}
    tlvs = {"TP_udhi": 1, "PkTotal": 9, "PkNumber": 9}
    pdu = readable(encode("SMGP_DELIVER", fields, 1, tlvs))
    content = read_content(pdu)
    assert (content.concat, content.text) == (Concat(0x1234, 2, 1, wide=True), "中")
    assert to_json(pdu)["fields"]["udh_hex"] == "06080412340201"


def test_without_the_parameter_there_is_no_header() -> None:
    fields = {"MsgFormat": 4, "MsgContent": bytes.fromhex("0500035a0201")}
    pdu = readable(encode("SMGP_DELIVER", fields, 1))
    assert read_content(pdu) == (None, fields["MsgContent"], 4)
    assert "udh_hex" not in to_json(pdu)["fields"]


# --- what no peer should send --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda body: body[:-1], "ends inside a field"),
        (lambda body: body[:30], "ends inside a field"),
        (lambda body: b"", "ends inside a field"),
        (lambda body: body + b"\0\0\0", "3 octets after the last field"),
        (lambda body: body + b"\0\x10\0\x05abcd", "optional parameter 0x0010 is cut short"),
        (lambda body: body[:68] + b"\xff" + body[69:], "MsgContent is cut short"),
    ],
)
def test_a_broken_body_is_a_value_with_its_reason(change: Any, reason: str) -> None:
    body = frame_named("deliver_mo_ucs2")[HEADER_SIZE:]
    frame = frame_of(pdus.DELIVER, change(body), 7)
    pdu = decode(frame)
    assert isinstance(pdu, Unreadable)
    assert (pdu.command_id, pdu.sequence, pdu.raw, pdu.known) == (pdus.DELIVER, 7, frame, True)
    assert pdu.reason.startswith("SMGP_DELIVER: ")
    assert reason in pdu.reason
    assert to_json(pdu)["raw_hex"] == frame.hex()


@pytest.mark.parametrize(
    ("command_id", "reason"),
    [
        (0x05, "SMGP_FORWARD is spoken between gateways only"),
        (0x80000008, "SMGP_QUERY_TE_ROUTE is spoken between gateways only"),
        (0x99, "unknown command"),
        (0, "unknown command"),
    ],
)
def test_a_command_that_is_not_read_is_a_value(command_id: int, reason: str) -> None:
    frame = frame_of(command_id, b"body", 3)
    assert decode(frame) == Unreadable(command_id, 3, frame, reason, known=False)
    assert to_json(decode(frame)) == {
        "pdu": None,
        "fields": {"Total_Length": 16, "Command_Id": f"0x{command_id:08x}", "Sequence_Id": 3},
        "raw_hex": frame.hex(),
        "reason": reason,
    }


def test_an_active_test_answer_has_no_octet_as_it_has_in_cmpp() -> None:
    pdu = decode(frame_of(pdus.ACTIVE_TEST_RESP, b"\0", 3))
    assert isinstance(pdu, Unreadable)
    assert pdu.known


@pytest.mark.parametrize("length", [0, 11, 4097, 0xFFFFFFFF])
def test_a_length_that_cannot_be_ends_the_stream(length: int) -> None:
    frame = frame_named("exit")
    with pytest.raises(FrameError) as caught:
        frame_reader().feed(frame + length.to_bytes(4, "big"))
    assert caught.value.frames == [frame]


@given(st.sampled_from(pdus.SPECS), st.binary(max_size=250))
def test_any_body_is_read_or_unreadable_and_what_is_read_keeps_its_meaning(
    spec: PduSpec, body: bytes
) -> None:
    pdu = decode(frame_of(spec.command_id, body, 1))
    if isinstance(pdu, Pdu):
        assert decode(encode_pdu(pdu)) == pdu
    json.dumps(to_json(pdu))


@each_vector
@given(st.data())
def test_no_spoilt_vector_makes_the_decoder_raise(vector: dict[str, Any], data: st.DataObject) -> None:
    frame = bytearray.fromhex(vector["hex"])
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(4, len(frame) - 1))] = data.draw(st.integers(0, 255))
    json.dumps(to_json(decode(bytes(frame))))


@given(st.binary(max_size=200), st.integers(1, 40))
def test_any_bytes_parse_or_are_unreadable_or_are_a_frame_error(data: bytes, size: int) -> None:
    reader = frame_reader(limit=100)
    for at in range(0, len(data), size):
        try:
            frames = reader.feed(data[at : at + size])
        except FrameError:
            return
        assert reader.held < 100
        for frame in frames:
            assert isinstance(decode(frame), Pdu | Unreadable)


# --- what we would not send ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "fields", "tlvs", "field"),
    [
        ("SMGP_SUBMIT", {"SrcTermID": "1" * 22}, {}, "SrcTermID"),
        ("SMGP_SUBMIT", {"DestTermID": ["1" * 22]}, {}, "DestTermID"),
        ("SMGP_SUBMIT", {"DestTermID": ["1"] * 256}, {}, "DestTermID"),
        ("SMGP_SUBMIT", {"DestTermIDCount": 1}, {}, "DestTermIDCount"),
        ("SMGP_SUBMIT", {"Priority": 256}, {}, "Priority"),
        ("SMGP_SUBMIT", {"MsgContent": bytes(256)}, {}, "MsgContent"),
        ("SMGP_SUBMIT", {"ServiceID": "业务"}, {}, "ServiceID"),
        ("SMGP_SUBMIT", {}, {"TP_udhi": 256}, "TP_udhi"),
        ("SMGP_SUBMIT", {}, {"MsgSrc": "企业"}, "MsgSrc"),
        ("SMGP_SUBMIT", {}, {"colour": b""}, "colour"),
        ("SMGP_LOGIN", {"ClientID": "123456789"}, {}, "ClientID"),
        ("SMGP_LOGIN", {"ClientID": "a\0b"}, {}, "ClientID"),
        ("SMGP_SUBMIT_RESP", {"MsgID": bytes(9)}, {}, "MsgID"),
        ("SMGP_EXIT", {"Reserve": ""}, {}, "Reserve"),
        ("SMGP_FORWARD", {}, {}, "pdu"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(
    name: str, fields: dict[str, Any], tlvs: dict[str, Any], field: str
) -> None:
    with pytest.raises(FieldError) as caught:
        encode(name, fields, 1, tlvs)
    assert caught.value.facts["field"] == field


@pytest.mark.parametrize(
    ("pdu", "change", "field"),
    [
        ("SMGP_LOGIN", {"Total_Length": 41}, "Total_Length"),
        ("SMGP_LOGIN", {"Total_Length": "long"}, "Total_Length"),
        ("SMGP_LOGIN", {"Command_Id": "0x00000002"}, "Command_Id"),
        ("SMGP_LOGIN", {"Sequence_Id": -1}, "Sequence_Id"),
        ("SMGP_LOGIN", {"Sequence_Id": 1 << 32}, "Sequence_Id"),
        ("SMGP_LOGIN", {"ClientID": 5}, "ClientID"),
        ("SMGP_LOGIN", {"AuthenticatorClient": "xyz"}, "AuthenticatorClient"),
        ("SMGP_LOGIN", {"AuthenticatorClient": "00"}, "AuthenticatorClient"),
        ("SMGP_LOGIN", {"LoginMode": "both"}, "LoginMode"),
        ("SMGP_LOGIN", {"content_hex": ""}, "content_hex"),
        ("SMGP_LOGIN", {"DestTermIDCount": 1}, "DestTermIDCount"),
        ("SMGP_SUBMIT", {"Colour": "red"}, "Colour"),
        ("SMGP_SUBMIT", {"MsgContent": "41"}, "MsgContent"),
        ("SMGP_SUBMIT", {"DestTermID": "18900000001"}, "DestTermID"),
        ("SMGP_SUBMIT", {"DestTermID": ["18900000001"], "DestTermIDCount": 2}, "DestTermIDCount"),
        ("SMGP_SUBMIT", {"content_hex": "4"}, "content_hex"),
        ("SMGP_SUBMIT", {"content_hex": "41", "MsgLength": 2}, "MsgLength"),
        ("SMGP_SUBMIT", {"content_hex": "0500", "udh_hex": "06"}, "udh_hex"),
        ("SMGP_SUBMIT", {"TLVs": {}}, "TLVs"),
        ("SMGP_SUBMIT", {"TLVs": [5]}, "TLVs[0]"),
        ("SMGP_SUBMIT", {"TLVs": [{"value_hex": "00"}]}, "TLVs[0].tag"),
        ("SMGP_SUBMIT", {"TLVs": [{"tag": 0x10000}]}, "TLVs[0].tag"),
        ("SMGP_SUBMIT", {"TLVs": [{"tag": 1, "value_hex": 1}]}, "TLVs[0].value_hex"),
        ("SMGP_SUBMIT", {"TLVs": [{"tag": 1}, {"tag": 2, "length": 1}]}, "TLVs[1].length"),
        ("SMGP_SUBMIT", {"TLVs": [{"tag": 1, "name": "TP_pid"}]}, "TLVs[0].name"),
        ("SMGP_DELIVER", {"report": "DELIVRD"}, "report"),
        ("SMGP_DELIVER", {"report": {"id": "01"}}, "id"),
        ("SMGP_DELIVER", {"report": {"id": "00" * 10, "stat": "TOOLONGER"}}, "stat"),
        ("SMGP_DELIVER", {"report": {"id": "00" * 10, "stat": 5}}, "stat"),
        ("SMGP_DELIVER", {"report": {"id": "00" * 10, "colour": ""}}, "colour"),
    ],
)
def test_wrong_json_is_refused_by_name(pdu: str, change: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldError) as caught:
        from_json({"pdu": pdu, "fields": change})
    assert caught.value.facts["field"] == field
    assert caught.value.zh


@pytest.mark.parametrize("shown", [{}, {"pdu": "SMGP_NOTHING"}, {"pdu": "SMGP_LOGIN", "fields": [1]}])
def test_json_that_is_no_pdu_is_refused(shown: dict[str, Any]) -> None:
    with pytest.raises(FieldError):
        from_json(shown)


def test_integers_of_json_may_be_0x_text() -> None:
    fields = {
        "Total_Length": "0x2a",
        "Command_Id": 1,
        "Sequence_Id": "0x1",
        "ClientID": "10001234",
        "AuthenticatorClient": "6EA8DF0BD8D2416DDC55711FC650A98B",
        "LoginMode": "0x0",
        "TimeStamp": "0x12c8134e",
        "ClientVersion": "0x30",
    }
    assert encode_pdu(from_json({"pdu": "SMGP_LOGIN", "fields": fields})) == frame_named("login_send")
    tlvs = [{"tag": 2, "length": "0x1", "value_hex": "01"}]
    assert from_json({"pdu": "SMGP_SUBMIT", "fields": {"TLVs": tlvs}}).tlvs == ((2, b"\1"),)


def test_a_reserve_that_a_peer_filled_is_shown_and_kept() -> None:
    frame = frame_named("deliver_mo_ucs2")[:-8] + b"LINK0001"
    shown = to_json(readable(frame))
    assert shown["fields"]["Reserve"] == "LINK0001"
    assert encode_pdu(from_json(shown)) == frame
    shown = to_json(readable(frame_named("deliver_mo_ucs2")))
    assert "Reserve" not in shown["fields"]
    shown["fields"]["Reserve"] = ""
    assert encode_pdu(from_json(shown)) == frame_named("deliver_mo_ucs2")


# --- formats -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("msg_format", "octets", "text"),
    [
        (0, "41e9", "A\ufffd"),
        (3, "41", None),
        (4, "41", None),
        (8, "feff4e2d", "中"),
        (8, "d83dde0041", "😀"),
        (15, "a1be8139ee39", "【㐀"),
        (15, "a1", "\ufffd"),
        (0x10, "41", "A"),
        (0x18, "4e2d", "中"),
        (246, "41", None),
        (99, "41", None),
    ],
)
def test_formats_are_read_or_known_as_binary(msg_format: int, octets: str, text: str | None) -> None:
    assert text_of(bytes.fromhex(octets), msg_format) == text


@given(st.integers(0, 255), st.binary(max_size=40), _TLVS)
def test_no_content_makes_the_reader_raise(msg_format: int, octets: bytes, tlvs: Any) -> None:
    pdu = readable(encode("SMGP_DELIVER", {"MsgFormat": msg_format, "MsgContent": octets}, 1))
    pdu.tlvs = (*tlvs, (pdus.TP_UDHI, b"\1"))
    content = read_content(pdu)
    assert octets.endswith(content.payload)
    assert content.text is None or isinstance(content.text, str)
