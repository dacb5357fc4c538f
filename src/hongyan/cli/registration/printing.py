"""Places on paper, a table where it fits, else two lines for each place; and what became of a plan."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Column
from rich.text import Text

from hongyan.cli.language import say
from hongyan.cli.output import print_json
from hongyan.cli.tables import plain_table

NOTHING: Final = ("", "-")
"""Cells that say nothing."""
_BETWEEN: Final = 3
"""Cells between two columns."""
_FOLDED: Final = 24
"""Cells that a column which may be folded needs at least, if it has as many."""


def print_moved(plan: int, state: tuple[str, str], facts: dict[str, Any], *, json: bool) -> None:
    """A plan of some kind has another state now, in Chinese and English; or its `facts`."""
    if json:
        print_json(facts)
    else:
        words = say(*state)
        print(say(f"计划 {plan}：{words}。", f"Plan {plan} is {words}."))


def print_places(columns: Sequence[str], rows: Sequence[Sequence[str]], *, whole: Collection[str]) -> None:
    """`whole`: columns that are never folded; up to the last of them a row says which place it is."""
    console = Console()
    wholes = [column in whole for column in columns]
    if _width(columns, rows, wholes) <= console.width:
        heads = (
            Column(each, overflow="fold", no_wrap=kept) for each, kept in zip(columns, wholes, strict=True)
        )
        console.print(plain_table(heads, rows))
        return
    head = len(wholes) - wholes[::-1].index(True)
    for row in rows:
        console.print(Text("  ".join(row[:head])))
        said = [
            f"{label} {cell}"
            for label, cell in zip(columns[head:], row[head:], strict=True)
            if cell not in NOTHING
        ]
        if said:
            console.print(Padding(Text(say("；", "; ").join(said)), (0, 0, 0, 2), expand=False))


def _width(columns: Sequence[str], rows: Sequence[Sequence[str]], wholes: Sequence[bool]) -> int:
    total = 0
    for cells, kept in zip(zip(columns, *rows, strict=True), wholes, strict=True):
        longest = max(map(cell_len, cells))
        total += _BETWEEN + (longest if kept else min(longest, _FOLDED))
    return total
