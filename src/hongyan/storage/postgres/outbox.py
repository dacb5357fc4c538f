"""The outbox rows of this node: their ids, and how many of their items are still open.

Rows never change, so open items are counted in memory. Ids grow in the order of the commits of one lease, because one
connection commits one group after the other; dispatch relies on that when it reads "rows after".
"""

from __future__ import annotations

from collections import Counter

import msgspec

from hongyan.storage.port import OutboxItem

_NUMBER_BITS = 36
"""Rows of one lease: enough for 20,000 a second over a month. The lease stands above, so ids of later leases are higher."""

_encode = msgspec.msgpack.Encoder().encode

NewRow = tuple[int, int, int, int, int, bytes]
"""(id, channel, lane, not before, lease, items)."""


class OutboxRows:
    """What this node knows of its rows. `lease` 0: it has none any more, and new rows are for anybody."""

    def __init__(self, lease: int) -> None:
        self.lease = lease
        self._next = lease << _NUMBER_BITS
        self._open: dict[int, int] = {}

    def number(self, count: int = 1) -> int:
        """The first of `count` new ids."""
        first = self._next + 1
        self._next += count
        return first

    def begin(self) -> RowsOfGroup:
        return RowsOfGroup(self)

    def open_items(self, row_id: int) -> int | None:
        return self._open.get(row_id)

    def committed(self, opened: dict[int, int], gone: list[int]) -> None:
        self._open.update(opened)
        for row_id in gone:
            self._open.pop(row_id, None)


class RowsOfGroup:
    """What one group does to the outbox; nothing of it is remembered before `commit`."""

    def __init__(self, outbox: OutboxRows) -> None:
        self._outbox = outbox
        self._new: dict[tuple[int, int, int], tuple[int, list[OutboxItem]]] = {}
        self._alone: list[tuple[int, int, int, int, list[OutboxItem]]] = []
        self._answered: Counter[int] = Counter()
        self._opened: dict[int, int] = {}
        self._gone: list[int] = []

    def add(self, channel_id: int, lane: int, not_before_ms: int, item: OutboxItem) -> int:
        """Put a message into the group's row for its channel, lane and time. The row's id."""
        key = channel_id, lane, not_before_ms
        found = self._new.get(key)
        if found is None:
            found = self._new[key] = self._outbox.number(), []
        found[1].append(item)
        return found[0]

    def add_alone(self, channel_id: int, lane: int, item: OutboxItem) -> int:
        """Put a message into a row that it shares with none. The row's id."""
        new = self._outbox.number()
        self._alone.append((new, channel_id, lane, 0, [item]))
        return new

    def answered(self, row_id: int) -> None:
        """The last open part of an item was answered."""
        self._answered[row_id] += 1

    def replace(
        self, row_id: int, channel_id: int, lane: int, not_before_ms: int, items: list[OutboxItem]
    ) -> int:
        """A row is written anew with these items; it goes when there are none. The id of the new row."""
        self._gone.append(row_id)
        new = self._outbox.number()
        if items:
            self._alone.append((new, channel_id, lane, not_before_ms, items))
        return new

    def plan(self) -> tuple[list[NewRow], list[tuple[int]]]:
        """Rows to insert and ids to delete."""
        rows = []
        new = [(row_id, *key, items) for key, (row_id, items) in self._new.items()]
        for row_id, channel_id, lane, not_before_ms, items in new + self._alone:
            rows.append((row_id, channel_id, lane, not_before_ms, self._outbox.lease, _encode(items)))
            self._opened[row_id] = len(items)
        for row_id, count in self._answered.items():
            left = self._outbox.open_items(row_id)
            if left is not None and left > count:
                self._opened[row_id] = left - count
            elif left is not None:
                self._gone.append(row_id)
        return rows, [(row_id,) for row_id in sorted(self._gone)]

    def commit(self) -> None:
        """The transaction is durable."""
        self._outbox.committed(self._opened, self._gone)
