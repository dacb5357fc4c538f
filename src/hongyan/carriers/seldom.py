"""Log lines about what may happen without end: a carrier must not fill a disk with them."""

from __future__ import annotations

from typing import Any, Protocol

from hongyan.kernel.clock import Clock

TELL_EVERY = 60.0
"""Seconds between two lines about the same thing."""


class Log(Protocol):
    def warning(self, event: str, **facts: Any) -> Any: ...


class Seldom:
    """Each event is told at once, and then once a minute at most, with how often it happened since."""

    def __init__(self, log: Log, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._known: dict[str, _Known] = {}

    def tell(self, event: str, count: int = 1, **facts: object) -> None:
        """It happened `count` times. `event`: one of a few; `facts`: of the latest time."""
        known = self._known.get(event)
        if known is None:
            known = self._known[event] = _Known()
        known.untold += count
        now = self._clock.monotonic()
        if now >= known.again_at:
            known.again_at = now + TELL_EVERY
            self._log.warning(event, count=known.untold, **facts)
            known.untold = 0


class _Known:
    __slots__ = ("again_at", "untold")

    def __init__(self) -> None:
        self.again_at = 0.0
        self.untold = 0
