"""Opens somebody's spreadsheet, xlsx or CSV: bounded in every direction before a library sees it, and nothing in it runs.

Workbooks are read row by row: the library's other way spreads every merged range and link over all of its cells, so that one
line of XML could fill the memory. Formulas are not computed; the value that the file has for them counts.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from hongyan.compliance.registration.sheets.bounds import (
    LONGEST_CELL,
    MOST_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_MERGES,
    MOST_PARTS,
    MOST_ROWS,
    MOST_SHEETS,
    MOST_UNPACKED,
)
from hongyan.compliance.registration.sheets.grid import Sheet, Value
from hongyan.compliance.registration.sheets.problems import sheet_problem

_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"
"""Of Excel 97 to 2003, and of workbooks with a password."""
_REFUSED_PARTS: Final = (
    (
        re.compile(r"(?:^|/)(?:vbaProject|vbaData)[^/]*$|(?:^|/)(?:macrosheets|activeX|dialogsheets)/", re.I),
        "sheet.macros",
    ),
    (
        re.compile(
            r"(?:^|/)(?:externalLinks|embeddings|queryTables|ctrlProps)/|(?:^|/)connections\.xml$", re.I
        ),
        "sheet.external",
    ),
)
_DECLARATION: Final = re.compile(rb"<!(?!--|\[CDATA\[)")
"""A document type brings entities, which grow."""
_MERGED: Final = re.compile(
    rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"'
)
_MERGE: Final = re.compile(rb"<(?:\w+:)?mergeCell\b")
_SEPARATORS: Final = ",\t;|"
_LOOKED_AT: Final = 8_192
"""Characters at the beginning of a CSV file by which its separator is told."""
_TAGS: Final = re.compile(r"\s*<(?:!doctype|html|table|\?xml)", re.I)
"""What some systems call a spreadsheet."""
_UNREADABLE: Final = (
    *(zipfile.BadZipFile, zlib.error, ParseError, EOFError, NotImplementedError, RuntimeError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, OverflowError),
)
"""What the library raises over parts that contradict one another."""


def open_sheets(data: bytes) -> list[Sheet]:
    """The sheets of a workbook, or the one of a CSV file (UTF-8, UTF-16 with its mark, or GB 18030).

    Raises Refused("sheet.…").
    """
    if len(data) > MOST_BYTES:
        raise sheet_problem("sheet.too_large", most=MOST_BYTES)
    if data.startswith(_COMPOUND):
        raise sheet_problem("sheet.old_format")
    if data.startswith(_ZIP):
        return _workbook(data)
    return [_csv(_decoded(data))]


# Workbooks


def _workbook(data: bytes) -> list[Sheet]:
    try:
        merges = _inspected(data)
        with warnings.catch_warnings():  # of styles and extensions that nobody here looks at
            warnings.simplefilter("ignore")
            return list(_sheets(data, merges))
    except _UNREADABLE:
        raise sheet_problem("sheet.malformed") from None


def _inspected(data: bytes) -> dict[str, list[tuple[int, int, int, int]]]:
    """Merged ranges by the name of their part, when nothing in the file is what we refuse."""
    merges: dict[str, list[tuple[int, int, int, int]]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise sheet_problem("sheet.unpacked_too_large", most=MOST_UNPACKED)
        for part in parts:
            for pattern, code in _REFUSED_PARTS:
                if pattern.search(part.filename):
                    raise sheet_problem(code, part=part.filename)
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels")):
                content = archive.read(part)  # no more than it promised above
                if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:8]:
                    raise sheet_problem("sheet.malformed")
                if _DECLARATION.search(content):
                    raise sheet_problem("sheet.entities", part=part.filename)
                merges[part.filename] = _merged(content)
    return merges


def _merged(content: bytes) -> list[tuple[int, int, int, int]]:
    if sum(1 for _ in _MERGE.finditer(content)) > MOST_MERGES:
        raise sheet_problem("sheet.too_many_merges", most=MOST_MERGES)
    return [
        (_column(first), int(top), _column(last), int(bottom))
        for first, top, last, bottom in _MERGED.findall(content)
    ]


def _sheets(data: bytes, merges: dict[str, list[tuple[int, int, int, int]]]) -> Iterator[Sheet]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        if len(book.worksheets) > MOST_SHEETS:
            raise sheet_problem("sheet.too_many_sheets", most=MOST_SHEETS)
        for sheet in book.worksheets:
            rows = list(_rows(sheet))
            part = str(
                getattr(sheet, "_worksheet_path", "")
            )  # the library does not tell merged cells in this way of reading
            _fill(rows, merges.get(part.lstrip("/"), ()))
            yield Sheet(sheet.title, rows)
    finally:
        book.close()


def _rows(sheet: Any) -> Iterator[list[Value]]:
    """Up to the last one that has something in it; people leave formats in a million empty ones."""
    sheet.reset_dimensions()  # what a file says of its size may be wrong
    empty = looked_at = 0
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        looked_at += len(cells)
        if looked_at > MOST_CELLS:
            raise sheet_problem("sheet.too_many_columns", most=MOST_COLUMNS)
        end = len(cells)
        while end and cells[end - 1] in (None, ""):
            end -= 1
        row = [_value(cell) for cell in cells[:end]]
        if not row:
            empty += 1
            continue
        if number > MOST_ROWS:
            raise sheet_problem("sheet.too_many_rows", most=MOST_ROWS)
        if len(row) > MOST_COLUMNS:
            raise sheet_problem("sheet.too_many_columns", most=MOST_COLUMNS)
        for _ in range(empty):
            yield []
        empty = 0
        yield row


def _value(cell: object) -> Value:
    match cell:
        case None | "":
            return None
        case bool():
            return str(cell).upper()
        case int() | float() | datetime():
            return cell
        case date():
            return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 (a cell knows no zone)
        case time():
            return cell.isoformat()
        case _:
            return str(cell)[:LONGEST_CELL]


def _fill(rows: list[list[Value]], merges: Iterable[tuple[int, int, int, int]]) -> None:
    """Give every cell of a merged range the value of its first one. Ranges that fill more than there is overlap."""
    left = (len(rows) + 1) * MOST_COLUMNS
    for first, top, last, bottom in merges:
        down, across = min(bottom, len(rows)), min(last, MOST_COLUMNS)
        if not 1 <= top <= down or first > across or first > len(rows[top - 1]):
            continue
        value = rows[top - 1][first - 1]
        left -= (down - top + 1) * (across - first + 1)
        if left < 0:
            raise sheet_problem("sheet.malformed")
        for row in rows[top - 1 : down]:
            row.extend([None] * (across - len(row)))
            row[first - 1 : across] = [value] * (across - first + 1)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


# CSV


def _decoded(data: bytes) -> str:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text or _TAGS.match(text):
            raise sheet_problem("sheet.not_a_sheet")
        return text
    raise sheet_problem("sheet.encoding")


def _csv(text: str) -> Sheet:
    head = text[:_LOOKED_AT]
    separator = max(_SEPARATORS, key=head.count)
    rows: list[list[Value]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if len(rows) == MOST_ROWS and any(cells):
                raise sheet_problem("sheet.too_many_rows", most=MOST_ROWS)
            if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
                raise sheet_problem("sheet.too_many_columns", most=MOST_COLUMNS)
            if len(rows) < MOST_ROWS:
                rows.append([cell or None for cell in cells[:MOST_COLUMNS]])
    except csv.Error:
        raise sheet_problem("sheet.malformed") from None
    return Sheet("", rows)
