"""Customers of a carrier: who they are, their links, and which access number is whose.

Bounded: so many customers, so many access numbers; of access numbers the oldest are forgotten first.
"""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.carriers.simulator.mailbox import Link, Mailbox
from hongyan.carriers.simulator.scenario import Listener

MOST_ACCOUNTS = 1_000
_MOST_ROUTES = 100_000


class Account:
    """A customer (system_id, SP id, login name): one mailbox, any number of links.

    `listener`: where the customer takes calls, in a network that dials.
    """

    def __init__(self, name: str, mailbox: Mailbox) -> None:
        self.name = name
        self.mailbox = mailbox
        self.listener: Listener | None = None
        self._second = 0
        self._in_second = 0

    def exceeds(self, per_second: int, now: float, parts: int = 1) -> bool:
        """Count one submit of so many parts; True when it is too much for this second."""
        second = int(now)
        if second != self._second:
            self._second, self._in_second = second, 0
        self._in_second += parts
        return self._in_second > per_second


@dataclass(slots=True, eq=False)
class Binding:
    """One bound link."""

    link: Link
    account: Account
    receives: bool
    submits: int = 0


class Routes:
    """Who sends from which access number."""

    def __init__(self) -> None:
        self._senders: dict[str, Account] = {}

    def learn(self, source: str, account: Account) -> None:
        """`account` submitted from `source`."""
        if source in self._senders:
            return
        if len(self._senders) >= _MOST_ROUTES:
            del self._senders[next(iter(self._senders))]
        self._senders[source] = account

    def find(self, to: str) -> tuple[int, Account] | None:
        """The longest prefix of `to` that somebody sent from: its length, and who."""
        for length in range(len(to), 0, -1):
            account = self._senders.get(to[:length])
            if account is not None:
                return length, account
        return None
