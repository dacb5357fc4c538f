"""When a verdict is promised: time that counts only while the desk is open. Pure, in Beijing time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from hongyan.compliance.calendar import is_working_day
from hongyan.compliance.model import Kind
from hongyan.kernel.clock import Millis, beijing, day_of, day_start

HOUR_MS: Final = 3_600_000
OPENS_MS: Final = 9 * HOUR_MS
CLOSES_MS: Final = 21 * HOUR_MS
"""Of each day. Source: seed 001, review business hours 9:00-21:00, Monday to Sunday."""
DESK_DAY_MS: Final = CLOSES_MS - OPENS_MS


def every_day(_: date) -> bool:
    """Saturdays, Sundays and holidays, too."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One row: an order of `kind` is decided within `time_ms` of the hours of days that `counts`."""

    kind: Kind
    time_ms: int
    counts: Callable[[date], bool]
    source: str


_TWO_HOURS: Final = "seed 000 and 001: within two hours, 9:00-21:00 every day; alibaba.md 5.3"
PROMISES: Final = (
    Promise(
        kind=Kind.QUALIFICATION,
        time_ms=2 * DESK_DAY_MS,
        counts=is_working_day,
        source="alibaba.md 5.3: qualifications 2 working days, public holidays postponed",
    ),
    Promise(kind=Kind.SIGNATURE, time_ms=2 * HOUR_MS, counts=every_day, source=_TWO_HOURS),
    Promise(kind=Kind.TEMPLATE, time_ms=2 * HOUR_MS, counts=every_day, source=_TWO_HOURS),
)
_OF_KIND: Final = {row.kind: row for row in PROMISES}


def promised_ms(kind: Kind, submitted_ms: Millis) -> Millis:
    """When an order that is submitted now is promised to be decided."""
    promise = _OF_KIND[kind]
    return _after(submitted_ms, promise.time_ms, promise.counts)


def _after(at_ms: Millis, left_ms: int, counts: Callable[[date], bool]) -> Millis:
    while True:
        day = day_of(at_ms)
        opens, closes = day_start(day) + OPENS_MS, day_start(day) + CLOSES_MS
        at_ms = max(at_ms, opens)
        if at_ms < closes and counts(beijing(at_ms).date()):
            if at_ms + left_ms <= closes:
                return at_ms + left_ms
            left_ms -= closes - at_ms
        at_ms = day_start(day + 1)
