"""Which column is which: carriers and resellers name them as they like, put titles above them, and move them about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Generic, TypeVar

from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.sheets.grid import Sheet, Value, text_of
from hongyan.compliance.registration.sheets.problems import sheet_problem
from hongyan.kernel.cn_carriers import CARRIERS

C = TypeVar("C", bound=Enum)

LOOKED_AT: Final = 40
"""Rows at the top among which the heading is."""
_LONGEST: Final = 40
"""Characters of a heading; a longer text explains something."""
_ASIDE: Final = re.compile(r"[(\[【〔<].*?[)\]】〕>]")
_NO_WORD: Final = re.compile(r"[^\w]|_")


@dataclass(frozen=True, slots=True)
class Column(Generic[C]):
    """A kind of column. `zh`, `en`: how messages call it. `pattern`: the headings that mean it, as `plain_heading` leaves
    them. Earlier rows of a table go first where a heading fits several."""

    means: C
    zh: str
    en: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Heading(Generic[C]):
    """`row`: where it stands, from 0; what follows are data. `columns`: kind -> column, from 0."""

    row: int
    columns: Mapping[C, int]

    def cell(self, sheet: Sheet, row: int, kind: C) -> Value:
        """None where there is no such column."""
        column = self.columns.get(kind)
        return None if column is None else sheet.value(row, column)


def plain_heading(text: str) -> str:
    """Without width, case, remarks in brackets, asterisks and blanks: `*统一社会信用代码（必填）` -> `统一社会信用代码`."""
    flat = unicodedata.normalize("NFKC", text).casefold()
    return _NO_WORD.sub("", _ASIDE.sub("", flat)) or _NO_WORD.sub("", flat)


def find_heading(
    sheet: Sheet, table: Sequence[Column[C]], network: Network | None, *, least: int = 2
) -> Heading[C] | None:
    """The row that names most columns; of equal ones that follow one another the lowest, because merged headings take several
    rows. None when no row names `least` of them. Columns that name another network than `network` do not count.

    Raises Refused("sheet.same_column_twice").
    """
    best: Heading[C] | None = None
    for row in range(min(LOOKED_AT, len(sheet.rows))):
        columns = _columns(sheet.rows[row], table, network)
        wanted = least if best is None else len(best.columns) + (best.row + 1 != row)
        if len(columns) >= wanted:
            best = Heading(row, {kind: places[0] for kind, places in columns.items()})
    if best is not None:
        _check_twice(sheet, best.row, table, network)
    return best


def _columns(
    cells: Sequence[Value], table: Sequence[Column[C]], network: Network | None
) -> dict[C, list[int]]:
    """Kind -> its columns; those whose heading names `network` come first and alone."""
    found: dict[C, list[tuple[bool, int]]] = {}
    for place, cell in enumerate(cells):
        text = text_of(cell)
        if not 0 < len(text) <= _LONGEST:
            continue
        plain = plain_heading(text)
        named = _network_in(plain)
        if named and network and named != network:
            continue
        kind = next((each.means for each in table if each.pattern.fullmatch(_without_network(plain))), None)
        if kind is not None:
            found.setdefault(kind, []).append((named is not None, place))
    return {kind: _named_first(places) for kind, places in found.items()}


def _named_first(places: list[tuple[bool, int]]) -> list[int]:
    return [place for named, place in places if named] or [place for _, place in places]


def _check_twice(sheet: Sheet, row: int, table: Sequence[Column[C]], network: Network | None) -> None:
    """Cells of one merged heading are one column. Two different ones cannot both be it."""
    for kind, places in _columns(sheet.rows[row], table, network).items():
        headings = list(dict.fromkeys(text_of(sheet.value(row, place)) for place in places))
        if len(headings) > 1:
            names = next(each for each in table if each.means is kind)
            raise sheet_problem(
                "sheet.same_column_twice", column=f"{names.zh} ({names.en})", headings="、".join(headings)
            )


_NETWORK_WORDS: Final[tuple[tuple[re.Pattern[str], Network], ...]] = tuple(
    (
        re.compile("|".join(re.escape(name.casefold()) for name in (row.zh, row.short[0], row.short[1]))),
        row.carrier,
    )
    for row in CARRIERS
)


def _network_in(plain: str) -> Network | None:
    found = [network for pattern, network in _NETWORK_WORDS if pattern.search(plain)]
    return found[0] if len(found) == 1 else None


def _without_network(plain: str) -> str:
    for pattern, _ in _NETWORK_WORDS:
        plain = pattern.sub("", plain)
    return plain
