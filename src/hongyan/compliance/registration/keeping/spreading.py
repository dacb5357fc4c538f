"""Who gets which keep-alive message when: over days and hours, a few to a phone each day. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from hongyan.kernel.clock import Millis, beijing, day_of, day_start

MOST_A_DAY: Final = 10
"""To one phone. Source: vendors allow ten codes a day to one number."""
USUAL_A_DAY: Final = 5
_HOUR_MS: Final = 3_600_000
_FROM_HOUR, _TO_HOUR = 9, 18
"""Of Beijing: people's working hours, because their phones ring."""

Taken = tuple[str, Millis]
"""A phone, and when it gets a message already."""


class Spread:
    """`taken`: what is planned already. `a_day`: messages to one phone in a Beijing day, evenly over the working hours."""

    def __init__(self, now_ms: Millis, taken: Iterable[Taken], a_day: int) -> None:
        self._now_ms = now_ms
        self._a_day = a_day
        self._used = set(taken)
        self._of_day = Counter((phone, day_of(at_ms)) for phone, at_ms in self._used)

    def place(self, phones: Sequence[str], last_day: date) -> Taken | None:
        """The first free time of any of these phones, which is then taken; None when there is none up to that day."""
        free = (slot for phone in phones if (slot := self._next(phone, last_day)) is not None)
        found = min(free, key=lambda slot: slot[1], default=None)
        if found is not None:
            phone, at_ms = found
            self._used.add(found)
            self._of_day[phone, day_of(at_ms)] += 1
        return found

    def _next(self, phone: str, last_day: date) -> Taken | None:
        for at_ms in self._times(last_day):
            if self._of_day[phone, day_of(at_ms)] < self._a_day and (phone, at_ms) not in self._used:
                return phone, at_ms
        return None

    def _times(self, last_day: date) -> Iterator[Millis]:
        day = day_of(self._now_ms)
        step = (_TO_HOUR - _FROM_HOUR) * _HOUR_MS // self._a_day
        while beijing(start := day_start(day)).date() <= last_day:
            for turn in range(self._a_day):
                at_ms = start + _FROM_HOUR * _HOUR_MS + turn * step
                if at_ms > self._now_ms:
                    yield at_ms
            day += 1
