from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance.attributes import ATTRIBUTES, HAS_LINK, INVALID, TOO_LONG, attribute_problem

FITS = {
    "numberCaptcha": ["1234", "123456"],
    "characterWithNumber2": ["A1b2", "abcdef", "1234"],
    "characterWithNumber": ["A1b2"],
    "verifyTime": ["1", "99"],
    "phone_number2": ["13800138000", "10086", "95679", "0571-12345678", "400-100-1234"],
    "phone_number": ["10086"],
    "time": [
        "2026-01-31",
        "2026/1/31",
        "2026-01-31 08:05:00",
        "08:05",
        "下午3:30",
        "2026年1月31日 15时",
        "1月31日",
        "09:00-18:00",
        "2026-01-31至2026-02-01",
    ],
    "money": ["0", "12.5", "12.50"],
    "user_nick": ["小明 Ming", "x" * 20],
    "name": ["张三", "欧阳娜娜"],
    "unit_name": ["杭州云雁科技有限公司"],
    "address": ["杭州市西湖区文一西路1号"],
    "license_plate_number": ["浙A12345"],
    "tracking_number": ["12345678", "SF1234567890"],
    "pick_up_code": ["1-2-3456", "1234"],
    "other_number2": ["A20260301", "1"],
    "other_number": ["1"],
    "link_param": ["aB3"],
    "email_address": ["a.b@example.com"],
    "others": ["任何文字 any text 123", "x" * 35],
}
FAILS = {
    "numberCaptcha": ["123", "12a4", "", "１２３４"],
    "characterWithNumber2": ["abc", "ab-d"],
    "verifyTime": ["0", "a"],
    "phone_number2": ["1234", "--------", "0571_123456"],
    "time": ["tomorrow", "2026-13-01", "25:00", "2026_01_01", "", "2026-01/31"],
    "money": ["¥12", "12.345", "1,000"],
    "name": ["张", "Tom", "张三 "],
    "unit_name": ["ACME"],
    "tracking_number": ["1234567", "AB CD12345"],
    "pick_up_code": ["123", "12#4"],
    "other_number2": ["A-1"],
    "email_address": ["nobody.example.com", "a@b"],
    "others": ["加我微信", "QQ12345", "请拨打13800138000", "", " "],
    "user_nick": ["小明😀"],
}
LINKS = ["http://a.b/c", "见www.x", "see example.com", "10.0.0.1"]


@pytest.mark.parametrize(("attribute", "value"), [(a, v) for a, values in FITS.items() for v in values])
def test_a_value_that_fits_passes(attribute: str, value: str) -> None:
    assert attribute_problem(attribute, value) is None


@pytest.mark.parametrize(("attribute", "value"), [(a, v) for a, values in FAILS.items() for v in values])
def test_a_value_that_does_not_fit_is_invalid(attribute: str, value: str) -> None:
    assert attribute_problem(attribute, value) == INVALID


@pytest.mark.parametrize("attribute", [name for name, rule in ATTRIBUTES.items() if rule.free])
@pytest.mark.parametrize("value", LINKS)
def test_a_link_in_free_text_is_told_as_one(attribute: str, value: str) -> None:
    assert attribute_problem(attribute, value) == HAS_LINK


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_a_value_beyond_the_attributes_length_is_too_long(attribute: str) -> None:
    assert attribute_problem(attribute, "1" * (ATTRIBUTES[attribute].most + 1)) == TOO_LONG


def test_every_attribute_has_an_example_and_a_source() -> None:
    assert FITS.keys() == ATTRIBUTES.keys()
    assert all(rule.source for rule in ATTRIBUTES.values())


@given(attribute=st.sampled_from(sorted(ATTRIBUTES)), value=st.text(max_size=60))
def test_any_value_gets_an_answer(attribute: str, value: str) -> None:
    assert attribute_problem(attribute, value) in {None, TOO_LONG, HAS_LINK, INVALID}


def test_no_pattern_takes_long_on_a_hostile_value() -> None:
    started = time.perf_counter()
    for attribute in ATTRIBUTES:
        for hostile in ("1" * 60, "-" * 60, "a." * 30, "1-" * 30, "12:" * 20, "a@" * 20, "2026年" * 12):
            attribute_problem(attribute, hostile)
    assert time.perf_counter() - started < 0.5
