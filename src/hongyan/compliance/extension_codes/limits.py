"""How many extension codes there may be, how long, and for how long a released one is kept, as dated data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from hongyan.kernel.clock import DAY_MS, Millis, beijing


@dataclass(frozen=True, slots=True)
class CodeLimits:
    """Count from a day on. `digits`: of one code. `per_signature`, `per_account`: assigned ones. `in_all`: assigned or in
    quarantine, of everybody. `quarantine_days`: before a released one may be another signature's."""

    since: date
    digits: int
    per_signature: int
    per_account: int
    in_all: int
    quarantine_days: int
    source: str

    @property
    def quarantine_ms(self) -> Millis:
        return self.quarantine_days * DAY_MS


LIMITS: Final = (
    CodeLimits(
        date(2020, 1, 1),
        digits=12,
        per_signature=100,
        per_account=1_000,
        in_all=200_000,
        quarantine_days=90,
        source="digits: what 20 leave behind the shortest service number, which has 8 (carrier-protocols.md 6.5). The"
        " others are ours: the vendor has isv.CODE_EXCEED_LIMIT and publishes no number; in_all is some 60 MB of a"
        " server's memory",
    ),
)
"""The newest row that counts is for everybody."""


def limits_at(now_ms: Millis) -> CodeLimits:
    """The row that counts."""
    today = beijing(now_ms).date()
    return max((row for row in LIMITS if row.since <= today), key=lambda row: row.since)
