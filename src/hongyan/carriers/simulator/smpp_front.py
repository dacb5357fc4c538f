"""The carrier's SMPP 3.4 front: a listening socket, and a link for every connection.

Translates: submits to parts, answers to statuses, deliveries to deliver_sm. What happens to a part is the carrier's
decision (`carrier.py`); what a PDU is, the protocol room's. Everything that falls due together is written together.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from hongyan.carriers.simulator.carrier import Binding, Carrier
from hongyan.carriers.simulator.parts import Answer, Outgoing, ReplyPart
from hongyan.carriers.simulator.smpp_translate import Deliveries, part_of, status_of_error
from hongyan.kernel.clock import Clock
from hongyan.protocols.session.events import DeliverAnswered, Event, Lost, ProtocolBroken, SubmitReceived
from hongyan.protocols.smpp import ServerSession, Timing, status_of
from hongyan.protocols.smpp.events import BindRequested, RequestReceived
from hongyan.protocols.smpp.status import RBINDFAIL, RINVCMDID, RINVPASWD, RINVSYSID

SYSTEM_ID = "hongyan"
"""How the simulator names itself."""

_MAX_CONNECTIONS = 256
_OPEN_REQUESTS = 10_000
_GOODBYE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who may bind: without `system_id` anybody, without `password` with any password."""

    system_id: str | None = None
    password: str | None = None

    def refusal(self, system_id: str, password: str) -> int:
        """0, or the status that says what is wrong."""
        if self.system_id is not None and not _same(system_id, self.system_id):
            return RINVSYSID
        if self.password is not None and not _same(password, self.password):
            return RINVPASWD
        return 0


class SmppFront:
    """Accepts connections for one carrier. `woken` is called when something new may wait for a tick."""

    def __init__(
        self, carrier: Carrier, clock: Clock, woken: Callable[[], None], credentials: Credentials
    ) -> None:
        self.carrier = carrier
        self.clock = clock
        self.woken = woken
        self.credentials = credentials
        self.deliveries = Deliveries()
        self.links: set[SmppLink] = set()
        self._all_left = asyncio.Event()
        self._server: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> int:
        """Start; answers the port. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SmppLink(self), host, port)
        return cast(int, self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Unbind the links, give them a moment to agree, and stop."""
        if self._server is None:
            return
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

    def left(self, link: SmppLink) -> None:
        """A connection ended."""
        self.links.discard(link)
        if not self.links:
            self._all_left.set()

    def tick(self, now: float) -> float | None:
        """Timers of the links; see `Ticking`."""
        waits = [wait for link in list(self.links) if (wait := link.tick(now)) is not None]
        return min(waits, default=None)


