"""One group after the other, whatever happens to the connection.

After a deadlock a group is tried again. After a lost connection answers and receipts are tried until they are stored,
because storing them twice is storing them once. An accept whose commit was under way is asked for by its transaction
id; when the database does not come back in time its caller hears that nobody knows, and the rows that turn out to be
there later are found on the disk by dispatch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import asyncpg
import structlog

from hongyan.kernel.clock import Clock
from hongyan.storage.grouping import UNAVAILABLE, Entry, failed, settle
from hongyan.storage.port import Accept, Accepted, Outcome, PartResult, Receipt
from hongyan.storage.postgres.database import LEASE_SETTING, Connection, connect
from hongyan.storage.postgres.leases import Place, take_over
from hongyan.storage.postgres.outbox import OutboxRows
from hongyan.storage.postgres.tables import Tables
from hongyan.storage.postgres.transaction import BROKEN, CommitInDoubt, Transactions, gone

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 5.0
"""How long callers wait for a database that went away."""
_MOST_TRIES = 5
"""Of a group that met a deadlock; then its commands are stored one by one."""
_LONGEST_PAUSE = 1.0
_LEASE_KEY = "outbox_lease_fkey"
_PATIENT = (PartResult, Receipt)
_TRANSACTION_STATUS = "SELECT pg_xact_status($1::text::xid8)"


class _Fenced(Exception):
    """The group would have written outbox rows under a lease that is gone. Nothing of it is stored."""


class Committing:
    """The one connection that writes. `fenced` is called when this node's lease turns out to be gone, `left_behind`
    with places in the outbox that dispatch does not know of."""

    def __init__(
        self,
        url: str,
        connection: Connection,
        outbox: OutboxRows,
        tables: Tables,
        clock: Clock,
        *,
        fenced: Callable[[], None],
        left_behind: Callable[[list[Place]], None],
    ) -> None:
        self._url = url
        self._outbox = outbox
        self._clock = clock
        self._fenced = fenced
        self._left_behind = left_behind
        self._lease = outbox.lease
        self._transactions = Transactions(connection, tables, outbox)
        self.balances_changed = False
        """Look again for the accounts with a finite balance, before the next group."""
        self.down = False
        """The database has been away for longer than callers are asked to wait."""
        self.giving_up = False
        """Stop waiting for a database that is away: the node ends."""

    async def start(self) -> None:
        await self._transactions.connection.execute(
            "SELECT set_config($1, $2, false)", LEASE_SETTING, str(self._lease)
        )
        await self._transactions.load()

    async def close(self) -> None:
        await self._transactions.connection.close(timeout=5)

    @property
    def connection(self) -> Connection:
        return self._transactions.connection

    async def take_over(self) -> list[Place]:
        """Some rows that are nobody's. On this connection, so that their new ids are committed in order."""
        try:
            return await take_over(self.connection, self._outbox)
        except BROKEN as error:
            log.warning("rows of another node could not be taken over now", why=repr(error))
            return []

    async def store(self, group: list[Entry]) -> None:
        """Store a group and give every command its outcome."""
        deadline = self._clock.monotonic() + PATIENCE_SECONDS
        doubt: CommitInDoubt | None = None
        pause = 0.01
        while group:
            try:
                await self._connected()
                if doubt is None:
                    outcomes = await self._tried(group)
                elif await self._committed(doubt):
                    outcomes = self._after_all(group, doubt)
                else:
                    doubt = None
                    group = [entry for entry in group if entry[1] is not _nobody]
                    continue
            except CommitInDoubt as error:
                doubt = error
            except _Fenced:
                group = _without_the_impatient(group, keep_places=False)
                continue
            except Exception as error:  # noqa: BLE001  whatever one command brings, the others are stored
                if not gone(self.connection, error):
                    await self._alone(group, error)
                    return
            else:
                self.down = False
                settle(group, outcomes)
                return
            log.warning("the database does not answer", waiting=len(group), in_doubt=doubt is not None)
            if self.giving_up:
                settle(group, [UNAVAILABLE] * len(group))
                return
            if self._clock.monotonic() > deadline and not self.down:
                self.down = True
            if self.down:
                group = _without_the_impatient(group, keep_places=doubt is not None)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _connected(self) -> None:
        if self.connection.is_closed():
            self._transactions.connection = await connect(self._url, lease=self._lease)
            await self._transactions.load()

    async def _tried(self, group: list[Entry]) -> list[Outcome]:
        """Outcomes of a group; what cannot be helped by trying again is raised."""
        for _ in range(_MOST_TRIES):
            try:
                if self.balances_changed:
                    self.balances_changed = False
                    await self._transactions.load_finite()
                return await self._transactions.run([entry[0] for entry in group])
            except asyncpg.TransactionRollbackError as error:  # a deadlock with another node
                problem: Exception = error
            except asyncpg.UndefinedTableError as error:  # another node dropped a table that had its time
                problem = error
                await self._transactions.load()
            except asyncpg.ForeignKeyViolationError as error:
                if error.constraint_name != _LEASE_KEY:
                    raise
                self._outbox.lease = 0  # answers are still stored; what they write anew is for other nodes
                self._fenced()
                raise _Fenced from error
        raise problem

    async def _alone(self, group: list[Entry], error: Exception) -> None:
        if len(group) == 1:
            settle(group, [failed(group[0][0], error)])
            return
        log.warning("a group failed; storing its commands one by one", error=repr(error))
        for entry in group:
            await self.store([entry])

    async def _committed(self, doubt: CommitInDoubt) -> bool:
        """What became of a commit; asked on a new connection."""
        while True:
            try:
                status = await self.connection.fetchval(_TRANSACTION_STATUS, str(doubt.transaction_id))
            except (
                asyncpg.InvalidParameterValueError
            ):  # this server never had it: a replica that took over too early
                return False
            if status != "in progress":
                return bool(status == "committed")
            await self.connection.execute("SELECT pg_terminate_backend($1)", doubt.backend)
            await asyncio.sleep(0.05)

    def _after_all(self, group: list[Entry], doubt: CommitInDoubt) -> list[Outcome]:
        for rows in doubt.rows:
            rows.commit()
        places = [
            (message.channel_id, message.lane, max(outcome.outbox_ids), 1)
            for (command, sink, _), outcome in zip(group, doubt.outcomes, strict=True)
            if isinstance(command, Accept) and isinstance(outcome, Accepted) and sink is _nobody
            for message in command.messages
        ]
        if places:
            self._left_behind(places)
        return doubt.outcomes


def _without_the_impatient(group: list[Entry], *, keep_places: bool) -> list[Entry]:
    """Callers hear that nobody knows. `keep_places`: their commands may be stored already, in this order."""
    left = []
    for entry in group:
        command, sink, rows = entry
        if isinstance(command, _PATIENT):
            left.append(entry)
            continue
        if sink is not _nobody:
            settle([entry], [UNAVAILABLE])
        if keep_places:
            left.append((command, _nobody, rows))
    return left


def _nobody(_outcome: Outcome) -> None:
    """The caller was told already."""
