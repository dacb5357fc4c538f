"""One file of ported numbers on its way into the store: line by line, batch by batch, in memory that does not grow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from hongyan.identity import Conflict, Statement, commit_change
from hongyan.kernel.clock import Millis
from hongyan.kernel.cn_prefixes import Carrier
from hongyan.kernel.errors import Refused, Throttled
from hongyan.messaging.ported.cache import TOPIC
from hongyan.messaging.ported.reading import Line, is_heading, read_line
from hongyan.storage.port import Done, Store

BATCH: Final = 1_000
"""Numbers of one transaction, which holds up the messages of others for some milliseconds."""
_TRIES: Final = 60
_PAUSE_SECONDS: Final = 0.5
"""Messages go first: while the queue into the store is full, a batch waits."""

Batch = dict[int, tuple[Carrier, Millis]]
"""Carrier and since when, by the number's hash."""
Unfit = Callable[[int, Refused], None]
"""Called with the place of a line, from 1, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the lines of a file; empty ones and a heading are none. `known`: those that say nothing new."""

    lines: int
    stored: int
    known: int
    unfit: int


class Import:
    """`began`: the event that is stored with the first batch. `key`: a number's hash."""

    def __init__(
        self, store: Store, now_ms: Millis, key: Callable[[str], int], name: str, began: Statement
    ) -> None:
        self._store = store
        self._now_ms = now_ms
        self._key = key
        self._name = name
        self._events: tuple[Statement, ...] = (began,)
        self._fit = self._unfit = self._stored = 0

    def batches(self, lines: Iterable[bytes], unfit: Unfit) -> Iterator[Batch]:
        """The lines that fit. Of several lines about one number in a batch the newest counts."""
        batch: Batch = {}
        for place, octets in enumerate(lines, 1):
            if place == 1 and is_heading(octets):
                continue
            try:
                line = read_line(octets, self._now_ms)
            except Refused as why:
                self._unfit += 1
                unfit(place, why)
                continue
            if line is None:
                continue
            self._fit += 1
            self._add(batch, line)
            if len(batch) == BATCH:
                yield batch
                batch = {}
        if batch:
            yield batch

    def _add(self, batch: Batch, line: Line) -> None:
        since_ms = self._now_ms if line.since_ms is None else line.since_ms
        key = self._key(line.number)
        known = batch.get(key)
        if known is None or known[1] <= since_ms:
            batch[key] = (line.carrier, since_ms)

    async def keep(self, batch: Batch) -> int:
        """Store a batch: how many of it said something new. Raises Throttled when the store takes nothing for half a
        minute."""
        rows = sorted((key, *said) for key, said in batch.items())
        text = msgspec.json.encode(rows).decode()
        keys = ",".join(str(row[0]) for row in rows)
        statements = (("messaging.keep_ported", (text, self._name), None), *self._events)
        stored = len((await self._patiently(statements, ((TOPIC, keys),))).rows[0])
        self._events = ()
        self._stored += stored
        return stored

    async def _patiently(
        self, statements: tuple[Statement, ...], topics: tuple[tuple[str, str], ...]
    ) -> Done:
        for _ in range(_TRIES - 1):
            try:
                return await commit_change(self._store, statements, topics)
            except Conflict:
                raise
            except Throttled as error:
                if error.code != "throttled":
                    raise
            await asyncio.sleep(_PAUSE_SECONDS)
        return await commit_change(self._store, statements, topics)

    def done(self) -> Imported:
        """What became of the lines so far."""
        return Imported(self._fit + self._unfit, self._stored, self._fit - self._stored, self._unfit)
