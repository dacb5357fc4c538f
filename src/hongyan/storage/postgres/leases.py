"""Who may submit what: one lease for each node, renewed while it lives.

A lease has a fencing number that is never given twice. A node whose lease ran out, or that stopped, loses its rows to
whoever looks next: its lease is deleted in the transaction that makes its rows nobody's, and a foreign key keeps it
from writing new ones. Answers that it still brings are stored: they belong to messages, not to leases.
"""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.kernel.errors import Misconfigured
from hongyan.kernel.ids import MAX_NODE
from hongyan.storage.port import decode_items
from hongyan.storage.postgres.database import AnyConnection
from hongyan.storage.postgres.outbox import OutboxRows
from hongyan.storage.recovery import ANSWERED, SUBMITTED

LEASE_SECONDS = 15.0
MARGIN_SECONDS = 3.0
"""A node stops submitting so long before its lease ends, by its own monotonic clock."""
MOST_NODES = MAX_NODE
"""The highest node number is for commands, which take no lease."""
NOBODY = 0
_LEASES_LOCK = 0x686F6E67_0003
_ROWS_AT_ONCE = 1_000
_NOW = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"

_TAKEN_NODES = "SELECT node FROM node_lease"
_NEW = (
    f"INSERT INTO node_lease (lease, node, expires_ms) VALUES (nextval('node_lease_number'), $1, {_NOW} + $2)"  # noqa: S608
    " RETURNING lease"
)
_RENEW = f"UPDATE node_lease SET expires_ms = {_NOW} + $2 WHERE lease = $1 RETURNING lease"  # noqa: S608
_DEAD = (
    "SELECT lease, clean FROM node_lease WHERE lease <> 0"  # noqa: S608
    f" AND CASE WHEN lease = $1 THEN $2 ELSE clean = 1 OR expires_ms < {_NOW} END ORDER BY lease FOR UPDATE SKIP LOCKED"
)
_ABANDON = "UPDATE outbox SET lease = 0, suspect = $2 WHERE lease = $1 AND suspect <> $3"
_ABANDON_REST = "UPDATE outbox SET lease = 0 WHERE lease = $1"
_FREE = "SELECT id, channel_id, lane, items FROM outbox WHERE lease = 0 ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED"
_TAKE = (
    "UPDATE outbox AS o SET id = r.new, lease = $3 FROM unnest($1::bigint[], $2::bigint[]) AS r (old, new)"
    " WHERE o.id = r.old"
)


@dataclass(frozen=True, slots=True)
class Lease:
    """`number`: the fencing number. `node`: for ids, free of other living nodes."""

    number: int
    node: int


Place = tuple[int, int, int, int]
"""(channel, lane, row id, messages in it)."""


async def acquire(connection: AnyConnection, seconds: float) -> Lease:
    """A new lease. Raises Misconfigured when all node numbers are in use."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LEASES_LOCK)
        taken = {row[0] for row in await connection.fetch(_TAKEN_NODES)}
        free = [node for node in range(MOST_NODES) if node not in taken]
        if not free:
            raise Misconfigured(
                "storage.too_many_nodes",
                en=f"{MOST_NODES} nodes use this database already",
                zh=f"已有 {MOST_NODES} 个节点使用该数据库",
                most=MOST_NODES,
            )
        number = await connection.fetchval(_NEW, free[0], _milliseconds(seconds))
    return Lease(number, free[0])


async def renew(connection: AnyConnection, lease: int, seconds: float) -> bool:
    """False when the lease was taken away."""
    return bool(await connection.fetch(_RENEW, lease, _milliseconds(seconds)))


async def retire(connection: AnyConnection, own: int, *, own_too: bool = False) -> bool:
    """Make the rows of dead nodes nobody's; `own_too`: and ours, because we stop. True when nobody has rows now."""
    async with connection.transaction():
        for lease, clean in await connection.fetch(_DEAD, own, own_too):
            await connection.execute(_ABANDON, lease, ANSWERED if clean else SUBMITTED, SUBMITTED)
            await connection.execute(_ABANDON_REST, lease)
            await connection.execute("DELETE FROM node_lease WHERE lease = $1", lease)
    return bool(await connection.fetchval("SELECT EXISTS (SELECT 1 FROM outbox WHERE lease = 0)"))


async def take_over(connection: AnyConnection, outbox: OutboxRows) -> list[Place]:
    """Make some of nobody's rows ours, with ids that follow those we gave. Where they stand now; empty: none left."""
    async with connection.transaction():
        rows = await connection.fetch(_FREE, _ROWS_AT_ONCE)
        if not rows:
            return []
        first = outbox.number(len(rows))
        new = range(first, first + len(rows))
        await connection.execute(_TAKE, [row[0] for row in rows], list(new), outbox.lease)
    return [
        (channel_id, lane, row_id, len(decode_items(items)))
        for (_, channel_id, lane, items), row_id in zip(rows, new, strict=True)
    ]


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)
