"""The server's side (gateway): answer logins and submits, deliver reports and replies. The simulator runs on it."""

from __future__ import annotations

from collections.abc import Mapping

from hongyan.protocols.session.login import Server
from hongyan.protocols.session.sides import Carrier
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smgp import pdus
from hongyan.protocols.smgp.codec import Pdu, encode
from hongyan.protocols.smgp.events import BindRequested
from hongyan.protocols.smgp.login import LOGIN_MODES, VERSION, authenticator_server
from hongyan.protocols.smgp.msg_id import NO_ID
from hongyan.protocols.smgp.session import SmgpSession
from hongyan.protocols.smgp.status import AUTHENTICATION, BUSY, OK, STRUCTURE, VERSION_TOO_HIGH
from hongyan.protocols.wire.digests import NO_DIGEST
from hongyan.protocols.wire.table import Unreadable

_HIGHEST_MINOR = 0x0F


class ServerSession(SmgpSession, Server, Carrier):
    """One client of ours."""

    deliver_command = pdus.DELIVER
    window_answers = frozenset({pdus.DELIVER_RESP})
    overflow_status = BUSY

    def __init__(self, timing: Timing, now: float) -> None:
        super().__init__(timing, now)
        self._handlers |= {
            pdus.LOGIN: self._on_bind,
            pdus.SUBMIT: self._on_submit,
            pdus.DELIVER_RESP: self._on_deliver_answer,
            pdus.QUERY: self._on_request,
        }

    def accept_bind(self, secret: str) -> None:
        """Answer a BindRequested with yes. `secret`: what the digest of the answer proves that we know too."""
        login = self._bind_to_answer()
        digest = authenticator_server(OK, login.fields["AuthenticatorClient"], secret)
        self._accept_bind(_login_answer(login, OK, digest))

    def refuse_bind(self, status: int = AUTHENTICATION) -> None:
        """Answer a BindRequested with no; the session is closed."""
        super().refuse_bind(status)

    def answer(self, sequence: int, fields: Mapping[str, object]) -> bool:
        """Answer a RequestReceived. False when it no longer waits. Raises FieldError."""
        pdu = self._settle(sequence)
        if pdu is None:
            return False
        self._out.append(encode(f"{pdu.name}_RESP", fields, sequence))
        return True

    def _bind_request(self, pdu: Pdu) -> BindRequested | int:
        fields = pdu.fields
        if fields["ClientVersion"] > VERSION | _HIGHEST_MINOR:
            return VERSION_TOO_HIGH
        mode = LOGIN_MODES.get(fields["LoginMode"])
        if mode is None:
            return STRUCTURE
        return BindRequested(
            mode,
            fields["ClientID"],
            fields["ClientVersion"],
            fields["TimeStamp"],
            fields["AuthenticatorClient"],
        )

    def _refusal_frame(self, pdu: Pdu | Unreadable, status: int) -> bytes | None:
        if pdu.command_id != pdus.LOGIN:
            return super()._refusal_frame(pdu, status)
        return _login_answer(pdu, status, NO_DIGEST)

    def _submit_answer(self, pdu: Pdu, status: int, message_id: str) -> bytes:
        octets = bytes.fromhex(message_id) if message_id else NO_ID
        return encode("SMGP_SUBMIT_RESP", {"MsgID": octets, "Status": status}, pdu.sequence)

    def _read_deliver_answer(self, pdu: Pdu) -> int:
        status: int = pdu.fields["Status"]
        return status


def _login_answer(pdu: Pdu | Unreadable, status: int, digest: bytes) -> bytes:
    fields = {"Status": status, "AuthenticatorServer": digest, "ServerVersion": VERSION}
    return encode("SMGP_LOGIN_RESP", fields, pdu.sequence)
