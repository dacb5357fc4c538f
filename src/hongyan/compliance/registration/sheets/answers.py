"""A carrier's answer sheet, row by row: what each row is about and what it says. Whose it is, is decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.registrars.port import OUR_REFERENCE
from hongyan.compliance.registration.sheets.grid import Sheet, digits_of, is_rounded, lost_zeros, text_of
from hongyan.compliance.registration.sheets.headings import Column, Heading, find_heading, plain_heading
from hongyan.compliance.registration.sheets.problems import sheet_problem
from hongyan.compliance.registration.sheets.words import Result, read_moment, read_reason, read_result
from hongyan.kernel.clock import Millis
from hongyan.kernel.cn_carriers import carrier_named


class AnswerColumn(Enum):
    REFERENCE = "reference"
    NETWORK = "network"
    RESULT = "result"
    REASON = "reason"
    ANSWERED = "answered"
    SIGN_NAME = "sign_name"
    CODE = "code"
    NUMBER = "number"
    ACCESS = "access"


_A = AnswerColumn
_STEP: Final = (
    r"(?:审核|报备|审批|备案|办理|处理|反馈|初审|终审|复核|实名|码号|端口|签名|子端口|治理|清退|关停|收回)*"
)

ANSWER_COLUMNS: Final[tuple[Column[AnswerColumn], ...]] = tuple(
    Column(means, zh, en, re.compile(words))
    for means, zh, en, words in (
        (
            _A.REFERENCE,
            "报备编号",
            "reference",
            r"(?:报备|备案|平台|任务)?(?:编号|流水号?)|reference(?:id|no)?|ref",
        ),
        (_A.NETWORK, "运营商", "carrier", r"(?:所属)?(?:运营商|网络)|carrier|network|operator"),
        (
            *(_A.RESULT, "结果", "result"),
            rf"(?:运营商)?{_STEP}(?:结果|状态|结论)|是否{_STEP}(?:通过|成功|已报备|已备案)|result|status",
        ),
        (
            *(_A.REASON, "原因", "reason"),
            rf"(?:运营商)?{_STEP}(?:失败|驳回|拒绝|不通过|未通过|退回)?(?:原因|理由|意见|说明|描述|备注)|reason|remarks?|comments?",
        ),
        (
            *(_A.ANSWERED, "答复时间", "answered"),
            r"(?:审核|报备|通过|完成|生效|反馈|答复|处理|办结|备案|审批|成功|治理|清退|关停|收回)*(?:时间|日期)|date|time|answered(?:at|on)?",
        ),
        (
            _A.SIGN_NAME,
            "签名",
            "signature",
            r"(?:短信)?(?:报备)?签名(?:内容|名称|名)?|signature|sign(?:name)?",
        ),
        (
            *(_A.CODE, "扩展码", "extension code"),
            r"(?:扩展码?|扩展号码?|子端口(?:号码?)?|子码号?|子号码?)|extension(?:code)?|extcode|subport",
        ),
        (
            *(_A.ACCESS, "接入号", "access number"),
            r"主?(?:接入号码?|接入码|特服号码?)|主端口号?码?|access(?:number|code)",
        ),
        (
            *(_A.NUMBER, "号码", "number"),
            r"(?:完整|全)?(?:端口号?码?|码号|长号码?|服务代码|号码|全号|主叫号码?|(?:短信|发送|下行)(?:接入)?号码)(?:全号|子端口|扩展码)*"
            r"|(?:完整|全)?接入号码?(?:全号|子端口|扩展码)+|number|sender|sp(?:number|code)",
        ),
    )
)
"""Source: ours, headings of answer sheets as carriers and resellers usually write them."""

_BRACKETS: Final = "【】[]［］〖〗"
_ABOUT: Final = (_A.REFERENCE, _A.SIGN_NAME, _A.CODE, _A.NUMBER, _A.ACCESS)


@dataclass(frozen=True, slots=True)
class Number:
    """Digits of a cell. `short`: leading zeros may be gone; `rounded`: the end is."""

    digits: str
    short: bool = False
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """`row`: as the spreadsheet counts. `reference`: ours, "" when there is none of ours. `number`: as a handset shows it;
    `access`: what stands before its code. `result`: None for words that nobody knows; `said`: those words. `answered_ms`: None
    without a day that can be read; `day`: how it was written."""

    sheet: str
    row: int
    reference: str
    network: Network | None
    network_said: str
    number: Number
    code: Number
    access: Number
    sign_name: str
    result: Result | None
    said: str
    reason: ReasonCode
    words: str
    answered_ms: Millis | None
    day: str


def read_answers(sheets: Sequence[Sheet], network: Network, *, results: bool = True) -> list[AnswerRow]:
    """Of all sheets that have a heading. One without a column of results is told by its own name, as "成功" and "失败"; without
    `results` it is a list of what it names.

    Raises Refused("sheet.no_heading", "sheet.same_column_twice").
    """
    rows: list[AnswerRow] = []
    headed, found = False, set[str]()
    for sheet in sheets:
        heading = find_heading(sheet, ANSWER_COLUMNS, network, least=2 if results else 1)
        if heading is None:
            continue
        found |= {each.zh for each in ANSWER_COLUMNS if each.means in heading.columns}
        named = read_result(sheet.name) if sheet.name else None
        told = not results or _A.RESULT in heading.columns or named
        if told and any(kind in heading.columns for kind in _ABOUT):
            headed = True
            rows += _rows(sheet, heading, named)
    if not headed:
        wanted = _WANTED[results]
        raise sheet_problem("sheet.no_heading", wanted=wanted, found="、".join(sorted(found)) or "-")
    return rows


_WANTED: Final = {
    True: "结果（或以结果命名的工作表）、签名或号码 (result, and signature or number)",
    False: "签名或号码 (signature or number)",
}


def _rows(sheet: Sheet, heading: Heading[AnswerColumn], named: Result | None) -> Iterator[AnswerRow]:
    for row in range(heading.row + 1, len(sheet.rows)):
        texts = {kind: text_of(heading.cell(sheet, row, kind)) for kind in heading.columns}
        if not any(texts.values()) or _is_heading_again(sheet, heading, row):
            continue
        said = texts.get(_A.RESULT, "") or (sheet.name if named else "")
        reference = texts.get(_A.REFERENCE, "").upper()
        network_said, words = texts.get(_A.NETWORK, ""), texts.get(_A.REASON, "")
        day = heading.cell(sheet, row, _A.ANSWERED)
        yield AnswerRow(
            sheet=sheet.name,
            row=row + 1,
            reference=reference if OUR_REFERENCE.fullmatch(reference) else "",
            network=carrier_named(network_said) if network_said else None,
            network_said=network_said,
            number=_number(sheet, heading, row, _A.NUMBER),
            code=_number(sheet, heading, row, _A.CODE),
            access=_number(sheet, heading, row, _A.ACCESS),
            sign_name=texts.get(_A.SIGN_NAME, "").strip(_BRACKETS).strip(),
            result=read_result(said) if said else Result.WAITING,
            said=said,
            reason=read_reason(words),
            words=words,
            answered_ms=read_moment(day),
            day=text_of(day),
        )


def _is_heading_again(sheet: Sheet, heading: Heading[AnswerColumn], row: int) -> bool:
    """Printed sheets have one on every page."""
    same = [
        plain_heading(text_of(sheet.value(row, place)))
        == plain_heading(text_of(sheet.value(heading.row, place)))
        for place in heading.columns.values()
    ]
    return sum(same) >= 2 and sum(same) * 2 > len(same)


def _number(sheet: Sheet, heading: Heading[AnswerColumn], row: int, kind: AnswerColumn) -> Number:
    value = heading.cell(sheet, row, kind)
    digits = digits_of(value)
    return Number(digits, bool(digits) and lost_zeros(value), is_rounded(value))
