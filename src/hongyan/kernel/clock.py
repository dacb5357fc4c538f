"""Two clocks: *business* (movable in the sandbox) and *real* (signing, nonces, leases, link timers).

Stored times are integer milliseconds since 1970 UTC. Rules that mean Chinese days use BEIJING.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

BEIJING = timezone(timedelta(hours=8), "UTC+08:00")
DAY_MS = 86_400_000
_BEIJING_SHIFT_MS = 8 * 3_600_000
_EPOCH_2020_DAYS = 18_262  # 2020-01-01 counted from 1970-01-01

Millis = int
"""Milliseconds since 1970-01-01 UTC."""


class Clock(Protocol):
    """What a room asks for the time."""

    def now_ms(self) -> Millis:
        """Milliseconds since 1970 UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow; for timers."""
        ...


class SystemClock:
    """The machine's clock, moved by a fixed offset (0 outside the sandbox)."""

    def __init__(self, offset_ms: int = 0) -> None:
        self.offset_ms = offset_ms

    def now_ms(self) -> Millis:
        return time.time_ns() // 1_000_000 + self.offset_ms

    def monotonic(self) -> float:
        return time.monotonic()


class ManualClock:
    """A clock that moves only when told; shipped so that tests need no sleeps."""

    def __init__(self, now_ms: Millis = 1_780_000_000_000) -> None:
        self._now_ms = now_ms
        self._monotonic = 1_000.0

    def now_ms(self) -> Millis:
        return self._now_ms

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        self._now_ms += int(seconds * 1000)
        self._monotonic += seconds


def day_of(ms: Millis) -> int:
    """Beijing calendar day, counted from 2020-01-01 (day 0)."""
    return (ms + _BEIJING_SHIFT_MS) // DAY_MS - _EPOCH_2020_DAYS


def day_start(day: int) -> Millis:
    """First millisecond of a Beijing calendar day as counted by `day_of`."""
    return (day + _EPOCH_2020_DAYS) * DAY_MS - _BEIJING_SHIFT_MS


def utc(ms: Millis) -> datetime:
    """Aware UTC time."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def beijing(ms: Millis) -> datetime:
    """Aware Beijing time, as the vendors' APIs and Chinese readers expect it."""
    return datetime.fromtimestamp(ms / 1000, BEIJING)


def moment(ms: Millis | None) -> str | None:
    """ISO 8601 in Beijing time, for machines; None stays None."""
    return None if ms is None else beijing(ms).isoformat()
