"""The life of a message and of its parts, as tables.

`SUBMITTED` is not written to the message: a stored submission of each part implies it (the message row is
touched only when it is accepted and when it ends).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from hongyan.kernel.states import StateTable, Transition


class MessageState(Enum):
    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    NO_RECEIPT = "no_receipt"


class MessageEvent(Enum):
    PARTS_SUBMITTED = "parts_submitted"
    PARTS_DELIVERED = "parts_delivered"
    PART_FAILED = "part_failed"
    PART_REFUSED = "part_refused"
    VALIDITY_OVER = "validity_over"
    MOVED = "moved"
    CHANNEL_GONE = "channel_gone"
    STOPPED = "stopped"
    RECEIPT_OVERDUE = "receipt_overdue"


_A, _S, _D, _F, _X, _N = MessageState
_DESIGN = "architecture: the way of a message"
_LATE = "a carrier may report success after we gave up; the handset is right"
_ELSEWHERE = "ADR 0019, 0026: only while no carrier has taken a part of it"
_GONE = "ADR 0026: its channel was removed, and no other one may send it"
_STOPPED = (
    "issue 5, item 7: signature, template, tenant and registration are looked at again at the submit slot"
)
_OVERDUE = "ADR 0020"
_AFTER_ALL = "ADR 0020: a receipt that comes after all is right"

MESSAGE = StateTable(
    name="message",
    first=_A,
    rows=(
        Transition(_A, MessageEvent.PARTS_SUBMITTED, _S, "carrier", _DESIGN),
        Transition(_A, MessageEvent.MOVED, _A, "dispatch", _ELSEWHERE),
        Transition(_A, MessageEvent.CHANNEL_GONE, _F, "dispatch", _GONE),
        Transition(_A, MessageEvent.STOPPED, _F, "dispatch", _STOPPED),
        Transition(_A, MessageEvent.PART_REFUSED, _F, "carrier", _DESIGN),
        Transition(_A, MessageEvent.VALIDITY_OVER, _X, "dispatch", _DESIGN),
        Transition(_A, MessageEvent.PARTS_DELIVERED, _D, "carrier", _DESIGN),
        Transition(_A, MessageEvent.PART_FAILED, _F, "carrier", _DESIGN),
        Transition(_A, MessageEvent.RECEIPT_OVERDUE, _N, "housekeeping", _OVERDUE),
        Transition(_S, MessageEvent.CHANNEL_GONE, _F, "dispatch", _GONE),
        Transition(_S, MessageEvent.STOPPED, _F, "dispatch", _STOPPED),
        Transition(_S, MessageEvent.PART_REFUSED, _F, "carrier", _DESIGN),
        Transition(_S, MessageEvent.VALIDITY_OVER, _X, "dispatch", _DESIGN),
        Transition(_S, MessageEvent.PARTS_DELIVERED, _D, "carrier", _DESIGN),
        Transition(_S, MessageEvent.PART_FAILED, _F, "carrier", _DESIGN),
        Transition(_S, MessageEvent.RECEIPT_OVERDUE, _N, "housekeeping", _OVERDUE),
        Transition(_F, MessageEvent.PARTS_DELIVERED, _D, "carrier", _LATE),
        Transition(_X, MessageEvent.PARTS_DELIVERED, _D, "carrier", _LATE),
        Transition(_N, MessageEvent.PARTS_DELIVERED, _D, "carrier", _AFTER_ALL),
        Transition(_N, MessageEvent.PART_FAILED, _F, "carrier", _AFTER_ALL),
    ),
)

ENDED = frozenset(MessageState) - {MessageState.ACCEPTED, MessageState.SUBMITTED}
"""Nothing is done for these any more; a late receipt may still turn one into another."""


class PartState(Enum):
    """What the carrier last said of one part."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


def roll_up(parts: Iterable[PartState], total: int) -> MessageEvent | None:
    """The event for the whole message: any failed part fails it, all delivered parts deliver it."""
    states = list(parts)
    if PartState.FAILED in states:
        return MessageEvent.PART_FAILED
    if states.count(PartState.DELIVERED) >= total:
        return MessageEvent.PARTS_DELIVERED
    return None
