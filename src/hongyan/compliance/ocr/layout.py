"""Where the words of a page stand to each other: cells in rows, and the text in the order in which people read it. Pure.

A page is straightened first: of a scan that lies one degree askew, the end of a long line stands beside the next one's
beginning. Boxes for people are those of the page as it lies.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from statistics import median
from typing import Final, TypeAlias

from hongyan.compliance.ocr.recognised import Corners, Line

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_LONG: Final = 5
"""Times its height that a line is long, for its slope to mean anything."""
_MOST_SLOPE: Final = 0.2
"""Radians, some 11 degrees: beyond that it is not the page that is askew."""
_ONE_ROW: Final = 0.5
"""Of the lower cell's height that two cells of one row share."""
_SPECK: Final = 0.6
"""Of the usual height: a smaller sign without a word in it is half a quotation mark, or dirt."""
_BLANK: Final = 3.5
"""Heights between the characters of a label that is set wide, as 名　　称."""


def plain(text: str) -> str:
    """Without blanks, and with plain letters, digits, brackets and marks for those of other widths. One character stays
    one, so that places in the text keep their meaning."""
    return "".join(_plain(each) for each in text if not each.isspace())


def _plain(character: str) -> str:
    """Only of forms that differ in width: ① is no 1."""
    if not any(first <= character <= last for first, last in _FORMS):
        return character
    found = unicodedata.normalize("NFKC", character)
    return found if len(found) == 1 and not found.isspace() else character


_FORMS: Final = (("\uff01", "\uffee"), ("\ufe50", "\ufe6b"))
"""Half-width and full-width forms; small form variants."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Words that stand together, straightened. `text` is plain; `corners` are those of the page as it lies."""

    text: str
    box: Box
    corners: Corners
    score: float

    @property
    def left(self) -> float:
        return self.box[0]

    @property
    def top(self) -> float:
        return self.box[1]

    @property
    def right(self) -> float:
        return self.box[2]

    @property
    def bottom(self) -> float:
        return self.box[3]

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    def piece(self, start: int, end: int) -> Cell:
        """The cell of some of its characters, as if all were equally wide."""
        whole = max(len(self.text), 1)
        first, last = start / whole, end / whole
        width = self.right - self.left
        x0, y0, x1, y1, x2, y2, x3, y3 = self.corners
        corners = (
            *_between(x0, y0, x1, y1, first),
            *_between(x0, y0, x1, y1, last),
            *_between(x3, y3, x2, y2, last),
            *_between(x3, y3, x2, y2, first),
        )
        box = (self.left + width * first, self.top, self.left + width * last, self.bottom)
        return Cell(self.text[start:end], box, corners, self.score)

    def beside(self, other: Cell) -> bool:
        """Whether both stand in one row."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return shared >= _ONE_ROW * min(self.height, other.height)


def _between(x0: float, y0: float, x1: float, y1: float, share: float) -> tuple[float, float]:
    return (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)


def outline(cells: Iterable[Cell]) -> Box:
    """The box around cells on the page as it lies, to cut out for people."""
    corners = [each.corners for each in cells]
    xs = [x for each in corners for x in each[0::2]]
    ys = [y for each in corners for y in each[1::2]]
    return (min(xs), min(ys), max(xs), max(ys))


class Sheet:
    """A page's cells, row by row."""

    def __init__(self, lines: Sequence[Line]) -> None:
        slope = _slope(lines)
        cells = [_cell(line, slope) for line in lines if line.text.strip()]
        usual = median([each.height for each in cells]) if cells else 0
        words = [each for each in cells if not _is_speck(each, usual)]
        self.rows: tuple[tuple[Cell, ...], ...] = tuple(_joined(row) for row in _rows(words))

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cell for row in self.rows for cell in row)

    @cached_property
    def flow(self) -> Flow:
        return Flow(self.rows)


def _slope(lines: Iterable[Line]) -> float:
    """By how many radians long lines fall to the right."""
    slopes = []
    for line in lines:
        x0, y0, x1, y1, _, _, x3, y3 = line.corners
        if math.hypot(x1 - x0, y1 - y0) > _LONG * math.hypot(x3 - x0, y3 - y0):
            slopes.append(math.atan2(y1 - y0, x1 - x0))
    slopes = [each for each in slopes if abs(each) < _MOST_SLOPE]
    return median(slopes) if slopes else 0.0


