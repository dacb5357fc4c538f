"""From a durable message to a carrier's answer: what to submit next, and what an answer means for the message.

Nothing is stored when a part is submitted. Its answer is stored once, in the order of arrival; until then the part
counts against `MOST_UNSTORED`, so a slow store slows the link instead of filling memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from enum import Enum
from typing import Protocol, TypeVar

import msgspec
import structlog

from hongyan.kernel.clock import DAY_MS, Clock, Millis, day_of
from hongyan.kernel.text import split
from hongyan.messaging.outgoing import ChannelQueue, Job, Part
from hongyan.storage.port import (
    OUTBOX_TOPIC,
    PART_EXPIRED,
    PART_REFUSED,
    PART_RETRY,
    PART_SUBMITTED,
    Answered,
    OutboxItem,
    OutboxRow,
    Outcome,
    PartResult,
    Reissue,
    Reissued,
    Store,
)

T = TypeVar("T")

log = structlog.get_logger(__name__)

MOST_UNSTORED = 256
"""Answers of one link not yet stored (architecture, the commit port)."""
RETRY_AFTER_SECONDS = (5, 30, 120, 600)
"""Waits after the first, second, ... refusal of a part for the moment; after one more it has failed."""
LOSSES_AT_ONCE = 3
"""So often a part goes again at once when nobody answered it; then it waits as after refusals, and has failed after
them. One that kills its link, or that a carrier takes in silence, must neither hold up all others nor reach the
handset without end."""
NO_ANSWER = "NO_ANSWER"
"""The code of such a failure."""
AGAIN_AFTER_SECONDS = 1.0
"""Between two tries of what the store cannot do just now, for example because the disk is full."""
KEPT_AFTER_VALIDITY_MS = DAY_MS
"""How long past its message's validity an answer is tried to be stored."""
_ROWS_A_READ = 256

_decode_items = msgspec.msgpack.Decoder(tuple[OutboxItem, ...]).decode


class AnswerKind(Enum):
    """What a carrier's submit answer means, in no protocol's words."""

    ACCEPTED = "accepted"
    THROTTLED = "throttled"
    RETRY = "retry"
    REFUSED = "refused"


class Hooks(Protocol):
    """What is counted on the way (metrics)."""

    def part_answered(self, kind: AnswerKind) -> None: ...


