"""Which names a letter lists: in 【】, at a label, in quotation marks, or numbered after a colon. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from hongyan.compliance.ocr.labels import Labels
from hongyan.compliance.ocr.layout import Flow, Sheet, Span
from hongyan.compliance.ocr.reading import BETWEEN_NAMES, Found

LABELS_OF_SCOPE: Final = (
    *("签名授权范围", "授权签名范围", "授权签名", "签名范围", "签名名称", "短信签名", "授权短信签名"),
    *("授权使用签名", "授权的签名", "签名列表", "签名内容", "授权签名名称", "授权使用的签名", "签名"),
)
_OPEN, _CLOSE = '“"「『《〝', '”"」』》〞'
_NO_MARK: Final = rf"[^{_OPEN}{_CLOSE}\n、,。]"
_BRACKETED: Final = re.compile(r"【([^【】\n]{1,30})】")
_QUOTED: Final = re.compile(rf"[{_OPEN}]({_NO_MARK}{{1,30}})[{_CLOSE}]")
_HALF_QUOTED: Final = re.compile(rf"(?<=[、,\n])({_NO_MARK}{{2,20}})[{_CLOSE}]")
"""An opening mark at the end of a line is so small that it is often not seen."""
_NUMBERED: Final = re.compile(r"签名[^:。\n]{0,12}:(?P<list>[^。\n]{2,400})")
_NUMBER: Final = re.compile(r"^(?:\(?[0-9]{1,2}[.、)]|[①-⑳])")
_BETWEEN: Final = re.compile(r"[、,;/|]|(?<=[”」』》〞])[和及](?=[“「『《〝])")
_MARKS: Final = f"{_OPEN}{_CLOSE}【】[]()。.、,;: "
_CALLED: Final = re.compile(r"(?:简称|下称|称为|称作)[:]?$")
_ROLES: Final = frozenset({"授权方", "被授权方", "甲方", "乙方", "委托方", "受托方", "授权人", "被授权人"})
_SENTENCE: Final = re.compile(r"[^。;]+")
_LONGEST_NAME: Final = 30
_LONGEST_NUMBERED: Final = 20
_GUESSED: Final = 0.8
"""Words after a colon may be something else than names."""


def scope(sheet: Sheet, labels: Labels) -> Iterator[Found]:
    """The first way that finds any name."""
    flow = sheet.flow
    if bracketed := [(match[1], Span(*match.span(1))) for match in _BRACKETED.finditer(flow.text)]:
        yield _names(flow, bracketed, 1.0)
        return
    for value in labels.values(sheet, LABELS_OF_SCOPE):
        names = [name for each in _BETWEEN.split(value.text) if 0 < len(name := _bare(each)) <= _LONGEST_NAME]
        if names:
            yield "scope", BETWEEN_NAMES.join(dict.fromkeys(names)), value.cells, 1.0
            return
    if quoted := [found for sentence in _SENTENCE.finditer(flow.text) for found in _quoted(sentence)]:
        yield _names(flow, quoted, 1.0)
    elif numbered := _numbered(flow.text):
        yield _names(flow, numbered, _GUESSED)


def _quoted(sentence: re.Match[str]) -> Iterator[tuple[str, Span]]:
    """Of a sentence about signatures; what a party is called for short is no name."""
    text, start = sentence.group(), sentence.start()
    if "签名" not in text:
        return
    marked = list(_QUOTED.finditer(text))
    inside = {place for match in marked for place in range(*match.span())}
    halves = [match for match in _HALF_QUOTED.finditer(text) if marked and match.end() - 1 not in inside]
    for match in sorted((*marked, *halves), key=lambda each: each.start()):
        if match[1] not in _ROLES and not _CALLED.search(text, 0, match.start()):
            yield _bare(match[1]), Span(start + match.start(1), start + match.end(1))


def _numbered(text: str) -> list[tuple[str, Span]]:
    """Names after “…签名：”, when all of them are short enough for names."""
    for match in _NUMBERED.finditer(text):
        found, at = [], match.start("list")
        for piece in _BETWEEN.split(match["list"]):
            if name := _bare(_NUMBER.sub("", piece)):
                found.append((name, Span(at, at + len(piece))))
            at += len(piece) + 1
        if found and all(2 <= len(name) <= _LONGEST_NUMBERED for name, _ in found):
            return found
    return []


def _bare(name: str) -> str:
    return name.strip(_MARKS)


def _names(flow: Flow, found: Iterable[tuple[str, Span]], doubt: float) -> Found:
    said = [(name, span) for name, span in found if name]
    names = dict.fromkeys(name for name, _ in said)
    return "scope", BETWEEN_NAMES.join(names), tuple(flow.cells(span for _, span in said)), doubt
