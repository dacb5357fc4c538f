"""What is read off a paper: fields with the place where they stand and how sure we are. Pure.

Every page is looked at in more than one way (`recognised.Pass`); of each field the better reading is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from hongyan.compliance.ocr.layout import Box, Cell, Sheet, is_chinese, outline
from hongyan.compliance.ocr.recognised import PageText, PaperText
from hongyan.compliance.rules import Words
from hongyan.compliance.uscc import is_uscc


class PaperKind(Enum):
    """What papers are read for."""

    LICENCE = "licence"
    LETTER = "letter"
    TRADEMARK = "trademark"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a paper says. `text`: in our form, several names with 、 between. `page` counts from 1, `box` is in
    pixels of that page as it was read. `confidence`: 0 to 1. `checked`: whether a check character fits; None where there is none."""

    name: str
    text: str
    page: int
    box: Box
    confidence: float
    checked: bool | None = None

    def facts(self) -> dict[str, object]:
        """For machines."""
        return {
            "text": self.text,
            "page": self.page,
            "box": [round(each) for each in self.box],
            "confidence": round(self.confidence, 3),
            "checked": self.checked,
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """`fields`: those that were found, in the order of the kind's names. `pages`: width and height of each."""

    kind: PaperKind
    fields: tuple[Field, ...]
    pages: tuple[tuple[int, int], ...]

    def get(self, name: str) -> Field | None:
        return next((each for each in self.fields if each.name == name), None)

    def text(self, name: str) -> str | None:
        found = self.get(name)
        return found.text if found else None

    def facts(self) -> dict[str, object]:
        """For machines: every field of the kind, null where nothing was read."""
        fields = {name: found.facts() if (found := self.get(name)) else None for name in FIELDS[self.kind]}
        pages = [{"width": width, "height": height} for width, height in self.pages]
        return {"kind": self.kind.value, "fields": fields, "pages": pages}


FIELDS: Final[Mapping[PaperKind, Mapping[str, Words]]] = {
    PaperKind.LICENCE: {
        "company_name": Words("company name", "企业名称"),
        "uscc": Words("unified social credit code", "统一社会信用代码"),
        "legal_representative": Words("legal representative", "法定代表人"),
        "validity": Words("validity", "有效期"),
        "address": Words("address", "住所"),
    },
    PaperKind.LETTER: {
        "authorizer": Words("authorizer", "授权方"),
        "authorizer_code": Words("authorizer's credit code", "授权方统一社会信用代码"),
        "authorized_party": Words("authorized party", "被授权方"),
        "scope": Words("signatures", "签名范围"),
        "validity": Words("validity", "授权有效期"),
        "signed_on": Words("signed on", "签署日期"),
        "seal": Words("seal", "印章"),
    },
    PaperKind.TRADEMARK: {
        "page_address": Words("page address", "网页地址"),
        "name": Words("trademark", "商标名称"),
        "applicant": Words("applicant", "申请人"),
        "registration_number": Words("registration number", "注册号"),
        "status": Words("status", "商标状态"),
        "validity": Words("validity", "专用权期限"),
    },
}
"""What is read of each kind, by names that stay."""
YES: Final = "yes"
NO: Final = "no"

BETWEEN_NAMES: Final = "、"
"""Between the names of a scope."""

Found: TypeAlias = tuple[str, str, tuple[Cell, ...], float]
"""What a kind's module finds: the field's name, its text in our form, where it stands, and a factor by which we are less sure
than the model is."""
Extract: TypeAlias = Callable[[Sheet, PageText], Iterable[Found]]
"""Finds the fields of a kind on a page that was looked at in one way."""

_UNCHECKED: Final = 0.5
"""The most confidence in a credit code whose check character does not fit: something in it was read wrongly."""


def field(name: str, text: str, cells: tuple[Cell, ...], page: int, doubt: float = 1.0) -> Field:
    """A field that stands in these cells; the least sure one of them decides."""
    confidence = min((each.score for each in cells), default=0.0) * doubt
    checked = is_uscc(text) if name in CODES else None
    if checked is False:
        confidence = min(confidence, _UNCHECKED)
    if name in _WITH_BRACKETS and any(map(is_chinese, text)):
        text = text.replace("(", "（").replace(")", "）")  # as registers write names
    return Field(name, text, page, outline(cells), confidence, checked)


_WITH_BRACKETS: Final = frozenset(
    {"company_name", "authorizer", "authorized_party", "applicant", "legal_representative", "address"}
)
CODES: Final = frozenset({"uscc", "authorizer_code"})


def read_with(extract: Extract, kind: PaperKind, paper: PaperText) -> Reading:
    """The best reading of each field, over all pages and all ways to look at them."""
    best: dict[str, Field] = {}
    for found in _fields(extract, paper):
        best[found.name] = better(best[found.name], found) if found.name in best else found
    fields = tuple(best[name] for name in FIELDS[kind] if name in best)
    return Reading(kind, fields, tuple((page.width, page.height) for page in paper.pages))


def _fields(extract: Extract, paper: PaperText) -> Iterator[Field]:
    for number, page in enumerate(paper.pages, 1):
        for each in page.passes:
            for name, text, cells, doubt in extract(Sheet(each.lines), page):
                yield field(name, text, cells, number, doubt)


_CHECKED: Final[Mapping[bool | None, int]] = {True: 2, None: 1, False: 0}
_READABLE: Final = 0.6
"""Confidence with which a longer reading is not just dirt that was read as words."""
_AS_SURE: Final = 0.03
"""A difference that says nothing."""


def better(one: Field, other: Field) -> Field:
    """A code whose check fits; else a reading that has everything of the other one and more, as ink that covers a word
    leaves a piece of it that is read well; else the surer one, and of equals the first."""
    if _CHECKED[one.checked] != _CHECKED[other.checked]:
        return max(one, other, key=lambda each: _CHECKED[each.checked])
    for whole, part in ((one, other), (other, one)):
        if (
            len(whole.text) > len(part.text)
            and whole.confidence >= _READABLE
            and _has_all(whole.text, part.text)
        ):
            return whole
    return other if other.confidence > one.confidence + _AS_SURE else one


def _has_all(whole: str, part: str) -> bool:
    """Whether the characters of one text stand in another one, in their order."""
    rest = iter(whole)
    return all(each in rest for each in part)
