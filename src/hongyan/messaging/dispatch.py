"""From a durable message to a carrier's answer: what to submit next, and what an answer means for the message.

Nothing is stored when a part is submitted. Its answer is stored once, in the order of arrival; until then the part
counts against `MOST_UNSTORED`, so a slow store slows the link instead of filling memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from enum import Enum
from typing import Protocol

from hongyan.kernel.clock import Clock, Millis, day_of
from hongyan.kernel.text import Repertoire
from hongyan.messaging.doubts import AFTER_A_DEAD_LINK, Doubts, waits_without_answer
from hongyan.messaging.failover import Failover, Way
from hongyan.messaging.last_look import LastLook
from hongyan.messaging.outbox import OutboxReader, insist, parts_of
from hongyan.messaging.outgoing import ChannelQueue, Job, Part, Refused, Said, Trouble
from hongyan.messaging.storing import Answers, Settled
from hongyan.messaging.witness import Witness
from hongyan.storage.port import (
    NO_CHANNEL,
    OUTBOX_TOPIC,
    PART_ELSEWHERE,
    PART_EXPIRED,
    PART_REFUSED,
    PART_RETRY,
    PART_STOPPED,
    PART_SUBMITTED,
    PART_UNSENT,
    Answered,
    Move,
    OutboxRow,
    PartResult,
    Store,
)

MOST_UNSTORED = 256
"""Answers of one link not yet stored (architecture, the commit port)."""
MOST_MOVING = 256
"""Messages that look for another channel at a time before the queues wait for them."""
RETRY_AFTER_SECONDS = (5, 30, 120, 600)
"""Waits after the first, second, ... refusal of a part for the moment; after one more it has failed."""
NO_ANSWER = "NO_ANSWER"
"""The code of a message that was submitted as often as may be, and never answered."""


class AnswerKind(Enum):
    """What a carrier's submit answer means, in no protocol's words. The last three all refuse for good: for every
    carrier, for a reason that another channel may not have, because the number is another carrier's."""

    ACCEPTED = "accepted"
    THROTTLED = "throttled"
    RETRY = "retry"
    REFUSED = "refused"
    ELSEWHERE = "elsewhere"
    WRONG_CARRIER = "wrong_carrier"


class Hooks(Protocol):
    """What is counted on the way (metrics)."""

    def part_answered(self, kind: AnswerKind) -> None: ...


def _nothing(_result: Answered | None) -> None:
    """For results nobody waits for."""


