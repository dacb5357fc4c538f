"""The socket under one session: bytes and time in, events to its owner, answers out, bounded in both directions."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from hongyan.protocols.session.events import Event

STEADY_AFTER = 30.0
"""A connection that carried something, or stayed up so long, has worked."""
TICK = 0.25
CLOSE_WITHIN = 5.0
"""For what is still to be written; a peer that reads nothing would keep the socket for ever."""
PAUSE_READING_AT = 512
"""Deliveries that wait for the store before the socket is no longer read."""
OPEN_REQUESTS = 4_096
"""More than PAUSE_READING_AT and one read of the socket can bring; beyond it a carrier is told to come again."""
TURN_OCTETS = 65_536
"""A read that brought so much leaves the rest to the loop's next turn, after everybody else: a peer that writes without
end takes its share of the processor and not all of it."""
MOST_UNREAD = 1 << 20
"""Octets of our answers that the peer may leave unread before we read no more of what it asks; more than makes a
transport call `pause_writing`, because `resume_writing` says when they are read."""


_KEEPALIVE = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 20),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
)
"""Seconds: after one minute of silence the system asks, and after two the peer is gone. SGIP has no heartbeat of its own: who
vanished without a word would hold one of the listener's connections for ever, and a link would find out with a submit. It
also keeps the way through firewalls open."""


class AnySession(Protocol):
    """A session without I/O, as `protocols` has them."""

    @property
    def open_requests(self) -> int: ...
    def receive(self, data: bytes, now: float) -> list[Event]: ...
    def tick(self, now: float) -> list[Event]: ...
    def bytes_to_send(self) -> list[bytes]: ...
    def connection_lost(self) -> list[Event]: ...
    def answer_deliver(self, sequence: int, status: int = 0) -> bool: ...
    def unbind(self, now: float) -> None: ...


S = TypeVar("S", bound=AnySession)


class Owner(Protocol):
    """Who decides what events mean. `log`: knows whose connections these are."""

    log: Any

    def handle(self, event: Event, connection: Any) -> None: ...
    def pump(self) -> None:
        """Events were handled: there may be something to send."""
        ...

    def answered_some(self) -> None:
        """Deliveries were acknowledged."""
        ...

    def now(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a connection ended: a code of `endings`, and what the peer or the system says of it."""

    code: str
    detail: str = ""
    worked: bool = False
    login_refused: bool = False
    hopeless: bool = False

    @property
    def why(self) -> str:
        """For the log."""
        return f"{self.code}: {self.detail}" if self.detail else self.code


class Connection(asyncio.Protocol, Generic[S]):
    """The socket under one session."""

    def __init__(self, owner: Owner, session: S, loop: asyncio.AbstractEventLoop) -> None:
        self._owner = owner
        self._loop = loop
        self.session = session
        self.ended: asyncio.Future[Ended] = loop.create_future()
        self.congested = False
        self.useful = False
        self.bound_at: float | None = None
        self._reading = True
        self._flush_planned = False

    @property
    def worked(self) -> bool:
        """It carried something, or could have for long enough."""
        steady = self.bound_at is not None and self._owner.now() - self.bound_at >= STEADY_AFTER
        return self.useful or steady

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none of asyncio's classes
        for option in _KEEPALIVE:
            transport.get_extra_info("socket").setsockopt(*option)
        self._timer = self._loop.call_later(TICK, self._tick)
        self.flush()

    def data_received(self, data: bytes) -> None:
        self._take(self.session.receive(data, self._owner.now()))
        transport = self._transport
        behind = (
            self.session.open_requests > PAUSE_READING_AT or transport.get_write_buffer_size() > MOST_UNREAD
        )
        if (behind or len(data) >= TURN_OCTETS) and self._reading and not transport.is_closing():
            self._reading = False
            transport.pause_reading()
            self._loop.call_soon(self._read_on)

    def _take(self, events: list[Event]) -> None:
        for event in events:
            try:
                self._owner.handle(event, self)
            except Exception:  # the other events of this read are answers and receipts that come only once
                self._owner.log.exception(
                    "an event of a carrier could not be handled", kind=type(event).__name__
                )
        self._owner.pump()
        self.flush()

    def _tick(self) -> None:
        self._timer = self._loop.call_later(TICK, self._tick)
        self._take(self.session.tick(self._owner.now()))

    def answer(self, sequence: int, status: int) -> None:
        """Acknowledge a deliver; answers of one turn of the loop leave together."""
        self.session.answer_deliver(sequence, status)
        if not self._flush_planned:
            self._flush_planned = True
            self._loop.call_soon(self._flush_answers)

    def _flush_answers(self) -> None:
        self._flush_planned = False
        self._owner.answered_some()
        self.flush()
        self._read_on()

    def _read_on(self) -> None:
        """Read again, once the store has caught up and the peer has read what we said."""
        transport = self._transport
        if (
            not self._reading
            and self.session.open_requests < PAUSE_READING_AT // 2
            and transport.get_write_buffer_size() <= MOST_UNREAD
            and not transport.is_closing()
        ):
            self._reading = True
            transport.resume_reading()

    def flush(self) -> None:
        out = self.session.bytes_to_send()
        if out and not self._transport.is_closing():
            self._transport.write(b"".join(out))

    def leave(self) -> None:
        """Unbind politely."""
        self.session.unbind(self._owner.now())
        self.flush()

    def abort(self) -> None:
        self._transport.abort()

    def end(self, ended: Ended) -> None:
        """The session is over: send what it still has to say, then close."""
        if not self.ended.done():
            self.ended.set_result(ended)
        self.flush()
        self._transport.close()
        self._loop.call_later(CLOSE_WITHIN, self._transport.abort)

    def pause_writing(self) -> None:
        self.congested = True

    def resume_writing(self) -> None:
        self.congested = False
        self._owner.pump()
        self._read_on()

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        self.session.connection_lost()
        if not self.ended.done():
            self.ended.set_result(Ended("connection_lost", str(exc or ""), self.worked))
