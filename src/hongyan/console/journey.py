"""One message's way as a page shows it: stations, steps, and the channels that came into question. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hongyan.console.carrier_codes import receipt_tone
from hongyan.console.channels import ChannelLabel, RouteRow, channel_label, route_rows
from hongyan.console.formatters import MESSAGE_STATES, PART_OUTCOMES
from hongyan.console.ports import ChannelName
from hongyan.console.tones import Tone
from hongyan.kernel.clock import Millis
from hongyan.messaging.model import MessageView, PartView
from hongyan.messaging.timeline import FINAL, Step, StepKind, timeline

STAGE_WORDS = ("stage.accepted", "stage.submitted", "stage.delivered")
"""Catalogue keys of the stations; the last one reads like the state once that is final."""
INSTEAD_WORDS = ("stage.ahead", "stage.not_submitted", "stage.not_answered")
"""What stands at a station that was not reached: the message is on its way, or has ended without it."""
_AHEAD, _NOT_SUBMITTED, _NOT_ANSWERED = INSTEAD_WORDS


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step with how it feels. `channel`: the one that its part went by, None for the whole message."""

    step: Step
    tone: Tone
    channel: ChannelLabel | None

    @property
    def protocol(self) -> str | None:
        """In whose words its code is, None when nobody knows."""
        return self.channel.protocol or None if self.channel is not None else None


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the three stations on top of the page. `words`: catalogue key; `at_ms` None: not reached, and what stands
    `instead` of a time is a catalogue key too."""

    words: str
    at_ms: Millis | None
    tone: Tone
    instead: str = _AHEAD


@dataclass(frozen=True, slots=True)
class Journey:
    """`mark` changes whenever there is something new to see. `tried_again`: some part went more than once."""

    stages: tuple[Stage, ...]
    steps: tuple[ShownStep, ...]
    route: tuple[RouteRow, ...]
    final: bool
    mark: str
    tried_again: bool


def journey(message: MessageView, parts: Sequence[PartView], names: Mapping[int, ChannelName]) -> Journey:
    """The way of `message` so far. `names`: of channels, by number."""
    state = MESSAGE_STATES[message.state]
    final = message.state in FINAL
    submitted_ms = max((part.submitted_ms for part in parts), default=None)
    accepted, submitted, delivered = STAGE_WORDS
    stages = (
        Stage(accepted, message.accepted_ms, Tone.GOOD),
        Stage(submitted, submitted_ms, Tone.GOOD, _instead_of_a_submit(message) if final else _AHEAD),
        Stage(state.words, message.done_ms, state.tone) if final else Stage(delivered, None, Tone.QUIET),
    )
    receipts = sum(part.receipt_ms is not None for part in parts)
    return Journey(
        stages,
        tuple(_shown(step, state.tone, names) for step in timeline(message, parts)),
        route_rows(message, names),
        final,
        mark=f"{message.state}-{len(parts)}-{receipts}-{message.uncertain}",
        tried_again=any(part.attempt > 1 for part in parts),
    )


def _instead_of_a_submit(message: MessageView) -> str:
    """Of a message that has ended and that no carrier has answered."""
    return _NOT_ANSWERED if message.uncertain else _NOT_SUBMITTED


def _shown(step: Step, end: Tone, names: Mapping[int, ChannelName]) -> ShownStep:
    if step.part is None:
        return ShownStep(step, end if step.kind is StepKind.DONE else Tone.GOOD, None)
    channel = channel_label(step.part.channel_id, names)
    if step.kind is StepKind.RECEIPT:
        return ShownStep(step, receipt_tone(step.code, channel.protocol or None), channel)
    return ShownStep(step, PART_OUTCOMES[step.part.outcome].tone, channel)
