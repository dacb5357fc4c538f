"""How much of somebody's spreadsheet is read. Ours: a carrier's answer to a whole wave has some thousand rows."""

from __future__ import annotations

from typing import Final

MOST_BYTES: Final = 20 * 1024 * 1024
"""Of a file as it comes."""
MOST_UNPACKED: Final = 64 * 1024 * 1024
"""Of all parts of a workbook together, unpacked."""
MOST_PARTS: Final = 1_000
MOST_SHEETS: Final = 30
MOST_ROWS: Final = 20_000
"""With something in them, of one sheet."""
MOST_COLUMNS: Final = 200
MOST_CELLS: Final = 8_000_000
"""Of one sheet, empty ones too: people format a million rows that have nothing in them."""
MOST_MERGES: Final = 20_000
LONGEST_CELL: Final = 32_767
"""Characters. Source: Excel's own limit."""
