"""Keeping registrations alive: which numbers fall silent with which carrier, and the few messages that keep them."""

from hongyan.compliance.registration.keeping.desk import MOST_AFTER, MOST_PHONES, KeepAlive
from hongyan.compliance.registration.keeping.facts import (
    arrangement_facts,
    draft_facts,
    item_facts,
    plan_facts,
)
from hongyan.compliance.registration.keeping.model import (
    AFTER_DAYS,
    Arrangement,
    Draft,
    ItemView,
    KeepItem,
    KeepPlan,
    Outcome,
    Why,
)
from hongyan.compliance.registration.keeping.reasons import WHY
from hongyan.compliance.registration.keeping.spreading import MOST_A_DAY, USUAL_A_DAY
from hongyan.compliance.registration.keeping.states import KEEP_PLAN, KeepEvent, KeepState

__all__ = [
    "AFTER_DAYS",
    "KEEP_PLAN",
    "MOST_AFTER",
    "MOST_A_DAY",
    "MOST_PHONES",
    "USUAL_A_DAY",
    "WHY",
    "Arrangement",
    "Draft",
    "ItemView",
    "KeepAlive",
    "KeepEvent",
    "KeepItem",
    "KeepPlan",
    "KeepState",
    "Outcome",
    "Why",
    "arrangement_facts",
    "draft_facts",
    "item_facts",
    "plan_facts",
]
