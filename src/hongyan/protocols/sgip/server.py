"""The ends that are dialled: a gateway that takes submits, and an SP's listener that takes texts and reports."""

from __future__ import annotations

from typing import ClassVar

from hongyan.kernel.clock import Millis
from hongyan.protocols.session.events import Event, Notified
from hongyan.protocols.session.login import Server
from hongyan.protocols.session.sides import Carrier, Customer
from hongyan.protocols.session.states import Mode
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.sgip import pdus
from hongyan.protocols.sgip.codec import Pdu
from hongyan.protocols.sgip.events import BindRequested
from hongyan.protocols.sgip.sequence import SequenceMaker
from hongyan.protocols.sgip.session import SgipSession, plain_answer
from hongyan.protocols.sgip.states import LOGIN_TYPES
from hongyan.protocols.sgip.status import ILLEGAL_LOGIN, LOGIN_TYPE, OK


class _Dialled(SgipSession, Server):
    mode_taken: ClassVar[Mode]
    window_answers = frozenset()

    def __init__(self, timing: Timing, now: float, sequences: SequenceMaker, now_ms: Millis) -> None:
        super().__init__(timing, now, sequences, now_ms)
        self._handlers[pdus.BIND] = self._on_bind

    def accept_bind(self) -> None:
        """Answer a BindRequested with yes."""
        self._accept_bind(plain_answer(self._bind_to_answer(), OK))

    def refuse_bind(self, status: int = ILLEGAL_LOGIN) -> None:
        """Answer a BindRequested with no; the session is closed."""
        super().refuse_bind(status)

    def _bind_request(self, pdu: Pdu) -> BindRequested | int:
        fields = pdu.fields
        if fields["LoginType"] != LOGIN_TYPES[self.mode_taken]:
            return LOGIN_TYPE
        return BindRequested(self.mode_taken, fields["LoginName"], fields["LoginPassword"])


class ServerSession(_Dialled, Carrier):
    """A gateway's session with an SP that submits. The message id is the submit's own sequence: `answer_submit`
    takes any text for it and sends none."""

    mode_taken = "transmitter"

    def __init__(self, timing: Timing, now: float, sequences: SequenceMaker, now_ms: Millis) -> None:
        super().__init__(timing, now, sequences, now_ms)
        self._handlers[pdus.SUBMIT] = self._on_submit


class ReverseServerSession(_Dialled, Customer):
    """Our session with a gateway that dialled us: DELIVER and REPORT come as Delivered."""

    mode_taken = "receiver"

    def __init__(self, timing: Timing, now: float, sequences: SequenceMaker, now_ms: Millis) -> None:
        super().__init__(timing, now, sequences, now_ms)
        self._handlers |= {
            pdus.DELIVER: self._on_deliver,
            pdus.REPORT: self._on_deliver,
            pdus.USERRPT: self._on_user_report,
        }

    def _on_user_report(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        if status := self._refusal(pdu.command_id):
            self._refuse(pdu, status, events)
        else:
            self._out.append(plain_answer(pdu, OK))
            events.append(Notified(pdu))
