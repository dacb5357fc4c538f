"""`hongyan check template`: would this text pass, what is wrong with it and where, how long it may get and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final, Literal

import msgspec
from cyclopts import Parameter

from hongyan.billing import PriceBook
from hongyan.cli.check.screens import leave_with, report_lines
from hongyan.cli.context import Json
from hongyan.cli.language import say
from hongyan.cli.reading import STANDARD_INPUT, as_text, as_told, read_stdin
from hongyan.compliance.model import TemplateType
from hongyan.compliance.rules.templates import Extent, TemplateCase, TemplateKind, check_template, extent_of
from hongyan.kernel.clock import SystemClock, beijing
from hongyan.kernel.money import Amount
from hongyan.kernel.visible import visible

_LARGEST_INPUT: Final = 1 << 16
_UNITS_A_YUAN: Final = 10_000


def check_template_text(
    content: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    kind: Annotated[TemplateKind, Parameter(name="--type")],
    rule: str | None = None,
    signature: str | None = None,
    account: Literal["enterprise", "individual"] = "enterprise",
    purpose: Literal["own", "other"] | None = None,
    door: Literal["aliyun", "tencent"] = "aliyun",
    on: date | None = None,
    json: Json = False,
) -> None:
    """Say whether a template would be approved. Leaves with 1 when the rules reject it, with 0 otherwise.

    What is not told raises advice at most. 检查模板内容是否合规：指出问题所在的字符和修改办法，并计算最长内容、条数与费用。

    Parameters
    ----------
    content
        The text with its variables, ${name}; - reads standard input. 模板内容，变量写作 ${name}；- 表示从标准输入读取。
    kind
        What kind of message it is. 模板类型。
    rule
        The variables' attributes as TemplateRule takes them: {"code": "numberCaptcha"}. 变量属性（JSON）。
    signature
        The name that goes in front, without 【】; otherwise the longest is assumed. 签名名称，不含【】；不填按最长签名计算。
    account
        How the account is verified. 账号认证类型。
    purpose
        Whether the signature is for own use or for somebody who authorized it. 签名用途：自用或他用。
    door
        The vendor whose rules decide. 适用哪家平台的规则。
    on
        The day, YYYY-MM-DD; rules change. Today when left out. 按哪一天的规则检查。
    json
        One JSON value and nothing else. 仅输出一个 JSON 值。
    """
    text = _read(content)
    rules = _rules(rule) if rule is not None else None
    case = TemplateCase(
        content=text,
        kind=kind,
        rules=rules,
        rules_unreadable=rule is not None and rules is None,
        signature=as_told(signature).removeprefix("【").removesuffix("】") if signature else None,
        individual=account == "individual",
        third_party=None if purpose is None else purpose == "other",
    )
    report = check_template(case, on or beijing(SystemClock().now_ms()).date(), door)
    extent = extent_of(case, door, _price)
    lines = (*report_lines(report, text), "", *_extent_lines(extent))
    leave_with(report.verdict, report.facts() | extent.facts(), lines, json=json)


def _read(content: str) -> str:
    """The argument, or standard input without the line end that editors put last."""
    if content != STANDARD_INPUT:
        return as_told(content)
    return as_text(read_stdin(_LARGEST_INPUT)).removesuffix("\n").removesuffix("\r")


def _rules(text: str) -> dict[str, str] | None:
    """None when it is no JSON object of texts."""
    try:
        return msgspec.json.decode(as_told(text), type=dict[str, str])
    except (msgspec.DecodeError, UnicodeError):
        return None


def _price(kind: TemplateKind) -> Amount:
    """Of one segment at the list price; abroad of the cheapest country, as nobody knows where it goes."""
    category = TemplateType[kind.name]
    country = "*" if kind is TemplateKind.INTERNATIONAL else "CN"
    return PriceBook().per_segment(country, category)


def _extent_lines(extent: Extent) -> Iterator[str]:
    def span(least: object, most: object) -> str:
        return f"{least}" if least == most else say(f"{least} 至 {most}", f"{least} to {most}")

    characters = span(extent.least_characters, extent.most_characters)
    segments = span(extent.least_segments, extent.most_segments)
    yield say(
        f"含签名共 {characters} 个字符，计费 {segments} 条",
        f"with its signature {characters} characters, charged as {segments} segment(s)",
    )
    if extent.price is not None:
        least, most = (f"{each / _UNITS_A_YUAN:.3f}" for each in extent.price)
        yield say(
            f"每条消息 {span(least, most)} 元（目录价）", f"{span(least, most)} yuan a message at list prices"
        )
    yield say("最长内容：", "the longest text: ") + visible(extent.longest)
