"""Two sessions on an imaginary wire: bytes move when told, time passes when told. For every protocol.

A protocol's wire says who of both submits, and with what.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from hongyan.protocols.session.core import Session
from hongyan.protocols.session.events import Event

C = TypeVar("C", bound=Session)
S = TypeVar("S", bound=Session)


class SessionWire(Generic[C, S]):
    """`step`: octets that arrive in one read, 0 for all at once. `customer` submits and is delivered to by `carrier`."""

    def __init__(self, client: C, server: S, *, step: int = 0) -> None:
        self.now = 0.0
        self.step = step
        self.client = client
        self.server = server
        self.customer: Any = client
        self.carrier: Any = server

    def bound(self) -> SessionWire[C, S]:
        """Log in."""
        raise NotImplementedError

    def submit(self, token: object) -> int:
        """Send the usual message."""
        raise NotImplementedError

    def deliver(self, token: object) -> int:
        """Send the usual report on it."""
        raise NotImplementedError

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
