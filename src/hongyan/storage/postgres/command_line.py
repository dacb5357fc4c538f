"""The store for short-lived commands on PostgreSQL: changes and reads, beside any number of nodes.

Takes no lease, so it owns no outbox rows; nodes hear of its changes within a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from hongyan.storage.grouping import UNAVAILABLE, failed
from hongyan.storage.port import Change, Command, Outcome, Refusal
from hongyan.storage.postgres.cold import change
from hongyan.storage.postgres.database import AWAY, Connection, connect, migrate, tuples
from hongyan.storage.postgres.leases import NOBODY
from hongyan.storage.postgres.tables import Tables, bucket_of
from hongyan.storage.statements import catalogue
from hongyan.storage.topics import Topics


class PostgresCommandLineStore:
    """One connection. Commands wait for each other."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._topics = Topics()
        self._tables = Tables()
        self._statements = catalogue("postgres")
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._connection: Connection | None = None

    async def open(self) -> None:
        """Connect and migrate. Raises Misconfigured."""
        self._connection = await connect(self._url)
        await migrate(self._connection, self._url)
        await self._tables.load(self._connection)

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    def post(self, command: Command, sink: Callable[[Outcome], None]) -> None:
        """Store one command; `sink` gets its outcome."""
        if isinstance(command, Change) and command.topics:
            sink = self._topics.telling(command.topics, sink)

        async def store() -> None:
            sink(await self._apply(command))

        task = asyncio.ensure_future(store())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def commit(self, command: Command) -> asyncio.Future[Outcome]:
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.post(command, future.set_result)
        return future

    async def read(self, name: str, *parameters: Any) -> list[tuple[Any, ...]]:
        async with self._turn:
            return tuples(await self._opened.fetch(self._statements[name], *parameters))

    def may_submit(self) -> bool:
        """Never: commands send nothing."""
        return False

    def subscribe(self, topic: str, callback: Callable[[str], None]) -> None:
        self._topics.subscribe(topic, callback)

    @property
    def _opened(self) -> Connection:
        assert self._connection is not None
        return self._connection

    async def _apply(self, command: Command) -> Outcome:
        if not isinstance(command, Change):
            return Refusal("admin.not_allowed")
        connection = self._opened
        try:
            async with self._turn:
                if command.nonce is not None:
                    await self._tables.make(
                        connection, days=set(), nonces={bucket_of(command.nonce[0])}, idempotency=set()
                    )
                async with connection.transaction():
                    return await change(connection, self._statements, NOBODY, command)
        except AWAY:
            return UNAVAILABLE
        except Exception as error:  # noqa: BLE001  whoever waits for an outcome gets one
            return failed(command, error)
