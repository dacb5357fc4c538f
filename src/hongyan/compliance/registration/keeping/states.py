"""The life of a keep-alive plan."""

from __future__ import annotations

from enum import Enum
from typing import Final

from hongyan.kernel.states import StateTable, Transition


class KeepState(Enum):
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"


class KeepEvent(Enum):
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    END = "end"
    """Nothing of it waits any more."""


_S, _E = KeepState, KeepEvent
_SOURCE: Final = "issue 5, item 5: keep-alive plan"

KEEP_PLAN: Final = StateTable(
    "keep-alive plan",
    _S.RUNNING,
    (
        Transition(_S.RUNNING, _E.PAUSE, _S.PAUSED, "tenant, operator", _SOURCE),
        Transition(_S.RUNNING, _E.CANCEL, _S.CANCELLED, "tenant, operator", _SOURCE),
        Transition(_S.RUNNING, _E.END, _S.DONE, "platform", _SOURCE),
        Transition(_S.PAUSED, _E.RESUME, _S.RUNNING, "tenant, operator", _SOURCE),
        Transition(_S.PAUSED, _E.CANCEL, _S.CANCELLED, "tenant, operator", _SOURCE),
    ),
)
"""The few messages that keep registrations from lapsing."""
