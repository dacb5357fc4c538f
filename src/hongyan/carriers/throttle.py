"""How fast a link may submit: a token bucket, and a pause that grows while the carrier says that it is too much."""

from __future__ import annotations

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
"""Seconds (carrier-protocols.md 8: 100 ms doubling to several seconds)."""


class TokenBucket:
    """At most `rate` a second with bursts of `burst`; rate 0 never waits. Times are seconds of a growing clock."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = max(burst, 1.0)
        self._tokens = self._burst
        self._at = now

    def ready(self, now: float) -> bool:
        """Is there a token?"""
        if not self._rate:
            return True
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        return self._tokens >= 1.0

    def spend(self) -> None:
        """Use the token that `ready` saw."""
        self._tokens -= 1.0

    def wait(self) -> float:
        """Seconds until the next token."""
        return max(0.0, (1.0 - self._tokens) / self._rate) if self._rate else 0.0


class Pause:
    """Slows down when the carrier throttles, and forgets it with the first part that it takes. `count`: pauses begun."""

    def __init__(self) -> None:
        self._next = FIRST_PAUSE
        self.count = 0
        self.until = 0.0

    def throttled(self, now: float) -> None:
        """The carrier took nothing. Several answers of one pause count once."""
        if now >= self.until:
            self.until = now + self._next
            self.count += 1
            self._next = min(self._next * 2, LONGEST_PAUSE)

    def accepted(self, now: float) -> None:
        """The carrier took a part."""
        if now >= self.until:
            self._next = FIRST_PAUSE
