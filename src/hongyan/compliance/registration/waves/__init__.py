"""Many registrations, begun wave by wave."""

from hongyan.compliance.registration.waves.desk import Waves
from hongyan.compliance.registration.waves.model import Candidate, Unplanned, WaveDraft, WaveItem, WavePlan
from hongyan.compliance.registration.waves.states import PLAN, ItemState, PlanEvent, PlanState

__all__ = [
    "PLAN",
    "Candidate",
    "ItemState",
    "PlanEvent",
    "PlanState",
    "Unplanned",
    "WaveDraft",
    "WaveItem",
    "WavePlan",
    "Waves",
]
