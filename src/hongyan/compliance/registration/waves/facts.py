"""Plans of waves, for machines; stable names."""

from __future__ import annotations

from typing import Any

from hongyan.compliance.registration.reasons import REASONS
from hongyan.compliance.registration.waves.model import Unplanned, WaveItem, WavePlan
from hongyan.kernel.clock import moment


def plan_facts(plan: WavePlan) -> dict[str, Any]:
    """One plan."""
    return {
        "plan": plan.id,
        "made": moment(plan.made_ms),
        "by": plan.actor,
        "size": plan.size,
        "days": plan.days,
        "waves": plan.waves,
        "state": plan.state.value,
        "wave": plan.wave,
        "wave_began": moment(plan.wave_ms),
    }


def item_facts(item: WaveItem) -> dict[str, Any]:
    """One item of a plan."""
    wanted = item.candidate
    return {
        "wave": item.wave,
        "account_id": wanted.account_id,
        "signature": wanted.sign_name,
        "network": wanted.network,
        "traffic": wanted.traffic,
        "state": item.state.value,
        "why": item.why or None,
    }


def unplanned_facts(left_out: Unplanned) -> dict[str, Any]:
    """A signature that is not in a plan, why, and what helps."""
    row = REASONS[left_out.reason]
    return {
        "account_id": left_out.account_id,
        "signature": left_out.sign_name,
        "reason": row.code.value,
        "words": row.words.facts(),
        "advice": row.advice.facts(),
    }
