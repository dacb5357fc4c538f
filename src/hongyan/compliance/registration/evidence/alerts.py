"""Failures that smell of "not registered": one carrier's code piles up on one signature. Pure, but for what is kept.

Carriers seldom say that a signature is not registered: gateways that block it answer with one of their general codes. What
a code is about is asked of whoever knows (a table of another room); here stands which subjects are general enough.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from hongyan.compliance.registration.evidence.ledger import Place, Seen
from hongyan.compliance.registration.evidence.statistics import Spike, Tally, spike
from hongyan.kernel.clock import Millis
from hongyan.storage.port import Change, Done, Store

ClassOf = Callable[[str], str]
"""What a carrier's code is about: a class of `carriers.codes`."""

OPEN_MS: Final[Millis] = 48 * 3_600_000
"""An alert is over when it was not seen for so long."""
TOLD_LEAST: Final = 2
"""Times that a carrier has to say it in plain words."""

_PLAIN, _COMPARED = True, False
SMELLS: Final[Mapping[str, bool]] = {
    "SIGNATURE": _PLAIN,
    "UNKNOWN": _COMPARED,
    "CONTENT": _COMPARED,
    "BALANCE/SERVICE": _COMPARED,
    "REQUEST": _COMPARED,
    "INTERNAL": _COMPARED,
}
"""Classes of codes: those that say it, and those that are general enough to hide it, which are compared with the carrier's
other traffic. The other classes speak of a recipient, of a rate or of a route, and say nothing of a signature."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A code that piles up on a signature. `raised_ms`: since when; `seen_ms`: when it was last so."""

    signature_id: int
    network: str
    sender: str
    code: str
    code_class: str
    raised_ms: Millis
    seen_ms: Millis
    facts: dict[str, Any]


def smells(own: Seen, others: Seen, class_of: ClassOf) -> list[tuple[Spike, str]]:
    """Codes on a signature that smell of "not registered", with their classes; `others`: the carrier's other traffic."""
    found: list[tuple[Spike, str]] = []
    total = own.tally.total
    for code, times in sorted(own.codes.items()):
        code_class = class_of(code)
        plain = SMELLS.get(code_class)
        if plain is None:
            continue
        others_had = Tally(others.codes.get(code, 0), others.tally.total)
        if plain and times >= TOLD_LEAST:
            share = others_had.delivered / others_had.total if others_had.total else 0.0
            found.append((Spike(code, times, total, share, 0.0), code_class))
        elif (piled := spike(code, Tally(times, total), others_had)) is not None:
            found.append((piled, code_class))
    return found


class Alerts:
    """Kept in the store, so that one is raised once, on whichever node, and survives a restart."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.raised = 0
        """Since the start, by this node."""

    async def see(self, place: Place, found: Spike, code_class: str, now_ms: Millis) -> bool:
        """It is so now. True when it was not before."""
        facts = {
            "times": found.times,
            "sent": found.total,
            "share_elsewhere": round(found.share, 4),
            "limit": round(found.limit, 4),
        }
        outcome = await self._store.commit(
            Change(
                (
                    (
                        "compliance.see_alert",
                        (
                            *(*place, found.code, code_class, now_ms, now_ms - OPEN_MS),
                            msgspec.json.encode(facts).decode(),
                        ),
                        None,
                    ),
                )
            )
        )
        new = isinstance(outcome, Done) and bool(outcome.rows[0]) and outcome.rows[0][0][0] == now_ms
        self.raised += new
        return new

    async def open(self, signature_id: int, now_ms: Millis) -> list[Alert]:
        """Those of a signature that are not over; 0: of all, the newest first."""
        rows = await self._store.read("compliance.open_alerts", signature_id, now_ms - OPEN_MS)
        return [_alert(row) for row in rows]


def _alert(row: tuple[Any, ...]) -> Alert:
    signature_id, network, sender, code, code_class, raised_ms, seen_ms, facts = row
    return Alert(
        signature_id, network, sender, code, code_class, raised_ms, seen_ms, msgspec.json.decode(facts)
    )
