"""From a list of commands to one committed transaction: look, decide, write.

    BEGIN ▸ use nonces ▸ find what receipts belong to ▸ write everything with one statement ▸ changes ▸ COMMIT

A busy group of accepts, answers and receipts takes five round trips, whatever its size. What is read is locked, in
sorted order, and decided on in Python with the tables and rules that the other engine uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg

from hongyan.kernel.clock import day_of
from hongyan.kernel.ids import day_of_id
from hongyan.storage.port import (
    Accept,
    Change,
    Command,
    Nonce,
    Outcome,
    Overdue,
    PartResult,
    Receipt,
    Reissue,
)
from hongyan.storage.postgres import sql
from hongyan.storage.postgres.accepts import Accepts
from hongyan.storage.postgres.answers import Answers
from hongyan.storage.postgres.cold import change, end_overdue, reissue
from hongyan.storage.postgres.database import Connection
from hongyan.storage.postgres.outbox import OutboxRows, RowsOfGroup
from hongyan.storage.postgres.tables import Tables, bucket_of
from hongyan.storage.postgres.work import Work
from hongyan.storage.statements import catalogue

BROKEN = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


def gone(connection: Connection, error: BaseException) -> bool:
    """True when the connection is of no more use. After a timeout nobody knows what is still under way on it."""
    if isinstance(error, TimeoutError) and not connection.is_closed():
        connection.terminate()
    return connection.is_closed()


class CommitInDoubt(Exception):
    """The connection died while the commit was under way. `transaction_id` will tell what became of it."""

    def __init__(
        self, transaction_id: int, backend: int, outcomes: list[Outcome], rows: list[RowsOfGroup]
    ) -> None:
        super().__init__(f"transaction {transaction_id}")
        self.transaction_id = transaction_id
        self.backend = backend
        self.outcomes = outcomes
        self.rows = rows


class Transactions:
    """Stores groups on one connection, one after the other."""

    def __init__(self, connection: Connection, tables: Tables, outbox: OutboxRows) -> None:
        self.connection = connection
        self._tables = tables
        self._outbox = outbox
        self._statements = catalogue("postgres")
        self._finite: set[int] = set()

    async def load(self) -> None:
        """What is remembered of the database: tables, accounts with a finite balance."""
        await self._tables.load(self.connection)
        await self.load_finite()

    async def load_finite(self) -> None:
        self._finite = {row[0] for row in await self.connection.fetch(sql.FINITE_ACCOUNTS)}

    async def run(self, commands: Sequence[Command]) -> list[Outcome]:
        """Store commands together. Raises CommitInDoubt, and what the database raises (then nothing is stored)."""
        connection = self.connection
        outcomes: list[Outcome | None] = [None] * len(commands)
        by_type: dict[type, list[tuple[int, Any]]] = {}
        for index, command in enumerate(commands):
            by_type.setdefault(type(command), []).append((index, command))
        await self._make_tables(by_type)
        await connection.execute("BEGIN")
        try:
            transaction_id, rows = await self._write(by_type, outcomes)
        except BaseException:
            if not connection.is_closed():
                await connection.execute("ROLLBACK")
            raise
        backend = connection.get_server_pid()
        stored: list[Outcome] = outcomes  # type: ignore[assignment]  # each phase filled its places
        try:
            ended = await connection.execute("COMMIT")
        except BROKEN as error:
            if not gone(connection, error):
                raise  # the server said no
            raise CommitInDoubt(transaction_id, backend, stored, rows) from error
        if ended != "COMMIT":  # that is how the server ends a transaction in which something went unnoticed
            raise RuntimeError(f"a commit ended as {ended}")
        for one in rows:
            one.commit()
        return stored

    async def _make_tables(self, by_type: dict[type, list[tuple[int, Any]]]) -> None:
        accepts = [accept for _, accept in by_type.get(Accept, ())]
        minutes = {nonce.minute for _, nonce in by_type.get(Nonce, ())}
        for _, one in (*by_type.get(Accept, ()), *by_type.get(Change, ())):
            if one.nonce is not None:
                minutes.add(one.nonce[0])
        await self._tables.make(
            self.connection,
            days={day_of_id(message.id) for accept in accepts for message in accept.messages},
            nonces={bucket_of(minute) for minute in minutes},
            idempotency={
                day_of(accept.now_ms) - back  # a key is known until the end of the next day
                for accept in accepts
                if accept.idempotency is not None
                for back in (0, 1)
            },
        )

    async def _write(
        self, by_type: dict[type, list[tuple[int, Any]]], outcomes: list[Outcome | None]
    ) -> tuple[int, list[RowsOfGroup]]:
        none: list[tuple[int, Any]] = []
        nonces, accepts = by_type.get(Nonce, none), by_type.get(Accept, none)
        results, receipts = by_type.get(PartResult, none), by_type.get(Receipt, none)
        work = self._work()
        answers = Answers(work)
        if nonces or accepts:
            await Accepts(work).admit(nonces, accepts, outcomes)
        if results or receipts:
            await answers.settle(results, receipts, outcomes)
        transaction_id, returned = await work.write()
        await answers.written(returned, results, outcomes)
        for index, command in by_type.get(Change, none):
            outcomes[index] = await change(self.connection, self._statements, self._outbox.lease, command)
        if Overdue in by_type:
            late = self._work()
            await end_overdue(late, by_type[Overdue], outcomes)
            await late.write()
        if Reissue not in by_type:
            return transaction_id, [work.rows]
        recovery = self._work()
        await reissue(recovery, by_type[Reissue], outcomes)
        await recovery.write()
        return transaction_id, [work.rows, recovery.rows]

    def _work(self) -> Work:
        return Work(self.connection, self._tables, self._outbox, self._finite)
