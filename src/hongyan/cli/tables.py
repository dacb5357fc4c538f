"""Tables on a terminal: no lines but one under the headings."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.table import Column, Table
from rich.text import Text


def plain_table(columns: Iterable[Column | str], rows: Iterable[Iterable[str | Text]]) -> Table:
    """To print. Texts are taken as they are, whatever in them looks like markup."""
    table = Table(*columns, box=box.SIMPLE, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    return table
