"""One connection of a carrier to a customer, whatever protocol it speaks: its socket, its timers, its deliveries.

A protocol's link is a small subclass that says how its session begins, who may log in, and what its PDUs mean.
`ServedLink` is a connection that a customer opened; the other kind, which the carrier opens, is in `dialling.py`.
"""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, TypeVar, cast

from hongyan.carriers.simulator.accounts import Binding
from hongyan.carriers.simulator.login import Login
from hongyan.carriers.simulator.parts import Answer, Outgoing, Part, ReplyPart
from hongyan.carriers.simulator.scenario import NamedError, SubmitError
from hongyan.carriers.simulator.writing import Pen
from hongyan.protocols.session import Session, State, Timing
from hongyan.protocols.session.events import (
    BindRequested,
    DeliverAnswered,
    Event,
    Lost,
    ProtocolBroken,
    SubmitReceived,
)
from hongyan.protocols.session.login import Server as ServerSide
from hongyan.protocols.session.sides import Carrier as CarrierSide
from hongyan.protocols.wire.errors import FieldError

if TYPE_CHECKING:
    from hongyan.carriers.simulator.front import Front

OPEN_REQUESTS = 10_000
"""Submits of one link that may wait for their answers."""

TEMPORARY = frozenset({"throttled", "retry"})
"""Kinds of answers to a delivery after which it is sent again."""

S = TypeVar("S", bound=Session)
C = TypeVar("C", bound=CarrierSide)

_log = logging.getLogger(__name__)


class Words(NamedTuple):
    """How one protocol says what the carrier decides. `too_many`: the status that refuses a login when there are too many
    links. `refusal`: the status that refuses this login, 0 for none. `parts_of`: the parts of a submit, one for each
    number, or what is wrong with it; it never raises. `status_of`: how a submit is refused. `kind_of`: what the
    protocol's own table makes of a status."""

    too_many: int
    refusal: Callable[[Any, Login], int]
    parts_of: Callable[[Any], Sequence[Part] | NamedError]
    status_of: Callable[[SubmitError], int]
    kind_of: Callable[[int], str]


class CarrierLink(asyncio.Protocol, ABC, Generic[S]):
    """What both kinds share."""

    words: ClassVar[Words]

    def __init__(self, front: Front) -> None:
        self._front = front
        self._carrier = front.carrier
        self._session = self._open_session(front.clock.monotonic())
        self._transport: asyncio.Transport | None = None
        self._pen = Pen(lambda: front.carrier.scenario, self._set_reading)
        self._binding: Binding | None = None
        self._unread: list[Outgoing] = []
        self._stalled = False
        self._crowded = False

    # --- what a protocol says ----------------------------------------------------------------------------

    @abstractmethod
    def _open_session(self, now: float) -> S:
        """A session for a connection that has just begun; its limits by `_timing`."""

    @abstractmethod
    def _send(self, outgoing: Outgoing, now: float) -> None:
        """Send a receipt or a reply's part with the session. Raises FieldError when it does not fit the protocol."""

    def _is_temporary(self, status: int) -> bool:
        """Whether a delivery that was answered so is sent again."""
        return self.words.kind_of(status) in TEMPORARY

    @abstractmethod
    def _on_event(self, event: Event) -> None:
        """What else the session tells."""

    def _timing(self, defaults: Timing) -> Timing:
        window = self._carrier.scenario.receipts.window
        return replace(defaults, window=window, open_requests=OPEN_REQUESTS)

    # --- the socket --------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if not self._front.admit(self):
            self._transport.abort()
            return
        self._pen.attach(self._transport)
        self._front.woken()

    def data_received(self, data: bytes) -> None:
        now = self._front.clock.monotonic()
        self._take(self._session.receive(data, now))
        self.pump()
        self._flush()
        self._front.woken()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._pen.detach()
        self._front.left(self)
        self._session.connection_lost()
        if self._binding is not None:
            self._carrier.unbind(self._binding, self._unread + self._session.unanswered())
            self._binding = None
            self._front.woken()

    def pause_writing(self) -> None:
        """A client that does not read gets no more to answer for."""
        self._crowded = True
        self._set_reading()

    def resume_writing(self) -> None:
        self._crowded = False
        self._set_reading()

    # --- what the carrier asks of a link -----------------------------------------------------------------

    def pump(self) -> None:
        """Write waiting deliveries as far as the window allows."""
        binding, session = self._binding, self._session
        if binding is None or self._stalled or not binding.receives or not len(binding.account.mailbox):
            return
        now = self._front.clock.monotonic()
        receipts = replies = 0
        for one in binding.account.mailbox.take(session.window_free):
            try:
                self._send(one, now)
            except (
                FieldError
            ) as fault:  # such as a long number of one version's submit in another version's report
                self._carrier.unsendable()
                _log.warning("%s: a delivery was dropped: %s", self._carrier.name, fault)
            else:
                is_reply = isinstance(one, ReplyPart)
                replies += is_reply
                receipts += not is_reply
        self._carrier.sent(receipts, replies)
        self._flush()

    def cut(self) -> None:
        """Close the socket at once, without a word."""
        if self._transport is not None:
            self._transport.abort()

    def stall(self, stalled: bool) -> None:
        """Read and write nothing until told otherwise."""
        self._stalled = stalled
        self._pen.hold(stalled)
        self._set_reading()
        self.pump()
        self._flush()

    # --- what the front asks of a link -------------------------------------------------------------------

    def leave(self) -> None:
        """Unbind, or close when nobody is bound."""
        if self._binding is None or self._stalled:
            self.cut()
        elif self._session.state is State.BOUND:
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

    # --- the session's events ----------------------------------------------------------------------------

    def _take(self, events: list[Event]) -> None:
        for place, event in enumerate(events):
            if self._transport is None or self._transport.is_closing():
                # Cut by the scenario: what else came with it was never read, so its deliveries are sent again.
                unread = (each for each in events[place:] if isinstance(each, DeliverAnswered | Lost))
                self._unread += [each.token for each in unread]
                return
            if isinstance(event, DeliverAnswered):
                self._on_answer(event.token, event.status)
            elif isinstance(event, Lost):
                self._again(event.token)
            elif isinstance(event, ProtocolBroken):
                self._carrier.counters.protocol_errors += 1
            else:
                self._on_event(event)

    def _on_answer(self, outgoing: Outgoing, status: int) -> None:
        if status and self._is_temporary(status):
            self._again(outgoing)
        else:
            self._carrier.acknowledge(outgoing, taken=not status)

    def _again(self, outgoing: Outgoing) -> None:
        assert self._binding is not None  # deliveries are sent on bound links
        self._carrier.again(self._binding, outgoing)

    # --- writing -----------------------------------------------------------------------------------------

    def _flush(self) -> None:
        frames = self._session.bytes_to_send()
        if frames:
            self._pen.write(frames)
            if self._pen.crowded:
                self._set_reading()
        if self._session.closed:
            self._pen.finish()

    def _set_reading(self) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if self._stalled or self._crowded or self._pen.crowded:
            transport.pause_reading()
        else:
            transport.resume_reading()