class SmppLink(asyncio.Protocol):
    """One connection of a customer."""

    def __init__(self, front: SmppFront) -> None:
        self._front = front
        self._carrier = front.carrier
        window = front.carrier.scenario.receipts.window
        timing = Timing(window=window, open_requests=_OPEN_REQUESTS)
        self._session = ServerSession(timing, front.clock.monotonic())
        self._transport: asyncio.Transport | None = None
        self._binding: Binding | None = None
        self._stalled = False
        self._crowded = False

    # The socket

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if len(self._front.links) >= _MAX_CONNECTIONS:
            self._transport.abort()
            return
        self._front.links.add(self)
        self._front.woken()

    def data_received(self, data: bytes) -> None:
        now = self._front.clock.monotonic()
        self._take(self._session.receive(data, now))
        self.pump()
        self._flush()
        self._front.woken()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._front.left(self)
        self._session.connection_lost()
        if self._binding is not None:
            self._carrier.unbind(self._binding, self._session.unanswered())
            self._binding = None
            self._front.woken()

    def pause_writing(self) -> None:
        """A client that does not read gets no more to answer for."""
        self._crowded = True
        self._set_reading()

    def resume_writing(self) -> None:
        self._crowded = False
        self._set_reading()

    # What the carrier asks of a link

    def pump(self) -> None:
        """Write waiting deliveries as far as the window allows."""
        binding, session = self._binding, self._session
        if binding is None or self._stalled or not binding.receives or not len(binding.account.mailbox):
            return
        now = self._front.clock.monotonic()
        outgoing = binding.account.mailbox.take(session.window_free)
        body_of = self._front.deliveries.body_of
        replies = 0
        for one in outgoing:
            session.deliver(one, body_of(one), now)
            replies += isinstance(one, ReplyPart)
        self._carrier.sent(len(outgoing) - replies, replies)
        self._flush()

    def cut(self) -> None:
        """Close the socket at once, without a word."""
        if self._transport is not None:
            self._transport.abort()

    def stall(self, stalled: bool) -> None:
        """Read and write nothing until told otherwise."""
        self._stalled = stalled
        self._set_reading()
        self.pump()
        self._flush()

    # What the front asks of a link

    def leave(self) -> None:
        """Unbind, or close when nobody is bound."""
        if self._binding is None or self._stalled:
            self.cut()
        elif not self._session.closed:
            self._session.unbind(self._front.clock.monotonic())
            self._flush()

    def tick(self, now: float) -> float | None:
        """Session timers; seconds until the next."""
        if self._stalled:
            return None
        deadline = self._session.next_deadline()
        if deadline is not None and deadline <= now:
            self._take(self._session.tick(now))
            self._flush()
            deadline = self._session.next_deadline()
        return None if deadline is None else deadline - now

    # The session's events

    def _take(self, events: list[Event]) -> None:
        for event in events:
            if self._transport is None or self._transport.is_closing():
                return  # cut by the scenario: what else came with it was never read
            if isinstance(event, SubmitReceived):
                self._on_submit(event)
            elif isinstance(event, DeliverAnswered):
                self._on_answer(event.token, event.status)
            elif isinstance(event, BindRequested):
                self._on_bind(event)
            elif isinstance(event, RequestReceived):
                self._session.answer(
                    event.sequence, RINVCMDID
                )  # submit_multi, data_sm, query_sm, …: not offered
            elif isinstance(event, Lost):
                self._on_lost(event.token)
            elif isinstance(event, ProtocolBroken):
                self._carrier.counters.protocol_errors += 1

    def _on_submit(self, event: SubmitReceived) -> None:
        assert self._binding is not None  # the session lets submits through when bound
        answer = self._carrier.submit(self._binding, part_of(event.pdu))
        if answer.hold:
            sequence = event.sequence
            self._carrier.later(answer.hold, lambda: self._answer_late(sequence, answer))
        else:
            self._answer(event.sequence, answer)

    def _answer(self, sequence: int, answer: Answer) -> None:
        if answer.error is None:
            self._session.answer_submit(sequence, 0, answer.message_id)
        else:
            self._session.answer_submit(sequence, status_of_error(answer.error))

    def _answer_late(self, sequence: int, answer: Answer) -> None:
        self._answer(sequence, answer)
        self._flush()

    def _on_answer(self, outgoing: Outgoing, status: int) -> None:
        if status and status_of(status).kind == "retry":
            self._again(outgoing)
        else:
            self._carrier.acknowledge(outgoing, taken=not status)

    def _on_lost(self, outgoing: Outgoing) -> None:
        """Not acknowledged in time."""
        self._again(outgoing)

    def _again(self, outgoing: Outgoing) -> None:
        assert self._binding is not None  # deliveries are sent on bound links
        self._carrier.again(self._binding, outgoing)

    def _on_bind(self, event: BindRequested) -> None:
        status = self._front.credentials.refusal(event.system_id, event.password)
        if status:
            self._carrier.counters.binds_refused += 1
            self._session.refuse_bind(status)
            return
        receives = event.mode != "transmitter"
        self._binding = self._carrier.bind(self, event.system_id, receives=receives)
        if self._binding is None:
            self._session.refuse_bind(RBINDFAIL)
        else:
            self._session.accept_bind(SYSTEM_ID)

    # Writing

    def _flush(self) -> None:
        transport = self._transport
        if transport is None or self._stalled:
            return
        frames = self._session.bytes_to_send()
        if frames and not transport.is_closing():
            transport.write(b"".join(frames))
        if self._session.closed:
            transport.close()

    def _set_reading(self) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if self._stalled or self._crowded:
            transport.pause_reading()
        else:
            transport.resume_reading()


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())
