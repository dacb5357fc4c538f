"""Delivery reports on their way into the store. A carrier gets its acknowledgement only after the commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from hongyan.kernel.clock import Clock, Millis, day_of
from hongyan.messaging.witness import NoWitness, Witness
from hongyan.storage.port import Matched, Outcome, Receipt, Store


class Hooks(Protocol):
    """What is counted on the way (metrics)."""

    def receipt_stored(self, outcome: Matched) -> None: ...


class Receipts:
    """Stores final reports."""

    def __init__(self, store: Store, clock: Clock, hooks: Hooks, witness: Witness | None = None) -> None:
        self._store = store
        self._clock = clock
        self._hooks = hooks
        self._ended = (witness or NoWitness()).ended

    def came(
        self,
        channel_id: int,
        carrier_id: str,
        *,
        delivered: bool,
        code: str,
        at_ms: Millis | None,
        stored: Callable[[bool], None],
    ) -> None:
        """A final report. `stored(True)` once it is durable, `stored(False)` when it is not and should come again."""
        now_ms = self._clock.now_ms()

        def sink(outcome: Outcome) -> None:
            if isinstance(outcome, Matched):
                self._hooks.receipt_stored(outcome)
                if outcome.ending is not None:
                    self._ended(outcome.ending)
                stored(True)
            else:
                stored(False)

        self._store.post(
            Receipt(channel_id, carrier_id, delivered, code, at_ms or now_ms, now_ms, day_of(now_ms)), sink
        )
