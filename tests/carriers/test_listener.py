"""A listener that carriers dial: what they bring is stored and answered, strangers get no further."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from road_world import CHANNEL, Road
from structlog.testing import capture_logs

from hongyan.carriers import connection as connection_module
from hongyan.carriers import listener as listener_module
from hongyan.carriers.dialects.sgip import SgipAccount, SgipDialect
from hongyan.carriers.incoming import Incoming
from hongyan.carriers.listener import Listener, ListenerSettings
from hongyan.kernel.clock import day_of
from hongyan.kernel.errors import Misconfigured
from hongyan.protocols.session.events import (
    BindRefused,
    Bound,
    DeliverAnswered,
    Event,
    Ignored,
    PeerUnbound,
    Unbound,
)
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.sgip.client import Credentials, ReverseClientSession
from hongyan.protocols.sgip.encoders import deliver_encoder, report_encoder
from hongyan.protocols.sgip.sequence import SequenceMaker, message_id
from hongyan.storage.port import PART_SUBMITTED, PartResult

PATIENCE = 5.0
NUMBER = "13800138000"


class World:
    def __init__(self, folder: Path) -> None:
        self.road = Road(folder)
        dialect = SgipDialect(
            SgipAccount("us", "ours", 3010012345, "smg", "theirs"), Timing(bind_timeout=0.3), self.road.clock
        )
        incoming = Incoming(CHANNEL, dialect, self.road.receipts, self.road.replies)
        self.listener = Listener(
            CHANNEL,
            "main",
            ListenerSettings("127.0.0.1", 0),
            dialect,
            clock=self.road.clock,
            incoming=incoming,
        )


class Gateway(asyncio.Protocol):
    """The carrier's end: it dials, logs in, brings things."""

    def __init__(self) -> None:
        sequences = SequenceMaker(1_010_010)
        self.session = ReverseClientSession(Timing(), 0.0, sequences, 1_780_000_000_000)
        self.events: asyncio.Queue[Event] = asyncio.Queue()
        self.closed = asyncio.Event()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        for event in self.session.receive(data, 0.0):
            self.events.put_nowait(event)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()

    def flush(self) -> None:
        self.transport.write(b"".join(self.session.bytes_to_send()))

    async def next(self) -> Event:
        async with asyncio.timeout(PATIENCE):
            return await self.events.get()

    async def login(self, name: str = "smg", password: str = "theirs") -> Event:
        self.session.bind(Credentials(name, password), 0.0)
        self.flush()
        return await self.next()


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(connection_module, "TICK", 0.005)
    monkeypatch.setattr(listener_module, "CLOSE_WITHIN", 0.1)
    opened = World(tmp_path)
    await opened.listener.open()
    yield opened
    await opened.listener.close()
    opened.road.close()


async def dial(world: World, *, source: str = "127.0.0.1") -> Gateway:
    gateway = Gateway()
    await asyncio.get_running_loop().create_connection(
        lambda: gateway, "127.0.0.1", world.listener.port, local_addr=(source, 0)
    )
    return gateway


async def closed(gateway: Gateway) -> None:
    async with asyncio.timeout(PATIENCE):
        await gateway.closed.wait()


async def submitted(world: World, carrier_id: str) -> int:
    """A message that the carrier has taken under this id."""
    message = await world.road.send_one()
    now_ms = world.road.clock.now_ms()
    result = PartResult(
        message, 1, 1, 1, CHANNEL, 1, carrier_id, 0, PART_SUBMITTED, 0, now_ms, day_of(now_ms), True
    )
    outcome = await world.road.store.commit(result)
    assert outcome
    return message


async def test_a_report_is_stored_before_it_is_answered(world: World) -> None:
    carrier_id = message_id(SequenceMaker(3010012345).next(world.road.clock.now_ms()))
    message = await submitted(world, carrier_id)
    gateway = await dial(world)
    assert isinstance(await gateway.login(), Bound)
    assert world.listener.bound == 1
    gateway.session.report("it", report_encoder()(carrier_id, NUMBER, "DELIVRD"), 0.0)
    gateway.flush()
    assert await gateway.next() == DeliverAnswered("it", 0)
    assert world.road.state(message) == "delivered"


async def test_a_text_from_a_handset_is_stored_and_answered(world: World) -> None:
    gateway = await dial(world)
    await gateway.login()
    body = deliver_encoder()(NUMBER, "1069000012", 0, 8, "退订".encode("utf-16-be"))
    gateway.session.deliver("it", body, 0.0)
    gateway.flush()
    assert await gateway.next() == DeliverAnswered("it", 0)
    (reply,) = await world.road.messaging.recent_replies(None, None, 10)
    assert (reply.number, reply.content) == ("8613800138000", "退订")


@pytest.mark.parametrize(("name", "password"), [("smg", "wrong"), ("us", "theirs"), ("", "")])
async def test_a_wrong_login_is_refused_and_its_connection_closed(
    world: World, name: str, password: str
) -> None:
    gateway = await dial(world)
    refused = await gateway.login(name, password)
    assert isinstance(refused, BindRefused)
    await closed(gateway)
    assert (world.listener.refused, world.listener.bound) == (1, 0)
    assert dict(world.listener.sample().refused) == {"wrong_login": 1}


