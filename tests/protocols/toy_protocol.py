"""The smallest protocol on the session machinery: what a protocol room writes, on one page.

Header: length, command, sequence (4 octets each). A login is a name, answered with a status and a version; a submit is
answered with a status and an id, a deliver with a status; pings and goodbyes are empty. In version 2 a status has two
octets. `Dialler` and `Listener` are the same with the carrier as the client.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from struct import Struct

from session_wire import SessionWire

from hongyan.protocols.session import (
    RESPONSE,
    Carrier,
    Client,
    Customer,
    Language,
    Role,
    Server,
    Session,
    Timing,
)
from hongyan.protocols.session.events import BindRefused, BindRequested, Bound
from hongyan.protocols.session.states import (
    ANY_MODE,
    ANY_STATE,
    BOUND,
    BOUND_OR_LEAVING,
    NOT_BOUND_YET,
    RECEIVING,
    SENDING,
    Legal,
    LegalCommands,
    Mode,
    session_states,
)

HELLO, SUBMIT, DELIVER, PING, BYE = range(1, 6)
OK, MALFORMED, UNKNOWN, NOT_NOW, BUSY, UNCLEAR, STRANGER, REPEATED = range(8)
HEADER = Struct(">III")
LAST_SEQUENCE = 999


@dataclass(slots=True)
class Pdu:
    command_id: int
    sequence: int
    body: bytes


@dataclass(slots=True)
class Unreadable(Pdu):
    known: bool
    reason: str


# --- codec.py --------------------------------------------------------------------------------------------


def frame_of(command_id: int, body: bytes, sequence: int) -> bytes:
    return HEADER.pack(HEADER.size + len(body), command_id, sequence) + body


def decode(frame: bytes) -> Pdu:
    _, command_id, sequence = HEADER.unpack_from(frame)
    body = frame[HEADER.size :]
    if not HELLO <= command_id & ~RESPONSE <= BYE:
        return Unreadable(command_id, sequence, body, False, "unknown command")
    empty = command_id & ~RESPONSE in (PING, BYE)
    if empty == bool(body):
        return Unreadable(command_id, sequence, body, True, "the body has a wrong size")
    return Pdu(command_id, sequence, body)


# --- states.py -------------------------------------------------------------------------------------------

SESSION = session_states("toy session", bind="1", unbind="2", faults="3")
LEGAL = LegalCommands(
    (
        Legal(Role.SERVER, HELLO, NOT_BOUND_YET, ANY_MODE, NOT_NOW),
        Legal(Role.SERVER, SUBMIT, BOUND, SENDING, NOT_NOW),
        *(Legal(role, DELIVER, BOUND_OR_LEAVING, RECEIVING, NOT_NOW) for role in Role),
        *(Legal(role, command, ANY_STATE, ANY_MODE, NOT_NOW) for role in Role for command in (PING, BYE)),
    ),
    otherwise=NOT_NOW,
)

# --- session.py ------------------------------------------------------------------------------------------

TOY = Language(
    header_size=HEADER.size,
    frame_limit=200,
    last_sequence=LAST_SEQUENCE,
    decode=decode,
    unreadable=Unreadable,
    frame_of=frame_of,
    unbind=BYE,
    heartbeat=PING,
    malformed=MALFORMED,
    unknown=UNKNOWN,
)
TOY2 = replace(TOY)
SILENT = replace(TOY, heartbeat=None)


class ToySession(Session):
    language = TOY
    states = SESSION
    legal = LEGAL
    overflow_status = BUSY
    repeated_status = REPEATED

    def _status(self, status: int) -> bytes:
        return status.to_bytes(2 if self.language is TOY2 else 1, "big")

    def _split(self, pdu: Pdu) -> tuple[int, bytes]:
        size = len(self._status(OK))
        return int.from_bytes(pdu.body[:size], "big"), pdu.body[size:]

    def _refusal_frame(self, pdu: Pdu, status: int) -> bytes | None:
        if pdu.command_id not in (HELLO, SUBMIT, DELIVER):
            return None
        return frame_of(pdu.command_id | RESPONSE, self._status(status), pdu.sequence)

    def _unreadable_status(self, pdu: Unreadable) -> int:
        return UNCLEAR

    def _bind_outcome(self, pdu: Pdu) -> Bound | BindRefused:
        status, version = self._split(pdu)
        if status:
            return BindRefused(status, "STRANGER")
        if version == b"2":
            self._speak(TOY2)
        return Bound("", int(version))

    def _bind_request(self, pdu: Pdu) -> BindRequested | int:
        name = pdu.body.decode("latin-1")
        mode: Mode = "receiver" if isinstance(self, Customer) else "transceiver"
        return BindRequested(mode, name) if name.isalpha() else STRANGER

    def _read_submit_answer(self, pdu: Pdu) -> tuple[int, str]:
        status, message_id = self._split(pdu)
        return status, message_id.decode("latin-1")

    def _read_deliver_answer(self, pdu: Pdu) -> int:
        return self._split(pdu)[0]

    def _submit_answer(self, pdu: Pdu, status: int, message_id: str) -> bytes:
        return frame_of(SUBMIT | RESPONSE, self._status(status) + message_id.encode(), pdu.sequence)

    def _deliver_answer(self, pdu: Pdu, status: int) -> bytes:
        return frame_of(DELIVER | RESPONSE, self._status(status), pdu.sequence)


# --- client.py, server.py --------------------------------------------------------------------------------


class ToyCustomer(ToySession, Client, Customer):
    submit_command = SUBMIT
    window_answers = frozenset({SUBMIT | RESPONSE})

    def __init__(self, timing: Timing, now: float) -> None:
        super().__init__(timing, now)
        self._handlers |= {
            HELLO | RESPONSE: self._on_bind_answer,
            SUBMIT | RESPONSE: self._on_submit_answer,
            DELIVER: self._on_deliver,
        }

    def bind(self, name: str, now: float) -> None:
        self._ask_to_bind(HELLO, name.encode(), "transceiver", now)


class ToyCarrier(ToySession, Server, Carrier):
    deliver_command = DELIVER
    window_answers = frozenset({DELIVER | RESPONSE})

    def __init__(self, timing: Timing, now: float) -> None:
        super().__init__(timing, now)
        self._handlers |= {
            HELLO: self._on_bind,
            SUBMIT: self._on_submit,
            DELIVER | RESPONSE: self._on_deliver_answer,
        }

    def accept_bind(self, version: int = 1) -> None:
        pdu = self._bind_to_answer()
        body = self._status(OK) + str(version).encode()
        self._accept_bind(frame_of(HELLO | RESPONSE, body, pdu.sequence))
        if version == 2:
            self._speak(TOY2)


class Dialler(ToySession, Client, Carrier):
    """A carrier that dials, to deliver."""

    deliver_command = DELIVER
    window_answers = frozenset({DELIVER | RESPONSE})

    def __init__(self, timing: Timing, now: float) -> None:
        super().__init__(timing, now)
        self._handlers |= {
            HELLO | RESPONSE: self._on_bind_answer,
            DELIVER | RESPONSE: self._on_deliver_answer,
        }

    def bind(self, name: str, now: float) -> None:
        self._ask_to_bind(HELLO, name.encode(), "receiver", now)


class Listener(ToySession, Server, Customer):
    """A customer that is dialled, and submits nothing here."""

    submit_command = SUBMIT
    window_answers = frozenset()

    def __init__(self, timing: Timing, now: float) -> None:
        super().__init__(timing, now)
        self._handlers |= {HELLO: self._on_bind, DELIVER: self._on_deliver}

    def accept_bind(self) -> None:
        pdu = self._bind_to_answer()
        self._accept_bind(frame_of(HELLO | RESPONSE, self._status(OK) + b"1", pdu.sequence))


class ToyWire(SessionWire[ToyCustomer, ToyCarrier]):
    def __init__(self, timing: Timing | None = None, *, step: int = 0) -> None:
        timing = timing or Timing()
        super().__init__(ToyCustomer(timing, 0.0), ToyCarrier(timing, 0.0), step=step)

    def bound(self, version: int = 1) -> ToyWire:
        self.client.bind("abc", self.now)
        self.to_server()
        self.server.accept_bind(version)
        self.to_client()
        return self

    def submit(self, token: object) -> int:
        return self.client.submit(token, b"x", self.now)

    def deliver(self, token: object) -> int:
        return self.server.deliver(token, b"x", self.now)
