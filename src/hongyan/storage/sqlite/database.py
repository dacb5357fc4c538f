"""Opening the SQLite file: pragmas in one place, the write lock, the migrations."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path
from typing import cast

import apsw

from hongyan.kernel.errors import Misconfigured
from hongyan.storage.migrations import TRACK, failed, migrations, pending

FILE = "hongyan.sqlite"
LOCK = "writer.lock"
_CACHE_KIB = 8 * 1024
"""Every commit after a page of an index was split looks through the whole cache (a temporary page number makes
SQLite think that the file had shrunk): at groups of 6, 24 MiB cost 3 us a message more than 8 MiB."""
_PAGE_BYTES = 2_048
"""Half of SQLite's default: a commit writes whole pages, and the number index dirties one for each message
(measured at groups of 16: 30 us instead of 35 us of CPU a message, 1,024 was slower again)."""
_BUSY_MS = 5_000
_UNREADABLE = (apsw.NotADBError, apsw.CorruptError, apsw.CantOpenError, OSError)


def open_writing(path: Path, *, synchronous: str = "FULL", vfs: str | None = None) -> apsw.Connection:
    """The one writing connection, migrated. Every commit is on the disk when it returns (WAL, FULL).

    Raises Misconfigured.
    """
    try:
        path.touch(mode=0o600)  # the log and the shared memory take the mode of the database
        connection = apsw.Connection(str(path), vfs=vfs)
        connection.set_busy_timeout(_BUSY_MS)
        # Plans must not depend on bound values: otherwise some statements are prepared anew at every execution,
        # a quarter of what a group cost.
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        connection.pragma("page_size", _PAGE_BYTES)
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", synchronous)
        connection.pragma("wal_autocheckpoint", 0)  # the writer checkpoints between groups
        connection.pragma("cache_size", -_CACHE_KIB)
        connection.pragma("temp_store", "memory")
        _migrate(connection, path)
    except _UNREADABLE as error:
        raise _unreadable(path, error) from error
    return connection


def open_reading(path: Path) -> apsw.Connection:
    """A connection that cannot write; it sees every commit made before each statement."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_timeout(_BUSY_MS)
    connection.pragma("query_only", True)
    return connection


def _migrate(connection: apsw.Connection, path: Path) -> None:
    execute = connection.cursor().execute
    execute(TRACK)
    applied = _version(connection)
    for migration in pending(migrations("sqlite"), applied, str(path)):
        try:
            with connection:
                execute(migration.sql)
                execute(
                    "INSERT INTO schema_version (version, name, applied_ms) VALUES (?, ?, ?)",
                    (migration.version, migration.name, time.time_ns() // 1_000_000),
                )
        except apsw.SQLError as error:
            raise failed(migration, str(path), error) from error


def _version(connection: apsw.Connection) -> int:
    rows = connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchall()
    return int(cast(int, rows[0][0]))


def check_version(path: Path) -> None:
    """Refuse a database that is newer than this code, or none, before anything is started on it."""
    try:
        with contextlib.closing(open_reading(path)) as connection:
            rows = connection.execute(
                "SELECT name FROM sqlite_master WHERE name = 'schema_version'"
            ).fetchall()
            if rows:
                pending(migrations("sqlite"), _version(connection), str(path))
    except _UNREADABLE as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> Misconfigured:
    return Misconfigured(
        "storage.unreadable",
        en=f"{path} cannot be used as a database: {error}. Restore a backup, or choose another --data folder.",
        zh=f"{path} 无法作为数据库使用：{error}。请恢复备份，或用 --data 指定其他目录。",
        path=str(path),
    )


class WriteLock:
    """Who may write: an flock on `writer.lock`, gone with its process however it ends."""

    def __init__(self, data: Path) -> None:
        self._path = data / LOCK
        self._descriptor = -1

    def take(self, wait_seconds: float = 0.0) -> bool:
        """True when we have it. Waits, because a killed server's writer may still finish its last group."""
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(self._descriptor)
                    self._descriptor = -1
                    return False
                time.sleep(0.02)
            else:
                return True

    def release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def busy(data: Path) -> Misconfigured:
    """What to say when another process holds the lock."""
    return Misconfigured(
        "storage.in_use",
        en=f"another Hongyan process is writing to {data}. Stop it, or give this one another --data folder.",
        zh=f"另一个 Hongyan 进程正在写入 {data}。请先停止它，或用 --data 指定其他目录。",
        data=str(data),
    )
