"""How commands on this machine write while a server runs: groups over `<data>/server.sock` (owner only).

Frames: 4 bytes of length, then MessagePack; in a list of commands, out a list of outcomes. Whoever may open the
socket may also read the data folder and its master key, so there is no further authentication.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import msgspec
import structlog

from hongyan.kernel.errors import Throttled
from hongyan.storage.port import Change, Command, Outcome, Refusal, Store

log = structlog.get_logger(__name__)

SOCKET = "server.sock"
LARGEST_FRAME = 16 * 1024 * 1024


async def read_frame(reader: asyncio.StreamReader) -> bytes | None:
    """One frame; None at the end or when it is too large to be ours."""
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        size = int.from_bytes(await reader.readexactly(4), "big")
        if size <= LARGEST_FRAME:
            return await reader.readexactly(size)
    return None


def frame(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


async def is_served(data: Path) -> bool:
    """Whether a living server listens in this data folder; the socket file of a dead one refuses."""
    try:
        _, writer = await asyncio.open_unix_connection(data / SOCKET)
    except OSError:
        return False
    writer.close()
    return True


class AdminSocket:
    """Server side."""

    def __init__(self, data: Path, store: Store) -> None:
        self._path = data / SOCKET
        self._store = store
        self._decode = msgspec.msgpack.Decoder(list[Command]).decode
        self._encode = msgspec.msgpack.Encoder().encode
        self._connections: set[asyncio.Task[None]] = set()
        self._idle: set[asyncio.StreamWriter] = set()
        self._closing = False

    async def open(self) -> None:
        self._path.unlink(missing_ok=True)  # of a server that was killed; the write lock says it is gone
        self._server = await asyncio.start_unix_server(self._serve, self._path)
        self._path.chmod(0o600)

    async def close(self) -> None:
        """Answer what was asked, then hang up on everybody."""
        self._closing = True
        self._server.close()
        self._path.unlink(missing_ok=True)
        for writer in self._idle:
            writer.close()
        if self._connections:
            await asyncio.wait(self._connections)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        try:
            while (data := await self._next(reader, writer)) is not None:
                outcomes = [await self._commit(command) for command in self._decode(data)]
                writer.write(frame(self._encode(outcomes)))
                await writer.drain()
        except (msgspec.DecodeError, RecursionError, ConnectionError) as error:
            log.warning("a command on the admin socket could not be understood", error=repr(error))
        finally:
            writer.close()

    async def _next(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes | None:
        if self._closing:
            return None
        self._idle.add(writer)
        try:
            return await read_frame(reader)
        finally:
            self._idle.discard(writer)

    async def _commit(self, command: Command) -> Outcome:
        if not isinstance(command, Change):
            return Refusal("admin.not_allowed")
        try:
            return await self._store.commit(command)
        except Throttled as error:
            return Refusal(error.code)
