"""A customer of the simulator for tests: one SMPP client link over a real socket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Self, cast

from hongyan.kernel.text import split
from hongyan.protocols.session.events import BindRefused, Bound, Delivered, Event, SubmitAnswered
from hongyan.protocols.session.states import Mode
from hongyan.protocols.smpp import (
    ClientSession,
    Credentials,
    Pdu,
    ReceiptFields,
    Timing,
    is_receipt,
    parse_receipt,
    submit_encoder,
)

_PATIENCE = 10.0
_ENCODE = submit_encoder()


class Esme(asyncio.Protocol):
    """Keeps everything that comes, in order. `acknowledge`: answer deliveries with this status; None: not at all."""

    def __init__(self, credentials: Credentials, window: int, acknowledge: int | None) -> None:
        self._credentials = credentials
        self._session = ClientSession(Timing(window=window), time.monotonic())
        self._acknowledge = acknowledge
        self._changed = asyncio.Event()
        self._transport: asyncio.Transport | None = None
        self.events: list[Event] = []
        self.closed = False

    @classmethod
    async def connect(
        cls,
        port: int,
        *,
        system_id: str = "esme",
        password: str = "secret",
        mode: Mode = "transceiver",
        window: int = 1000,
        acknowledge: int | None = 0,
    ) -> Self:
        """Connect and bind; `refusal` tells when that failed."""
        credentials = Credentials(system_id, password, mode)
        loop = asyncio.get_running_loop()
        _, link = await loop.create_connection(
            lambda: cls(credentials, window, acknowledge), "127.0.0.1", port
        )
        await link.until(lambda: bool(link.bound or link.refusal))
        return link

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._session.bind(self._credentials, time.monotonic())
        self._flush()

    def data_received(self, data: bytes) -> None:
        for event in self._session.receive(data, time.monotonic()):
            self.events.append(event)
            if isinstance(event, Delivered) and self._acknowledge is not None:
                self._session.answer_deliver(event.sequence, self._acknowledge)
        self._flush()
        self._changed.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what the carrier does."""
        async with asyncio.timeout(_PATIENCE):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def submit(self, number: str, text: str, token: object = None, source: str = "10690001") -> None:
        """Send one text, in as many parts as it needs; the token of each is (token, index)."""
        for index, segment in enumerate(split(text, 7), 1):
            body = _ENCODE(
                source_addr=source,
                destination_addr=number,
                esm_class=0x40 if segment.header else 0,
                data_coding=int(segment.alphabet),
                short_message=segment.user_data,
            )
            self._session.submit((token, index), body, time.monotonic())
        self._flush()

    async def submit_and_wait(self, number: str, text: str) -> SubmitAnswered:
        """One part and its answer."""
        before = len(self.answers)
        self.submit(number, text)
        await self.until(lambda: len(self.answers) > before)
        return self.answers[-1]

    def raw(self, data: bytes) -> None:
        """Write bytes of the test's own."""
        assert self._transport is not None
        self._transport.write(data)

    def leave(self) -> None:
        """Close without unbind."""
        assert self._transport is not None
        self._transport.abort()

    @property
    def bound(self) -> bool:
        return any(isinstance(event, Bound) for event in self.events)

    @property
    def refusal(self) -> int | None:
        return next((event.status for event in self.events if isinstance(event, BindRefused)), None)

    @property
    def answers(self) -> list[SubmitAnswered]:
        return [event for event in self.events if isinstance(event, SubmitAnswered)]

    @property
    def pdus(self) -> list[Pdu]:
        return [event.pdu for event in self.events if isinstance(event, Delivered)]

    @property
    def receipts(self) -> list[ReceiptFields]:
        return [parse_receipt(pdu) for pdu in self.pdus if is_receipt(pdu)]

    @property
    def replies(self) -> list[Pdu]:
        return [pdu for pdu in self.pdus if not is_receipt(pdu)]

    def names(self) -> list[Any]:
        """The kinds of events in order of arrival."""
        return [type(event).__name__ for event in self.events]

    def _flush(self) -> None:
        frames = self._session.bytes_to_send()
        if frames and self._transport is not None:
            self._transport.write(b"".join(frames))
