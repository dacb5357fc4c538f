"""What files with carriers and takes their answers over, as doors find it."""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.compliance.registration.migrating import Migration
from hongyan.compliance.registration.registrars.job import FilingJob
from hongyan.compliance.registration.registrars.packing import Packs
from hongyan.compliance.registration.sheets.importing import AnswerImport
from hongyan.compliance.registration.waves import Waves


@dataclass(frozen=True, slots=True)
class Filing:
    """`job`: hands to registrars what no person takes to a carrier."""

    packs: Packs
    answers: AnswerImport
    job: FilingJob
    waves: Waves
    migration: Migration
