"""The reviewer "auto": decides by the rules right after an application is stored, in a change of its own.

What the rules reject is rejected with their words. What they ask a person about is approved: nobody is there to look, which
is why production has people for this.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog

from hongyan.compliance.basic_review import TEMPLATE_RULES, reasons
from hongyan.compliance.model import Kind, ReviewOrder, Verdict
from hongyan.compliance.qualifications import Qualifications
from hongyan.compliance.qualifications.checks import qualification_problems
from hongyan.compliance.refusals import REFUSALS
from hongyan.compliance.reviews import Reviews
from hongyan.compliance.rules import Report, Severity
from hongyan.compliance.signatures import SignatureJudge, Signatures
from hongyan.compliance.templates import Templates
from hongyan.identity import Actor
from hongyan.kernel.clock import Clock, beijing
from hongyan.kernel.errors import Refused

log = structlog.get_logger(__name__)

REVIEWER: Final = Actor("auto")


class AutomaticReviewer:
    """Looks at the stored application, not at what the caller sent."""

    def __init__(
        self,
        clock: Clock,
        reviews: Reviews,
        *,
        qualifications: Qualifications,
        signatures: Signatures,
        signature_judge: SignatureJudge,
        templates: Templates,
    ) -> None:
        self._clock = clock
        self._reviews = reviews
        self._qualifications = qualifications
        self._signatures = signatures
        self._signature_judge = signature_judge
        self._templates = templates
        self._judges: Mapping[Kind, Callable[[int], Awaitable[str]]] = {
            Kind.QUALIFICATION: self._judge_qualification,
            Kind.SIGNATURE: self._judge_signature,
            Kind.TEMPLATE: self._judge_template,
        }

    async def review(self, order: ReviewOrder) -> None:
        """Approve, or reject with reasons. An order that somebody else decided in between is left alone, and one
        that cannot be stored now stays open for the next round."""
        why = await self._judges[order.kind](order.id)
        verdict = Verdict.REJECT if why else Verdict.APPROVE
        try:
            await self._reviews.decide(order.id, verdict, why, REVIEWER)
        except Refused as refused:
            log.warning("automatic review left an order", order=order.id, code=refused.code)

    async def review_open(self) -> int:
        """Every order that is open, e.g. because a crash came between an application and its verdict."""
        reviewed, after = 0, None
        while orders := await self._reviews.open_orders(after=after):
            for order in orders:
                await self.review(order)
            reviewed += len(orders)
            after = orders[-1]
        return reviewed

    async def _judge_qualification(self, order_id: int) -> str:
        qualification = await self._qualifications.of_order(order_id)
        today = beijing(self._clock.now_ms()).date()
        problems = qualification_problems(qualification.name, qualification.material, today)
        return "\n".join(f"{zh} / {en}" for en, zh in (REFUSALS[code] for code in problems))

    async def _judge_signature(self, order_id: int) -> str:
        view = await self._signatures.of_order(order_id)
        return why_rejected(await self._signature_judge.report(view))

    async def _judge_template(self, order_id: int) -> str:
        return reasons(TEMPLATE_RULES, await self._templates.of_order(order_id))


def why_rejected(report: Report) -> str:
    """What of a report rejects, with how to put it right, in both languages; empty when nothing does."""
    return "\n".join(
        f"{each.message.zh}；{each.fix.zh} / {each.message.en}; {each.fix.en}"
        for each in report.findings
        if each.severity is Severity.REJECT
    )
