"""A simulator on the test's event loop, and what tests ask of it again and again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from hongyan.carriers.simulator import control
from hongyan.carriers.simulator.control import call
from hongyan.carriers.simulator.handsets import HandsetText, open_inbox
from hongyan.carriers.simulator.networks import NAMES
from hongyan.carriers.simulator.process import Options, Ready, running

AT_ONCE: dict[str, Any] = {"receipts": {"delay": {"max": 0.02}}}
Start = Callable[..., Awaitable[Ready]]


@asynccontextmanager
async def starter(data: Path) -> AsyncIterator[Start]:
    """Starts simulators with a scenario; they end with the block. All networks unless others are asked for."""
    async with AsyncExitStack() as stack:

        async def begin(scenario: dict[str, Any] | None = None, **options: Any) -> Ready:
            whole = Options(**{"data": data, "networks": NAMES, **options})
            ready = await stack.enter_async_context(running(whole))
            await call(data, control.ScenarioCommand(replace=scenario or AT_ONCE))
            return ready

        yield begin


async def stats(data: Path, network: str | None = None) -> dict[str, Any]:
    """The counters of one network, or of all together."""
    told = await call(data, control.Stats())
    found: dict[str, Any] = told["stats"] if network is None else told["networks"][network]
    return found


async def settled(
    data: Path, wanted: Callable[[dict[str, Any]], bool], network: str | None = None
) -> dict[str, Any]:
    """Counters, as soon as they are as wanted."""
    async with asyncio.timeout(10):
        while not wanted(counted := await stats(data, network)):
            await asyncio.sleep(0.005)
    return counted


async def arrived(data: Path, count: int) -> list[HandsetText]:
    """The texts on the phones, as soon as there are so many."""
    with open_inbox(data) as inbox:
        async with asyncio.timeout(10):
            while len(texts := inbox.messages(newest_first=False)) < count:
                await asyncio.sleep(0.01)
    return texts
