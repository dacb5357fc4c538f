"""Many registrations, begun wave by wave."""

from hongyan.compliance.registration.waves.desk import Waves
from hongyan.compliance.registration.waves.model import Candidate, WaveItem, WavePlan
from hongyan.compliance.registration.waves.states import PLAN, ItemState, PlanEvent, PlanState

__all__ = ["PLAN", "Candidate", "ItemState", "PlanEvent", "PlanState", "WaveItem", "WavePlan", "Waves"]
