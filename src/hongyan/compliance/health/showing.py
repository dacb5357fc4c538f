"""A checkup as machines read it: the command's --json and REST."""

from __future__ import annotations

from typing import Any

from hongyan.compliance.health.desk import Checkup, Held
from hongyan.kernel.clock import moment


def checkup_facts(found: Checkup) -> dict[str, Any]:
    """Stable names."""
    return {
        "account_id": found.signature.account_id,
        "signature": found.signature.name,
        "usability": found.usability.value,
        "problem": found.problem,
        "reasons": [_held_facts(each) for each in found.held],
        "ends": [
            {
                "id": each.row.id,
                "words": each.row.words.facts(),
                "day": each.day.isoformat(),
                "days": each.days,
                "what_to_do": each.row.what_to_do.facts(),
            }
            for each in found.ends
        ],
    }


def _held_facts(held: Held) -> dict[str, Any]:
    row = held.ailment.reason
    return {
        "id": row.id,
        "status": row.status.value,
        "words": row.words.facts(),
        "explanation": held.ailment.explanation.facts(),
        "since": moment(held.since_ms),
        "whose": row.whose.value,
        "cure": row.cure.value,
        "what_to_do": row.what_to_do.facts(),
    }
