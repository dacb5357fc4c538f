"""Orders, checklists and change records for machines: what the command line prints and REST answers.

ID and phone numbers are shortened to their ends unless somebody asks for them, which the desk writes down.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from hongyan.compliance.change_log import masked
from hongyan.compliance.model import ChangeRecord, ReviewOrder
from hongyan.compliance.papers import StoredPaper
from hongyan.compliance.review.desk import Checklist, SecondLook
from hongyan.compliance.review.precedents import Precedent
from hongyan.kernel.clock import moment

Facts = dict[str, Any]

_PERSONAL: Final = frozenset({"id_number", "admin_phone"})


def order_facts(order: ReviewOrder) -> Facts:
    """Times in ISO 8601, of Beijing."""
    claim = order.claimed
    return {
        "order": order.id,
        "kind": order.kind.value,
        "name": order.label,
        "account_id": order.account_id,
        "revision": order.revision,
        "submitted": moment(order.submitted_ms),
        "promised": moment(order.promised_ms),
        "claimed": None if claim is None else {"by": claim.by, "until": moment(claim.until_ms)},
        "first_approver": order.first_approver,
        "verdict": order.verdict,
        "reviewer": order.reviewer,
        "reason": order.reason,
        "decided": moment(order.decided_ms),
    }


def checklist_facts(found: Checklist, *, reveal: bool = False) -> Facts:
    """`reveal`: ID and phone numbers in full."""
    subject = found.subject
    account, material = subject.account, asdict(subject.view.material)
    return {
        **order_facts(subject.order),
        "state": subject.view.standing.state.value,
        "account": {
            "id": account.id,
            "name": account.name,
            "kind": account.kind.value,
            "company": account.company_name,
            "organization_code": account.uscc,
        },
        "material": material if reveal else _shortened(material),
        "report": subject.report.facts(),
        "readings": [each.facts() for each in subject.looks],
        "risks": [{"id": each.id, "name": each.name.facts()} for each in subject.risks],
        "two_needed": bool(subject.risks),
        "papers": [paper_facts(each) | {"kind": found.kinds.get(each.key)} for each in found.papers],
        "evidence": [
            {"of": each.kind.value, "of_id": each.object_id} | paper_facts(each.paper)
            for each in found.evidence
        ],
        "reasons": [
            {"id": each.id, "message": each.words.facts(), "fix": each.fix.facts()} for each in found.reasons
        ],
        "precedents": [_precedent(each) for each in found.precedents],
        "same_name": [{"account_id": account_id, "state": state} for account_id, state in found.same_name],
        "enterprises_of_admin": found.ties.enterprises if found.ties else None,
        "same_admin": [
            {"account_id": account_id, "qualification_id": number}
            for account_id, number in (found.ties.qualifications if found.ties else ())
        ],
        "history": [change_facts(each) for each in found.before],
    }


def paper_facts(paper: StoredPaper) -> Facts:
    """Without its content."""
    return {
        "id": paper.id,
        "key": paper.key,
        "format": paper.format.value,
        "size": paper.size,
        "width": paper.width,
        "height": paper.height,
        "pages": paper.pages,
        "sha256": paper.content_hash.hex(),
        "uploaded": moment(paper.created_ms),
        "uploader": paper.uploader,
        "address": paper.address,
    }


def change_facts(change: ChangeRecord) -> Facts:
    """One step, with who took it and from where."""
    return {
        "at": moment(change.at_ms),
        "order": change.order_id,
        "revision": change.revision,
        "actor": change.actor,
        "door": change.door,
        "address": change.address,
        "event": change.event,
        "before": change.before,
        "after": change.after,
        "reason": change.reason,
        "changed": [asdict(each) for each in change.changed],
    }


def second_look_facts(look: SecondLook) -> Facts:
    """`right_so` is null until somebody has looked."""
    return {
        "order": look.order_id,
        "kind": look.kind.value,
        "name": look.label,
        "account_id": look.account_id,
        "policy": look.policy,
        "approved": moment(look.approved_ms),
        "looked": moment(look.looked_ms),
        "looker": look.looker,
        "right_so": look.right_so,
        "remark": look.remark,
    }


def _precedent(each: Precedent) -> Facts:
    return {
        "order": each.order_id,
        "account_id": each.account_id,
        "name": each.name,
        "likeness": each.likeness,
        "verdict": each.verdict,
        "reviewer": each.reviewer,
        "reason": each.reason,
        "decided": moment(each.decided_ms),
    }


def _shortened(material: Facts) -> Facts:
    shown: Facts = {}
    for name, value in material.items():
        if isinstance(value, dict):
            shown[name] = _shortened(value)
        else:
            shown[name] = masked(value) if name in _PERSONAL and isinstance(value, str) else value
    return shown
