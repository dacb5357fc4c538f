"""What became of the rows of a sheet, for machines; stable names, sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from hongyan.compliance.registration.migrating import MIGRATION_PROBLEMS, Migrated
from hongyan.compliance.registration.sheets.importing import AnswersImported
from hongyan.compliance.registration.sheets.matching import ROW_PROBLEMS, Fit, Judged
from hongyan.kernel.clock import moment

MIGRATION_FITS: Final = (Fit.NEW, Fit.KNOWN, Fit.UNFIT)
"""What becomes of what was registered elsewhere."""


def answers_facts(done: AnswersImported, language: str) -> dict[str, Any]:
    """Of a carrier's answer sheet."""
    return {
        "file": done.file,
        "sha256": done.sha256,
        "network": done.network,
        "dry_run": done.dry_run,
        **{fit.value: done.count(fit) for fit in Fit},
        "rows": [_answer_facts(each, language) for each in done.rows],
    }


def migration_facts(done: Sequence[Migrated], language: str, *, dry_run: bool) -> dict[str, Any]:
    """Of a sheet of what was registered elsewhere."""
    rows = [_migrated_facts(each, language) for each in done]
    return {"dry_run": dry_run, **migration_counts(done), "rows": rows}


def migration_counts(done: Sequence[Migrated]) -> dict[str, int]:
    """How many rows came to what."""
    return {fit.value: sum(each.fit is fit for each in done) for fit in MIGRATION_FITS}


def why_unfit(migrated: Migrated, language: str) -> str:
    """The sentence; "" for what fits."""
    if migrated.refused is not None:
        return migrated.refused.words(language)
    return MIGRATION_PROBLEMS[migrated.problem].words(language) if migrated.problem else ""


def _answer_facts(judged: Judged, language: str) -> dict[str, Any]:
    row, found = judged.row, judged.registration
    return {
        "sheet": row.sheet,
        "row": row.row,
        "signature": row.sign_name,
        "number": row.number.digits or row.access.digits,
        "code": row.code.digits,
        "reference": row.reference,
        "result": None if row.result is None else row.result.value,
        "said": row.said,
        "words": row.words,
        "answered": moment(judged.at_ms),
        "fit": judged.fit.value,
        "registration": None if found is None else found.id,
        "reason": None if judged.reason is None else judged.reason.value,
        "problem": judged.problem or None,
        "why": ROW_PROBLEMS[judged.problem].words(language) if judged.problem else None,
        "remarks": list(judged.remarks),
    }


def _migrated_facts(migrated: Migrated, language: str) -> dict[str, Any]:
    row = migrated.row
    return {
        "sheet": row.sheet,
        "row": row.row,
        "tenant": row.tenant,
        "signature": row.sign_name,
        "network": migrated.network,
        "number": row.number,
        "fit": migrated.fit.value,
        "made": list(migrated.made),
        "problem": migrated.problem or (migrated.refused.code if migrated.refused else None),
        "why": why_unfit(migrated, language) or None,
    }
