"""Two SMPP sessions on the imaginary wire."""

from __future__ import annotations

from session_wire import SessionWire

from hongyan.protocols.session.states import Mode
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smpp.client import ClientSession, Credentials
from hongyan.protocols.smpp.encoders import deliver_encoder, submit_encoder
from hongyan.protocols.smpp.server import ServerSession

WHO = Credentials("esme01", "secret08")
SUBMIT = submit_encoder(source_addr_ton=3)("10690001", "8613800138000", short_message=b"hello")
DELIVER = deliver_encoder()("8613800138000", "10690001", 4, short_message=b"id:1 stat:DELIVRD")


class Wire(SessionWire[ClientSession, ServerSession]):
    """`step`: octets that arrive in one read, 0 for all at once."""

    def __init__(self, timing: Timing | None = None, *, step: int = 0) -> None:
        timing = timing or Timing()
        super().__init__(ClientSession(timing, 0.0), ServerSession(timing, 0.0), step=step)

    def bound(self, mode: Mode = "transceiver") -> Wire:
        """Bind both ends."""
        self.client.bind(Credentials("esme01", "secret08", mode), self.now)
        self.to_server()
        self.server.accept_bind("SMSC01")
        self.to_client()
        return self

    def submit(self, token: object) -> int:
        return self.client.submit(token, SUBMIT, self.now)

    def deliver(self, token: object) -> int:
        return self.server.deliver(token, DELIVER, self.now)
