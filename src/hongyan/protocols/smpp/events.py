"""What only an SMPP session tells its owner; the rest is in `hongyan.protocols.session.events`."""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.protocols.session import events
from hongyan.protocols.session.events import Event
from hongyan.protocols.smpp.codec import Pdu


@dataclass(slots=True)
class BindRequested(events.BindRequested):
    """A client wants to bind. Answer with `accept_bind` or `refuse_bind`."""

    password: str
    system_type: str
    version: int
    address_range: str


@dataclass(slots=True)
class RequestReceived(Event):
    """Another request of a client (submit_multi, data_sm, query_sm, cancel_sm, replace_sm). Answer with `answer`."""

    sequence: int
    pdu: Pdu


@dataclass(slots=True)
class Notified(Event):
    """outbind or alert_notification; needs no answer."""

    pdu: Pdu
