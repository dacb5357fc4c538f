"""What only an SMGP session tells its owner; the rest is in `hongyan.protocols.session.events`."""

from __future__ import annotations

from dataclasses import dataclass, field

from hongyan.protocols.session import events
from hongyan.protocols.session.events import Event
from hongyan.protocols.smgp.codec import Pdu
from hongyan.protocols.smgp.login import proves


@dataclass(slots=True)
class BindRequested(events.BindRequested):
    """A client wants to log in; `system_id` is its ClientID. Answer with `accept_bind` or `refuse_bind`.

    `version`: what it speaks, 0x30 for 3.0. `timestamp`: MMDDHHMMSS as a number, by its own clock.
    """

    version: int
    timestamp: int
    authenticator: bytes = field(repr=False)

    def proves(self, secret: str) -> bool:
        """Whether the client knows this secret."""
        return proves(self.authenticator, self.system_id, secret, self.timestamp)


@dataclass(slots=True)
class DigestMismatch(Event):
    """The server's AuthenticatorServer is not what our secret makes, although it accepted ours. For the log: products
    compute it in different ways, so the session goes on."""


@dataclass(slots=True)
class RequestReceived(Event):
    """QUERY of a client. Answer with `answer`."""

    sequence: int
    pdu: Pdu
