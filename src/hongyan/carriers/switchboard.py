"""All channels that are running: their links, and the router that chooses among them.

`use` takes the channels as they shall be from now on: new ones are started, changed ones restarted after a drain,
missing ones drained and ended, all others not touched. Messages that wait stay in the outbox meanwhile. One that cannot
run as it is configured is known to routing as one that is down, and says why; the others do not notice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from hongyan.carriers.dialects.port import Dialect
from hongyan.carriers.dialects.sgip import SgipDialect
from hongyan.carriers.faults import Fault, fault_of
from hongyan.carriers.health import Health
from hongyan.carriers.incoming import Incoming
from hongyan.carriers.link import Link, LinkSettings
from hongyan.carriers.listener import Listener, ListenerSettings
from hongyan.carriers.pool import LinkPool
from hongyan.carriers.samples import (
    DELIVERIES,
    LANES,
    ChannelSample,
    FaultSample,
    LinkSample,
    ListenerSample,
)
from hongyan.carriers.throttle import TokenBucket
from hongyan.kernel.clock import Clock, Millis
from hongyan.kernel.errors import HongyanError
from hongyan.kernel.text import Repertoire
from hongyan.messaging.dispatch import Dispatcher
from hongyan.messaging.receipts import Receipts
from hongyan.messaging.replies import Replies
from hongyan.messaging.route import Channel, Router

log = structlog.get_logger(__name__)

Begin = Callable[[str, Coroutine[Any, Any, None]], asyncio.Task[None]]
"""Runs a part of the server as a task that is watched."""


@dataclass(frozen=True, slots=True)
class ChannelSetup:
    """A channel as it shall run. `version`: changes with anything but `route` and `submits`. `rate`: parts a second on
    all links together. `dialects`: one that submits and receives, or one for each, with so many `connections` of each.
    `submits`: False keeps the links logged in for reports and texts, and sends nothing."""

    route: Channel
    version: int
    where: LinkSettings
    dialects: tuple[Dialect, ...]
    connections: int = 1
    rate: float = 0.0
    submits: bool = True
    listener: ListenerSettings | None = None
    """Where the carrier dials us, for protocols that have it so (SGIP)."""

    @property
    def id(self) -> int:
        """The channel's number."""
        return self.route.id

    def unusable(self, error: HongyanError) -> Unusable:
        """The same channel, which cannot be had like this."""
        title, fault = self.dialects[0].title, fault_of(error)
        return Unusable(self.id, self.route.name, title, fault, self.route, self.version, self.submits)


@dataclass(frozen=True, slots=True)
class Unusable:
    """A channel that cannot run as it is configured. `protocol`: its title. `route`, `version`: as above; None when not
    even its record can be read, and then it goes on as it was, if it runs."""

    id: int
    name: str
    protocol: str
    fault: Fault
    route: Channel | None = None
    version: int | None = None
    submits: bool = True


AnySetup = ChannelSetup | Unusable
_GONE = -1
"""No version of a setup."""


@dataclass(slots=True)
class _Running:
    setup: ChannelSetup
    links: LinkPool
    task: asyncio.Task[None]
    listener: Listener | None
    incoming: Incoming