def _cell(line: Line, slope: float) -> Cell:
    sine, cosine = math.sin(slope), math.cos(slope)
    points = list(zip(line.corners[0::2], line.corners[1::2], strict=True))
    xs = [x * cosine + y * sine for x, y in points]
    ys = [y * cosine - x * sine for x, y in points]
    return Cell(plain(line.text), (min(xs), min(ys), max(xs), max(ys)), line.corners, line.score)


def _is_speck(cell: Cell, usual: float) -> bool:
    return cell.height < _SPECK * usual and len(cell.text) <= 2 and not is_chinese(cell.text)


def _rows(cells: Iterable[Cell]) -> list[list[Cell]]:
    """From top to bottom, each from left to right. A row is as high as its first cell: large and small print beside each
    other make no row of everything that the large one touches."""
    rows: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda each: (each.top + each.bottom) / 2):
        if rows and rows[-1][0].beside(cell):
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return [sorted(row, key=lambda each: each.left) for row in rows]


def _joined(row: Sequence[Cell]) -> tuple[Cell, ...]:
    """Single Chinese characters that stand apart are one label."""
    joined: list[Cell] = []
    for cell in row:
        before = joined[-1] if joined else None
        if before is not None and _is_spread(before, cell):
            corners = (*before.corners[:2], *cell.corners[2:6], *before.corners[6:])
            box = (before.left, min(before.top, cell.top), cell.right, max(before.bottom, cell.bottom))
            joined[-1] = Cell(before.text + cell.text, box, corners, min(before.score, cell.score))
        else:
            joined.append(cell)
    return tuple(joined)


def _is_spread(before: Cell, cell: Cell) -> bool:
    gap = cell.left - before.right
    wide = (before.right - before.left) > 1.5 * len(before.text) * before.height or len(before.text) == 1
    return wide and len(cell.text) == 1 and is_chinese(cell.text) and gap < _BLANK * cell.height


def is_chinese(text: str) -> bool:
    return all("\u3400" <= each <= "\u9fff" for each in text)


# -- reading order -------------------------------------------------------------------------------------------

BREAK: Final = "\n"
"""Between paragraphs, and between cells of one row that stand apart."""
_MARGIN: Final = 2.5
"""Heights from the right margin at which a line is full, so that its sentence may go on in the next one."""
_INDENT: Final = 1.2
"""Heights from the left margin at which a paragraph begins."""
_APART: Final = 1.5
"""Heights between words that do not belong together."""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of the flow, from `start` up to before `end`."""

    start: int
    end: int


class Flow:
    """All text in reading order; a sentence that goes on in the next line is whole."""

    def __init__(self, rows: Sequence[Sequence[Cell]]) -> None:
        pieces: list[str] = []
        self._places: list[tuple[Cell, int] | None] = []
        margins = _margins(rows)
        before: Cell | None = None
        for number, row in enumerate(rows):
            for cell in row:
                if before is not None and not _goes_on(before, cell, number > 0 and cell is row[0], margins):
                    pieces.append(BREAK)
                    self._places.append(None)
                pieces.append(cell.text)
                self._places += [(cell, index) for index in range(len(cell.text))]
                before = cell
        self.text = "".join(pieces)

    def cells(self, spans: Iterable[Span]) -> list[Cell]:
        """What is under some characters: pieces of cells."""
        return [piece for span in spans for piece in self._pieces(span)]

    def _pieces(self, span: Span) -> Iterator[Cell]:
        places = [place for place in self._places[span.start : span.end] if place is not None]
        for _, group in groupby(places, key=lambda place: id(place[0])):
            found = list(group)
            yield found[0][0].piece(found[0][1], found[-1][1] + 1)


def _margins(rows: Sequence[Sequence[Cell]]) -> tuple[float, float]:
    """Where lines begin and end that are as long as the text is wide."""
    cells = [cell for row in rows for cell in row]
    return (min((each.left for each in cells), default=0), max((each.right for each in cells), default=0))


def _goes_on(before: Cell, cell: Cell, first_of_row: bool, margins: tuple[float, float]) -> bool:
    if not first_of_row:
        return cell.left - before.right < _APART * cell.height
    left, right = margins
    full = right - before.right < _MARGIN * before.height
    indented = cell.left - left > _INDENT * cell.height
    return full and not indented and abs(cell.height - before.height) < 0.5 * max(cell.height, before.height)
