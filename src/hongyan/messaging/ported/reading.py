"""What people and files say of ported numbers: a number, a carrier, perhaps since when."""

from __future__ import annotations

import csv
from datetime import datetime
from typing import Final, NamedTuple

from hongyan.kernel.clock import BEIJING, Millis
from hongyan.kernel.cn_carriers import CARRIERS, carrier_named
from hongyan.kernel.cn_prefixes import Carrier
from hongyan.kernel.errors import Refused
from hongyan.kernel.numbers import HOME, PhoneNumber, mask, parse_number

LONGEST_LINE: Final = 256
"""Octets; a number, the longest name of a carrier and a time with its zone are a quarter of it."""
_MARK_OF_UTF8: Final = b"\xef\xbb\xbf"
"""What spreadsheets write in front of a file."""
_MOBILE_DIGITS: Final = 13
_MOBILE: Final = "861"


class Line(NamedTuple):
    """One line. `since_ms` None: it does not say."""

    number: str
    carrier: Carrier
    since_ms: Millis | None


def read_line(octets: bytes, now_ms: Millis) -> Line | None:
    """`number,carrier[,since]`, UTF-8; None for an empty line.

    Raises Refused: `number.line_malformed`, and what the functions below raise.
    """
    text = _text_of(octets)
    if not text:
        return None
    fields = _fields_of(text)
    if not 2 <= len(fields) <= 3:
        raise _unfit(
            "number.line_malformed",
            "a line has a number, a carrier, and perhaps since when",
            "每行应为：号码,运营商[,时间]",
        )
    number = mainland_mobile(fields[0])
    since = fields[2].strip() if len(fields) == 3 else ""
    return Line(number.e164, read_carrier(fields[1]), read_since(since, now_ms) if since else None)


def is_heading(octets: bytes) -> bool:
    """Whether a file's first line names its columns: it holds no digit at all."""
    return bool(octets.strip()) and not any(48 <= octet <= 57 for octet in octets)


def mainland_mobile(text: str) -> PhoneNumber:
    """Raises Refused: `number.malformed`, `number.not_mainland`."""
    number = parse_number(text)
    if not is_mobile(number):
        raise Refused(
            "number.not_mainland",
            en="only mainland mobile numbers are ported between these carriers",
            zh="只有境内手机号码可以在这些运营商之间携转",
            number=mask(number.e164),
        )
    return number


def is_mobile(number: PhoneNumber) -> bool:
    """Whether it is a mainland mobile number, which alone can be ported between the mainland's carriers."""
    e164 = number.e164
    return number.country == HOME and len(e164) == _MOBILE_DIGITS and e164.startswith(_MOBILE)


def read_carrier(text: str) -> Carrier:
    """Raises Refused("number.carrier_unknown")."""
    carrier = carrier_named(text)
    if carrier is None:
        known = ", ".join(row.carrier for row in CARRIERS)
        raise _unfit(
            "number.carrier_unknown",
            f"a carrier is one of {known}",
            f"运营商应为 {known} 之一（或移动、联通、电信、广电）",
        )
    return carrier


def read_since(text: str, now_ms: Millis) -> Millis:
    """A date or time of ISO 8601; Beijing time where it names no zone.

    Raises Refused: `number.since_malformed`, `number.since_future`.
    """
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise _unfit(
            "number.since_malformed",
            "since when is written as 2024-03-01 or 2024-03-01T12:00:00",
            "时间应写作 2024-03-01 或 2024-03-01T12:00:00",
        ) from None
    since_ms = int((when if when.tzinfo else when.replace(tzinfo=BEIJING)).timestamp() * 1000)
    if since_ms > now_ms:
        raise _unfit(
            "number.since_future",
            "a number is entered when it was ported, not before",
            "携转时间不能晚于现在",
        )
    return since_ms


def _text_of(octets: bytes) -> str:
    if len(octets) > LONGEST_LINE:
        raise _unfit(
            "number.line_malformed",
            f"a line has at most {LONGEST_LINE} octets",
            f"每行最多 {LONGEST_LINE} 字节",
        )
    try:
        return octets.removeprefix(_MARK_OF_UTF8).decode().strip()
    except UnicodeDecodeError:
        raise _unfit("number.line_malformed", "a line is UTF-8", "每行应为 UTF-8 编码") from None


def _fields_of(text: str) -> list[str]:
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error:
        raise _unfit("number.line_malformed", "the quotation marks do not fit", "引号不匹配") from None


def _unfit(code: str, en: str, zh: str) -> Refused:
    return Refused(code, en=en, zh=zh)
