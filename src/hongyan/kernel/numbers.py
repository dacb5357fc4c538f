"""Phone numbers: what the caller wrote, made into E.164 without the plus.

Mainland mobile numbers take a fast path with our own prefix table. Everything else is for `phonenumbers`, imported on
first use because it is heavy: mobile numbers of most countries need one pattern of its data, the rest its own parser,
which takes ten times as long.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from hongyan.kernel.cn_prefixes import BY_FOUR_DIGITS, Allocation, Carrier
from hongyan.kernel.errors import Refused

HOME = "CN"
_LONGEST = 32
_NO_COUNTRY = "001"
"""What `phonenumbers` calls the region of calling codes that belong to no country."""
_MAINLAND = re.compile(r"(?:\+86|0086|86|\+)?(1[3-9][0-9]{9})").fullmatch
_WRITTEN = re.compile(r"\+?[0-9(][0-9 ().-]*").fullmatch
_SEPARATORS = str.maketrans("", "", " ().-")
_CARRIERS: dict[str, Carrier] = {key: row.carrier for key, row in BY_FOUR_DIGITS.items()}


class PhoneNumber(NamedTuple):
    """`e164` without plus ("8613800138000"), `country` ISO 3166 ("CN", "" for numbers of no country),
    `national` without country code ("13800138000"), `carrier` a hint, by the prefix."""

    e164: str
    country: str
    national: str
    carrier: Carrier | None


def parse_number(raw: str, home: str = HOME) -> PhoneNumber:
    """The number a caller meant.

    Mainland: 11 digits, optionally after "+", "+86", "0086" or "86". Abroad: country code and number, with or
    without "+" or "00"; "+1" numbers that look like mainland ones need the "00". Blanks, hyphens, dots and brackets
    are ignored. With `home` other than "CN" national numbers of that country are understood instead
    and mainland numbers need their country code.
    Raises:  Refused("number.malformed").
    Source:  vendor documentation of SendSms, parameter PhoneNumbers; ITU-T E.164.
    """
    found = _MAINLAND(raw) if home == HOME else None
    if found is not None:
        national = found[1]
        return PhoneNumber("86" + national, "CN", national, _CARRIERS.get(national[:4]))
    return (_usual_abroad(raw) if home == HOME else None) or _parse_elsewhere(raw, home)


class _MobileRule(NamedTuple):
    """Mobile numbers of the only country of a calling code. `fits`: the national number, whole."""

    country: str
    lengths: frozenset[int]
    fits: Callable[[str], object]


@cache  # asked for calling codes of two or three digits only
def _mobile_rule(calling_code: str) -> _MobileRule | None:
    import phonenumbers

    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(calling_code), ())
    if len(regions) != 1 or regions[0] in (HOME, _NO_COUNTRY):
        return None
    data = phonenumbers.PhoneMetadata.metadata_for_region(regions[0])
    every, mobile = (data.general_desc, data.mobile) if data is not None else (None, None)
    if data is None or every is None or mobile is None or not mobile.national_number_pattern:
        return None
    # A trunk prefix would be cut off: what begins with one, or with 0, is for the parser.
    trunk = f"(?!(?:{data.national_prefix_for_parsing}))" if data.national_prefix_for_parsing else ""
    anything = rf"(?=(?:{every.national_number_pattern})\Z)"
    return _MobileRule(
        regions[0],
        frozenset(mobile.possible_length or every.possible_length),
        re.compile(f"(?!0){trunk}{anything}(?:{mobile.national_number_pattern})").fullmatch,
    )


def _usual_abroad(raw: str) -> PhoneNumber | None:
    """A mobile number of a country with a calling code of its own, written without separators; None for any other."""
    digits = raw[2:] if raw.startswith("00") else raw.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()):
        return None
    for size in (2, 3):  # no calling code begins with another one; those of one digit serve many countries
        rule = _mobile_rule(digits[:size]) if len(digits) > size else None
        if rule is not None:
            national = digits[size:]
            if len(national) in rule.lengths and rule.fits(national):
                return PhoneNumber(digits, rule.country, national, None)
            return None
    return None


def _parse_elsewhere(raw: str, home: str) -> PhoneNumber:
    text = raw.strip()
    if len(text) > _LONGEST or not _WRITTEN(text):
        raise _malformed(raw)
    text = text.translate(_SEPARATORS)
    if text != raw:
        return parse_number(text, home)
    import phonenumbers

    if text.startswith("00"):
        text = "+" + text[2:]
    elif home == HOME and not text.startswith("+"):
        text = "+" + text
    try:
        parsed = phonenumbers.parse(text, home)
    except phonenumbers.NumberParseException:
        raise _malformed(raw) from None
    if not phonenumbers.is_valid_number(parsed):
        raise _malformed(raw)
    national = phonenumbers.national_significant_number(parsed)
    country = phonenumbers.region_code_for_number(parsed) or ""
    if country == _NO_COUNTRY:
        country = ""
    carrier = _CARRIERS.get(national[:4]) if country == "CN" else None
    return PhoneNumber(f"{parsed.country_code}{national}", country, national, carrier)


def _malformed(raw: str) -> Refused:
    return Refused(
        "number.malformed",
        en="this is not a phone number that can be sent to",
        zh="手机号码格式错误",
        number=mask(raw),
    )


def allocation_of(national: str) -> Allocation | None:
    """Who got the block of a mainland mobile number ("13800138000")."""
    return BY_FOUR_DIGITS.get(national[:4])


def vendor_form(e164: str) -> str:
    """As vendor answers show it: mainland numbers national, others with country code and no plus."""
    return e164[2:] if len(e164) == 13 and e164.startswith("861") else e164


def mask(e164: str) -> str:
    """For logs: "8613800138000" -> "138****8000". At most seven digits remain readable, never the whole."""
    shown = vendor_form(e164)
    if len(shown) >= 11:
        return f"{shown[:3]}****{shown[-4:]}"
    return f"{shown[:2]}****{shown[-2:]}" if len(shown) >= 7 else "****"
