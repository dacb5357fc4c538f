"""What happened to one message, in order, from what is stored of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from hongyan.kernel.clock import Millis
from hongyan.messaging.model import MessageView, PartView
from hongyan.messaging.states import ENDED

FINAL = frozenset(state.value for state in ENDED)
"""States in which nothing is awaited any more (a late receipt may still change all but a delivery)."""


class StepKind(Enum):
    """Taken from the tenant; answered by a carrier, which took a part or did not; its report of the part; the end."""

    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    RECEIPT = "receipt"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened at `at_ms`. `part`: which part it happened to, None for the whole message. `code`: what
    was said of it, "" when nothing was or nothing new."""

    kind: StepKind
    at_ms: Millis
    code: str = ""
    part: PartView | None = None


def timeline(message: MessageView, parts: Sequence[PartView]) -> tuple[Step, ...]:
    """The way of `message` so far."""
    steps = [Step(StepKind.ACCEPTED, message.accepted_ms)]
    for part in parts:
        steps.append(Step(StepKind.SUBMITTED, part.submitted_ms, _answer_code(part), part))
        if part.receipt_ms is not None:
            steps.append(Step(StepKind.RECEIPT, part.receipt_ms, part.receipt_code, part))
    if message.state in FINAL and message.done_ms is not None:
        told = any(step.code == message.receipt_code for step in steps)
        steps.append(Step(StepKind.DONE, message.done_ms, "" if told else message.receipt_code))
    return tuple(sorted(steps, key=lambda step: step.at_ms))


def _answer_code(part: PartView) -> str:
    """The protocol's word for it; the bare number where none is stored."""
    return part.error or (str(part.status) if part.outcome else "")
