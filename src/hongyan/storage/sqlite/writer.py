"""The writer process: the only owner of writes while a server runs on SQLite.

    python -m hongyan.storage.sqlite.writer --data DIR --fd N

Frames on the socket: 4 bytes of length, then MessagePack. In: a group of commands. Out: their outcomes. The
first frame out says that the database is open, or why not. It ends when the front closes its side, however
that happened.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import signal
import socket
import sys
from pathlib import Path

import apsw
import msgspec
import structlog

from hongyan.kernel.errors import HongyanError
from hongyan.storage.grouping import failed
from hongyan.storage.port import Command, Outcome
from hongyan.storage.sqlite.database import FILE, WriteLock, busy, open_writing
from hongyan.storage.sqlite.engine import SqliteEngine

CHECKPOINT_PAGES = 4_000
"""Pages in the log that start a checkpoint (after the answer, so that no caller waits for it)."""
LOCK_WAIT_SECONDS = 10.0


class Hello(msgspec.Struct, array_like=True):
    """First frame of the writer. `error` is empty when the database is open."""

    code: str = ""
    en: str = ""
    zh: str = ""
    last_message_id: int = 0
    open_items: int = 0


class Frames:
    """Frames from the front, read into memory that is kept: a fresh 256 KiB for each read cost more than reading."""

    def __init__(self, peer: socket.socket) -> None:
        self._peer = peer
        self._room = memoryview(bytearray(1 << 18))
        self._held = 0

    def next(self) -> bytes | None:
        """One frame, or None at the end."""
        while (end := self._end()) > self._held:
            if end > len(self._room):
                larger = memoryview(bytearray(end))
                larger[: self._held] = self._room[: self._held]
                self._room = larger
            read = self._peer.recv_into(self._room[self._held :])
            if not read:
                return None
            self._held += read
        frame = bytes(self._room[4:end])
        rest = self._held - end
        self._room[:rest] = self._room[end : self._held]
        self._held = rest
        return frame

    def _end(self) -> int:
        """Where the first frame ends, or its length does, when that is not there yet."""
        return 4 + int.from_bytes(self._room[:4], "big") if self._held >= 4 else 4


class Checkpoints:
    """Copies the log back into the database between groups."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._pages = 0
        self._next = CHECKPOINT_PAGES
        connection.set_wal_hook(self._committed)

    def _committed(self, _connection: apsw.Connection, _name: str, pages: int) -> int:
        self._pages = pages
        if pages < CHECKPOINT_PAGES:
            self._next = CHECKPOINT_PAGES
        return 0

    def run(self) -> None:
        if self._pages >= self._next:
            with contextlib.suppress(
                apsw.BusyError, apsw.FullError
            ):  # the log keeps it; the next group tries again
                self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            self._next = self._pages + CHECKPOINT_PAGES // 4


def serve(engine: SqliteEngine, connection: apsw.Connection, peer: socket.socket) -> None:
    """Store groups until the peer closes."""
    decode = msgspec.msgpack.Decoder(list[Command]).decode
    encode = msgspec.msgpack.Encoder().encode
    checkpoints = Checkpoints(connection)
    frames = Frames(peer)
    while (frame := frames.next()) is not None:
        try:
            outcomes = engine.apply(decode(frame))
        except msgspec.ValidationError:
            outcomes = _one_by_one(engine, frame)
        answer = encode(outcomes)
        try:
            peer.sendall(len(answer).to_bytes(4, "big") + answer)
        except (BrokenPipeError, ConnectionResetError):
            return
        checkpoints.run()


def _one_by_one(engine: SqliteEngine, frame: bytes) -> list[Outcome]:
    """For a group with a command that is none of ours."""
    outcomes: list[Outcome] = []
    for raw in msgspec.msgpack.decode(frame, type=list[msgspec.Raw]):
        try:
            outcomes += engine.apply([msgspec.msgpack.decode(raw, type=Command)])
        except msgspec.ValidationError as error:
            outcomes.append(failed(raw, error))
    return outcomes


def run(data: Path, peer: socket.socket) -> int:
    """Take the lock, open the database, say so, and serve. The process's exit code."""
    lock = WriteLock(data)
    try:
        if not lock.take(LOCK_WAIT_SECONDS):
            raise busy(data)
        connection = open_writing(data / FILE)
        engine = SqliteEngine(connection)
        engine.begin_service()
        hello = Hello(last_message_id=engine.last_message_id, open_items=engine.open_items)
    except HongyanError as error:
        hello = Hello(error.code, error.en, error.zh)
    frame = msgspec.msgpack.encode(hello)
    peer.sendall(len(frame).to_bytes(4, "big") + frame)
    if not hello.code:
        serve(engine, connection, peer)
        connection.close()
    lock.release()
    return 1 if hello.code else 0


def _log_to_standard_error() -> None:
    """Beside the front's own lines and in their form; the front's standard output belongs to people."""
    form = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            form,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def main() -> int:
    _log_to_standard_error()
    parser = argparse.ArgumentParser(prog="hongyan-writer")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--fd", type=int, required=True)
    options = parser.parse_args()
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole group; the front decides when we end
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    peer = socket.socket(fileno=options.fd)
    peer.setblocking(True)
    gc.freeze()
    return run(options.data, peer)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
