"""What only an SMGP session tells its owner; the rest is in `hongyan.protocols.session.events`."""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.protocols.session.events import DigestBindRequested
from hongyan.protocols.smgp.login import proves


@dataclass(slots=True)
class BindRequested(DigestBindRequested):
    """A client wants to log in and speak 0x30 for 3.0; `system_id` is its ClientID. Answer with `accept_bind` or
    `refuse_bind`."""

    def proves(self, secret: str) -> bool:
        """Whether the client knows this secret."""
        return proves(self.authenticator, self.system_id, secret, self.timestamp)
