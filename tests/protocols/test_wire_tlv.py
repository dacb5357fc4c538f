"""Optional parameters."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.protocols.wire.errors import BodyError, FieldError
from hongyan.protocols.wire.tlv import Kind, Tlv, TlvTable, join_tlvs, split_tlvs

TABLE = TlvTable(
    (
        Tlv(0x0001, "number", Kind.NUMBER, 2),
        Tlv(0x0002, "text", Kind.TEXT),
        Tlv(0x0003, "plain", Kind.PLAIN_TEXT),
        Tlv(0x0004, "octets", Kind.OCTETS),
    )
)
LATIN = st.text(st.characters(min_codepoint=1, max_codepoint=0xFF), max_size=12)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "number": st.integers(0, 65535),
        "text": LATIN,
        "plain": LATIN,
        "octets": st.binary(max_size=12),
        "0x1400": st.binary(max_size=12),
    },
)


@given(VALUES)
def test_parameters_are_read_back_in_their_order(values: dict[str, Any]) -> None:
    read = TABLE.read(b"body" + TABLE.write(values), 4)
    assert read == values
    assert list(read) == list(values)


@pytest.mark.parametrize(
    ("octets", "values"),
    [
        ("0002000241000003000242 00", {"text": "A", "plain": "B"}),
        ("0002000141", {"text": "A"}),
        ("0001000105", {"number": 5}),
        ("0001000400000005", {"number": 5}),
        ("00010000", {"0x0001": b""}),
        ("14000000", {"0x1400": b""}),
        ("000100020001000100020002", {"number": 2}),
    ],
    ids=["NUL", "no NUL", "short number", "long number", "no number", "unknown", "repeated"],
)
def test_reading_is_tolerant_about_lengths_and_unknown_tags(octets: str, values: dict[str, Any]) -> None:
    assert TABLE.read(bytes.fromhex(octets), 0) == values


@pytest.mark.parametrize("octets", ["00", "000100", "0001000205", "0004ffff00"])
def test_a_cut_parameter_is_a_body_error(octets: str) -> None:
    with pytest.raises(BodyError):
        TABLE.read(bytes.fromhex(octets), 0)


@given(st.binary(max_size=60))
def test_any_octets_are_read_or_are_a_body_error(octets: bytes) -> None:
    try:
        values = TABLE.read(octets, 0)
    except BodyError:
        return
    assert all(isinstance(value, int | str | bytes) for value in values.values())


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"number": 65536}, "does not fit 2 octets"),
        ({"number": "5"}, "must be an integer, not str"),
        ({"text": "a\0"}, "contains NUL"),
        ({"text": "中"}, "not octets"),
        ({"octets": "text"}, "must be bytes, not str"),
        ({"octets": bytes(65536)}, "65535 fit"),
        ({"nothing": b""}, "is not an optional parameter"),
        ({"0xzz": b""}, "is not an optional parameter"),
        ({"0x10000": b""}, "is not an optional parameter"),
    ],
)
def test_a_value_that_does_not_fit_is_named(values: dict[str, Any], reason: str) -> None:
    with pytest.raises(FieldError, match=reason) as caught:
        TABLE.write(values, "deliver_sm")
    assert caught.value.facts["field"] == next(iter(values))


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=40)), max_size=6))
def test_parameters_as_they_came_keep_their_order_and_repetitions(tlvs: list[tuple[int, bytes]]) -> None:
    assert split_tlvs(b"head" + join_tlvs(tlvs), 4) == tlvs
