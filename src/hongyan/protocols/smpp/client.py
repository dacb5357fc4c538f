"""The client's side (ESME): bind, submit, take receipts and replies."""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.protocols.session.events import BindRefused, Bound, Event, Ignored, Notified
from hongyan.protocols.session.login import Client
from hongyan.protocols.session.sides import Customer
from hongyan.protocols.session.states import Mode, State, Step
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smpp import pdus
from hongyan.protocols.smpp.codec import Pdu, encode_body, frame_of
from hongyan.protocols.smpp.session import SmppSession
from hongyan.protocols.smpp.states import BIND_MODES
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


class ClientSession(SmppSession, Client, Customer):
    """Our link to a carrier."""

    submit_command = pdus.SUBMIT_SM
    window_answers = frozenset({pdus.SUBMIT_SM_RESP})
    overflow_status = RX_T_APPN
    repeated_status = RX_T_APPN  # SMPP has no word for it; like this the peer comes again

    def __init__(self, timing: Timing, now: float) -> None:
        super().__init__(timing, now)
        self._handlers |= {
            pdus.SUBMIT_SM_RESP: self._on_submit_answer,
            pdus.DELIVER_SM: self._on_deliver,
            pdus.DATA_SM: self._on_deliver,
            pdus.OUTBIND: self._on_notice,
            pdus.ALERT_NOTIFICATION: self._on_notice,
        }
        self._handlers |= {command | pdus.RESPONSE: self._on_bind_answer for command in BIND_MODES}

    def bind(self, who: Credentials, now: float) -> None:
        """Ask to bind. Raises FieldError, naming the field."""
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
        self._ask_to_bind(_COMMANDS[who.mode], body, who.mode, now)

    def _bind_outcome(self, pdu: Pdu) -> Bound | BindRefused:
        if pdu.status:
            return BindRefused(pdu.status, status_of(pdu.status).name)
        version = pdu.tlvs.get("sc_interface_version")
        return Bound(pdu.fields.get("system_id", ""), version if isinstance(version, int) else None)

    def _on_generic_nack(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        if self._state is State.BINDING and self._asked is not None and pdu.sequence == self._asked[1]:
            self._step(Step.REFUSE)
            events.append(BindRefused(pdu.status, status_of(pdu.status).name))
        else:
            super()._on_generic_nack(pdu, now, events)

    def _read_submit_answer(self, pdu: Pdu) -> tuple[int, str]:
        return pdu.status, pdu.fields.get("message_id", "")

    def _deliver_answer(self, pdu: Pdu, status: int) -> bytes:
        # message_id is unused here and is one NUL, beside an error too (4.6.2)
        return frame_of(pdu.command_id | pdus.RESPONSE, b"\0", pdu.sequence, status)

    def _on_notice(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        events.append(Ignored(pdu, "not now") if self._refusal(pdu.command_id) else Notified(pdu))
