"""When a verdict is promised: time that counts only while the desk is open. Pure, in Beijing time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from hongyan.compliance.calendar import is_working_day
from hongyan.compliance.model import Kind
from hongyan.compliance.uscc import is_of_the_state
from hongyan.kernel.clock import Millis, beijing, day_of, day_start

HOUR_MS: Final = 3_600_000
OPENS_MS: Final = 9 * HOUR_MS
CLOSES_MS: Final = 21 * HOUR_MS
"""Of each day. Source: seed 001, review business hours 9:00-21:00, Monday to Sunday."""
DESK_DAY_MS: Final = CLOSES_MS - OPENS_MS
ALWAYS: Final = date(2000, 1, 1)
"""`valid_from` of promises whose beginning nobody published."""


def every_day(_: date) -> bool:
    """Saturdays, Sundays and holidays, too."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One row: an order of `kind` is decided within `time_ms` of the hours of days that `counts`. `of_the_state`: one of a
    government body or public institution (政企), told by its credit code. Of a kind the row in force since last counts."""

    kind: Kind
    time_ms: int
    counts: Callable[[date], bool]
    source: str
    of_the_state: bool = False
    valid_from: date = ALWAYS


_TWO_HOURS: Final = "seed 000 and 001: within two hours, 9:00-21:00 every day; alibaba.md 5.3"
_STATE: Final = "alibaba.md 5.3: government and public institutions about 2 working days, holidays postponed"
PROMISES: Final = (
    Promise(
        kind=Kind.QUALIFICATION,
        time_ms=2 * DESK_DAY_MS,
        counts=is_working_day,
        source="alibaba.md 5.3: qualifications 2 working days, public holidays postponed",
    ),
    *(
        Promise(
            kind=kind,
            time_ms=time_ms,
            counts=counts,
            source=source,
            of_the_state=of_the_state,
        )
        for kind in (Kind.SIGNATURE, Kind.TEMPLATE)
        for of_the_state, time_ms, counts, source in (
            (False, 2 * HOUR_MS, every_day, _TWO_HOURS),
            (True, 2 * DESK_DAY_MS, is_working_day, _STATE),
        )
    ),
)


def promised_ms(kind: Kind, submitted_ms: Millis, organization_code: str | None = None) -> Millis:
    """When an order that is submitted now is promised to be decided. `organization_code`: the credit code of the entity
    that it is for."""
    promise = promise_for(kind, organization_code, beijing(submitted_ms).date())
    return _after(submitted_ms, promise.time_ms, promise.counts)


def promise_for(kind: Kind, organization_code: str | None, on: date) -> Promise:
    """The row that holds for an entity on a day."""
    of_the_state = organization_code is not None and is_of_the_state(organization_code)
    in_force = [row for row in PROMISES if row.kind is kind and row.valid_from <= on]
    return max(
        (row for row in in_force if of_the_state or not row.of_the_state),
        key=lambda row: (row.of_the_state, row.valid_from),
    )


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
