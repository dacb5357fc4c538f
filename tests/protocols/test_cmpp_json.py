"""CMPP PDUs as people and files write them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cmpp_vectors import VECTORS, Vector, readable, vector
from hypothesis import given
from hypothesis import strategies as st

from hongyan.protocols.cmpp import pdus
from hongyan.protocols.cmpp.codec import CODECS, Pdu, encode_pdu, frame_of
from hongyan.protocols.cmpp.json_form import from_json, to_json
from hongyan.protocols.cmpp.pdus import Layout
from hongyan.protocols.wire.errors import FieldError

V20, V30 = Layout.V20, Layout.V30


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_what_follows_from_the_rest_may_be_left_out(vector: Vector) -> None:
    computed = {"Total_Length", "Command_Id", "DestUsr_tl", "Msg_Length", "udh_hex"}
    fields = {name: value for name, value in vector.facts["fields"].items() if name not in computed}
    if "report" in fields:
        del fields["content_hex"]
    assert (
        encode_pdu(from_json({"pdu": vector.facts["pdu"], "fields": fields}, vector.layout)) == vector.frame
    )


# --- forms that only the length tells --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layout", "name", "body"),
    [
        (V20, "CMPP_CANCEL_RESP", "00000001"),
        (V30, "CMPP_CANCEL_RESP", "01"),
        (V20, "CMPP_CONNECT_RESP", "00000003" + "00" * 16 + "30"),
        (V30, "CMPP_CONNECT_RESP", "03" + "00" * 16 + "20"),
        (V20, "CMPP_SUBMIT_RESP", "37a9478029c20001" + "00000100"),
        (V30, "CMPP_DELIVER_RESP", "37a9478029c20001" + "09"),
        (V20, "CMPP_ACTIVE_TEST_RESP", ""),
        (V30, "CMPP_ACTIVE_TEST_RESP", ""),
    ],
)
def test_an_answer_of_another_length_comes_back_as_it_was(layout: Layout, name: str, body: str) -> None:
    frame = frame_of(CODECS[layout].spec_of(name).command_id, bytes.fromhex(body), 5)
    shown = to_json(readable(frame, layout))
    assert shown["fields"]["Total_Length"] == len(frame)
    assert encode_pdu(from_json(json.loads(json.dumps(shown)), layout)) == frame


@pytest.mark.parametrize("with_content", [True, False])
def test_a_report_of_sixty_octets_in_three_point_zero_comes_back_as_it_was(with_content: bool) -> None:
    old = readable(vector(V20, "deliver_report_delivrd").frame)
    new = readable(vector(V30, "deliver_report_delivrd").frame, V30)
    frame = encode_pdu(
        Pdu(new.name, new.command_id, 1, {**new.fields, "content": old.fields["content"]}, V30)
    )
    shown = to_json(readable(frame, V30))
    assert shown["fields"]["Msg_Length"] == 60
    assert shown["fields"]["report"] == vector(V30, "deliver_report_delivrd").facts["fields"]["report"]
    if not with_content:
        del shown["fields"]["content_hex"]
    assert encode_pdu(from_json(shown, V30)) == frame


def test_a_report_of_no_known_length_is_shown_as_content_only() -> None:
    frame = CODECS[V20].encode("CMPP_DELIVER", {"Registered_Delivery": 1, "content": b"id:1 stat:DELIVRD"}, 1)
    shown = to_json(readable(frame))
    assert "report" not in shown["fields"]
    assert encode_pdu(from_json(shown, V20)) == frame


def test_a_submit_that_wants_a_report_is_none() -> None:
    frame = CODECS[V20].encode("CMPP_SUBMIT", {"Registered_Delivery": 1, "content": bytes(60)}, 1)
    assert "report" not in to_json(readable(frame))["fields"]


def test_an_unreadable_frame_is_shown_with_its_bytes() -> None:
    frame = frame_of(0x00000009, b"\1\2", 0x80000000)
    assert to_json(CODECS[V30].decode(frame)) == {
        "pdu": None,
        "fields": {"Total_Length": 14, "Command_Id": "0x00000009", "Sequence_Id": 0x80000000},
        "raw_hex": frame.hex(),
        "reason": "CMPP_FWD is spoken between gateways only",
    }


def test_a_heartbeat_answer_without_fields_has_its_octet() -> None:
    assert len(encode_pdu(from_json({"pdu": "CMPP_ACTIVE_TEST_RESP"}, V20))) == 13


# --- wrong input -----------------------------------------------------------------------------------------

REPORT = {"Msg_Id": "37a9478029c20001", "Stat": "DELIVRD"}


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("CMPP_SUBMIT", {"Total_Length": 17}, "Total_Length"),
        ("CMPP_SUBMIT_RESP", {"Total_Length": 22}, "Total_Length"),
        ("CMPP_SUBMIT", {"Command_Id": "0x00000005"}, "Command_Id"),
        ("CMPP_SUBMIT", {"Command_Id": "4"}, "Command_Id"),
        ("CMPP_SUBMIT", {"Sequence_Id": -1}, "Sequence_Id"),
        ("CMPP_SUBMIT", {"Sequence_Id": 1 << 32}, "Sequence_Id"),
        ("CMPP_SUBMIT", {"Sequence_Id": True}, "Sequence_Id"),
        ("CMPP_SUBMIT", {"Msg_Id": "37a9"}, "Msg_Id"),
        ("CMPP_SUBMIT", {"Msg_Id": "no hex"}, "Msg_Id"),
        ("CMPP_SUBMIT", {"Dest_terminal_Id": "13800138000"}, "Dest_terminal_Id"),
        ("CMPP_SUBMIT", {"Dest_terminal_Id": [13800138000]}, "Dest_terminal_Id"),
        ("CMPP_SUBMIT", {"DestUsr_tl": 2, "Dest_terminal_Id": ["1"]}, "DestUsr_tl"),
        ("CMPP_SUBMIT", {"Msg_Length": 2, "content_hex": "41"}, "Msg_Length"),
        ("CMPP_SUBMIT", {"content_hex": "4"}, "content_hex"),
        ("CMPP_SUBMIT", {"content_hex": "41", "udh_hex": "05"}, "udh_hex"),
        ("CMPP_SUBMIT", {"LinkID": ""}, "LinkID"),
        ("CMPP_SUBMIT", {"report": REPORT}, "report"),
        ("CMPP_SUBMIT", {"Msg_Fmt": "8"}, "Msg_Fmt"),
        ("CMPP_DELIVER", {"report": {"colour": "red"}}, "colour"),
        ("CMPP_DELIVER", {"report": "DELIVRD"}, "fields"),
        ("CMPP_DELIVER", {"report": REPORT, "content_hex": "00" * 60}, "report"),
        ("CMPP_CONNECT", {"Version": "0x2z"}, "Version"),
        ("CMPP_FWD", {}, "pdu"),
    ],
)
def test_wrong_json_is_refused_by_name(name: str, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldError) as caught:
        encode_pdu(from_json({"pdu": name, "fields": fields}, V20))
    assert caught.value.facts["field"] == field
    assert caught.value.words("zh-CN") != caught.value.words("en")


@pytest.mark.parametrize("fields", [[], "x", None, 5])
def test_fields_are_an_object(fields: object) -> None:
    with pytest.raises(FieldError, match="fields"):
        from_json({"pdu": "CMPP_SUBMIT", "fields": fields}, V20)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES_IN_USE = sorted({name for each in VECTORS for name in each.facts["fields"]})


@given(
    st.sampled_from([spec.name for spec in pdus.specs(V20)]),
    st.dictionaries(st.sampled_from(NAMES_IN_USE), JSON, max_size=4),
    st.sampled_from(Layout),
)
def test_any_json_makes_a_frame_or_a_field_error(name: str, fields: dict[str, Any], layout: Layout) -> None:
    try:
        frame = encode_pdu(from_json({"pdu": name, "fields": fields}, layout))
    except FieldError:
        return
    assert isinstance(CODECS[layout].decode(frame), Pdu)


@given(
    st.binary(min_size=12, max_size=300).map(lambda raw: len(raw).to_bytes(4, "big") + raw[4:]),
    st.sampled_from(Layout),
)
def test_any_frame_can_be_shown_and_what_is_readable_comes_back(frame: bytes, layout: Layout) -> None:
    pdu = CODECS[layout].decode(frame)
    shown = json.loads(json.dumps(to_json(pdu)))
    if isinstance(pdu, Pdu):
        assert encode_pdu(from_json(shown, layout)) == encode_pdu(pdu)
