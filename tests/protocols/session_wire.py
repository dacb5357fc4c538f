"""Two sessions on an imaginary wire: bytes move when told, time passes when told. For every protocol.

A protocol's wire says who of both submits, and with what.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from hongyan.protocols.session.core import Session
from hongyan.protocols.session.events import (
    DeliverAnswered,
    Delivered,
    Event,
    PeerUnbound,
    SubmitAnswered,
    SubmitReceived,
    Unbound,
)
from hongyan.protocols.session.states import State

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


def a_message_and_its_report(wire: SessionWire[Any, Any], message_id: str) -> tuple[Any, Any]:
    """What the carrier was submitted and the customer was delivered: a message is taken under an id, its report comes and is
    acknowledged, and the client leaves."""
    wire.submit("token")
    (submitted,) = wire.to_server()
    assert isinstance(submitted, SubmitReceived)
    assert wire.server.answer_submit(submitted.sequence, 0, message_id)
    assert wire.to_client() == [SubmitAnswered("token", 0, message_id)]

    wire.deliver("report")
    (delivered,) = wire.to_client()
    assert isinstance(delivered, Delivered)
    assert wire.client.bytes_to_send() == [], "a report is acknowledged only when its owner says so"
    assert wire.client.answer_deliver(delivered.sequence)
    assert wire.to_server() == [DeliverAnswered("report", 0)]

    wire.client.unbind(wire.now)
    assert wire.client.state is State.UNBINDING
    assert wire.to_server() == [PeerUnbound()]
    assert wire.to_client() == [Unbound()]
    assert wire.client.closed
    assert wire.server.closed
    assert wire.client.unanswered() == wire.server.unanswered() == []
    return submitted.pdu, delivered.pdu
