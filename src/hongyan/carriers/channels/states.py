"""The life of a channel. Messages that wait for it stay in the outbox, whatever becomes of it."""

from __future__ import annotations

from enum import Enum
from typing import Final

from hongyan.kernel.states import StateTable, Transition


class ChannelState(Enum):
    """`ACTIVE`: takes messages and submits. `PAUSED`: takes none and submits none; its links stay logged in for
    reports and replies. `DRAINING`: takes none, submits what waits. `REMOVED`: no links, for ever."""

    ACTIVE = "active"
    PAUSED = "paused"
    DRAINING = "draining"
    REMOVED = "removed"


class ChannelEvent(Enum):
    PAUSE = "pause"
    RESUME = "resume"
    DRAIN = "drain"
    REMOVE = "remove"


_S, _E = ChannelState, ChannelEvent
_OPERATOR = "operator"
_HOLD = "issue 3, item 3: a channel is paused and drained without restart"
_EMPTY = "a channel that takes messages is not removed: what waits for it leaves first, or goes elsewhere (ADR 0026)"

CHANNEL: Final = StateTable(
    "channel",
    _S.ACTIVE,
    (
        Transition(_S.ACTIVE, _E.PAUSE, _S.PAUSED, _OPERATOR, _HOLD),
        Transition(_S.ACTIVE, _E.DRAIN, _S.DRAINING, _OPERATOR, _HOLD),
        Transition(_S.PAUSED, _E.RESUME, _S.ACTIVE, _OPERATOR, _HOLD),
        Transition(_S.PAUSED, _E.DRAIN, _S.DRAINING, _OPERATOR, _HOLD),
        Transition(_S.PAUSED, _E.REMOVE, _S.REMOVED, _OPERATOR, _EMPTY),
        Transition(_S.DRAINING, _E.RESUME, _S.ACTIVE, _OPERATOR, _HOLD),
        Transition(_S.DRAINING, _E.PAUSE, _S.PAUSED, _OPERATOR, _HOLD),
        Transition(_S.DRAINING, _E.REMOVE, _S.REMOVED, _OPERATOR, _EMPTY),
    ),
)
