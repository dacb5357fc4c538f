"""One connection of any carrier protocol without I/O: frames, the window, timers, heartbeats, leaving.

The owner moves bytes and time: `receive(data, now)` and `tick(now)` give events, `bytes_to_send()` gives what to
write, `next_deadline()` says when to call `tick`. `now` is seconds of any clock that only grows. Nothing here
retries: a request without answer is handed back, once, as Lost or by `unanswered()`.

When `state` is CLOSED the owner writes what `bytes_to_send()` still has and closes the socket.
How a protocol is made of this: `hongyan.protocols.session`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar

from hongyan.kernel.states import StateTable
from hongyan.protocols.session.events import (
    BrokenReason,
    EnquireAnswered,
    Event,
    Ignored,
    Lost,
    PeerUnbound,
    ProtocolBroken,
    Token,
    Unbound,
)
from hongyan.protocols.session.states import LegalCommands, Mode, Role, State, Step
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.wire.errors import FrameError
from hongyan.protocols.wire.frames import FrameReader

RESPONSE = 0x80000000
"""Set in the command id of every response, in every protocol."""

LATE_WINDOWS = 16
"""Requests that were given up and whose answers are still recognized, in windows: those of a peer that needs so many times
as long as it is given."""

_BOUND = State.BOUND
_CLOSED = State.CLOSED

Handler = Callable[[Any, float, list[Event]], None]
"""Takes a readable PDU, the time, and the list that it adds events to."""


@dataclass(frozen=True, slots=True)
class Language:
    """Frames and commands that the machinery itself needs: one row per protocol, or per version of it.

    `decode`: a whole frame → a Pdu with `command_id` and `sequence`, or an `unreadable` with these, `known` (the
    command exists) and `reason`; it never raises. `frame_of(command_id, body, sequence)` puts the header in front.
    `last_sequence`: after it comes 1. `heartbeat`: None when the protocol has none. `malformed`, `unknown`: the
    statuses that refuse a request that cannot be read, of a known or an unknown command. `last_words`: the frame to send
    before a stream is left whose lengths make no sense.
    """

    header_size: int
    frame_limit: int
    last_sequence: int
    decode: Callable[[bytes], Any]
    unreadable: type
    frame_of: Callable[[int, bytes, int], bytes]
    unbind: int
    heartbeat: int | None
    malformed: int
    unknown: int
    heartbeat_answer: bytes = b""
    last_words: bytes = b""


class Session(ABC):
    """What every session has. `Client` or `Server` adds the login, `Customer` or `Carrier` the messages."""

    language: Language
    states: ClassVar[StateTable[State, Step]]
    legal: ClassVar[LegalCommands]
    role: ClassVar[Role]
    sends: ClassVar[frozenset[Mode]]
    """Modes in which this side may send window requests (submits or delivers)."""
    window_answers: ClassVar[frozenset[int]]
    """Commands that answer window requests."""
    overflow_status: ClassVar[int]
    """How a request of the peer beyond `Timing.open_requests` is refused."""
    repeated_status: ClassVar[int]
    """How a request is refused under whose sequence another one still waits for its answer."""

    def __init__(self, timing: Timing, now: float) -> None:
        self.timing = timing
        self.mode: Mode | None = None
        self._state = self.states.first
        self._refusals = self.legal.refusals(self.role, self._state, None)
        self._speak(self.language)
        self._reader = FrameReader(self.language.header_size, timing.frame_limit or self.language.frame_limit)
        self._out: list[bytes] = []
        self._sequence = 0
        self._window: dict[int, tuple[Token, float]] = {}
        self._late: dict[int, Token] = {}
        self._open_requests: dict[int, Any] = {}
        self._heard = now
        self._torn_since: float | None = None  # a frame was begun, and none was completed since
        self._deadline: float | None = now + timing.bind_timeout  # of bind, later of unbind
        self._unbind_sequence = 0
        self._enquire: tuple[int, float] | None = None
        self._enquires_missed = 0
        self._handlers: dict[int, Handler] = {
            self.language.unbind: self._on_unbind,
            self.language.unbind | RESPONSE: self._on_unbind_answer,
        }
        if self.language.heartbeat is not None:
            self._handlers[self.language.heartbeat] = self._on_heartbeat
            self._handlers[self.language.heartbeat | RESPONSE] = self._on_heartbeat_answer

    # --- what a protocol says ----------------------------------------------------------------------------

    @abstractmethod
    def _refusal_frame(self, pdu: Any, status: int) -> bytes | None:
        """The answer that refuses a request, readable or not; None for a command that has no answer."""

    @abstractmethod
    def _unreadable_status(self, pdu: Any) -> int:
        """What an unreadable answer to a window request is taken for: never a loss, because what is lost is submitted
        again, and would be for ever."""

    @abstractmethod
    def _answered(self, token: Token, status: int) -> Event:
        """The event for an answer to one of our window requests of which only the status is known."""

    # --- what the owner asks -----------------------------------------------------------------------------

    @property
    def state(self) -> State:
        return self._state

    @property
    def closed(self) -> bool:
        return self._state is _CLOSED

    @property
    def in_flight(self) -> int:
        """Requests of ours without answer."""
        return len(self._window)

    @property
    def window_free(self) -> int:
        """How many requests may be sent now; 0 unless bound in a mode that allows them."""
        if self._state is not _BOUND or self.mode not in self.sends:
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
        if self._state is _CLOSED:
            return events
        broken: FrameError | None = None
        try:
            frames = self._reader.feed(data)
        except FrameError as error:
            frames, broken = error.frames, error
        if frames:
            self._heard = now
            self._enquires_missed = 0
        handlers = self._handlers
        unreadable = self.language.unreadable
        for frame in frames:
            pdu = self._decode(frame)
            if isinstance(pdu, unreadable):
                self._on_unreadable(pdu, events)
                continue
            handler = handlers.get(pdu.command_id)
            if handler is None:
                self._on_unexpected(pdu, events)
            else:
                handler(pdu, now, events)
            if self._state is _CLOSED:
                return events
        if not self._reader.held:
            self._torn_since = None
        elif frames or self._torn_since is None:
            self._torn_since = now
        if broken is not None:
            if self.language.last_words:
                self._out.append(self.language.last_words)
            self._fail("bad_length", events, f"length={broken.facts['length']} octets={broken.start.hex()}")
        return events

    def connection_lost(self) -> list[Event]:
        """The socket ended. No event when the session was already closed."""
        events: list[Event] = []
        if self._state is not _CLOSED:
            self._fail("connection_lost", events)
        return events

    def _speak(self, language: Language) -> None:
        """Use the frames of a language from the next one on: a peer answers a login in the version it prefers."""
        self.language = language
        self._decode = language.decode
        self._frame_of = language.frame_of

    # --- time --------------------------------------------------------------------------------------------

    def tick(self, now: float) -> list[Event]:
        """Do what is due: requests without answer, heartbeats, bind, unbind and frames that took too long."""
        events: list[Event] = []
        state = self._state
        if state is _CLOSED:
            return events
        self._expire(now, events)
        if self._deadline is not None and now >= self._deadline:
            self._fail("unbind_timeout" if state is State.UNBINDING else "bind_timeout", events)
        elif self._torn_since is not None and now >= self._torn_since + self.timing.answer_timeout:
            self._fail("torn_frame", events, f"octets={self._reader.held}")
        elif state is _BOUND:
            self._watch(now, events)
        return events

    def next_deadline(self) -> float | None:
        """When `tick` is next worth calling; None when never."""
        if self._state is _CLOSED:
            return None
        due = []
        if self._deadline is not None:
            due.append(self._deadline)
        for _, sent in islice(self._window.values(), 1):
            due.append(sent + self.timing.answer_timeout)
        if self._torn_since is not None:
            due.append(self._torn_since + self.timing.answer_timeout)
        if self._state is _BOUND and self._watched:
            due.append(self._enquire_due())
        return min(due, default=None)

    def _expire(self, now: float, events: list[Event]) -> None:
        timeout = self.timing.answer_timeout
        window = self._window
        expired = []
        for sequence, (_, sent) in window.items():
            if sent + timeout > now:
                break
            expired.append(sequence)
        for sequence in expired:
            token, _ = window.pop(sequence)
            self._late[sequence] = token
            events.append(Lost(token))
        while len(self._late) > self.timing.window * LATE_WINDOWS:
            del self._late[next(iter(self._late))]

    @property
    def _watched(self) -> bool:
        return self.language.heartbeat is not None and self.timing.enquire_idle > 0

    def _enquire_due(self) -> float:
        if self._enquire is None or self._enquire[1] < self._heard:
            return self._heard + self.timing.enquire_idle
        return self._enquire[1] + self.timing.enquire_timeout

    def _watch(self, now: float, events: list[Event]) -> None:
        """Ask a silent peer whether it lives; anything it sends is an answer."""
        command_id = self.language.heartbeat
        if command_id is None or not self._watched or now < self._enquire_due():
            return
        if self._enquire is not None and self._enquire[1] >= self._heard:
            self._enquires_missed += 1
            if self._enquires_missed >= self.timing.enquire_tries:
                self._fail("enquire_unanswered", events)
                return
        self._enquire = (self._send(command_id, b""), now)

    # --- sending -----------------------------------------------------------------------------------------

    def _next_sequence(self) -> int:
        sequence = self._sequence
        last = self.language.last_sequence
        while True:
            sequence = sequence + 1 if sequence < last else 1
            if sequence not in self._window and sequence not in self._late:
                self._sequence = sequence
                return sequence

    def _send(self, command_id: int, body: bytes) -> int:
        sequence = self._next_sequence()
        self._out.append(self._frame_of(command_id, body, sequence))
        return sequence

    def _request(self, command_id: int, token: Token, body: bytes, now: float) -> int:
        """Send a request that occupies a slot of the window."""
        if self._state is not _BOUND:
            raise RuntimeError(f"the session is {self._state.value}, not bound")
        if self.mode not in self.sends:
            raise RuntimeError(f"a {self.role.value} bound as {self.mode} cannot send this")
        if len(self._window) >= self.timing.window:
            raise RuntimeError("the window is full")
        sequence = self._next_sequence()
        self._out.append(self._frame_of(command_id, body, sequence))
        self._window[sequence] = (token, now)
        return sequence

    def _settle(self, sequence: int) -> Any:
        """The request of the peer that is about to be answered; None when it no longer waits (answered before, or the
        session ended)."""
        pdu = self._open_requests.pop(sequence, None)
        return None if self._state is _CLOSED else pdu

    def unbind(self, now: float) -> None:
        """Ask to leave. Answers and deliveries still come until the peer agrees."""
        self._step(Step.UNBIND)
        self._deadline = now + self.timing.unbind_timeout
        self._unbind_sequence = self._send(self.language.unbind, b"")

    # --- receiving ---------------------------------------------------------------------------------------

    def _step(self, step: Step, mode: Mode | None = None) -> None:
        """Follow the table; `mode`: what a bind asks for."""
        self._state = self.states.after(self._state, step)
        self.mode = mode or self.mode
        self._refusals = self.legal.refusals(self.role, self._state, self.mode)
        self._deadline = None

    def _fail(self, reason: BrokenReason, events: list[Event], detail: str = "") -> None:
        self._step(Step.FAIL)
        events.append(ProtocolBroken(reason, detail))

    def _refusal(self, command_id: int) -> int:
        """0 when a request of the peer is taken now, otherwise the status to refuse it with."""
        return self._refusals.get(command_id, self.legal.otherwise)

    def _admit(self, pdu: Any, events: list[Event]) -> bool:
        """Whether a request may be handed to the owner; otherwise it is answered here.

        A sequence names one request until it is answered: one that says the same again has the first one's answer for
        its own, another one under that name cannot be told from it.
        """
        status = self._refusals.get(pdu.command_id, self.legal.otherwise)
        first = self._open_requests.get(pdu.sequence)
        if first is not None:
            if first == pdu:
                events.append(Ignored(pdu, "repeated, and the first one waits for its answer"))
                return False
            status = status or self.repeated_status
        elif not status and len(self._open_requests) >= self.timing.open_requests:
            status = self.overflow_status
        if status:
            self._refuse(pdu, status, events)
            return False
        self._open_requests[pdu.sequence] = pdu
        return True

    def _refuse(self, pdu: Any, status: int, events: list[Event]) -> None:
        frame = self._refusal_frame(pdu, status)
        if frame is None:
            events.append(Ignored(pdu, "not for this side"))
        else:
            self._out.append(frame)
            events.append(Ignored(pdu, f"refused with status 0x{status:X}"))

    def _on_unexpected(self, pdu: Any, events: list[Event]) -> None:
        """A known command that this side does not take."""
        if pdu.command_id & RESPONSE:
            events.append(Ignored(pdu, "nobody asked"))
        else:
            self._refuse(pdu, self.legal.otherwise, events)

    def _on_unreadable(self, pdu: Any, events: list[Event]) -> None:
        if pdu.command_id & RESPONSE:
            if pdu.command_id in self.window_answers and pdu.sequence in self._window:
                token, _ = self._window.pop(pdu.sequence)
                events.append(self._answered(token, self._unreadable_status(pdu)))
        else:
            status = self.language.malformed if pdu.known else self.language.unknown
            frame = self._refusal_frame(pdu, status)
            if frame is not None:
                self._out.append(frame)
        events.append(Ignored(pdu, pdu.reason))

    def _on_heartbeat(self, pdu: Any, now: float, events: list[Event]) -> None:
        answer = self.language.heartbeat_answer
        self._out.append(self._frame_of(pdu.command_id | RESPONSE, answer, pdu.sequence))

    def _on_heartbeat_answer(self, pdu: Any, now: float, events: list[Event]) -> None:
        if self._enquire is not None and self._enquire[0] == pdu.sequence:
            events.append(EnquireAnswered(now - self._enquire[1]))
            self._enquire = None

    def _on_unbind(self, pdu: Any, now: float, events: list[Event]) -> None:
        self._out.append(self._frame_of(pdu.command_id | RESPONSE, b"", pdu.sequence))
        self._step(Step.PEER_UNBIND)
        events.append(PeerUnbound())

    def _on_unbind_answer(self, pdu: Any, now: float, events: list[Event]) -> None:
        if self._state is State.UNBINDING and pdu.sequence == self._unbind_sequence:
            self._step(Step.UNBIND_ANSWER)
            events.append(Unbound())
        else:
            events.append(Ignored(pdu, "nobody asked"))
