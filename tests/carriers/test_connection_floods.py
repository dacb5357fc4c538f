"""A peer that writes without end, or reads nothing: neither memory nor the processor is its own."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest
import uvloop
from link_world import LinkWorld

from hongyan.carriers import connection as connection_module
from hongyan.carriers.connection import TURN_OCTETS, Connection
from hongyan.protocols.smpp import ServerSession, Timing
from hongyan.protocols.smpp.codec import frame_of
from hongyan.protocols.smpp.pdus import ENQUIRE_LINK, ENQUIRE_LINK_RESP

PATIENCE = 10.0
SOME = 5_000


def enquires(first: int, count: int) -> bytes:
    return b"".join(frame_of(ENQUIRE_LINK, b"", sequence) for sequence in range(first, first + count))


async def test_a_peer_that_reads_no_answers_is_not_read_until_it_does(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "MOST_UNREAD", 131_072)
    carrier = await world.start()
    connection = world.link._connection
    assert connection is not None
    transport = connection._transport
    ours = transport.get_extra_info("socket")
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
    carrier.read_nothing()
    asked = 0

    def ask_more_until_it_is_not_read() -> bool:
        nonlocal asked
        if connection._reading:
            carrier.write(enquires(asked + 1, SOME))
            asked += SOME
        return not connection._reading

    await world.until(ask_more_until_it_is_not_read, "reading stops")
    held = transport.get_write_buffer_size()
    carrier.write(enquires(asked + 1, SOME))
    await world.turns(20)
    assert transport.get_write_buffer_size() == held, "no more answers pile up"
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    carrier.read_again()
    await world.until(lambda: connection._reading, "reading goes on")
    await carrier.settled()


class _Idle:
    """Owns a connection and wants nothing of it."""

    def handle(self, event: object, connection: object) -> None: ...
    def pump(self) -> None: ...
    def answered_some(self) -> None: ...
    def now(self) -> float:
        return 0.0


class _Watched(Connection[ServerSession]):
    """Knows in which turn of the loop each read was."""

    turn = 0

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(_Idle(), ServerSession(Timing(), 0.0), loop)
        self.reads: list[tuple[int, int]] = []
        self._count()

    def _count(self) -> None:
        self.turn += 1
        self._loop.call_soon(self._count)

    def data_received(self, data: bytes) -> None:
        self.reads.append((self.turn, len(data)))
        super().data_received(data)


def _pour(port: int, data: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as peer:
        peer.sendall(data)
        peer.recv(1)


def test_a_flood_leaves_each_turn_of_the_loop_to_others_after_one_large_read() -> None:
    """As the server runs: uvloop reads one socket many times in a turn when nobody stops it."""
    flood = frame_of(ENQUIRE_LINK_RESP, b"", 1) * 500_000

    async def read_it() -> list[tuple[int, int]]:
        made: list[_Watched] = []

        def make() -> _Watched:
            made.append(_Watched())
            return made[-1]

        server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
        peer = threading.Thread(target=_pour, args=(server.sockets[0].getsockname()[1], flood))
        peer.start()
        async with asyncio.timeout(PATIENCE):
            while not made or sum(octets for _, octets in made[0].reads) < len(flood):
                await asyncio.sleep(0.01)
        made[0].abort()
        server.close()
        await asyncio.to_thread(peer.join)
        return made[0].reads

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        reads = runner.run(read_it())
    large = [turn for turn, octets in reads if octets >= TURN_OCTETS]
    assert large
    assert len(large) == len(set(large))
