"""How the stored parts of a message decide about the message; the same for both engines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hongyan.kernel.clock import Millis
from hongyan.messaging.states import MESSAGE, MessageEvent, MessageState, PartState, roll_up
from hongyan.storage.port import (
    ENDED_DELIVERED,
    ENDED_FAILED,
    ENDED_SILENT,
    ENDED_UNSENT,
    PART_ELSEWHERE,
    PART_EXPIRED,
    PART_REFUSED,
    PART_STOPPED,
    PART_SUBMITTED,
    PART_UNSENT,
    Ending,
    Move,
    OutboxItem,
    PartResult,
)

WAITING = PartState.WAITING.value
PART_DELIVERED = PartState.DELIVERED.value
PART_FAILED = PartState.FAILED.value


def stored_steps(event: MessageEvent) -> list[tuple[MessageState, MessageState]]:
    """(before, after) of an event, the step of an open message first.

    `submitted` is implied by the submissions and never stored, so it is left out.
    """
    steps = [(row.before, row.after) for row in MESSAGE.rows if row.event is event]
    stored = [step for step in steps if step[0] is not MessageState.SUBMITTED]
    return sorted(stored, key=lambda step: step[0] is not MessageState.ACCEPTED)


def event_of(rows: Iterable[tuple[int, int, str, int]], total: int) -> MessageEvent | None:
    """Event for a message from its stored answers (part, attempt, receipt state, outcome).

    A part counts as delivered when any attempt was; otherwise its latest attempt speaks for it.
    """
    best: dict[int, tuple[int, PartState]] = {}
    for part, attempt, receipt_state, outcome in rows:
        state = PartState.FAILED if outcome == PART_REFUSED else PartState(receipt_state)
        known = best.get(part)
        if (
            known is None
            or state is PartState.DELIVERED
            or (known[1] is not PartState.DELIVERED and attempt > known[0])
        ):
            best[part] = (attempt, state)
    return roll_up((state for _, state in best.values()), total)


ENDS = {
    PART_REFUSED: MessageEvent.PART_REFUSED,
    PART_EXPIRED: MessageEvent.VALIDITY_OVER,
    PART_UNSENT: MessageEvent.CHANNEL_GONE,
    PART_STOPPED: MessageEvent.STOPPED,
}
"""What an outcome means for the whole message. Others do not end it."""
MOVES = {
    PART_ELSEWHERE: ("refused", MessageEvent.PART_REFUSED),
    PART_UNSENT: ("waited", MessageEvent.CHANNEL_GONE),
    PART_STOPPED: ("stopped", MessageEvent.STOPPED),
}
"""Outcomes that may take a message to another channel: what is said of the one it leaves (messaging.route), and the event
when it may not move after all."""


_OUTCOMES = {
    MessageEvent.PARTS_DELIVERED: ENDED_DELIVERED,
    MessageEvent.PART_FAILED: ENDED_FAILED,
    MessageEvent.PART_REFUSED: ENDED_FAILED,
    MessageEvent.VALIDITY_OVER: ENDED_UNSENT,
    MessageEvent.CHANNEL_GONE: ENDED_UNSENT,
    MessageEvent.STOPPED: ENDED_UNSENT,
    MessageEvent.RECEIPT_OVERDUE: ENDED_SILENT,
}
"""What the end of a message says of its signature."""


class End(NamedTuple):
    """A message has ended. `before`: the state that it was in."""

    before: MessageState
    ending: Ending | None


def ending_of(
    event: MessageEvent,
    code: str,
    message_id: int,
    signature_id: int,
    network: str,
    category: int,
    sender: str,
    moved_to: str = "",
) -> Ending | None:
    """The ending of a message whose network is known; None for the others, which say nothing of a registration."""
    if not network:
        return None
    return Ending(message_id, _OUTCOMES[event], code, signature_id, network, category, sender, moved_to)


def tried_again(result: PartResult) -> OutboxItem:
    """The part that a carrier refused for the moment, as it stands in the row of its next try."""
    mask = 1 << (result.part - 1)
    return OutboxItem(result.message_id, result.attempt + 1, result.reference, mask, retries=result.retries)


def moved(result: PartResult, to: Move) -> OutboxItem:
    """A message with all its parts, as it stands in the row of its next channel."""
    return OutboxItem(result.message_id, result.attempt + 1, to.reference, (1 << to.parts) - 1)


def left(result: PartResult) -> str:
    """What a message says of the channel that it leaves, behind what it says already."""
    reason, _ = MOVES[result.outcome]
    return f" {result.channel_id}:{reason}"


((_moves_from, _),) = stored_steps(MessageEvent.MOVED)
MOVES_FROM = _moves_from.value
"""The state in which a message may move to another channel."""


def taken_at(rows: Iterable[tuple[int, int, int, int, Millis]]) -> Millis | None:
    """When the carrier took the last part of a message, from its stored answers (part, attempt, parts, outcome, at ms).
    None while it has not taken all of them.

    The newest attempt says how many parts there are: after a move to another channel they may be cut otherwise.
    """
    taken: dict[int, Millis] = {}
    newest, total = 0, 0
    for part, attempt, parts, outcome, at_ms in rows:
        if attempt >= newest:
            newest, total = attempt, parts
        if outcome == PART_SUBMITTED:
            taken[part] = max(at_ms, taken.get(part, 0))
    if not total or any(part not in taken for part in range(1, total + 1)):
        return None
    return max(taken.values())
