"""One SMPP connection without I/O: what both sides share.

The owner moves bytes and time: `receive(data, now)` and `tick(now)` give events, `bytes_to_send()` gives what to
write, `next_deadline()` says when to call `tick`. `now` is seconds of any clock that only grows. Nothing here
retries: a request without answer is handed back, once, as Lost or by `unanswered()`.

When `state` is CLOSED the owner writes what `bytes_to_send()` still has and closes the socket.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice

from hongyan.protocols.smpp import pdus
from hongyan.protocols.smpp.codec import (
    FRAME_LIMIT,
    HEADER,
    HEADER_SIZE,
    MAX_SEQUENCE,
    NAMES,
    Pdu,
    Unreadable,
    decode,
    encode,
    frame_of,
)
from hongyan.protocols.smpp.events import (
    BrokenReason,
    EnquireAnswered,
    Event,
    Ignored,
    Lost,
    Mode,
    PeerUnbound,
    ProtocolBroken,
    Token,
    Unbound,
)
from hongyan.protocols.smpp.states import SESSION, Role, State, Step, refusal
from hongyan.protocols.smpp.status import RINVBNDSTS, RINVCMDID, RINVCMDLEN, RUNKNOWNERR
from hongyan.protocols.wire.errors import FrameError
from hongyan.protocols.wire.frames import FrameReader
from hongyan.protocols.wire.tlv import TlvValue

_pack_header = HEADER.pack

Handler = Callable[[Pdu, float, list[Event]], None]


@dataclass(frozen=True, slots=True)
class Timing:
    """Limits of one session; times in seconds. The carrier's account sheet overrides the defaults.

    `window`: most requests of ours without answer. `open_requests`: most requests of the peer that wait for our
    answer; beyond it they are refused as temporary. `enquire_idle`: silence before an enquire_link, 0 for never.
    """

    window: int = 16
    open_requests: int = 1000
    answer_timeout: float = 60.0
    bind_timeout: float = 30.0
    unbind_timeout: float = 5.0
    enquire_idle: float = 30.0
    enquire_timeout: float = 10.0
    enquire_tries: int = 3
    frame_limit: int = FRAME_LIMIT


class Session(ABC):
    """The part that a client and a server share. Use ClientSession or ServerSession."""

    role: Role
    overflow_status: int
    """How a request of the peer beyond `Timing.open_requests` is refused."""
    request_modes: frozenset[Mode]
    """Bind modes in which this side may send window requests (submit_sm or deliver_sm)."""
    answer_command: int
    """What answers a window request."""

    def __init__(self, timing: Timing, now: float) -> None:
        self.timing = timing
        self.mode: Mode | None = None
        self._state = SESSION.first
        self._reader = FrameReader(HEADER_SIZE, timing.frame_limit)
        self._out: list[bytes] = []
        self._sequence = 0
        self._window: dict[int, tuple[Token, float]] = {}
        self._late: dict[int, Token] = {}
        self._open_requests: dict[int, int] = {}
        self._heard = now
        self._deadline: float | None = now + timing.bind_timeout  # of bind, later of unbind
        self._unbind_sequence = 0
        self._enquire: tuple[int, float] | None = None
        self._enquires_missed = 0
        self._handlers: dict[int, Handler] = {
            pdus.ENQUIRE_LINK: self._on_enquire_link,
            pdus.ENQUIRE_LINK_RESP: self._on_enquire_link_resp,
            pdus.UNBIND: self._on_unbind,
            pdus.UNBIND_RESP: self._on_unbind_resp,
            pdus.GENERIC_NACK: self._on_generic_nack,
        }

    # --- what the owner asks -----------------------------------------------------------------------------

    @property
    def state(self) -> State:
        return self._state

    @property
    def closed(self) -> bool:
        return self._state is State.CLOSED

    @property
    def in_flight(self) -> int:
        """Requests of ours without answer."""
        return len(self._window)

    @property
    def window_free(self) -> int:
        """How many requests may be sent now; 0 unless bound in a mode that allows them."""
        if self._state is not State.BOUND or self.mode not in self.request_modes:
            return 0
        return self.timing.window - len(self._window)

    @property
    def open_requests(self) -> int:
        """Requests of the peer that wait for our answer."""
        return len(self._open_requests)

    def bytes_to_send(self) -> list[bytes]:
        """Frames to write, in order; each is given once."""
        out, self._out = self._out, []
        return out

    def unanswered(self) -> list[Token]:
        """Tokens of requests that were never answered; each is given once. For a closed session."""
        tokens = [token for token, _ in self._window.values()]
        self._window.clear()
        return tokens

    # --- bytes -------------------------------------------------------------------------------------------

    def receive(self, data: bytes, now: float) -> list[Event]:
        """Take bytes from the peer. Never raises on what they contain; a closed session ignores them."""
        events: list[Event] = []
        if self.closed:
            return events
        broken = False
        try:
            frames = self._reader.feed(data)
        except FrameError as error:
            frames, broken = error.frames, True
        if frames:
            self._heard = now
            self._enquires_missed = 0
        handlers = self._handlers
        for frame in frames:
            pdu = decode(frame)
            if isinstance(pdu, Unreadable):
                self._on_unreadable(pdu, events)
                continue
            handler = handlers.get(pdu.command_id)
            if handler is None:
                self._on_unexpected(pdu, events)
            else:
                handler(pdu, now, events)
            if self._state is State.CLOSED:
                return events
        if broken:
            self._out.append(frame_of(pdus.GENERIC_NACK, b"", 0, RINVCMDLEN))
            self._fail("bad_length", events)
        return events

    def connection_lost(self) -> list[Event]:
        """The socket ended. No event when the session was already closed."""
        events: list[Event] = []
        if self._state is not State.CLOSED:
            self._fail("connection_lost", events)
        return events

    # --- time --------------------------------------------------------------------------------------------

    def tick(self, now: float) -> list[Event]:
        """Do what is due: requests without answer, enquire_link, bind and unbind that took too long."""
        events: list[Event] = []
        state = self._state
        if state is State.CLOSED:
            return events
        self._expire(now, events)
        if self._deadline is not None and now >= self._deadline:
            self._fail("unbind_timeout" if state is State.UNBINDING else "bind_timeout", events)
        elif state is State.BOUND:
            self._watch(now, events)
        return events

    def next_deadline(self) -> float | None:
        """When `tick` is next worth calling; None when never."""
        if self._state is State.CLOSED:
            return None
        due = []
        if self._deadline is not None:
            due.append(self._deadline)
        for _, sent in islice(self._window.values(), 1):
            due.append(sent + self.timing.answer_timeout)
        if self._state is State.BOUND and self.timing.enquire_idle:
            due.append(self._enquire_due())
        return min(due, default=None)

    def _expire(self, now: float, events: list[Event]) -> None:
        latest = now - self.timing.answer_timeout
        window = self._window
        expired = []
        for sequence, (_, sent) in window.items():
            if sent > latest:
                break
            expired.append(sequence)
        for sequence in expired:
            token, _ = window.pop(sequence)
            self._late[sequence] = token
            events.append(Lost(token))
        while len(self._late) > self.timing.window:
            del self._late[next(iter(self._late))]

    def _enquire_due(self) -> float:
        if self._enquire is None or self._enquire[1] < self._heard:
            return self._heard + self.timing.enquire_idle
        return self._enquire[1] + self.timing.enquire_timeout

    def _watch(self, now: float, events: list[Event]) -> None:
        """Ask a silent peer whether it lives; anything it sends is an answer."""
        if not self.timing.enquire_idle or now < self._enquire_due():
            return
        if self._enquire is not None and self._enquire[1] >= self._heard:
            self._enquires_missed += 1
            if self._enquires_missed >= self.timing.enquire_tries:
                self._fail("enquire_unanswered", events)
                return
        self._enquire = (self._send(pdus.ENQUIRE_LINK, b""), now)

    # --- sending -----------------------------------------------------------------------------------------

    def _next_sequence(self) -> int:
        sequence = self._sequence
        while True:
            sequence = sequence + 1 if sequence < MAX_SEQUENCE else 1
            if sequence not in self._window and sequence not in self._late:
                self._sequence = sequence
                return sequence

    def _send(self, command_id: int, body: bytes) -> int:
        sequence = self._next_sequence()
        self._out.append(_pack_header(HEADER_SIZE + len(body), command_id, 0, sequence) + body)
        return sequence

    def _request(self, command_id: int, token: Token, body: bytes, now: float) -> int:
        """Send a request that occupies a slot of the window."""
        if self._state is not State.BOUND:
            raise RuntimeError(f"the session is {self._state.value}, not bound")
        if self.mode not in self.request_modes:
            raise RuntimeError(f"a {self.role.value} bound as {self.mode} cannot send this")
        if len(self._window) >= self.timing.window:
            raise RuntimeError("the submit window is full")
        sequence = self._send(command_id, body)
        self._window[sequence] = (token, now)
        return sequence

    def answer(
        self,
        sequence: int,
        status: int = 0,
        fields: Mapping[str, object] | None = None,
        tlvs: Mapping[str, TlvValue] | None = None,
    ) -> bool:
        """Answer a request of the peer. False when it no longer waits (answered before, or the link ended)."""
        command_id = self._open_requests.pop(sequence, None)
        if command_id is None or self._state is State.CLOSED:
            return False
        name = NAMES[command_id | pdus.RESPONSE]
        self._out.append(encode(name, fields or {}, sequence, status, tlvs))
        return True

    def unbind(self, now: float) -> None:
        """Ask to leave. Answers and deliveries still come until the peer agrees."""
        self._step(Step.UNBIND)
        self._deadline = now + self.timing.unbind_timeout
        self._unbind_sequence = self._send(pdus.UNBIND, b"")

    # --- receiving ---------------------------------------------------------------------------------------

    def _step(self, step: Step) -> None:
        self._state = SESSION.after(self._state, step)
        self._deadline = None

    def _fail(self, reason: BrokenReason, events: list[Event]) -> None:
        self._step(Step.FAIL)
        events.append(ProtocolBroken(reason))

    def _admit(self, pdu: Pdu, events: list[Event]) -> bool:
        """Whether a request may be handed to the owner; otherwise it is answered here."""
        status = refusal(self.role, pdu.command_id, self._state, self.mode)
        if not status and len(self._open_requests) >= self.timing.open_requests:
            status = self.overflow_status
        if status:
            self._refuse(pdu, status, events)
            return False
        self._open_requests[pdu.sequence] = pdu.command_id
        return True

    def _refuse(self, pdu: Pdu, status: int, events: list[Event]) -> None:
        self._out.append(frame_of(pdu.command_id | pdus.RESPONSE, b"", pdu.sequence, status))
        events.append(Ignored(pdu, f"refused with status 0x{status:X}"))

    def _on_unexpected(self, pdu: Pdu, events: list[Event]) -> None:
        """A known command that this side does not take."""
        if pdu.command_id & pdus.RESPONSE:
            events.append(Ignored(pdu, "nobody asked"))
        elif pdu.command_id | pdus.RESPONSE in NAMES:
            self._refuse(pdu, RINVBNDSTS, events)
        else:
            events.append(Ignored(pdu, "not for this side"))

    def _on_unreadable(self, pdu: Unreadable, events: list[Event]) -> None:
        if pdu.command_id & pdus.RESPONSE:
            self._on_unreadable_answer(pdu, events)
        else:
            answer = pdu.command_id | pdus.RESPONSE if pdu.known else pdus.GENERIC_NACK
            if answer in NAMES:
                status = RINVCMDLEN if pdu.known else RINVCMDID
                self._out.append(frame_of(answer, b"", pdu.sequence, status))
            events.append(Ignored(pdu, pdu.reason))

    def _on_unreadable_answer(self, pdu: Unreadable, events: list[Event]) -> None:
        """The header says whether the peer took it; sent again, the handset would have it twice, and again."""
        if pdu.command_id == self.answer_command and pdu.sequence in self._window:
            token, _ = self._window.pop(pdu.sequence)
            events.append(self._answered(token, pdu.status))
        events.append(Ignored(pdu, pdu.reason))

    def _on_enquire_link(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        self._out.append(frame_of(pdus.ENQUIRE_LINK_RESP, b"", pdu.sequence))

    def _on_enquire_link_resp(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        if self._enquire is not None and self._enquire[0] == pdu.sequence:
            events.append(EnquireAnswered(now - self._enquire[1]))
            self._enquire = None

    def _on_unbind(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        self._out.append(frame_of(pdus.UNBIND_RESP, b"", pdu.sequence))
        self._step(Step.PEER_UNBIND)
        events.append(PeerUnbound())

    def _on_unbind_resp(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        if self._state is State.UNBINDING and pdu.sequence == self._unbind_sequence:
            self._step(Step.UNBIND_ANSWER)
            events.append(Unbound())
        else:
            events.append(Ignored(pdu, "nobody asked"))

    def _on_generic_nack(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        sent = self._window.pop(pdu.sequence, None)
        if sent is None:
            events.append(Ignored(pdu, f"generic_nack with status 0x{pdu.status:X}"))
        else:
            events.append(self._answered(sent[0], pdu.status or RUNKNOWNERR))  # it is never a success

    @abstractmethod
    def _answered(self, token: Token, status: int) -> Event:
        """The event for an answer to one of our window requests of which only the header says something."""
