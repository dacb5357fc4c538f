"""From the outbox on the disk into the lanes in memory: at the start, and after a lane overflowed.

Rows of a node that died are written anew first (storage.recovery); everything else is read as it was written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
import structlog

from hongyan.compliance import Sent
from hongyan.kernel.clock import Clock
from hongyan.kernel.text import split
from hongyan.messaging.outgoing import ChannelQueue, Job
from hongyan.messaging.storing import AGAIN_AFTER_SECONDS
from hongyan.storage.port import OutboxRow, Reissue, Reissued, Store, decode_items

T = TypeVar("T")

log = structlog.get_logger(__name__)

_ROWS_A_READ = 256


class OutboxReader:
    """Fills queues. `dropped` is called with the number of messages of which recovery found nothing left to send."""

    def __init__(self, store: Store, clock: Clock, *, capacity: int, dropped: Callable[[int], None]) -> None:
        self._store = store
        self._clock = clock
        self._capacity = capacity
        self._dropped = dropped
        self._refilling: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def top_up(self, queue: ChannelQueue) -> None:
        """Fetch from the disk when a lane has drained."""
        if queue.channel_id not in self._refilling and queue.lane_to_refill() is not None:
            task = asyncio.ensure_future(self.refill(queue))
            self._tasks.add(task)
            task.add_done_callback(self._refilled)

    def _refilled(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the outbox could not be read", exc_info=error)

    async def refill(self, queue: ChannelQueue) -> None:
        """Bring rows from the outbox into lanes that have room."""
        channel_id = queue.channel_id
        if channel_id in self._refilling:
            return
        self._refilling.add(channel_id)
        try:
            messages = uncertain = 0
            while (place := queue.lane_to_refill()) is not None:
                for row in await self._refill_lane(queue, *place):
                    messages += len(row.items)
                    uncertain += sum(item.uncertain for item in row.items)
            if messages:
                log.info(
                    "messages of an earlier run go on from here; those that are uncertain may have been submitted then",
                    channel=queue.name,
                    channel_id=channel_id,
                    messages=messages,
                    uncertain=uncertain,
                )
        finally:
            self._refilling.discard(channel_id)

    async def _refill_lane(self, queue: ChannelQueue, lane: int, after: int) -> list[OutboxRow]:
        """One read; those of its rows that were written anew. They are reissued together and their messages read together:
        after a crash under load there are thousands of small ones, and new requests compete for the same commits."""
        channel_id = queue.channel_id
        records = await insist(
            lambda: self._store.read("storage.outbox_after", channel_id, lane, after, _ROWS_A_READ)
        )
        found: list[OutboxRow] = []
        room = self._capacity
        for row_id, _, _, not_before_ms, suspect, blob in records:
            if room <= 0:
                break
            row = OutboxRow(row_id, channel_id, lane, not_before_ms, bool(suspect), decode_items(blob))
            found.append(row)
            room -= len(row.items)
        wanted = set(queue.refilled(lane, [row.id for row in found]))
        certain = await asyncio.gather(*(self._certain(queue, row) for row in found if row.id in wanted))
        rows = [row for row in certain if row is not None]
        await self._load(queue, rows)
        known = {row.id for row in found}
        return [row for row in rows if row.id not in known]

    async def _certain(self, queue: ChannelQueue, row: OutboxRow) -> OutboxRow | None:
        """The row, or the one that replaces it when its node died; None when nothing of it is left to send."""
        if not row.suspect:
            return row
        again = await insist(lambda: self._reissue(row))
        self._dropped(len(row.items) - (len(again.items) if again is not None else 0))
        if again is not None:
            queue.takes_out_of_order(again.lane, again.id)
        return again

    async def _reissue(self, row: OutboxRow) -> OutboxRow | None:
        outcome = await self._store.commit(Reissue(row.id, self._clock.now_ms()))
        if isinstance(outcome, Reissued):
            return outcome.row
        raise RuntimeError(f"row {row.id} was not reissued: {outcome!r}")

    async def _load(self, queue: ChannelQueue, rows: list[OutboxRow]) -> None:
        ids = msgspec.json.encode([item.message_id for row in rows for item in row.items]).decode()
        records = await insist(lambda: self._store.read("messaging.outgoing", ids))
        found = {record[0]: record for record in records}
        now_ms = self._clock.now_ms()
        for row in rows:
            for item in row.items:
                record = found.get(item.message_id)
                if record is None:
                    log.error("a message in the outbox is missing", message_id=item.message_id)
                    continue
                _, number, access_number, content, expires_ms, *sent = record
                pieces = split(content, item.reference, queue.repertoire)
                every = parts_of(0, len(pieces))
                parts = (
                    parts_of(item.mask, len(pieces)) or every
                )  # none: the channel has another alphabet now
                job = Job(
                    item.message_id,
                    row.id,
                    row.lane,
                    item.attempt,
                    item.reference,
                    number,
                    access_number,
                    pieces[0].alphabet,
                    [piece.user_data for piece in pieces],
                    expires_ms,
                    len(parts),
                    item.retries,
                    Sent(*sent),
                )
                if row.not_before_ms > now_ms:
                    queue.put_later(job, parts, row.not_before_ms)
                else:
                    queue.put(job, parts)
        queue.wake()


_ONLY = (1,)


def parts_of(mask: int, total: int) -> tuple[int, ...]:
    """The part numbers of a mask; 0 means all."""
    if not mask:
        return _ONLY if total == 1 else tuple(range(1, total + 1))
    return tuple(part for part in range(1, total + 1) if mask >> (part - 1) & 1)


async def insist(ask: Callable[[], Awaitable[T]]) -> T:
    """What the store says once it can: rows that were taken out of the outbox's order are known nowhere else."""
    while True:
        try:
            return await ask()
        except Exception as error:  # noqa: BLE001  whatever it is: without these rows their messages wait for ever
            log.error("the outbox cannot be read; trying again", why=repr(error))
        await asyncio.sleep(AGAIN_AFTER_SECONDS)
