"""What fields look like that several kinds of applications have: names, periods, keys of files."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_WORDS: Final = "\u3400-\u4dbf\u4e00-\u9fffA-Za-z0-9"
RECORD_NAME: Final = re.compile(rf"(?![0-9]+\Z)[{_WORDS}]+")
"""Of qualifications and letters. Source: vendor, Chinese, English letters, digits, no symbols, not only digits."""
COMPANY_NAME: Final = re.compile(rf"(?![0-9]+\Z)[{_WORDS}·【】（）() ]+")
"""Source: vendor, symbols only ·【】（）() and spaces, not only digits."""
LINK: Final = re.compile(r"https?://[^\s/]\S*")
PICTURE: Final = re.compile(r"(?!/)[^\x00-\x1f]+\.(?:jpe?g|png|gif)", re.IGNORECASE)
PAPER: Final = re.compile(r"(?!/)[^\x00-\x1f]+\.(?:jpe?g|png|docx?|pdf)", re.IGNORECASE)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_day(text: str) -> date | None:
    """`2026-01-31`, or None."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def read_period(text: str) -> tuple[date, date] | None:
    """`2020-01-31~2099-12-31` (long-term ends 2099-12-31) as two days in whatever order, or None."""
    first, last = (read_day(day) for day in text.partition("~")[::2])
    return (first, last) if first and last else None


def read_validity(text: str) -> tuple[date, date] | None:
    """A period that does not end before it starts, or None."""
    period = read_period(text)
    return period if period and period[0] <= period[1] else None


def covers(period: tuple[date, date] | None, day: date) -> bool:
    """Whether a day lies within a period; its last one does. None lies within no period."""
    return period is not None and period[0] <= day <= period[1]


def same_company(one: str, other: str) -> bool:
    """Whether two spellings are one company's name: brackets come in both widths, spaces do not count."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return name.replace("(", "（").replace(")", "）").replace(" ", "")
