"""Several stores on one PostgreSQL, and how one of them dies."""

from __future__ import annotations

import asyncio
from typing import Any

from storage_books import Books, PostgresDatabase
from storage_samples import CHANNEL

from hongyan.storage.port import LANE_NOTICES
from hongyan.storage.postgres.store import PostgresStore

QUICK_LEASE = 1.5
"""Seconds; nodes look after leases three times as often."""


class Node(Books):
    """One node among others."""

    def __init__(self, database: PostgresDatabase, lease_seconds: float) -> None:
        super().__init__(database)
        self._lease_seconds = lease_seconds

    async def open(self, *, most_waiting: int = 10_000) -> Node:
        await super().open(most_waiting=most_waiting)
        return self

    def make_store(self, most_waiting: int) -> PostgresStore:
        assert isinstance(self.database, PostgresDatabase)
        return PostgresStore(self.database.url, most_waiting=most_waiting, lease_seconds=self._lease_seconds)

    @property
    def node(self) -> PostgresStore:
        assert isinstance(self.store, PostgresStore)
        return self.store

    @property
    def lease(self) -> int:
        return self.node._lease.number

    async def die(self) -> None:
        """Gone without a word. Its lease has run out, as if time had passed."""
        tasks = list(self.node._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.node._pool.terminate()
        self.node._committing.connection.terminate()
        await self.rows("UPDATE node_lease SET expires_ms = 0 WHERE lease = $1", self.lease)

    async def mine(self) -> list[tuple[Any, ...]]:
        """(row id, suspect) that dispatch of this node sees."""
        rows = await self.store.read("storage.outbox_after", CHANNEL, LANE_NOTICES, 0, 1_000)
        return [(row[0], bool(row[4])) for row in rows]
