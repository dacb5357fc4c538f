"""Phone numbers: what the caller wrote, made into E.164 without the plus.

Mainland mobile numbers take a fast path with our own prefix table; everything else goes through
`phonenumbers`, imported on first use because it is heavy.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hongyan.kernel.cn_prefixes import BY_FOUR_DIGITS, Allocation
from hongyan.kernel.errors import Refused

HOME = "CN"
_LONGEST = 32
_MAINLAND = re.compile(r"(?:\+86|0086|86|\+)?(1[3-9][0-9]{9})").fullmatch
_WRITTEN = re.compile(r"\+?[0-9(][0-9 ().-]*").fullmatch
_SEPARATORS = str.maketrans("", "", " ().-")
_CARRIERS: dict[str, str] = {key: row.carrier for key, row in BY_FOUR_DIGITS.items()}


class PhoneNumber(NamedTuple):
    """`e164` without plus ("8613800138000"), `country` ISO 3166 ("CN", "" for numbers of no country),
    `national` without country code ("13800138000"), `carrier` a hint: mobile, unicom, telecom, broadnet."""

    e164: str
    country: str
    national: str
    carrier: str | None


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
    return _parse_elsewhere(raw, home)


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
    if country == "001":
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
