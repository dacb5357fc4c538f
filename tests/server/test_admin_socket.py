"""The socket through which commands write: for the owner, for changes, and unmoved by anything else."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from in_process_store import InProcessStore
from structlog.testing import capture_logs

from hongyan.server.admin_socket import LARGEST_FRAME, SOCKET, AdminSocket, frame
from hongyan.storage.port import (
    Accept,
    Change,
    Command,
    Done,
    Maintain,
    Nonce,
    Outcome,
    Receipt,
    Refusal,
    Reissue,
)
from hongyan.storage.sqlite.command_line import CommandLineStore

CHANGE = Change((("storage.note_clean_stop", (), 1),))
PATIENCE = 10.0


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[InProcessStore]:
    opened = InProcessStore(tmp_path, most_waiting=10)
    yield opened
    opened.close()


@pytest.fixture
async def admin(tmp_path: Path, store: InProcessStore) -> AsyncIterator[AdminSocket]:
    opened = AdminSocket(tmp_path, store)
    await opened.open()
    yield opened
    await opened.close()


class Peer:
    """Somebody on this machine."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / SOCKET

    async def __aenter__(self) -> Peer:
        self._reader, self._writer = await asyncio.open_unix_connection(self._path)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()

    async def ask(self, *commands: Command) -> list[Outcome]:
        return await self.ask_raw(frame(msgspec.msgpack.encode(commands)))

    async def ask_raw(self, data: bytes) -> list[Any]:
        self._writer.write(data)
        async with asyncio.timeout(PATIENCE):
            size = int.from_bytes(await self._reader.readexactly(4), "big")
            return msgspec.msgpack.decode(await self._reader.readexactly(size), type=list[Outcome])

    async def is_closed_on(self, data: bytes) -> bool:
        """Whether the server hangs up."""
        self._writer.write(data)
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(ConnectionError):
                return await self._reader.read() == b""
        return True


def clean_stops(store: InProcessStore) -> int:
    ((count,),) = store.rows("SELECT count(*) FROM fact WHERE name = 'clean_stop'")
    return int(count)


async def test_only_the_owner_may_open_it(tmp_path: Path, admin: AdminSocket) -> None:
    mode = (tmp_path / SOCKET).stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600


async def test_a_change_is_stored_when_it_is_answered(
    tmp_path: Path, store: InProcessStore, admin: AdminSocket
) -> None:
    async with Peer(tmp_path) as peer:
        assert await peer.ask(CHANGE) == [Done([[]])]
    assert clean_stops(store) == 1


async def test_outcomes_come_in_the_order_of_the_commands(
    tmp_path: Path, store: InProcessStore, admin: AdminSocket
) -> None:
    impossible = Change((("storage.note_clean_stop", (), 7),))
    async with Peer(tmp_path) as peer:
        outcomes = await peer.ask(impossible, CHANGE)
        assert [type(outcome) for outcome in outcomes] == [Refusal, Done]
        assert await peer.ask() == []
        assert [type(outcome) for outcome in await peer.ask(CHANGE)] == [Refusal], "it stands there already"


@pytest.mark.parametrize(
    "command",
    [
        Accept(1, 0, ()),
        Nonce(1, 2),
        Receipt(1, "c-1", True, "DELIVRD", 1, 1, 1),
        Reissue(1, 1),
        Maintain(1, 1, 1),
    ],
)
async def test_what_belongs_to_the_server_is_not_taken_from_commands(
    tmp_path: Path, store: InProcessStore, admin: AdminSocket, command: Command
) -> None:
    async with Peer(tmp_path) as peer:
        assert await peer.ask(command) == [Refusal("admin.not_allowed")]
        assert [type(outcome) for outcome in await peer.ask(CHANGE)] == [Done], "the connection goes on"


async def test_a_statement_that_nobody_wrote_changes_nothing(
    tmp_path: Path, store: InProcessStore, admin: AdminSocket
) -> None:
    async with Peer(tmp_path) as peer:
        (outcome,) = await peer.ask(Change((("DROP TABLE message", (), None),)))
    assert isinstance(outcome, Refusal)
    assert store.rows("SELECT count(*) FROM message") == [(0,)]


