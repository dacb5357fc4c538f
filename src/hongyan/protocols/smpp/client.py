"""The client's side (ESME): bind, submit, take receipts and replies."""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.protocols.smpp import pdus
from hongyan.protocols.smpp.codec import Pdu, encode_body, frame_of
from hongyan.protocols.smpp.events import (
    BindRefused,
    Bound,
    Delivered,
    Event,
    Ignored,
    LateAnswer,
    Mode,
    Notified,
    SubmitAnswered,
    Token,
)
from hongyan.protocols.smpp.session import Session, Timing
from hongyan.protocols.smpp.states import BIND_MODES, SENDING, Role, State, Step, refusal
from hongyan.protocols.smpp.status import RX_T_APPN, status_of

_COMMANDS = {mode: command for command, mode in BIND_MODES.items()}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a bind says. `version`: 0x34."""

    system_id: str
    password: str
    mode: Mode = "transceiver"
    system_type: str = ""
    version: int = 0x34
    addr_ton: int = 0
    addr_npi: int = 0
    address_range: str = ""


class ClientSession(Session):
    """Our link to a carrier."""

    role = Role.CLIENT
    overflow_status = RX_T_APPN
    request_modes = SENDING
    answer_command = pdus.SUBMIT_SM_RESP

    def __init__(self, timing: Timing, now: float) -> None:
        super().__init__(timing, now)
        self._bind: tuple[int, int] | None = None
        self._handlers |= {
            pdus.SUBMIT_SM_RESP: self._on_submit_sm_resp,
            pdus.DELIVER_SM: self._on_deliver,
            pdus.DATA_SM: self._on_deliver,
            pdus.OUTBIND: self._on_notice,
            pdus.ALERT_NOTIFICATION: self._on_notice,
        }
        self._handlers |= {command | pdus.RESPONSE: self._on_bind_resp for command in BIND_MODES}

    def bind(self, who: Credentials, now: float) -> None:
        """Ask to bind. Raises FieldError, naming the field."""
        command_id = _COMMANDS[who.mode]
        body = encode_body(
            f"bind_{who.mode}",
            {
                "system_id": who.system_id,
                "password": who.password,
                "system_type": who.system_type,
                "interface_version": who.version,
                "addr_ton": who.addr_ton,
                "addr_npi": who.addr_npi,
                "address_range": who.address_range,
            },
        )
        self._step(Step.BIND)
        self.mode = who.mode
        self._deadline = now + self.timing.bind_timeout
        self._bind = (command_id, self._send(command_id, body))

    def submit(self, token: Token, body: bytes, now: float) -> int:
        """Send one submit_sm; `body` from a SubmitEncoder. Look at `window_free` first."""
        return self._request(pdus.SUBMIT_SM, token, body, now)

    def answer_deliver(self, sequence: int, status: int = 0) -> bool:
        """Acknowledge a Delivered, or refuse it (0x64 asks for it again). False when it no longer waits."""
        command_id = self._open_requests.pop(sequence, None)
        if command_id is None or self.closed:
            return False
        # message_id is unused here and is one NUL (4.6.2)
        body = b"" if status else b"\0"
        self._out.append(frame_of(command_id | pdus.RESPONSE, body, sequence, status))
        return True

    def _on_bind_resp(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        if self._state is not State.BINDING or (pdu.command_id & ~pdus.RESPONSE, pdu.sequence) != self._bind:
            events.append(Ignored(pdu, "nobody asked"))
        elif pdu.status:
            self._refused(pdu.status, events)
        else:
            version = pdu.tlvs.get("sc_interface_version")
            self._step(Step.ACCEPT)
            events.append(
                Bound(pdu.fields.get("system_id", ""), version if isinstance(version, int) else None)
            )

    def _refused(self, status: int, events: list[Event]) -> None:
        self._step(Step.REFUSE)
        events.append(BindRefused(status, status_of(status).name))

    def _on_generic_nack(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        if self._state is State.BINDING and self._bind is not None and pdu.sequence == self._bind[1]:
            self._refused(pdu.status, events)
        else:
            super()._on_generic_nack(pdu, now, events)

    def _on_submit_sm_resp(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        sequence = pdu.sequence
        sent = self._window.pop(sequence, None)
        if sent is not None:
            events.append(SubmitAnswered(sent[0], pdu.status, pdu.fields.get("message_id", "")))
        elif sequence in self._late:
            token = self._late.pop(sequence)
            events.append(LateAnswer(token, pdu.status, pdu.fields.get("message_id", "")))
        else:
            events.append(Ignored(pdu, "nobody asked"))

    def _answered(self, token: Token, status: int) -> Event:
        return SubmitAnswered(token, status, "")

    def _on_deliver(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        if self._admit(pdu, events):
            events.append(Delivered(pdu.sequence, pdu))

    def _on_notice(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        if refusal(self.role, pdu.command_id, self._state, self.mode):
            events.append(Ignored(pdu, "not now"))
        else:
            events.append(Notified(pdu))
