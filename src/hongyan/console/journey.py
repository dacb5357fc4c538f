"""One message's way as steps in time, from what messaging stored of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from hongyan.console.formatters import MESSAGE_STATES, PART_OUTCOMES
from hongyan.console.receipt_codes import receipt_tone
from hongyan.console.tones import Tone
from hongyan.kernel.clock import Millis
from hongyan.messaging.model import MessageView, PartView
from hongyan.messaging.states import ENDED, MessageState

FINAL = frozenset(state.value for state in ENDED)
"""States in which nothing is awaited any more (a late receipt may still change all but a delivery)."""

STAGE_WORDS = ("stage.accepted", "stage.submitted", "stage.delivered")
"""Catalogue keys of the stations; the last one reads like the state once that is final."""


class StepKind(Enum):
    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    RECEIPT = "receipt"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened at `at_ms`. `part`: which part it happened to, None for the whole message."""

    kind: StepKind
    at_ms: Millis
    tone: Tone
    part: PartView | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the three stations on top of the page. `words`: catalogue key; `at_ms` None: not reached."""

    words: str
    at_ms: Millis | None
    tone: Tone


@dataclass(frozen=True, slots=True)
class Journey:
    """`mark` changes whenever there is something new to see. `end_code`: why it ended by no receipt, as the carrier's
    answer or the platform says it; "" otherwise."""

    stages: tuple[Stage, ...]
    steps: tuple[Step, ...]
    final: bool
    mark: str
    end_code: str


def journey(message: MessageView, parts: Sequence[PartView]) -> Journey:
    """The way of `message` so far."""
    state = MESSAGE_STATES[message.state]
    final = message.state in FINAL
    steps = [Step(StepKind.ACCEPTED, message.accepted_ms, Tone.GOOD)]
    for part in parts:
        steps.append(Step(StepKind.SUBMITTED, part.submitted_ms, PART_OUTCOMES[part.outcome].tone, part))
        if part.receipt_ms is not None:
            tone = receipt_tone(part.receipt_code)
            steps.append(Step(StepKind.RECEIPT, part.receipt_ms, tone, part))
    if final and message.done_ms is not None:
        steps.append(Step(StepKind.DONE, message.done_ms, state.tone))
    steps.sort(key=lambda step: step.at_ms)

    submitted_ms = max((part.submitted_ms for part in parts), default=None)
    accepted, submitted, delivered = STAGE_WORDS
    stages = (
        Stage(accepted, message.accepted_ms, Tone.GOOD),
        Stage(submitted, submitted_ms, Tone.GOOD),
        Stage(state.words, message.done_ms, state.tone) if final else Stage(delivered, None, Tone.QUIET),
    )
    receipts = sum(part.receipt_ms is not None for part in parts)
    mark = f"{message.state}-{len(parts)}-{receipts}-{message.uncertain}"
    by_receipt = receipts and message.state != MessageState.NO_RECEIPT.value
    end_code = message.receipt_code if final and not by_receipt else ""
    return Journey(stages, tuple(steps), final, mark, end_code)
