"""The server's side (SMSC): answer binds and submits, deliver receipts and replies. The simulator runs on it."""

from __future__ import annotations

from hongyan.protocols.session.login import Server
from hongyan.protocols.session.sides import Carrier
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smpp import pdus
from hongyan.protocols.smpp.codec import Pdu, encode, encode_body, frame_of
from hongyan.protocols.smpp.events import BindRequested
from hongyan.protocols.smpp.session import SmppSession
from hongyan.protocols.smpp.states import BIND_MODES
from hongyan.protocols.smpp.status import RBINDFAIL, RMSGQFUL

_MIN_TLV_VERSION = 0x34  # 3.3 clients get no optional parameters (SMPP 3.4, 3.4.1)


class ServerSession(SmppSession, Server, Carrier):
    """One client of ours."""

    deliver_command = pdus.DELIVER_SM
    window_answers = frozenset({pdus.DELIVER_SM_RESP})
    overflow_status = RMSGQFUL
    repeated_status = RMSGQFUL  # SMPP has no word for it; like this the peer comes again

    def __init__(self, timing: Timing, now: float) -> None:
        super().__init__(timing, now)
        self._handlers |= {
            pdus.SUBMIT_SM: self._on_submit,
            pdus.DELIVER_SM_RESP: self._on_deliver_answer,
        }
        self._handlers |= dict.fromkeys(BIND_MODES, self._on_bind)
        others = (pdus.SUBMIT_MULTI, pdus.DATA_SM, pdus.QUERY_SM, pdus.CANCEL_SM, pdus.REPLACE_SM)
        self._handlers |= dict.fromkeys(others, self._on_request)

    def accept_bind(self, system_id: str, version: int = 0x34) -> None:
        """Answer a BindRequested with yes; `system_id` is ours."""
        bind = self._bind_to_answer()
        tlvs = (
            {"sc_interface_version": version} if bind.fields["interface_version"] >= _MIN_TLV_VERSION else {}
        )
        self._accept_bind(encode(bind.name + "_resp", {"system_id": system_id}, bind.sequence, 0, tlvs))

    def refuse_bind(self, status: int = RBINDFAIL) -> None:
        """Answer a BindRequested with no; the session is closed."""
        super().refuse_bind(status)

    def _bind_request(self, pdu: Pdu) -> BindRequested:
        fields = pdu.fields
        return BindRequested(
            BIND_MODES[pdu.command_id],
            fields["system_id"],
            fields["password"],
            fields["system_type"],
            fields["interface_version"],
            fields["address_range"],
        )

    def _submit_answer(self, pdu: Pdu, status: int, message_id: str) -> bytes:
        body = b"" if status else encode_body("submit_sm_resp", {"message_id": message_id})
        return frame_of(pdus.SUBMIT_SM_RESP, body, pdu.sequence, status)

    def _read_deliver_answer(self, pdu: Pdu) -> int:
        return pdu.status
