"""The cold part of a group: changes of other rooms, one after the other, what recovery writes anew, and messages whose
receipts never came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import asyncpg

from hongyan.kernel.ids import day_of_id
from hongyan.messaging.states import MessageEvent
from hongyan.storage.port import (
    NO_RECEIPT,
    Change,
    Done,
    Ended,
    OutboxRow,
    Outcome,
    Overdue,
    Refusal,
    Reissued,
    decode_items,
)
from hongyan.storage.postgres import sql
from hongyan.storage.postgres.database import Connection, tuples
from hongyan.storage.postgres.settlement import MessageRow, Settlement
from hongyan.storage.postgres.tables import bucket_of
from hongyan.storage.postgres.work import Indexed, Work, group_by
from hongyan.storage.recovery import doubtful_in, still_open, uncertain_in
from hongyan.storage.roll_up import taken_at

_ADD_NOTICES = (
    "INSERT INTO change_notice (lease, topic, key, told_ms) SELECT $1, r.topic, r.key,"
    " (extract(epoch FROM clock_timestamp()) * 1000)::bigint FROM unnest($2::text[], $3::text[]) AS r (topic, key)"
)


async def change(
    connection: Connection, statements: Mapping[str, str], lease: int, command: Change
) -> Outcome:
    """One change inside an open transaction: all of it, or nothing and a refusal."""
    await connection.execute("SAVEPOINT change")
    rows = []
    for name, parameters, expected in command.statements:
        try:
            statement = await connection.prepare(statements[name])
            returned = tuples(await statement.fetch(*parameters))
        except asyncpg.IntegrityConstraintViolationError as error:
            return await _undo(
                connection, Refusal("storage.conflict", {"statement": name, "why": str(error)})
            )
        touched = int((statement.get_statusmsg() or "0").rpartition(" ")[2])  # "UPDATE 1", "INSERT 0 1"
        if expected is not None and touched != expected:
            facts = {"statement": name, "expected": expected, "found": touched}
            return await _undo(connection, Refusal("storage.conflict", facts))
        rows.append(returned)
    if command.nonce is not None and not await _use_nonce(connection, *command.nonce):
        return await _undo(connection, Refusal("nonce.used"))
    if command.topics:
        topics, keys = zip(*command.topics, strict=True)
        await connection.execute(_ADD_NOTICES, lease, topics, keys)
    await connection.execute("RELEASE SAVEPOINT change")
    return Done(rows)


async def _undo(connection: Connection, refusal: Refusal) -> Refusal:
    await connection.execute("ROLLBACK TO SAVEPOINT change")
    await connection.execute("RELEASE SAVEPOINT change")
    return refusal


async def _use_nonce(connection: Connection, minute: int, value: int) -> bool:
    return not await connection.fetch(sql.use_nonces((bucket_of(minute),)), [minute], [value])


async def reissue(work: Work, commands: Indexed, outcomes: list[Outcome | None]) -> None:
    """Rows of nodes that died, written anew with what was never answered: decided with a few reads for all of them."""
    ids = sorted({command.outbox_id for _, command in commands})
    records = await work.connection.fetch(sql.OUTBOX_ROWS, ids, work.outbox.lease)
    rows = {
        row_id: (channel_id, lane, not_before_ms, suspect, decode_items(blob))
        for row_id, channel_id, lane, not_before_ms, suspect, blob in records
    }
    asked = {command.outbox_id for _, command in commands if command.doubtful}
    looked_at = {
        item.message_id
        for row_id, (*_, suspect, items) in rows.items()
        if suspect or row_id in asked
        for item in items
    }
    states, answers = await _look(work, sorted(looked_at))
    uncertain: Counter[int] = Counter()
    for index, command in commands:
        work.now_ms = command.now_ms
        row_id = command.outbox_id
        if row_id not in rows:
            outcomes[index] = Reissued(None)
            continue
        channel_id, lane, not_before_ms, suspect, items = rows[row_id]
        if not suspect and not command.doubtful:
            outcomes[index] = Reissued(OutboxRow(row_id, channel_id, lane, not_before_ms, False, items))
            continue
        del rows[row_id]
        mine = [answer for item in items for answer in answers.get(item.message_id, ())]
        doubtful = doubtful_in(command, suspect)
        left = still_open(channel_id, items, states, mine, doubtful)
        uncertain += uncertain_in(left, doubtful)
        new = work.rows.replace(row_id, channel_id, lane, not_before_ms, left)
        row = OutboxRow(new, channel_id, lane, not_before_ms, False, tuple(left))
        outcomes[index] = Reissued(row if left else None)
    await _count(work, uncertain)


async def _look(
    work: Work, ids: list[int]
) -> tuple[dict[int, tuple[str, int, int]], dict[int, list[tuple[int, int, int, int]]]]:
    states: dict[int, tuple[str, int, int]] = {}
    answers: dict[int, list[tuple[int, int, int, int]]] = {}
    by_day = group_by(day_of_id, ids)
    for day in await work.tables.existing(work.connection, by_day):
        for message_id, state, segments, channel_id in await work.connection.fetch(
            sql.states_of(day), by_day[day]
        ):
            states[message_id] = state, segments, channel_id
        for message_id, part, attempt, _, outcome, _ in await work.connection.fetch(
            sql.parts_of(day), by_day[day]
        ):
            answers.setdefault(message_id, []).append((message_id, part, attempt, outcome))
    return states, answers


async def _count(work: Work, uncertain: Counter[int]) -> None:
    for day, ids in group_by(day_of_id, sorted(uncertain)).items():
        times = [uncertain[message_id] for message_id in ids]
        for account_id, count in await work.connection.fetch(sql.add_uncertain(day), ids, times):
            work.usage.of(account_id).uncertain += count


async def end_overdue(work: Work, commands: Indexed, outcomes: list[Outcome | None]) -> None:
    """Messages whose receipts never came. Locked before their parts are read: what came meanwhile is seen."""
    settlement = Settlement(work.usage)
    taken: dict[int, list[tuple[int, int, int, int, int]]] = {}
    ids = sorted({message_id for _, command in commands for message_id in command.message_ids})
    by_day = group_by(day_of_id, ids)
    for day in sorted(await work.tables.existing(work.connection, by_day)):
        for row in await work.connection.fetch(sql.lock_messages(day), by_day[day]):
            settlement.know_message(MessageRow(*row))
        for message_id, *answer in await work.connection.fetch(sql.taken_parts(day), by_day[day]):
            taken.setdefault(message_id, []).append(tuple(answer))
    for index, command in commands:
        work.now_ms = command.now_ms
        ended = {
            message_id: end.ending
            for message_id in command.message_ids
            if _overdue(command, taken_at(taken.get(message_id, ())))
            and (end := settlement.end(message_id, MessageEvent.RECEIPT_OVERDUE, NO_RECEIPT, command.now_ms))
        }
        outcomes[index] = Ended(tuple(ended), tuple(filter(None, ended.values())))
    for day, ends in group_by(lambda row: day_of_id(row[0]), sorted(settlement.ends())).items():
        work.batch.add(sql.update_messages(day), ends)


def _overdue(command: Overdue, taken: int | None) -> bool:
    return taken is not None and taken < command.before_ms
