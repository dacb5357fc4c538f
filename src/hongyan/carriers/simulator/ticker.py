"""One timer for the whole simulator: everything that waits is looked at together."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from hongyan.kernel.clock import Clock

TICK = 0.01
"""Seconds between two looks while something is due."""

_REST = 1.0
"""Seconds until a part of the simulator that failed is looked at again: its fault must not fill the log."""


_log = logging.getLogger(__name__)


class Ticking(Protocol):
    """A part of the simulator that has to be woken."""

    def tick(self, now: float) -> float | None:
        """Do what is due at `now` (monotonic seconds).

        Answers after how many seconds it wants to be called again, None when nothing waits.
        """
        ...


class Ticker:
    """Calls its members in order, at most every TICK seconds, and not at all while nobody waits."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._members: list[Ticking] = []
        self._faulty: dict[Ticking, float] = {}
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, member: Ticking) -> None:
        """Call `member` too, after those added before."""
        self._members.append(member)

    def soon(self) -> None:
        """Something new may wait: look at it within TICK seconds."""
        if self._timer is not None:
            if self._timer.when() - self._loop.time() <= TICK:
                return
            self._timer.cancel()
        self._timer = self._loop.call_later(TICK, self._tick)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _tick(self) -> None:
        self._timer = None
        now = self._clock.monotonic()
        waits = [wait for member in self._members if (wait := self._look_at(member, now)) is not None]
        if waits and self._timer is None:  # else a member asked for the next look itself
            self._timer = self._loop.call_later(max(TICK, min(waits)), self._tick)

    def _look_at(self, member: Ticking, now: float) -> float | None:
        """A fault of one network must not stop the clock of the others."""
        rests_until = self._faulty.get(member)
        if rests_until is not None:
            if now < rests_until:
                return rests_until - now
            del self._faulty[member]
        try:
            return member.tick(now)
        except Exception:  # noqa: BLE001  whatever it is, it is logged
            _log.exception("a part of the simulator failed and goes on")
            self._faulty[member] = now + _REST
            return _REST
