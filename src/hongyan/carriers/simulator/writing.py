"""How the bytes of a link reach its socket: whole, gathered, or in small pieces, as the scenario has it.

TCP promises a stream and no packets; a client that relies on one read for one PDU finds out here. Bytes wait while the
link is stalled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random

from hongyan.carriers.simulator.scenario import Scenario

CROWDED = 1 << 20
"""Octets that wait; a link with more should not read on."""


class Pen:
    """Writes for one link. `scenario` gives the one in force; `drained` is called when nothing waits any more."""

    def __init__(self, scenario: Callable[[], Scenario], drained: Callable[[], None]) -> None:
        self._scenario = scenario
        self._drained = drained
        self._transport: asyncio.Transport | None = None
        self._waiting = bytearray()
        self._timer: asyncio.Handle | None = None
        self._held = False
        self._last = False
        self._dice: Random | None = None

    def attach(self, transport: asyncio.Transport) -> None:
        """The socket is there."""
        self._transport = transport

    def detach(self) -> None:
        """The socket is gone; what waits goes with it."""
        self._transport = None
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()

    @property
    def crowded(self) -> bool:
        """Whether too much waits."""
        return len(self._waiting) > CROWDED

    def write(self, frames: list[bytes]) -> None:
        """Send frames after those before them."""
        links = self._scenario().links
        if self._held or self._timer is not None or links.split_octets or links.merge_seconds:
            for frame in frames:
                self._waiting += frame
            self._plan()
        elif self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(frames))

    def hold(self, held: bool) -> None:
        """Let everything wait until told otherwise."""
        self._held = held
        self._plan()

    def finish(self) -> None:
        """Close the socket when everything is written."""
        self._last = True
        self._plan()

    def _plan(self) -> None:
        """Decide when the next octets leave."""
        transport = self._transport
        if self._held or self._timer is not None or transport is None:
            return
        if not self._waiting:
            if self._last:
                transport.close()
            return
        links = self._scenario().links
        loop = asyncio.get_running_loop()
        if links.split_octets:
            self._timer = loop.call_soon(self._write_piece, links.split_octets)
        else:
            self._timer = loop.call_later(links.merge_seconds, self._write_all)

    def _write_piece(self, most: int) -> None:
        """One small piece; the rest goes in later rounds of the event loop, so that the pieces leave one by one."""
        self._timer = None
        if self._dice is None:
            self._dice = Random(self._scenario().seed)  # noqa: S311 (chaos that repeats)
        size = self._dice.randint(1, most)
        self._put(bytes(self._waiting[:size]))
        del self._waiting[:size]
        self._after()

    def _write_all(self) -> None:
        self._timer = None
        self._put(bytes(self._waiting))
        self._waiting.clear()
        self._after()

    def _put(self, octets: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(octets)

    def _after(self) -> None:
        if self._waiting:
            self._plan()
        else:
            self._drained()
            self._plan()
