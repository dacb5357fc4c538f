"""What only a CMPP session tells its owner; the rest is in `hongyan.protocols.session.events`."""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.protocols.cmpp.login import proves
from hongyan.protocols.session.events import DigestBindRequested


@dataclass(slots=True)
class BindRequested(DigestBindRequested):
    """A client wants to log in (CONNECT) and speak 0x20, 0x21 or 0x30; `system_id` is its Source_Addr. Answer with
    `accept_bind` or `refuse_bind`."""

    def proves(self, secret: str) -> bool:
        """Whether the client knows this secret."""
        return proves(self.authenticator, self.system_id, secret, self.timestamp)
