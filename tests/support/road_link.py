"""A link on the road: sockets are real, and time passes only when told."""

from __future__ import annotations

from collections.abc import Callable

from road_world import CHANNEL, Road
from until import until

from hongyan.carriers.dialects.port import Dialect
from hongyan.carriers.health import Health
from hongyan.carriers.incoming import Incoming
from hongyan.carriers.link import Link, LinkSettings
from hongyan.carriers.pool import LinkPool
from hongyan.carriers.throttle import TokenBucket

PATIENCE = 10.0


class RoadLink:
    """`road` first, then `make` the link. `STEP`: seconds that pass at a time."""

    STEP = 0.5
    road: Road
    link: Link

    def make(self, name: str, dialect: Dialect, where: LinkSettings) -> Link:
        """The only link of the channel; routing hears whether it can submit."""
        road = self.road
        incoming = Incoming(CHANNEL, dialect, road.receipts, road.replies)

        def make(spoken: Dialect, shared: TokenBucket, number: int) -> Link:
            return Link(
                CHANNEL,
                name,
                where,
                spoken,
                number=number,
                clock=road.clock,
                dispatcher=road.dispatcher,
                incoming=incoming,
                shared=shared,
            )

        pool = LinkPool(
            road.dispatcher.queue(CHANNEL),
            make,
            [dialect],
            rate=0,
            clock=road.clock,
            health=Health(road.clock, lambda up: road.router.mark(CHANNEL, up=up)),
        )
        (self.link,) = pool.links
        return self.link

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until it is so."""
        await until(condition, what, within=PATIENCE, pause=0.002)

    async def pass_time(self, condition: Callable[[], object], what: str) -> None:
        """Let time pass until it is so."""

        def later() -> object:
            self.road.clock.advance(self.STEP)
            return condition()

        await self.until(later, what)

    async def state(self, message_id: int, wanted: str) -> None:
        """Wait until a message has this state."""
        await self.until(lambda: self.road.state(message_id) == wanted, f"message is {wanted}")
