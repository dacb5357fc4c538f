"""Lines of files with ported numbers: what fits, and what is said of the rest."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.kernel.cn_carriers import CARRIERS, carrier_named, carrier_row
from hongyan.kernel.cn_prefixes import ALLOCATIONS
from hongyan.kernel.errors import Refused
from hongyan.messaging.ported.reading import LONGEST_LINE, Line, is_heading, read_line

NOW_MS = 1_780_000_000_000
NUMBER = "8613800138000"
MARCH = 1_709_222_400_000
"""2024-03-01 in Beijing."""


@pytest.mark.parametrize(
    ("octets", "line"),
    [
        ("13800138000,unicom", Line(NUMBER, "unicom", None)),
        ("13800138000,unicom,", Line(NUMBER, "unicom", None)),
        (" +86 138 0013 8000 , 中国移动 ,2024-03-01\r\n", Line(NUMBER, "mobile", MARCH)),
        ("008613800138000,电信,2024-03-01T00:00:00+08:00", Line(NUMBER, "telecom", MARCH)),
        ("13800138000,CBN,2024-02-29T16:00:00Z", Line(NUMBER, "broadnet", MARCH)),
        ('"13800138000","China Unicom","20240301"\n', Line(NUMBER, "unicom", MARCH)),
        ("\ufeff13800138000,cmcc\n", Line(NUMBER, "mobile", None)),
        ("", None),
        ("  \r\n", None),
    ],
)
def test_a_line_is_a_number_a_carrier_and_perhaps_since_when(octets: str, line: Line | None) -> None:
    assert read_line(octets.encode(), NOW_MS) == line


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"13800138000", "number.line_malformed"),
        (b"13800138000,unicom,2024-03-01,x", "number.line_malformed"),
        (b'"13800138000,unicom', "number.line_malformed"),
        (b'"13800138000"x,unicom', "number.line_malformed"),
        ("13800138000,移动".encode("gbk"), "number.line_malformed"),
        (b"13800138000,mobile," + b" " * LONGEST_LINE, "number.line_malformed"),
        (b"12345,unicom", "number.malformed"),
        (b",unicom", "number.malformed"),
        (b"00447911123456,unicom", "number.not_mainland"),
        (b"+861065529988,unicom", "number.not_mainland"),
        (b"13800138000,vodafone", "number.carrier_unknown"),
        (b"13800138000,", "number.carrier_unknown"),
        (b"13800138000,unicom,yesterday", "number.since_malformed"),
        (b"13800138000,unicom,2024-13-01", "number.since_malformed"),
        (b"13800138000,unicom,2030-01-01", "number.since_future"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(octets: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        read_line(octets, NOW_MS)
    assert caught.value.code == code
    assert caught.value.en
    assert caught.value.zh
    assert b"13800138000" not in caught.value.en.encode()


@given(st.binary(max_size=300))
def test_any_line_is_read_or_refused(octets: bytes) -> None:
    with suppress(Refused):
        line = read_line(octets, NOW_MS)
        assert line is None or line.number.startswith("861")


@pytest.mark.parametrize(
    ("octets", "heading"),
    [
        (b"number,carrier,since\n", True),
        ("号码,运营商".encode(), True),
        (b"\n", False),
        (b"13800138000,unicom", False),
    ],
)
def test_a_heading_has_no_digits(octets: bytes, heading: bool) -> None:
    assert is_heading(octets) is heading


def test_every_carrier_of_the_prefixes_has_its_names_and_is_found_by_each() -> None:
    assert {row.carrier for row in CARRIERS} == {row.carrier for row in ALLOCATIONS}
    for row in CARRIERS:
        assert carrier_row(row.carrier) is row
        for name in (row.carrier, row.en.upper(), row.zh, f" {row.short[0]} ", row.short[1].lower()):
            assert carrier_named(name) == row.carrier
    assert carrier_named("") is None
