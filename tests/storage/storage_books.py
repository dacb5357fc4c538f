"""The store under test, whichever engine it is, and what stands in its tables."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import apsw
import apsw.ext
import asyncpg
import msgspec

from hongyan.storage.port import Command, OutboxItem, Outcome, ServingStore
from hongyan.storage.postgres.database import prepare, tuples
from hongyan.storage.postgres.store import PostgresStore
from hongyan.storage.sqlite.database import FILE
from hongyan.storage.sqlite.store import SqliteStore
from hongyan.storage.sqlite.writer import run
from hongyan.storage.statements import catalogue

TEST_STATEMENTS = {
    "test.top_up": "UPDATE account_balance SET balance = balance + $2 WHERE account_id = $1",
    "test.balance": "SELECT balance, held FROM account_balance WHERE account_id = $1",
    "test.add_fact": "INSERT INTO fact (name, value) VALUES ($1, $2)",
    "test.change_fact": "UPDATE fact SET value = $2 WHERE name = $1",
    "test.take_fact": "DELETE FROM fact WHERE name = $1 RETURNING value",
    "test.fact": "SELECT value FROM fact WHERE name = $1",
    "test.broken": "SELECT nothing FROM nowhere WHERE id = $1",
}
"""Named statements of no room."""

OUTCOMES_WITHIN = 20.0
"""Seconds, so that a store that forgets an outcome fails a test instead of stopping the run."""

Rows = list[tuple[Any, ...]]


class Database(Protocol):
    """One database of one engine. `rows` looks into the tables and may write, past the store."""

    name: str

    def store(self, *, most_waiting: int) -> ServingStore: ...

    async def rows(self, sql: str, *parameters: Any) -> Rows: ...

    async def script(self, sql: str) -> None:
        """Run several statements."""

    async def problems(self, sql: str) -> list[str]:
        """What the engine does not like about a statement."""

    async def prepare(self) -> None:
        """Make it, empty."""


NewDatabase = Callable[[Path], Awaitable[Database]]
"""Makes a new, empty database; what it needs on the disk goes into the folder."""


class Books:
    """An open store with a window into its tables. All commands of `group` go into one transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.lost = 0

    async def open(self, *, most_waiting: int = 10_000) -> Books:
        for name, sql in TEST_STATEMENTS.items():
            text = re.sub(r"\$(\d+)", r"?\1", sql) if self.database.name == "sqlite" else sql
            catalogue(self.database.name)[name] = text
        self.store = self.make_store(most_waiting)
        await self.store.open(self._lost)
        return self

    def make_store(self, most_waiting: int) -> ServingStore:
        return self.database.store(most_waiting=most_waiting)

    def _lost(self) -> None:
        self.lost += 1

    async def group(self, *commands: Command) -> list[Outcome]:
        """Commit commands together; they are posted before the store can begin a group."""
        async with asyncio.timeout(OUTCOMES_WITHIN):
            return list(await asyncio.gather(*[self.store.commit(command) for command in commands]))

    async def one(self, command: Command) -> Outcome:
        return (await self.group(command))[0]

    async def rows(self, sql: str, *parameters: Any) -> Rows:
        return await self.database.rows(sql, *parameters)

    async def value(self, sql: str, *parameters: Any) -> Any:
        """The only value of the only row."""
        ((value,),) = await self.rows(sql, *parameters)
        return value

    async def close(self) -> None:
        await self.store.close()

    async def restart(self) -> None:
        """Stop without a word, as after a crash, and start again."""
        await self.close()
        await self.open()

    # -- what the tables say -------------------------------------------------------------------------------

    async def message(self, message_id: int) -> dict[str, Any]:
        names = ("state", "receipt_code", "done_ms", "uncertain")
        (row,) = await self.rows(f"SELECT {', '.join(names)} FROM message WHERE id = $1", message_id)
        return dict(zip(names, row, strict=True))

    async def state(self, message_id: int) -> str:
        return str((await self.message(message_id))["state"])

    async def outbox(self) -> dict[int, list[OutboxItem]]:
        """Items by row."""
        rows = await self.rows("SELECT id, items FROM outbox ORDER BY id")
        return {row_id: msgspec.msgpack.decode(items, type=list[OutboxItem]) for row_id, items in rows}

    async def usage(self, account_id: int) -> dict[str, int]:
        names = ("accepted", "segments", "delivered", "failed", "held", "charged", "uncertain")
        ((*sums,),) = await self.store.read("messaging.usage", account_id, 0)
        return {name: int(value or 0) for name, value in zip(names, sums, strict=True)}

    async def balance(self, account_id: int) -> tuple[int, int]:
        """(balance, held)."""
        ((balance, held),) = await self.store.read("test.balance", account_id)
        return balance, held


