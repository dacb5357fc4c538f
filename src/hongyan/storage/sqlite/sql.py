"""The engine's own statements. What ends a message comes from the transition table."""

from __future__ import annotations

from operator import itemgetter

from hongyan.messaging.states import MessageEvent, MessageState
from hongyan.storage.port import Message
from hongyan.storage.roll_up import stored_from_states

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
MESSAGES_OF = "SELECT id, state, segments FROM message WHERE id IN (SELECT value FROM json_each(?))"
ANSWERS_OF = (
    "SELECT message_id, part, attempt FROM submission WHERE message_id IN (SELECT value FROM json_each(?))"
)
COUNT_UNCERTAIN = "UPDATE message SET uncertain = uncertain + 1 WHERE id = ? RETURNING account_id"
PARTS_OF = "SELECT part, attempt, receipt_state, outcome FROM submission WHERE message_id = ?"
MESSAGE_ROW = itemgetter(*range(len(_fields)))


def _end_statement(from_states: tuple[str, ...]) -> str:
    words = ", ".join(f"'{state}'" for state in from_states)
    return (
        f"UPDATE message SET state = ?, receipt_code = ?, done_ms = ? WHERE id = ? AND state IN ({words})"  # noqa: S608
        " RETURNING account_id, price"
    )


AFTER = {
    MessageEvent.PARTS_DELIVERED: MessageState.DELIVERED,
    MessageEvent.PART_FAILED: MessageState.FAILED,
    MessageEvent.PART_REFUSED: MessageState.FAILED,
    MessageEvent.VALIDITY_OVER: MessageState.EXPIRED,
}
END = {
    event: tuple(_end_statement(states) for states in stored_from_states(after, event) if states)
    for event, after in AFTER.items()
}
"""For each event: the update while the message is open, then the one for a message that had ended otherwise."""
