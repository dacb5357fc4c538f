"""What arrives, counted in memory by hour, signature, network and sender. No I/O, and next to nothing for a message.

A message counts in the hour in which it was accepted, whenever its end becomes known: of an old hour, those that were sent
and of which nothing was heard are as telling as those that were refused.
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

from hongyan.kernel.clock import Millis
from hongyan.kernel.ids import time_of_id
from hongyan.storage.port import ENDED_DELIVERED, ENDED_FAILED, ENDED_SILENT, ENDED_UNSENT, Ending

HOUR_MS: Final[Millis] = 3_600_000
SENT, DELIVERED, FAILED, SILENT, UNSENT = "sent", "delivered", "failed", "silent", "unsent"
"""What is counted. UNSENT takes a SENT back: no carrier was asked. SILENT: the wait for a receipt is over."""

_COUNTED_AS: Final = {
    ENDED_DELIVERED: DELIVERED,
    ENDED_FAILED: FAILED,
    ENDED_SILENT: SILENT,
    ENDED_UNSENT: UNSENT,
}


class EvidenceKey(NamedTuple):
    """`hour` since 1970; `code`: the carrier's, of what failed."""

    hour: int
    signature_id: int
    network: str
    sender: str
    category: int
    outcome: str
    code: str


Counts: TypeAlias = dict[tuple[int, int, str, str, int, str, str], int]
"""By the fields of an EvidenceKey. Plain tuples, because they are made for each message."""


class EvidenceCounts:
    """Messages abroad, and those whose number nobody knows the network of, are not counted."""

    def __init__(self) -> None:
        self._counts: Counts = {}

    def sent(self, signature_id: int, network: str, sender: str, category: int, accepted_ms: Millis) -> None:
        """A message was accepted."""
        if network:
            key = accepted_ms // HOUR_MS, signature_id, network, sender, category, SENT, ""
            counts = self._counts
            counts[key] = counts.get(key, 0) + 1

    def ended(self, ending: Ending) -> None:
        """A message has ended, or goes on from another sender."""
        accepted_ms = time_of_id(ending.message_id)
        outcome = ending.outcome
        key = (
            accepted_ms // HOUR_MS,
            ending.signature_id,
            ending.network,
            ending.sender,
            ending.category,
            _COUNTED_AS[outcome],
            ending.code if outcome == ENDED_FAILED else "",
        )
        counts = self._counts
        counts[key] = counts.get(key, 0) + 1
        if ending.moved_to:
            self.sent(ending.signature_id, ending.network, ending.moved_to, ending.category, accepted_ms)

    def take(self) -> Counts:
        """Everything since the last time; counting goes on from nothing."""
        taken, self._counts = self._counts, {}
        return taken

    def put_back(self, counts: Counts) -> None:
        """What was taken and could not be stored."""
        for key, count in counts.items():
            self._counts[key] = self._counts.get(key, 0) + count
