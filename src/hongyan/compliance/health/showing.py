"""A checkup as machines read it: the command's --json and REST."""

from __future__ import annotations

from typing import Any

from hongyan.compliance.health.desk import Checkup, Coming, Held
from hongyan.compliance.health.switching import Waiting
from hongyan.kernel.clock import moment


def checkup_facts(found: Checkup) -> dict[str, Any]:
    """Stable names."""
    return {
        "account_id": found.signature.account_id,
        "signature": found.signature.name,
        "usability": found.usability.value,
        "problem": found.problem,
        "reasons": [_held_facts(each) for each in found.held],
        "coming": [coming_facts(each) for each in found.coming],
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
        "whose": held.ailment.whose.value,
        "cure": row.cure.value,
        "what_to_do": row.what_to_do.facts(),
    }


def coming_facts(coming: Coming) -> dict[str, Any]:
    """`day`: None when it holds as soon as the rules that wait are accepted."""
    row = coming.reason
    return {"id": row.id, "words": row.words.facts(), "day": coming.day.isoformat() if coming.day else None}


def waiting_facts(waiting: Waiting) -> dict[str, Any]:
    """Rules that wait to be accepted."""
    return {
        "edition": waiting.number,
        "changed": list(waiting.changed),
        "signatures": waiting.signatures,
        "since": moment(waiting.since_ms),
    }
