"""The links of one channel: they take from one queue and share one rate."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from hongyan.carriers.dialects.port import Dialect
from hongyan.carriers.link import Link, LinkState
from hongyan.carriers.samples import LinkSample
from hongyan.carriers.throttle import TokenBucket
from hongyan.kernel.clock import Clock
from hongyan.messaging.outgoing import ChannelQueue

MakeLink = Callable[[Dialect, TokenBucket], Link]


class LinkPool:
    """One link for each of `dialects`. `rate`: parts a second on all links together, 0 for no limit. `run` lives as long as the links."""

    def __init__(
        self,
        queue: ChannelQueue,
        make_link: MakeLink,
        dialects: Sequence[Dialect],
        *,
        rate: float,
        clock: Clock,
    ) -> None:
        shared = TokenBucket(rate, rate / 10, clock.monotonic())
        self.links = [make_link(dialect, shared) for dialect in dialects]
        self._turn = deque(self.links)
        queue.wake = self._wake

    def _wake(self) -> None:
        """Something waits: the links take what fits, another one first each time."""
        self._turn.rotate(1)
        for link in self._turn:
            link.wake()

    def hold(self, held: bool) -> None:
        """Submit nothing for the time being; reports and texts still come."""
        for link in self.links:
            link.held = held
        if not held:
            self._wake()

    async def run(self) -> None:
        """Keep all links up until `stop`."""
        await asyncio.gather(*(link.run() for link in self.links))

    async def stop(self, *, drain: bool = True) -> bool:
        """Take no more parts, wait for answers, leave. True when nothing was left without an answer."""
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