class Switchboard:
    """Use `use`, then `stop`. Calls of `use` follow one another."""

    def __init__(
        self,
        *,
        clock: Clock,
        dispatcher: Dispatcher,
        router: Router,
        receipts: Receipts,
        replies: Replies,
        begin: Begin,
    ) -> None:
        self._clock = clock
        self._dispatcher = dispatcher
        self._router = router
        self._receipts = receipts
        self._replies = replies
        self._begin = begin
        self._running: dict[int, _Running] = {}
        self._faulty: dict[int, tuple[Unusable, Millis]] = {}
        self._changing = asyncio.Lock()

    async def use(self, setups: Sequence[AnySetup]) -> None:
        """From now on these channels, and no others. Used again with the same ones, it tries what could not run."""
        async with self._changing:
            self._router.use([route for setup in setups if (route := self._route(setup)) is not None])
            versions = {setup.id: setup.version for setup in setups}
            ending = [
                running
                for channel_id, running in self._running.items()
                if versions.get(channel_id, _GONE) not in (running.setup.version, None)
            ]
            await asyncio.gather(*(self._end(running, drain=True) for running in ending))
            self._note([fault for setup in setups if (fault := await self._run(setup)) is not None])

    def _route(self, setup: AnySetup) -> Channel | None:
        """What routing sees; of a record that cannot be read, what it saw before."""
        running = self._running.get(setup.id)
        return setup.route or (running.setup.route if running is not None else None)

    async def _run(self, setup: AnySetup) -> Unusable | None:
        """Let a channel run; why not, when it cannot."""
        if isinstance(setup, Unusable):
            return setup
        try:
            running = self._running.get(setup.id) or await self._start(setup)
        except HongyanError as error:
            return setup.unusable(error)
        running.setup = setup
        running.links.hold(not setup.submits)
        return None

    def _note(self, faulty: Sequence[Unusable]) -> None:
        before, now_ms = self._faulty, self._clock.now_ms()
        self._faulty = {}
        for each in faulty:
            known, since_ms = before.get(each.id, (None, now_ms))
            if known is None or known.fault != each.fault:
                since_ms = now_ms
                log.error(
                    "a channel cannot run as it is configured",
                    channel=each.name,
                    channel_id=each.id,
                    why=each.fault.words("en"),
                )
            self._faulty[each.id] = each, since_ms
            if each.id not in self._running:
                repertoire = each.route.repertoire if each.route is not None else Repertoire.UCS2_ONLY
                self._dispatcher.queue(each.id).repertoire = repertoire
                if each.route is not None:
                    self._mark(each.route, up=False)

    async def stop(self, *, drain: bool = True) -> bool:
        """End all links. True when every answer that came is stored."""
        async with self._changing:
            running = list(self._running.values())
            clean = await asyncio.gather(*(self._end(one, drain=drain) for one in running))
        return all(clean)

    @property
    def links(self) -> list[Link]:
        """Every link of every channel."""
        return [link for running in self._running.values() for link in running.links.links]

    def listener(self, channel_id: int) -> Listener | None:
        """The listener of a channel, when it has one."""
        running = self._running.get(channel_id)
        return running.listener if running is not None else None

    @property
    def faulty(self) -> bool:
        """A channel cannot run as it is configured."""
        return bool(self._faulty)

    def down(self) -> dict[int, float]:
        """Channels that should send and cannot, and for how many seconds."""
        now, now_ms = self._clock.monotonic(), self._clock.now_ms()
        found = {
            each.id: (now_ms - since_ms) / 1000
            for each, since_ms in self._faulty.values()
            if each.submits and each.id not in self._running
        }
        for channel_id, running in self._running.items():
            since = running.links.health.down_since
            if since is not None and running.setup.submits:
                found[channel_id] = now - since
        return found

    @property
    def bound(self) -> int:
        """Links that are logged in."""
        return sum(running.links.bound for running in self._running.values())

    @property
    def ready(self) -> bool:
        """A channel can send. Not all of them: what is meant for a carrier that is away waits in the outbox, and the
        messages of the others must not be turned away for it."""
        return any(sample.sends for sample in self.samples())

    def samples(self) -> list[ChannelSample]:
        """Every channel as it is now, by number."""
        return [
            self._running_sample(self._running[channel_id])
            if channel_id in self._running
            else self._idle_sample(self._faulty[channel_id][0])
            for channel_id in sorted({*self._running, *self._faulty})
        ]

    def _running_sample(self, running: _Running) -> ChannelSample:
        setup, brought, listener = running.setup, running.incoming.counts, running.listener
        return self._sample(
            setup.id,
            setup.route.name,
            setup.dialects[0].title,
            submits=setup.submits,
            up=setup.id not in self._router.down,
            deliveries=(brought.reports, brought.texts, brought.interim),
            put_off=brought.put_off,
            links=running.links.samples(),
            listener=listener.sample() if listener is not None else None,
        )

    def _idle_sample(self, each: Unusable) -> ChannelSample:
        return self._sample(each.id, each.name, each.protocol, up=False, submits=each.submits)

    def _sample(
        self,
        channel_id: int,
        name: str,
        protocol: str,
        *,
        up: bool,
        submits: bool,
        deliveries: tuple[int, ...] = (0, 0, 0),
        put_off: int = 0,
        links: tuple[LinkSample, ...] = (),
        listener: ListenerSample | None = None,
    ) -> ChannelSample:
        queue = self._dispatcher.queue(channel_id)
        fault, since_ms = self._faulty.get(channel_id, (None, 0))
        return ChannelSample(
            channel_id,
            name,
            protocol,
            submits,
            up,
            dict(zip(LANES, queue.waiting, strict=True)),
            queue.kept,
            dict(zip(DELIVERIES, deliveries, strict=True)),
            put_off,
            links,
            listener,
            FaultSample(fault.fault, since_ms) if fault is not None else None,
        )

    @property
    def in_flight(self) -> int:
        """Submits without an answer."""
        return sum(running.links.in_flight for running in self._running.values())

    async def _start(self, setup: ChannelSetup) -> _Running:
        channel_id = setup.route.id
        dialect = setup.dialects[0]
        incoming = Incoming(channel_id, dialect, self._receipts, self._replies)
        listener = None
        if setup.listener is not None:
            assert isinstance(dialect, SgipDialect)
            listener = Listener(
                channel_id, setup.route.name, setup.listener, dialect, clock=self._clock, incoming=incoming
            )
            await listener.open()

        def make(spoken: Dialect, shared: TokenBucket, number: int) -> Link:
            return Link(
                channel_id,
                setup.route.name,
                setup.where,
                spoken,
                number=number,
                clock=self._clock,
                dispatcher=self._dispatcher,
                incoming=incoming,
                shared=shared,
            )

        def tell(up: bool) -> None:
            self._mark(setup.route, up=up)

        queue = self._dispatcher.queue(channel_id)
        queue.name, queue.repertoire = setup.route.name, setup.route.repertoire
        links = LinkPool(
            queue,
            make,
            setup.dialects * setup.connections,
            rate=setup.rate,
            clock=self._clock,
            health=Health(self._clock, tell),
        )
        task = self._begin(f"links of {setup.route.name}", links.run())
        running = self._running[channel_id] = _Running(setup, links, task, listener, incoming)
        log.info(
            "channel is starting", channel=setup.route.name, channel_id=channel_id, links=len(links.links)
        )
        return running

    def _mark(self, channel: Channel, *, up: bool) -> None:
        if self._router.mark(channel.id, up=up):
            tell = log.info if up else log.warning
            tell(
                "channel can send again" if up else "channel cannot send",
                channel=channel.name,
                channel_id=channel.id,
            )

    async def _end(self, running: _Running, *, drain: bool) -> bool:
        clean = await running.links.stop(drain=drain)
        await running.task
        if running.listener is not None:
            await running.listener.close()
        del self._running[running.setup.route.id]
        route = running.setup.route
        log.info("channel is closed", channel=route.name, channel_id=route.id, clean=clean)
        return clean
