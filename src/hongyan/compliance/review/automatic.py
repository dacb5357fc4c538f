"""The reviewer "auto": decides right after an application is stored, in a change of its own, and again in every round of
housekeeping what was left open.

In the sandbox it decides everything, as nobody is there to look. What is plainly wrong is rejected with the words of the
rules. Whether a name is its company's, or a person's, or whether a notice sells, is approved with a note of what a reviewer
would say, so that who tries the sandbox need not invent a fitting licence and text; with HONGYAN_REVIEW=rules everything
that the rules reject is rejected. Only what a letter was not found to authorize waits for a person (`compliance/ocr`).

Outside of it HONGYAN_REVIEW=rules decides what rules can: it rejects what they reject, and approves what no rule asks about,
what leans on no paper that was not read and found to say the same, and what two people need not look at. The rest waits for
people, as with HONGYAN_REVIEW=manual.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import structlog

from hongyan.compliance.model import Kind, ReviewOrder, Verdict
from hongyan.compliance.ocr import LEFT_TO_PEOPLE, WAITING, LookState
from hongyan.compliance.review.judging import OrderJudge, Subject
from hongyan.compliance.review.reasons import in_words
from hongyan.compliance.reviews import QUEUE_START, Reviews
from hongyan.compliance.rules import Outcome, Severity
from hongyan.compliance.rules.templates.form import FORM
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
        "signature.letter_not_valid",
        "signature.traditional",
        "template.code_does_not_say_so",
        "template.way_out_of_a_notice",
        *(rule.id for rule in (*FORM, *SUBJECTS) if rule.severity is Severity.REJECT),
    }
)
"""Rules that need no judgement: characters and words. What else has no right form was refused before anything was stored."""
NOT_STRICT: Final = "沙箱自动通过；人工审核会指出： / approved by the sandbox; a reviewer would say:"


class AutomaticReviewer:
    """`strict`: everything that the rules reject is rejected. `with_people`: what they cannot approve waits for people."""

    def __init__(
        self, reviews: Reviews, judge: OrderJudge, *, strict: bool = False, with_people: bool = False
    ) -> None:
        self._reviews = reviews
        self._judge = judge
        self._strict = strict
        self._with_people = with_people
        self._left: dict[int, date] = {}
        """Open order -> the day by whose rules it was left to people."""

    async def review(self, order: ReviewOrder) -> None:
        """Approve, reject with reasons, or leave it to people. An order that somebody else decided in between, or has
        claimed, is left alone, and one that cannot be stored now stays open for the next round."""
        today = self._judge.today
        subject = await self._judge.subject(order)
        decision = self._verdict(subject)
        if decision is None:
            if all(each.rule != WAITING for each in subject.report.findings):
                self._left[order.id] = today
            return
        verdict, why = decision
        try:
            await self._reviews.decide(order.id, verdict, why, REVIEWER)
        except Refused as refused:
            self._left[order.id] = today
            log.warning("automatic review left an order", order=order.id, code=refused.code)

    async def review_open(self) -> int:
        """Every order that is open, e.g. because a crash came between an application and its verdict; one that was left to
        people, when there are rules of another day. How many."""
        today, reviewed, left, after = self._judge.today, 0, dict[int, date](), QUEUE_START
        while orders := await self._reviews.open_orders(after=after):
            for order in orders:
                if self._left.get(order.id) != today:
                    await self.review(order)
                    reviewed += 1
                if order.id in self._left:
                    left[order.id] = self._left[order.id]
            after = orders[-1].position
        self._left = left
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
        if self._with_people and not _is_certain(subject):
            return None
        return Verdict.APPROVE, f"{NOT_STRICT}\n{in_words(rejecting)}" if rejecting else ""


def _is_certain(subject: Subject) -> bool:
    """Whether nothing is left for a person to look at."""
    return (
        subject.report.verdict is Outcome.PASS
        and not subject.risks
        and all(look.state is LookState.READ and not look.findings for look in subject.looks)
    )
