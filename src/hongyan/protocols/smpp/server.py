"""The server's side (SMSC): answer binds and submits, deliver receipts and replies. The simulator runs on it."""

from __future__ import annotations

from hongyan.protocols.smpp import pdus
from hongyan.protocols.smpp.codec import Pdu, encode, encode_body, frame_of
from hongyan.protocols.smpp.events import (
    BindRequested,
    DeliverAnswered,
    Event,
    Ignored,
    RequestReceived,
    SubmitReceived,
    Token,
)
from hongyan.protocols.smpp.session import Session, Timing
from hongyan.protocols.smpp.states import BIND_MODES, RECEIVING, Role, Step, refusal
from hongyan.protocols.smpp.status import RBINDFAIL, RMSGQFUL

_MIN_TLV_VERSION = 0x34  # 3.3 clients get no optional parameters (SMPP 3.4, 3.4.1)


class ServerSession(Session):
    """One client of ours."""

    role = Role.SERVER
    overflow_status = RMSGQFUL
    request_modes = RECEIVING
    answer_command = pdus.DELIVER_SM_RESP

    def __init__(self, timing: Timing, now: float) -> None:
        super().__init__(timing, now)
        self._bind: Pdu | None = None
        self._handlers |= {
            pdus.SUBMIT_SM: self._on_submit_sm,
            pdus.DELIVER_SM_RESP: self._on_deliver_sm_resp,
        }
        self._handlers |= dict.fromkeys(BIND_MODES, self._on_bind)
        others = (pdus.SUBMIT_MULTI, pdus.DATA_SM, pdus.QUERY_SM, pdus.CANCEL_SM, pdus.REPLACE_SM)
        self._handlers |= dict.fromkeys(others, self._on_request)

    def accept_bind(self, system_id: str, version: int = 0x34) -> None:
        """Answer a BindRequested with yes; `system_id` is ours."""
        bind = self._bind
        if bind is None:
            raise RuntimeError("no bind waits for an answer")
        tlvs = (
            {"sc_interface_version": version} if bind.fields["interface_version"] >= _MIN_TLV_VERSION else {}
        )
        self._step(Step.ACCEPT)
        self._out.append(encode(bind.name + "_resp", {"system_id": system_id}, bind.sequence, 0, tlvs))
        self._bind = None

    def refuse_bind(self, status: int = RBINDFAIL) -> None:
        """Answer a BindRequested with no; the session is closed."""
        bind = self._bind
        if bind is None:
            raise RuntimeError("no bind waits for an answer")
        self.mode = None
        self._step(Step.REFUSE)
        self._out.append(frame_of(bind.command_id | pdus.RESPONSE, b"", bind.sequence, status))
        self._bind = None

    def answer_submit(self, sequence: int, status: int = 0, message_id: str = "") -> bool:
        """Answer a SubmitReceived. False when it no longer waits."""
        if self._open_requests.pop(sequence, None) is None or self.closed:
            return False
        body = b"" if status else encode_body("submit_sm_resp", {"message_id": message_id})
        self._out.append(frame_of(pdus.SUBMIT_SM_RESP, body, sequence, status))
        return True

    def deliver(self, token: Token, body: bytes, now: float) -> int:
        """Send one deliver_sm; `body` from a DeliverEncoder or `encode_body`. Look at `window_free` first."""
        return self._request(pdus.DELIVER_SM, token, body, now)

    def _on_bind(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        status = refusal(self.role, pdu.command_id, self._state, self.mode)
        if status:
            self._refuse(pdu, status, events)
            return
        deadline = self._deadline
        self._step(Step.BIND)
        self._deadline = deadline
        mode = BIND_MODES[pdu.command_id]
        self.mode, self._bind = mode, pdu
        fields = pdu.fields
        events.append(
            BindRequested(
                mode,
                fields["system_id"],
                fields["password"],
                fields["system_type"],
                fields["interface_version"],
                fields["address_range"],
            )
        )

    def _on_submit_sm(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        if self._admit(pdu, events):
            events.append(SubmitReceived(pdu.sequence, pdu))

    def _on_request(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        if self._admit(pdu, events):
            events.append(RequestReceived(pdu.sequence, pdu))

    def _on_deliver_sm_resp(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        sent = self._window.pop(pdu.sequence, None)
        if sent is None:
            self._late.pop(pdu.sequence, None)
            events.append(Ignored(pdu, "nobody waits for this answer"))
        else:
            events.append(DeliverAnswered(sent[0], pdu.status))

    def _answered(self, token: Token, status: int) -> Event:
        return DeliverAnswered(token, status)
