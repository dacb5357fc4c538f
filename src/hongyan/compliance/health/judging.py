"""What is wrong with a signature, from what is known of it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Final

from hongyan.compliance.health.facts import HealthFacts
from hongyan.compliance.health.reasons import REASONS, HealthReason, Status, Timing
from hongyan.compliance.registration.reasons import Whose
from hongyan.compliance.rules.core import Words

EVERY: Final = frozenset(Timing)


class Usability(Enum):
    """What a signature can be used for now. Source: seed 001, signature status."""

    AVAILABLE = "available"
    ABNORMAL = "available_abnormal"
    UNAVAILABLE = "unavailable"
    IN_REVIEW = "in_review"
    """New, and nobody has decided."""
    UNKNOWN = "unknown"
    """It cannot be looked at. Ours."""


UNKNOWN: Final = Usability.UNKNOWN.value
"""Stands among the reasons that are stored for a signature that cannot be looked at."""


@dataclass(frozen=True, slots=True)
class Ailment:
    """One reason that holds. `explanation`: of the row, with the facts of this signature. `whose`: who must act."""

    reason: HealthReason
    explanation: Words
    whose: Whose


def ailments(facts: HealthFacts, timings: Collection[Timing] = EVERY) -> list[Ailment]:
    """Every reason of these timings that holds, unavailable ones first, in the order of the table. One that is unavailable
    or in review has no abnormality besides: it sends nothing."""
    unavailable = _holding(facts, Status.UNAVAILABLE, timings)
    if not facts.view.standing.approved_revision:
        return unavailable
    return unavailable + _holding(facts, Status.ABNORMAL, timings)


def ailments_to_come(facts: HealthFacts, found: Collection[Ailment]) -> dict[date, list[HealthReason]]:
    """What the rules of days to come find that those of today do not, by the first day that does."""
    known = {each.reason.id for each in found}
    by_day: dict[date, list[HealthReason]] = {}
    for day, findings in sorted(facts.coming.items()):
        new = [
            each.reason for each in ailments(replace(facts, findings=findings)) if each.reason.id not in known
        ]
        if new:
            by_day[day] = new
            known |= {row.id for row in new}
    return by_day


def usability(facts: HealthFacts, found: Collection[Ailment]) -> Usability:
    """What the reasons come to."""
    statuses = {each.reason.status for each in found}
    if Status.UNAVAILABLE in statuses:
        return Usability.UNAVAILABLE
    if not facts.view.standing.approved_revision:
        return Usability.IN_REVIEW
    return Usability.ABNORMAL if statuses else Usability.AVAILABLE


def _holding(facts: HealthFacts, status: Status, timings: Collection[Timing]) -> list[Ailment]:
    return [
        Ailment(row, row.explanation.filled(said), row.whose_now(facts))
        for row in REASONS
        if row.status is status and row.timing in timings
        for said in row.check(facts)
    ]
