"""The client's side (SP): log in, submit, take reports and replies."""

from __future__ import annotations

from dataclasses import dataclass, field

from hongyan.protocols.session.events import BindRefused, Bound
from hongyan.protocols.session.login import Client
from hongyan.protocols.session.sides import Customer
from hongyan.protocols.session.states import Mode
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smgp import pdus
from hongyan.protocols.smgp.codec import Pdu, encode_body, frame_of
from hongyan.protocols.smgp.login import LOGIN_MODES, VERSION, authenticator_client
from hongyan.protocols.smgp.msg_id import NO_ID
from hongyan.protocols.smgp.session import STATUS_SIZE, SmgpSession
from hongyan.protocols.smgp.status import BUSY, status_of
from hongyan.protocols.wire.digests import server_proves

_NUMBERS = {mode: number for number, mode in LOGIN_MODES.items()}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login says. `client_id`: at most 8 characters. `timestamp`: `login.timestamp(now in ms)`; carriers refuse one
    that is far from their clock. `mode`: what the connection is to carry; carriers give some accounts one way only."""

    client_id: str
    secret: str = field(repr=False)
    timestamp: int
    mode: Mode = "transceiver"
    version: int = VERSION


class ClientSession(SmgpSession, Client, Customer):
    """Our link to a carrier."""

    submit_command = pdus.SUBMIT
    window_answers = frozenset({pdus.SUBMIT_RESP})
    overflow_status = BUSY

    def __init__(self, timing: Timing, now: float) -> None:
        super().__init__(timing, now)
        self._login = b"", ""  # our digest and secret
        self._handlers |= {
            pdus.LOGIN_RESP: self._on_bind_answer,
            pdus.SUBMIT_RESP: self._on_submit_answer,
            pdus.DELIVER: self._on_deliver,
        }

    def bind(self, who: Credentials, now: float) -> None:
        """Ask to log in. Raises FieldError, naming the field."""
        digest = authenticator_client(who.client_id, who.secret, who.timestamp)
        body = encode_body(
            "SMGP_LOGIN",
            {
                "ClientID": who.client_id,
                "AuthenticatorClient": digest,
                "LoginMode": _NUMBERS[who.mode],
                "TimeStamp": who.timestamp,
                "ClientVersion": who.version,
            },
        )
        self._ask_to_bind(pdus.LOGIN, body, who.mode, now)
        self._login = (digest, who.secret)

    def _bind_outcome(self, pdu: Pdu) -> Bound | BindRefused:
        status = pdu.fields["Status"]
        return (
            BindRefused(status, status_of(status).name)
            if status
            else Bound("", pdu.fields["ServerVersion"] or None)
        )

    def _proven(self, pdu: Pdu) -> bool:
        digest, secret = self._login
        return server_proves(pdu.fields["AuthenticatorServer"], pdu.fields["Status"], digest, secret)

    def _read_submit_answer(self, pdu: Pdu) -> tuple[int, str]:
        message_id: bytes = pdu.fields["MsgID"]
        return pdu.fields["Status"], "" if message_id == NO_ID else message_id.hex()

    def _deliver_answer(self, pdu: Pdu, status: int) -> bytes:
        body = pdu.fields["MsgID"] + status.to_bytes(STATUS_SIZE, "big")
        return frame_of(pdus.DELIVER_RESP, body, pdu.sequence)
