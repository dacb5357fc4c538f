"""The commit port on SQLite: one group, one transaction, one outcome for each command.

Runs where the write lock is: in the writer process of a server, or inside a command-line process while no server
runs. Set-wise where a statement can be, and never a statement per message that a group could share.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import apsw
import msgspec
import structlog

from hongyan.kernel.clock import day_of
from hongyan.messaging.states import MessageEvent, MessageState
from hongyan.storage.bounds import RECEIPT_MATCH_DAYS
from hongyan.storage.grouping import failed
from hongyan.storage.port import (
    NO_RECEIPT,
    NOT_SUBMITTED,
    PART_RETRY,
    RECEIPT_DUPLICATE,
    RECEIPT_EARLY,
    RECEIPT_LATE,
    RECEIPT_MATCHED,
    Accept,
    Accepted,
    Answered,
    Change,
    Command,
    Done,
    Ended,
    Maintain,
    Maintained,
    Matched,
    Move,
    Nonce,
    OutboxItem,
    OutboxRow,
    Outcome,
    Overdue,
    PartResult,
    Receipt,
    Refusal,
    Reissue,
    Reissued,
    decode_items,
)
from hongyan.storage.recovery import ANSWERED, SUBMITTED, doubtful_in, still_open, uncertain_in
from hongyan.storage.roll_up import (
    ENDS,
    MOVES,
    PART_DELIVERED,
    PART_FAILED,
    WAITING,
    End,
    ending_of,
    event_of,
    left,
    moved,
    taken_at,
    tried_again,
)
from hongyan.storage.sqlite import sql
from hongyan.storage.sqlite.early import EarlyReceipts
from hongyan.storage.sqlite.upkeep import maintain
from hongyan.storage.sqlite.used_once import UsedOnce
from hongyan.storage.statements import catalogue
from hongyan.storage.usage import Usage

log = structlog.get_logger(__name__)

_FATAL = (apsw.IOError, apsw.CorruptError, apsw.NotADBError, MemoryError)
"""After these nobody knows what is on the disk: the writer ends, and the next start finds out."""


class _Group:
    """Scratch of one transaction."""

    __slots__ = ("answered", "balances", "frequency", "gone", "now_ms", "opened", "outbox", "usage")

    def __init__(self) -> None:
        self.usage: dict[int, Usage] = {}
        self.outbox: dict[tuple[int, int, int], tuple[int, list[OutboxItem]]] = {}
        self.answered: dict[int, int] = {}
        self.opened: dict[int, int] = {}
        self.gone: list[int] = []
        self.frequency: dict[int, list[int]] = {}
        self.balances: dict[int, tuple[int, int]] = {}
        self.now_ms = 0

    def account(self, account_id: int) -> Usage:
        usage = self.usage.get(account_id)
        if usage is None:
            usage = self.usage[account_id] = Usage()
        return usage


class SqliteEngine:
    """Owns the one writing connection."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._execute: Callable[..., Any] = connection.cursor().execute
        self._many: Callable[..., Any] = connection.cursor().executemany
        self._used_once = UsedOnce(connection)
        self._statements = catalogue("sqlite")
        self._encode = msgspec.msgpack.Encoder().encode
        self._early = EarlyReceipts(connection)
        self._finite = self._finite_accounts()
        self._load_outbox()

    def _load_outbox(self) -> None:
        """Open items of each row. Counted down in memory, because the rows themselves never change."""
        rows = self._execute("SELECT id, items FROM outbox").fetchall()
        self._open: dict[int, int] = {row_id: len(decode_items(items)) for row_id, items in rows}
        self._next_outbox = max(self._open, default=0) + 1

    def _finite_accounts(self) -> set[int]:
        rows = self._execute("SELECT account_id FROM account_balance WHERE balance IS NOT NULL")
        return {account_id for (account_id,) in rows.fetchall()}

    @property
    def open_items(self) -> int:
        """Messages that stand in the outbox."""
        return sum(self._open.values())

    @property
    def last_message_id(self) -> int:
        """The newest id in the store, which new ids must exceed; 0 when there is none."""
        return int(self._execute("SELECT coalesce(max(id), 0) FROM message").fetchall()[0][0])

    def begin_service(self) -> None:
        """At the start of a server: what stands in the outbox may have been answered in part, and after anything
        but a clean stop it may have been submitted."""
        self._execute("BEGIN IMMEDIATE")
        self._execute("DELETE FROM fact WHERE name = 'clean_stop'")
        suspect = ANSWERED if self._connection.changes() else SUBMITTED
        self._execute("UPDATE outbox SET suspect = ? WHERE suspect <> ?", (suspect, SUBMITTED))
        self._execute("COMMIT")

    # -- one group -----------------------------------------------------------------------------------------

    def apply(self, group: Sequence[Command]) -> list[Outcome]:
        """Store a group. After an unexpected error each command gets a transaction of its own."""
        try:
            return self._transaction(group)
        except _FATAL:
            raise
        except Exception as error:  # noqa: BLE001  whatever one command brings, the others are stored
            if len(group) == 1:
                return [failed(group[0], error)]
            log.warning("a group failed; storing its commands one by one", error=repr(error))
            return [outcome for command in group for outcome in self.apply([command])]

    def _transaction(self, group: Sequence[Command]) -> list[Outcome]:
        outcomes: list[Outcome | None] = [None] * len(group)
        work = _Group()
        by_type: dict[type, list[tuple[int, Any]]] = {}
        for index, command in enumerate(group):
            by_type.setdefault(type(command), []).append((index, command))
        self._execute("BEGIN IMMEDIATE")
        try:
            for kind, store in self._PHASES:
                commands = by_type.get(kind)
                if commands:
                    store(self, commands, outcomes, work)
            self._finish(work)
            self._execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._execute("ROLLBACK")
            self._used_once.load()
            self._early.load()
            self._finite = self._finite_accounts()
            raise
        self._open.update(work.opened)
        for row_id in work.gone:
            self._open.pop(row_id, None)
        return outcomes  # type: ignore[return-value]  # each phase filled its places

    def _finish(self, work: _Group) -> None:
        """Outbox rows, nonces, counters: one row for the whole group where many commands add to the same."""
        self._used_once.write()
        for (channel_id, lane, not_before_ms), (row_id, items) in work.outbox.items():
            self._execute(sql.INSERT_OUTBOX, (row_id, channel_id, lane, not_before_ms, self._encode(items)))
            work.opened[row_id] = len(items)
        for row_id, count in work.answered.items():
            left = self._open.get(row_id)
            if left is None:
                continue
            if left > count:
                work.opened[row_id] = left - count
            else:
                work.gone.append(row_id)
        if work.gone:
            self._many("DELETE FROM outbox WHERE id = ?", [(row_id,) for row_id in work.gone])
        if work.usage:
            day = day_of(work.now_ms)
            self._many(
                "INSERT INTO usage_delta (account_id, day, accepted, segments, delivered, failed, held, charged,"
                " uncertain) VALUES (?,?,?,?,?,?,?,?,?)",
                [
                    (a, day, u.accepted, u.segments, u.delivered, u.failed, u.held, u.charged, u.uncertain)
                    for a, u in work.usage.items()
                ],
            )
        for key, times in work.frequency.items():
            self._execute(
                "INSERT INTO frequency (key, last_ms, times) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
                " last_ms = excluded.last_ms, times = excluded.times",
                (key, times[-1], struct.pack(f">{len(times)}q", *times)),
            )
        self._write_balances(work)

    def _write_balances(self, work: _Group) -> None:
        for account_id, (balance, held) in work.balances.items():
            self._execute(
                "UPDATE account_balance SET balance = ?, held = ? WHERE account_id = ?",
                (balance, held, account_id),
            )
        work.balances.clear()

    def _outbox_id(
        self, work: _Group, channel_id: int, lane: int, not_before_ms: int, item: OutboxItem
    ) -> int:
        key = (channel_id, lane, not_before_ms)
        found = work.outbox.get(key)
        if found is None:
            found = work.outbox[key] = (self._next_outbox, [])
            self._next_outbox += 1
        found[1].append(item)
        return found[0]

    # -- accepts -------------------------------------------------------------------------------------------

    def _accepts(
        self, commands: list[tuple[int, Accept]], outcomes: list[Outcome | None], work: _Group
    ) -> None:
        rows: list[tuple[Any, ...]] = []
        for index, accept in commands:
            refusal = self._refuse(accept, work)
            if refusal is not None:
                outcomes[index] = refusal
                continue
            usage = work.account(accept.account_id)
            work.now_ms = accept.now_ms
            ids = []
            for message in accept.messages:
                rows.append(sql.MESSAGE_ROW(msgspec.structs.astuple(message)))
                usage.segments += message.segments
                ids.append(
                    self._outbox_id(
                        work,
                        message.channel_id,
                        message.lane,
                        0,
                        OutboxItem(message.id, 1, message.reference),
                    )
                )
            usage.accepted += len(ids)
            usage.held += accept.hold
            if accept.hold and accept.account_id in self._finite:
                balance, held = work.balances[accept.account_id]
                work.balances[accept.account_id] = (balance, held + accept.hold)
            outcomes[index] = Accepted((ids[0],) if ids[0] == ids[-1] and len(set(ids)) == 1 else tuple(ids))
        if rows:
            self._many(sql.INSERT_MESSAGE, rows)

    def _refuse(self, accept: Accept, work: _Group) -> Refusal | None:
        """Everything that can refuse an accept. The nonce comes last, so a refused command stores nothing."""
        if accept.idempotency is not None:
            known = self._used_once.known(accept.idempotency[0], accept.now_ms)
            if known is not None:
                same = known[0] == accept.idempotency[1]
                return Refusal("idempotency.repeated" if same else "idempotency.mismatch", known[1])
        for limit in accept.limits:
            times = [t for t in self._times(limit.key, work) if t > limit.since_ms]
            if len(times) >= limit.most:
                return Refusal(limit.code, {"most": limit.most, "oldest_ms": times[0]})
        if accept.hold and accept.account_id in self._finite:
            balance, held = self._balance(accept.account_id, work)
            if balance - held < accept.hold:
                return Refusal("balance.insufficient", {"available": balance - held, "needed": accept.hold})
        if accept.nonce is not None and not self._used_once.nonce(accept.nonce):
            return Refusal("nonce.used")
        for key in {limit.key for limit in accept.limits}:
            oldest = min(limit.since_ms for limit in accept.limits if limit.key == key)
            work.frequency[key] = [t for t in self._times(key, work) if t > oldest] + [accept.now_ms]
        if accept.idempotency is not None:
            self._used_once.remember(*accept.idempotency, accept.messages[0].biz_id, accept.now_ms)
        return None

    def _times(self, key: int, work: _Group) -> list[int]:
        if key not in work.frequency:
            row = self._execute("SELECT times FROM frequency WHERE key = ?", (key,)).fetchone()
            if row is None:
                return []
            return list(struct.unpack(f">{len(row[0]) // 8}q", row[0]))
        return work.frequency[key]

    def _balance(self, account_id: int, work: _Group) -> tuple[int, int]:
        if account_id not in work.balances:
            row = self._execute(
                "SELECT balance, held FROM account_balance WHERE account_id = ?", (account_id,)
            )
            work.balances[account_id] = row.fetchall()[0]
        return work.balances[account_id]

    # -- answers of carriers -------------------------------------------------------------------------------

    def _part_results(
        self, commands: list[tuple[int, PartResult]], outcomes: list[Outcome | None], work: _Group
    ) -> None:
        rows = []
        later = []
        uncertain: list[int] = []
        for index, result in commands:
            work.now_ms = result.at_ms
            if result.item_done:
                work.answered[result.outbox_id] = work.answered.get(result.outbox_id, 0) + 1
            if result.outcome not in NOT_SUBMITTED:
                rows.append(
                    (
                        result.message_id,
                        result.part,
                        result.attempt,
                        result.parts,
                        result.channel_id,
                        result.carrier_id or None,
                        result.day,
                        result.status,
                        result.outcome,
                        result.reference,
                        result.at_ms,
                        result.error,
                    )
                )
            uncertain += [result.message_id] * result.uncertain
            if result.outcome:
                later.append((index, result))
            else:
                outcomes[index] = _ANSWERED
        if rows:
            self._many(sql.INSERT_SUBMISSION, rows)
        self._count_uncertain(uncertain, work)
        for index, result in later:
            outcomes[index] = self._refused_part(result, work)
        if self._early.count:
            for index, result in commands:
                if result.carrier_id and (receipt := self._early.take(result)) is not None:
                    matched = self._receipt(receipt, work)
                    outcomes[index] = Answered(None, early=True, ending=matched.ending)

    def _refused_part(self, result: PartResult, work: _Group) -> Outcome:
        if result.outcome == PART_RETRY:
            ((lane,),) = self._execute(
                "SELECT lane FROM message WHERE id = ?", (result.message_id,)
            ).fetchall()
            item = tried_again(result)
            row_id = self._outbox_id(work, result.channel_id, lane, result.retry_at_ms, item)
            return Answered(OutboxRow(row_id, result.channel_id, lane, result.retry_at_ms, False, (item,)))
        if result.move_to is not None:
            return self._move(result, result.move_to, work)
        if result.outcome in ENDS:
            return self._ended_by(result, ENDS[result.outcome], work)
        return _ANSWERED

    def _ended_by(self, result: PartResult, event: MessageEvent, work: _Group) -> Outcome:
        end = self._end(result.message_id, event, result.error, result.at_ms, work)
        return Answered(ending=end.ending) if end is not None and end.ending is not None else _ANSWERED

    def _move(self, result: PartResult, to: Move, work: _Group) -> Outcome:
        """Put a message into a row of its own for another channel. One that a carrier may have taken in part stays, and
        has failed."""
        message_id = result.message_id
        found = self._execute(sql.MAY_MOVE, (message_id, result.channel_id)).fetchone()
        if found is None or result.outbox_id not in self._open:
            return _ANSWERED  # this answer was stored before
        lane, signature_id, network, category, sender, may_move = found
        _, event = MOVES[result.outcome]
        if not may_move:
            return self._ended_by(result, event, work)
        self._execute(sql.MOVE, (to.channel_id, to.access_number, to.reference, left(result), message_id))
        row = self._insert_row(work, to.channel_id, lane, 0, [moved(result, to)])
        ending = ending_of(
            event, result.error, message_id, signature_id, network, category, sender, to.access_number
        )
        return Answered(row, ending=ending)

    def _insert_row(
        self, work: _Group, channel_id: int, lane: int, not_before_ms: int, items: list[OutboxItem]
    ) -> OutboxRow:
        """A row that this group's others do not share."""
        row_id = self._next_outbox
        self._next_outbox += 1
        self._execute(sql.INSERT_OUTBOX, (row_id, channel_id, lane, not_before_ms, self._encode(items)))
        work.opened[row_id] = len(items)
        return OutboxRow(row_id, channel_id, lane, not_before_ms, False, tuple(items))

    def _receipts(
        self, commands: list[tuple[int, Receipt]], outcomes: list[Outcome | None], work: _Group
    ) -> None:
        for index, receipt in commands:
            work.now_ms = receipt.received_ms
            outcomes[index] = self._receipt(receipt, work)

    def _receipt(self, receipt: Receipt, work: _Group) -> Matched:
        found = self._execute(
            sql.FIND_SUBMISSION, (receipt.channel_id, receipt.carrier_id, receipt.day - RECEIPT_MATCH_DAYS)
        ).fetchone()
        if found is None:
            return Matched(RECEIPT_EARLY if self._early.keep(receipt) else RECEIPT_DUPLICATE)
        message_id, part, attempt, parts, known = found
        if known == PART_DELIVERED or (known == PART_FAILED and not receipt.delivered):
            return Matched(RECEIPT_DUPLICATE, message_id)
        self._execute(
            sql.STORE_RECEIPT,
            (
                PART_DELIVERED if receipt.delivered else PART_FAILED,
                receipt.code,
                receipt.at_ms,
                message_id,
                part,
                attempt,
            ),
        )
        if parts == 1 and attempt == 1:
            event: MessageEvent | None = (
                MessageEvent.PARTS_DELIVERED if receipt.delivered else MessageEvent.PART_FAILED
            )
        else:
            event = event_of(self._execute(sql.PARTS_OF, (message_id,)).fetchall(), parts)
        if event is None:
            return Matched(RECEIPT_MATCHED, message_id)
        end = self._end(message_id, event, receipt.code, receipt.received_ms, work)
        if end is None:
            return Matched(RECEIPT_LATE, message_id, delivered=receipt.delivered)
        in_time = known == WAITING and end.before is MessageState.ACCEPTED
        verdict = RECEIPT_MATCHED if in_time else RECEIPT_LATE
        return Matched(verdict, message_id, final=True, delivered=receipt.delivered, ending=end.ending)

    def _end(self, message_id: int, event: MessageEvent, code: str, at_ms: int, work: _Group) -> End | None:
        """Bring a message to its end by the transition table, and settle what was held for it. None when the table does
        not lead on from the state that it is in."""
        for before, effect, statement in sql.END[event]:
            row = self._execute(statement, (code, at_ms, message_id)).fetchone()
            if row is None:
                continue
            account_id, price, *about = row
            work.account(account_id).add(effect, price)
            if account_id in self._finite:
                balance, held = self._balance(account_id, work)
                work.balances[account_id] = (
                    balance - effect.charged * price,
                    held + effect.held * price,
                )
            return End(before, ending_of(event, code, message_id, *about))
        return None

    def _overdue(
        self, commands: list[tuple[int, Overdue]], outcomes: list[Outcome | None], work: _Group
    ) -> None:
        for index, command in commands:
            work.now_ms = command.now_ms
            ended, endings = [], []
            for message_id in command.message_ids:
                end = self._end_overdue(message_id, command, work)
                if end is not None:
                    ended.append(message_id)
                    endings += [end.ending] if end.ending is not None else []
            outcomes[index] = Ended(tuple(ended), tuple(endings))

    def _end_overdue(self, message_id: int, command: Overdue, work: _Group) -> End | None:
        taken = taken_at(self._execute(sql.TAKEN_OF, (message_id,)).fetchall())
        if taken is None or taken >= command.before_ms:
            return None
        return self._end(message_id, MessageEvent.RECEIPT_OVERDUE, NO_RECEIPT, command.now_ms, work)

    # -- everything else -----------------------------------------------------------------------------------

    def _nonces(
        self, commands: list[tuple[int, Nonce]], outcomes: list[Outcome | None], work: _Group
    ) -> None:
        for index, command in commands:
            used = not self._used_once.nonce((command.minute, command.hash))
            outcomes[index] = Refusal("nonce.used") if used else _DONE

    def _changes(
        self, commands: list[tuple[int, Change]], outcomes: list[Outcome | None], work: _Group
    ) -> None:
        self._write_balances(work)  # a change may move the same money
        for index, change in commands:
            outcomes[index] = self._change(change, work)

    def _change(self, change: Change, work: _Group) -> Outcome:
        rows: list[list[tuple[Any, ...]]] = []
        if change.nonce is not None:
            self._used_once.open_minute(change.nonce[0])  # outside of what a refusal undoes
        self._execute("SAVEPOINT change")
        for name, parameters, expected in change.statements:
            before = self._connection.total_changes()
            try:
                returned = self._execute(self._statements[name], parameters).fetchall()
            except apsw.ConstraintError as error:
                return self._undo(Refusal("storage.conflict", {"statement": name, "why": str(error)}))
            touched = len(returned) or self._connection.total_changes() - before
            if expected is not None and touched != expected:
                facts = {"statement": name, "expected": expected, "found": touched}
                return self._undo(Refusal("storage.conflict", facts))
            rows.append(returned)
        if change.nonce is not None and not self._used_once.nonce(change.nonce):
            return self._undo(Refusal("nonce.used"))
        self._execute("RELEASE change")
        if any(topic == "balance" for topic, _ in change.topics):
            self._finite = self._finite_accounts()
        return Done(rows)

    def _undo(self, refusal: Refusal) -> Refusal:
        self._execute("ROLLBACK TO change")
        self._execute("RELEASE change")
        return refusal

    def _reissues(
        self, commands: list[tuple[int, Reissue]], outcomes: list[Outcome | None], work: _Group
    ) -> None:
        for index, command in commands:
            outcomes[index] = Reissued(self._reissue(command, work))

    def _reissue(self, command: Reissue, work: _Group) -> OutboxRow | None:
        work.now_ms = command.now_ms
        found = self._execute(
            "SELECT channel_id, lane, not_before_ms, suspect, items FROM outbox WHERE id = ?",
            (command.outbox_id,),
        ).fetchone()
        if found is None:
            return None
        channel_id, lane, not_before_ms, suspect, blob = found
        items = decode_items(blob)
        if not suspect and not command.doubtful:
            return OutboxRow(command.outbox_id, channel_id, lane, not_before_ms, False, items)
        ids = msgspec.json.encode([item.message_id for item in items]).decode()
        messages = {row[0]: row[1:] for row in self._execute(sql.MESSAGES_OF, (ids,)).fetchall()}
        answers = self._execute(sql.ANSWERS_OF, (ids,)).fetchall()
        doubtful = doubtful_in(command, suspect)
        found = still_open(channel_id, items, messages, answers, doubtful)
        self._execute("DELETE FROM outbox WHERE id = ?", (command.outbox_id,))
        work.gone.append(command.outbox_id)
        if not found:
            return None
        self._count_uncertain(uncertain_in(found, doubtful).elements(), work)
        return self._insert_row(work, channel_id, lane, not_before_ms, found)

    def _count_uncertain(self, message_ids: Iterable[int], work: _Group) -> None:
        for message_id in message_ids:
            for (account_id,) in self._execute(sql.COUNT_UNCERTAIN, (message_id,)).fetchall():
                work.account(account_id).uncertain += 1

    def _maintain(
        self, commands: list[tuple[int, Maintain]], outcomes: list[Outcome | None], work: _Group
    ) -> None:
        for index, command in commands:
            self._used_once.drop_old(command.real_now_ms // 60_000, day_of(command.now_ms))
            maintain(self._execute, command)
            self._early.load()
            outcomes[index] = Maintained(dict(self._early.kept), dict(self._early.dropped))

    _PHASES = (
        (Nonce, _nonces),
        (Accept, _accepts),
        (PartResult, _part_results),
        (Receipt, _receipts),
        (Change, _changes),
        (Reissue, _reissues),
        (Overdue, _overdue),
        (Maintain, _maintain),
    )
    """Results before receipts, so that a receipt finds the answer of its own group."""


_ANSWERED = Answered()
_DONE = Done()