async def test_what_comes_before_a_login_is_not_taken(world: World) -> None:
    gateway = await dial(world)
    gateway.transport.write(bytes.fromhex("00000014 00000005 00000001 00000002 00000003"))
    gateway.transport.write(bytes.fromhex("0000003d 00000005 00000001 00000002 00000003") + bytes(41))
    async with asyncio.timeout(PATIENCE):
        while not world.listener._connections:
            await asyncio.sleep(0.002)
    assert not await world.road.messaging.recent_replies(None, None, 10)
    answer = await gateway.login()
    while isinstance(answer, Ignored):  # the refusals of what came too early
        answer = await gateway.next()
    assert isinstance(answer, Bound)


async def test_a_stranger_who_says_nothing_is_sent_away(world: World) -> None:
    gateway = await dial(world)
    async with asyncio.timeout(PATIENCE):
        while not gateway.closed.is_set():
            world.road.clock.advance(0.1)
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("nonsense", [b"\xff" * 64, bytes(64), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"])
async def test_nonsense_ends_its_own_connection_only(world: World, nonsense: bytes) -> None:
    honest, stranger = await dial(world), await dial(world)
    await honest.login()
    stranger.transport.write(nonsense)
    await closed(stranger)
    honest.session.report("it", report_encoder()("00" * 12, NUMBER, "DELIVRD"), 0.0)
    honest.flush()
    assert await honest.next() == DeliverAnswered("it", 0)


async def test_a_flood_of_connections_is_bounded_and_told_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener_module, "MOST_CONNECTIONS", 3)
    with capture_logs() as log:
        flood = [await dial(world) for _ in range(30)]
        async with asyncio.timeout(PATIENCE):
            while sum(gateway.closed.is_set() for gateway in flood) < 27:
                await asyncio.sleep(0.002)
    assert world.listener.refused == 27
    assert len([line for line in log if line["log_level"] == "warning"]) == 1


async def admitted(world: World, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while world.listener.sample().open < count:
            await asyncio.sleep(0.002)


async def test_strangers_who_hold_connections_do_not_keep_the_carrier_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener_module, "MOST_CONNECTIONS", 3)
    strangers = [await dial(world) for _ in range(3)]
    await admitted(world, 3)
    gateway = await dial(world)
    assert isinstance(await gateway.login(), Bound)
    await closed(strangers[0])
    assert [stranger.closed.is_set() for stranger in strangers] == [True, False, False]
    assert dict(world.listener.sample().refused) == {"too_many": 1}


async def test_the_address_that_holds_most_connections_without_a_login_gives_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a flood from one place does not end the logins from others."""
    monkeypatch.setattr(listener_module, "MOST_CONNECTIONS", 3)
    slow = await dial(world, source="127.0.0.3")
    flood = [await dial(world, source="127.0.0.2") for _ in range(2)]
    await admitted(world, 3)
    flood += [await dial(world, source="127.0.0.2") for _ in range(5)]
    for stranger in flood[:-2]:
        await closed(stranger)
    assert isinstance(await slow.login(), Bound)


async def test_a_carrier_that_is_logged_in_gives_way_to_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener_module, "MOST_CONNECTIONS", 2)
    inside = [await dial(world) for _ in range(2)]
    for gateway in inside:
        await gateway.login()
    await closed(await dial(world))
    assert world.listener.bound == 2
    assert not any(gateway.closed.is_set() for gateway in inside)


async def test_the_system_looks_whether_a_silent_carrier_is_still_there(world: World) -> None:
    """SGIP has no heartbeat, and one that vanished without a word would hold its place for ever."""
    gateway = await dial(world)
    assert isinstance(await gateway.login(), Bound)
    source = gateway.transport.get_extra_info("sockname")[1]
    ports = f"{world.listener.port:04X} 0100007F:{source:04X}"
    (ours,) = [
        line.split() for line in Path("/proc/net/tcp").read_text().splitlines() if f":{ports} " in line
    ]
    timer, due = ours[5].split(":")
    assert timer == "02", "keepalive, as proc(5) has it"
    assert 0 < int(due, 16) <= 60 * 100


async def test_a_stop_takes_leave_of_carriers_that_are_logged_in(world: World) -> None:
    gateway = await dial(world)
    await gateway.login()
    closing = asyncio.ensure_future(world.listener.close())
    assert isinstance(await gateway.next(), PeerUnbound | Unbound)
    gateway.flush()
    gateway.transport.close()
    async with asyncio.timeout(PATIENCE):
        await closing


async def test_a_port_that_is_taken_is_told_in_words(world: World) -> None:
    another = Listener(
        CHANNEL,
        "main",
        ListenerSettings("127.0.0.1", world.listener.port),
        world.listener._dialect,
        clock=world.road.clock,
        incoming=world.listener._incoming,
    )
    with pytest.raises(Misconfigured) as caught:
        await another.open()
    assert caught.value.code == "channel.cannot_listen"