class Dispatcher:
    """All channels' queues and the meaning of answers. Without `failover` what one channel refuses has failed.
    `last_look`: what waits and may not be sent any more ends, or goes elsewhere."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        capacity: int,
        hooks: Hooks,
        failover: Failover | None = None,
        last_look: LastLook | None = None,
        witness: Witness | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._capacity = capacity
        self._hooks = hooks
        self._queues: dict[int, ChannelQueue] = {}
        self._failover = failover
        self._last_look = last_look
        self._outbox = OutboxReader(store, clock, capacity=capacity, dropped=self._gone)
        self._moving: set[asyncio.Task[None]] = set()
        self.backlog = 0
        """Messages in the outbox, in memory or on the disk."""
        self.moved = 0
        """Messages that went to another channel because one refused them."""
        self.relieved = 0
        """Messages that went to another channel because theirs could not send them, or may not any more."""
        self._answers = Answers(store, clock, witness)
        self.doubts = Doubts(store, clock)
        """Parts that were submitted, not answered in time, and not settled since."""
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
        self._outbox.top_up(queue)

    async def refill(self, channel_id: int) -> None:
        """Bring rows from the outbox into lanes that have room: at the start, and after an overflow."""
        await self._outbox.refill(self.queue(channel_id))

    def _gone(self, messages: int) -> None:
        self.backlog -= messages

    async def expire(self) -> None:
        """End what is past its validity where nobody asks for parts: on channels that are paused, down, or there no
        more. For housekeeping."""
        for (channel_id,) in await self._store.read("storage.outbox_channels"):
            known = self._queues.get(channel_id)
            queue = known or self.queue(channel_id)
            if known is None:  # nobody has said what it takes, and this every carrier takes
                queue.repertoire = Repertoire.UCS2_ONLY
            await self._outbox.refill(queue)
            self.end_expired(queue)

    def end_expired(self, queue: ChannelQueue) -> None:
        """End what waits past its validity."""
        for part in queue.take_expired(self._clock.now_ms()):
            self._expired(queue.channel_id, part)

    # -- for a link ----------------------------------------------------------------------------------------

    def next(self, queue: ChannelQueue, now_ms: Millis) -> Part | None:
        """The part for a free slot. Expired ones are stored as such and passed over. None also while the store
        keeps too much waiting."""
        if not self._store.may_submit():
            return None
        while self._answers.waiting < MOST_UNSTORED and (part := queue.next(now_ms)) is not None:
            job = part[0]
            if job.expires_ms <= now_ms:
                self._expired(queue.channel_id, part)
            elif (look := self._last_look) and (sent := job.sent) and (code := look.ends(sent)):
                self._unsent(queue.channel_id, part, PART_STOPPED, code)
            elif look and sent and not job.begun and (code := look.leaves(sent, job.access_number)):
                if len(self._moving) >= MOST_MOVING:
                    queue.put_back(*part)
                    break
                queue.take_rest(job)
                self._begin(self._stop(queue, job, code))
            elif job.trouble is None or _goes(job, part[1]):
                job.begun = len(job.payloads) > 1
                return part
        return None

    def _expired(self, channel_id: int, part: Part) -> None:
        self._unsent(channel_id, part, PART_EXPIRED, "EXPIRED")

    def _unsent(self, channel_id: int, part: Part, outcome: int, code: str) -> None:
        """A part ends without a carrier's having been asked now."""
        if self.doubts.settle(*part):
            self._store_result(channel_id, *part, outcome, Said(error=code))

    def answered(
        self,
        channel_id: int,
        job: Job,
        part: int,
        kind: AnswerKind,
        said: Said,
        stored: Callable[[], None],
    ) -> None:
        """A carrier answered a submit. `stored` is called once the answer is durable, however long that takes (or
        when the message's validity is over).

        THROTTLED is not for here, but for `throttled`: nothing has happened to the part.
        """
        self._hooks.part_answered(kind)
        if job.trouble is not None and not self._awaited(job, part):
            if kind is AnswerKind.ACCEPTED:  # twice, then: its reports shall find it
                self._store_result(
                    channel_id, job, part, PART_SUBMITTED, said, lambda _: stored(), settles=False
                )
            else:
                stored()
            return
        outcome, retry_at = PART_SUBMITTED, 0
        if kind is not AnswerKind.ACCEPTED:
            outcome, retry_at = self._refused(job, kind)
            if outcome == PART_ELSEWHERE and self._decides(job, Refused(part, said)):
                self._begin(self._move(channel_id, job, kind is AnswerKind.WRONG_CARRIER, stored))
                return

        def settled(result: Answered | None) -> None:
            stored()
            if result is not None and result.retry is not None:
                self._keep_retry(channel_id, job, part, result.retry)

        self._store_result(channel_id, job, part, outcome, said, settled, retry_at=retry_at)

    def _awaited(self, job: Job, part: int) -> bool:
        """Does this answer settle the part? Otherwise a late one to an earlier submit has."""
        doubt = job.doubt(part)
        if doubt is not None:
            doubt.under_way = False
        return self.doubts.settle(job, part)

    def _refused(self, job: Job, kind: AnswerKind) -> tuple[int, Millis]:
        """(outcome, not before) of a part that a carrier did not take."""
        now_ms = self._clock.now_ms()
        if kind is AnswerKind.RETRY and job.retries < len(RETRY_AFTER_SECONDS):
            retry_at = now_ms + RETRY_AFTER_SECONDS[job.retries] * 1000
            if retry_at < job.expires_ms:
                return PART_RETRY, retry_at
        if kind is AnswerKind.REFUSED or self._failover is None:
            return PART_REFUSED, 0
        return PART_ELSEWHERE if now_ms < job.expires_ms and _untouched(job) else PART_REFUSED, 0

    def answered_late(
        self,
        channel_id: int,
        job: Job,
        part: int,
        kind: AnswerKind,
        said: Said,
        stored: Callable[[], None],
    ) -> None:
        """A carrier answered after all what `unanswered` had given up. A part that it took is settled, and does not go
        again if it still waits to; one that it refused is, when nothing else of it is in doubt or under way."""
        doubt = job.doubt(part)
        assert doubt is not None
        doubt.open -= 1
        if kind is AnswerKind.ACCEPTED:
            self._hooks.part_answered(kind)
            attempt = job.attempt + doubt.taken  # below the newest submit's: not all that were lost are taken
            doubt.taken += 1
            self._store_result(
                channel_id,
                job,
                part,
                PART_SUBMITTED,
                said,
                lambda _: stored(),
                attempt=attempt,
                settles=self.doubts.settle(job, part),
            )
        elif doubt.settled or doubt.copies or kind is AnswerKind.THROTTLED:
            self._hooks.part_answered(kind)
            stored()
        else:
            self.answered(channel_id, job, part, kind, said, stored)

    # -- to another channel --------------------------------------------------------------------------------

    def _decides(self, job: Job, refused: Refused) -> bool:
        """Is this the last answer that was awaited, so that it decides about the message?"""
        if job.trouble is None:
            job.trouble = Trouble()
        job.trouble.refused.append(refused)
        return job.unanswered == 1

    def _begin(self, move: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(move)
        self._moving.add(task)
        task.add_done_callback(self._moving.discard)

    async def _move(self, channel_id: int, job: Job, wrong_carrier: bool, stored: Callable[[], None]) -> None:
        """The carrier has refused every part: the message goes by another channel, or has failed."""
        assert job.trouble is not None
        assert self._failover is not None
        part, said = job.trouble.refused[-1]
        find = self._failover.find
        way = await insist(
            lambda: find(job.message_id, channel_id, job.reference, wrong_carrier=wrong_carrier)
        )
        if self._clock.now_ms() >= job.expires_ms:
            way = None

        def settled(result: Answered | None) -> None:
            stored()
            if way is not None and result is not None and result.retry is not None:
                self.moved += 1
                self._hand_on(job, way, result.retry)

        outcome, to = (PART_ELSEWHERE, way.move) if way is not None else (PART_REFUSED, None)
        self._store_result(channel_id, job, part, outcome, said, settled, move_to=to)

    async def _stop(self, queue: ChannelQueue, job: Job, code: str) -> None:
        """A message, out of the queue, must not go by this channel any more: it goes by another one, or has failed."""
        failover, channel_id = self._failover, queue.channel_id
        way = None
        if failover is not None:
            find = failover.find
            way = await insist(lambda: find(job.message_id, channel_id, job.reference, wrong_carrier=False))
        if way is not None and self._clock.now_ms() < job.expires_ms:
            self._leave(channel_id, job, way, PART_STOPPED, code, queue.wake)
        else:
            for number in parts_of(0, len(job.payloads)):
                self._unsent(channel_id, (job, number), PART_STOPPED, code)
            queue.wake()

    def _hand_on(self, job: Job, way: Way, row: OutboxRow) -> None:
        """A message stands in a row of another channel now."""
        self.backlog += 1
        queue = self.queue(row.channel_id)
        if not queue.has_room(row.lane) or not queue.takes_out_of_order(row.lane, row.id):
            queue.found_on_disk(row.lane, row.id)
            self.top_up(queue)
            return
        (item,) = row.items
        again = Job(
            job.message_id,
            row.id,
            row.lane,
            item.attempt,
            item.reference,
            job.number,
            way.move.access_number,
            way.alphabet,
            way.payloads,
            job.expires_ms,
            len(way.payloads),
            sent=job.sent,
        )
        queue.put(again, parts_of(0, len(way.payloads)))
        queue.wake()

    # -- away from a channel that cannot send --------------------------------------------------------------

    def leave(self, channel_id: int, job: Job, way: Way, stored: Callable[[], None]) -> None:
        """A whole message that no carrier may have any of, out of the queue, goes by another channel. `stored` is called
        once that is durable."""
        self._leave(channel_id, job, way, PART_UNSENT, NO_CHANNEL, stored)

    def _leave(
        self, channel_id: int, job: Job, way: Way, outcome: int, code: str, stored: Callable[[], None]
    ) -> None:
        def settled(result: Answered | None) -> None:
            if result is not None and result.retry is not None:
                self.relieved += 1
                self._hand_on(job, way, result.retry)
            stored()

        job.unanswered = 1  # one result speaks for all parts
        self._store_result(channel_id, job, 1, outcome, Said(error=code), settled, move_to=way.move)

    def give_up(self, channel_id: int, part: Part) -> None:
        """A part, out of the queue, will not be sent from here any more: its message has failed."""
        job, number = part
        if not self.doubts.settle(job, number):
            return
        error = NO_ANSWER if job.doubt(number) else NO_CHANNEL
        self._store_result(channel_id, job, number, PART_UNSENT, Said(error=error))

    # -- troubles ------------------------------------------------------------------------------------------

    def throttled(self, queue: ChannelQueue, job: Job, part: int) -> None:
        """A carrier had no room for a part, and nothing else has happened: it is the next one to go."""
        self._hooks.part_answered(AnswerKind.THROTTLED)
        if (doubt := job.doubt(part)) is not None:
            doubt.under_way = False
        queue.put_back(job, part)

    def lost(self, channel_id: int, parts: Sequence[Part]) -> None:
        """A link died before these parts were answered: the carrier may or may not have them. They go again as the
        next attempt, and their answer will count each loss as uncertain."""
        for job, part in reversed(parts):
            self._give_up(channel_id, job, part, AFTER_A_DEAD_LINK)

    def unanswered(self, channel_id: int, parts: Iterable[Part], patience: float) -> None:
        """The same for a link that lives, where these parts were not answered in time: `answered_late` may follow.
        `patience`: seconds that the carrier had."""
        waits = waits_without_answer(patience)
        for job, part in parts:
            self._give_up(channel_id, job, part, waits)

    def _give_up(self, channel_id: int, job: Job, part: int, waits: Sequence[float]) -> None:
        doubt = self.doubts.lost(job, part)
        if doubt is None:
            return
        if doubt.losses > len(waits):
            self.doubts.settle(job, part)
            self._store_result(channel_id, job, part, PART_REFUSED, Said(error=NO_ANSWER))
            return
        queue, wait = self.queue(channel_id), waits[doubt.losses - 1]
        if wait:
            queue.put_later(job, (part,), self._clock.now_ms() + int(wait * 1000))
        else:
            queue.put_back(job, part)

    # -- into the store ------------------------------------------------------------------------------------

    def _store_result(
        self,
        channel_id: int,
        job: Job,
        part: int,
        outcome: int,
        said: Said,
        settled: Settled = _nothing,
        *,
        retry_at: Millis = 0,
        move_to: Move | None = None,
        attempt: int = 0,
        settles: bool = True,
    ) -> None:
        """`attempt`: another one than that of the newest submit. `settles`: the part is done; otherwise this is said of it
        beside what settles it."""
        uncertain = 0
        if job.trouble is not None:
            if (doubt := job.doubt(part)) is not None:
                attempt = attempt or job.attempt + doubt.losses
                uncertain = doubt.copies if settles else 0
            if settles and job.trouble.refused and outcome in (PART_SUBMITTED, PART_RETRY):
                self._fail(channel_id, job, job.trouble)
        if settles:
            job.unanswered -= 1
            if not job.unanswered:
                self.backlog -= 1
        now_ms = self._clock.now_ms()
        self._answers.store(
            PartResult(
                job.message_id,
                part,
                len(job.payloads),
                attempt or job.attempt,
                channel_id,
                job.outbox_id,
                said.carrier_id,
                said.status,
                outcome,
                job.reference,
                now_ms,
                day_of(now_ms),
                settles and job.unanswered == 0,
                retry_at,
                said.error,
                uncertain,
                job.retries + 1 if outcome == PART_RETRY else 0,
                move_to,
            ),
            job.expires_ms,
            settled,
        )

    def _fail(self, channel_id: int, job: Job, trouble: Trouble) -> None:
        """A part that waited for the others' answers cannot go elsewhere any more: it has failed its message. Told
        before the other answer, so that a message is never without both its end and its row."""
        part, said = trouble.refused[0]
        trouble.refused.clear()
        self._store_result(channel_id, job, part, PART_REFUSED, said, settles=False)

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
            job.sent,
        )
        queue.put_later(again, (part,), row.not_before_ms)
        queue.wake()


def _untouched(job: Job) -> bool:
    """Has this channel's carrier taken nothing of the message, as far as one knows here?"""
    answered = len(job.payloads) - job.unanswered
    if job.trouble is None:
        return not answered
    in_doubt = any(doubt.open for doubt in job.trouble.doubts.values())
    return not in_doubt and answered == len(job.trouble.refused)


def _goes(job: Job, part: int) -> bool:
    """A part that comes out of the queue is submitted, unless a late answer has settled it."""
    doubt = job.doubt(part)
    if doubt is None:
        return True
    doubt.under_way = not doubt.settled
    return doubt.under_way
