"""What answers and receipts mean for the messages of a group, decided on rows that were read under locks. No I/O.

The same rules as the SQLite engine has in its statements; here they run on copies of the rows, and what they changed
is written with one statement for the whole group.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hongyan.kernel.money import Amount
from hongyan.messaging.states import MESSAGE, MessageEvent, MessageState
from hongyan.storage.port import (
    RECEIPT_DUPLICATE,
    RECEIPT_LATE,
    RECEIPT_MATCHED,
    Ending,
    Matched,
    PartResult,
    Receipt,
)
from hongyan.storage.roll_up import PART_DELIVERED, PART_FAILED, WAITING, End, ending_of, event_of
from hongyan.storage.usage import UsageByAccount, effect_of

PartKey = tuple[int, int, int]
"""(message id, part, attempt)."""


@dataclass(slots=True)
class MessageRow:
    id: int
    account_id: int
    price: Amount
    lane: int
    signature_id: int
    network: str
    category: int
    sender: str
    state: str
    code: str
    done_ms: int | None
    uncertain: int = 0
    """To add."""
    changed: bool = False

    def ending(self, event: MessageEvent, code: str, moved_to: str = "") -> Ending | None:
        """What it says of its signature."""
        return ending_of(
            event, code, self.id, self.signature_id, self.network, self.category, self.sender, moved_to
        )


@dataclass(slots=True)
class PartRow:
    """A submission. `stored`: it stands in the table already."""

    parts: int
    outcome: int
    receipt_state: str = WAITING
    stored: bool = False
    report: tuple[str, int] | None = None
    """(code, ms) of a receipt that came in this group."""


@dataclass(slots=True)
class Settlement:
    usage: UsageByAccount
    messages: dict[int, MessageRow] = field(default_factory=dict)
    parts: dict[PartKey, PartRow] = field(default_factory=dict)
    results: dict[PartKey, PartResult] = field(default_factory=dict)
    """New submissions."""
    _by_carrier_id: dict[tuple[int, str], PartKey] = field(default_factory=dict)
    _of_message: dict[int, set[PartKey]] = field(default_factory=dict)

    # -- what was read -------------------------------------------------------------------------------------

    def know_message(self, row: MessageRow) -> None:
        self.messages.setdefault(row.id, row)

    def know_part(self, key: PartKey, parts: int, outcome: int, receipt_state: str) -> None:
        """A row of the table. It wins over a result of the group for the same part: that one came twice."""
        known = self.parts.get(key)
        if known is None or not known.stored:
            self.parts[key] = PartRow(parts, outcome, receipt_state, stored=True)
            self._of_message.setdefault(key[0], set()).add(key)
            self.results.pop(key, None)

    # -- results -------------------------------------------------------------------------------------------

    def answer(self, result: PartResult) -> None:
        """A part was answered."""
        key = result.message_id, result.part, result.attempt
        if key in self.parts:
            return
        self.parts[key] = PartRow(result.parts, result.outcome)
        self._of_message.setdefault(key[0], set()).add(key)
        self.results[key] = result
        if result.carrier_id:
            self._by_carrier_id[result.channel_id, result.carrier_id] = key

    def count_uncertain(self, message_id: int, times: int) -> None:
        """A message may have reached the carrier more often than once."""
        message = self.messages.get(message_id)
        if message is None:
            return
        message.uncertain += times
        message.changed = True
        self.usage.of(message.account_id).uncertain += times

    def end(self, message_id: int, event: MessageEvent, code: str, at_ms: int) -> End | None:
        """Bring a message to its end by the transition table, and settle what was held for it. None when the table does
        not lead on from the state that it is in, or the message was dropped with its day."""
        message = self.messages.get(message_id)
        if message is None:
            return None
        before = MessageState(message.state)
        if not MESSAGE.allows(before, event):
            return None
        after = MESSAGE.after(before, event)
        message.state, message.code, message.done_ms, message.changed = after.value, code, at_ms, True
        self.usage.of(message.account_id).add(effect_of(before, after), message.price)
        return End(before, message.ending(event, code))

    # -- receipts ------------------------------------------------------------------------------------------

    def answered_here(self, receipt: Receipt) -> PartKey | None:
        """The part of this group that a receipt belongs to."""
        return self._by_carrier_id.get((receipt.channel_id, receipt.carrier_id))

    def report(self, receipt: Receipt, key: PartKey) -> Matched:
        """A receipt came for a part that is known here, with its message and, if it has several, its siblings."""
        message_id = key[0]
        part = self.parts[key]
        known = part.receipt_state
        if known == PART_DELIVERED or (known == PART_FAILED and not receipt.delivered):
            return Matched(RECEIPT_DUPLICATE, message_id)
        part.receipt_state = PART_DELIVERED if receipt.delivered else PART_FAILED
        part.report = receipt.code, receipt.at_ms
        event = self._event(key, part, delivered=receipt.delivered)
        if event is None:
            return Matched(RECEIPT_MATCHED, message_id)
        end = self.end(message_id, event, receipt.code, receipt.received_ms)
        if end is None:
            return Matched(RECEIPT_LATE, message_id, delivered=receipt.delivered)
        in_time = known == WAITING and end.before is MessageState.ACCEPTED
        verdict = RECEIPT_MATCHED if in_time else RECEIPT_LATE
        return Matched(verdict, message_id, final=True, delivered=receipt.delivered, ending=end.ending)

    def _event(self, key: PartKey, part: PartRow, *, delivered: bool) -> MessageEvent | None:
        if alone(key, part.parts):
            return MessageEvent.PARTS_DELIVERED if delivered else MessageEvent.PART_FAILED
        siblings = [(one, self.parts[one]) for one in self._of_message[key[0]]]
        states = ((one[1], one[2], row.receipt_state, row.outcome) for one, row in siblings)
        return event_of(states, part.parts)

    # -- what to write -------------------------------------------------------------------------------------

    def new_parts(self) -> Iterable[tuple[PartResult, str, str, int | None]]:
        """Submissions to insert: (result, receipt state, code, ms)."""
        for key, result in self.results.items():
            part = self.parts[key]
            yield (result, part.receipt_state, *(part.report or ("", None)))

    def reports(self) -> Iterable[tuple[int, int, int, str, str, int]]:
        """Rows for `update_submissions`."""
        for key, part in self.parts.items():
            if part.stored and part.report is not None:
                yield (*key, part.receipt_state, *part.report)

    def ends(self) -> Iterable[tuple[int, str, str, int | None, int]]:
        """Rows for `update_messages`."""
        for message in self.messages.values():
            if message.changed:
                yield message.id, message.state, message.code, message.done_ms, message.uncertain


def alone(key: PartKey, parts: int) -> bool:
    """The first attempt of a message of one part: its receipt is the message's."""
    return parts == 1 and key[2] == 1
