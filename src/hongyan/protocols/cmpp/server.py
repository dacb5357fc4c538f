"""The server's side (ISMG): answer logins and submits, deliver reports and replies. The simulator runs on it."""

from __future__ import annotations

from collections.abc import Mapping

from hongyan.protocols.cmpp import pdus
from hongyan.protocols.cmpp.codec import Pdu
from hongyan.protocols.cmpp.events import BindRequested
from hongyan.protocols.cmpp.login import V30, authenticator_ismg
from hongyan.protocols.cmpp.pdus import layout_of
from hongyan.protocols.cmpp.session import NO_MSG_ID, CmppSession
from hongyan.protocols.cmpp.status import AUTHENTICATION, FLOW_CONTROL, OK
from hongyan.protocols.session.login import Server
from hongyan.protocols.session.sides import Carrier
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.wire.digests import NO_DIGEST
from hongyan.protocols.wire.table import Unreadable


class ServerSession(CmppSession, Server, Carrier):
    """One client of ours."""

    deliver_command = pdus.DELIVER
    window_answers = frozenset({pdus.DELIVER_RESP})
    overflow_status = FLOW_CONTROL

    def __init__(self, timing: Timing, now: float) -> None:
        super().__init__(timing, now)
        self._highest = V30
        self._handlers |= {
            pdus.CONNECT: self._on_bind,
            pdus.SUBMIT: self._on_submit,
            pdus.DELIVER_RESP: self._on_deliver_answer,
            pdus.QUERY: self._on_request,
            pdus.CANCEL: self._on_request,
        }

    def accept_bind(self, secret: str, highest: int = V30) -> None:
        """Answer a BindRequested with yes, in the version that was asked for. `highest`: the highest that this account
        may speak; a client that asked for more is answered in that version, which it may not like. To say so openly,
        refuse with VERSION_TOO_HIGH.

        The answer names the version that is spoken from now on, not the highest one as the document has it: some
        clients take any other number for a refusal.
        """
        connect = self._bind_to_answer()
        version = min(connect.fields["Version"], highest)
        self._settle_layout(layout_of(version))
        digest = authenticator_ismg(OK, connect.fields["AuthenticatorSource"], secret, self.layout)
        fields = {"Status": OK, "AuthenticatorISMG": digest, "Version": version}
        self._accept_bind(self._codec.encode("CMPP_CONNECT_RESP", fields, connect.sequence))

    def refuse_bind(self, status: int = AUTHENTICATION, highest: int = V30) -> None:
        """Answer a BindRequested with no; the session is closed."""
        connect = self._bind_to_answer()
        self._highest = highest
        self._settle_layout(layout_of(min(connect.fields["Version"], highest)))
        super().refuse_bind(status)

    def answer(self, sequence: int, fields: Mapping[str, object]) -> bool:
        """Answer a RequestReceived. False when it no longer waits. Raises FieldError."""
        pdu = self._settle(sequence)
        if pdu is None:
            return False
        self._out.append(self._codec.encode(f"{pdu.name}_RESP", fields, sequence))
        return True

    def _bind_request(self, pdu: Pdu) -> BindRequested:
        fields = pdu.fields
        return BindRequested(
            "transceiver",
            fields["Source_Addr"],
            fields["Version"],
            fields["Timestamp"],
            fields["AuthenticatorSource"],
        )

    def _refusal_frame(self, pdu: Pdu | Unreadable, status: int) -> bytes | None:
        if pdu.command_id != pdus.CONNECT:
            return super()._refusal_frame(pdu, status)
        fields = {"Status": status, "AuthenticatorISMG": NO_DIGEST, "Version": self._highest}
        return self._codec.encode("CMPP_CONNECT_RESP", fields, pdu.sequence)

    def _submit_answer(self, pdu: Pdu, status: int, message_id: str) -> bytes:
        msg_id = bytes.fromhex(message_id) if message_id else NO_MSG_ID
        return self._codec.encode("CMPP_SUBMIT_RESP", {"Msg_Id": msg_id, "Result": status}, pdu.sequence)

    def _read_deliver_answer(self, pdu: Pdu) -> int:
        result: int = pdu.fields["Result"]
        return result
