"""SMGP frames, against the vectors and against anything."""

from __future__ import annotations

from typing import Any

import pytest
from smgp_vectors import frame_named

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
from hongyan.protocols.wire.errors import FieldError


def readable(frame: bytes) -> Pdu:
    pdu = decode(frame)
    assert isinstance(pdu, Pdu), pdu
    return pdu


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
