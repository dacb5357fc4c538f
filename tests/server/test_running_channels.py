"""Which channels a server runs: records that are in order run whatever the others are, and what could not run is tried
again."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from in_process_store import InProcessStore

from hongyan.bootstrap import Platform, build
from hongyan.carriers.samples import ChannelSample
from hongyan.config import Settings
from hongyan.identity import RootSettings
from hongyan.kernel.errors import Throttled
from hongyan.server import channels as channels_module
from hongyan.server.channels import RunningChannels, routes
from hongyan.storage.port import LANE_MARKETING, LANE_NOTICES, NO_CHANNEL, Accept, Message

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


@asynccontextmanager
async def opened(folder: Path, settings: Settings) -> AsyncIterator[World]:
    store = InProcessStore(folder)
    platform = build(settings, store, sandbox=False)
    await platform.identity.first_start(RootSettings("rootkey", "rootsecret", "rootpassword"))
    world = World(platform, store)
    yield world
    await world.running.switchboard.stop(drain=False)
    for task in world.tasks:
        task.cancel()
    store.close()


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(channels_module, "FIRST_RETRY", 0.01)
    async with opened(tmp_path, Settings(data=tmp_path)) as made:
        yield made


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


# -- what waits where nothing can be sent -----------------------------------------------------------------


async def accepted(world: World, channel_id: int, lane: int = LANE_NOTICES) -> int:
    """A message that waits for a channel."""
    now_ms, message_id = world.platform.clock.now_ms(), world.platform.ids.next()
    message = Message(
        *(message_id, message_id, 7, "8613800138000", 1, 11, "鸿雁", "SMS_1", 1, "【鸿雁】你好", 1, 0),
        *(channel_id, lane, "1069000001", 0, None, now_ms, now_ms + 3_600_000, "R-1"),
    )
    await world.platform.store.commit(Accept(7, lane, (message,), now_ms=now_ms))
    return message_id


def stored(world: World, message_id: int) -> tuple[object, ...]:
    """(channel, passed over, state, code)."""
    asked = "SELECT channel_id, passed_over, state, receipt_code FROM message WHERE id = ?"
    return world.store.rows(asked, message_id)[0]


@pytest.fixture
def relieving(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels_module, "RELIEVE_EVERY", 0.005)


@pytest.mark.usefixtures("relieving")
async def test_what_a_channel_that_is_removed_by_force_leaves_behind_goes_elsewhere_or_has_failed(
    world: World,
) -> None:
    await world.add("first", "cmpp", CMPP)
    await world.add("second", "cmpp", {**CMPP, "access_number": "1069000002"})
    await world.running.start(None)
    for part in (world.running.follow(), world.running.relieve()):
        world.begin("a part of the server", part)
    message_id = await accepted(world, 100)
    for name, expected in (
        ("first", (101, "100:waited", "accepted", "")),
        ("second", (101, "100:waited", "failed", NO_CHANNEL)),
    ):
        await world.platform.channels.pause(name, actor="cli:test")
        await world.platform.channels.remove(name, force=True, actor="cli:test")
        await world.until(lambda expected=expected: stored(world, message_id) == expected)  # type: ignore[misc]
    assert world.store.rows("SELECT 1 FROM outbox") == []


@pytest.mark.usefixtures("relieving")
async def test_what_waits_for_a_channel_that_cannot_run_goes_elsewhere_in_time(tmp_path: Path) -> None:
    async with opened(tmp_path, Settings(data=tmp_path, move_notices_after=1)) as world:
        await world.add("broken", "smpp", {**NOWHERE, "tls": True, "tls_ca": "/nowhere/authorities.pem"})
        await world.add("whole", "cmpp", {**CMPP, "priority": 5})
        await world.running.start(None)
        world.begin("relief", world.running.relieve())
        notice, marketing = await accepted(world, 100), await accepted(world, 100, LANE_MARKETING)
        await world.until(lambda: stored(world, notice) == (101, "100:waited", "accepted", ""))
        assert stored(world, marketing)[0] == 100


@pytest.mark.usefixtures("relieving")
async def test_a_store_that_is_away_for_a_while_does_not_end_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.running.start(None)
    rounds: list[Exception] = []

    async def look(*_: object) -> None:
        rounds.append(Throttled("throttled", en="", zh="") if len(rounds) % 2 else OSError("away"))
        raise rounds[-1]

    monkeypatch.setattr(world.platform.relief, "look", look)
    world.begin("relief", world.running.relieve())
    await world.until(lambda: len(rounds) > 3)
