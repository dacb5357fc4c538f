"""Who authorizes whom in a letter: at labels, in columns of a form, or in sentences; and whose a credit code is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hongyan.compliance.ocr.codes import Code, codes
from hongyan.compliance.ocr.labels import Labels
from hongyan.compliance.ocr.layout import Cell, Flow, Sheet, Span
from hongyan.compliance.ocr.reading import Found

AUTHORIZER, PARTY = "authorizer", "authorized_party"
_NOUNS: Final = ("", "名称", "全称")
LABELS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    AUTHORIZER: tuple(
        f"{party}{noun}"
        for party in (
            *("授权方", "授权人", "授权单位", "授权公司", "授权企业", "委托方", "委托人", "委托单位"),
            *("委托公司", "甲方"),
        )
        for noun in _NOUNS
    ),
    PARTY: tuple(
        f"{party}{noun}"
        for party in (
            *("被授权方", "被授权人", "被授权单位", "被授权公司", "被委托方", "受托方", "受托人"),
            *("受托单位", "受权方", "乙方"),
        )
        for noun in _NOUNS
    ),
}
"""What the parties are called where their names follow."""

_NAME: Final = r"[\u3400-\u9fffA-Za-z0-9()·&.\-]{3,60}?"
_OWN: Final = r"(?:(?:兹?[有由])?[我本](?:单位|公司|司|方|校|院|局|厂|店|中心|行|社|会)|兹[有由])[,:(]?"
_EXPLAINED: Final = r"\((?:统一|社会|信用|以下|下称|简称|甲方|乙方|授权|被授权|委托|受托)"
_CALLED: Final = r"\((?:以下|下)?(?:简称|称)?[:为]?[“\"「]?"
_SENTENCES: Final[Mapping[str, tuple[re.Pattern[str], ...]]] = {
    AUTHORIZER: (
        re.compile(rf"(?P<name>{_NAME}){_CALLED}(?:授权方|授权人|甲方|委托方)"),
        re.compile(rf"{_OWN}(?P<name>{_NAME})(?={_EXPLAINED}|[,;。]|现|特|兹|授权|委托|同意|系|作为)"),
    ),
    PARTY: (
        re.compile(rf"(?:(?<!被)授权(?:给|予)?)?(?P<name>{_NAME}){_CALLED}(?:被授权|乙方|受托方)"),
        re.compile(
            rf"(?<!被)(?:授权|委托|许可)(?:给|予|于)?(?P<name>{_NAME})"
            rf"(?={_EXPLAINED}|[,;。]|使用|在|为|作为|代|以|申请|办理|有权|通过|向|发送)"
        ),
    ),
}
_LEADING: Final = re.compile(r"^(?:兹|现|特|由|此)?(?:授权|委托|许可)(?:给|予|于)?")
_ENTITY: Final = re.compile(
    r".*(?:公司|集团|企业|厂|店|院|学|校|园|馆|中心|局|委|会|府|社|所|行|站|队|部|处|办|市|合伙\)?|室|台|网|基地|联盟)"
    r"(?:\([^)]*\))?"
)
"""What names of companies and institutions end with: in a sentence the words after 授权 may be anything."""
_EXPLANATION: Final = re.compile(rf"{_EXPLAINED}.*|统一社会信用代码.*|[,;。:].*")
_LEAST_NAME: Final = 4
_IN_SENTENCE: Final = 0.95
"""Where a name begins and ends in a sentence is a guess."""

_HEADS: Final = re.compile(r"(?:甲方|乙方|授权方|被授权方|委托方|受托方)(?:\((?P<role>[^)]*)\))?:?")
_NAMES: Final = Labels(
    frozenset(
        {
            "名称",
            "单位名称",
            "公司名称",
            "企业名称",
            "统一社会信用代码",
            "地址",
            "法定代表人",
            "联系人",
            "联系电话",
        }
    ),
    glued=False,
)
_NAME_LABELS: Final = ("名称", "单位名称", "公司名称", "企业名称")
_OF_PARTY: Final = r"被授权|受托|被委托|受权方|乙方"
_OF_AUTHORIZER: Final = r"授权[方人单公企]|委托[方人单公]|甲方|[我本](?:单位|公司|司|校|院|局)"


@dataclass(frozen=True, slots=True)
class _Party:
    name: str
    cells: tuple[Cell, ...]
    doubt: float = 1.0


def parties(sheet: Sheet, labels: Labels) -> Iterator[Found]:
    """Authorizer, authorized party, and the authorizer's code."""
    found: dict[str, _Party] = {}
    for role in (AUTHORIZER, PARTY):
        party = _at_label(sheet, labels, role) or _in_column(sheet, role) or _in_sentence(sheet.flow, role)
        if party is not None:
            found[role] = party
            yield role, party.name, party.cells, party.doubt
    code = _in_columns(sheet, found) or _after(sheet.flow, found)
    if code is not None:
        yield "authorizer_code", code.text, tuple(sheet.flow.cells([Span(code.start, code.end)])), 1.0


def _at_label(sheet: Sheet, labels: Labels, role: str) -> _Party | None:
    for value in labels.values(sheet, LABELS_OF[role]):
        name = _EXPLANATION.sub("", value.text)
        if len(name) >= _LEAST_NAME:
            return _Party(name, value.cells)
    return None


def _in_column(sheet: Sheet, role: str) -> _Party | None:
    """The name under a head like 甲方（授权方）."""
    for head in sheet.cells:
        if not _HEADS.fullmatch(head.text) or (re.search(_OF_PARTY, head.text) is not None) is not (
            role == PARTY
        ):
            continue
        for value in _NAMES.values(sheet, _NAME_LABELS):
            if value.at.top > head.top and abs(value.at.left - head.left) < 2 * head.height:
                return _Party(value.text, value.cells)
    return None


def _in_sentence(flow: Flow, role: str) -> _Party | None:
    for sentence in _SENTENCES[role]:
        for match in sentence.finditer(flow.text):
            name = _LEADING.sub("", match["name"])
            if len(name) >= _LEAST_NAME and _ENTITY.fullmatch(name):
                start = match.end("name") - len(name)
                return _Party(name, tuple(flow.cells([Span(start, match.end("name"))])), _IN_SENTENCE)
    return None


def _in_columns(sheet: Sheet, found: Mapping[str, _Party]) -> Code | None:
    """Where both parties stand side by side: the code that is nearer to the authorizer's side."""
    if len(found) < 2 or not found[AUTHORIZER].cells[0].beside(found[PARTY].cells[0]):
        return None
    left, right = (found[role].cells[0].left for role in (AUTHORIZER, PARTY))
    for code in codes(sheet.flow.text):
        at = sheet.flow.cells([Span(code.start, code.end)])[0].left
        if abs(at - left) < abs(at - right):
            return code
    return None


def _after(flow: Flow, found: Mapping[str, _Party]) -> Code | None:
    """The code that stands after the authorizer and before anybody else is named."""
    names = {role: re.escape(found[role].name) if role in found else "" for role in (AUTHORIZER, PARTY)}
    mention = re.compile(
        rf"(?P<party>{_either(_OF_PARTY, names[PARTY])})|(?P<authorizer>{_either(_OF_AUTHORIZER, names[AUTHORIZER])})"
    )
    for code in codes(flow.text):
        mentioned = list(mention.finditer(flow.text, 0, code.start))
        if not mentioned or mentioned[-1]["authorizer"]:
            return code
    return None


def _either(*patterns: str) -> str:
    return "|".join(filter(None, patterns))
