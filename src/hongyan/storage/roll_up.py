"""How the stored parts of a message decide about the message; the same for both engines."""

from __future__ import annotations

from collections.abc import Iterable

from hongyan.messaging.states import MESSAGE, MessageEvent, MessageState, PartState, roll_up
from hongyan.storage.port import PART_REFUSED

DELIVERED = MessageState.DELIVERED.value
FAILED = MessageState.FAILED.value
EXPIRED = MessageState.EXPIRED.value
WAITING = PartState.WAITING.value
PART_DELIVERED = PartState.DELIVERED.value
PART_FAILED = PartState.FAILED.value


def stored_from_states(after: MessageState, event: MessageEvent) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """From-states of an update as stored words: (while the message is open, after it had ended otherwise).

    `submitted` is implied by the submissions and never stored, so it is left out.
    """
    before = [s for s in MESSAGE.before(after, event) if s is not MessageState.SUBMITTED]
    still_open = tuple(s.value for s in before if s is MessageState.ACCEPTED)
    ended = tuple(s.value for s in before if s is not MessageState.ACCEPTED)
    return still_open, ended


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
