"""CMPP frames of both versions, against the vectors and against anything."""

from __future__ import annotations

import pytest
from cmpp_vectors import VECTORS, Vector, frame_named, readable

from hongyan.kernel.text import Concat
from hongyan.protocols.cmpp import pdus
from hongyan.protocols.cmpp.codec import (
    CODECS,
    Pdu,
    Unreadable,
    codec_of,
    encode_pdu,
    frame_of,
)
from hongyan.protocols.cmpp.content import read_content
from hongyan.protocols.cmpp.pdus import BETWEEN_GATEWAYS, RESPONSE, Layout, layout_of, specs
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.fields import PduSpec

ALL = [(layout, spec) for layout in Layout for spec in specs(layout)]
LAYOUTS = pytest.mark.parametrize("layout", Layout, ids=lambda layout: layout.value)
EACH_PDU = pytest.mark.parametrize(("layout", "spec"), ALL, ids=lambda each: getattr(each, "name", None))


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_every_vector_comes_back_byte_for_byte(vector: Vector) -> None:
    pdu = readable(vector.frame, vector.layout)
    assert pdu.layout is vector.layout
    assert pdu.name == vector.facts["pdu"]
    assert encode_pdu(pdu) == vector.frame
    assert CODECS[vector.layout].encode(pdu.name, pdu.fields, pdu.sequence) == vector.frame


@pytest.mark.parametrize(
    ("name", "of_20", "of_30"),
    [
        ("CMPP_CONNECT", 27, 27),
        ("CMPP_CONNECT_RESP", 18, 21),
        ("CMPP_TERMINATE", 0, 0),
        ("CMPP_TERMINATE_RESP", 0, 0),
        ("CMPP_SUBMIT", 126, 151),
        ("CMPP_SUBMIT_RESP", 9, 12),
        ("CMPP_DELIVER", 73, 97),
        ("CMPP_DELIVER_RESP", 9, 12),
        ("CMPP_QUERY", 27, 27),
        ("CMPP_QUERY_RESP", 51, 51),
        ("CMPP_CANCEL", 8, 8),
        ("CMPP_CANCEL_RESP", 1, 4),
        ("CMPP_ACTIVE_TEST", 0, 0),
        ("CMPP_ACTIVE_TEST_RESP", 1, 1),
    ],
)
def test_bodies_have_the_sizes_of_the_document(name: str, of_20: int, of_30: int) -> None:
    assert [len(CODECS[layout].encode_body(name, {})) for layout in Layout] == [of_20, of_30]


@pytest.mark.parametrize(
    ("version", "layout"), [(0x20, Layout.V20), (0x21, Layout.V20), (0x30, Layout.V30), (0, Layout.V20)]
)
def test_two_point_one_is_written_like_two(version: int, layout: Layout) -> None:
    assert layout_of(version) is layout
    assert codec_of(version).layout is layout


# --- answers of another length ---------------------------------------------------------------------------


@LAYOUTS
@pytest.mark.parametrize(
    "name", ["CMPP_CONNECT_RESP", "CMPP_SUBMIT_RESP", "CMPP_DELIVER_RESP", "CMPP_CANCEL_RESP"]
)
def test_an_answer_in_the_other_version_is_read_by_its_length(layout: Layout, name: str) -> None:
    other = Layout.V20 if layout is Layout.V30 else Layout.V30
    frame = CODECS[other].encode(name, {CODECS[other].spec_of(name).names[-1]: 3}, 9)
    pdu = readable(frame, layout)
    assert (pdu.name, pdu.sequence, pdu.layout) == (name, 9, other)
    assert encode_pdu(pdu) == frame


@LAYOUTS
def test_a_heartbeat_may_be_answered_with_one_octet_or_none(layout: Layout) -> None:
    bare = frame_of(pdus.ACTIVE_TEST_RESP, b"", 16)
    pdu = readable(bare, layout)
    assert pdu == Pdu("CMPP_ACTIVE_TEST_RESP", pdus.ACTIVE_TEST_RESP, 16, {}, layout)
    assert encode_pdu(pdu) == bare
    assert readable(frame_of(pdus.ACTIVE_TEST_RESP, b"\0", 16), layout).fields == {"Reserved": 0}


def test_a_request_is_never_read_in_the_other_version() -> None:
    for frame in (frame_named(Layout.V30, "submit_ascii_fmt0"), frame_named(Layout.V30, "deliver_mo_ucs2")):
        assert isinstance(CODECS[Layout.V20].decode(frame), Unreadable)


# --- what cannot be read ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command_id", "body", "reason"),
    [
        (pdus.SUBMIT, b"", "CMPP_SUBMIT: the body ends inside a field"),
        (pdus.DELIVER, bytes(64) + b"\x09" + bytes(8), "CMPP_DELIVER: content is cut short"),
        (pdus.DELIVER, bytes(74), "CMPP_DELIVER: 1 octets after the last field"),
        (pdus.SUBMIT, bytes(116) + b"\xff" + bytes(20), "CMPP_SUBMIT: the body ends inside a field"),
        (pdus.CONNECT, bytes(26), "CMPP_CONNECT: the body ends inside a field"),
        (pdus.SUBMIT_RESP, bytes(10), "CMPP_SUBMIT_RESP: 1 octets after the last field"),
        (pdus.ACTIVE_TEST, b"\0", "CMPP_ACTIVE_TEST: 1 octets after the last field"),
        (pdus.ACTIVE_TEST_RESP, b"\0\0", "CMPP_ACTIVE_TEST_RESP: 1 octets after the last field"),
    ],
)
def test_a_broken_body_is_a_value_with_its_reason(command_id: int, body: bytes, reason: str) -> None:
    frame = frame_of(command_id, body, 7)
    assert CODECS[Layout.V20].decode(frame) == Unreadable(command_id, 7, frame, reason, known=True)


