"""Which channels a server runs: records that are in order run whatever the others are, and what could not run is tried
again."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from in_process_store import InProcessStore

from hongyan.bootstrap import Platform, build
from hongyan.carriers.samples import ChannelSample
from hongyan.config import Settings
from hongyan.identity import RootSettings
from hongyan.server import channels as channels_module
from hongyan.server.channels import RunningChannels, routes

PATIENCE = 10.0
NOWHERE = {"host": "127.0.0.1", "port": 1, "login": "901234", "access_number": "1069000001"}
CMPP = {**NOWHERE, "carriers": ["mobile"]}
SGIP = {**NOWHERE, "login": "hy", "node": 3_010_012_345, "corp_id": "12345", "listen_host": "127.0.0.1"}


class World:
    def __init__(self, platform: Platform, store: InProcessStore) -> None:
        self.platform = platform
        self.store = store
        self.tasks: list[asyncio.Task[None]] = []
        self.running = RunningChannels(platform.settings, platform, self.begin)

    def begin(self, _what: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        self.tasks.append(asyncio.ensure_future(work))
        return self.tasks[-1]

    async def add(self, name: str, protocol: str, settings: dict[str, Any]) -> None:
        await self.platform.channels.add(name, protocol, settings, "password", actor="cli:test")

    def sample(self, name: str) -> ChannelSample:
        (found,) = [each for each in self.running.switchboard.samples() if each.name == name]
        return found

    def fault(self, name: str) -> str | None:
        known = self.sample(name).fault
        return known and known.fault.code

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.002)


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(channels_module, "FIRST_RETRY", 0.01)
    store = InProcessStore(tmp_path)
    platform = build(Settings(data=tmp_path), store, sandbox=False)
    await platform.identity.first_start(RootSettings("rootkey", "rootsecret", "rootpassword"))
    opened = World(platform, store)
    yield opened
    await opened.running.switchboard.stop(drain=False)
    for task in opened.tasks:
        task.cancel()
    store.close()


async def test_records_that_are_in_order_run_beside_one_that_nobody_can_read(world: World) -> None:
    for name in ("broken", "whole"):
        await world.add(name, "cmpp", CMPP)
    world.store.execute("UPDATE channel SET settings = '{' WHERE name = 'broken'")
    await world.running.start(None)
    assert (world.fault("broken"), world.fault("whole")) == ("channel.stored", None)
    assert len(world.sample("whole").links) == 1
    assert [route.name for route in await routes(world.platform)] == ["whole"]


async def test_a_port_that_becomes_free_is_taken_without_a_change(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        await world.add("unicom", "sgip", {**SGIP, "listen_port": taken.getsockname()[1]})
        await world.running.start(None)
        assert world.fault("unicom") == "channel.cannot_listen"
        world.begin("follow", world.running.follow())
        await asyncio.sleep(0.05)
        assert world.fault("unicom") == "channel.cannot_listen"
    await world.until(lambda: world.fault("unicom") is None)
    assert world.sample("unicom").listener is not None


async def test_a_change_is_tried_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels_module, "FIRST_RETRY", 600.0)
    settings = {**NOWHERE, "tls": True, "tls_ca": "/nowhere/authorities.pem"}
    await world.add("abroad", "smpp", settings)
    await world.running.start(None)
    assert world.fault("abroad") == "channel.certificate"
    world.begin("follow", world.running.follow())
    await world.platform.channels.edit("abroad", {"tls_ca": ""}, actor="cli:test")
    await world.until(lambda: world.fault("abroad") is None)


async def test_a_password_that_does_not_open_keeps_no_other_channel_down(world: World) -> None:
    for name in ("moved", "whole"):
        await world.add(name, "cmpp", CMPP)
    world.store.execute(
        "UPDATE channel SET secret = (SELECT secret FROM channel WHERE name = 'whole') WHERE name = 'moved'"
    )
    await world.running.start(None)
    assert (world.fault("moved"), world.fault("whole")) == ("vault.damaged", None)
