"""The rule packs: what is wrong with a name or a text, where, and what would be right. Pure: no store, no clock."""

from hongyan.compliance.rules.core import (
    Chance,
    Finding,
    Outcome,
    Place,
    Report,
    Rule,
    Scope,
    Severity,
    Suggestion,
    Words,
)
from hongyan.compliance.rules.signatures import (
    PAPERS,
    SIGNATURE_RULES,
    Industry,
    SignatureCase,
    Source,
    Trademark,
    check_signature,
    form_findings,
)

__all__ = [
    "PAPERS",
    "SIGNATURE_RULES",
    "Chance",
    "Finding",
    "Industry",
    "Outcome",
    "Place",
    "Report",
    "Rule",
    "Scope",
    "Severity",
    "SignatureCase",
    "Source",
    "Suggestion",
    "Trademark",
    "Words",
    "check_signature",
    "form_findings",
]
