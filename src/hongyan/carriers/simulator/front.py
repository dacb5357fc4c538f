"""A carrier's side of its sockets, for any protocol: a listening socket, and a link for every connection.

What happens to a part is the carrier's decision (`carrier.py`); what a PDU is, the protocol room's; a protocol's front
makes its links (`link.py`) and translates between the two. Everything that falls due together is written together.
"""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from hongyan.carriers.simulator.carrier import Carrier
from hongyan.carriers.simulator.link import CarrierLink
from hongyan.carriers.simulator.login import Credentials, Login
from hongyan.kernel.clock import Clock

_LAST_PORT = 65_535
_MAX_CONNECTIONS = 256
_GOODBYE_SECONDS = 2.0

D = TypeVar("D")


class Front(ABC):
    """Accepts connections for one carrier. `woken` is called when something new may wait for a tick."""

    def __init__(
        self, carrier: Carrier, clock: Clock, woken: Callable[[], None], credentials: Credentials
    ) -> None:
        self.carrier = carrier
        self.clock = clock
        self.woken = woken
        self.links: set[CarrierLink[Any]] = set()
        self.closing = False
        self._credentials = credentials
        self._all_left = asyncio.Event()
        self._server: asyncio.Server | None = None

    @abstractmethod
    def make_link(self) -> CarrierLink[Any]:
        """For a connection that a customer has just opened."""

    @property
    def login(self) -> Login:
        """Who may log in now."""
        return self._credentials.under(self.carrier.scenario)

    async def listen(self, host: str, port: int) -> int:
        """Start; answers the port. Raises OSError, OverflowError when there is no such port."""
        if port > _LAST_PORT:
            raise OverflowError(f"the last port is {_LAST_PORT}")  # uvloop would take its low bits
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self.make_link, host, port)
        return cast(int, self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Unbind the links, give them a moment to agree, and stop."""
        self.closing = True
        if self._server is not None:
            self._server.close()
        self._all_left.clear()
        for link in list(self.links):
            link.leave()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE_SECONDS):
                if self.links:
                    await self._all_left.wait()
        for link in list(self.links):
            link.cut()

    def admit(self, link: CarrierLink[Any]) -> bool:
        """A connection began. False when there is no room for it."""
        if len(self.links) >= _MAX_CONNECTIONS:
            return False
        self.links.add(link)
        return True

    def left(self, link: CarrierLink[Any]) -> None:
        """A connection ended."""
        self.links.discard(link)
        if not self.links:
            self._all_left.set()

    def tick(self, now: float) -> float | None:
        """Timers of the links; see `Ticking`."""
        waits = [wait for link in list(self.links) if (wait := link.tick(now)) is not None]
        return min(waits, default=None)


class ServingFront(Front, Generic[D]):
    """One that customers dial, and everything goes over their connections. `deliveries`: makes the bodies of what goes to
    customers."""

    def __init__(
        self,
        carrier: Carrier,
        clock: Clock,
        woken: Callable[[], None],
        credentials: Credentials,
        link: Callable[[ServingFront[D]], CarrierLink[Any]],
        deliveries: D,
    ) -> None:
        super().__init__(carrier, clock, woken, credentials)
        self.deliveries = deliveries
        self._link = link

    def make_link(self) -> CarrierLink[Any]:
        return self._link(self)
