"""The health of signatures: what makes one abnormal or unavailable, who must act, and when something ends."""

from hongyan.compliance.health.days import DaysUntil, EndingRow, days_until
from hongyan.compliance.health.facts import Arrivals, HealthFacts
from hongyan.compliance.health.judging import EVERY, Ailment, Usability, ailments, usability
from hongyan.compliance.health.reasons import REASON, REASONS, Cure, HealthReason, Status, Timing

__all__ = [
    "EVERY",
    "REASON",
    "REASONS",
    "Ailment",
    "Arrivals",
    "Cure",
    "DaysUntil",
    "EndingRow",
    "HealthFacts",
    "HealthReason",
    "Status",
    "Timing",
    "Usability",
    "ailments",
    "days_until",
    "usability",
]