GARBAGE = {
    "no MessagePack": frame(b"\xc1" * 20),
    "no list": frame(msgspec.msgpack.encode({"a": 1})),
    "no command": frame(msgspec.msgpack.encode([[99, 1, 2]])),
    "a command with the wrong fields": frame(msgspec.msgpack.encode([[5, "statements"]])),
    "a list in a list in a list": frame(b"\x91" * 100_000),
    "nothing in a frame": frame(b""),
    "a frame that is too large": (LARGEST_FRAME + 1).to_bytes(4, "big"),
    "the largest length there is": b"\xff" * 64,
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
async def test_garbage_ends_its_connection_and_nothing_else(
    tmp_path: Path,
    store: InProcessStore,
    admin: AdminSocket,
    caplog: pytest.LogCaptureFixture,
    garbage: bytes,
) -> None:
    with capture_logs() as log:
        async with Peer(tmp_path) as peer:
            assert await peer.is_closed_on(garbage)
    assert {line["log_level"] for line in log} <= {"warning"}
    assert caplog.records == [], "no exception went unhandled"
    async with Peer(tmp_path) as peer:
        assert [type(outcome) for outcome in await peer.ask(CHANGE)] == [Done]


async def test_half_a_frame_is_nothing(tmp_path: Path, store: InProcessStore, admin: AdminSocket) -> None:
    whole = frame(msgspec.msgpack.encode([CHANGE]))
    async with Peer(tmp_path) as peer:
        peer._writer.write(whole[:-1])
        await peer._writer.drain()
    async with Peer(tmp_path) as peer:
        assert await peer.ask() == []
    assert clean_stops(store) == 0


async def test_a_frame_may_come_in_pieces(tmp_path: Path, store: InProcessStore, admin: AdminSocket) -> None:
    whole = frame(msgspec.msgpack.encode([CHANGE]))
    async with Peer(tmp_path) as peer:
        for at in range(len(whole) - 1):
            peer._writer.write(whole[at : at + 1])
            await peer._writer.drain()
        assert [type(outcome) for outcome in await peer.ask_raw(whole[-1:])] == [Done]


async def test_a_full_queue_refuses_and_says_so(
    tmp_path: Path, store: InProcessStore, admin: AdminSocket
) -> None:
    store.fill()
    async with Peer(tmp_path) as peer:
        assert await peer.ask(CHANGE) == [Refusal("throttled")]


async def test_the_socket_of_a_killed_server_gives_way(tmp_path: Path, store: InProcessStore) -> None:
    left_behind = socket.socket(socket.AF_UNIX)
    left_behind.bind(str(tmp_path / SOCKET))
    left_behind.close()
    admin = AdminSocket(tmp_path, store)
    await admin.open()
    async with Peer(tmp_path) as peer:
        assert [type(outcome) for outcome in await peer.ask(CHANGE)] == [Done]
    await admin.close()
    assert not (tmp_path / SOCKET).exists()


async def test_a_stop_answers_what_was_asked_and_hangs_up_on_the_others(
    tmp_path: Path, store: InProcessStore, admin: AdminSocket
) -> None:
    async with Peer(tmp_path) as asking, Peer(tmp_path) as idle:
        assert await idle.ask() == []
        store.hold()
        answer = asyncio.ensure_future(asking.ask(CHANGE))
        while not store.waiting:
            await asyncio.sleep(0)
        closing = asyncio.ensure_future(admin.close())
        assert await idle.is_closed_on(b"")
        assert not closing.done()
        store.release()
        assert [type(outcome) for outcome in await answer] == [Done]
        assert await asking.is_closed_on(b"")
        await closing


async def test_the_store_of_commands_writes_through_it(
    tmp_path: Path, store: InProcessStore, admin: AdminSocket
) -> None:
    """The client side, in a thread, because it blocks."""

    def command() -> Outcome:
        found: list[Outcome] = []
        mine = CommandLineStore(tmp_path, tmp_path / SOCKET)
        mine.open()
        try:
            assert mine.beside_a_server
            mine.post(CHANGE, found.append)
        finally:
            mine.close()
        return found[0]

    assert isinstance(await asyncio.to_thread(command), Done)
    assert clean_stops(store) == 1
