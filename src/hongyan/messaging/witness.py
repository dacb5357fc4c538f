"""Who is told of each message that was accepted and of each that has ended, besides those who wait for it."""

from __future__ import annotations

from typing import Protocol

from hongyan.kernel.clock import Millis
from hongyan.storage.port import Ending


class Witness(Protocol):
    """Called on the road of every message: counts, and nothing else."""

    def sent(
        self, signature_id: int, network: str, sender: str, category: int, accepted_ms: Millis
    ) -> None: ...

    def ended(self, ending: Ending) -> None: ...


class NoWitness:
    """Looks away."""

    def sent(
        self, signature_id: int, network: str, sender: str, category: int, accepted_ms: Millis
    ) -> None: ...

    def ended(self, ending: Ending) -> None: ...
