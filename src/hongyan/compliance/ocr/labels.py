"""Labels and their values: beside, beneath, or in one line with a colon, over as many lines as the value takes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hongyan.compliance.ocr.layout import Cell, Sheet

_AFTER: Final = re.compile(r"[:;]*")
"""What may stand between a label and its value: a semicolon is a colon that was read wrongly."""
_HEAD: Final = re.compile(r"[:;(]")
_SAME_COLUMN: Final = 1.2
"""Heights by which the lines of a value may be off each other."""
_NEXT_LINE: Final = 1.4
"""Heights between the lines of a value."""
_OTHER_COLUMN: Final = 3.0
"""Heights between words of different columns."""
_FULL: Final = 2.5
"""Heights by which a line that goes on may be shorter than the next one."""
_MOST_LINES: Final = 4
_LARGER: Final = 1.7
"""Times a label's height that its value may have: what is larger is the writing of a seal."""


@dataclass(frozen=True, slots=True)
class Value:
    """What stands at a label. `at`: the label. `cells`: where it stands, piece by piece."""

    at: Cell
    text: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a kind of paper. `glued`: their values may follow without a colon, as they do on forms; in sentences a
    word that looks like a label is none."""

    known: frozenset[str]
    glued: bool

    def rest(self, text: str, wanted: Iterable[str]) -> int | None:
        """Where the value begins in a cell that begins with a label; None when the longest label that is known is not a
        wanted one."""
        longest = max((each for each in self.known if text.startswith(each)), key=len, default="")
        if longest not in set(wanted) or not longest:
            return None
        colon = _AFTER.match(text, len(longest))
        assert colon is not None
        alone = len(text) == len(longest)
        return colon.end() if alone or colon.group() or self.glued else None

    def is_label(self, cell: Cell) -> bool:
        """Whether a cell is a label, or begins with one and a colon or a remark in brackets."""
        return cell.text in self.known or _HEAD.split(cell.text, maxsplit=1)[0] in self.known

    def values(self, sheet: Sheet, wanted: Sequence[str]) -> Iterator[Value]:
        """What stands at labels, from top to bottom."""
        for number, row in enumerate(sheet.rows):
            for index, cell in enumerate(row):
                start = self.rest(cell.text, wanted)
                if start is not None and (cells := self._value(sheet, number, index, start)):
                    yield Value(cell, "".join(each.text for each in cells), tuple(cells))

    def _value(self, sheet: Sheet, number: int, index: int, start: int) -> list[Cell]:
        row = sheet.rows[number]
        label = row[index]
        first = [label.piece(start, len(label.text))] if start < len(label.text) else []
        before = label
        for cell in row[index + 1 :]:
            if self.is_label(cell) or (first and cell.left - before.right > _OTHER_COLUMN * cell.height):
                break
            if cell.height <= _LARGER * label.height:
                first.append(cell)
                before = cell
        first = first or self._beneath(sheet, number, label)
        return [*first, *self._further(sheet, label, first)] if first else []

    def _beneath(self, sheet: Sheet, number: int, label: Cell) -> list[Cell]:
        """A value under its label."""
        for row in sheet.rows[number + 1 : number + 3]:
            for cell in row:
                near = 0 <= cell.top - label.bottom + label.height * 0.3 < _NEXT_LINE * label.height
                if (
                    near
                    and abs(cell.left - label.left) < _SAME_COLUMN * label.height
                    and not self.is_label(cell)
                ):
                    return [cell]
        return []

    def _further(self, sheet: Sheet, label: Cell, first: Sequence[Cell]) -> list[Cell]:
        """The lines under the first one that belong to it."""
        lines, left, right = [first[0]], first[0].left, first[-1].right
        for _ in range(_MOST_LINES - 1):
            last = lines[-1]
            column = (each for each in sheet.cells if _is_under(last, each, left))
            cell = min(column, key=lambda each: each.top, default=None)
            if cell is None or not _continues(last, cell, right):
                break
            if self.is_label(cell) or self._has_label(sheet, cell, label):
                break
            lines.append(cell)
            right = max(right, cell.right)
        return lines[1:]

    def _has_label(self, sheet: Sheet, cell: Cell, label: Cell) -> bool:
        """Whether another label of the same column stands before a cell."""
        column = label.left - label.height
        return any(
            column <= each.left < cell.left and each.beside(cell) and self.is_label(each)
            for each in sheet.cells
        )


def _is_under(last: Cell, cell: Cell, left: float) -> bool:
    """Whether a cell stands in the same column, lower."""
    return cell.top > last.top + last.height * 0.5 and abs(cell.left - left) < _SAME_COLUMN * last.height


def _continues(last: Cell, cell: Cell, right: float) -> bool:
    return (
        cell.top - last.bottom < _NEXT_LINE * last.height
        and cell.right <= right + _FULL * last.height
        and abs(cell.height - last.height) < 0.6 * last.height
    )
