"""One group in one transaction: look, decide, write.

    BEGIN ▸ use nonces ▸ find what receipts belong to ▸ write everything with one statement ▸ changes ▸ COMMIT

A busy group of accepts, answers and receipts takes five round trips, whatever its size. What is read is locked, in
sorted order, and decided on in Python with the tables and rules that the other engine uses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from hongyan.kernel.clock import Millis, day_of
from hongyan.kernel.ids import day_of_id
from hongyan.messaging.states import MessageEvent
from hongyan.storage.bounds import ANSWERED_WITHIN_DAYS, RECEIPT_MATCH_DAYS
from hongyan.storage.port import (
    PART_EXPIRED,
    PART_REFUSED,
    PART_RETRY,
    RECEIPT_DUPLICATE,
    RECEIPT_EARLY,
    Accept,
    Accepted,
    Answered,
    Done,
    Matched,
    OutboxItem,
    OutboxRow,
    Outcome,
    PartResult,
    Receipt,
    Refusal,
)
from hongyan.storage.postgres import sql
from hongyan.storage.postgres.admission import Admission, UsedNonce, pack
from hongyan.storage.postgres.batch import Batch
from hongyan.storage.postgres.database import Connection
from hongyan.storage.postgres.outbox import OutboxRows, RowsOfGroup
from hongyan.storage.postgres.settlement import MessageRow, Settlement, alone
from hongyan.storage.postgres.tables import Tables, bucket_of
from hongyan.storage.usage import UsageByAccount

T = TypeVar("T")
Indexed = list[tuple[int, Any]]
_ANSWERED = Answered()
_DONE = Done()
_EARLY = Matched(RECEIPT_EARLY)


class Group:
    """The hot part of one group, inside an open transaction. Used once."""

    def __init__(self, connection: Connection, tables: Tables, outbox: OutboxRows, finite: set[int]) -> None:
        self._connection = connection
        self._tables = tables
        self._outbox = outbox
        self._finite = finite
        self.rows: RowsOfGroup = outbox.begin()
        self.usage = UsageByAccount()
        self._batch = Batch()
        self._settlement = Settlement(self.usage)
        self._early: dict[tuple[int, str], tuple[int, Receipt]] = {}
        self.now_ms: Millis = 0

    # -- nonces and accepts --------------------------------------------------------------------------------

    async def admit(self, nonces: Indexed, accepts: Indexed, outcomes: list[Outcome | None]) -> None:
        """Decide about accepts and bare nonces, and plan the rows of those that are admitted."""
        admission = await self._look(nonces, accepts)
        for index, nonce in nonces:
            used = not admission.use((nonce.minute, nonce.hash))
            outcomes[index] = Refusal("nonce.used") if used else _DONE
        messages: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for index, accept in accepts:
            outcomes[index] = admission.refuse(accept) or self._accept(accept, messages)
        batch = self._batch
        for day, rows in messages.items():
            batch.add(sql.insert_messages(day), rows)
        for bucket, unused in _by(_bucket_of_nonce, sorted(self._inserted - admission.kept)).items():
            batch.add(sql.delete_nonces(bucket), unused)
        for day, keys in _by(_first, admission.new_keys).items():
            batch.add(sql.insert_idempotency(day), [key[1:] for key in keys])
        batch.add(
            sql.UPSERT_FREQUENCY,
            [(key, times[-1], pack(times)) for key, times in sorted(admission.new_times.items())],
        )

    async def _look(self, nonces: Indexed, accepts: Indexed) -> Admission:
        fetch = self._connection.fetch
        keys: dict[int, tuple[int, int]] = {}
        times: dict[int, bytes] = {}
        balances: dict[int, tuple[int, int]] = {}
        wanted_keys = {accept.idempotency[0] for _, accept in accepts if accept.idempotency is not None}
        limited = {limit.key for _, accept in accepts for limit in accept.limits}
        if wanted_keys or limited:
            await fetch(sql.LOCK_KEYS, sorted(wanted_keys | limited))
        if wanted_keys:
            today = {day_of(accept.now_ms) for _, accept in accepts}
            for day in (today | {day - 1 for day in today}) & self._tables.idempotency:
                for key, body, biz_id in await fetch(sql.known_idempotency(day), sorted(wanted_keys)):
                    keys[key] = body, biz_id
        if limited:
            times = {row[0]: row[1] for row in await fetch(sql.FREQUENCIES, sorted(limited))}
        finite = sorted({accept.account_id for _, accept in accepts if accept.hold} & self._finite)
        if finite:
            balances = {row[0]: (row[1], row[2]) for row in await fetch(sql.BALANCES, finite)}
        used = await self._use_nonces(
            {(nonce.minute, nonce.hash) for _, nonce in nonces}
            | {accept.nonce for _, accept in accepts if accept.nonce is not None}
        )
        return Admission(used=used, keys=keys, times=times, balances=balances)

    async def _use_nonces(self, wanted: set[UsedNonce]) -> list[UsedNonce]:
        """Those that were used before; the others stand in the table now, and are taken out when not needed."""
        self._inserted = wanted
        if not wanted:
            return []
        minutes, hashes = zip(*sorted(wanted), strict=True)
        buckets = tuple(sorted({bucket_of(minute) for minute in minutes}))
        used = [
            (row[0], row[1]) for row in await self._connection.fetch(sql.use_nonces(buckets), minutes, hashes)
        ]
        self._inserted = wanted.difference(used)
        return used

    def _accept(self, accept: Accept, messages: dict[int, list[tuple[Any, ...]]]) -> Accepted:
        usage = self.usage.of(accept.account_id)
        self.now_ms = accept.now_ms
        rows: dict[tuple[int, int], int] = {}
        ids = []
        for message in accept.messages:
            messages[day_of_id(message.id)].append(msgspec.structs.astuple(message))
            usage.segments += message.segments
            row_id = self.rows.add(
                message.channel_id, message.lane, 0, OutboxItem(message.id, 1, message.reference)
            )
            rows[message.channel_id, message.lane] = row_id
            ids.append(row_id)
        usage.accepted += len(ids)
        usage.held += accept.hold
        return Accepted((ids[0],) if len(rows) == 1 else tuple(ids))

    # -- answers and receipts ------------------------------------------------------------------------------

    async def settle(self, results: Indexed, receipts: Indexed, outcomes: list[Outcome | None]) -> None:
        """Decide what answers and receipts mean, and plan what they change."""
        for _, result in results:
            self.now_ms = result.at_ms
            if result.item_done:
                self.rows.answered(result.outbox_id)
            if result.outcome != PART_EXPIRED:
                self._settlement.answer(result)
        await self._lock_messages(
            {result.message_id for _, result in results if result.outcome or result.uncertain}
        )
        found = await self._find(receipts)
        for index, result in results:
            if result.uncertain:
                self._settlement.count_uncertain(result.message_id, result.uncertain)
            outcomes[index] = self._refused_part(result) if result.outcome else _ANSWERED
        for place, (index, receipt) in enumerate(receipts):
            self.now_ms = receipt.received_ms
            key = self._settlement.answered_here(receipt) or found.get(place)
            if key is None:
                outcomes[index] = self._keep_early(index, receipt)
            else:
                outcomes[index] = self._settlement.report(receipt, key)

    def _refused_part(self, result: PartResult) -> Outcome:
        if result.outcome == PART_RETRY:
            lane = self._settlement.messages[result.message_id].lane
            item = OutboxItem(
                result.message_id,
                result.attempt + 1,
                result.reference,
                1 << (result.part - 1) if result.parts > 1 else 0,
                retries=result.retries,
            )
            row_id = self.rows.add(result.channel_id, lane, result.retry_at_ms, item)
            return Answered(OutboxRow(row_id, result.channel_id, lane, result.retry_at_ms, False, (item,)))
        event = MessageEvent.PART_REFUSED if result.outcome == PART_REFUSED else MessageEvent.VALIDITY_OVER
        self._settlement.end(result.message_id, event, result.error, result.at_ms)
        return _ANSWERED

    def _keep_early(self, index: int, receipt: Receipt) -> Outcome:
        key = receipt.channel_id, receipt.carrier_id
        if key in self._early:
            return Matched(RECEIPT_DUPLICATE)
        self._early[key] = index, receipt
        return _EARLY

    async def _lock_messages(self, ids: set[int]) -> None:
        by_day = _by(day_of_id, sorted(ids - self._settlement.messages.keys()))
        for day in sorted(await self._tables.existing(self._connection, by_day)):
            for row in await self._connection.fetch(sql.lock_messages(day), by_day[day]):
                self._settlement.know_message(MessageRow(*row))

    async def _find(self, receipts: Indexed) -> dict[int, tuple[int, int, int]]:
        """The part of each receipt, by its place; those without one are left out. Days are asked one after the
        other, the newest first, because almost every receipt comes within a minute."""
        if not receipts:
            return {}
        asked = sorted(
            (receipt.channel_id, receipt.carrier_id, receipt.day - RECEIPT_MATCH_DAYS, place)
            for place, (_, receipt) in enumerate(receipts)
        )
        newest = max(receipt.day for _, receipt in receipts)
        window = range(newest, newest - RECEIPT_MATCH_DAYS - ANSWERED_WITHIN_DAYS - 1, -1)
        found: dict[int, tuple[int, int, int]] = {}
        known = [day for day in window if day in self._tables.days]
        await self._find_among(known, asked, found)
        if len(found) < len(asked):
            others = await self._tables.existing(self._connection, set(window).difference(known))
            await self._find_among(sorted(others, reverse=True), asked, found)
        await self._know_siblings(receipts, found)
        return found

    async def _find_among(
        self, days: list[int], asked: list[tuple[int, str, int, int]], found: dict[int, tuple[int, int, int]]
    ) -> None:
        for day in days:
            left = [one for one in asked if one[3] not in found]
            if not left:
                return
            channels, carrier_ids, since, places = zip(*left, strict=True)
            rows = await self._connection.fetch(
                sql.find_submissions(day), places, channels, carrier_ids, since
            )
            for place, message_id, part, attempt, parts, outcome, receipt_state, *message in rows:
                found[place] = key = message_id, part, attempt
                self._settlement.know_message(MessageRow(message_id, *message))
                self._settlement.know_part(key, parts, outcome, receipt_state)

    async def _know_siblings(self, receipts: Indexed, found: dict[int, tuple[int, int, int]]) -> None:
        """Before parts are rolled up: lock their messages, then read what is stored of them."""
        settlement = self._settlement
        here = {key for _, receipt in receipts if (key := settlement.answered_here(receipt))}
        await self._lock_messages({key[0] for key in here})
        several = {
            key[0] for key in here.union(found.values()) if not alone(key, settlement.parts[key].parts)
        }
        for day, ids in _by(day_of_id, sorted(several)).items():
            for row in await self._connection.fetch(sql.parts_of(day), ids):
                settlement.know_part((row[0], row[1], row[2]), *row[3:])

    # -- writing -------------------------------------------------------------------------------------------

    async def write(self, results: Indexed, outcomes: list[Outcome | None]) -> int:
        """Everything planned, in one statement; then the receipts that had come before their answers. The id of
        the transaction."""
        await self._plan(results)
        transaction_id, returned = await self._batch.run(self._connection)
        kept = {(channel, carrier) for part, channel, carrier in returned if part == sql.INSERT_EARLY.name}
        for key, (index, _) in self._early.items():
            if key not in kept:
                outcomes[index] = Matched(RECEIPT_DUPLICATE)
        arrived = [(place, facts) for part, place, facts in returned if part == sql.TAKE_EARLY.name]
        if arrived:
            await self._report_early([(results[place][1], facts) for place, facts in arrived])
            for place, _ in arrived:
                outcomes[results[place][0]] = Answered(None, early=True)
        return transaction_id

    async def _plan(self, results: Indexed) -> None:
        batch, settlement = self._batch, self._settlement
        new = _by(_day_of_row, (_submission(*part) for part in settlement.new_parts()))
        for day in await self._tables.existing(self._connection, new):  # others were dropped with their day
            batch.add(sql.insert_submissions(day), new[day])
        for day, reports in _by(_day_of_row, sorted(settlement.reports())).items():
            batch.add(sql.update_submissions(day), reports)
        for day, ends in _by(_day_of_row, sorted(settlement.ends())).items():
            batch.add(sql.update_messages(day), ends)
        batch.add(
            sql.TAKE_EARLY,
            [
                (place, result.channel_id, result.carrier_id, result.day - RECEIPT_MATCH_DAYS)
                for place, (_, result) in enumerate(results)
                if result.carrier_id
            ],
        )
        batch.add(sql.INSERT_EARLY, [_early(receipt) for _, (_, receipt) in sorted(self._early.items())])
        new_rows, old_rows = self.rows.plan()
        batch.add(sql.INSERT_OUTBOX, new_rows)
        batch.add(sql.DELETE_OUTBOX, old_rows)
        self.plan_usage(batch)

    def plan_usage(self, batch: Batch) -> None:
        """Counters, and the finite balances that they move."""
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
            [(a, u.charged, u.held) for a, u in accounts if a in self._finite and (u.charged or u.held)],
        )

    async def _report_early(self, arrived: list[tuple[PartResult, str]]) -> None:
        """Receipts whose answers were just stored, as if they came now."""
        receipts: Indexed = []
        for place, (result, facts) in enumerate(arrived):
            delivered, code, at_ms, received_ms = msgspec.json.decode(facts)
            receipt = Receipt(
                result.channel_id, result.carrier_id, bool(delivered), code, at_ms, received_ms, result.day
            )
            receipts.append((place, receipt))
        following = Group(self._connection, self._tables, self._outbox, self._finite)
        outcomes: list[Outcome | None] = [None] * len(receipts)
        await following.settle([], receipts, outcomes)
        following.now_ms = self.now_ms
        await following.write([], outcomes)


def _submission(result: PartResult, receipt_state: str, code: str, ms: int | None) -> tuple[Any, ...]:
    return (
        *(result.message_id, result.part, result.attempt, result.parts, result.channel_id),
        *(result.carrier_id or None, result.day, result.status, result.outcome, result.reference),
        *(result.at_ms, result.error, receipt_state, code, ms),
    )


def _early(receipt: Receipt) -> tuple[Any, ...]:
    return (
        *(receipt.channel_id, receipt.carrier_id, receipt.day, int(receipt.delivered), receipt.code),
        *(receipt.at_ms, receipt.received_ms),
    )


def _first(row: tuple[int, ...]) -> int:
    return row[0]


def _bucket_of_nonce(nonce: UsedNonce) -> int:
    return bucket_of(nonce[0])


def _day_of_row(row: tuple[Any, ...]) -> int:
    return day_of_id(row[0])


def _by(key: Callable[[T], int], values: Iterable[T]) -> dict[int, list[T]]:
    """Values by day or bucket, in their order."""
    found: dict[int, list[T]] = {}
    for value in values:
        found.setdefault(key(value), []).append(value)
    return found
