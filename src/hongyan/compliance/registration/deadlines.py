"""How long a carrier takes: what is usual, how much of it has passed, when it is overdue. In Chinese working days.

No carrier promises anything (seed 003). What is usual comes from our own filings of the last half year, network by network,
when there are enough; else from what the seed says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from hongyan.compliance.calendar import WorkingDays
from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.states import RegistrationState
from hongyan.kernel.clock import DAY_MS, Clock, Millis, beijing
from hongyan.storage.port import Store


@dataclass(frozen=True, slots=True)
class Expected:
    """Working days. `usual`: half take no longer; beyond `most` it is overdue. `samples`: of our own filings, 0 when it is
    what the source says; `heard`: how many there were then. `since`: from when the source says so."""

    least: int
    usual: int
    most: int
    samples: int = 0
    heard: int = 0
    source: str = ""
    since: date = date(2000, 1, 1)


SAID: Final = (
    Expected(
        5,
        7,
        10,
        source="seed 003: 5 to 7 working days on average; 7 to 10 with some carriers lately (it does not say with which)",
        since=date(2025, 1, 1),
    ),
)
"""The newest row that counts is for every network."""
ENOUGH: Final = 20
"""Samples from which our own history is believed. Ours: a tenth of them are two."""
MOST_SAMPLES: Final = 500
LOOK_BACK_MS: Final = 183 * DAY_MS
_LEAST, _USUAL, _MOST = 0.1, 0.5, 0.9
"""Quantiles of our own history."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Of a registration that was filed and has no answer. `elapsed`: working days. `overdue_after`: the last day of what is
    usual. `times_out`: when it fails for want of an answer, None for never. `calendar_final`: false when these days reach
    into a year whose working days are not announced."""

    elapsed: int
    expected: Expected
    overdue_after: date
    overdue: bool
    times_out: date | None
    timed_out: bool
    calendar_final: bool


class Deadlines:
    """`clock`: the business clock. `time_out`: working days without an answer, 0 for never."""

    def __init__(self, store: Store, clock: Clock, days: WorkingDays, time_out: int) -> None:
        self._store = store
        self._clock = clock
        self._days = days
        self._time_out = time_out
        self._today = date.min
        self._waits: dict[tuple[date, Expected], Wait] = {}
        """Of today: many are filed on one day, and each costs a walk over the calendar."""

    async def expected(self, network: Network) -> Expected:
        """By our own history, else by what is said."""
        since_ms = self._clock.now_ms() - LOOK_BACK_MS
        rows = await self._store.read("compliance.answered_registrations", network, since_ms, MOST_SAMPLES)
        if len(rows) >= ENOUGH:
            return from_history([self._days.between(_day(filed), _day(answered)) for filed, answered in rows])
        today = _day(self._clock.now_ms())
        said = max((row for row in SAID if row.since <= today), key=lambda row: row.since)
        return replace(said, heard=len(rows))

    async def waits(self, rows: Iterable[Registration]) -> dict[int, Wait]:
        """By the registration's id; those that wait for no carrier have none."""
        known: dict[Network, Expected] = {}
        found: dict[int, Wait] = {}
        for row in rows:
            if row.state is RegistrationState.REGISTERING and row.filed_ms is not None:
                if row.network not in known:
                    known[row.network] = await self.expected(row.network)
                found[row.id] = self.wait(row.filed_ms, known[row.network])
        return found

    def wait(self, filed_ms: Millis, expected: Expected) -> Wait:
        """Of something that was filed at a time."""
        today = _day(self._clock.now_ms())
        if today != self._today:
            self._today = today
            self._waits.clear()
        key = _day(filed_ms), expected
        if key not in self._waits:
            self._waits[key] = self._wait(*key, today)
        return self._waits[key]

    def _wait(self, filed: date, expected: Expected, today: date) -> Wait:
        elapsed = self._days.between(filed, today)
        overdue_after = self._days.after(filed, expected.most)
        times_out = self._days.after(filed, self._time_out + 1) if self._time_out else None
        return Wait(
            elapsed,
            expected,
            overdue_after,
            elapsed > expected.most,
            times_out,
            times_out is not None and elapsed > self._time_out,
            self._days.final(filed, max(today, times_out or overdue_after)),
        )


def from_history(days: Sequence[int]) -> Expected:
    """Of what our own filings took."""
    ordered = sorted(days)
    least, usual, most = (ordered[round(part * (len(ordered) - 1))] for part in (_LEAST, _USUAL, _MOST))
    count = len(ordered)
    return Expected(least, usual, max(most, 1), samples=count, heard=count, source="our own filings")


def _day(at_ms: Millis) -> date:
    return beijing(at_ms).date()
