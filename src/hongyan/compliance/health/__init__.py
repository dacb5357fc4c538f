"""The health of signatures: what makes one abnormal or unavailable, who must act, and when something ends."""

from hongyan.compliance.health.days import DaysUntil, EndingRow, days_until
from hongyan.compliance.health.desk import Checkup, Health, Held
from hongyan.compliance.health.facts import Arrivals, HealthFacts
from hongyan.compliance.health.feed import calendar
from hongyan.compliance.health.judging import EVERY, UNKNOWN, Ailment, Usability, ailments, usability
from hongyan.compliance.health.looking import Called
from hongyan.compliance.health.reasons import REASON, REASONS, Cure, HealthReason, Status, Timing
from hongyan.compliance.health.showing import checkup_facts

__all__ = [
    "EVERY",
    "REASON",
    "REASONS",
    "UNKNOWN",
    "Ailment",
    "Arrivals",
    "Called",
    "Checkup",
    "Cure",
    "DaysUntil",
    "EndingRow",
    "Health",
    "HealthFacts",
    "HealthReason",
    "Held",
    "Status",
    "Timing",
    "Usability",
    "ailments",
    "calendar",
    "checkup_facts",
    "days_until",
    "usability",
]
