"""What stands in a sheet, whatever the file was: rows of values, and how a value reads as text.

Spreadsheets change what people type: numbers lose leading zeros and, beyond 15 digits, their end. Here it is told what a
number cell may have been; nobody guesses digits that are gone.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

Value: TypeAlias = str | int | float | datetime | None

MOST_EXACT: Final = 10**15
"""A spreadsheet keeps 15 digits of a number; a longer one has lost its end."""
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,3}")
"""What a number that was too wide for its column becomes in a CSV file."""
_AS_FORMULA: Final = re.compile(r'="([^"]*)"')
"""How people keep a spreadsheet from reading a code as a number."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows[0]` is row 1 of the file. Rows end with their last value; merged cells all have the value of the first one."""

    name: str
    rows: list[list[Value]]

    def value(self, row: int, column: int) -> Value:
        """Both from 0; None beyond the end."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None


def text_of(value: Value) -> str:
    """As people read it, without blanks around it and without what cannot be seen. A day is `2026-11-21`."""
    match value:
        case None:
            return ""
        case datetime():
            return (
                f"{value:%Y-%m-%d}" if value.time() == datetime.min.time() else f"{value:%Y-%m-%d %H:%M:%S}"
            )
        case float() if value.is_integer():
            return str(int(value))
        case str():
            return _plain(value)
        case _:
            return str(value)


def is_rounded(value: Value) -> bool:
    """Whether digits of a number are gone for good."""
    if isinstance(value, str):
        return _SCIENTIFIC.fullmatch(value.strip()) is not None
    return isinstance(value, int | float) and abs(value) >= MOST_EXACT


def lost_zeros(value: Value) -> bool:
    """Whether leading zeros may have stood in front of it."""
    return isinstance(value, int | float)


def digits_of(value: Value) -> str:
    """A number as codes and phones are compared: digits without the blanks and dashes that people put between them."""
    return re.sub(r"[\s\-]", "", text_of(value))


def _plain(text: str) -> str:
    shown = "".join(each for each in unicodedata.normalize("NFC", text) if each == "\n" or not _hidden(each))
    kept = shown.strip()
    formula = _AS_FORMULA.fullmatch(kept)
    return (formula[1] if formula else kept.removeprefix("'")).strip()


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf"} and character != "\t"
