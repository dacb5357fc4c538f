"""The store for short-lived commands on the data folder of a sandbox.

While a server runs, changes go through its socket; otherwise this process takes the write lock and writes itself.
Both read the file directly.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import msgspec

from hongyan.kernel.errors import Misconfigured
from hongyan.storage.grouping import UNAVAILABLE
from hongyan.storage.port import Change, Command, Outcome
from hongyan.storage.sqlite.database import FILE, WriteLock, busy, check_version, open_reading, open_writing
from hongyan.storage.sqlite.engine import SqliteEngine
from hongyan.storage.sqlite.writer import Checkpoints, Frames
from hongyan.storage.statements import catalogue
from hongyan.storage.topics import Topics

_SERVER_ANSWERS_WITHIN = 30.0


class CommandLineStore:
    """Beside a server, or alone."""

    def __init__(self, data: Path, server_socket: Path) -> None:
        self._data = data
        self._server_socket = server_socket
        self._topics = Topics()
        self._statements = catalogue("sqlite")
        self._lock = WriteLock(data)
        self._server: socket.socket | None = None
        self._engine: SqliteEngine | None = None
        self._connection: apsw.Connection | None = None
        self._reader: apsw.Connection | None = None

    def open(self) -> None:
        """Find the server, or take the lock. Raises Misconfigured when neither can be had."""
        path = self._data / FILE
        if path.exists():
            check_version(path)
        self._server = self._connect()
        if self._server is None:
            if not self._lock.take(0.5):
                self._server = self._connect()  # it may just have started
                if self._server is None:
                    raise busy(self._data)
            else:
                self._connection = open_writing(path)
                self._engine = SqliteEngine(self._connection)
                self._checkpoints = Checkpoints(self._connection)
        self._reader = open_reading(path)

    @property
    def beside_a_server(self) -> bool:
        return self._server is not None

    def _connect(self) -> socket.socket | None:
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(_SERVER_ANSWERS_WITHIN)
        try:
            peer.connect(str(self._server_socket))
        except (FileNotFoundError, ConnectionRefusedError):
            peer.close()
            return None
        return peer

    def post(self, command: Command, sink: Callable[[Outcome], None]) -> None:
        """Store one command now."""
        if isinstance(command, Change) and command.topics:
            sink = self._topics.telling(command.topics, sink)
        sink(self._apply(command))

    def commit(self, command: Command) -> asyncio.Future[Outcome]:
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.post(command, future.set_result)
        return future

    def _apply(self, command: Command) -> Outcome:
        if self._engine is not None:
            outcome = self._engine.apply([command])[0]
            self._checkpoints.run()
            return outcome
        assert self._server is not None
        data = msgspec.msgpack.encode([command])
        try:
            self._server.sendall(len(data).to_bytes(4, "big") + data)
            answer = Frames(self._server).next()
        except OSError:
            return UNAVAILABLE
        if answer is None:
            return UNAVAILABLE
        return msgspec.msgpack.decode(answer, type=list[Outcome])[0]

    async def read(self, name: str, *parameters: Any) -> list[tuple[Any, ...]]:
        if self._reader is None:
            raise Misconfigured("storage.closed", en="the store is closed", zh="存储已关闭")
        return self._reader.execute(self._statements[name], parameters).fetchall()

    def may_submit(self) -> bool:
        """Never: commands send nothing."""
        return False

    def subscribe(self, topic: str, callback: Callable[[str], None]) -> None:
        self._topics.subscribe(topic, callback)

    def close(self) -> None:
        for closing in (self._reader, self._connection, self._server):
            if closing is not None:
                closing.close()
        self._lock.release()
