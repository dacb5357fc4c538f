"""Parts become texts again, as a phone does it: by the reference of the concatenation header, in any order.

Source: 3GPP TS 23.040, 9.2.3.24.1 (parts of one text share number, sender and reference); ten minutes of patience is what
carriers and phones commonly have. What is incomplete by then is shown with a gap, so that a developer sees it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from hongyan.carriers.simulator.parts import Part, text_of, text_of_all
from hongyan.kernel.clock import Millis

PATIENCE_MS = 600_000
GAP = "[…]"
_MOST_OPEN = 10_000
_MOST_PARTS = 50_000

_Key = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class Joined:
    """A text on a phone. `parts`: how many arrived."""

    number: str
    sender: str
    text: str
    parts: int
    at_ms: Millis


@dataclass(slots=True)
class _Open:
    since_ms: Millis
    parts: dict[int, Part] = field(default_factory=dict)


class Joiner:
    """Keeps parts until their text is whole. Bounded: the oldest unfinished texts give way."""

    def __init__(self) -> None:
        self._open: dict[_Key, _Open] = {}
        self._parts = 0

    @property
    def unfinished(self) -> int:
        """Texts that wait for parts."""
        return len(self._open)

    def add(self, part: Part, now_ms: Millis) -> list[Joined]:
        """One part arrived; answers the texts that this completes. Repeated parts change nothing."""
        if part.total <= 1 or not 1 <= part.index <= part.total:
            return [Joined(part.number, part.source, text_of(part), 1, now_ms)]
        key = (part.number, part.source, part.reference, part.total)
        waiting = self._open.get(key)
        if waiting is None:
            waiting = self._open[key] = _Open(now_ms)
        if part.index in waiting.parts:
            return []
        waiting.parts[part.index] = part
        self._parts += 1
        if len(waiting.parts) == part.total:
            return [self._close(key, now_ms)]
        crowded = len(self._open) > _MOST_OPEN or self._parts > _MOST_PARTS
        return [self._close(next(iter(self._open)), now_ms)] if crowded else []

    def expire(self, now_ms: Millis) -> list[Joined]:
        """Unfinished texts that waited long enough."""
        late: list[_Key] = []
        for key, waiting in self._open.items():
            if now_ms - waiting.since_ms < PATIENCE_MS:
                break
            late.append(key)
        return [self._close(key, now_ms) for key in late]

    def _close(self, key: _Key, now_ms: Millis) -> Joined:
        number, sender, _, total = key
        parts = self._open.pop(key).parts
        self._parts -= len(parts)
        whole = "".join(
            text_of_all(parts[index] for index in indexes) if there else GAP * len(indexes)
            for there, indexes in _runs(parts, total)
        )
        return Joined(number, sender, whole, len(parts), now_ms)


def _runs(parts: dict[int, Part], total: int) -> Iterator[tuple[bool, list[int]]]:
    """Indexes that follow each other: of parts that are there, of parts that are not."""
    for there, indexes in groupby(range(1, total + 1), key=parts.__contains__):
        yield there, list(indexes)
