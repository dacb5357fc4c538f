"""Keeping alive for machines: what the command line and other doors say alike. Stable names."""

from __future__ import annotations

from datetime import date
from typing import Any

from hongyan.compliance.registration.keeping.model import Arrangement, Draft, ItemView, KeepPlan, Why
from hongyan.compliance.registration.keeping.reasons import WHY
from hongyan.kernel.clock import moment


def draft_facts(draft: Draft, today: date) -> dict[str, Any]:
    """`days_left`: to the last day on which a send keeps it."""
    row, silence = draft.registration, draft.silence
    return {
        "registration": row.id,
        "account_id": row.account_id,
        "signature": row.sign_name,
        "network": row.network,
        "sender": row.sender,
        "last_used": moment(silence.here_ms),
        "silent_days": silence.here_days,
        "signature_silent_days": silence.days,
        "lapses_on": silence.lapses_on.isoformat(),
        "days_left": (silence.last_good_day - today).days,
        "due_on": draft.due_on.isoformat(),
        "phone": draft.number or None,
        "at": moment(draft.due_ms),
        "template_code": draft.template_code or None,
        "segments": draft.segments,
        "price": draft.price,
        **_why(draft.why),
        "refused": draft.refused or None,
    }


def plan_facts(plan: KeepPlan) -> dict[str, Any]:
    """One plan."""
    return {
        "plan": plan.id,
        "account_id": plan.account_id,
        "made": moment(plan.made_ms),
        "by": plan.actor,
        "state": plan.state.value,
        "messages": plan.items,
        "waiting": plan.waiting,
    }


def item_facts(view: ItemView) -> dict[str, Any]:
    """`why`: a code, of what was skipped or refused."""
    item = view.item
    return {
        "signature": item.sign_name,
        "network": item.network,
        "sender": item.sender,
        "phone": item.number,
        "template_code": item.template_code,
        "due": moment(item.due_ms),
        "outcome": view.outcome.value,
        "why": item.why or view.refusal or None,
        "message_id": view.message_id,
        "last_used": moment(view.used_ms),
    }


def arrangement_facts(each: Arrangement) -> dict[str, Any]:
    """`signature` None: of those that have none of their own."""
    return {
        "account_id": each.account_id,
        "signature": each.sign_name or None,
        "phones": list(each.phones),
        "template_code": each.template_code,
        "params": dict(each.params),
        "automatic": each.automatic,
        "after_days": each.after_days,
        "set_by": each.set_by,
        "set": moment(each.set_ms),
    }


def _why(why: Why | None) -> dict[str, Any]:
    return {
        "why": None if why is None else why.value,
        "words": None if why is None else WHY[why].words.facts(),
    }
