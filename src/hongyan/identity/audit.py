"""The audit trail: who did what to what, written in the same transaction as the thing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from hongyan.identity.changes import Statement
from hongyan.kernel.clock import Clock, Millis
from hongyan.kernel.ids import IdMaker


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One thing that somebody did to an `object`. `actor`: `person:<login>`, `key:<id>`, `cli:<user>`, `system:<part>`.

    `action`: `<room>.<verb>_<noun>`. `facts` never hold a secret.
    """

    id: int
    at_ms: Millis
    account_id: int
    actor: str
    action: str
    object: str
    facts: dict[str, Any]


class Audit:
    """Makes the statements that append to the trail."""

    def __init__(self, clock: Clock, ids: IdMaker) -> None:
        self._clock = clock
        self._ids = ids

    def event(self, account_id: int, actor: str, action: str, object_: str, **facts: object) -> Statement:
        """The statement to put into the Change that does it."""
        text = msgspec.json.encode(facts).decode()
        row = (self._ids.next(), self._clock.now_ms(), account_id, actor, action, object_, text)
        return ("identity.add_audit_event", row, 1)


def audit_event(row: tuple[Any, ...]) -> AuditEvent:
    """A row of `identity.audit_events_of`."""
    event_id, at_ms, account_id, actor, action, object_, facts_json = row
    return AuditEvent(event_id, at_ms, account_id, actor, action, object_, msgspec.json.decode(facts_json))
