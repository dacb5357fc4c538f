"""What an applicant is told: sentences that say what is wrong and how to put it right, in both languages.

A reviewer takes them from what the rules found, or from the rows below, and may add his own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from hongyan.compliance.model import Kind
from hongyan.compliance.refusals import refusal
from hongyan.compliance.rules import Finding, Report, Words

_EVERY_KIND: Final = frozenset(Kind)
_PAPERS: Final = (
    "seed 000: format requirements of papers; seed 002: the signature does not meet the certificates"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One row. `id`: how a reviewer calls it."""

    id: str
    words: Words
    fix: Words
    source: str = _PAPERS
    kinds: frozenset[Kind] = _EVERY_KIND


REASONS: Final = (
    Reason(
        id="papers.unreadable",
        words=Words("a paper cannot be read", "证件图片不清晰或不完整"),
        fix=Words(
            "upload a picture that shows the whole paper, sharp and without reflections",
            "请上传完整、清晰、无反光遮挡的图片",
        ),
    ),
    Reason(
        id="papers.missing",
        words=Words("papers are missing", "缺少证明材料"),
        fix=Words("upload them and submit again", "请补充上传后重新提交"),
    ),
    Reason(
        id="papers.no_seal",
        words=Words("a paper lacks its company's seal", "材料未加盖公章"),
        fix=Words("upload it with the seal on it", "请上传加盖公章的材料"),
    ),
    Reason(
        id="papers.differ",
        words=Words("the form says something else than the papers", "填写内容与证件不一致"),
        fix=Words("write what the papers say", "请按证件内容填写"),
    ),
    Reason(
        id="papers.expired",
        words=Words("a paper is no longer valid", "证件已过有效期"),
        fix=Words("upload one that is valid", "请上传有效期内的证件"),
    ),
    Reason(
        id="purpose.unclear",
        words=Words("what the messages are for cannot be told", "使用场景说明不清楚"),
        fix=Words(
            "describe the service, with a link to it and a whole message as an example",
            "请说明业务场景，并提供相关链接与完整短信示例",
        ),
        source="seed 000, use scenario",
        kinds=frozenset({Kind.SIGNATURE, Kind.TEMPLATE}),
    ),
    Reason(
        id="landline.missing",
        words=Words("an authority must be reachable by a landline", "政企客户须提供单位座机号码以供核实"),
        fix=Words("give the number in the remark", "请在申请说明中填写座机号码"),
        source="seed 000, use scenario",
        kinds=frozenset({Kind.SIGNATURE, Kind.QUALIFICATION}),
    ),
    Reason(
        id="letter.not_as_required",
        words=Words("the letter of authorization is not as it must be", "授权委托书不符合要求"),
        fix=Words(
            "name both parties, the signatures and the validity, and have the authorizer seal it",
            "请写明授权方、被授权方、签名范围与有效期，并加盖授权方公章",
        ),
        source="seed 000, power of attorney",
        kinds=frozenset({Kind.SIGNATURE}),
    ),
    Reason(
        id="trademark.not_as_required",
        words=Words("the trademark's screenshot is not as it must be", "商标截图不符合要求"),
        fix=Words(
            "show the whole page with its address: the mark, the applicant and that it is registered",
            "请截取含网址的完整页面，清晰显示商标图样、申请人名称与“已注册”状态",
        ),
        source="seed 000, trademark details screenshot requirements",
        kinds=frozenset({Kind.SIGNATURE}),
    ),
)
_BY_ID: Final[Mapping[str, Reason]] = {row.id: row for row in REASONS}


def reasons_for(kind: Kind, report: Report) -> list[Reason]:
    """What a reviewer may choose from: what the rules found first, each rule once."""
    found = {
        each.rule: Reason(id=each.rule, words=each.message, fix=each.fix, source=each.source)
        for each in report.findings
    }
    return [*found.values(), *(row for row in REASONS if kind in row.kinds)]


def compose(kind: Kind, report: Report, ids: Iterable[str], text: str) -> str:
    """The text that the applicant reads, a line for each reason. Raises Refused("review.reason_unknown")."""
    findings: dict[str, list[Finding]] = {}
    for each in report.findings:
        findings.setdefault(each.rule, []).append(each)
    lines: list[str] = []
    for chosen in dict.fromkeys(ids):
        row = _BY_ID.get(chosen)
        if chosen in findings:
            lines.append(in_words(findings[chosen]))
        elif row is not None and kind in row.kinds:
            lines.append(_sentence(row.words, row.fix))
        else:
            raise refusal("review.reason_unknown", reason=chosen)
    return "\n".join([*lines, *([text.strip()] if text.strip() else [])])


def in_words(findings: Iterable[Finding]) -> str:
    """What was found, with how to put it right, in both languages, a line each."""
    return "\n".join(_sentence(each.message, each.fix) for each in findings)


def _sentence(message: Words, fix: Words) -> str:
    return f"{message.zh}；{fix.zh} / {message.en}; {fix.en}"
