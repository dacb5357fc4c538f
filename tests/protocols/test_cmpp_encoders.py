"""Message encoders that know their channel."""

from __future__ import annotations

import pytest
from cmpp_vectors import frame_named, readable, vector
from hypothesis import given
from hypothesis import strategies as st

from hongyan.protocols.cmpp import pdus
from hongyan.protocols.cmpp.codec import frame_of
from hongyan.protocols.cmpp.encoders import deliver_encoder, submit_encoder
from hongyan.protocols.cmpp.pdus import Layout
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.mainland import UDHI

LAYOUTS = pytest.mark.parametrize("layout", Layout, ids=lambda layout: layout.value)
SUBMITS = {layout: submit_encoder(layout, Msg_src="901234", Service_Id="SVC01") for layout in Layout}
DELIVERS = {layout: deliver_encoder(layout, Service_Id="SVC01") for layout in Layout}


@LAYOUTS
@pytest.mark.parametrize(
    "name",
    [
        "submit_ascii_fmt0",
        "submit_ucs2_fmt8",
        "submit_gbk_fmt15",
        "submit_long_ucs2_udh6_part1of2",
        "submit_long_ucs2_udh6_part2of2",
        "submit_long_ucs2_udh7_part1of2",
        "submit_long_ucs2_udh7_part2of2",
    ],
)
def test_a_channel_encoder_makes_the_bodies_of_the_vectors(layout: Layout, name: str) -> None:
    fields = vector(layout, name).facts["fields"]
    body = SUBMITS[layout](
        fields["Pk_total"],
        fields["Pk_number"],
        UDHI if "udh_hex" in fields else 0,
        fields["Msg_Fmt"],
        "",
        fields["Src_Id"],
        fields["Dest_terminal_Id"][0],
        bytes.fromhex(fields["content_hex"]),
    )
    assert body == frame_named(layout, name)[12:]


@LAYOUTS
def test_times_and_constants_travel(layout: Layout) -> None:
    encode = submit_encoder(
        layout, Msg_src="901234", Service_Id="SVC01", Registered_Delivery=0, At_Time="240315180000032+"
    )
    body = encode(1, 1, 0, 0, "240316102030032+", "106900001234", "13800138000", b"A")
    assert body == frame_named(layout, "submit_timed_no_report")[12:]


@LAYOUTS
@pytest.mark.parametrize("name", ["deliver_mo_ucs2", "deliver_mo_long_part1of2", "deliver_report_delivrd"])
def test_the_delivers_of_the_simulator_look_like_the_vectors(layout: Layout, name: str) -> None:
    fields = vector(layout, name).facts["fields"]
    body = DELIVERS[layout](
        bytes.fromhex(fields["Msg_Id"]),
        fields["Dest_Id"],
        fields["TP_udhi"],
        fields["Msg_Fmt"],
        fields["Src_terminal_Id"],
        fields["Registered_Delivery"],
        bytes.fromhex(fields["content_hex"]),
    )
    assert body == frame_named(layout, name)[12:]


@LAYOUTS
@pytest.mark.parametrize(
    ("constants", "field"),
    [
        ({"Src_Id": "1069"}, "Src_Id"),
        ({"Msg_src": "9012345"}, "Msg_src"),
        ({"Registered_Delivery": 256}, "Registered_Delivery"),
        ({"DestUsr_tl": 2}, "DestUsr_tl"),
        ({"Msg_Length": 4}, "Msg_Length"),
        ({"colour": 1}, "colour"),
    ],
)
def test_wrong_constants_are_found_when_the_channel_starts(
    layout: Layout, constants: dict[str, int | str], field: str
) -> None:
    with pytest.raises(FieldError) as caught:
        submit_encoder(layout, **constants)
    assert caught.value.facts["field"] == field


def test_pseudo_codes_are_a_matter_of_three_point_zero() -> None:
    body = submit_encoder(Layout.V30, Dest_terminal_type=1, LinkID="L1")(1, 1)
    fields = readable(frame_of(pdus.SUBMIT, body, 1), Layout.V30).fields
    assert (fields["Dest_terminal_type"], fields["LinkID"]) == (1, "L1")
    with pytest.raises(FieldError, match="Dest_terminal_type"):
        submit_encoder(Layout.V20, Dest_terminal_type=1)


@LAYOUTS
@pytest.mark.parametrize(
    ("src_id", "number", "content", "field"),
    [
        ("1" * 22, "13800138000", b"", "Src_Id"),
        ("1069", "1" * 33, b"", "Dest_terminal_Id"),
        ("1069", "13800138000", bytes(256), "content"),
    ],
)
def test_a_message_that_does_not_fit_is_refused_by_field(
    layout: Layout, src_id: str, number: str, content: bytes, field: str
) -> None:
    with pytest.raises(FieldError) as caught:
        SUBMITS[layout](1, 1, 0, 0, "", src_id, number, content)
    assert caught.value.facts["field"] == field


@given(
    st.sampled_from(Layout),
    st.integers(1, 255),
    st.sampled_from([0, 4, 8, 15]),
    st.text("0123456789", max_size=21),
    st.text("0123456789", max_size=21),
    st.binary(max_size=140),
)
def test_the_codec_reads_what_an_encoder_made(
    layout: Layout, part: int, msg_fmt: int, src_id: str, number: str, content: bytes
) -> None:
    body = SUBMITS[layout](255, part, 0, msg_fmt, "", src_id, number, content)
    fields = readable(frame_of(pdus.SUBMIT, body, 1), layout).fields
    assert (
        fields
        | {
            "Pk_number": part,
            "Msg_Fmt": msg_fmt,
            "Src_Id": src_id,
            "Dest_terminal_Id": [number],
            "content": content,
            "Registered_Delivery": 1,
            "Fee_UserType": 2,
            "FeeType": "01",
            "FeeCode": "000000",
        }
        == fields
    )
