"""What only an SMPP session tells its owner; the rest is in `hongyan.protocols.session.events`."""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.protocols.session import events


@dataclass(slots=True)
class BindRequested(events.BindRequested):
    """A client wants to bind. Answer with `accept_bind` or `refuse_bind`."""

    password: str
    system_type: str
    version: int
    address_range: str
