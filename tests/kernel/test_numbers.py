"""Phone numbers as callers write them."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import carrier as carrier_data

from hongyan.kernel.cn_prefixes import ALLOCATIONS, BY_FOUR_DIGITS
from hongyan.kernel.errors import Refused
from hongyan.kernel.numbers import PhoneNumber, allocation_of, mask, parse_number, vendor_form

ZHANG = PhoneNumber("8613800138000", "CN", "13800138000", "mobile")


@pytest.mark.parametrize("prefix", ["", "+", "+86", "0086", "86"])
def test_a_mainland_number_is_understood_with_every_prefix_the_vendor_allows(prefix: str) -> None:
    assert parse_number(prefix + "13800138000") == ZHANG


@pytest.mark.parametrize(
    ("raw", "e164", "country"),
    [
        ("85261234567", "85261234567", "HK"),
        ("+85261234567", "85261234567", "HK"),
        ("0085261234567", "85261234567", "HK"),
        ("+852 6123 4567", "85261234567", "HK"),
        ("0016502530000", "16502530000", "US"),
        ("4915123456789", "4915123456789", "DE"),
        ("+800 1234 5678", "80012345678", ""),
        ("+86 138 0013 8000", "8613800138000", "CN"),
        ("8675526123456", "8675526123456", "CN"),
    ],
)
def test_other_numbers_need_their_country_code(raw: str, e164: str, country: str) -> None:
    number = parse_number(raw)
    assert (number.e164, number.country) == (e164, country)
    assert number.e164.endswith(number.national)


@pytest.mark.parametrize(
    "raw",
    [
        "", " ", "+", "abc", "1380013800", "138001380000", "12345", "12800138000", "1-800-FLOWERS", "１３８００１３８０００",
        "13800138000;13900139000", "+99913800138000", "9" * 40, "١٣٨٠٠١٣٨٠٠٠",
    ],
)  # fmt: skip
def test_anything_else_is_refused_without_showing_the_number(raw: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_number(raw)
    assert caught.value.code == "number.malformed"
    assert raw not in str(caught.value.facts) or len(raw) < 2


@pytest.mark.parametrize("raw", ["138 0013 8000", " 13800138000\n", "+86 (138) 0013-8000", "138.0013.8000"])
def test_separators_and_outer_blanks_do_not_change_the_country(raw: str) -> None:
    assert parse_number(raw) == ZHANG


@given(st.text(max_size=40))
def test_any_text_parses_or_is_refused(raw: str) -> None:
    try:
        number = parse_number(raw)
    except Refused:
        return
    assert number.e164.isascii()
    assert number.e164.isdigit()


@given(st.integers(3, 9), st.integers(0, 999_999_999))
def test_the_home_path_agrees_with_the_general_library(second: int, rest: int) -> None:
    national = f"1{second}{rest:09d}"
    number = parse_number(national)
    assert number == parse_number("+86" + national)
    assert (number.e164, number.country, number.national) == ("86" + national, "CN", national)


def by_the_library(text: str) -> tuple[str, str] | None:
    parsed = phonenumbers.parse(text, None)
    if not phonenumbers.is_valid_number(parsed):
        return None
    national = phonenumbers.national_significant_number(parsed)
    return f"{parsed.country_code}{national}", phonenumbers.region_code_for_number(parsed) or ""


def understood(text: str) -> tuple[str, str] | None:
    try:
        number = parse_number(text)
    except Refused:
        return None
    return number.e164, number.country or "001"


CALLING_CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


@pytest.mark.parametrize("calling_code", CALLING_CODES)
def test_example_numbers_of_every_country_are_read_as_the_general_library_reads_them(
    calling_code: int,
) -> None:
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[calling_code]:
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            text = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            for number in (text, text[:-1], text + "1", text[:-1] + str((int(text[-1]) + 1) % 10)):
                assert understood("00" + number[1:]) == by_the_library(number)


@given(st.sampled_from(CALLING_CODES), st.from_regex(r"[0-9]{4,12}", fullmatch=True))
def test_any_digits_after_a_calling_code_are_read_as_the_general_library_reads_them(
    calling_code: int, digits: str
) -> None:
    text = f"{calling_code}{digits}"
    if calling_code == 86 and len(digits) == 11 and digits[0] == "1":
        return  # mainland mobile numbers have a table of their own
    try:
        expected = by_the_library("+" + text)
    except phonenumbers.NumberParseException:
        expected = None
    assert understood("00" + text) == expected


def test_another_home_reads_its_own_national_numbers() -> None:
    assert parse_number("6123 4567", home="HK").e164 == "85261234567"
    assert parse_number("+8613800138000", home="HK") == ZHANG


@pytest.mark.parametrize("row", ALLOCATIONS, ids=lambda row: row.prefix)
def test_prefixes_agree_with_the_carrier_data_of_libphonenumber(row: object) -> None:
    assert isinstance(row, type(ALLOCATIONS[0]))
    number = phonenumbers.PhoneNumber(country_code=86, national_number=int(row.prefix.ljust(11, "0")))
    known = carrier_data.name_for_number(number, "en")
    assert known in ("", f"China {row.carrier.capitalize()}")


def test_a_longer_prefix_wins() -> None:
    satellite, ordinary = allocation_of("13490001111"), allocation_of("13480001111")
    assert satellite is not None
    assert ordinary is not None
    assert (satellite.carrier, ordinary.carrier) == ("telecom", "mobile")
    assert parse_number("17030001111").carrier == "mobile"
    resale = allocation_of("17030001111")
    assert resale is not None
    assert resale.resale


def test_prefixes_are_unique_and_an_unknown_block_is_no_reason_to_refuse() -> None:
    prefixes = [row.prefix for row in ALLOCATIONS]
    assert len(prefixes) == len(set(prefixes))
    assert set(map(len, BY_FOUR_DIGITS)) == {4}
    assert parse_number("15400001111").carrier is None


@pytest.mark.parametrize(
    ("e164", "shown", "masked"),
    [
        ("8613800138000", "13800138000", "138****8000"),
        ("85261234567", "85261234567", "852****4567"),
        ("6561234567", "6561234567", "65****67"),
        ("12345", "12345", "****"),
        ("", "", "****"),
    ],
)
def test_numbers_for_answers_and_for_logs(e164: str, shown: str, masked: str) -> None:
    assert vendor_form(e164) == shown
    assert mask(e164) == masked
