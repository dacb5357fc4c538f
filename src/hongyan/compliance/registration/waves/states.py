"""The life of a plan of waves, and of one registration in it."""

from __future__ import annotations

from enum import Enum
from typing import Final

from hongyan.kernel.states import StateTable, Transition


class PlanState(Enum):
    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"


class PlanEvent(Enum):
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    """Everything in it has begun, or was skipped."""


class ItemState(Enum):
    WAITING = "waiting"
    STARTED = "started"
    SKIPPED = "skipped"


_S, _E = PlanState, PlanEvent
_SOURCE: Final = "issue 5, item 2: wave planner (order by traffic, dry run, pause, resume)"

PLAN: Final = StateTable(
    "wave plan",
    _S.PLANNED,
    (
        Transition(_S.PLANNED, _E.START, _S.RUNNING, "operator", _SOURCE),
        Transition(_S.RUNNING, _E.PAUSE, _S.PAUSED, "operator", _SOURCE),
        Transition(_S.RUNNING, _E.END, _S.DONE, "platform", _SOURCE),
        Transition(_S.PAUSED, _E.RESUME, _S.RUNNING, "operator", _SOURCE),
    ),
)
