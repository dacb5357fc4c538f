"""What one group adds to the counters."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from hongyan.kernel.money import Amount
from hongyan.messaging.states import ENDED, MessageState

_DELIVERED = frozenset({MessageState.DELIVERED})
_FAILED = frozenset({MessageState.FAILED, MessageState.EXPIRED})
_CHARGED = frozenset({MessageState.DELIVERED, MessageState.NO_RECEIPT})
"""NO_RECEIPT: the carrier took it, and bills it (ADR 0020)."""


class Effect(NamedTuple):
    """What a message's step from one state to another does to the counters: -1, 0 or 1; money times its price."""

    delivered: int
    failed: int
    held: int
    charged: int


@cache
def effect_of(before: MessageState, after: MessageState) -> Effect:
    """The hold ends with the message's way; what an earlier end has settled is corrected."""

    def gained(states: frozenset[MessageState]) -> int:
        return (after in states) - (before in states)

    return Effect(gained(_DELIVERED), gained(_FAILED), -gained(ENDED), gained(_CHARGED))


class Usage:
    """The counters of one account. `held` and `charged` are also what its finite balance moves by."""

    __slots__ = ("accepted", "charged", "delivered", "failed", "held", "segments", "uncertain")

    def __init__(self) -> None:
        self.accepted = self.segments = self.delivered = self.failed = self.uncertain = 0
        self.held: Amount = 0
        self.charged: Amount = 0

    def add(self, effect: Effect, price: Amount) -> None:
        """A message of this price took a step."""
        delivered, failed, held, charged = effect
        self.delivered += delivered
        self.failed += failed
        self.held += held * price
        self.charged += charged * price


class UsageByAccount:
    """One group's counters."""

    def __init__(self) -> None:
        self._accounts: dict[int, Usage] = {}

    def of(self, account_id: int) -> Usage:
        usage = self._accounts.get(account_id)
        if usage is None:
            usage = self._accounts[account_id] = Usage()
        return usage

    def accounts(self) -> list[tuple[int, Usage]]:
        """In the order of the accounts."""
        return sorted(self._accounts.items())
