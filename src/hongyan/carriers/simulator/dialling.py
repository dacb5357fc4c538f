"""A carrier that dials: one connection to each customer's listener, opened when something waits for it.

It stays open until the protocol's silence ends it. A call that nobody takes, a refused login and a link that ends before
anything was acknowledged are followed by a pause that doubles, up to half a minute; what waits, waits.
"""

from __future__ import annotations

import asyncio
import logging
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

from hongyan.carriers.simulator.accounts import Account
from hongyan.carriers.simulator.carrier import Carrier
from hongyan.carriers.simulator.front import Front
from hongyan.carriers.simulator.link import CarrierLink
from hongyan.carriers.simulator.login import Credentials
from hongyan.carriers.simulator.parts import Outgoing
from hongyan.carriers.simulator.scenario import Listener
from hongyan.kernel.clock import Clock
from hongyan.protocols.session import Session
from hongyan.protocols.session.events import BindRefused, Bound, Event

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
_PATIENCE = 10.0
"""Seconds for a connection to come about."""

S = TypeVar("S", bound=Session)

_log = logging.getLogger(__name__)


class DiallingFront(Front):
    """A front that also calls customers' listeners."""

    def __init__(
        self, carrier: Carrier, clock: Clock, woken: Callable[[], None], credentials: Credentials
    ) -> None:
        super().__init__(carrier, clock, woken, credentials)
        self._callers: dict[str, Caller] = {}

    @abstractmethod
    def make_dialled_link(self, caller: Caller, listener: Listener) -> DialledLink[Any]:
        """For a connection to a listener."""

    def tick(self, now: float) -> float | None:
        waits = [super().tick(now)]
        if not self.closing and not self.carrier.paused:
            waits += [caller.tick(now) for caller in self._everybody()]
        return min((wait for wait in waits if wait is not None), default=None)

    def _everybody(self) -> list[Caller]:
        for name, account in self.carrier.called.items():
            if name not in self._callers:
                self._callers[name] = Caller(self, account)
        return list(self._callers.values())

    async def close(self) -> None:
        for caller in self._callers.values():
            caller.stop()
        await super().close()


class DialledLink(CarrierLink[S]):
    """A connection that the carrier opened to a customer's listener."""

    def __init__(self, front: DiallingFront, caller: Caller) -> None:
        super().__init__(front)
        self._caller = caller
        self._fault = "the connection ended before the login was answered"

    @abstractmethod
    def _log_in(self, now: float) -> None:
        """Ask to bind."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._caller.began(self)
        self._log_in(self._front.clock.monotonic())
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._caller.ended(self._fault)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Bound):
            self._binding = self._carrier.bind(self, self._caller.account.name, receives=True)
            self._fault = "" if self._binding else "it has too many links"
            if self._binding is None:
                self.cut()
        elif isinstance(event, BindRefused):
            self._fault = f"the login was refused: {event.name}"

    def _on_answer(self, outgoing: Outgoing, status: int) -> None:
        super()._on_answer(outgoing, status)
        if not status:
            self._caller.worked()


class Caller:
    """Calls one customer."""

    def __init__(self, front: DiallingFront, account: Account) -> None:
        self.account = account
        self._front = front
        self._link: DialledLink[Any] | None = None
        self._called: Listener | None = None
        self._calling: asyncio.Task[None] | None = None
        self._pause = FIRST_PAUSE
        self._not_before = 0.0

    def tick(self, now: float) -> float | None:
        """Call when something waits; seconds until that should be looked at again."""
        listener = self.account.listener
        if listener != self._called:  # new, or the customer has moved
            self._called = listener
            self.worked()
            self.stop()
            if self._link is not None:
                self._link.leave()
        if listener is None or self._link is not None or self._calling is not None:
            return None
        if not len(self.account.mailbox):
            return None
        if now < self._not_before:
            return self._not_before - now
        self._not_before = now + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        self._calling = asyncio.get_running_loop().create_task(self._call(listener))
        return None

    async def _call(self, listener: Listener) -> None:
        self._front.carrier.counters.dials += 1
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_PATIENCE):
                await loop.create_connection(
                    lambda: self._front.make_dialled_link(self, listener), listener.host, listener.port
                )
        except (OSError, ValueError) as fault:  # ValueError: a name that no host can have
            self._failed(str(fault) or "nobody answered in time")
        finally:
            self._calling = None
            self._front.woken()

    def began(self, link: DialledLink[Any]) -> None:
        """The connection is there."""
        self._link = link

    def ended(self, fault: str) -> None:
        """The connection is gone. `fault`: why nothing could be delivered on it, "" when it could."""
        self._link = None
        if fault:
            self._failed(fault)

    def _failed(self, fault: str) -> None:
        self._front.carrier.counters.dials_failed += 1
        name, customer = self._front.carrier.name, self.account.name
        _log.warning("%s: customer %s takes no calls: %s", name, customer, fault)

    def worked(self) -> None:
        """Something was delivered: the next call need not wait."""
        self._pause = FIRST_PAUSE
        self._not_before = 0.0

    def stop(self) -> None:
        """Give up the call that is being made."""
        if self._calling is not None:
            self._calling.cancel()
