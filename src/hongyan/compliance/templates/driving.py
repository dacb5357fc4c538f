"""Declarations of links and phone numbers in a template (traffic driving, 引流信息): what each must say.

Carriers let a link or a number pass when they know whose it is; so the declaration is data of its own, looked into when the
template is applied for, stored entry by entry, and told to the rules as what was declared.
Source: CreateSmsTemplate, TrafficDriving.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hongyan.compliance.fields import COMPANY_NAME, same_company
from hongyan.compliance.model import DrivingType, TrafficDriving
from hongyan.compliance.sealing import RevisionSeal
from hongyan.compliance.uscc import is_uscc
from hongyan.identity import Statement
from hongyan.kernel.errors import Refused

MOST_ENTRIES: Final = 20
"""Ours: a text of 500 characters holds no more."""
_LONGEST: Final = 200
_LONGEST_COMPANY: Final = 150
_PAPER: Final = "template.icp_paper"
_VARIABLE: Final = r"\$\{[A-Za-z][A-Za-z0-9_]*\}"
_MOBILE: Final = re.compile(r"(?:00)?(?:86)?1[3-9][0-9]{9}")
_FILING: Final = re.compile(
    r"[\u4e00-\u9fff]\s?ICP\s?(?:备|证)\s?[0-9]{5,12}\s?号?(?:-[0-9]{1,4}[A-Z]?)?"
    r"|(?:[\u4e00-\u9fff]\s?)?[AB][12](?:\.[AB][12])?-[0-9]{8}(?:-[0-9]{1,4})?号?"
)
"""浙ICP备12345678号-1, 京ICP证030173号, 浙B2-20080101-4."""


def _digits(first: str, least: int, most: int) -> re.Pattern[str]:
    """Numbers of so many digits that begin like this, with hyphens between the groups."""
    return re.compile(rf"(?=(?:[^0-9]*[0-9]){{{least},{most}}}[^0-9]*\Z){first}[0-9]*(?:-[0-9]+)*")


SHAPES: Final[Mapping[DrivingType, re.Pattern[str]]] = {
    DrivingType.DOMAIN: re.compile(
        r"(?:https?://)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,22}[a-z0-9](?::[0-9]{1,5})?"
        rf"(?:[/?#](?:{_VARIABLE}|[^\s$])*)?",
        re.IGNORECASE | re.ASCII,
    ),
    DrivingType.FIXED_PHONE: re.compile(
        r"(?:\(0[1-9][0-9]{1,2}\)|0[1-9][0-9]{1,2}-?)[2-9][0-9]{6,7}(?:-[0-9]{1,6})?"
    ),
    DrivingType.PHONE_400: _digits("400-?", 10, 10),
    DrivingType.PHONE_800: _digits("800-?", 10, 10),
    DrivingType.PHONE_95: _digits("95", 5, 9),
    DrivingType.PHONE_96: _digits("96", 5, 9),
    DrivingType.PHONE_1: re.compile(r"1[0-9]{2,7}"),
    DrivingType.OTHER_PHONE: _digits("", 3, 20),
}
"""What `content` looks like; the vendor bounds only those that begin with 1."""


@dataclass(frozen=True, slots=True)
class _Case:
    """`company`: of the related signature's qualification, None where there is none."""

    said: TrafficDriving
    variables: tuple[str, ...]
    company: str | None

    @property
    def of_domain(self) -> bool:
        return self.said.type is DrivingType.DOMAIN

    @property
    def only_variable(self) -> bool:
        """A number that is known only when the message is sent. A domain must be known before."""
        return not self.of_domain and self.said.content == f"${{{self.said.variable}}}"


_Test = Callable[[_Case], bool]
"""True when there is nothing to complain about."""


def _no_mobile(case: _Case) -> bool:
    number = re.sub(r"[^0-9]", "", case.said.content)
    return case.of_domain or _MOBILE.fullmatch(number) is None


