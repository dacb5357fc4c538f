"""When the next look is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator


def pauses(interval: float, monotonic: Callable[[], float]) -> Iterator[float]:
    """Seconds to wait before each round, never negative; rounds that were missed are not made up for.

    The clock is read once a round: between two readings it may pass the time that is due.
    """
    due = monotonic()
    while True:
        now = monotonic()
        due = max(due + interval, now)
        yield due - now
