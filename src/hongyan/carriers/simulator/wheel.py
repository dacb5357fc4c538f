"""Waiting things in buckets of time: one timer for thousands of receipts.

A timer or task per message would cost more than the message; things that fall due within one tick leave
together and share a socket write. Knows no clock: the time is passed in.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Generic, TypeVar

T = TypeVar("T")


class TimerWheel(Generic[T]):
    """Buckets of `tick` seconds. Nothing leaves before its time; it leaves at most one tick after it."""

    def __init__(self, tick: float = 0.01) -> None:
        self._tick = tick
        self._buckets: dict[int, list[T]] = {}
        self._order: list[int] = []

    def add(self, at: float, thing: T) -> None:
        """Keep `thing` until `at` (seconds of any monotonic clock)."""
        slot = int(at / self._tick) + 1
        bucket = self._buckets.get(slot)
        if bucket is None:
            self._buckets[slot] = [thing]
            heappush(self._order, slot)
        else:
            bucket.append(thing)

    def pop_due(self, now: float) -> list[T]:
        """Everything whose time has come, in order of time; within a tick in order of arrival."""
        due: list[T] = []
        reached = now / self._tick
        while self._order and self._order[0] <= reached:
            due += self._buckets.pop(heappop(self._order))
        return due

    def next_at(self) -> float | None:
        """When the next bucket falls due, None when nothing waits."""
        return self._order[0] * self._tick if self._order else None
