"""The client's side (SP): log in, submit, take reports and replies."""

from __future__ import annotations

from dataclasses import dataclass, field

from hongyan.protocols.cmpp import pdus
from hongyan.protocols.cmpp.codec import CODECS, Pdu, frame_of
from hongyan.protocols.cmpp.login import V20, authenticator_source, other_version, speaks
from hongyan.protocols.cmpp.pdus import layout_of
from hongyan.protocols.cmpp.session import NO_MSG_ID, CmppSession
from hongyan.protocols.cmpp.status import FLOW_CONTROL, OK, VERSION_TOO_HIGH, connect_status_of
from hongyan.protocols.session.events import BindRefused, Bound, VersionRefused
from hongyan.protocols.session.login import Client
from hongyan.protocols.session.sides import Customer
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.wire.digests import server_proves


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login says. `source_addr`: the SP_Id, 6 digits. `timestamp`: `login.timestamp(now in ms)`; carriers
    refuse one that is far from their clock. `version`: 0x20, 0x21 or 0x30."""

    source_addr: str
    secret: str = field(repr=False)
    timestamp: int
    version: int = V20


class ClientSession(CmppSession, Client, Customer):
    """Our link to a carrier."""

    submit_command = pdus.SUBMIT
    window_answers = frozenset({pdus.SUBMIT_RESP})
    overflow_status = FLOW_CONTROL

    def __init__(self, timing: Timing, now: float) -> None:
        super().__init__(timing, now)
        self._login: tuple[int, bytes, str] | None = None  # version, our digest, secret
        self._handlers |= {
            pdus.CONNECT_RESP: self._on_bind_answer,
            pdus.SUBMIT_RESP: self._on_submit_answer,
            pdus.DELIVER: self._on_deliver,
        }

    def bind(self, who: Credentials, now: float) -> None:
        """Ask to log in. Raises FieldError, naming the field."""
        digest = authenticator_source(who.source_addr, who.secret, who.timestamp)
        layout = layout_of(who.version)
        body = CODECS[layout].encode_body(
            "CMPP_CONNECT",
            {
                "Source_Addr": who.source_addr,
                "AuthenticatorSource": digest,
                "Version": who.version,
                "Timestamp": who.timestamp,
            },
        )
        self._ask_to_bind(pdus.CONNECT, body, "transceiver", now)
        self._settle_layout(layout)
        self._login = (who.version, digest, who.secret)

    def _bind_outcome(self, pdu: Pdu) -> Bound | BindRefused:
        assert self._login is not None
        asked, _, _ = self._login
        status, said = pdu.fields["Status"], pdu.fields["Version"]
        if status == VERSION_TOO_HIGH or (status == OK and not speaks(asked, pdu.layout, said)):
            name = connect_status_of(status).name
            return VersionRefused(status, name, other_version(asked, pdu.layout, said))
        return BindRefused(status, connect_status_of(status).name) if status else Bound("", said or None)

    def _proven(self, pdu: Pdu) -> bool:
        assert self._login is not None
        _, digest, secret = self._login
        return server_proves(pdu.fields["AuthenticatorISMG"], pdu.fields["Status"], digest, secret)

    def _read_submit_answer(self, pdu: Pdu) -> tuple[int, str]:
        msg_id: bytes = pdu.fields["Msg_Id"]
        return pdu.fields["Result"], "" if msg_id == NO_MSG_ID else msg_id.hex()

    def _deliver_answer(self, pdu: Pdu, status: int) -> bytes:
        result = status.to_bytes(self._result_width, "big")
        return frame_of(pdus.DELIVER_RESP, pdu.fields["Msg_Id"] + result, pdu.sequence)
