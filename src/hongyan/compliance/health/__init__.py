"""The health of signatures: what makes one abnormal or unavailable, who must act, and when something ends."""

from hongyan.compliance.health.days import DaysUntil, EndingRow, days_until
from hongyan.compliance.health.desk import Checkup, Coming, Health, Held
from hongyan.compliance.health.facts import Arrivals, HealthFacts
from hongyan.compliance.health.feed import calendar
from hongyan.compliance.health.judging import EVERY, UNKNOWN, Ailment, Usability, ailments, usability
from hongyan.compliance.health.looking import Called
from hongyan.compliance.health.reasons import REASON, REASONS, Cure, HealthReason, Status, Timing
from hongyan.compliance.health.showing import checkup_facts, coming_facts, waiting_facts
from hongyan.compliance.health.switching import Accepted, Waiting

__all__ = [
    "EVERY",
    "REASON",
    "REASONS",
    "UNKNOWN",
    "Accepted",
    "Ailment",
    "Arrivals",
    "Called",
    "Checkup",
    "Coming",
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
    "Waiting",
    "ailments",
    "calendar",
    "checkup_facts",
    "coming_facts",
    "days_until",
    "usability",
    "waiting_facts",
]
