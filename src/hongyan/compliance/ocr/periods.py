"""Days and periods as Chinese papers write them. Pure.

Periods are told as everywhere here: `2026-01-31~2028-01-30`, and 2099-12-31 for an end that never comes.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

FOR_EVER: Final = date(2099, 12, 31)
"""Source: SubmitSmsQualification, long-term ends 2099-12-31."""

_DIGITS: Final = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
}
_DAY: Final = re.compile(r"([12][0-9]{3})[年./\-]([01]?[0-9])[月./\-]([0-3]?[0-9])(?![0-9])日?")
_CHINESE_DAY: Final = re.compile(
    r"([一二][〇零○一二三四五六七八九]{3})年([元正一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_TO: Final = r"(?:起|开始)?[,(]?(?:截止|截至|直至|至|到|[-—–~─一]{1,2})"
_UNTIL: Final = re.compile(_TO)
_FOR_EVER: Final = re.compile(rf"{_TO}(?:长期|永久|永续|不约定期限|无固定期限|无限期)")
_TERM: Final = re.compile(
    r"(?:签[署订发字]|签章|盖章|出具|授权|生效)?之?日(?:期)?起(?:至)?([0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:\([^)]{1,3}\))?个?(年|月)"
)


@dataclass(frozen=True, slots=True)
class Written:
    """Days as they stand in a text: `text` in our form, from `start` up to before `end`."""

    text: str
    start: int
    end: int


def days(text: str) -> Iterator[Written]:
    """Every day in a text."""
    found = [*_western_days(text), *_chinese_days(text)]
    return iter(sorted(found, key=lambda each: each.start))


def periods(text: str) -> Iterator[Written]:
    """Every period in a text that has both its ends."""
    found = list(days(text))
    for day, following in zip(found, [*found[1:], None], strict=False):
        if following and _UNTIL.fullmatch(text, day.end, following.start):
            yield Written(f"{day.text}~{following.text}", day.start, following.end)
        elif endless := _FOR_EVER.match(text, day.end):
            yield Written(f"{day.text}~{FOR_EVER.isoformat()}", day.start, endless.end())


def term_from(text: str, first: date) -> Written | None:
    """A period that is told by its length, as 自签署之日起两年, from the day of the signature."""
    match = _TERM.search(text)
    if match is None:
        return None
    count = _number(match.group(1))
    months = count * 12 if match.group(2) == "年" else count
    last = _months_later(first, months) - timedelta(days=1)
    return Written(f"{first.isoformat()}~{last.isoformat()}", match.start(), match.end())


def _western_days(text: str) -> Iterator[Written]:
    for match in _DAY.finditer(text):
        if (found := _day(*match.group(1, 2, 3))) is not None:
            yield Written(found.isoformat(), match.start(), match.end())


def _chinese_days(text: str) -> Iterator[Written]:
    for match in _CHINESE_DAY.finditer(text):
        year = "".join(_DIGITS[each] for each in match.group(1))
        month, day = (str(_number(each)) for each in match.group(2, 3))
        if (found := _day(year, month, day)) is not None:
            yield Written(found.isoformat(), match.start(), match.end())


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _number(text: str) -> int:
    """1 to 99 in figures or in Chinese."""
    if text.isdigit() and text.isascii():
        return int(text)
    text = text.replace("两", "二").replace("元", "一").replace("正", "一")
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int(_DIGITS[ones[-1]])
    return int(_DIGITS[tens[-1]] if tens else 1) * 10 + (int(_DIGITS[ones[-1]]) if ones else 0)


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    _, last = monthrange(year, month + 1)
    return date(year, month + 1, min(first.day, last))
