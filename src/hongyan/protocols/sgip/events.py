"""What only an SGIP session tells its owner; the rest is in `hongyan.protocols.session.events`."""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.protocols.session import events
from hongyan.protocols.session.events import Event
from hongyan.protocols.sgip.codec import Pdu


@dataclass(slots=True)
class BindRequested(events.BindRequested):
    """Somebody wants to bind; `system_id` is its login name. Answer with `accept_bind` or `refuse_bind`."""

    password: str


@dataclass(slots=True)
class Notified(Event):
    """USERRPT: a handset's subscription was closed, suspended or restored. It is answered."""

    pdu: Pdu
