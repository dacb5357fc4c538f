"""One link between the road and a scripted carrier. Time passes only when told; sockets are real."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from road_link import RoadLink
from road_world import Road
from scripted_carrier import PATIENCE, CarrierLink, ScriptedCarrier
from structlog.testing import capture_logs

from hongyan.carriers.connection import OPEN_REQUESTS
from hongyan.carriers.dialects.smpp import SmppAccount, SmppDialect
from hongyan.carriers.link import Link, LinkSettings, LinkState
from hongyan.protocols.session.timing import Timing
from hongyan.storage.port import Change


class LinkWorld(RoadLink):
    """`async with LinkWorld(folder) as world`, then `await world.start()`."""

    def __init__(self, folder: Path, **road: Any) -> None:
        self.road = Road(folder, **road)
        self.carrier = ScriptedCarrier()
        self._running: asyncio.Task[None] | None = None
        self._log = capture_logs()

    async def __aenter__(self) -> Self:
        self.log = self._log.__enter__()
        await self.carrier.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._running is not None and not self._running.done():
            self._running.cancel()
        await self.carrier.__aexit__()
        self._log.__exit__(None, None, None)
        self.road.close()

    def make_link(
        self, *, window: int = 64, rate: float = 0.0, answer_timeout: float = 60.0, **account: Any
    ) -> Link:
        timing = Timing(window=window, open_requests=OPEN_REQUESTS, answer_timeout=answer_timeout)
        dialect = SmppDialect(SmppAccount("hongyan", "secret", **account), timing)
        return self.make("main", dialect, LinkSettings("127.0.0.1", self.carrier.port, rate))

    def run(self, **settings: Any) -> None:
        """Start the link, and do not wait for anything."""
        self._running = asyncio.ensure_future(self.make_link(**settings).run())

    async def start(self, **settings: Any) -> CarrierLink:
        """Start the link; the carrier's end of it, bound."""
        self.run(**settings)
        return await self.bound()

    async def bound(self) -> CarrierLink:
        """The carrier's end of the next connection that has bound on both ends."""
        link = await self.carrier.link()
        await self.until(lambda: self.link.state is LinkState.BOUND, "the link is bound")
        return link

    @property
    def unacknowledged(self) -> int:
        """Deliveries that were read and not answered."""
        assert self.link._connection is not None
        return self.link._connection.session.open_requests

    async def stopped(self) -> bool:
        """Stop the link as a server does; whether nothing was left without an answer."""
        assert self._running is not None
        async with asyncio.timeout(PATIENCE):
            clean = await self.link.stop()
            await self._running
        answered = not self.road.dispatcher.doubts
        if clean and await self.road.dispatcher.doubts.leave():
            await self.road.store.commit(Change((("storage.note_clean_stop", (), None),)))
        return clean and answered

    async def until(self, condition: Callable[[], object], what: str) -> None:
        try:
            await super().until(condition, what)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log}") from None

    async def turns(self, count: int) -> None:
        """Let the loop go round; for what must not happen."""
        for _ in range(count):
            await asyncio.sleep(0.001)

    def said(self, event: str) -> list[dict[str, Any]]:
        """Log lines of this event."""
        return [dict(line) for line in self.log if line["event"] == event]
