"""The life of a test message."""

from __future__ import annotations

from enum import Enum
from typing import Final

from hongyan.kernel.states import StateTable, Transition


class TrialState(Enum):
    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class TrialEvent(Enum):
    SEND = "send"
    REFUSE = "refuse"
    """By the door of sending, which says why."""
    CANCEL = "cancel"


_S, _E = TrialState, TrialEvent
_SOURCE: Final = "issue 5, item 4: test sends, asked for, scheduled, capped, charged to its quota"

TRIAL: Final = StateTable(
    "test send",
    _S.WAITING,
    (
        Transition(_S.WAITING, _E.SEND, _S.SENT, "platform", _SOURCE),
        Transition(_S.SENT, _E.REFUSE, _S.REFUSED, "platform", _SOURCE),
        Transition(_S.WAITING, _E.CANCEL, _S.CANCELLED, "tenant", _SOURCE),
        Transition(_S.CANCELLED, _E.CANCEL, _S.CANCELLED, "tenant", "a repeated cancel changes nothing"),
    ),
)
