"""The reviewer "auto": decides right after an application is stored, in a change of its own.

What is plainly wrong is rejected with the words of the rules. Whether a name is its company's, or a person's, or whether a notice
sells, is approved with a note of what a reviewer would say, so that who tries the sandbox need not invent a fitting licence and
text; with HONGYAN_REVIEW=rules everything that the rules reject is rejected. What they ask a person about is approved either
way: nobody is there to look, which is why production has people for this. Only what a letter was not found to authorize waits
for a person (`compliance/ocr`).
"""

from __future__ import annotations

from typing import Final

import structlog

from hongyan.compliance.model import Kind, ReviewOrder, Verdict
from hongyan.compliance.ocr import LEFT_TO_PEOPLE
from hongyan.compliance.review.judging import OrderJudge, Subject
from hongyan.compliance.review.reasons import in_words
from hongyan.compliance.reviews import QUEUE_START, Reviews
from hongyan.compliance.rules import Severity
from hongyan.compliance.rules.templates.subjects import SUBJECTS
from hongyan.identity import Actor
from hongyan.kernel.errors import Refused

log = structlog.get_logger(__name__)

REVIEWER: Final = Actor("auto")

PLAINLY_WRONG: Final = frozenset(
    {
        "signature.says_test",
        "signature.vague",
        "signature.placeholder",
        "signature.unlawful",
        "signature.source_app",
        "signature.source_closed",
        "template.code_does_not_say_so",
        "template.way_out_of_a_notice",
        *(rule.id for rule in SUBJECTS if rule.severity is Severity.REJECT),
    }
)
"""Rules that need neither papers nor judgement. What has no right form was refused before anything was stored."""
NOT_STRICT: Final = "沙箱自动通过；人工审核会指出： / approved by the sandbox; a reviewer would say:"


class AutomaticReviewer:
    """`strict`: everything that the rules reject is rejected."""

    def __init__(self, reviews: Reviews, judge: OrderJudge, *, strict: bool = False) -> None:
        self._reviews = reviews
        self._judge = judge
        self._strict = strict

    async def review(self, order: ReviewOrder) -> None:
        """Approve, or reject with reasons. An order that somebody else decided in between, or has claimed, is left alone, and
        one that cannot be stored now stays open for the next round."""
        decision = self._verdict(await self._judge.subject(order))
        if decision is None:
            return
        verdict, why = decision
        try:
            await self._reviews.decide(order.id, verdict, why, REVIEWER)
        except Refused as refused:
            log.warning("automatic review left an order", order=order.id, code=refused.code)

    async def review_open(self) -> int:
        """Every order that is open, e.g. because a crash came between an application and its verdict."""
        reviewed, after = 0, QUEUE_START
        while orders := await self._reviews.open_orders(after=after):
            for order in orders:
                await self.review(order)
            reviewed += len(orders)
            after = orders[-1].position
        return reviewed

    def _verdict(self, subject: Subject) -> tuple[Verdict, str] | None:
        """None leaves it to people, or to the next round."""
        rejecting = [each for each in subject.report.findings if each.severity is Severity.REJECT]
        strict = self._strict or subject.order.kind is Kind.QUALIFICATION
        plain = [each for each in rejecting if strict or each.rule in PLAINLY_WRONG]
        if plain:
            return Verdict.REJECT, in_words(plain)
        if subject.order.kind is Kind.SIGNATURE and any(
            each.rule in LEFT_TO_PEOPLE for each in subject.report.findings
        ):
            return None
        return Verdict.APPROVE, f"{NOT_STRICT}\n{in_words(rejecting)}" if rejecting else ""
