"""What only an SGIP session tells its owner; the rest is in `hongyan.protocols.session.events`."""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.protocols.session import events


@dataclass(slots=True)
class BindRequested(events.BindRequested):
    """Somebody wants to bind; `system_id` is its login name. Answer with `accept_bind` or `refuse_bind`."""

    password: str
