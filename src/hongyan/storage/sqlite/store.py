"""The store as the front process sees it: groups go to the writer process, reads use a connection of their own."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import apsw
import msgspec
import structlog

from hongyan.kernel.errors import Misconfigured
from hongyan.storage.grouping import UNAVAILABLE, Entry, Grouper, Sink, failed, settle
from hongyan.storage.port import Change, Command, Outcome
from hongyan.storage.sqlite.database import FILE, open_reading
from hongyan.storage.sqlite.writer import Hello
from hongyan.storage.statements import catalogue
from hongyan.storage.topics import Topics

log = structlog.get_logger(__name__)


class SqliteStore:
    """Front side of the commit port on SQLite. One group is at the writer, the next one collects."""

    def __init__(self, data: Path, *, most_waiting: int) -> None:
        self._data = data
        self._grouper = Grouper(most_waiting)
        self._topics = Topics()
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(list[Outcome]).decode
        self._at_writer: list[Entry] | None = None
        self._flush_planned = False
        self._buffer = bytearray()
        self._closed = False
        self._idle = asyncio.Event()
        self._lost: Callable[[], None] = lambda: None
        self._reader: apsw.Connection | None = None
        self._reading = ThreadPoolExecutor(1, "sqlite-read")
        self._statements = catalogue("sqlite")
        self.node = 0
        self.last_message_id = 0
        self.open_items = 0
        self.groups = 0
        self.rows = 0

    async def open(self, lost: Callable[[], None]) -> None:
        """Start the writer. `lost` is called when it ends without being asked to."""
        ours, theirs = socket.socketpair()
        self._process = self._start_writer(theirs)
        theirs.close()
        self._loop = asyncio.get_running_loop()
        self._hello: asyncio.Future[Hello] = self._loop.create_future()
        ours.setblocking(False)
        transport, _ = await self._loop.create_connection(lambda: _Pipe(self), sock=ours)
        self._transport = transport
        hello = await self._hello
        if hello.code:
            raise Misconfigured(hello.code, en=hello.en, zh=hello.zh)
        self.last_message_id = hello.last_message_id
        self.open_items = hello.open_items
        self._lost = lost
        self._reader = open_reading(self._data / FILE)

    def _start_writer(self, peer: socket.socket) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "hongyan.storage.sqlite.writer"),
                *("--data", str(self._data), "--fd", str(peer.fileno())),
            ],
            pass_fds=[peer.fileno()],
        )

    @property
    def waiting(self) -> int:
        """Rows that wait for a group."""
        return self._grouper.waiting

    @property
    def closed(self) -> bool:
        """The writer is gone."""
        return self._closed

    @property
    def pid(self) -> int:
        """The writer's process."""
        return self._process.pid

    def post(self, command: Command, sink: Sink) -> None:
        """Join the next group; `sink` gets the outcome. Raises Throttled when the queue is full."""
        if isinstance(command, Change) and command.topics:
            sink = self._topics.telling(command.topics, sink)
        self._grouper.put(command, sink)
        if not self._flush_planned and self._at_writer is None:
            self._flush_planned = True
            self._idle.clear()
            self._loop.call_soon(self._flush)

    def commit(self, command: Command) -> asyncio.Future[Outcome]:
        """Join the next group. Raises Throttled when the queue is full."""
        future: asyncio.Future[Outcome] = self._loop.create_future()
        self.post(command, lambda outcome: None if future.done() else future.set_result(outcome))
        return future

    async def read(self, name: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of a named statement."""
        sql = self._statements[name]
        return await self._loop.run_in_executor(self._reading, self._read, sql, parameters)

    def _read(self, sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        assert self._reader is not None
        return self._reader.execute(sql, parameters).fetchall()

    def subscribe(self, topic: str, callback: Callable[[str], None]) -> None:
        self._topics.subscribe(topic, callback)

    def may_submit(self) -> bool:
        """Always: the outbox has one owner, who holds the write lock."""
        return True

    async def close(self) -> None:
        """Store what still waits, then end the writer."""
        if self._at_writer is not None or self._grouper:
            await self._idle.wait()
        self._lost = lambda: None
        self._transport.close()
        await self._loop.run_in_executor(None, self._process.wait)
        self._reading.shutdown()
        if self._reader is not None:
            self._reader.close()

    # -- the pipe ------------------------------------------------------------------------------------------

    def _flush(self) -> None:
        self._flush_planned = False
        if self._at_writer is not None:
            return
        if self._closed:
            self._give_up()
            return
        group = self._grouper.take()
        if not group:
            self._idle.set()
            return
        self._idle.clear()
        try:
            frame = self._encode([entry[0] for entry in group])
        except Exception:  # noqa: BLE001  a command that cannot travel must not hold up the others
            group = self._refuse_unencodable(group)
            frame = self._encode([entry[0] for entry in group])
        self._at_writer = group
        self._transport.writelines([len(frame).to_bytes(4, "big"), frame])

    def _refuse_unencodable(self, group: list[Entry]) -> list[Entry]:
        good = []
        for entry in group:
            try:
                self._encode(entry[0])
            except Exception as error:  # noqa: BLE001
                settle([entry], [failed(entry[0], error)])
            else:
                good.append(entry)
        return good

    def _received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        while len(buffer) >= 4:
            end = 4 + int.from_bytes(buffer[:4], "big")
            if len(buffer) < end:
                return
            frame = bytes(buffer[4:end])
            del buffer[:end]
            if not self._hello.done():
                self._hello.set_result(msgspec.msgpack.decode(frame, type=Hello))
                continue
            group, self._at_writer = self._at_writer, None
            assert group is not None
            self.groups += 1
            self.rows += len(group)
            self._flush()
            settle(group, self._decode(frame))

    def _gone(self) -> None:
        self._closed = True
        self._idle.set()
        if not self._hello.done():
            self._hello.set_result(
                Hello(
                    "storage.writer_failed",
                    "the writer process ended while starting; its reason stands above",
                    "写入进程在启动时退出，原因见上文",
                )
            )
        self._give_up()
        self._lost()

    def _give_up(self) -> None:
        group, self._at_writer = self._at_writer or self._grouper.take(), None
        while group:
            settle(group, [UNAVAILABLE] * len(group))
            group = self._grouper.take()


class _Pipe(asyncio.Protocol):
    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    def data_received(self, data: bytes) -> None:
        self._store._received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._store._gone()
