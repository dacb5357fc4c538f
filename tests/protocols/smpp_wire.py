"""Two SMPP sessions on an imaginary wire: bytes move when told, time passes when told."""

from __future__ import annotations

from hongyan.protocols.smpp.client import ClientSession, Credentials
from hongyan.protocols.smpp.encoders import deliver_encoder, submit_encoder
from hongyan.protocols.smpp.events import Event, Mode
from hongyan.protocols.smpp.server import ServerSession
from hongyan.protocols.smpp.session import Session, Timing

WHO = Credentials("esme01", "secret08")
SUBMIT = submit_encoder(source_addr_ton=3)("10690001", "8613800138000", short_message=b"hello")
DELIVER = deliver_encoder()("8613800138000", "10690001", 4, short_message=b"id:1 stat:DELIVRD")


class Wire:
    """`step`: octets that arrive in one read, 0 for all at once."""

    def __init__(self, timing: Timing | None = None, *, step: int = 0) -> None:
        timing = timing or Timing()
        self.now = 0.0
        self.step = step
        self.client = ClientSession(timing, self.now)
        self.server = ServerSession(timing, self.now)

    def to_server(self) -> list[Event]:
        """Carry what the client has to send."""
        return self._carry(self.client, self.server)

    def to_client(self) -> list[Event]:
        """Carry what the server has to send."""
        return self._carry(self.server, self.client)

    def _carry(self, sender: Session, receiver: Session) -> list[Event]:
        data = b"".join(sender.bytes_to_send())
        step = self.step or max(1, len(data))
        return [
            event
            for at in range(0, len(data), step)
            for event in receiver.receive(data[at : at + step], self.now)
        ]

    def bound(self, mode: Mode = "transceiver") -> Wire:
        """Bind both ends."""
        self.client.bind(Credentials("esme01", "secret08", mode), self.now)
        self.to_server()
        self.server.accept_bind("SMSC01")
        self.to_client()
        return self
