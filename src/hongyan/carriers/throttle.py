"""How fast a link may submit: a token bucket, and what a link does when its carrier says that it is too much."""

from __future__ import annotations

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
"""Seconds (carrier-protocols.md 8: 100 ms doubling to several seconds)."""
CALM = 10.0
"""Seconds without throttling after which a carrier is believed to take everything again."""
SHARE = 0.95
"""Of what a carrier took in a second until it was too much: so much it is asked for then."""
GROWTH = 0.1
"""Parts a second, more with each part that it takes: a tenth more in each second, whatever it takes."""
LEAST_PACE = 1.0
"""Parts a second: what little was taken in a short while says nothing."""
WIDEST = 1 << 16
"""Parts under way, more than any window."""


class TokenBucket:
    """At most `rate` a second with bursts of `burst`; rate 0 never waits. Times are seconds of a growing clock."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._usual = rate, max(burst, 1.0)
        self._rate, self._burst = self._usual
        self._tokens = self._burst
        self._at = now

    def limit(self, rate: float) -> None:
        """From now on at most so many a second, with bursts of a tenth of it; 0, or more than usual: as usual."""
        usual, _ = self._usual
        slower = rate and (not usual or rate < usual)
        self._rate, self._burst = (rate, max(rate / 10, 1.0)) if slower else self._usual
        self._tokens = min(max(self._tokens, 0.0), self._burst)  # without a rate nobody has kept count

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


class Throttle:
    """What a link does when its carrier takes no more: it pauses, then asks with one part, then with twice as many under way
    for each that is taken. When it soon is too much again, one knows how many a second the carrier takes, and asks for
    hardly more until it has been calm for a while.

    `bucket`: the link's own, which is slowed down. `count`: pauses begun. `until`: submit nothing before.
    """

    def __init__(self, bucket: TokenBucket) -> None:
        self._bucket = bucket
        self._next = FIRST_PAUSE
        self._too_much_at: float | None = None
        self._taken = 0
        self._under_way = 0
        self._pace = 0.0
        self.count = 0
        self.until = 0.0

    def room(self, in_flight: int, window_free: int) -> int:
        """Parts that may be submitted beside those under way."""
        return min(window_free, self._under_way - in_flight) if self._under_way else window_free

    def throttled(self, now: float) -> None:
        """The carrier did not take a part. Answers to what left before the pause say nothing new."""
        if now < self.until:
            return
        before, taken = self._too_much_at, self._taken
        if (
            before is None or taken
        ):  # otherwise the pause was too short, and it is the same time that is too much
            if before is not None and now - before <= CALM:
                self._go_at(max(SHARE * taken / (now - before), LEAST_PACE))
            self._too_much_at, self._taken = now, 0
        self._under_way = 1
        self.until = now + self._next
        self.count += 1
        self._next = min(self._next * 2, LONGEST_PAUSE)

    def accepted(self, now: float) -> None:
        """The carrier took a part, or refused it for what it is."""
        if self._too_much_at is None:
            return
        self._taken += 1
        if now < self.until:
            return
        self._next = FIRST_PAUSE
        if now - self.until > CALM:
            self._too_much_at, self._under_way = None, 0
            self._go_at(0.0)
            return
        self._under_way = min(self._under_way * 2, WIDEST)
        if self._pace:
            self._go_at(self._pace + GROWTH)

    def _go_at(self, pace: float) -> None:
        self._pace = pace
        self._bucket.limit(pace)