class Dispatcher:
    """All channels' queues and the meaning of answers."""

    def __init__(self, store: Store, clock: Clock, *, capacity: int, hooks: Hooks) -> None:
        self._store = store
        self._clock = clock
        self._capacity = capacity
        self._hooks = hooks
        self._queues: dict[int, ChannelQueue] = {}
        self._refilling: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.backlog = 0
        """Messages in the outbox, in memory or on the disk."""
        self.in_doubt = 0
        """Parts that were submitted on a link that died before it answered, and wait to go again; and those whose
        answer was never stored."""
        self._unstored = 0
        store.subscribe(OUTBOX_TOPIC, self._taken_over)

    def _taken_over(self, key: str) -> None:
        """Outbox rows of a node that died are ours now."""
        channel_id, lane, row_id, messages = map(int, key.split(":"))
        self.backlog += messages
        queue = self.queue(channel_id)
        queue.found_on_disk(lane, row_id)
        self.top_up(queue)

    def queue(self, channel_id: int) -> ChannelQueue:
        """The queue of one channel, made on first use."""
        found = self._queues.get(channel_id)
        if found is None:
            found = self._queues[channel_id] = ChannelQueue(channel_id, capacity=self._capacity)
        return found

    @property
    def waiting(self) -> int:
        """Parts in memory that wait for a submit slot."""
        return sum(len(queue) for queue in self._queues.values())

    # -- into the queues -----------------------------------------------------------------------------------

    def hand_over(self, channel_id: int, job: Job) -> None:
        """A message was committed. It goes into its lane, or stays on the disk when the lane is full."""
        self.backlog += 1
        queue = self.queue(channel_id)
        if queue.takes(job.lane, job.outbox_id):
            queue.put(job, parts_of(0, len(job.payloads)))
            queue.wake()

    def top_up(self, queue: ChannelQueue) -> None:
        """After a round of submits: fetch from the disk when a lane has drained."""
        if queue.channel_id not in self._refilling and queue.lane_to_refill() is not None:
            task = asyncio.ensure_future(self.refill(queue.channel_id))
            self._tasks.add(task)
            task.add_done_callback(self._refilled)

    def _refilled(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the outbox could not be read", exc_info=error)

    async def refill(self, channel_id: int) -> None:
        """Bring rows from the outbox into lanes that have room: at the start, and after an overflow."""
        if channel_id in self._refilling:
            return
        self._refilling.add(channel_id)
        queue = self.queue(channel_id)
        try:
            while (place := queue.lane_to_refill()) is not None:
                await self._refill_lane(queue, *place)
        finally:
            self._refilling.discard(channel_id)

    async def _refill_lane(self, queue: ChannelQueue, lane: int, after: int) -> None:
        """One read. Its rows are reissued together and their messages read together: after a crash under load there
        are thousands of small ones, and new requests compete for the same commits."""
        channel_id = queue.channel_id
        records = await _insist(
            lambda: self._store.read("storage.outbox_after", channel_id, lane, after, _ROWS_A_READ)
        )
        found: list[OutboxRow] = []
        room = self._capacity
        for row_id, _, _, not_before_ms, suspect, blob in records:
            if room <= 0:
                break
            row = OutboxRow(row_id, channel_id, lane, not_before_ms, bool(suspect), _decode_items(blob))
            found.append(row)
            room -= len(row.items)
        wanted = set(queue.refilled(lane, [row.id for row in found]))
        certain = await asyncio.gather(*(self._certain(queue, row) for row in found if row.id in wanted))
        await self._load(queue, [row for row in certain if row is not None])

    async def _certain(self, queue: ChannelQueue, row: OutboxRow) -> OutboxRow | None:
        """The row, or the one that replaces it when its node died; None when nothing of it is left to send."""
        if not row.suspect:
            return row
        again = await _insist(lambda: self._reissue(row))
        self.backlog -= len(row.items) - (len(again.items) if again is not None else 0)
        if again is not None:
            queue.takes_out_of_order(again.lane, again.id)
            log.info("resubmitting unanswered messages", outbox_id=again.id, messages=len(again.items))
        return again

    async def _reissue(self, row: OutboxRow) -> OutboxRow | None:
        outcome = await self._store.commit(Reissue(row.id, self._clock.now_ms()))
        if isinstance(outcome, Reissued):
            return outcome.row
        raise RuntimeError(f"row {row.id} was not reissued: {outcome!r}")

    async def _load(self, queue: ChannelQueue, rows: list[OutboxRow]) -> None:
        ids = msgspec.json.encode([item.message_id for row in rows for item in row.items]).decode()
        records = await _insist(lambda: self._store.read("messaging.outgoing", ids))
        found = {record[0]: record for record in records}
        now_ms = self._clock.now_ms()
        for row in rows:
            for item in row.items:
                record = found.get(item.message_id)
                if record is None:
                    log.error("a message in the outbox is missing", message_id=item.message_id)
                    continue
                _, number, access_number, content, segments, expires_ms, _ = record
                reference = item.reference if segments > 1 else None
                pieces = split(content, reference, ucs2_only=queue.ucs2_only)
                parts = parts_of(item.mask, segments)
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
                )
                if row.not_before_ms > now_ms:
                    queue.put_later(job, parts, row.not_before_ms)
                else:
                    queue.put(job, parts)
        queue.wake()

    # -- for a link ----------------------------------------------------------------------------------------

    def next(self, queue: ChannelQueue, now_ms: Millis) -> Part | None:
        """The part for a free slot. Expired ones are stored as such and passed over. None also while the store
        keeps too much waiting."""
        if not self._store.may_submit():
            return None
        while self._unstored < MOST_UNSTORED and (part := queue.next(now_ms)) is not None:
            if part[0].expires_ms > now_ms:
                return part
            self._store_result(queue.channel_id, *part, PART_EXPIRED, 0, "", "EXPIRED", 0, _nothing)
        return None

    def answered(
        self,
        channel_id: int,
        job: Job,
        part: int,
        kind: AnswerKind,
        *,
        status: int,
        carrier_id: str,
        error: str,
        stored: Callable[[], None],
    ) -> None:
        """A carrier answered a submit. `stored` is called once the answer is durable, however long that takes (or
        when the message's validity is over).

        THROTTLED is not for here: the part goes back with `put_back`, because nothing has happened to it.
        """
        self._hooks.part_answered(kind)
        outcome, retry_at = PART_SUBMITTED, 0
        if kind is AnswerKind.REFUSED:
            outcome = PART_REFUSED
        elif kind is AnswerKind.RETRY:
            outcome = PART_REFUSED
            if job.retries < len(RETRY_AFTER_SECONDS):
                retry_at = self._clock.now_ms() + RETRY_AFTER_SECONDS[job.retries] * 1000
                if retry_at < job.expires_ms:
                    outcome = PART_RETRY

        def settled(result: Answered | None) -> None:
            stored()
            if result is not None and result.retry is not None:
                self._keep_retry(channel_id, job, part, result.retry)

        self._store_result(channel_id, job, part, outcome, status, carrier_id, error, retry_at, settled)

    def throttled(self) -> None:
        """A carrier had no room for a part; it was put back and nothing else has happened."""
        self._hooks.part_answered(AnswerKind.THROTTLED)

    def lost(self, channel_id: int, parts: Iterable[Part]) -> None:
        """A link died before these parts were answered: the carrier may or may not have them. They go again as the
        next attempt, and their answer will count each loss as uncertain."""
        queue = self.queue(channel_id)
        lost = list(parts)
        for job, part in reversed(lost):
            late = self._count_loss(job, part) - LOSSES_AT_ONCE
            if late <= 0:
                queue.put_back(job, part)
            elif late <= len(RETRY_AFTER_SECONDS):
                wait_ms = RETRY_AFTER_SECONDS[late - 1] * 1000
                queue.put_later(job, (part,), self._clock.now_ms() + wait_ms)
            else:
                self._store_result(channel_id, job, part, PART_REFUSED, 0, "", NO_ANSWER, 0, _nothing)
        if lost:
            log.warning(
                "submitting again what a lost link did not answer", channel=channel_id, parts=len(lost)
            )

    def _count_loss(self, job: Job, part: int) -> int:
        if job.losses is None:
            job.losses = {}
        known = job.losses.get(part, 0)
        job.losses[part] = known + 1
        self.in_doubt += not known
        return known + 1

    def _store_result(
        self,
        channel_id: int,
        job: Job,
        part: int,
        outcome: int,
        status: int,
        carrier_id: str,
        error: str,
        retry_at: Millis,
        settled: Callable[[Answered | None], None],
    ) -> None:
        now_ms = self._clock.now_ms()
        job.unanswered -= 1
        if not job.unanswered:
            self.backlog -= 1
        losses = job.losses.get(part, 0) if job.losses is not None else 0
        self.in_doubt -= losses > 0
        result = _Result(
            self,
            PartResult(
                job.message_id,
                part,
                len(job.payloads),
                job.attempt + 1 if losses else job.attempt,
                channel_id,
                job.outbox_id,
                carrier_id,
                status,
                outcome,
                job.reference,
                now_ms,
                day_of(now_ms),
                job.unanswered == 0,
                retry_at,
                error,
                losses,
                job.retries + 1 if outcome == PART_RETRY else 0,
            ),
            job.expires_ms,
            settled,
        )
        result.post()

    def _keep_retry(self, channel_id: int, job: Job, part: int, row: OutboxRow) -> None:
        item = row.items[0]
        queue = self.queue(channel_id)
        self.backlog += 1
        if not queue.takes_out_of_order(row.lane, row.id):
            return
        again = Job(
            job.message_id,
            row.id,
            job.lane,
            item.attempt,
            item.reference,
            job.number,
            job.access_number,
            job.alphabet,
            job.payloads,
            job.expires_ms,
            1,
            item.retries,
        )
        queue.put_later(again, (part,), row.not_before_ms)
        queue.wake()


