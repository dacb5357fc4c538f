"""An SMPP carrier that does what a test says, over a real socket. By itself it answers binds, enquire_links and
unbinds, and nothing else."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self, cast

from hongyan.protocols.session.events import DeliverAnswered, Event, PeerUnbound, SubmitReceived
from hongyan.protocols.smpp import (
    RECEIPT,
    UDHI,
    Pdu,
    ServerSession,
    Timing,
    deliver_encoder,
    receipt_text,
)
from hongyan.protocols.smpp.codec import encode_body
from hongyan.protocols.smpp.events import BindRequested
from hongyan.protocols.smpp.pdus import ENQUIRE_LINK

PATIENCE = 10.0
_TIMING = Timing(window=10_000, open_requests=10_000, enquire_idle=0, answer_timeout=3_600)
_DELIVER = deliver_encoder()


class _Session(ServerSession):
    """Counts the answers to its enquire_links."""

    echoes = 0

    def ask(self) -> None:
        self._send(ENQUIRE_LINK, b"")

    def _on_heartbeat_answer(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        self.echoes += 1


class ScriptedCarrier:
    """`async with ScriptedCarrier() as carrier`.

    `refuse_binds`: the status that binds are refused with. `greetings`: bytes that the next connections get, each
    its own, before they are closed.
    """

    def __init__(self) -> None:
        self.refuse_binds = 0
        self.ignore_binds = False
        self.greetings: list[bytes] = []
        self.closes_after_unbind = True
        self.connections: list[CarrierLink] = []
        self._bound: asyncio.Queue[CarrierLink] = asyncio.Queue()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop_listening()
        for link in self.connections:
            link.cut()

    async def listen(self) -> None:
        """At the same port as ever."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: CarrierLink(self), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def link(self) -> CarrierLink:
        """The next link that has bound."""
        async with asyncio.timeout(PATIENCE):
            return await self._bound.get()

    def bound(self, link: CarrierLink) -> None:
        self._bound.put_nowait(link)


class CarrierLink(asyncio.Protocol):
    """One connection, seen from the carrier."""

    def __init__(self, carrier: ScriptedCarrier) -> None:
        self._carrier = carrier
        self._session = _Session(_TIMING, time.monotonic())
        self._changed = asyncio.Event()
        self._answered: dict[int, int] = {}
        self._next_token = 0
        self._collecting = False
        self.bind: BindRequested | None = None
        self.submits: list[SubmitReceived] = []
        """Submits that `next_submit` has not given out."""
        self.deaf = False
        """Reads and answers nothing."""
        self.unbound = False
        self.closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._carrier.connections.append(self)
        if self._carrier.greetings:
            self.deaf = True
            self._transport.write(self._carrier.greetings.pop(0))
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        if self.deaf:
            return
        for event in self._session.receive(data, time.monotonic()):
            self._take(event)
        self._flush()
        self._changed.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._changed.set()

    def _take(self, event: Event) -> None:
        if isinstance(event, BindRequested):
            self.bind = event
            if self._carrier.ignore_binds:
                return
            if self._carrier.refuse_binds:
                self._session.refuse_bind(self._carrier.refuse_binds)
            else:
                self._session.accept_bind("SCRIPTED")
                self._carrier.bound(self)
        elif isinstance(event, SubmitReceived):
            self.submits.append(event)
        elif isinstance(event, DeliverAnswered):
            self._answered[event.token] = event.status
        elif isinstance(event, PeerUnbound):
            self.unbound = True
            if self._carrier.closes_after_unbind:
                self._flush()
                self._transport.close()

    def _flush(self) -> None:
        if not self._collecting:
            self._transport.write(b"".join(self._session.bytes_to_send()))

    @contextmanager
    def one_write(self) -> Iterator[None]:
        """Send what the block says in one write."""
        self._collecting = True
        yield
        self._collecting = False
        self._flush()

    async def until(self, condition: Any) -> None:
        """Wait for what the platform does."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    # -- submits -------------------------------------------------------------------------------------------

    async def next_submit(self) -> SubmitReceived:
        """The oldest submit not given out yet."""
        await self.until(lambda: self.submits)
        return self.submits.pop(0)

    async def next_submits(self, count: int) -> list[SubmitReceived]:
        return [await self.next_submit() for _ in range(count)]

    async def settled(self) -> int:
        """How many submits wait, once all that the platform wants to send has come: enquire_links go to it and
        come back, and each makes it look whether it may submit."""
        for _ in range(3):
            wanted = self._session.echoes + 1
            self._session.ask()
            self._flush()
            await self.until(lambda wanted=wanted: self._session.echoes >= wanted)
        return len(self.submits)

    def accept(self, submit: SubmitReceived, message_id: str) -> None:
        self._session.answer_submit(submit.sequence, 0, message_id)
        self._flush()

    def refuse(self, submit: SubmitReceived, status: int) -> None:
        self._session.answer_submit(submit.sequence, status)
        self._flush()

    # -- deliveries ----------------------------------------------------------------------------------------

    def receipt(self, message_id: str, stat: str = "DELIVRD", err: str = "000") -> int:
        """Report on a message; the token for `answer_to`."""
        text = receipt_text(message_id, stat, "2605290426", "2605290426", err)
        return self._deliver(_DELIVER("8613800138000", "1069000012", RECEIPT, short_message=text))

    def reply(
        self, payload: bytes, *, coding: int = 8, header: bytes = b"", number: str = "8613800138000",
        to: str = "1069000012", **tlvs: Any,
    ) -> int:  # fmt: skip
        """A text from a handset."""
        fields = {
            "source_addr": number,
            "destination_addr": to,
            "esm_class": UDHI if header else 0,
            "data_coding": coding,
            "short_message": header + payload,
        }
        return self._deliver(encode_body("deliver_sm", fields, tlvs))

    def _deliver(self, body: bytes) -> int:
        self._next_token += 1
        self._session.deliver(self._next_token, body, time.monotonic())
        self._flush()
        return self._next_token

    async def answer_to(self, token: int) -> int:
        """The status with which the platform answered a delivery."""
        await self.until(lambda: token in self._answered)
        return self._answered[token]

    def has_answered(self, token: int) -> bool:
        return token in self._answered

    # -- the connection ------------------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Any bytes at all."""
        self._transport.write(data)

    def unbind(self) -> None:
        """Leave politely."""
        self._session.unbind(time.monotonic())
        self._flush()

    def close(self) -> None:
        """End the connection once all is written."""
        self._transport.close()

    def cut(self) -> None:
        """End the connection without a word."""
        self._transport.abort()

    def read_nothing(self) -> None:
        """Let the peer's bytes pile up on its side."""
        self._transport.pause_reading()
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)

    def read_again(self) -> None:
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._transport.resume_reading()

    def is_reset(self) -> bool:
        """Whether the peer has dropped the connection with what it had not written."""
        self._transport.write(b"\0")
        return self._transport.is_closing()

    async def ended(self) -> None:
        await self.until(lambda: self.closed)


def text_of(submit: SubmitReceived) -> str:
    """The text of a submit without user data header."""
    pdu: Pdu = submit.pdu
    content = pdu.fields["short_message"]
    if pdu.fields["esm_class"] & UDHI:
        content = content[content[0] + 1 :]
    return str(content.decode("utf-16-be") if pdu.fields["data_coding"] == 8 else content.decode("ascii"))


def number_of(submit: SubmitReceived) -> str:
    return str(submit.pdu.fields["destination_addr"])
