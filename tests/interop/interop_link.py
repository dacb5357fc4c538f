"""Our link, with the road behind it, to a server of other people. Time passes only when told; sockets are real."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Self

from papers_in_process import upload
from road_link import RoadLink
from road_world import Road
from smpp_customers import PATIENCE

from hongyan.carriers.connection import OPEN_REQUESTS
from hongyan.carriers.dialects.smpp import SmppAccount, SmppDialect
from hongyan.carriers.link import LinkSettings, LinkState
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


class LinkTo(RoadLink):
    """`async with LinkTo(port, folder) as world`: a link that tries to bind."""

    STEP = 0.1

    def __init__(self, port: int, folder: Path, mode: Mode = "transceiver") -> None:
        self._where = LinkSettings("127.0.0.1", port)
        self._mode: Mode = mode
        self._folder = folder

    async def __aenter__(self) -> Self:
        self.road = Road(self._folder)
        dialect = SmppDialect(
            SmppAccount(SYSTEM_ID, "secret", self._mode), Timing(open_requests=OPEN_REQUESTS, enquire_idle=30)
        )
        self.make("interop", dialect, self._where)
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

    async def replies(self) -> list[str]:
        """Texts of handsets, oldest first."""
        return [each.content for each in await self.road.messaging.recent_replies(None, None, 10)][::-1]

    @property
    def now(self) -> float:
        return self.road.clock.monotonic()
