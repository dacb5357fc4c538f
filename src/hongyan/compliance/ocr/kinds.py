"""Which module reads which kind of paper, and which kind a paper is when nobody says so. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from hongyan.compliance.ocr.layout import Sheet
from hongyan.compliance.ocr.letter import read_letter
from hongyan.compliance.ocr.licence import read_licence
from hongyan.compliance.ocr.reading import PaperKind, Reading
from hongyan.compliance.ocr.recognised import PaperText
from hongyan.compliance.ocr.trademark import read_trademark

_READERS: Final[Mapping[PaperKind, Callable[[PaperText], Reading]]] = {
    PaperKind.LICENCE: read_licence,
    PaperKind.LETTER: read_letter,
    PaperKind.TRADEMARK: read_trademark,
}
_TELLING: Final[Mapping[PaperKind, tuple[str, ...]]] = {
    PaperKind.LETTER: (
        *("授权委托书", "授权书", "委托书", "被授权", "受托方", "兹授权", "特此授权", "授权期限"),
    ),
    PaperKind.TRADEMARK: (
        *("商标详情", "申请/注册号", "专用权期限", "国际分类", "初审公告", "注册公告"),
        *("商标状态", "商标网"),
    ),
    PaperKind.LICENCE: (
        *("营业执照", "法人证书", "登记证书", "经营范围", "注册资本", "成立日期", "登记机关", "举办单位"),
    ),
}
"""Words that one kind has and the others rarely do."""


def read_paper(kind: PaperKind, paper: PaperText) -> Reading:
    """Its fields."""
    return _READERS[kind](paper)


def kind_of(paper: PaperText) -> PaperKind | None:
    """By its words; None when none of them tells."""
    text = "\n".join(Sheet(each.lines).flow.text for page in paper.pages for each in page.passes[:1])
    told = {kind: sum(word in text for word in words) for kind, words in _TELLING.items()}
    kind = max(told, key=lambda each: told[each])
    return kind if told[kind] else None
