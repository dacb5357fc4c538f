"""The rules that health goes by, as an edition that can be told from another one: what changed, and whom it can touch. Pure.

Rules with a day take effect on it; that day is known beforehand. Everything else that changes what health finds comes with a new
version of the program or with a setting, and is an edition that the operator accepts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

import msgspec

from hongyan import __version__
from hongyan.compliance.health.checks import LONG_UNUSED_DAYS, NAME_RULES, SOURCE_RULES
from hongyan.compliance.health.gathering import LATELY_MS, RECENT_DAYS
from hongyan.compliance.health.reasons import REASONS
from hongyan.compliance.rules import SIGNATURE_RULES, Rule, SignatureCase
from hongyan.compliance.rules.vocabulary import FILES, table

Rows: TypeAlias = Mapping[str, str]
"""What an edition is made of: name -> what it says, or a digest of it."""

_BY_SOURCE: Final = frozenset({"source_not_supported"})
_BY_NAME: Final = frozenset({"name_mismatch"})
_BY_NETWORKS: Final = frozenset(
    {
        *("registration_incomplete", "carrier_check_failed", "qualification_inaccurate"),
        *("arrivals_low", "arrivals_low_unregistered"),
    }
)
_RULES: Final[tuple[Rule[SignatureCase], ...]] = tuple(
    rule for rule in SIGNATURE_RULES if rule.id in SOURCE_RULES | NAME_RULES
)
_NUMBERS: Final[Mapping[str, tuple[int, frozenset[str]]]] = {
    "long_unused_days": (LONG_UNUSED_DAYS, frozenset({"unused_long", "unused_recently"})),
    "recent_days": (RECENT_DAYS, frozenset({"unused_recently"})),
    "lately_ms": (LATELY_MS, frozenset({"arrivals_low", "arrivals_low_unregistered"})),
}
_TOUCHES: Final[Mapping[str, frozenset[str]]] = {
    **{f"rule {rule.id}": _BY_SOURCE if rule.id in SOURCE_RULES else _BY_NAME for rule in _RULES},
    **{f"words {file}": _BY_NAME for file in FILES},
    **{f"reason {row.id}": frozenset({row.id}) for row in REASONS},
    **{f"number {name}": reasons for name, (_, reasons) in _NUMBERS.items()},
    "networks": _BY_NETWORKS,
    "program": _BY_SOURCE | _BY_NAME,
}
"""Which reasons a change of a row can bring. A version of the program may read the same rules otherwise."""


@dataclass(frozen=True, slots=True)
class Edition:
    """`rows`: what it is made of."""

    rows: Rows

    @property
    def number(self) -> str:
        """Two editions that say the same have the same."""
        return _digest(sorted(self.rows.items()))


def edition_of(networks: Iterable[str]) -> Edition:
    """What this program says, with the networks that its settings count."""
    by_id: dict[str, list[object]] = {}
    for rule in _RULES:
        by_id.setdefault(f"rule {rule.id}", []).append(rule.facts())
    return Edition(
        {
            "program": __version__,
            "networks": ",".join(networks),
            **{name: _digest(facts) for name, facts in by_id.items()},
            **{f"words {file}": _digest(table(file)) for file in FILES},
            **{f"reason {row.id}": f"{row.status.value} {row.timing.value}" for row in REASONS},
            **{f"number {name}": str(number) for name, (number, _) in _NUMBERS.items()},
        }
    )


def changed_rows(before: Edition, after: Edition) -> tuple[str, ...]:
    """Names of what is new, gone, or says something else."""
    names = sorted({*before.rows, *after.rows})
    return tuple(name for name in names if before.rows.get(name) != after.rows.get(name))


def touched(rows: Iterable[str]) -> frozenset[str]:
    """The reasons that a change of these can bring."""
    return frozenset().union(*(_TOUCHES.get(name, frozenset()) for name in rows))


def change_days(after: date, until: date, rules: Iterable[Rule[SignatureCase]] = _RULES) -> tuple[date, ...]:
    """The days behind one and up to another on which a rule begins or ends, the first one first."""
    days = {day for rule in rules for day in (rule.valid_from, rule.valid_until) if day is not None}
    return tuple(sorted(day for day in days if after < day <= until))


def _digest(value: object) -> str:
    return hashlib.blake2b(msgspec.json.encode(value, order="deterministic"), digest_size=6).hexdigest()
