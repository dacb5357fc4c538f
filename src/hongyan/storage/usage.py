"""What one group adds to the counters."""

from __future__ import annotations

from hongyan.kernel.money import Amount
from hongyan.messaging.states import MessageState


class Usage:
    """The counters of one account. `held` and `charged` are also what its finite balance moves by."""

    __slots__ = ("accepted", "charged", "delivered", "failed", "held", "segments", "uncertain")

    def __init__(self) -> None:
        self.accepted = self.segments = self.delivered = self.failed = self.uncertain = 0
        self.held: Amount = 0
        self.charged: Amount = 0

    def ended(self, price: Amount, after: MessageState, *, reopened: bool) -> None:
        """A message came to its end. `reopened`: it had failed or expired before, and its hold was released then."""
        delivered = after is MessageState.DELIVERED
        self.delivered += delivered
        self.failed += (not delivered) - reopened
        self.held -= 0 if reopened else price
        self.charged += price if delivered else 0


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
