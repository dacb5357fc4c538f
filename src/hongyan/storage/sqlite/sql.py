"""The engine's own statements. What ends a message comes from the transition table."""

from __future__ import annotations

from operator import itemgetter

from hongyan.messaging.states import MessageEvent, MessageState
from hongyan.storage.port import PART_SUBMITTED, Message
from hongyan.storage.roll_up import MOVES_FROM, stored_steps
from hongyan.storage.usage import Effect, effect_of

_fields = Message.__struct_fields__
INSERT_MESSAGE = f"INSERT INTO message ({', '.join(_fields)}) VALUES ({', '.join('?' * len(_fields))})"  # noqa: S608
INSERT_SUBMISSION = (
    "INSERT INTO submission (message_id, part, attempt, parts, channel_id, carrier_id, day, status, outcome,"
    " reference, at_ms, error) VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING"
)
INSERT_OUTBOX = (
    "INSERT INTO outbox (id, channel_id, lane, not_before_ms, suspect, items) VALUES (?, ?, ?, ?, 0, ?)"
)
FIND_SUBMISSION = (
    "SELECT message_id, part, attempt, parts, receipt_state FROM submission"
    " WHERE channel_id = ? AND carrier_id = ? AND day >= ? ORDER BY day DESC, message_id DESC LIMIT 1"
)
STORE_RECEIPT = (
    "UPDATE submission SET receipt_state = ?, receipt_code = ?, receipt_ms = ?"
    " WHERE message_id = ? AND part = ? AND attempt = ?"
)
MESSAGES_OF = (
    "SELECT id, state, segments, channel_id FROM message WHERE id IN (SELECT value FROM json_each(?))"
)
ANSWERS_OF = (
    "SELECT message_id, part, attempt, outcome FROM submission"
    " WHERE message_id IN (SELECT value FROM json_each(?))"
)
COUNT_UNCERTAIN = "UPDATE message SET uncertain = uncertain + 1 WHERE id = ? RETURNING account_id"
PARTS_OF = "SELECT part, attempt, receipt_state, outcome FROM submission WHERE message_id = ?"
TAKEN_OF = "SELECT part, attempt, parts, outcome, at_ms FROM submission WHERE message_id = ?"
MAY_MOVE = (
    f"SELECT lane, signature_id, network, category, access_number, state = '{MOVES_FROM}' AND uncertain = 0 AND NOT EXISTS"  # noqa: S608
    f" (SELECT 1 FROM submission WHERE message_id = message.id AND outcome = {PART_SUBMITTED})"
    " FROM message WHERE id = ? AND channel_id = ?"
)
MOVE = (
    "UPDATE message SET channel_id = ?, access_number = ?, reference = ?, passed_over = trim(passed_over || ?)"
    " WHERE id = ?"
)
MESSAGE_ROW = itemgetter(*range(len(_fields)))


def _end_statement(before: MessageState, after: MessageState) -> str:
    return (
        f"UPDATE message SET state = '{after.value}', receipt_code = ?, done_ms = ?"  # noqa: S608
        f" WHERE id = ? AND state = '{before.value}' RETURNING account_id, price, signature_id, network, category, access_number"
    )


END: dict[MessageEvent, tuple[tuple[MessageState, Effect, str], ...]] = {
    event: tuple(
        (before, effect_of(before, after), _end_statement(before, after))
        for before, after in stored_steps(event)
    )
    for event in MessageEvent
    if event not in (MessageEvent.PARTS_SUBMITTED, MessageEvent.MOVED)
}
"""For each event that ends a message: (state before, effect, update), the one of an open message first."""
