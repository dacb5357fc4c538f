"""What lapses because nothing is sent: how long a signature has been silent, when it lapses, what keeps it alive. Pure.

Seed 003 counts the signature's sends on any network; a carrier closes a silent number by its own traffic, so that the plan
names each network that was not sent to.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.states import REGISTRATION, RegistrationEvent
from hongyan.kernel.clock import DAY_MS, Millis, beijing

LAPSES_AFTER_MONTHS: Final = 6
"""Source: seed 003, report lapsed: no send for more than 6 months."""
WARNED_AFTER: Final = (120, 150, 170)
"""Days of silence. Source: issue 5, item 5; seed 001 calls 170 days without a send abnormal."""

LEAST_DAYS: Final = 181
"""Six months are never less."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Of a registration that can lapse. `last_ms`: when the signature was sent, or when the state began, whichever is later;
    `days`: since then. `here_ms`, `here_days`: the same of this network and number alone. `lapses_on`: the first day on which
    it has lapsed. `warning`: 0, or the last limit of WARNED_AFTER that was passed."""

    last_ms: Millis
    days: int
    here_ms: Millis
    here_days: int
    lapses_on: date
    lapsed: bool
    warning: int

    @property
    def last_good_day(self) -> date:
        """On which a send still keeps it."""
        return self.lapses_on - timedelta(1)

    @property
    def warned_on(self) -> tuple[date, ...]:
        """The days of the warnings, past ones too."""
        return tuple(beijing(self.last_ms + limit * DAY_MS).date() for limit in WARNED_AFTER)

    def warning_at(self, at_ms: Millis) -> int:
        """As `warning`, at another time; nothing was sent meanwhile."""
        return warning_after((at_ms - self.last_ms) // DAY_MS)


def silence_of(row: Registration, uses: Mapping[tuple[str, str], Millis], now_ms: Millis) -> Silence | None:
    """`uses`: the signature's last sends by network and sender. None in a state that does not lapse."""
    if not REGISTRATION.allows(row.state, RegistrationEvent.IDLE):
        return None
    here_ms = max(row.since_ms, uses.get((row.network, row.sender), 0))
    last_ms = max(here_ms, *uses.values(), 0)
    days = (now_ms - last_ms) // DAY_MS
    lapses_on = lapse_day(last_ms)
    return Silence(
        last_ms,
        days,
        here_ms,
        (now_ms - here_ms) // DAY_MS,
        lapses_on,
        beijing(now_ms).date() >= lapses_on,
        warning_after(days),
    )


def warning_after(days: int) -> int:
    """The last limit of WARNED_AFTER that so many days of silence have passed; 0 before the first."""
    return max((limit for limit in WARNED_AFTER if days >= limit), default=0)


def lapse_day(last_ms: Millis) -> date:
    """The day after six months of silence."""
    last = beijing(last_ms).date()
    month = last.month - 1 + LAPSES_AFTER_MONTHS
    year, month = last.year + month // 12, month % 12 + 1
    end = date(year, month, min(last.day, calendar.monthrange(year, month)[1]))
    return date.fromordinal(end.toordinal() + 1)
