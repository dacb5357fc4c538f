"""Who binds: `Client` asks, `Server` answers. Both go before `Customer` or `Carrier` in a list of bases."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from hongyan.protocols.session.core import RESPONSE, Session
from hongyan.protocols.session.events import BindRefused, BindRequested, Bound, DigestMismatch, Event, Ignored
from hongyan.protocols.session.states import Mode, Role, State, Step
from hongyan.protocols.session.timing import Timing


class Client(Session):
    """The side that dials and binds. A protocol gives its own `bind(credentials, now)`, which calls `_ask_to_bind`, and
    routes the answers to `_on_bind_answer`."""

    role = Role.CLIENT

    def __init__(self, timing: Timing, now: float) -> None:
        super().__init__(timing, now)
        self._asked: tuple[int, int] | None = None  # the answer's command and sequence

    @abstractmethod
    def _bind_outcome(self, pdu: Any) -> Bound | BindRefused:
        """What the answer to our bind says."""

    def _ask_to_bind(self, command_id: int, body: bytes, mode: Mode, now: float) -> None:
        self._step(Step.BIND, mode)
        self._deadline = now + self.timing.bind_timeout
        self._asked = (command_id | RESPONSE, self._send(command_id, body))

    def _on_bind_answer(self, pdu: Any, now: float, events: list[Event]) -> None:
        if self._state is not State.BINDING or (pdu.command_id, pdu.sequence) != self._asked:
            events.append(Ignored(pdu, "nobody asked"))
            return
        outcome = self._bind_outcome(pdu)
        accepted = isinstance(outcome, Bound)
        self._step(Step.ACCEPT if accepted else Step.REFUSE)
        events.append(outcome)
        if accepted and not self._proven(pdu):
            events.append(DigestMismatch())

    def _proven(self, pdu: Any) -> bool:
        """Whether an answer that accepts our bind proves that the peer knows our secret, where a protocol has that."""
        return True


class Server(Session):
    """The side that is dialled. A protocol routes its login command to `_on_bind` and gives its own `accept_bind`, which
    makes the answer of `_bind_to_answer()` and calls `_accept_bind`."""

    role = Role.SERVER

    def __init__(self, timing: Timing, now: float) -> None:
        super().__init__(timing, now)
        self._asking: Any = None

    @abstractmethod
    def _bind_request(self, pdu: Any) -> BindRequested | int:
        """What a bind asks for; a status refuses it at once."""

    def refuse_bind(self, status: int) -> None:
        """Answer a BindRequested with no; the session is closed. In vain when the client has gone meanwhile."""
        pdu = self._bind_to_answer()
        if self.closed:
            return
        self.mode = None
        self._step(Step.REFUSE)
        frame = self._refusal_frame(pdu, status)
        if frame is not None:
            self._out.append(frame)
        self._asking = None

    def _bind_to_answer(self) -> Any:
        if self._asking is None:
            raise RuntimeError("no bind waits for an answer")
        return self._asking

    def _accept_bind(self, frame: bytes) -> None:
        """Answer the waiting bind with yes; in vain when the client has gone in the same breath."""
        if self.closed:
            return
        self._step(Step.ACCEPT)
        self._out.append(frame)
        self._asking = None

    def _on_bind(self, pdu: Any, now: float, events: list[Event]) -> None:
        status = self._refusal(pdu.command_id)
        request = status or self._bind_request(pdu)
        if isinstance(request, int):
            self._refuse(pdu, request, events)
            return
        deadline = self._deadline  # an owner that does not decide runs out of time too
        self._step(Step.BIND, request.mode)
        self._deadline = deadline
        self._asking = pdu
        events.append(request)