class _Result:
    """An answer on its way into the store, posted until it is there: what a carrier said is known nowhere else.

    An object with methods and not two closures that name each other: those would be a reference cycle for each part.
    """

    __slots__ = ("_dispatcher", "_result", "_settled", "_until_ms")

    def __init__(
        self,
        dispatcher: Dispatcher,
        result: PartResult,
        until_ms: Millis,
        settled: Callable[[Answered | None], None],
    ) -> None:
        self._dispatcher = dispatcher
        self._result = result
        self._until_ms = until_ms
        self._settled = settled

    def post(self) -> None:
        self._dispatcher._store.post(self._result, self._stored)

    def _stored(self, outcome: Outcome) -> None:
        if isinstance(outcome, Answered):
            self._settled(outcome)
            return
        dispatcher = self._dispatcher
        if not dispatcher._unstored:
            log.error("answers of carriers cannot be stored; trying again", outcome=repr(outcome))
        dispatcher._unstored += 1
        asyncio.get_running_loop().call_later(AGAIN_AFTER_SECONDS, self._again)

    def _again(self) -> None:
        dispatcher, result = self._dispatcher, self._result
        dispatcher._unstored -= 1
        if dispatcher._clock.now_ms() < self._until_ms + KEPT_AFTER_VALIDITY_MS:
            self.post()
            return
        log.error("a carrier's answer was never stored", message_id=result.message_id, part=result.part)
        dispatcher.in_doubt += 1
        self._settled(None)


_ONLY = (1,)


def parts_of(mask: int, total: int) -> tuple[int, ...]:
    """The part numbers of a mask; 0 means all."""
    if not mask:
        return _ONLY if total == 1 else tuple(range(1, total + 1))
    return tuple(part for part in range(1, total + 1) if mask >> (part - 1) & 1)


def _nothing(_result: Answered | None) -> None:
    """For results nobody waits for."""


async def _insist(ask: Callable[[], Awaitable[T]]) -> T:
    """What the store says once it can: rows that were taken out of the outbox's order are known nowhere else."""
    while True:
        try:
            return await ask()
        except Exception as error:  # noqa: BLE001  whatever it is: without these rows their messages wait for ever
            log.error("the outbox cannot be read; trying again", why=repr(error))
        await asyncio.sleep(AGAIN_AFTER_SECONDS)
