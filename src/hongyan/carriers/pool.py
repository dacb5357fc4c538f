"""The links of one channel: they take from one queue and share one rate."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from hongyan.carriers.dialects.port import Dialect
from hongyan.carriers.health import Health
from hongyan.carriers.link import Link, LinkState
from hongyan.carriers.samples import LinkSample
from hongyan.carriers.throttle import TokenBucket
from hongyan.kernel.clock import Clock
from hongyan.messaging.outgoing import ChannelQueue

MakeLink = Callable[[Dialect, TokenBucket, int], Link]
"""From a dialect, the rate that all share, and the number of the link."""


class LinkPool:
    """One link for each of `dialects`. `rate`: parts a second on all links together, 0 for no limit. `health` hears of
    every link that begins or ceases to be able to submit. `run` lives as long as the links."""

    def __init__(
        self,
        queue: ChannelQueue,
        make_link: MakeLink,
        dialects: Sequence[Dialect],
        *,
        rate: float,
        clock: Clock,
        health: Health,
    ) -> None:
        shared = TokenBucket(rate, rate / 10, clock.monotonic())
        self.links = [make_link(dialect, shared, number) for number, dialect in enumerate(dialects, 1)]
        self.health = health
        for link in self.links:
            link.changed = self._link_changed
        self._turn = deque(self.links)
        self._loop = asyncio.get_running_loop()
        self._planned = False
        queue.wake = self._wake

    def _wake(self) -> None:
        """Something waits: the links take what fits, once for all that comes in this turn of the loop."""
        if not self._planned:
            self._planned = True
            self._loop.call_soon(self._pump)

    def _pump(self) -> None:
        """Another link is the first each time."""
        self._planned = False
        self._turn.rotate(1)
        for link in self._turn:
            link.pump()

    def _link_changed(self) -> None:
        self.health.note(able=any(link.can_submit for link in self.links))

    def hold(self, held: bool) -> None:
        """Submit nothing for the time being; reports and texts still come."""
        for link in self.links:
            link.held = held
        if not held:
            self._wake()

    async def run(self) -> None:
        """Keep all links up until `stop`."""
        self.health.begin()
        try:
            await asyncio.gather(*(link.run() for link in self.links))
        finally:
            self.health.end()

    async def stop(self, *, drain: bool = True) -> bool:
        """Take no more parts, wait for answers, leave. True when every answer that came is stored."""
        self.health.end()
        clean = await asyncio.gather(*(link.stop(drain=drain) for link in self.links))
        return all(clean)

    def samples(self) -> tuple[LinkSample, ...]:
        """Each link as it is now."""
        return tuple(link.sample(str(number)) for number, link in enumerate(self.links, 1))

    @property
    def bound(self) -> int:
        """Links that are logged in."""
        return sum(link.state is LinkState.BOUND for link in self.links)

    @property
    def in_flight(self) -> int:
        """Submits without an answer."""
        return sum(link.in_flight for link in self.links)
