"""Field by field through a frame: the same as the generated readers, and where and why it stops."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_wire_fields import EVERYTHING, READ, VALUES, WRITE

from hongyan.protocols.smpp.pdus import TLVS
from hongyan.protocols.wire.fields import Blob, CString, Repeated, UInt
from hongyan.protocols.wire.generate import READ_FAULTS
from hongyan.protocols.wire.walk import left_over, walk, walk_tlvs

LAYOUT = (
    UInt("kind"),
    CString("name", 9),
    UInt("count"),
    Repeated("numbers", "count", UInt("number", 2)),
    UInt("size"),
    Blob("data", "size", 20),
)
FRAME = bytes.fromhex("ff 07 616200 02 0001 0002 03 aabbcc")


def test_every_field_is_found_with_its_octets() -> None:
    spans, fault = walk(LAYOUT, FRAME, 1)
    assert fault is None
    assert [(span.name, FRAME[span.start : span.end].hex(), span.value) for span in spans] == [
        ("kind", "07", 7),
        ("name", "616200", "ab"),
        ("count", "02", 2),
        ("numbers", "00010002", [1, 2]),
        ("size", "03", 3),
        ("data", "aabbcc", b"\xaa\xbb\xcc"),
    ]


@pytest.mark.parametrize(
    ("octets", "field", "offset", "reason"),
    [
        ("", "kind", 0, "needs 1 octets, the frame ends before it"),
        ("07", "name", 1, "has no NUL at its end"),
        ("076162", "name", 1, "has no NUL at its end"),
        ("0700 03 0001 0002 00", "numbers[2]", 7, "needs 2 octets, 1 are left"),
        ("0700 00", "size", 3, "needs 1 octets, the frame ends before it"),
        ("0700 00 05 aabb", "data", 4, "needs 5 octets, 2 are left"),
    ],
)
def test_a_walk_says_where_it_stops_and_why(octets: str, field: str, offset: int, reason: str) -> None:
    frame = bytes.fromhex(octets)
    spans, fault = walk(LAYOUT, frame, 0)
    assert fault is not None
    assert (fault.field, fault.offset, fault.en) == (field, offset, reason)
    assert fault.zh
    assert not spans or spans[-1].end <= offset


def test_an_item_of_a_kind_that_is_not_known_is_named() -> None:
    octets = bytearray(WRITE(items=[{"kind": 1, "number": 5}]))
    at = octets.index(b"\1\0\0\0\5")
    octets[at] = 3
    fault = walk(EVERYTHING, bytes(octets), 0)[1]
    assert fault is not None
    assert (fault.field, fault.offset, fault.en) == ("items[0].kind", at, "is 3, not one of [1, 2]")


@given(VALUES, st.data())
def test_a_walk_agrees_with_the_reader_about_whole_and_cut_bodies(
    values: dict[str, Any], data: st.DataObject
) -> None:
    octets = WRITE(**values)
    cut = octets[: data.draw(st.integers(0, len(octets)))]
    spans, fault = walk(EVERYTHING, cut, 0)
    assert (fault is None) == (cut == octets)
    found = {span.name: span.value for span in spans}
    assert {name: values[name] for name in values if name in found} == {
        name: value for name, value in found.items() if name in values
    }


@given(st.binary(max_size=120))
def test_a_walk_agrees_with_the_reader_about_any_octets(octets: bytes) -> None:
    spans, fault = walk(EVERYTHING, octets, 0)
    try:
        values, end = READ(octets, 0)
    except READ_FAULTS:
        assert fault is not None
        return
    assert fault is None
    assert spans[-1].end == end
    assert {span.name: span.value for span in spans if span.name in values} == values


def test_octets_after_the_last_field_are_counted() -> None:
    assert left_over(b"abc", 3) is None
    fault = left_over(b"abcd", 2)
    assert fault is not None
    assert (fault.field, fault.offset, fault.en) == ("", 2, "2 octets after the last field")


def test_optional_parameters_are_found_by_name() -> None:
    frame = bytes.fromhex("ffff 0427 0001 02 1400 0002 abcd 001e 0003 414200")
    spans, fault = walk_tlvs(TLVS, frame, 2)
    assert fault is None
    assert [(span.name, span.start, span.end, span.value) for span in spans] == [
        ("message_state", 2, 7, 2),
        ("0x1400", 7, 13, b"\xab\xcd"),
        ("receipted_message_id", 13, 20, "AB"),
    ]


@pytest.mark.parametrize(
    ("octets", "field", "offset", "reason"),
    [
        ("042700", "", 0, "3 octets after the last field"),
        ("0427 0001 02 1400 0004 abcd", "0x1400", 5, "says it has 4 octets, 2 are left"),
        ("001e 0001", "receipted_message_id", 0, "says it has 1 octets, 0 are left"),
    ],
)
def test_a_cut_parameter_is_named(octets: str, field: str, offset: int, reason: str) -> None:
    fault = walk_tlvs(TLVS, bytes.fromhex(octets), 0)[1]
    assert fault is not None
    assert (fault.field, fault.offset, fault.en) == (field, offset, reason)
