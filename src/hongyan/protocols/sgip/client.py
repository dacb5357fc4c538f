"""The ends that dial: an SP that submits to a gateway, and a gateway that delivers to an SP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from hongyan.kernel.clock import Millis
from hongyan.protocols.session.events import BindRefused, Bound, Event, Ignored, Token
from hongyan.protocols.session.login import Client
from hongyan.protocols.session.sides import Carrier, Customer
from hongyan.protocols.session.states import Mode
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.sgip import pdus
from hongyan.protocols.sgip.codec import Pdu, encode_body
from hongyan.protocols.sgip.sequence import SequenceMaker
from hongyan.protocols.sgip.session import SgipSession
from hongyan.protocols.sgip.states import LOGIN_TYPES
from hongyan.protocols.sgip.status import status_of
from hongyan.protocols.wire.table import Unreadable


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a bind says; up to 16 octets each, sent in the clear."""

    login_name: str
    password: str = field(repr=False)


class _Dialling(SgipSession, Client):
    mode_asked: ClassVar[Mode]

    def __init__(self, timing: Timing, now: float, sequences: SequenceMaker, now_ms: Millis) -> None:
        super().__init__(timing, now, sequences, now_ms)
        self._handlers[pdus.BIND_RESP] = self._on_bind_answer

    def bind(self, who: Credentials, now: float) -> None:
        """Ask to bind. Raises FieldError, naming the field."""
        self._now = now
        mode = self.mode_asked
        login = {
            "LoginType": LOGIN_TYPES[mode],
            "LoginName": who.login_name,
            "LoginPassword": who.password,
        }
        self._ask_to_bind(pdus.BIND, encode_body("SGIP_BIND", login), mode, now)

    def _bind_outcome(self, pdu: Pdu) -> Bound | BindRefused:
        result = pdu.fields["Result"]
        return BindRefused(result, status_of(result).name) if result else Bound("", None)


class ClientSession(_Dialling, Customer):
    """Our link to a gateway, for submits. Reports and replies come to a ReverseServerSession."""

    mode_asked = "transmitter"
    window_answers = frozenset({pdus.SUBMIT_RESP})

    def __init__(self, timing: Timing, now: float, sequences: SequenceMaker, now_ms: Millis) -> None:
        super().__init__(timing, now, sequences, now_ms)
        self._handlers[pdus.SUBMIT_RESP] = self._on_submit_answer

    def _on_unreadable(self, pdu: Unreadable, events: list[Event]) -> None:
        """An unreadable answer names its submit all the same, and with it the message id."""
        if pdu.command_id != pdus.SUBMIT_RESP:
            super()._on_unreadable(pdu, events)
            return
        result = {"Result": self._unreadable_status(pdu)}
        self._on_submit_answer(
            Pdu("SGIP_SUBMIT_RESP", pdus.SUBMIT_RESP, pdu.sequence, result), self._now, events
        )
        events.append(Ignored(pdu, pdu.reason))


class ReverseClientSession(_Dialling, Carrier):
    """A gateway's link to an SP, for texts from handsets and reports."""

    mode_asked = "receiver"
    window_answers = frozenset({pdus.DELIVER_RESP, pdus.REPORT_RESP})

    def __init__(self, timing: Timing, now: float, sequences: SequenceMaker, now_ms: Millis) -> None:
        super().__init__(timing, now, sequences, now_ms)
        self._handlers |= dict.fromkeys(self.window_answers, self._on_deliver_answer)

    def report(self, token: Token, body: bytes, now: float) -> int:
        """Send one REPORT and answer its sequence; `body` from a ReportEncoder. Look at `window_free` first."""
        return self._request(pdus.REPORT, token, body, now)
