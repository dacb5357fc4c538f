"""The life of a callback as a table."""

from __future__ import annotations

from enum import Enum
from typing import Final

from hongyan.kernel.states import StateTable, Transition
from hongyan.messaging.callbacks.model import DeliveryState


class DeliveryEvent(Enum):
    TAKEN = "taken"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    RESENT = "resent"


_S, _E = DeliveryState, DeliveryEvent
_VENDOR: Final = (
    "alibaba.md 7.1: answered 200 with a code; else again after 1, 5 and 10 minutes, then nothing more"
)
_OURS: Final = "ours: market.md 0, 7: callbacks that can be sent again"

DELIVERY: Final = StateTable(
    "callback delivery",
    _S.PENDING,
    (
        Transition(_S.PENDING, _E.TAKEN, _S.DELIVERED, "platform", _VENDOR),
        Transition(_S.PENDING, _E.FAILED, _S.PENDING, "platform", _VENDOR),
        Transition(_S.PENDING, _E.GIVEN_UP, _S.DEAD, "platform", _VENDOR),
        Transition(_S.DEAD, _E.RESENT, _S.PENDING, "tenant", _OURS),
        Transition(_S.DELIVERED, _E.RESENT, _S.PENDING, "tenant", _OURS),
    ),
)
