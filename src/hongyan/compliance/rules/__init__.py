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

__all__ = [
    "Chance",
    "Finding",
    "Outcome",
    "Place",
    "Report",
    "Rule",
    "Scope",
    "Severity",
    "Suggestion",
    "Words",
]
