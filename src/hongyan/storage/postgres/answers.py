"""Answers and receipts of a group: find the messages they belong to, decide what they mean, plan what they change."""

from __future__ import annotations

from typing import Any

import msgspec

from hongyan.kernel.ids import day_of_id
from hongyan.messaging.states import MessageEvent
from hongyan.storage.bounds import ANSWERED_WITHIN_DAYS, EARLY_RECEIPT_DAYS, RECEIPT_MATCH_DAYS
from hongyan.storage.port import (
    NOT_SUBMITTED,
    PART_RETRY,
    RECEIPT_DUPLICATE,
    RECEIPT_EARLY,
    Answered,
    Matched,
    Move,
    OutboxRow,
    Outcome,
    PartResult,
    Receipt,
)
from hongyan.storage.postgres import sql
from hongyan.storage.postgres.settlement import MessageRow, Settlement, alone
from hongyan.storage.postgres.work import Indexed, Work, group_by
from hongyan.storage.roll_up import ENDS, MOVES, left, moved, tried_again

_ANSWERED = Answered()
_EARLY = Matched(RECEIPT_EARLY)


class Answers:
    """Used once."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._settlement = Settlement(work.usage)
        self._early: dict[tuple[int, str], tuple[int, Receipt]] = {}
        self._may_move: dict[int, bool] = {}

    # -- answers and receipts ------------------------------------------------------------------------------

    async def settle(self, results: Indexed, receipts: Indexed, outcomes: list[Outcome | None]) -> None:
        """Decide what answers and receipts mean, and plan what they change."""
        for _, result in results:
            self._work.now_ms = result.at_ms
            if result.item_done:
                self._work.rows.answered(result.outbox_id)
            if result.outcome not in NOT_SUBMITTED:
                self._settlement.answer(result)
        await self._lock_messages(
            {result.message_id for _, result in results if result.outcome or result.uncertain}
        )
        await self._move([result for _, result in results if result.move_to is not None])
        found = await self._find(receipts)
        for index, result in results:
            if result.uncertain:
                self._settlement.count_uncertain(result.message_id, result.uncertain)
            outcomes[index] = self._refused_part(result) if result.outcome else _ANSWERED
        for place, (index, receipt) in enumerate(receipts):
            self._work.now_ms = receipt.received_ms
            key = self._settlement.answered_here(receipt) or found.get(place)
            if key is None:
                outcomes[index] = self._keep_early(index, receipt)
            else:
                outcomes[index] = self._settlement.report(receipt, key)
        await self._plan(results)

    def _refused_part(self, result: PartResult) -> Outcome:
        if result.outcome == PART_RETRY:
            lane = self._settlement.messages[result.message_id].lane
            item = tried_again(result)
            row_id = self._work.rows.add(result.channel_id, lane, result.retry_at_ms, item)
            return Answered(OutboxRow(row_id, result.channel_id, lane, result.retry_at_ms, False, (item,)))
        if result.move_to is not None:
            return self._handed_on(result, result.move_to)
        if result.outcome in ENDS:
            return self._ended_by(result, ENDS[result.outcome])
        return _ANSWERED

    def _ended_by(self, result: PartResult, event: MessageEvent) -> Outcome:
        end = self._settlement.end(result.message_id, event, result.error, result.at_ms)
        return Answered(ending=end.ending) if end is not None and end.ending is not None else _ANSWERED

    async def _move(self, results: list[PartResult]) -> None:
        """Put messages on other channels, while the rows that were answered are still there: what another node has
        taken over is that node's."""
        if not results:
            return
        fetch = self._work.connection.fetch
        rows = sorted({result.outbox_id for result in results})
        there = {row[0] for row in await fetch(sql.OPEN_ROWS, rows)}
        asked = sorted(
            (one.message_id, one.channel_id)
            for one in results
            if one.outbox_id in there and one.message_id in self._settlement.messages
        )
        for day, some in group_by(_day_of_row, asked).items():
            for message_id, may_move in await fetch(sql.may_move(day), *zip(*some, strict=True)):
                self._may_move[message_id] = may_move
        moves = sorted(_move_row(one) for one in results if self._may_move.get(one.message_id))
        for day, some in group_by(_day_of_row, moves).items():
            await fetch(sql.move_messages(day), *zip(*some, strict=True))

    def _handed_on(self, result: PartResult, to: Move) -> Outcome:
        """The row of a message that was moved, for its new channel. One that a carrier may have taken in part stays, and
        has failed."""
        may_move = self._may_move.get(result.message_id)
        if may_move is None:
            return _ANSWERED
        _, event = MOVES[result.outcome]
        if not may_move:
            return self._ended_by(result, event)
        message = self._settlement.messages[result.message_id]
        item = moved(result, to)
        row_id = self._work.rows.add_alone(to.channel_id, message.lane, item)
        row = OutboxRow(row_id, to.channel_id, message.lane, 0, False, (item,))
        return Answered(row, ending=message.ending(event, result.error, to.access_number))

    def _keep_early(self, index: int, receipt: Receipt) -> Outcome:
        key = receipt.channel_id, receipt.carrier_id
        if key in self._early:
            return Matched(RECEIPT_DUPLICATE)
        self._early[key] = index, receipt
        return _EARLY

    async def _lock_messages(self, ids: set[int]) -> None:
        by_day = group_by(day_of_id, sorted(ids - self._settlement.messages.keys()))
        for day in sorted(await self._work.tables.existing(self._work.connection, by_day)):
            for row in await self._work.connection.fetch(sql.lock_messages(day), by_day[day]):
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
        known = [day for day in window if day in self._work.tables.days]
        await self._find_among(known, asked, found)
        if len(found) < len(asked):
            others = await self._work.tables.existing(self._work.connection, set(window).difference(known))
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
            rows = await self._work.connection.fetch(
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
        for day, ids in group_by(day_of_id, sorted(several)).items():
            for row in await self._work.connection.fetch(sql.parts_of(day), ids):
                settlement.know_part((row[0], row[1], row[2]), *row[3:])

    # -- writing -------------------------------------------------------------------------------------------

    async def _plan(self, results: Indexed) -> None:
        batch, settlement = self._work.batch, self._settlement
        new = group_by(_day_of_row, (_submission(*part) for part in settlement.new_parts()))
        for day in await self._work.tables.existing(
            self._work.connection, new
        ):  # others were dropped with their day
            batch.add(sql.insert_submissions(day), new[day])
        for day, reports in group_by(_day_of_row, sorted(settlement.reports())).items():
            batch.add(sql.update_submissions(day), reports)
        for day, ends in group_by(_day_of_row, sorted(settlement.ends())).items():
            batch.add(sql.update_messages(day), ends)
        batch.add(
            sql.TAKE_EARLY,
            [
                (place, result.channel_id, result.carrier_id, result.day - EARLY_RECEIPT_DAYS)
                for place, (_, result) in enumerate(results)
                if result.carrier_id
            ],
        )
        batch.add(sql.INSERT_EARLY, [_early(receipt) for _, (_, receipt) in sorted(self._early.items())])

    async def written(
        self, returned: list[tuple[str, int, str]], results: Indexed, outcomes: list[Outcome | None]
    ) -> None:
        """After the group's statement: which receipts were kept as early, and which early ones met their answer."""
        kept = {(channel, carrier) for part, channel, carrier in returned if part == sql.INSERT_EARLY.name}
        for key, (index, _) in self._early.items():
            if key not in kept:
                outcomes[index] = Matched(RECEIPT_DUPLICATE)
        arrived = [(place, facts) for part, place, facts in returned if part == sql.TAKE_EARLY.name]
        if arrived:
            matched = await self._report_early([(results[place][1], facts) for place, facts in arrived])
            for (place, _), outcome in zip(arrived, matched, strict=True):
                ending = outcome.ending if isinstance(outcome, Matched) else None
                outcomes[results[place][0]] = Answered(None, early=True, ending=ending)

    async def _report_early(self, arrived: list[tuple[PartResult, str]]) -> list[Outcome | None]:
        """Receipts whose answers were just stored, as if they came now. What became of each."""
        receipts: Indexed = []
        for place, (result, facts) in enumerate(arrived):
            delivered, code, at_ms, received_ms = msgspec.json.decode(facts)
            receipt = Receipt(
                result.channel_id, result.carrier_id, bool(delivered), code, at_ms, received_ms, result.day
            )
            receipts.append((place, receipt))
        work = self._work.following()
        now_ms = work.now_ms
        outcomes: list[Outcome | None] = [None] * len(receipts)
        await Answers(work).settle([], receipts, outcomes)
        work.now_ms = now_ms
        await work.write()
        return outcomes


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


def _move_row(result: PartResult) -> tuple[Any, ...]:
    to = result.move_to
    assert to is not None
    return result.message_id, to.channel_id, to.access_number, to.reference, left(result)


def _day_of_row(row: tuple[Any, ...]) -> int:
    return day_of_id(row[0])
