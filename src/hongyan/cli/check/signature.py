"""`hongyan check signature`: would this name pass, what is wrong with it and where, and which names would."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final, Literal

from cyclopts import Parameter

from hongyan.cli.check.screens import leave_with, report_lines
from hongyan.cli.context import Json
from hongyan.cli.industries import IndustryWritten
from hongyan.cli.reading import as_told
from hongyan.compliance.rules import Industry, SignatureCase, Source, Trademark, check_signature
from hongyan.kernel.clock import SystemClock, beijing

_BETWEEN_NAMES: Final = re.compile(r"[、,，;；\s]+")


def check_signature_name(
    name: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    company: str | None = None,
    uscc: str | None = None,
    source: Source = Source.ENTERPRISE,
    trademark_owner: str | None = None,
    trademark_name: str | None = None,
    purpose: Literal["own", "other"] = "own",
    account: Literal["enterprise", "individual"] = "enterprise",
    industry: IndustryWritten = Industry.GENERAL,
    letter_scope: Annotated[list[str] | None, Parameter(negative=())] = None,
    door: Literal["aliyun", "tencent"] = "aliyun",
    on: date | None = None,
    json: Json = False,
) -> None:
    """Say whether a signature would be approved. Leaves with 1 when the rules reject it, with 0 otherwise.

    What is not told raises advice at most; only third-party use asks for its letter, and the trademark source for its
    trademark. 检查签名是否合规：指出问题所在的字符、修改办法，并给出可用的名称。

    Parameters
    ----------
    name
        The name, without 【】. 签名名称，不含【】。
    company
        The name on the licence of the qualification. 资质证照上的企业名称。
    uscc
        The unified social credit code. 统一社会信用代码。
    source
        Where the name comes from. 签名来源。
    trademark_owner
        The trademark's owner. 商标权人。
    trademark_name
        The trademark, when it may differ from the name. 商标名称。
    purpose
        Own use, or for somebody who authorized it. 自用或他用。
    account
        How the account is verified. 账号认证类型。
    industry
        What the sender does. 行业类型。
    letter_scope
        A name that the letter of authorization lists; again for each, or several with 、 between. 授权委托书的签名范围。
    door
        The vendor whose rules decide. 适用哪家平台的规则。
    on
        The day, YYYY-MM-DD; rules change. Today when left out. 按哪一天的规则检查。
    json
        One JSON value and nothing else. 仅输出一个 JSON 值。
    """
    name = as_told(name)
    case = SignatureCase(
        name=name,
        company=as_told(company) if company else None,
        uscc=as_told(uscc) if uscc else None,
        source=source,
        trademark=_trademark(trademark_name, trademark_owner),
        third_party=purpose == "other",
        individual=account == "individual",
        industry=industry,
        letter_scope=_scope(letter_scope),
    )
    day = on or beijing(SystemClock().now_ms()).date()
    report = check_signature(case, day, door)
    leave_with(report.verdict, report.facts(), report_lines(report, name), json=json)


def _trademark(name: str | None, owner: str | None) -> Trademark | None:
    if not name and not owner:
        return None
    return Trademark(as_told(name) if name else None, as_told(owner) if owner else None)


def _scope(listed: list[str] | None) -> tuple[str, ...] | None:
    if listed is None:
        return None
    return tuple(name for text in listed for name in _BETWEEN_NAMES.split(as_told(text)) if name)
