"""SGIP frames, against the vectors and against anything."""

from __future__ import annotations

from typing import Any

import pytest
from sgip_vectors import frame_named

from hongyan.protocols.sgip import pdus
from hongyan.protocols.sgip.codec import (
    HEADER_SIZE,
    Pdu,
    Unreadable,
    decode,
    encode,
    encode_pdu,
    frame_of,
    frame_reader,
)
from hongyan.protocols.sgip.json_form import from_json, to_json
from hongyan.protocols.wire.errors import FieldError


def readable(frame: bytes) -> Pdu:
    pdu = decode(frame)
    assert isinstance(pdu, Pdu), pdu
    return pdu


# --- the catalogue -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "octets"),
    [
        ("SGIP_BIND", 61),
        ("SGIP_BIND_RESP", 29),
        ("SGIP_UNBIND", 20),
        ("SGIP_UNBIND_RESP", 20),
        ("SGIP_SUBMIT", 143),
        ("SGIP_SUBMIT_RESP", 29),
        ("SGIP_DELIVER", 77),
        ("SGIP_DELIVER_RESP", 29),
        ("SGIP_REPORT", 64),
        ("SGIP_REPORT_RESP", 29),
        ("SGIP_USERRPT", 71),
        ("SGIP_CHECKUSER", 81),
        ("SGIP_CHECKUSER_RESP", 30),
        ("SGIP_TRACE", 61),
        ("SGIP_TRACE_RESP", 21),
    ],
)
def test_each_pdu_has_the_length_of_the_document(name: str, octets: int) -> None:
    assert len(encode(name, {}, 0)) == octets


def test_a_submit_grows_by_21_octets_for_each_number_and_by_its_content() -> None:
    fields = {"UserNumber": ["8613000000001"] * 100, "content": bytes(140)}
    frame = encode("SGIP_SUBMIT", fields, 1)
    assert len(frame) == 20 + 123 + 21 * 100 + 140
    assert frame_reader().feed(frame) == [frame], "the largest one fits a frame"


# --- any PDU, there and back ---------------------------------------------------------------------------------


@pytest.mark.parametrize("padding", [b"\0" * 8, b" " * 8, b"\0garbage", b"  \0\0\0\0\0\0"])
def test_text_ends_at_the_first_nul_and_before_padding(padding: bytes) -> None:
    frame = bytearray(frame_named("bind_sp_to_smg"))
    frame[29:37] = padding
    assert readable(bytes(frame)).fields["LoginName"] == "sguser01"


def test_a_full_field_has_no_nul_to_end_it() -> None:
    fields = {"LoginName": "n" * 16, "LoginPassword": "p" * 16, "Reserve": "r" * 8}
    pdu = readable(encode("SGIP_BIND", fields, 5))
    assert {key: pdu.fields[key] for key in fields} == fields


# --- what no peer should send --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda body: body[:-1], "ends inside a field"),
        (lambda body: body[:30], "ends inside a field"),
        (lambda body: b"", "ends inside a field"),
        (lambda body: body + b"\0\0\0", "3 octets after the last field"),
        (lambda body: body[:45] + b"\0\0\0\x03" + body[49:], "1 octets after the last field"),
        (lambda body: body[:45] + b"\xff\xff\xff\xff" + body[49:], "content is cut short"),
    ],
)
def test_a_broken_body_is_a_value_with_its_reason(change: Any, reason: str) -> None:
    body = frame_named("deliver_mo_ucs2")[HEADER_SIZE:]
    frame = frame_of(pdus.DELIVER, change(body), 7 << 64)
    pdu = decode(frame)
    assert isinstance(pdu, Unreadable)
    assert (pdu.command_id, pdu.sequence, pdu.raw, pdu.known) == (pdus.DELIVER, 7 << 64, frame, True)
    assert pdu.reason.startswith("SGIP_DELIVER: ")
    assert reason in pdu.reason
    assert to_json(pdu)["raw_hex"] == frame.hex()


@pytest.mark.parametrize(
    ("command_id", "reason"),
    [
        (0x06, "SGIP_ADDSP is spoken between gateways only"),
        (0x8000000E, "SGIP_MODIFYSMG is spoken between gateways only"),
        (0x99, "unknown command"),
        (0, "unknown command"),
    ],
)
def test_a_command_that_is_not_read_is_a_value(command_id: int, reason: str) -> None:
    frame = frame_of(command_id, b"body", 3)
    assert decode(frame) == Unreadable(command_id, 3, frame, reason, known=False)
    assert to_json(decode(frame)) == {
        "pdu": None,
        "fields": {
            "Total_Length": 24,
            "Command_Id": f"0x{command_id:08x}",
            "Sequence_Number": [0, 0, 3],
        },
        "raw_hex": frame.hex(),
        "reason": reason,
    }


