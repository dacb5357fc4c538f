"""Two scripted carriers, each behind a channel of its own, and the switchboard between them and the road."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from road_world import Road
from scripted_carrier import PATIENCE, ScriptedCarrier
from until import until

from hongyan.carriers import connection as connection_module
from hongyan.carriers import link as link_module
from hongyan.carriers.dialects.smpp import SmppAccount, SmppDialect
from hongyan.carriers.link import LinkSettings
from hongyan.carriers.switchboard import ChannelSetup, Switchboard
from hongyan.messaging.route import Channel
from hongyan.protocols.session.timing import Timing


class SwitchboardWorld:
    """Two carriers, each behind a channel of its own."""

    def __init__(self, folder: Path) -> None:
        self.road = Road(folder, channels=())
        self.carriers = {"mobile": ScriptedCarrier(), "unicom": ScriptedCarrier()}
        self.tasks: list[asyncio.Task[None]] = []
        self.switchboard = Switchboard(
            clock=self.road.clock,
            dispatcher=self.road.dispatcher,
            router=self.road.router,
            receipts=self.road.receipts,
            replies=self.road.replies,
            begin=self.begin,
        )

    def begin(self, _what: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self.tasks.append(task)
        return task

    def setup(self, channel_id: int, name: str, **changes: Any) -> ChannelSetup:
        timing = Timing(window=16, open_requests=1_000)
        setup = ChannelSetup(
            route=Channel(channel_id, name, "1069000012", carriers=frozenset({name})),
            version=1,
            where=LinkSettings("127.0.0.1", self.carriers[name].port),
            dialects=(SmppDialect(SmppAccount("hongyan", "secret"), timing),),
        )
        return replace(setup, **changes)

    async def use(self, *setups: ChannelSetup) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.switchboard.use(setups)

    async def until(self, condition: Any, what: str) -> None:
        await until(condition, what, within=PATIENCE, pause=0.002)


@asynccontextmanager
async def opened_world(folder: Path, patch: pytest.MonkeyPatch) -> AsyncIterator[SwitchboardWorld]:
    """Links look at their timers often, because the clock jumps, and reconnect fast."""
    patch.setattr(connection_module, "TICK", 0.005)
    patch.setattr(link_module, "FIRST_RECONNECT", 0.01)
    patch.setattr(link_module, "DRAIN_WITHIN", 0.5)
    opened = SwitchboardWorld(folder)
    async with opened.carriers["mobile"], opened.carriers["unicom"]:
        yield opened
        await opened.switchboard.stop(drain=False)
    opened.road.close()
