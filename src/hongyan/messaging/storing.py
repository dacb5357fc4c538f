"""Carriers' answers on their way into the store, posted until they are there: what a carrier said is known nowhere
else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from hongyan.kernel.clock import DAY_MS, Clock, Millis
from hongyan.messaging.witness import NoWitness, Witness
from hongyan.storage.port import Answered, Outcome, PartResult, Store

log = structlog.get_logger(__name__)

AGAIN_AFTER_SECONDS = 1.0
"""Between two tries of what the store cannot do just now, for example because the disk is full."""
KEPT_AFTER_VALIDITY_MS = DAY_MS
"""How long past its message's validity an answer is tried to be stored."""

Settled = Callable[[Answered | None], None]
"""Gets the outcome once the answer is durable, or None when it never was."""


class Answers:
    """`waiting`: answers that the store did not take at once."""

    def __init__(self, store: Store, clock: Clock, witness: Witness | None = None) -> None:
        self._post = store.post
        self._ended = (witness or NoWitness()).ended
        self._clock = clock
        self.waiting = 0

    def store(self, result: PartResult, until_ms: Millis, settled: Settled) -> None:
        """Post it until it is stored. `until_ms`: when its message's validity ends."""
        self._post(result, _Answer(self, result, until_ms, settled).stored)


class _Answer:
    """An object with methods and not two closures that name each other: those would be a reference cycle for each part."""

    __slots__ = ("_answers", "_result", "_settled", "_until_ms")

    def __init__(self, answers: Answers, result: PartResult, until_ms: Millis, settled: Settled) -> None:
        self._answers = answers
        self._result = result
        self._until_ms = until_ms
        self._settled = settled

    def stored(self, outcome: Outcome) -> None:
        if isinstance(outcome, Answered):
            if outcome.ending is not None:
                self._answers._ended(outcome.ending)
            self._settled(outcome)
            return
        answers = self._answers
        if not answers.waiting:
            log.error("answers of carriers cannot be stored; trying again", outcome=repr(outcome))
        answers.waiting += 1
        asyncio.get_running_loop().call_later(AGAIN_AFTER_SECONDS, self._again)

    def _again(self) -> None:
        answers, result = self._answers, self._result
        answers.waiting -= 1
        if answers._clock.now_ms() < self._until_ms + KEPT_AFTER_VALIDITY_MS:
            answers._post(result, self.stored)
            return
        log.error("a carrier's answer was never stored", message_id=result.message_id, part=result.part)
        self._settled(None)
