"""The reviewer "auto": decides right after an application is stored, in a change of its own.

What is plainly wrong is rejected with the words of the rules. Whether a name is its company's, or a person's, is approved with a
note of what a reviewer would say, so that who tries the sandbox need not invent a fitting licence; with HONGYAN_REVIEW=rules
everything that the rules reject is rejected. What they ask a person about is approved either way: nobody is there to look,
which is why production has people for this.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final

import structlog

from hongyan.compliance.basic_review import TEMPLATE_RULES, reasons
from hongyan.compliance.model import Kind, ReviewOrder, Verdict
from hongyan.compliance.qualifications import Qualifications
from hongyan.compliance.qualifications.checks import qualification_problems
from hongyan.compliance.refusals import REFUSALS
from hongyan.compliance.reviews import Reviews
from hongyan.compliance.rules import Finding, Report, Severity
from hongyan.compliance.signatures import SignatureJudge, Signatures
from hongyan.compliance.templates import Templates
from hongyan.identity import Actor
from hongyan.kernel.clock import Clock, beijing
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
    }
)
"""Rules that need no look at papers. What has no right form was refused before anything was stored."""


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
        strict: bool = False,
    ) -> None:
        """`strict`: everything that the rules reject is rejected."""
        self._strict = strict
        self._clock = clock
        self._reviews = reviews
        self._qualifications = qualifications
        self._signatures = signatures
        self._signature_judge = signature_judge
        self._templates = templates
        self._judges: Mapping[Kind, Callable[[int], Awaitable[tuple[Verdict, str]]]] = {
            Kind.QUALIFICATION: self._judge_qualification,
            Kind.SIGNATURE: self._judge_signature,
            Kind.TEMPLATE: self._judge_template,
        }

    async def review(self, order: ReviewOrder) -> None:
        """Approve, or reject with reasons. An order that somebody else decided in between is left alone, and one
        that cannot be stored now stays open for the next round."""
        verdict, why = await self._judges[order.kind](order.id)
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

    async def _judge_qualification(self, order_id: int) -> tuple[Verdict, str]:
        qualification = await self._qualifications.of_order(order_id)
        today = beijing(self._clock.now_ms()).date()
        problems = qualification_problems(qualification.name, qualification.material, today)
        return _verdict("\n".join(f"{zh} / {en}" for en, zh in (REFUSALS[code] for code in problems)))

    async def _judge_signature(self, order_id: int) -> tuple[Verdict, str]:
        view = await self._signatures.of_order(order_id)
        return self._by_rules(await self._signature_judge.report(view))

    async def _judge_template(self, order_id: int) -> tuple[Verdict, str]:
        return _verdict(reasons(TEMPLATE_RULES, await self._templates.of_order(order_id)))

    def _by_rules(self, report: Report) -> tuple[Verdict, str]:
        rejecting = [each for each in report.findings if each.severity is Severity.REJECT]
        plain = rejecting if self._strict else [each for each in rejecting if each.rule in PLAINLY_WRONG]
        if plain or not rejecting:
            return _verdict(in_words(plain))
        return Verdict.APPROVE, f"{NOT_STRICT}\n{in_words(rejecting)}"


NOT_STRICT: Final = "沙箱自动通过；人工审核会指出： / approved by the sandbox; a reviewer would say:"


def _verdict(why: str) -> tuple[Verdict, str]:
    return (Verdict.REJECT if why else Verdict.APPROVE), why


def in_words(findings: Iterable[Finding]) -> str:
    """What was found, with how to put it right, in both languages, a line each."""
    return "\n".join(
        f"{each.message.zh}；{each.fix.zh} / {each.message.en}; {each.fix.en}" for each in findings
    )
