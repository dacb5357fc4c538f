"""What waits at a channel that cannot send goes by another one: after a while when its links are down, at once when the
channel was removed.

Only whole messages that no carrier may have any of; the store says so again in the transaction that moves them
(docs/adr/0026). What a removed channel leaves behind, and no other one may send, has failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from hongyan.kernel.clock import Clock
from hongyan.messaging.dispatch import Dispatcher
from hongyan.messaging.failover import Failover
from hongyan.messaging.outbox import parts_of
from hongyan.messaging.outgoing import ChannelQueue, Job
from hongyan.messaging.route import Channel, Router

log = structlog.get_logger(__name__)

AT_ONCE = 256
"""Messages that are looked up and stored together."""
LOOK_AGAIN = 30.0
"""Seconds until what had no other way is looked at again, unless routing has changed: a registration may have come."""

After = Sequence[float]
"""Seconds that a channel must be down before messages leave it, by lane; 0: they stay."""

_Waiting = dict[Job, tuple[int, ...]]
"""Messages and which of their parts wait."""


class Relief:
    """Asked again and again; each time it does what is to be done now."""

    def __init__(
        self, clock: Clock, dispatcher: Dispatcher, failover: Failover, router: Router, after: After
    ) -> None:
        self._clock = clock
        self._dispatcher = dispatcher
        self._failover = failover
        self._router = router
        self._after = after
        self._in_vain: dict[int, tuple[object, float]] = {}

    async def look(self, down: Mapping[int, float], removed: Mapping[int, Channel | None]) -> None:
        """`down`: channels that cannot send, and for how many seconds. `removed`: channels that are gone for ever; None for
        one of which nothing is known any more."""
        for channel_id, seconds in down.items():
            lanes = [lane for lane, after in enumerate(self._after) if 0 < after <= seconds]
            channel = self._router.channel(channel_id)
            if lanes and channel is not None:
                await self._relieve(channel, lanes)
        for channel_id, gone in removed.items():
            await self._clear(channel_id, gone)

    async def _relieve(self, channel: Channel, lanes: list[int]) -> None:
        """Move what another channel can send now; what none can, waits on."""
        state, now = (self._router.version, *lanes), self._clock.monotonic()
        known, again = self._in_vain.get(channel.id, (None, 0.0))
        if known == state and now < again:
            return
        self._in_vain[channel.id] = state, now + LOOK_AGAIN
        queue = await self._filled(channel.id)
        looked_at: set[int] = set()
        while channel.id in self._router.down and (jobs := queue.take_whole(lanes, AT_ONCE, looked_at)):
            looked_at.update(job.message_id for job in jobs)
            stay: _Waiting = {job: parts_of(0, len(job.payloads)) for job in jobs}
            try:
                await self._move(channel, jobs, stay, up_only=True)
            finally:
                _put_back(queue, stay)
            if len(stay) < len(jobs):
                self._in_vain.pop(channel.id, None)  # more may have come into the room that was left

    async def _clear(self, channel_id: int, channel: Channel | None) -> None:
        """Nothing waits on: what no other channel takes has failed."""
        queue = await self._filled(channel_id)
        stay: _Waiting = {}
        for job, part in queue.take_all():
            stay[job] = (*stay.get(job, ()), part)
        if channel is not None:
            try:
                await self._move_whole(channel, stay)
            except BaseException:
                _put_back(queue, stay)
                raise
        for job, parts in stay.items():
            for part in parts:
                self._dispatcher.give_up(channel_id, (job, part))
        if stay:
            log.warning(
                "messages of a removed channel have failed: no other one may send them",
                channel=channel.name if channel is not None else queue.name,
                channel_id=channel_id,
                messages=len(stay),
            )

    async def _move_whole(self, channel: Channel, stay: _Waiting) -> None:
        whole = [
            job for job, parts in stay.items() if job.trouble is None and len(parts) == len(job.payloads)
        ]
        for at in range(0, len(whole), AT_ONCE):
            await self._move(channel, whole[at : at + AT_ONCE], stay, up_only=False)

    async def _filled(self, channel_id: int) -> ChannelQueue:
        """What waits for a channel that nobody asks for parts."""
        await self._dispatcher.refill(channel_id)
        queue = self._dispatcher.queue(channel_id)
        self._dispatcher.end_expired(queue)
        return queue

    async def _move(self, channel: Channel, jobs: list[Job], stay: _Waiting, *, up_only: bool) -> None:
        """Let those that have a way go, and wait until that is stored. They are taken out of `stay` before: whatever
        happens then, they are not this channel's any more."""
        ways = await asyncio.gather(
            *(
                self._failover.find_for_waiting(job.message_id, channel, job.reference, up_only=up_only)
                for job in jobs
            )
        )
        going = [(job, way) for job, way in zip(jobs, ways, strict=True) if way is not None]
        stored = asyncio.Semaphore(0)
        for job, way in going:
            del stay[job]
            self._dispatcher.leave(channel.id, job, way, stored.release)
        for _ in going:
            await stored.acquire()
        if going:
            log.info(
                "messages left a channel that cannot send them",
                channel=channel.name,
                channel_id=channel.id,
                messages=len(going),
            )


def _put_back(queue: ChannelQueue, waiting: _Waiting) -> None:
    """In their order, before what came meanwhile."""
    for job, parts in reversed(list(waiting.items())):
        for part in reversed(parts):
            queue.put_back(job, part)
    queue.wake()
