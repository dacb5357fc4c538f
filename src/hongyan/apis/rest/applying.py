"""Applying for signatures and templates, through the services that the vendor's actions call.

What the rules refuse at once is refused here as there, with the findings among the problem's facts; what they ask and advise
comes with the answer, so that an applicant reads it before a reviewer does.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import Meta

from hongyan.apis.rest.call import Call, Services
from hongyan.apis.rest.route import Input, Output, Route
from hongyan.apis.rest.shapes import Moment, ReportShown, Text, shown
from hongyan.compliance import (
    SOURCES,
    DrivingType,
    SignatureMaterial,
    SignatureView,
    SignSource,
    SignType,
    Standing,
    TemplateMaterial,
    TemplateType,
    TemplateView,
    TrafficDriving,
)
from hongyan.compliance.rules import Industry, Report, Source
from hongyan.compliance.rules.templates import TemplateKind
from hongyan.kernel.clock import moment

Key = Annotated[str, Meta(description="A paper's, as it was uploaded.", min_length=1, max_length=255)]
Name = Annotated[str, Meta(max_length=200)]
Type: TypeAlias = Literal["code", "general"]
Purpose: TypeAlias = Literal["own", "other"]
_NUMBERS: Final[dict[Source, SignSource]] = {ours: number for number, ours in SOURCES.items()}
_TYPES: Final[dict[str, SignType]] = {"code": SignType.CODE, "general": SignType.GENERAL}
_WORDS: Final = {type_: word for word, type_ in _TYPES.items()}
_MOST_PAPERS: Final = 50


class PaperGiven(Input, frozen=True):
    """A further paper."""

    key: Key
    kind: Annotated[
        str | None,
        Meta(description="What it is, as docs/reviewing.md lists kinds; null: nobody knows."),
    ] = None


class SignatureWanted(Input, frozen=True):
    """What a signature is applied for with."""

    name: Annotated[Name, Meta(description="Without 【】.")]
    qualification: Annotated[int, Meta(description="The number of an approved one.", ge=1)]
    type: Annotated[Type, Meta(description="Of verification codes only, or of everything.")] = "general"
    source: Annotated[
        Literal["enterprise", "website", "app", "official-account", "store", "trademark"],
        Meta(description="Where the name comes from."),
    ] = "enterprise"
    purpose: Annotated[Purpose, Meta(description="Own use, or for somebody who authorized it.")] = "own"
    industry: Annotated[Industry | None, Meta(description="What the sender does; null: nobody says it.")] = (
        None
    )
    scene: Annotated[Text, Meta(description="A link to where the name is used.")] = ""
    remark: Text = ""
    papers: Annotated[tuple[PaperGiven, ...], Meta(max_length=_MOST_PAPERS)] = ()
    letter: Annotated[int | None, Meta(description="Number of a letter of authorization.")] = None
    trademark: Annotated[int | None, Meta(description="Number of a trademark.")] = None
    app_record: Annotated[int | None, Meta(description="Number of an app's ICP record.")] = None

    @property
    def material(self) -> SignatureMaterial:
        """For the service. No kinds where none is said."""
        kinds = tuple(each.kind for each in self.papers)
        return SignatureMaterial(
            sign_type=_TYPES[self.type],
            source=_NUMBERS[Source(self.source)],
            third_party=self.purpose == "other",
            qualification_id=self.qualification,
            apply_scene=self.scene,
            remark=self.remark,
            papers=tuple(each.key for each in self.papers),
            letter_id=self.letter,
            trademark_id=self.trademark,
            app_record_id=self.app_record,
            industry=self.industry,
            paper_kinds=kinds if any(kinds) else (),
        )


class Declared(Input, frozen=True):
    """A link or phone number of a text, and whose it is."""

    type: DrivingType
    content: Annotated[Text, Meta(description="As the text has it.")]
    variable: Annotated[Name, Meta(description="The variable that brings it.")] = ""
    company: Name = ""
    uscc: Annotated[Name, Meta(description="The unified social credit code of its owner.")] = ""
    icp_number: Name = ""
    icp_paper: Annotated[str, Meta(description="A paper's key.", max_length=255)] = ""
    other_company_because: Text = ""

    @property
    def said(self) -> TrafficDriving:
        """For the service."""
        return TrafficDriving(
            *(self.type, self.content, self.company, self.uscc, self.variable),
            *(self.icp_number, self.icp_paper, self.other_company_because),
        )


class TemplateWanted(Input, frozen=True):
    """What a template is applied for with."""

    name: Name
    content: Annotated[str, Meta(description="With its variables, ${name}.", max_length=10_000)]
    type: TemplateKind
    signature: Annotated[Name, Meta(description="An approved one; of international texts none.")] = ""
    rule: Annotated[
        dict[str, str] | None, Meta(description="The variables' attributes, as TemplateRule takes them.")
    ] = None
    international_type: Annotated[
        Literal[0, 1, 2] | None, Meta(description="Of international texts, as IntlType.")
    ] = None
    scene: Text = ""
    remark: Text = ""
    papers: Annotated[tuple[Key, ...], Meta(max_length=_MOST_PAPERS)] = ()
    declarations: Annotated[tuple[Declared, ...], Meta(max_length=100)] = ()

    @property
    def material(self) -> TemplateMaterial:
        """For the service."""
        return TemplateMaterial(
            name=self.name,
            category=TemplateType[self.type.name],
            content=self.content,
            rules=self.rule or {},
            international_type=self.international_type,
            related_sign_name=self.signature,
            apply_scene=self.scene,
            remark=self.remark,
            traffic_driving=tuple(each.said for each in self.declarations),
            papers=self.papers,
        )


class StandingShown(Output, frozen=True):
    """Where an application stands."""

    id: int
    order: Annotated[int, Meta(description="The newest submission.")]
    revision: int
    state: str
    usable: Annotated[bool, Meta(description="Whether messages may be sent with it.")]
    reason: Annotated[str, Meta(description="Of the newest verdict, and how to put it right.")]
    applied: Annotated[Moment, Meta(description="The first time.")]
    decided: Moment | None
    report: Annotated[ReportShown, Meta(description="What the rules of today say of the newest submission.")]


class PaperNamed(Output, frozen=True):
    """A further paper; `kind` is null where nobody has said it."""

    key: str
    kind: str | None


class SignatureShown(StandingShown, frozen=True):
    """A signature, with what was applied for last."""

    name: str
    type: Type
    source: str
    purpose: Purpose
    qualification: int | None
    industry: str | None
    papers: list[PaperNamed]
    letter: int | None
    letter_passed: bool
    trademark: int | None
    app_record: int | None


class TemplateShown(StandingShown, frozen=True):
    """A template, with what was applied for last."""

    code: Annotated[str, Meta(description="What messages are sent with.")]
    name: str
    content: str
    type: str
    signature: str


# -- applying ------------------------------------------------------------------------------------------------


async def apply_for_signature(services: Services, call: Call) -> None:
    """As CreateSmsSign does."""
    wanted: SignatureWanted = call.body
    await services.compliance.signatures.submit(
        call.account.id, wanted.name, wanted.material, actor=call.actor, also=call.once
    )


async def applied_signature(services: Services, call: Call) -> SignatureShown:
    """The one that was applied for."""
    return await _signature(services, call, call.body.name)


async def signature(services: Services, call: Call) -> SignatureShown:
    """By its name."""
    return await _signature(services, call, call.place["name"])


async def apply_for_template(services: Services, call: Call) -> str:
    """As CreateSmsTemplate does; its code."""
    wanted: TemplateWanted = call.body
    submitted = await services.compliance.templates.submit(
        call.account.id, wanted.material, actor=call.actor, also=call.once_making
    )
    return submitted.label


async def applied_template(services: Services, call: Call) -> TemplateShown:
    """The one that was applied for."""
    return await _template(services, call, call.made)


async def template(services: Services, call: Call) -> TemplateShown:
    """By its code."""
    return await _template(services, call, call.place["code"])


async def _signature(services: Services, call: Call, name: str) -> SignatureShown:
    compliance = services.compliance
    standing = (await compliance.signatures.get(call.account.id, name)).standing
    newest: SignatureView = await compliance.signatures.of_order(standing.order_id)
    material = newest.material
    facts = {
        "name": newest.name,
        "type": _WORDS[material.sign_type],
        "source": SOURCES[material.source].value,
        "purpose": "other" if material.third_party else "own",
        "qualification": material.qualification_id,
        "industry": material.industry.value if material.industry else None,
        "papers": [{"key": key, "kind": kind} for key, kind in material.kind_of_papers.items()],
        "letter": material.letter_id,
        "letter_passed": newest.letter_passed,
        "trademark": material.trademark_id,
        "app_record": material.app_record_id,
    }
    report = await compliance.signature_judge.report(newest)
    return shown(_standing(standing, report) | facts, SignatureShown)


async def _template(services: Services, call: Call, code: str) -> TemplateShown:
    compliance = services.compliance
    standing = (await compliance.templates.get(call.account.id, code)).standing
    newest: TemplateView = await compliance.templates.of_order(standing.order_id)
    material = newest.material
    facts = {
        "code": newest.code,
        "name": material.name,
        "content": material.content,
        "type": material.category.name.lower(),
        "signature": material.related_sign_name,
    }
    report = await compliance.template_judge.report(newest)
    return shown(_standing(standing, report) | facts, TemplateShown)


def _standing(standing: Standing, report: Report) -> dict[str, Any]:
    return {
        "id": standing.id,
        "order": standing.order_id,
        "revision": standing.revision,
        "state": standing.state.value,
        "usable": standing.usable,
        "reason": standing.reason,
        "applied": moment(standing.created_ms),
        "decided": moment(standing.decided_ms),
        "report": report.facts(),
    }


_SIGNATURE_ERRORS: Final = (
    *("account.own_use_of_individual", "signature.name_malformed", "signature.name_taken"),
    *("signature.scene_missing", "signature.scene_malformed", "signature.remark_too_long"),
    *("signature.qualification_unknown", "signature.qualification_not_approved"),
    *("signature.qualification_incomplete", "signature.purpose_mismatch", "signature.letter_missing"),
    *("signature.letter_unknown", "signature.letter_of_another", "signature.letter_for_another"),
    *("signature.letter_not_valid", "signature.not_in_letter", "signature.trademark_unknown"),
    *("signature.app_record_unknown", "signature.too_many_today", "signature.locked"),
    *("paper.not_uploaded", "paper.wrong_format", "paper.too_many", "paper.kind_unknown"),
)
_TEMPLATE_ERRORS: Final = (
    *("account.not_enterprise", "template.name_missing", "template.name_too_long"),
    *("template.content_malformed", "template.variable_malformed", "template.code_needs_one_variable"),
    *("template.rules_mismatch", "template.consent_missing", "template.international_type"),
    *("template.signature_missing", "template.signature_unknown", "template.signature_not_approved"),
    *("template.remark_too_long", "paper.not_uploaded", "paper.wrong_format", "paper.too_many"),
    *("driving.paper_missing", "driving.paper_format"),
)

APPLYING: Final = (
    Route(
        method="POST",
        path="/signatures",
        en="Apply for a signature; what the rules refuse comes back with what to do, what they ask and advise with the answer",
        zh="申请签名；被规则拒绝时返回问题与修改建议，通过提交时一并返回规则的疑问与建议",
        change=apply_for_signature,
        answer=applied_signature,
        body=SignatureWanted,
        shows=SignatureShown,
        errors=_SIGNATURE_ERRORS,
    ),
    Route(
        method="GET",
        path="/signatures/{name}",
        en="A signature: where its application stands, and what the rules say of it",
        zh="查看签名：申请状态与规则意见",
        answer=signature,
        shows=SignatureShown,
        words={"name": ()},
        errors=("signature.unknown",),
    ),
    Route(
        method="POST",
        path="/templates",
        en="Apply for a template; what the rules refuse comes back with what to do, what they ask and advise with the answer",
        zh="申请模板；被规则拒绝时返回问题与修改建议，通过提交时一并返回规则的疑问与建议",
        change=apply_for_template,
        answer=applied_template,
        body=TemplateWanted,
        shows=TemplateShown,
        errors=_TEMPLATE_ERRORS,
    ),
    Route(
        method="GET",
        path="/templates/{code}",
        en="A template: where its application stands, and what the rules say of it",
        zh="查看模板：申请状态与规则意见",
        answer=template,
        shows=TemplateShown,
        words={"code": ()},
        errors=("template.unknown",),
    ),
)
