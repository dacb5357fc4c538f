"""What became of the rows of a sheet, for machines; stable names, sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from hongyan.compliance.registration.migrating import MIGRATION_PROBLEMS, PROBLEM_CELLS, Migrated
from hongyan.compliance.registration.sheets.importing import AnswersImported
from hongyan.compliance.registration.sheets.matching import ROW_PROBLEMS, Fit, Judged
from hongyan.compliance.registration.sheets.migration import MIGRATION_COLUMNS
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


_COLUMNS: Final = {column.means: column for column in MIGRATION_COLUMNS}
_COLON: Final = {"zh": "：", "en": ": "}
_COMMA: Final = {"zh": "，", "en": ", "}
_LONGEST: Final = 60
"""Characters of a cell in a sentence; the facts for machines have all of them."""


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
    if not migrated.problem:
        return ""
    named = [f"{column} {_quoted(value, language)}" for column, value in _cells(migrated, language)]
    words = MIGRATION_PROBLEMS[migrated.problem].words(language)
    return f"{words}{_COLON[language]}{_COMMA[language].join(named)}" if named else words


def _cells(migrated: Migrated, language: str) -> list[tuple[str, str]]:
    """The columns that a problem is about, with what the row has there; "" for an empty cell of a column that is wanted."""
    wanted = PROBLEM_CELLS.get(migrated.problem, ())
    found = [(kind, migrated.row.cells.get(kind.value, "")) for kind in wanted]
    shown = [(kind, value) for kind, value in found if value] or found[:1]
    return [(_COLUMNS[kind].zh if language == "zh" else _COLUMNS[kind].en, value) for kind, value in shown]


def _quoted(value: str, language: str) -> str:
    short = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
    if not short:
        return "为空" if language == "zh" else "is empty"
    return f"“{short}”" if language == "zh" else f'"{short}"'


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
        "cells": dict(_cells(migrated, language)),
        "why": why_unfit(migrated, language) or None,
    }
