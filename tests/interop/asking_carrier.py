"""Our server session with little patience: it asks its only customer for life every few milliseconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Self, cast

from smpp_customers import HOST, PATIENCE

from hongyan.protocols.session.events import EnquireAnswered, Unbound
from hongyan.protocols.smpp import ServerSession, Timing
from hongyan.protocols.smpp.events import BindRequested

_TIMING = Timing(enquire_idle=0.02, enquire_timeout=PATIENCE, unbind_timeout=PATIENCE)
_TICK = 0.01


class AskingCarrier(asyncio.Protocol):
    """`async with AskingCarrier() as carrier`. `heartbeats`: how many were answered."""

    def __init__(self) -> None:
        self.heartbeats = 0
        self.left = False
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._server = await self._loop.create_server(lambda: self, HOST, 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._session = ServerSession(_TIMING, time.monotonic())
        self._tick()

    def _tick(self) -> None:
        self._session.tick(time.monotonic())
        self._flush()
        if not self._transport.is_closing():
            self._loop.call_later(_TICK, self._tick)

    def data_received(self, data: bytes) -> None:
        for event in self._session.receive(data, time.monotonic()):
            if isinstance(event, BindRequested):
                self._session.accept_bind("asking")
            self.heartbeats += isinstance(event, EnquireAnswered)
            self.left |= isinstance(event, Unbound)
        self._flush()
        self._changed.set()

    def _flush(self) -> None:
        self._transport.write(b"".join(self._session.bytes_to_send()))
        if self._session.closed:
            self._transport.close()

    async def send_away(self) -> None:
        """Unbind, and wait for the answer."""
        self._session.unbind(time.monotonic())
        self._flush()
        await self.until(lambda: self.left)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._changed.clear()
                await self._changed.wait()