def _content_fits(case: _Case) -> bool:
    content = case.said.content
    return len(content) <= _LONGEST and (
        case.only_variable or SHAPES[case.said.type].fullmatch(content) is not None
    )


def _company_fits(case: _Case) -> bool:
    name = case.said.company_name
    return len(name) <= _LONGEST_COMPANY and COMPANY_NAME.fullmatch(name) is not None


def _reason_given(case: _Case) -> bool:
    same = case.company is None or same_company(case.company, case.said.company_name)
    return same or bool(case.said.other_company_because.strip())


_CHECKS: Final[tuple[tuple[str, _Test], ...]] = (
    ("driving.content_missing", lambda c: bool(c.said.content.strip())),
    ("driving.mobile_number", _no_mobile),
    ("driving.content_malformed", _content_fits),
    ("driving.variable_unknown", lambda c: not c.said.variable or c.said.variable in c.variables),
    ("driving.company_missing", lambda c: bool(c.said.company_name.strip())),
    ("driving.company_malformed", _company_fits),
    ("driving.code_missing", lambda c: bool(c.said.organization_code)),
    ("driving.code_wrong", lambda c: is_uscc(c.said.organization_code)),
    ("driving.filing_missing", lambda c: not c.of_domain or bool(c.said.icp_number)),
    (
        "driving.filing_malformed",
        lambda c: not c.said.icp_number or _FILING.fullmatch(c.said.icp_number) is not None,
    ),
    ("driving.paper_missing", lambda c: not c.of_domain or bool(c.said.icp_paper)),
    ("driving.reason_missing", _reason_given),
    ("driving.reason_too_long", lambda c: len(c.said.other_company_because) <= _LONGEST),
)

REFUSALS: Final[Mapping[str, tuple[str, str]]] = {
    "driving.too_many": (
        "a template takes at most {most} traffic-driving declarations",
        "引流信息最多 {most} 条",
    ),
    "driving.declared_twice": (
        "traffic-driving declaration {entry}: {content} is declared above already",
        "引流信息第 {entry} 条：{content} 重复申报",
    ),
    "driving.content_missing": (
        "traffic-driving declaration {entry}: the link or number is missing",
        "引流信息第 {entry} 条：引流内容不能为空",
    ),
    "driving.mobile_number": (
        "traffic-driving declaration {entry}: {content} is a mobile number, which templates cannot lead to; give a"
        " landline, 400 or 95 number",
        "引流信息第 {entry} 条：{content} 是手机号码，模板不支持手机号码，请改用固定电话、400 或 95 号码",
    ),
    "driving.content_malformed": (
        "traffic-driving declaration {entry}: {content} is not what its type says, or longer than 200 characters; of a"
        " domain the host must be known",
        "引流信息第 {entry} 条：{content} 与引流类型不符，或超过 200 个字符；域名不能为变量",
    ),
    "driving.variable_unknown": (
        "traffic-driving declaration {entry}: the text has no variable {variable}; leave it out when the content is none",
        "引流信息第 {entry} 条：模板内容中没有变量 {variable}；引流内容不是变量时请勿填写",
    ),
    "driving.company_missing": (
        "traffic-driving declaration {entry}: whose {content} is, is missing",
        "引流信息第 {entry} 条：企事业单位名称不能为空",
    ),
    "driving.company_malformed": (
        "traffic-driving declaration {entry}: the company's name takes at most 150 characters, no symbols but"
        " ·【】（）() and spaces, not only digits",
        "引流信息第 {entry} 条：企事业单位名称最多 150 个字符，符号仅支持 ·【】（）() 和空格，不支持纯数字",
    ),
    "driving.code_missing": (
        "traffic-driving declaration {entry}: the owner's unified social credit code is missing",
        "引流信息第 {entry} 条：统一社会信用代码不能为空",
    ),
    "driving.code_wrong": (
        "traffic-driving declaration {entry}: this is no unified social credit code: its check character does not fit"
        " (GB 32100)",
        "引流信息第 {entry} 条：统一社会信用代码不正确：校验位不符（GB 32100）",
    ),
    "driving.filing_missing": (
        "traffic-driving declaration {entry}: a domain needs its ICP filing or licence number",
        "引流信息第 {entry} 条：域名须填写 ICP 备案/许可证号",
    ),
    "driving.filing_malformed": (
        "traffic-driving declaration {entry}: an ICP number is written like 浙ICP备12345678号-1 or 浙B2-20080101-4",
        "引流信息第 {entry} 条：ICP 备案/许可证号格式不正确，如 浙ICP备12345678号-1、浙B2-20080101-4",
    ),
    "driving.paper_missing": (
        "traffic-driving declaration {entry}: a domain needs the screenshot of its ICP filing: upload it first, and give"
        " the key that the upload had",
        "引流信息第 {entry} 条：域名须提供 ICP 备案截图，请先上传并填写上传后的文件 key",
    ),
    "driving.paper_format": (
        "traffic-driving declaration {entry}: the screenshot must be jpg, jpeg, png or gif",
        "引流信息第 {entry} 条：备案截图须为 jpg、jpeg、png 或 gif 格式",
    ),
    "driving.reason_missing": (
        "traffic-driving declaration {entry}: {company} is not the company of the signature's qualification; say why",
        "引流信息第 {entry} 条：{company} 与签名资质的企事业单位名称不一致，请说明原因",
    ),
    "driving.reason_too_long": (
        "traffic-driving declaration {entry}: the reason takes at most 200 characters",
        "引流信息第 {entry} 条：不一致原因最多 200 个字符",
    ),
}
"""Code -> its sentence in both languages."""


