"""What the rules say before anybody applies: `hongyan check` over REST, with the same answers."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Final, Literal

from msgspec import Meta

from hongyan.apis.rest.call import Call, Services
from hongyan.apis.rest.route import Input, Output, Route
from hongyan.apis.rest.shapes import ReportShown, shown
from hongyan.billing import PriceBook
from hongyan.compliance import TemplateType
from hongyan.compliance.rules import Industry, SignatureCase, Source, Trademark, check_signature
from hongyan.compliance.rules.templates import TemplateCase, TemplateKind, check_template, extent_of
from hongyan.kernel.clock import beijing
from hongyan.kernel.money import Amount

Name = Annotated[str, Meta(max_length=200)]
Names = Annotated[list[Name], Meta(max_length=100)]
Account = Literal["enterprise", "individual"]
Purpose = Literal["own", "other"]
Door = Literal["aliyun", "tencent"]
Day = Annotated[date | None, Meta(description="Rules change; today when left out.")]


class SignatureToCheck(Input, frozen=True):
    """A name that somebody wants. What is not told raises advice at most."""

    name: Annotated[str, Meta(description="Without 【】.", max_length=200)]
    company: Annotated[Name | None, Meta(description="The name on the licence of the qualification.")] = None
    uscc: Annotated[Name | None, Meta(description="The unified social credit code.")] = None
    source: Annotated[Source, Meta(description="Where the name comes from.")] = Source.ENTERPRISE
    trademark_owner: Name | None = None
    trademark_name: Annotated[Name | None, Meta(description="When it may differ from the name.")] = None
    purpose: Annotated[Purpose, Meta(description="Own use, or for somebody who authorized it.")] = "own"
    account: Annotated[Account, Meta(description="How the account is verified.")] = "enterprise"
    industry: Annotated[Industry, Meta(description="What the sender does.")] = Industry.GENERAL
    letter_scope: Annotated[
        Names | None, Meta(description="The names that the letter of authorization lists.")
    ] = None
    door: Annotated[Door, Meta(description="The vendor whose rules decide.")] = "aliyun"
    on: Day = None


class TemplateToCheck(Input, frozen=True):
    """A text that somebody wants to send. What is not told raises advice at most."""

    content: Annotated[str, Meta(description="With its variables, ${name}.", max_length=10_000)]
    type: TemplateKind
    rule: Annotated[
        dict[str, str] | None, Meta(description="The variables' attributes, as TemplateRule takes them.")
    ] = None
    signature: Annotated[
        Name | None,
        Meta(description="The name that goes in front, without 【】; otherwise the longest is assumed."),
    ] = None
    account: Annotated[Account, Meta(description="How the account is verified.")] = "enterprise"
    purpose: Purpose | None = None
    door: Annotated[Door, Meta(description="The vendor whose rules decide.")] = "aliyun"
    on: Day = None


class Span(Output, frozen=True):
    """From least to most."""

    least: int
    most: int


class TemplateReportShown(ReportShown, frozen=True):
    """What `hongyan check template --json` prints. Lengths are of the whole message, signature included."""

    longest: Annotated[str, Meta(description="The text with the most in it.")]
    characters: Span
    segments: Annotated[Span, Meta(description="Charged ones.")]
    price: Annotated[Span | None, Meta(description="Of one message at list prices, in 1/10,000 yuan.")]


async def check_signature_name(services: Services, call: Call) -> ReportShown:
    """By the rules of a day."""
    asked: SignatureToCheck = call.body
    case = SignatureCase(
        name=asked.name,
        company=asked.company,
        uscc=asked.uscc,
        source=asked.source,
        trademark=Trademark(asked.trademark_name, asked.trademark_owner)
        if asked.trademark_name or asked.trademark_owner
        else None,
        third_party=asked.purpose == "other",
        individual=asked.account == "individual",
        industry=asked.industry,
        letter_scope=None if asked.letter_scope is None else tuple(asked.letter_scope),
    )
    report = await asyncio.to_thread(check_signature, case, _day(services, asked.on), asked.door)
    return shown(report.facts(), ReportShown)


async def check_template_text(services: Services, call: Call) -> TemplateReportShown:
    """By the rules of a day, with the longest text, segments and price."""
    asked: TemplateToCheck = call.body
    case = TemplateCase(
        content=asked.content,
        kind=asked.type,
        rules=asked.rule,
        signature=asked.signature.removeprefix("【").removesuffix("】") if asked.signature else None,
        individual=asked.account == "individual",
        third_party=None if asked.purpose is None else asked.purpose == "other",
    )
    report = await asyncio.to_thread(check_template, case, _day(services, asked.on), asked.door)
    return shown(report.facts() | extent_of(case, asked.door, _list_price).facts(), TemplateReportShown)


def _day(services: Services, told: date | None) -> date:
    return told or beijing(services.clock.now_ms()).date()


def _list_price(kind: TemplateKind) -> Amount:
    """Of one segment; abroad of the cheapest country, as nobody knows where it goes."""
    country = "*" if kind is TemplateKind.INTERNATIONAL else "CN"
    return PriceBook().per_segment(country, TemplateType[kind.name])


CHECKS: Final = (
    Route(
        method="POST",
        path="/check/signature",
        en="Would this signature be approved, what is wrong with it, what would be right?",
        zh="检查签名名称是否合规，并给出修改建议与可用名称",
        answer=check_signature_name,
        body=SignatureToCheck,
        shows=ReportShown,
    ),
    Route(
        method="POST",
        path="/check/template",
        en="Would this template be approved, how long may it get, what does it cost?",
        zh="检查模板内容是否合规，并计算最长内容、条数与费用",
        answer=check_template_text,
        body=TemplateToCheck,
        shows=TemplateReportShown,
    ),
)
