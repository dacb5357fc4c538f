"""Writes filing sheets: the same input gives the same bytes, every cell is text, and no cell is a formula.

Text keeps the zeros of codes and all digits of credit codes and IDs. What begins like a formula gets an apostrophe in front: a
text cell is harmless where it is, and not any more once somebody saves the sheet as CSV.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from typing import Final

from hongyan.compliance.registration.sheets.layouts import Layout

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NO_CELL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
"""What XML has no way to write."""
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
_MODIFIED: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_NARROWEST: Final = 8
_WIDEST: Final = 40
"""Characters of a column."""


def guarded(text: str) -> str:
    """What a cell may hold."""
    plain = _NO_CELL.sub("", text)
    return f"'{plain}" if plain.startswith(_FORMULA) else plain


def write_xlsx(layout: Layout, rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook of one sheet: a title if the layout has one, the headings, the rows."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.properties.creator = "Hongyan"
    sheet = book.worksheets[0]
    sheet.title = layout.sheet
    headings = [column.zh for column in layout.columns]
    lines = [*([[layout.title]] if layout.title else []), headings, *rows]
    top = len(lines) - len(rows)
    for line, cells in enumerate(lines, 1):
        for place, text in enumerate(cells, 1):
            cell = sheet.cell(line, place)
            cell.value = guarded(text)
            cell.data_type = "s"
            cell.number_format = "@"
            if line <= top:
                cell.font = Font(bold=True)
            cell.alignment = Alignment(vertical="top", wrap_text=line > top)
    if layout.title:
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(headings))
    for place, heading in enumerate(headings, 1):
        longest = max((len(row[place - 1]) for row in rows), default=0)
        width = max(_NARROWEST, min(_WIDEST, 2 * len(heading) + 2, 80), min(_WIDEST, longest + 2))
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = f"A{top + 1}"
    file = io.BytesIO()
    book.save(file)
    return _steady(file.getvalue())


def write_csv(layout: Layout, rows: Sequence[Sequence[str]]) -> bytes:
    """The headings and the rows, in the layout's encoding; what it has no character for becomes a question mark."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(column.zh) for column in layout.columns])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue().encode(layout.encoding, "replace")


def _steady(workbook: bytes) -> bytes:
    """Without the moment of writing."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        files = [(part.filename, archive.read(part)) for part in archive.infolist()]
    return zipped(
        [(name, _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z\2", content)) for name, content in files]
    )


def zipped(files: Sequence[tuple[str, bytes]]) -> bytes:
    """An archive that is the same whenever it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            part = zipfile.ZipInfo(name, _LONG_AGO)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            archive.writestr(part, content)
    return out.getvalue()
