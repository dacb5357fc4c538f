"""The scratch of one transaction: what its phases share, and what they leave to be written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from hongyan.kernel.clock import Millis, day_of
from hongyan.storage.postgres import sql
from hongyan.storage.postgres.batch import Batch
from hongyan.storage.postgres.database import Connection
from hongyan.storage.postgres.outbox import OutboxRows, RowsOfGroup
from hongyan.storage.postgres.tables import Tables
from hongyan.storage.usage import UsageByAccount

T = TypeVar("T")
Indexed = list[tuple[int, Any]]
"""Commands of one type with their places in the group."""


class Work:
    """Used once. `finite`: accounts whose balance is limited."""

    def __init__(self, connection: Connection, tables: Tables, outbox: OutboxRows, finite: set[int]) -> None:
        self.connection = connection
        self.tables = tables
        self.outbox = outbox
        self.finite = finite
        self.rows: RowsOfGroup = outbox.begin()
        self.usage = UsageByAccount()
        self.batch = Batch()
        self.now_ms: Millis = 0
        """When the last of the commands happened."""

    def following(self) -> Work:
        """Scratch for what is found out only when this was written, in the same transaction."""
        work = Work(self.connection, self.tables, self.outbox, self.finite)
        work.now_ms = self.now_ms
        return work

    async def write(self) -> tuple[int, list[tuple[str, int, str]]]:
        """Everything planned, and the totals of it, with one statement. See `Batch.run`."""
        batch = self.batch
        new_rows, old_rows = self.rows.plan()
        batch.add(sql.INSERT_OUTBOX, new_rows)
        batch.add(sql.DELETE_OUTBOX, old_rows)
        day = day_of(self.now_ms)
        accounts = self.usage.accounts()
        batch.add(
            sql.INSERT_USAGE,
            [
                (a, day, u.accepted, u.segments, u.delivered, u.failed, u.held, u.charged, u.uncertain)
                for a, u in accounts
            ],
        )
        batch.add(
            sql.UPDATE_BALANCES,
            [(a, u.charged, u.held) for a, u in accounts if a in self.finite and (u.charged or u.held)],
        )
        return await batch.run(self.connection)


def group_by(key: Callable[[T], int], values: Iterable[T]) -> dict[int, list[T]]:
    """Values by day or bucket, in their order."""
    found: dict[int, list[T]] = {}
    for value in values:
        found.setdefault(key(value), []).append(value)
    return found