# --- what we would not send ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("SGIP_SUBMIT", {"SPNumber": "1" * 22}, "SPNumber"),
        ("SGIP_SUBMIT", {"CorpId": "123456"}, "CorpId"),
        ("SGIP_SUBMIT", {"UserNumber": ["1" * 22]}, "UserNumber"),
        ("SGIP_SUBMIT", {"UserNumber": ["1"] * 256}, "UserNumber"),
        ("SGIP_SUBMIT", {"UserCount": 1}, "UserCount"),
        ("SGIP_SUBMIT", {"FeeType": 256}, "FeeType"),
        ("SGIP_SUBMIT", {"ServiceType": "业务"}, "ServiceType"),
        ("SGIP_BIND", {"LoginPassword": "a\0b"}, "LoginPassword"),
        ("SGIP_REPORT", {"SubmitSequenceNumber": bytes(11)}, "SubmitSequenceNumber"),
        ("SGIP_TRACE_RESP", {"items": [{"NodeId": "1234567"}]}, "items"),
        ("SGIP_UNBIND", {"Reserve": ""}, "Reserve"),
        ("SGIP_ADDSP", {}, "pdu"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(name: str, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldError) as caught:
        encode(name, fields, 1)
    assert caught.value.facts["field"] == field


@pytest.mark.parametrize(
    ("pdu", "change", "field"),
    [
        ("SGIP_BIND", {"Total_Length": 60}, "Total_Length"),
        ("SGIP_BIND", {"Total_Length": "long"}, "Total_Length"),
        ("SGIP_BIND", {"Command_Id": "0x00000002"}, "Command_Id"),
        ("SGIP_BIND", {"Sequence_Number": [1, 2]}, "Sequence_Number"),
        ("SGIP_BIND", {"Sequence_Number": [1, 2, 1 << 32]}, "Sequence_Number"),
        ("SGIP_BIND", {"Sequence_Number": "1-2-3"}, "Sequence_Number"),
        ("SGIP_BIND", {"LoginName": 5}, "LoginName"),
        ("SGIP_BIND", {"Colour": "red"}, "Colour"),
        ("SGIP_REPORT", {"SubmitSequenceNumber": [1, 2, -3]}, "SubmitSequenceNumber"),
        ("SGIP_REPORT", {"State": "waiting"}, "State"),
        ("SGIP_SUBMIT", {"UserNumber": "8613000000001"}, "UserNumber"),
        ("SGIP_SUBMIT", {"UserNumber": ["8613000000001"], "UserCount": 2}, "UserCount"),
        ("SGIP_SUBMIT", {"content_hex": "4"}, "content_hex"),
        ("SGIP_SUBMIT", {"content_hex": "41", "MessageLength": 2}, "MessageLength"),
        ("SGIP_SUBMIT", {"content_hex": "050003010201", "TP_udhi": 1, "udh_hex": "05"}, "udh_hex"),
        ("SGIP_TRACE_RESP", {"items": [{"Result": 300}]}, "items"),
    ],
)
def test_wrong_json_is_refused_by_name(pdu: str, change: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldError) as caught:
        from_json({"pdu": pdu, "fields": change})
    assert caught.value.facts["field"] == field


def test_integers_of_json_may_be_0x_text() -> None:
    fields = {
        "Total_Length": "0x3d",
        "Command_Id": 1,
        "Sequence_Number": ["0xb36924b9", "0x12c8134e", "0x0"],
        "LoginType": "0x01",
        "LoginName": "sguser01",
        "LoginPassword": "sgpass01",
    }
    assert encode_pdu(from_json({"pdu": "SGIP_BIND", "fields": fields})) == frame_named("bind_sp_to_smg")
    trace = {"Count": "0x1", "items": [{"Result": "0x2"}]}
    assert from_json({"pdu": "SGIP_TRACE_RESP", "fields": trace}).fields["items"][0]["Result"] == 2


def test_a_reserve_that_a_peer_filled_is_shown_and_kept() -> None:
    frame = frame_named("deliver_mo_ucs2")[:-8] + b"LINK0001"
    shown = to_json(readable(frame))
    assert shown["fields"]["Reserve"] == "LINK0001"
    assert encode_pdu(from_json(shown)) == frame
