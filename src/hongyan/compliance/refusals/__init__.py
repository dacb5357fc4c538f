"""Why an application is not taken, code by code: one row says it in both languages. A table for each subject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hongyan.compliance.refusals.extension_codes import EXTENSION_CODES
from hongyan.compliance.refusals.freezes import FREEZES
from hongyan.compliance.refusals.health import HEALTH
from hongyan.compliance.refusals.keeping import KEEPING
from hongyan.compliance.refusals.packs import PACKS
from hongyan.compliance.refusals.papers import PAPERS
from hongyan.compliance.refusals.proofs import PROOFS
from hongyan.compliance.refusals.qualifications import QUALIFICATIONS
from hongyan.compliance.refusals.registrations import REGISTRATIONS
from hongyan.compliance.refusals.reviews import REVIEWS
from hongyan.compliance.refusals.signatures import SIGNATURES
from hongyan.compliance.refusals.templates import TEMPLATES
from hongyan.compliance.refusals.trials import TRIALS
from hongyan.kernel.errors import Refused

REFUSALS: Final[Mapping[str, tuple[str, str]]] = {
    **QUALIFICATIONS,
    **SIGNATURES,
    **PROOFS,
    **TEMPLATES,
    **EXTENSION_CODES,
    **REGISTRATIONS,
    **PACKS,
    **FREEZES,
    **HEALTH,
    **PAPERS,
    **REVIEWS,
    **TRIALS,
    **KEEPING,
}


def refusal(code: str, **facts: object) -> Refused:
    """The error of a row, ready to raise."""
    en, zh = REFUSALS[code]
    return Refused(code, en=en, zh=zh, **facts)
