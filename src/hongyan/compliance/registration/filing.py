"""What files with carriers and what verifies it, as doors find it: the public names of registrars, sheets, waves, evidence."""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.compliance.registration.closing import CLOSED, Closings
from hongyan.compliance.registration.evidence.states import TrialState
from hongyan.compliance.registration.evidence.trials import (
    MOST_AT_ONCE,
    MOST_TO_A_NUMBER,
    Trial,
    Trials,
    TrialWish,
)
from hongyan.compliance.registration.evidence.verification import Verification
from hongyan.compliance.registration.migrating import Migration
from hongyan.compliance.registration.registrars.job import FilingJob
from hongyan.compliance.registration.registrars.pack import MOST_AT_ONCE as MOST_IN_A_PACK
from hongyan.compliance.registration.registrars.pack import pack_facts
from hongyan.compliance.registration.registrars.packing import Packs, PackWish, TakenPack
from hongyan.compliance.registration.sheets.bounds import MOST_BYTES as MOST_OF_A_SHEET
from hongyan.compliance.registration.sheets.facts import answers_facts, migration_facts
from hongyan.compliance.registration.sheets.importing import AnswerImport
from hongyan.compliance.registration.sheets.problems import SHEET_PROBLEMS
from hongyan.compliance.registration.waves import PlanEvent, Waves
from hongyan.compliance.registration.waves.desk import MOST_DAYS, MOST_PLANNED
from hongyan.compliance.registration.waves.facts import item_facts, plan_facts, unplanned_facts

__all__ = [
    "CLOSED",
    "MOST_AT_ONCE",
    "MOST_DAYS",
    "MOST_IN_A_PACK",
    "MOST_OF_A_SHEET",
    "MOST_PLANNED",
    "MOST_TO_A_NUMBER",
    "SHEET_PROBLEMS",
    "Filing",
    "PackWish",
    "PlanEvent",
    "TakenPack",
    "Trial",
    "TrialState",
    "TrialWish",
    "Trials",
    "Verification",
    "answers_facts",
    "item_facts",
    "migration_facts",
    "pack_facts",
    "plan_facts",
    "unplanned_facts",
]


@dataclass(frozen=True, slots=True)
class Filing:
    """`job`: hands to registrars what no person takes to a carrier."""

    packs: Packs
    answers: AnswerImport
    closings: Closings
    job: FilingJob
    waves: Waves
    migration: Migration
