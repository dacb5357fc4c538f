"""One statement out of many: everything a group writes goes to the server in one round trip.

A part is an INSERT, UPDATE or DELETE over arrays, one array for each column. Parts become the terms of a WITH; they
all see the same snapshot, so no two of them may touch the same row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hongyan.storage.postgres.database import Connection

_PARAMETER = re.compile(r"\$(\d+)")


@dataclass(frozen=True, slots=True)
class Part:
    """`sql` with parameters from $1; `returns`: columns of its RETURNING that the caller wants, as bigint and text."""

    name: str
    sql: str
    parameters: int
    returns: tuple[str, str] | None = None


class Batch:
    """Collects parts with their rows."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._arguments: list[Sequence[Any]] = []

    def add(self, part: Part, rows: Iterable[Sequence[Any]]) -> None:
        """Add a part with its rows; nothing when there are none."""
        columns = list(zip(*rows, strict=True))
        if columns:
            self._parts.append(part)
            self._arguments += columns

    async def run(self, connection: Connection) -> tuple[int, list[tuple[str, int, str]]]:
        """Write everything. The transaction's id, and (part, bigint, text) of what was returned."""
        first, *returned = await connection.fetch(_compose(tuple(self._parts)), *self._arguments)
        return first[1], [tuple(row) for row in returned]


@lru_cache(maxsize=256)
def _compose(parts: tuple[Part, ...]) -> str:
    terms, answers = [], ["SELECT '', pg_current_xact_id()::text::bigint, ''"]
    offset = 0
    for part in parts:
        sql = _PARAMETER.sub(lambda match, by=offset: f"${int(match.group(1)) + by}", part.sql)  # type: ignore[misc]
        terms.append(f"{part.name} AS ({sql})")
        offset += part.parameters
        if part.returns:
            answers.append(f"SELECT '{part.name}', {part.returns[0]}, {part.returns[1]} FROM {part.name}")  # noqa: S608
    return (f"WITH {', '.join(terms)} " if terms else "") + " UNION ALL ".join(answers)


def unnest(name: str, columns: str) -> str:
    """`unnest($1::bigint[], …) AS name (a, …)` from `a bigint, b text`."""
    pairs = [column.split() for column in columns.split(", ")]
    arrays = ", ".join(f"${number}::{kind}[]" for number, (_, kind) in enumerate(pairs, 1))
    return f"unnest({arrays}) AS {name} ({', '.join(column for column, _ in pairs)})"
