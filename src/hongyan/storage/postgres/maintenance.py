"""Housekeeping: tables made ahead and dropped whole, counters folded, what has had its time deleted.

One node at a time does it; the others find the lock taken and are done. It has connections of its own, so that groups
never wait for it, and gives up a lock on tables that it does not get at once: there is another round soon.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import asyncpg
import structlog

from hongyan.kernel.clock import Millis, day_of
from hongyan.kernel.ids import first_id_of_day
from hongyan.storage.bounds import (
    EARLY_RECEIPT_DAYS,
    EARLY_RECEIPT_KEPT_MS,
    FREQUENCY_KEPT_MS,
    MOST_EARLY_RECEIPTS,
    NONCE_KEPT_MINUTES,
    PURGE_CHUNK,
)
from hongyan.storage.early import giving_way
from hongyan.storage.port import Maintain, Receipt
from hongyan.storage.postgres.database import AnyConnection, tuples
from hongyan.storage.postgres.notices import KEPT_SECONDS
from hongyan.storage.postgres.tables import Tables, bucket_of, day_name, last_minute

log = structlog.get_logger(__name__)

_HOUSEKEEPING_LOCK = 0x686F6E67_0004
_DAYS_AHEAD = 2
_BUCKETS_AHEAD_MINUTES = 20
_LOCK_WAIT = "SET LOCAL lock_timeout = '1s'"
_COUNTERS = ("accepted", "segments", "delivered", "failed", "held", "charged", "uncertain")
_FOLD = (
    "WITH deltas AS (DELETE FROM usage_delta RETURNING *)"  # noqa: S608  our own column names
    f" INSERT INTO usage_day (account_id, day, {', '.join(_COUNTERS)})"
    f" SELECT account_id, day, {', '.join(f'sum({name})' for name in _COUNTERS)} FROM deltas"
    " GROUP BY account_id, day ORDER BY account_id, day ON CONFLICT (account_id, day) DO UPDATE SET "
    + ", ".join(f"{name} = usage_day.{name} + excluded.{name}" for name in _COUNTERS)
)
_COUNT_EARLY = "SELECT channel_id, count(*) FROM early_receipt GROUP BY channel_id"
_FORGET_EARLY = (
    "DELETE FROM early_receipt WHERE channel_id = $1 AND carrier_id IN"
    " (SELECT carrier_id FROM early_receipt WHERE channel_id = $1 ORDER BY received_ms LIMIT $2)"
)
_ANSWERED_EARLY = (
    "SELECT channel_id, carrier_id, delivered, code, at_ms, received_ms FROM early_receipt AS e WHERE EXISTS"
    " (SELECT 1 FROM submission AS s WHERE s.channel_id = e.channel_id AND s.carrier_id = e.carrier_id"
    " AND s.day >= e.day - $1 AND s.message_id >= $2) ORDER BY channel_id, carrier_id LIMIT 500"
)


class Round(NamedTuple):
    """What one round found. `missed`: early receipts whose answer was stored by another node at the same moment, to be
    stored again. By channel, `early`: how many are kept; `dropped`: how many gave way to newer ones."""

    missed: list[Receipt]
    early: Counter[int]
    dropped: dict[int, int]


async def maintain(connection: AnyConnection, tables: Tables, command: Maintain) -> Round:
    """One round; only a count when another node is at it."""
    if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _HOUSEKEEPING_LOCK):
        return Round([], await _early(connection), {})
    try:
        today = day_of(command.now_ms)
        minute = command.real_now_ms // 60_000
        await tables.load(connection)
        await tables.make(
            connection,
            days=range(today, today + _DAYS_AHEAD + 1),
            nonces={bucket_of(minute), bucket_of(minute + _BUCKETS_AHEAD_MINUTES)},
        )
        await connection.execute(_FOLD)
        await _delete(connection, command.now_ms)
        await _drop(connection, tables, today, minute, command.keep_days)
        early = await _early(connection)
        dropped = giving_way(early, MOST_EARLY_RECEIPTS)
        for channel_id, going in dropped.items():
            await connection.execute(_FORGET_EARLY, channel_id, going)
        return Round(await _missed(connection, today), early - Counter(dropped), dropped)
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _HOUSEKEEPING_LOCK)


async def _early(connection: AnyConnection) -> Counter[int]:
    return Counter(dict(tuples(await connection.fetch(_COUNT_EARLY))))


async def _delete(connection: AnyConnection, now_ms: Millis) -> None:
    await connection.execute(
        "DELETE FROM early_receipt WHERE received_ms < $1", now_ms - EARLY_RECEIPT_KEPT_MS
    )
    await connection.execute("DELETE FROM reply_key WHERE until_ms <= $1", now_ms)
    await connection.execute("DELETE FROM frequency WHERE last_ms < $1", now_ms - FREQUENCY_KEPT_MS)
    await connection.execute(
        "DELETE FROM change_notice WHERE told_ms < (extract(epoch FROM clock_timestamp()) * 1000)::bigint - $1",
        int(KEPT_SECONDS * 1000),
    )


async def _drop(connection: AnyConnection, tables: Tables, today: int, minute: int, keep_days: int) -> None:
    for bucket in sorted(tables.nonces):
        if last_minute(bucket) < minute - NONCE_KEPT_MINUTES and await _dropped(
            connection, f"nonce_{bucket}"
        ):
            tables.nonces.discard(bucket)
    for day in sorted(tables.idempotency):
        if day < today - 1 and await _dropped(connection, f"idempotency_{day_name(day)}"):
            tables.idempotency.discard(day)
    if not keep_days:
        return
    before = today - keep_days
    for day in sorted(tables.days):
        if day < before and await _dropped(
            connection, f"submission_{day_name(day)}", f"message_{day_name(day)}"
        ):
            tables.days.discard(day)
    await connection.execute(
        "DELETE FROM reply WHERE id IN (SELECT id FROM reply WHERE id < $1 ORDER BY id LIMIT $2)",
        first_id_of_day(before),
        PURGE_CHUNK,
    )


async def _dropped(connection: AnyConnection, *names: str) -> bool:
    try:
        async with connection.transaction():
            await connection.execute(_LOCK_WAIT)
            await connection.execute(f"DROP TABLE IF EXISTS {', '.join(names)}")
    except asyncpg.LockNotAvailableError:
        log.info("tables are in use; dropping them next time", tables=names)
        return False
    return True


async def _missed(connection: AnyConnection, today: int) -> list[Receipt]:
    """A receipt kept as early on one node while another node stored the answer: neither saw the other."""
    rows = await connection.fetch(
        _ANSWERED_EARLY, EARLY_RECEIPT_DAYS, first_id_of_day(today - 2 * EARLY_RECEIPT_DAYS)
    )
    return [
        Receipt(channel_id, carrier_id, bool(delivered), code, at_ms, received_ms, today)
        for channel_id, carrier_id, delivered, code, at_ms, received_ms in rows
    ]


async def forget_early(connection: AnyConnection, receipts: list[Receipt]) -> None:
    """The receipts of `maintain` were stored."""
    keys = [(receipt.channel_id, receipt.carrier_id) for receipt in receipts]
    channels, carrier_ids = zip(*keys, strict=True)
    await connection.execute(
        "DELETE FROM early_receipt AS e USING unnest($1::bigint[], $2::text[]) AS r (channel_id, carrier_id)"
        " WHERE e.channel_id = r.channel_id AND e.carrier_id = r.carrier_id",
        channels,
        carrier_ids,
    )
