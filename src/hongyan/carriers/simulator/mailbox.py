"""What waits to be sent to one customer (system_id): receipts and replies, until a link acknowledges them.

Nothing is lost when links come and go: what a closed link had not acknowledged waits again, in front, and what
falls due while nobody is bound waits for the next one. Bounded: beyond `keep` the oldest go, and are counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Protocol

from hongyan.carriers.simulator.counters import Counters
from hongyan.carriers.simulator.parts import Outgoing


class Link(Protocol):
    """What the carrier can do with a bound connection, whatever protocol it speaks."""

    def pump(self) -> None:
        """Take from the mailbox what the window allows and write it."""
        ...

    def cut(self) -> None:
        """Close the socket at once, without a word."""
        ...

    def stall(self, stalled: bool) -> None:
        """Read and write nothing until told otherwise."""
        ...


class Mailbox:
    """One customer's waiting deliveries and the links that take them."""

    def __init__(self, counters: Counters, keep: int) -> None:
        self.keep = keep
        self._counters = counters
        self._waiting: deque[Outgoing] = deque()
        self._links: deque[Link] = deque()

    def attach(self, link: Link) -> None:
        """A link was bound: it may take from now on."""
        self._links.append(link)

    def detach(self, link: Link, unacknowledged: Iterable[Outgoing]) -> None:
        """A link is gone; what it had not acknowledged waits again, before everything else."""
        self._links.remove(link)
        back = list(unacknowledged)
        self._waiting.extendleft(reversed(back))
        self._counters.waiting += len(back)
        self._trim()

    def put(self, outgoing: Outgoing) -> None:
        """Let it wait for the next `pump`."""
        self._waiting.append(outgoing)
        self._counters.waiting += 1
        if len(self._waiting) > self.keep:
            self._trim()

    def take(self, most: int) -> list[Outgoing]:
        """Up to `most` of what waits, oldest first."""
        waiting = self._waiting
        taken = [waiting.popleft() for _ in range(min(most, len(waiting)))]
        self._counters.waiting -= len(taken)
        return taken

    def pump(self) -> None:
        """Let the links take turns."""
        for _ in range(len(self._links)):
            if not self._waiting:
                return
            self._links[0].pump()
            self._links.rotate(-1)

    def __len__(self) -> int:
        return len(self._waiting)

    def _trim(self) -> None:
        surplus = len(self._waiting) - self.keep
        for _ in range(surplus):
            self._waiting.popleft()
        if surplus > 0:
            self._counters.waiting -= surplus
            self._counters.receipts_dropped += surplus
