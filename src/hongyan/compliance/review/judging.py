"""What the rules say about an order, and what it is about: the same for a person's checklist, for policies, and for the
automatic reviewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from hongyan.compliance.model import Kind, Qualification, ReviewOrder, SignatureView, TemplateView
from hongyan.compliance.ocr import Look, Readings
from hongyan.compliance.qualifications import Qualifications
from hongyan.compliance.qualifications.checks import qualification_problems
from hongyan.compliance.refusals import REFUSALS
from hongyan.compliance.review.risks import Risk, risks_of
from hongyan.compliance.rules import Finding, Report, Severity, Words
from hongyan.compliance.signatures import SignatureJudge, Signatures
from hongyan.compliance.templates import TemplateJudge, Templates
from hongyan.identity import Account, Identity
from hongyan.kernel.clock import Clock, beijing

Reviewed: TypeAlias = Qualification | SignatureView | TemplateView
_CORRECT: Final = Words("correct it and submit again", "请更正后重新提交")
_FORM: Final = "vendor: SubmitSmsQualification, parameters and errors 400"


@dataclass(frozen=True, slots=True)
class Subject:
    """An order with what it is about. `qualification`: the one that it leans on, or is; None when there is none. `looks`:
    what was read on the papers that it leans on, beside their forms; the report has what that means."""

    order: ReviewOrder
    account: Account
    view: Reviewed
    qualification: Qualification | None
    report: Report
    risks: tuple[Risk, ...]
    looks: tuple[Look, ...]


class OrderJudge:
    """Looks at the stored application, not at what the caller sent."""

    def __init__(
        self,
        clock: Clock,
        identity: Identity,
        *,
        qualifications: Qualifications,
        signatures: Signatures,
        signature_judge: SignatureJudge,
        templates: Templates,
        template_judge: TemplateJudge,
        readings: Readings,
    ) -> None:
        self._clock = clock
        self._identity = identity
        self._qualifications = qualifications
        self._signatures = signatures
        self._signature_judge = signature_judge
        self._templates = templates
        self._template_judge = template_judge
        self._readings = readings

    async def reviewed(self, order: ReviewOrder) -> Reviewed:
        """What an order is about, with the material of its revision."""
        match order.kind:
            case Kind.QUALIFICATION:
                return await self._qualifications.of_order(order.id)
            case Kind.SIGNATURE:
                return await self._signatures.of_order(order.id)
            case Kind.TEMPLATE:
                return await self._templates.of_order(order.id)

    async def subject(self, order: ReviewOrder) -> Subject:
        """By the rules of today."""
        view = await self.reviewed(order)
        qualification: Qualification | None
        texts: tuple[str, ...]
        account = await self._identity.account(order.account_id)
        match view:
            case Qualification():
                qualification, report, texts = view, self._of_qualification(view), (view.name,)
                industry = None
            case SignatureView():
                qualification = await self.qualification(view)
                report, texts = await self._signature_judge.report(view), (view.name,)
                industry = view.material.industry
            case TemplateView():
                signature = await self._template_judge.signature(view)
                qualification = await self.qualification(signature) if signature else None
                report = await self._template_judge.report(view)
                texts = (view.material.content, view.material.related_sign_name)
                industry = signature.material.industry if signature else None
        looks = tuple(await self._readings.looks(order, view))
        report = report.joined(finding for look in looks for finding in look.findings)
        company = qualification.material.company_name if qualification else account.company_name
        code = qualification.material.organization_code if qualification else account.uscc
        risks = risks_of((*texts, *([company] if company else [])), code, self.today, industry)
        return Subject(order, account, view, qualification, report, risks, looks)

    @property
    def today(self) -> date:
        return beijing(self._clock.now_ms()).date()

    def _of_qualification(self, view: Qualification) -> Report:
        problems = qualification_problems(view.name, view.material, self.today)
        return Report(
            tuple(
                Finding(
                    rule=code,
                    severity=Severity.REJECT,
                    message=Words(*REFUSALS[code]),
                    at=(),
                    fix=_CORRECT,
                    source=_FORM,
                    doubtful=True,
                )
                for code in problems
            )
        )

    async def qualification(self, view: SignatureView) -> Qualification | None:
        """The one that a signature leans on. None: the platform's own signature, or it was deleted since."""
        return await self._qualifications.find(view.standing.account_id, view.material.qualification_id)
