"""Letters of authorization: forms with a line for each particular, tables, and plain sentences. Pure.

There is no prescribed form: vendors hand out their own, and companies write theirs. So particulars are looked for at labels
first and in sentences next, and what belongs to whom is decided by who was named last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, TypeAlias

from hongyan.compliance.ocr.codes import codes
from hongyan.compliance.ocr.labels import Labels
from hongyan.compliance.ocr.layout import Cell, Flow, Sheet, Span
from hongyan.compliance.ocr.periods import Written, days, periods, term_from
from hongyan.compliance.ocr.reading import NO, YES, PaperKind, Reading, read_with
from hongyan.compliance.ocr.recognised import PageText, PaperText

_Found: TypeAlias = tuple[str, str, tuple[Cell, ...], float]

_AUTHORIZER: Final = tuple(
    f"{party}{noun}"
    for party in (
        "授权方",
        "授权人",
        "授权单位",
        "授权公司",
        "授权企业",
        "委托方",
        "委托人",
        "委托单位",
        "委托公司",
        "甲方",
    )
    for noun in ("", "名称", "全称")
)
_PARTY: Final = tuple(
    f"{party}{noun}"
    for party in (
        "被授权方",
        "被授权人",
        "被授权单位",
        "被授权公司",
        "被委托方",
        "受托方",
        "受托人",
        "受托单位",
        "受权方",
        "乙方",
    )
    for noun in ("", "名称", "全称")
)
_SCOPE: Final = (
    *(
        "签名授权范围",
        "授权签名范围",
        "授权签名",
        "签名范围",
        "签名名称",
        "短信签名",
        "授权短信签名",
        "授权使用签名",
    ),
    *("授权的签名", "签名列表", "签名内容", "授权签名名称", "授权使用的签名", "签名"),
)
_OTHERS: Final = (
    *("统一社会信用代码", "授权方统一社会信用代码", "委托方统一社会信用代码", "被授权方统一社会信用代码"),
    *(
        "受托方统一社会信用代码",
        "授权有效期",
        "授权期限",
        "有效期",
        "有效期限",
        "委托期限",
        "签署日期",
        "日期",
        "授权日期",
    ),
    *("法定代表人", "地址", "联系人", "联系电话", "授权范围", "授权事项", "营业执照号", "签字", "盖章"),
)
LABELS: Final = Labels(frozenset((*_AUTHORIZER, *_PARTY, *_SCOPE, *_OTHERS)), glued=False)


def read_letter(paper: PaperText) -> Reading:
    return read_with(_extract, PaperKind.LETTER, paper)


def _extract(sheet: Sheet, page: PageText) -> Iterator[_Found]:
    flow = sheet.flow
    parties = _parties(sheet)
    yield from parties
    yield from _code(flow, {name: text for name, text, _, _ in parties})
    yield from _scope(sheet)
    yield from _dates(flow)
    yield from _seal(page)


# -- who -----------------------------------------------------------------------------------------------------

_NAME: Final = r"[\u3400-\u9fffA-Za-z0-9()·&.\-]{3,60}?"
_OWN: Final = r"(?:(?:兹?[有由])?[我本](?:单位|公司|司|方|校|院|局|厂|店|中心|行|社|会)|兹[有由])[,:]?"
_EXPLAINED: Final = r"\((?:统一|社会|信用|以下|下称|简称|甲方|乙方|授权|被授权|委托|受托)"
_NAMES_AUTHORIZER: Final = (
    re.compile(rf"(?P<name>{_NAME})\((?:以下|下)?简?称?[:为]?[“\"「]?(?:授权方|授权人|甲方|委托方)"),
    re.compile(rf"{_OWN}(?P<name>{_NAME})(?={_EXPLAINED}|[,;。]|现|特|兹|授权|委托|同意|系|作为)"),
)
_NAMES_PARTY: Final = (
    re.compile(rf"(?P<name>{_NAME})\((?:以下|下)?简?称?[:为]?[“\"「]?(?:被授权|乙方|受托方)"),
    re.compile(
        rf"(?<!被)(?:授权|委托|许可)(?:给|予|于)?(?P<name>{_NAME})"
        rf"(?={_EXPLAINED}|[,;。]|使用|在|为|作为|代|以|申请|办理|有权|通过|向|发送)"
    ),
)
_ENTITY: Final = re.compile(
    r".*(?:公司|集团|企业|厂|店|院|学|校|园|馆|中心|局|委|会|府|社|所|行|站|队|部|处|办|市|合伙\)?|室|台|网|庙|寺|基地|联盟)(?:\([^)]*\))?"
)
"""What names of companies and institutions end with: in a sentence the words after 授权 may be anything."""
_EXPLANATION: Final = re.compile(rf"{_EXPLAINED}.*|统一社会信用代码.*|[,;。:].*")
_LEAST_NAME: Final = 4


def _parties(sheet: Sheet) -> list[_Found]:
    found = []
    for name, labels, sentences in (
        ("authorizer", _AUTHORIZER, _NAMES_AUTHORIZER),
        ("authorized_party", _PARTY, _NAMES_PARTY),
    ):
        each = _at_label(sheet, name, labels) or _in_sentence(sheet.flow, name, sentences)
        if each is not None:
            found.append(each)
    return found


def _at_label(sheet: Sheet, name: str, labels: tuple[str, ...]) -> _Found | None:
    for value in LABELS.values(sheet, labels):
        text = _EXPLANATION.sub("", value.text)
        if len(text) >= _LEAST_NAME:
            return name, text, value.cells, 1.0
    return None


def _in_sentence(flow: Flow, name: str, sentences: Iterable[re.Pattern[str]]) -> _Found | None:
    for sentence in sentences:
        for match in sentence.finditer(flow.text):
            if len(match["name"]) >= _LEAST_NAME and _ENTITY.fullmatch(match["name"]):
                cells = flow.cells([Span(*match.span("name"))])
                return name, match["name"], tuple(cells), 0.95
    return None


_OF_PARTY: Final = r"被授权|受托|被委托|受权方|乙方"
_OF_AUTHORIZER: Final = r"授权[方人单公企]|委托[方人单公]|甲方|[我本](?:单位|公司|司|校|院|局)"


def _code(flow: Flow, parties: dict[str, str]) -> Iterator[_Found]:
    """The code that stands after the authorizer and before anybody else is named."""
    party, authorizer = parties.get("authorized_party", ""), parties.get("authorizer", "")
    of_party = "|".join(filter(None, (_OF_PARTY, re.escape(party))))
    of_authorizer = "|".join(filter(None, (_OF_AUTHORIZER, re.escape(authorizer))))
    mention = re.compile(rf"(?P<party>{of_party})|(?P<authorizer>{of_authorizer})")
    for code in codes(flow.text):
        last = None
        for last in mention.finditer(flow.text, 0, code.start):  # noqa: B007 the last one counts
            pass
        if last is None or last["authorizer"]:
            yield "authorizer_code", code.text, tuple(flow.cells([Span(code.start, code.end)])), 1.0
            return


# -- what ----------------------------------------------------------------------------------------------------

_BRACKETED: Final = re.compile(r"【([^【】\n]{1,30})】")
_QUOTED: Final = re.compile(r"[“\"「『《〝]([^“”\"「」『』《》〝〞\n、,。]{1,30})[”\"」』》〞]")
_HALF_QUOTED: Final = re.compile(r"(?<=[、,\n])([^“”\"「」『』《》〝〞\n、,。]{2,20})[”」』》〞]")
"""An opening mark at the end of a line is so small that it is often not seen."""
_BETWEEN: Final = re.compile(r"[、,;/|]|(?<=[\u3400-\u9fff])[和及](?=[“\"「])")
_MARKS: Final = '“”"「」『』《》〝〞【】[]()。.、,;: '
_CALLED: Final = re.compile(r"(?:称|为|作)$")
_ROLES: Final = frozenset({"授权方", "被授权方", "甲方", "乙方", "委托方", "受托方", "授权人", "被授权人"})
_SENTENCE: Final = re.compile(r"[^。;]+")
_LONGEST_NAME: Final = 30


def _scope(sheet: Sheet) -> Iterator[_Found]:
    """Names in 【】 anywhere; else what stands at a label; else names in quotation marks, in sentences about signatures."""
    flow = sheet.flow
    bracketed = [(match[1], Span(*match.span(1))) for match in _BRACKETED.finditer(flow.text)]
    if bracketed:
        yield _names(flow, bracketed)
        return
    for value in LABELS.values(sheet, _SCOPE):
        names = [each.strip(_MARKS) for each in _BETWEEN.split(value.text)]
        names = [each for each in names if 0 < len(each) <= _LONGEST_NAME]
        if names:
            yield "scope", "、".join(dict.fromkeys(names)), value.cells, 1.0
            return
    quoted = [found for sentence in _SENTENCE.finditer(flow.text) for found in _quoted(sentence)]
    if quoted:
        yield _names(flow, quoted)


def _quoted(sentence: re.Match[str]) -> Iterator[tuple[str, Span]]:
    text, start = sentence.group(), sentence.start()
    if "签名" not in text:
        return
    marked = list(_QUOTED.finditer(text))
    inside = {place for match in marked for place in range(*match.span())}
    halves = [match for match in _HALF_QUOTED.finditer(text) if marked and match.end() - 1 not in inside]
    for match in sorted((*marked, *halves), key=lambda each: each.start()):
        if match[1] not in _ROLES and not _CALLED.search(text, 0, match.start()):
            yield match[1].strip(_MARKS), Span(start + match.start(1), start + match.end(1))


def _names(flow: Flow, found: list[tuple[str, Span]]) -> _Found:
    names = dict.fromkeys(name for name, _ in found if name)
    return "scope", "、".join(names), tuple(flow.cells(span for _, span in found)), 1.0


# -- when ----------------------------------------------------------------------------------------------------

_TERM_WORDS: Final = re.compile(r"期限|有效期|授权期|有效时间|委托期")
_NEAR: Final = 40
"""Characters after the word for a term in which the term stands."""
_FROM_LENGTH: Final = 0.8
"""A term told by its length leans on the day of the signature."""


def _dates(flow: Flow) -> Iterator[_Found]:
    term = _term(flow.text)
    signed = _signed(flow.text, term)
    if signed is not None:
        yield "signed_on", signed.text, _cells(flow, signed), 1.0
    if term is not None:
        yield "validity", term.text, _cells(flow, term), 1.0
    elif signed is not None:
        from_length = term_from(flow.text, date.fromisoformat(signed.text))
        if from_length is not None:
            yield "validity", from_length.text, _cells(flow, from_length), _FROM_LENGTH


def _term(text: str) -> Written | None:
    """The period next to the word for one; else the only one."""
    found = list(periods(text))
    for word in _TERM_WORDS.finditer(text):
        for each in found:
            if 0 <= each.start - word.end() <= _NEAR:
                return each
    return found[0] if len(found) == 1 else None


_SIGNED_WORDS: Final = re.compile(r"(?:日期|签署日|签订日|年月日)[:]?\n?$")


def _signed(text: str, term: Written | None) -> Written | None:
    """The day at the word for it; else the last one that is not the term's."""
    found = [each for each in days(text) if term is None or not term.start <= each.start < term.end]
    at_word = [each for each in found if _SIGNED_WORDS.search(text, 0, each.start)]
    return next(reversed(at_word or found), None)


def _cells(flow: Flow, written: Written) -> tuple[Cell, ...]:
    return tuple(flow.cells([Span(written.start, written.end)]))


# -- the seal ------------------------------------------------------------------------------------------------

_SEAL: Final = 0.9
_NO_SEAL: Final = 0.6
"""That nothing round and red was seen: the page has colours, but the seal may be faint, or on another page."""


def _seal(page: PageText) -> Iterator[_Found]:
    """On a page without any colour nothing can be said of it."""
    if page.seals:
        left, top, right, bottom = max(page.seals, key=lambda each: each[2] - each[0])
        yield "seal", YES, (_region(page, left, top, right, bottom, _SEAL),), 1.0
    elif page.coloured:
        yield "seal", NO, (_region(page, 0, 0, 1, 1, _NO_SEAL),), 1.0


def _region(page: PageText, left: float, top: float, right: float, bottom: float, score: float) -> Cell:
    x0, y0, x1, y1 = left * page.width, top * page.height, right * page.width, bottom * page.height
    return Cell("", (x0, y0, x1, y1), (x0, y0, x1, y0, x1, y1, x0, y1), score)
