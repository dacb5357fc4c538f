"""Our link, with the road behind it, to a server of other people. Time passes only when told; sockets are real."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Self

from papers_in_process import upload
from road_world import CHANNEL, Road
from smpp_customers import PATIENCE

from hongyan.carriers.connection import OPEN_REQUESTS
from hongyan.carriers.dialects.port import Dialect
from hongyan.carriers.dialects.smpp import SmppAccount, SmppDialect
from hongyan.carriers.health import Health
from hongyan.carriers.incoming import Incoming
from hongyan.carriers.link import Link, LinkSettings, LinkState
from hongyan.carriers.pool import LinkPool
from hongyan.carriers.throttle import TokenBucket
from hongyan.compliance import (
    QualificationFilter,
    SignatureMaterial,
    SignSource,
    SignType,
    TrademarkMaterial,
)
from hongyan.compliance.sandbox import COMPANY_NAME
from hongyan.identity import Actor
from hongyan.protocols.session.states import Mode
from hongyan.protocols.session.timing import Timing

SYSTEM_ID = "hongyan"


class LinkTo:
    """`async with LinkTo(port, folder) as world`: a link that tries to bind."""

    def __init__(self, port: int, folder: Path, mode: Mode = "transceiver") -> None:
        self._where = LinkSettings("127.0.0.1", port)
        self._mode: Mode = mode
        self._folder = folder

    async def __aenter__(self) -> Self:
        self.road = Road(self._folder)
        dialect = SmppDialect(
            SmppAccount(SYSTEM_ID, "secret", self._mode), Timing(open_requests=OPEN_REQUESTS, enquire_idle=30)
        )
        incoming = Incoming(CHANNEL, dialect, self.road.receipts, self.road.replies)

        def make(spoken: Dialect, shared: TokenBucket, number: int) -> Link:
            return Link(
                CHANNEL,
                "interop",
                self._where,
                spoken,
                number=number,
                clock=self.road.clock,
                dispatcher=self.road.dispatcher,
                incoming=incoming,
                shared=shared,
            )

        queue = self.road.dispatcher.queue(CHANNEL)
        health = Health(self.road.clock, lambda _up: None)
        (self.link,) = LinkPool(queue, make, [dialect], rate=0, clock=self.road.clock, health=health).links
        self._running = asyncio.ensure_future(self.link.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop(drain=False)
        self.road.close()

    async def stop(self) -> bool:
        """Leave as a server does; whether nothing was left without an answer."""
        return await self._stop(drain=True)

    async def _stop(self, *, drain: bool) -> bool:
        async with asyncio.timeout(PATIENCE):
            clean = await self.link.stop(drain=drain)
            await self._running
        return clean

    async def until(self, condition: Callable[[], object], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition():
                    await asyncio.sleep(0.002)
        except TimeoutError:
            raise AssertionError(f"waited in vain: {what}") from None

    async def pass_time(self, condition: Callable[[], object], what: str) -> None:
        """Let tenths of seconds pass until it is so."""

        def later() -> object:
            self.road.clock.advance(0.1)
            return condition()

        await self.until(later, what)

    async def latin_signature(self) -> str:
        """A signature that leaves a text in the default alphabet: a trademark, because no licence has Latin names."""
        compliance, account_id = self.road.compliance, self.road.account_id
        _, found = await compliance.qualifications.page(account_id, QualificationFilter(), limit=1, offset=0)
        await upload(compliance.papers, account_id, "1/mark.png")
        mark = TrademarkMaterial(
            "Hongyan", COMPANY_NAME, "12345678", "2020-01-01~2099-12-31", picture="1/mark.png"
        )
        material = SignatureMaterial(
            SignType.GENERAL,
            SignSource.TRADEMARK,
            third_party=False,
            qualification_id=found[0].id,
            trademark_id=await compliance.trademarks.create(account_id, mark, actor=Actor("test")),
        )
        await compliance.signatures.submit(account_id, "Hongyan", material, actor=Actor("test"))
        return "Hongyan"

    async def bound(self) -> None:
        """The link has logged in."""
        await self.until(lambda: self.link.state is LinkState.BOUND, "the link is bound")

    async def message(self, message_id: int, state: str) -> None:
        """A message has this state."""
        await self.until(lambda: self.road.state(message_id) == state, f"the message is {state}")

    async def replies(self) -> list[str]:
        """Texts of handsets, oldest first."""
        return [each.content for each in await self.road.messaging.recent_replies(None, None, 10)][::-1]

    @property
    def now(self) -> float:
        return self.road.clock.monotonic()