class SqliteFolder:
    """A data folder. The writer is a thread of this process: the same code, without the start of a process."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def store(self, *, most_waiting: int) -> ServingStore:
        return _ThreadedStore(self.folder, most_waiting=most_waiting)

    async def script(self, sql: str) -> None:
        await self.rows(sql)

    async def rows(self, sql: str, *parameters: Any) -> Rows:
        connection = apsw.Connection(str(self.folder / FILE))
        try:
            connection.set_busy_timeout(5_000)
            return connection.execute(re.sub(r"\$(\d+)", r"?\1", sql), parameters).fetchall()
        finally:
            connection.close()

    async def problems(self, sql: str) -> list[str]:
        connection = apsw.Connection(str(self.folder / FILE))
        try:
            apsw.ext.query_info(connection, sql)
        except apsw.Error as error:
            return [str(error)]
        else:
            return []
        finally:
            connection.close()

    async def prepare(self) -> None:
        """The store makes the file."""


class _Thread(threading.Thread):
    """The writer; its socket closes however it ends, as a process's would."""

    def __init__(self, data: Path, peer: socket.socket) -> None:
        super().__init__(daemon=True)
        self._data = data
        self._peer = peer

    def run(self) -> None:
        with self._peer:
            run(self._data, self._peer)

    def wait(self) -> None:
        self.join()


class _ThreadedStore(SqliteStore):
    def _start_writer(self, peer: socket.socket) -> Any:
        writer = _Thread(self._data, peer.dup())
        writer.start()
        return writer


class PostgresDatabase:
    """A new schema on a server that runs already: as good as a database, and made much faster. A store that closes
    gives its lease back, so that the next one finds the rows at once, as after a crash and the end of the lease."""

    name = "postgres"
    _made = 0

    def __init__(self, server: str) -> None:
        PostgresDatabase._made += 1
        self._server = server
        self._schema = f"books_{PostgresDatabase._made}"
        parts = urlsplit(server)
        settings = "&".join(filter(None, (parts.query, f"search_path={self._schema}")))
        self.url = urlunsplit(parts._replace(query=settings))

    def store(self, *, most_waiting: int) -> ServingStore:
        return PostgresStore(self.url, most_waiting=most_waiting)

    async def prepare(self) -> None:
        await self._connected(self._server, lambda server: server.execute(f"CREATE SCHEMA {self._schema}"))

    async def rows(self, sql: str, *parameters: Any) -> Rows:
        return tuples(await self._connected(self.url, lambda here: here.fetch(sql, *parameters)))

    async def script(self, sql: str) -> None:
        await self._connected(self.url, lambda here: here.execute(sql))

    async def problems(self, sql: str) -> list[str]:
        return await self._connected(self.url, lambda here: _problems(here, sql))

    async def _connected(self, url: str, work: Callable[[Any], Awaitable[Any]]) -> Any:
        connection = await asyncpg.connect(url)
        try:
            await prepare(connection)
            return await work(connection)
        finally:
            await connection.close()


async def _problems(connection: Any, sql: str) -> list[str]:
    try:
        statement = await connection.prepare(sql)
    except asyncpg.PostgresError as error:
        return [str(error)]
    return [
        f"parameter ${number} is {one.name}, which does not hold what the rooms pass; compare it with a column first"
        for number, one in enumerate(statement.get_parameters(), 1)
        if one.name not in ("int8", "text", "bytea", "float8", "json")
    ]