@LAYOUTS
@pytest.mark.parametrize("command_id", [0, 3, 0x0A, 0x80000003, 0xFFFFFFFF, *BETWEEN_GATEWAYS])
def test_a_command_that_is_not_ours_keeps_its_bytes(layout: Layout, command_id: int) -> None:
    frame = frame_of(command_id, b"body", 3)
    pdu = CODECS[layout].decode(frame)
    assert isinstance(pdu, Unreadable)
    assert (pdu.command_id, pdu.sequence, pdu.raw, pdu.known) == (command_id, 3, frame, False)
    assert pdu.reason.startswith(BETWEEN_GATEWAYS.get(command_id, "unknown command"))


@EACH_PDU
def test_a_body_cut_at_any_octet_is_unreadable(layout: Layout, spec: PduSpec) -> None:
    whole = CODECS[layout].encode(spec.name, {}, 1)
    other = (
        {len(CODECS[each].encode(spec.name, {}, 1)) for each in Layout} if spec.command_id & RESPONSE else ()
    )
    for size in range(12, len(whole)):
        pdu = CODECS[layout].decode(size.to_bytes(4, "big") + whole[4:size])
        if size in other or (spec.empty_body_allowed and size == 12):
            assert isinstance(pdu, Pdu)
        else:
            assert isinstance(pdu, Unreadable)


# --- every field -----------------------------------------------------------------------------------------


def test_a_full_field_has_no_nul_to_find() -> None:
    fields = {"Src_Id": "1" * 21, "Dest_terminal_Id": ["2" * 21], "Msg_src": "901234"}
    read = readable(CODECS[Layout.V20].encode("CMPP_SUBMIT", fields, 1)).fields
    assert (read["Src_Id"], read["Dest_terminal_Id"]) == ("1" * 21, ["2" * 21])


def test_fields_padded_with_blanks_are_read_without_them() -> None:
    frame = bytearray(frame_named(Layout.V20, "deliver_mo_ucs2"))
    frame[20:41] = b"106900001234".ljust(21, b" ")
    assert readable(bytes(frame)).fields["Dest_Id"] == "106900001234"


@LAYOUTS
@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("CMPP_SUBMIT", {"Src_Id": "1" * 22}, "Src_Id"),
        ("CMPP_SUBMIT", {"Dest_terminal_Id": ["1", "2" * 33]}, "Dest_terminal_Id"),
        ("CMPP_SUBMIT", {"content": bytes(256)}, "content"),
        ("CMPP_SUBMIT", {"Msg_Length": 3}, "Msg_Length"),
        ("CMPP_SUBMIT", {"Msg_Id": b"1234567"}, "Msg_Id"),
        ("CMPP_SUBMIT", {"Service_Id": "业务"}, "Service_Id"),
        ("CMPP_CONNECT", {"Timestamp": 1 << 32}, "Timestamp"),
        ("CMPP_DELIVER", {"colour": "red"}, "colour"),
        ("CMPP_FWD", {}, "pdu"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(
    layout: Layout, name: str, fields: dict[str, object], field: str
) -> None:
    with pytest.raises(FieldError) as caught:
        CODECS[layout].encode(name, fields, 1)
    assert caught.value.facts["field"] == field


def test_a_status_that_needs_four_octets_does_not_fit_two_point_zero() -> None:
    assert len(CODECS[Layout.V30].encode("CMPP_SUBMIT_RESP", {"Result": 256}, 1)) == 24
    with pytest.raises(FieldError, match="Result"):
        CODECS[Layout.V20].encode("CMPP_SUBMIT_RESP", {"Result": 256}, 1)


# --- content ---------------------------------------------------------------------------------------------


@LAYOUTS
@pytest.mark.parametrize(
    ("name", "concat"),
    [
        ("submit_long_ucs2_udh6_part1of2", Concat(0x5A, 2, 1, wide=False)),
        ("submit_long_ucs2_udh7_part2of2", Concat(0x1234, 2, 2, wide=True)),
        ("deliver_mo_long_part1of2", Concat(0x5A, 2, 1, wide=False)),
        ("submit_ucs2_fmt8", None),
    ],
)
def test_parts_are_recognised_by_both_headers(layout: Layout, name: str, concat: Concat | None) -> None:
    assert read_content(readable(frame_named(layout, name), layout)).concat == concat


@pytest.mark.parametrize(
    ("total", "number", "udh", "concat"),
    [
        (1, 1, "", None),
        (0, 0, "", None),
        (3, 2, "", Concat(0, 3, 2, wide=False)),
        (2, 3, "", None),
        (2, 0, "", None),
        (2, 1, "0500037b0502", Concat(0x7B, 5, 2, wide=False)),
        (2, 1, "06050401020304", Concat(0, 2, 1, wide=False)),
    ],
)
def test_without_a_header_the_parts_are_told_by_pk(
    total: int, number: int, udh: str, concat: Concat | None
) -> None:
    fields = {
        "Pk_total": total,
        "Pk_number": number,
        "TP_udhi": 1 if udh else 0,
        "content": bytes.fromhex(udh) + b"hi",
    }
    content = read_content(readable(CODECS[Layout.V20].encode("CMPP_SUBMIT", fields, 1)))
    assert (content.concat, content.text) == (concat, "hi")
