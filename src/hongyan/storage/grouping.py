"""Forms groups out of single commands, and gives each command its outcome back.

No timer: while one group commits the next one collects. Results and receipts go first, because they free submit
windows; then verification codes, notices and changes, marketing. The queue is bounded: when it is full an accept
is refused at once with Throttled, so callers feel the pressure instead of our memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

import structlog

from hongyan.kernel.errors import Throttled
from hongyan.storage.port import (
    LANE_CHANGES,
    Accept,
    Command,
    Outcome,
    PartResult,
    Receipt,
    Refusal,
    Reissue,
)

log = structlog.get_logger(__name__)

MOST_ROWS = 512
"""Rows of one group (architecture, the commit port); one request is never split."""

Sink = Callable[[Outcome], None]
Entry = tuple[Command, Sink, int]

_RESULTS, _CODES, _NOTICES, _MARKETING = range(4)
_LANE_OF_ACCEPT = {0: _CODES, 1: _NOTICES, 2: _MARKETING, LANE_CHANGES: _NOTICES}
_FIRST_SHARE = (MOST_ROWS // 2, MOST_ROWS // 4, MOST_ROWS // 8, MOST_ROWS // 8)
_UNBOUNDED = frozenset({PartResult, Receipt, Reissue})
"""Not refused when the queue is full: bounded by submit windows, by paused sockets, by reading a few rows at a time."""
_PATIENCE = 4
"""Groups that a lane may miss because its next request is too large for what the lanes before it left over."""


class Grouper:
    """Bounded lanes of commands on their way into a transaction."""

    def __init__(self, most_waiting: int) -> None:
        self._lanes: tuple[deque[Entry], ...] = (deque(), deque(), deque(), deque())
        self._missed = [0, 0, 0, 0]
        self._waiting = 0
        self._most_waiting = most_waiting

    @property
    def waiting(self) -> int:
        """Rows that wait for a group; accepts and changes only count against the bound."""
        return self._waiting

    def put(self, command: Command, sink: Sink) -> None:
        """Queue one command. Raises Throttled when accepts and changes have filled the queue."""
        if type(command) in _UNBOUNDED:
            self._lanes[_RESULTS].append((command, sink, 1))
            return
        rows, lane = 1, _NOTICES
        if isinstance(command, Accept):
            rows, lane = len(command.messages), _LANE_OF_ACCEPT[command.lane]
        if self._waiting and self._waiting + rows > self._most_waiting:
            raise Throttled(
                "throttled",
                en="the queue into the store is full; try again shortly",
                zh="存储队列已满，请稍后重试",
                waiting=self._waiting,
            )
        self._waiting += rows
        self._lanes[lane].append((command, sink, rows))

    def take(self) -> list[Entry]:
        """The next group; empty when nothing waits."""
        group: list[Entry] = []
        room = MOST_ROWS
        before = [len(lane) for lane in self._lanes]
        overdue = max(self._missed)
        if overdue >= _PATIENCE:
            entry = self._lanes[self._missed.index(overdue)].popleft()
            group.append(entry)
            room -= entry[2]
        for shares in (_FIRST_SHARE, (MOST_ROWS,) * 4):  # a share for each lane, then whatever still fits
            for lane, share in zip(self._lanes, shares, strict=True):
                stop_at = max(room - share, 0)
                while lane and room > stop_at and (lane[0][2] <= room or not group):
                    entry = lane.popleft()
                    group.append(entry)
                    room -= entry[2]
        for number, lane in enumerate(self._lanes):
            self._missed[number] = self._missed[number] + 1 if lane and len(lane) == before[number] else 0
        self._waiting -= sum([entry[2] for entry in group if type(entry[0]) not in _UNBOUNDED])
        return group

    def __bool__(self) -> bool:
        return any(self._lanes)


def settle(group: Sequence[Entry], outcomes: Sequence[Outcome]) -> None:
    """Hand each command its outcome. A sink that fails keeps nothing from the others."""
    for (command, sink, _), outcome in zip(group, outcomes, strict=True):
        try:
            sink(outcome)
        except Exception:  # the store lives on, whatever a caller makes of its outcome
            log.exception("an outcome could not be handed over", command=type(command).__name__)


def failed(command: object, error: Exception) -> Refusal:
    """Outcome of a command that no transaction can store."""
    log.error("a command could not be stored", command=type(command).__name__, error=repr(error))
    return Refusal("store.failed", repr(error))


UNAVAILABLE = Refusal("store.unavailable")
"""Outcome of a command whose group may or may not have been stored, because the store went away."""
