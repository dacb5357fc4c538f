"""The commit port on PostgreSQL, for any number of nodes. One connection commits, one group after the other.

A second connection that commits beside the first was left out: outbox rows would no longer be committed in the order
of their ids, which dispatch relies on, and a group that waits for the disk is made up for by the next one being larger.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import structlog

from hongyan.kernel.clock import Clock, SystemClock
from hongyan.storage.grouping import UNAVAILABLE, Entry, Grouper, Sink, settle
from hongyan.storage.port import (
    OUTBOX_TOPIC,
    Change,
    Command,
    Maintain,
    Maintained,
    Matched,
    Outcome,
    PartResult,
    Receipt,
    decode_items,
)
from hongyan.storage.postgres import leases
from hongyan.storage.postgres.committing import Committing
from hongyan.storage.postgres.database import (
    AWAY,
    Connection,
    away,
    connect,
    migrate,
    open_pool,
    tuples,
)
from hongyan.storage.postgres.leases import LEASE_SECONDS, MARGIN_SECONDS, Lease, Place
from hongyan.storage.postgres.maintenance import forget_early, maintain
from hongyan.storage.postgres.notices import POLL_SECONDS, Notices
from hongyan.storage.postgres.outbox import OutboxRows
from hongyan.storage.postgres.tables import Tables
from hongyan.storage.postgres.transaction import BROKEN
from hongyan.storage.statements import catalogue
from hongyan.storage.topics import Topics

log = structlog.get_logger(__name__)

_READERS = 4
_RENEWALS = 3
"""A lease is renewed so many times before it would end."""
_MY_ITEMS = "SELECT items FROM outbox WHERE lease = $1"
_NEWEST = "SELECT coalesce(max(id), 0) FROM message"


class PostgresStore:
    """One node. Open it once."""

    def __init__(
        self,
        url: str,
        *,
        most_waiting: int,
        lease_seconds: float = LEASE_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        self._url = url
        self._grouper = Grouper(most_waiting)
        self._lease_seconds = lease_seconds
        self._clock = clock or SystemClock()
        self._topics = Topics()
        self._statements = catalogue("postgres")
        self._tables = Tables()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._rows_to_take = False
        self._dropped: Counter[int] = Counter()
        self._fenced = False
        self._closed = False
        self._leased_until = 0.0
        self._lost: Callable[[], None] = lambda: None
        self._tasks: set[asyncio.Task[None]] = set()
        self.node = 0
        """The node number for ids, given for as long as this store is open."""
        self.last_message_id = 0
        self.open_items = 0
        self.groups = 0
        self.rows = 0

    # -- life ----------------------------------------------------------------------------------------------

    async def open(self, lost: Callable[[], None]) -> None:
        """Connect, migrate, take a lease and what other nodes left behind. `lost` is called when another node has
        taken this one for dead. Raises Misconfigured."""
        self._loop = asyncio.get_running_loop()
        connection = await connect(self._url)
        try:
            await migrate(connection, self._url)
            asked = self._clock.monotonic()
            self._lease = await leases.acquire(connection, self._lease_seconds)
            await self._start(connection, self._lease, asked)
        except BaseException:
            connection.terminate()
            raise
        self._lost = lost
        self._task(self._run())
        self._task(self._look_after())

    async def _start(self, connection: Connection, lease: Lease, asked: float) -> None:
        self.node = lease.node
        self._leased_from(asked)
        self._outbox = OutboxRows(lease.number)
        self._committing = Committing(
            self._url,
            connection,
            self._outbox,
            self._tables,
            self._clock,
            fenced=self._lease_is_gone,
            left_behind=self._tell_places,
        )
        await self._committing.start()
        self._topics.subscribe("balance", self._balance_changed)
        await leases.retire(connection, lease.number)
        while await self._committing.take_over():
            pass
        self.last_message_id = await connection.fetchval(_NEWEST)
        rows = await connection.fetch(_MY_ITEMS, lease.number)
        self.open_items = sum(len(decode_items(row[0])) for row in rows)
        self._pool = await open_pool(self._url, lease=lease.number, most=_READERS)
        self._notices = Notices(self._pool, lease.number, self._topics, self._clock)
        await self._notices.start()

    async def close(self) -> None:
        """Store what still waits, then give the lease back."""
        self._closed = True
        self._lost = lambda: None
        self._committing.giving_up = True
        await self._idle.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            async with asyncio.timeout(self._lease_seconds):
                await leases.retire(self._committing.connection, self._lease.number, own_too=True)
                await self._pool.close()
                await self._committing.close()
        except BROKEN as error:
            log.warning("the lease was not given back; it runs out by itself", why=repr(error))
            self._pool.terminate()

    def _task(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a part of the store died", exc_info=task.exception())
            self._closed = True
            self._give_up()
            self._lost()

    # -- the port ------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """Rows that wait for a group."""
        return self._grouper.waiting

    @property
    def closed(self) -> bool:
        """Nothing can be stored, for now or for good."""
        return self._closed or self._fenced or self._committing.down

    def may_submit(self) -> bool:
        """Is what this node has in memory still its own?"""
        return self._clock.monotonic() < self._leased_until

    def post(self, command: Command, sink: Sink) -> None:
        """Join the next group; `sink` gets the outcome. Raises Throttled when the queue is full."""
        if self.closed and not isinstance(command, PartResult | Receipt):
            self._loop.call_soon(sink, UNAVAILABLE)
            return
        if isinstance(command, Change) and command.topics:
            sink = self._topics.telling(command.topics, sink)
        self._grouper.put(command, sink)
        self._idle.clear()
        self._wake.set()

    def commit(self, command: Command) -> asyncio.Future[Outcome]:
        """Join the next group. Raises Throttled when the queue is full."""
        future: asyncio.Future[Outcome] = self._loop.create_future()
        self.post(command, lambda outcome: None if future.done() else future.set_result(outcome))
        return future

    async def read(self, name: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of a named statement. Raises RemoteFault while the database is away."""
        try:
            return tuples(await self._pool.fetch(self._statements[name], *parameters))
        except AWAY as error:
            raise away(error) from error

    def subscribe(self, topic: str, callback: Callable[[str], None]) -> None:
        self._topics.subscribe(topic, callback)

    # -- groups --------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._rows_to_take:
                await self._take_over()
            while group := self._grouper.take():
                await self._store(group)
            if not self._wake.is_set():
                self._idle.set()

    async def _store(self, group: list[Entry]) -> None:
        for entry in group:
            if isinstance(entry[0], Maintain):
                self._task(self._housekeep(entry[0], entry[1]))
        group = [entry for entry in group if not isinstance(entry[0], Maintain)]
        await self._committing.store(group)
        self.groups += 1
        self.rows += len(group)

    def _balance_changed(self, _account: str) -> None:
        self._committing.balances_changed = True

    def _give_up(self) -> None:
        while group := self._grouper.take():
            settle(group, [UNAVAILABLE] * len(group))
        self._idle.set()

    async def _housekeep(self, command: Maintain, sink: Sink) -> None:
        outcome: Outcome = UNAVAILABLE
        try:
            async with self._pool.acquire() as connection:
                found = await maintain(connection, self._tables, command)
            stored = [one for one in found.missed if isinstance(await self.commit(one), Matched)]
            if stored:
                async with self._pool.acquire() as connection:
                    await forget_early(connection, stored)
            self._dropped.update(found.dropped)
            early = found.early - Counter(one.channel_id for one in stored)
            outcome = Maintained(dict(early), dict(self._dropped))
        except BROKEN as error:
            log.warning("housekeeping was put off", why=repr(error))
        settle([(command, sink, 1)], [outcome])

    # -- the lease -----------------------------------------------------------------------------------------

    def _leased_from(self, asked: float) -> None:
        self._leased_until = asked + self._lease_seconds * (1 - MARGIN_SECONDS / LEASE_SECONDS)

    async def _look_after(self) -> None:
        """Renew the lease, look for rows of dead nodes, hear of changes made elsewhere."""
        renew_at = 0.0
        while not self._fenced:
            await asyncio.sleep(min(POLL_SECONDS, self._lease_seconds / _RENEWALS))
            try:
                if self._clock.monotonic() >= renew_at:
                    await self._renew()
                    renew_at = self._clock.monotonic() + self._lease_seconds / _RENEWALS
                await self._notices.poll()
            except BROKEN as error:
                log.warning("the database does not answer", why=repr(error))

    async def _renew(self) -> None:
        asked = self._clock.monotonic()
        async with asyncio.timeout(self._lease_seconds / _RENEWALS), self._pool.acquire() as connection:
            if not await leases.renew(connection, self._lease.number, self._lease_seconds):
                self._lease_is_gone()
                return
            self._leased_from(asked)
            self._rows_to_take = await leases.retire(connection, self._lease.number)
        if self._rows_to_take:
            self._idle.clear()
            self._wake.set()

    def _lease_is_gone(self) -> None:
        if not self._fenced:
            self._fenced = True
            self._leased_until = 0.0
            log.error("this node was taken for dead and its outbox rows went to others; it must restart")
            self._lost()

    async def _take_over(self) -> None:
        self._rows_to_take = False
        while places := await self._committing.take_over():
            log.info("took over outbox rows that were nobody's", rows=len(places))
            self._tell_places(places)

    def _tell_places(self, places: Iterable[Place]) -> None:
        newest: dict[tuple[int, int], int] = {}
        messages: Counter[tuple[int, int]] = Counter()
        for channel_id, lane, row_id, count in places:
            newest[channel_id, lane] = max(row_id, newest.get((channel_id, lane), 0))
            messages[channel_id, lane] += count
        self._topics.tell(
            (OUTBOX_TOPIC, f"{channel_id}:{lane}:{row_id}:{messages[channel_id, lane]}")
            for (channel_id, lane), row_id in newest.items()
        )