def check_driving(said: tuple[TrafficDriving, ...], variables: tuple[str, ...], company: str | None) -> None:
    """Raises Refused("driving.…") with the number of the first entry that is wrong. `variables`: of the text. `company`:
    of the related signature's qualification."""
    if len(said) > MOST_ENTRIES:
        raise driving_refusal("driving.too_many", most=MOST_ENTRIES)
    seen = set[tuple[DrivingType, str]]()
    for entry, each in enumerate(said, 1):
        for code, fits in _CHECKS:
            if not fits(_Case(each, variables, company)):
                raise driving_refusal(code, entry, each)
        if (each.type, each.content) in seen:
            raise driving_refusal("driving.declared_twice", entry, each)
        seen.add((each.type, each.content))


def driving_refusal(
    code: str, entry: int = 0, said: TrafficDriving | None = None, **facts: object
) -> Refused:
    """The error of a row, ready to raise. `entry` counts from 1."""
    told = {"entry": entry, **facts}
    if said is not None:
        told |= {"content": said.content, "variable": said.variable, "company": said.company_name}
    en, zh = REFUSALS[code]
    return Refused(code, en=en.format_map(told), zh=zh.format_map(told), **told)


# As rows


def driving_rows(
    said: Iterable[TrafficDriving], seal: RevisionSeal, template_id: int, revision: int
) -> list[Statement]:
    """Statements that store the declarations of a revision."""
    return [
        (
            "compliance.add_template_driving",
            (
                *(template_id, revision, entry, each.type.value, each.content, each.variable),
                *(each.company_name, each.organization_code, each.icp_number),
                *(seal.text(each.icp_paper, _PAPER), each.other_company_because),
            ),
            1,
        )
        for entry, each in enumerate(said, 1)
    ]


def read_driving(row: tuple[Any, ...], seal: RevisionSeal) -> TrafficDriving:
    """A row of `compliance.driving_of_templates`, without the three columns that say which entry it is."""
    type_, content, variable, company_name, organization_code, icp_number, icp_paper, because = row
    return TrafficDriving(
        DrivingType(type_),
        content,
        company_name,
        organization_code,
        variable,
        icp_number,
        seal.open_text(icp_paper, _PAPER),
        because,
    )
