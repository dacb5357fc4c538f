"""Time-ordered integer ids that carry the Beijing day.

Layout, 63 bits, most significant first:  day 15 | millisecond of the day 27 | node 6 | sequence 15.
The day counts from 2020-01-01 (Beijing); 15 bits last until 2109. One node gives 32,768 ids a millisecond
and borrows from the next millisecond beyond that, so ids of one node never repeat or go back.
"""

from __future__ import annotations

from hongyan.kernel.clock import DAY_MS, Clock, Millis, day_of, day_start

_SEQUENCE_BITS = 15
_NODE_BITS = 6
_MS_BITS = 27
DAY_SHIFT = _SEQUENCE_BITS + _NODE_BITS + _MS_BITS
_TICK_SHIFT = _SEQUENCE_BITS + _NODE_BITS
MAX_NODE = (1 << _NODE_BITS) - 1


class IdMaker:
    """Gives ids of one node. `after`: an id already in the store that new ones must exceed."""

    def __init__(self, clock: Clock, node: int = 0, *, after: int = 0) -> None:
        if not 0 <= node <= MAX_NODE:
            raise ValueError(f"node must be 0..{MAX_NODE}, not {node}")
        self._clock = clock
        self._node = node << _SEQUENCE_BITS
        self._tick = after >> _TICK_SHIFT
        self._next = 1 << _SEQUENCE_BITS  # the tick of `after` counts as used up

    def next(self) -> int:
        """One new id."""
        now = self._clock.now_ms()
        day = day_of(now)
        tick = day << _MS_BITS | (now - day_start(day))
        if tick > self._tick:
            self._tick, self._next = tick, 0
        elif self._next >> _SEQUENCE_BITS:
            self._tick, self._next = self._tick + 1, 0
            if self._tick & ((1 << _MS_BITS) - 1) >= DAY_MS:
                self._tick = ((self._tick >> _MS_BITS) + 1) << _MS_BITS
        sequence = self._next
        self._next = sequence + 1
        return self._tick << _TICK_SHIFT | self._node | sequence


def day_of_id(value: int) -> int:
    """Beijing day (counted from 2020-01-01) of an id."""
    return value >> DAY_SHIFT


def time_of_id(value: int) -> Millis:
    """When an id was given, to the millisecond (UTC)."""
    tick = value >> _TICK_SHIFT
    return day_start(tick >> _MS_BITS) + (tick & ((1 << _MS_BITS) - 1))


def first_id_at(ms: Millis) -> int:
    """The smallest id that was given at this millisecond or later."""
    day = day_of(ms)
    return (day << _MS_BITS | (ms - day_start(day))) << _TICK_SHIFT


def first_id_of_day(day: int) -> int:
    """The smallest id of a Beijing day; `first_id_of_day(d) <= id < first_id_of_day(d + 1)` selects it."""
    return day << DAY_SHIFT
