"""Letters of authorization: forms with a line for each particular, tables, and plain sentences. Pure.

There is no prescribed form: vendors hand out their own, and companies write theirs. So particulars are looked for at labels
first and in sentences next, and what belongs to whom is decided by who was named last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from hongyan.compliance.ocr.labels import Labels
from hongyan.compliance.ocr.layout import Cell, Flow, Sheet, Span
from hongyan.compliance.ocr.parties import AUTHORIZER, LABELS_OF, PARTY, parties
from hongyan.compliance.ocr.periods import Written, days, periods, term_from
from hongyan.compliance.ocr.reading import NO, YES, Found, PaperKind, Reading, read_with
from hongyan.compliance.ocr.recognised import PageText, PaperText
from hongyan.compliance.ocr.scope import LABELS_OF_SCOPE, scope

_OTHERS: Final = (
    *("统一社会信用代码", "授权方统一社会信用代码", "委托方统一社会信用代码", "被授权方统一社会信用代码"),
    *("受托方统一社会信用代码", "授权有效期", "授权期限", "有效期", "有效期限", "委托期限", "签署日期"),
    *("日期", "授权日期", "法定代表人", "地址", "联系人", "联系电话", "授权范围", "授权事项", "营业执照号"),
    *("签字", "盖章"),
)
LABELS: Final = Labels(
    frozenset((*LABELS_OF[AUTHORIZER], *LABELS_OF[PARTY], *LABELS_OF_SCOPE, *_OTHERS)), glued=False
)


def read_letter(paper: PaperText) -> Reading:
    return read_with(_extract, PaperKind.LETTER, paper)


def _extract(sheet: Sheet, page: PageText) -> Iterator[Found]:
    yield from parties(sheet, LABELS)
    yield from scope(sheet, LABELS)
    yield from _dates(sheet.flow)
    yield from _seal(page)


# -- when ----------------------------------------------------------------------------------------------------

_TERM_WORDS: Final = re.compile(r"期限|有效期|授权期|有效时间|委托期")
_NEAR: Final = 40
"""Characters after the word for a term in which the term stands."""
_FROM_LENGTH: Final = 0.8
"""A term told by its length leans on the day of the signature."""


def _dates(flow: Flow) -> Iterator[Found]:
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


def _seal(page: PageText) -> Iterator[Found]:
    """On a page without any colour nothing can be said of it."""
    if page.seals:
        left, top, right, bottom = max(page.seals, key=lambda each: each[2] - each[0])
        yield "seal", YES, (_region(page, left, top, right, bottom, _SEAL),), 1.0
    elif page.coloured:
        yield "seal", NO, (_region(page, 0, 0, 1, 1, _NO_SEAL),), 1.0


def _region(page: PageText, left: float, top: float, right: float, bottom: float, score: float) -> Cell:
    x0, y0, x1, y1 = left * page.width, top * page.height, right * page.width, bottom * page.height
    return Cell("", (x0, y0, x1, y1), (x0, y0, x1, y0, x1, y1, x0, y1), score)