class ServedLink(CarrierLink[C]):
    """A connection that a customer opened: logins and submits come on it."""

    @abstractmethod
    def _welcome(self) -> None:
        """Answer a login with yes."""

    def _refuse(self, status: int) -> None:
        """Answer a login with no."""
        cast(ServerSide, self._session).refuse_bind(status)

    def _refusal(self, request: BindRequested) -> int:
        """The status that refuses a login, 0 for none."""
        return self.words.refusal(request, self._front.login)

    def _status_of(self, error: SubmitError) -> int:
        """How a submit is refused."""
        return self.words.status_of(error)

    def _own_id(self, event: SubmitReceived) -> str:
        """The message id, in a protocol whose submits name themselves."""
        return ""

    def _on_request(self, event: Event) -> None:
        """Another request than a login or a submit."""

    def _on_event(self, event: Event) -> None:
        if isinstance(event, SubmitReceived):
            self._on_submit(event)
        elif isinstance(event, BindRequested):
            self._on_bind(event)
        else:
            self._on_request(event)

    def _on_bind(self, request: BindRequested) -> None:
        status = self._refusal(request)
        if status:
            self._carrier.counters.binds_refused += 1
            self._refuse(status)
            return
        binding = self._carrier.bind(self, request.system_id, receives=request.mode != "transmitter")
        if binding is None:
            self._refuse(self.words.too_many)
        else:
            self._binding = binding
            self._welcome()

    def _on_submit(self, event: SubmitReceived) -> None:
        assert self._binding is not None  # the session lets submits through when bound
        parts = self.words.parts_of(event.pdu)
        if isinstance(parts, str):
            answer = self._carrier.refuse(self._binding, parts)
        else:
            answer = self._carrier.submit(self._binding, *parts, message_id=self._own_id(event))
        sequence = event.sequence
        if answer.mute:
            self._never_answer(sequence, answer)
        elif answer.hold:
            self._carrier.later(answer.hold, lambda: self._answer_late(sequence, answer))
        else:
            self._answer(sequence, answer)

    def _answer(self, sequence: int, answer: Answer) -> None:
        if answer.error is None:
            self._session.answer_submit(sequence, 0, answer.message_id)
        else:
            self._session.answer_submit(sequence, self._status_of(answer.error))

    def _answer_late(self, sequence: int, answer: Answer) -> None:
        self._answer(sequence, answer)
        self._flush()

    def _never_answer(self, sequence: int, answer: Answer) -> None:
        """The answer is made, so that the session has done with the request, and lost on its way."""
        self._flush()
        self._answer(sequence, answer)
        self._session.bytes_to_send()
