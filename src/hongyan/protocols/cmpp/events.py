"""What only a CMPP session tells its owner; the rest is in `hongyan.protocols.session.events`."""

from __future__ import annotations

from dataclasses import dataclass, field

from hongyan.protocols.cmpp.codec import Pdu
from hongyan.protocols.cmpp.login import proves
from hongyan.protocols.session import events
from hongyan.protocols.session.events import Event


@dataclass(slots=True)
class BindRequested(events.BindRequested):
    """A client wants to log in (CONNECT); `system_id` is its Source_Addr. Answer with `accept_bind` or `refuse_bind`.

    `version`: what it wants to speak, 0x20, 0x21 or 0x30. `timestamp`: MMDDHHMMSS as a number, by its own clock.
    """

    version: int
    timestamp: int
    authenticator: bytes = field(repr=False)

    def proves(self, secret: str) -> bool:
        """Whether the client knows this secret."""
        return proves(self.authenticator, self.system_id, secret, self.timestamp)


@dataclass(slots=True)
class VersionRefused(events.BindRefused):
    """The login ended because the server speaks another version than the one that was asked for: it said so (status
    4), or it accepted the login and answered in the other version. `status` is 4 in both cases.

    `offered`: the version to try instead, 0 when the server names none.
    """

    offered: int


@dataclass(slots=True)
class DigestMismatch(Event):
    """The server's AuthenticatorISMG is not what our secret makes, although it accepted ours. For the log: products
    compute it in different ways, so the session goes on."""


@dataclass(slots=True)
class RequestReceived(Event):
    """QUERY or CANCEL of a client. Answer with `answer`."""

    sequence: int
    pdu: Pdu
