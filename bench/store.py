"""What the platform has stored, read from its database and not from its answers.

A message is *reported* when its end is stored: delivered or failed, as the carrier said. While the platform
still works only its counters are read (a few rows, written in the transaction of the receipts); the messages
themselves are counted when the counters say that all have ended. On PostgreSQL the reading is done by one
server process, `server_pid`, which can be left out of the platform's CPU time.
"""

from __future__ import annotations

from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from types import TracebackType
from typing import Any

import apsw
import asyncpg

from hongyan.kernel.text import split
from hongyan.storage.sqlite.database import FILE, open_writing


@dataclass(frozen=True, slots=True)
class Stored:
    """Messages accepted since a moment. `unfinished`: no end stored yet. `uncertain`: submitted again after
    a crash, so that the carrier may have them twice."""

    messages: int
    delivered: int
    failed: int
    unfinished: int
    uncertain: int

    @property
    def reported(self) -> int:
        """Messages with an end that the carrier told us."""
        return self.delivered + self.failed


@dataclass(frozen=True, slots=True)
class Text:
    """A stored text as a carrier counts it. `units`: septets of GSM7, or UTF-16 code units of UCS2."""

    units: int
    alphabet: str
    segments: int
    example: str


class StoreReader:
    """Reads one database. `where`: a data folder, or a `postgresql://` address. Use as `async with`."""

    def __init__(self, where: Path | str) -> None:
        self._where = where
        self._sqlite: apsw.Connection | None = None
        self._postgres: asyncpg.Connection[asyncpg.Record] | None = None
        self.server_pid: int | None = None

    async def __aenter__(self) -> StoreReader:
        if isinstance(self._where, Path):
            self._sqlite = apsw.Connection(str(self._where / FILE), flags=apsw.SQLITE_OPEN_READONLY)
            self._sqlite.set_busy_timeout(5_000)
        else:
            self._postgres = await asyncpg.connect(self._where)
            self.server_pid = int(await self._postgres.fetchval("SELECT pg_backend_pid()"))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._sqlite is not None:
            self._sqlite.close()
        if self._postgres is not None:
            await self._postgres.close()

    async def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        if self._sqlite is not None:
            return self._sqlite.execute(sql).fetchall()
        assert self._postgres is not None, "use `async with`"
        return [tuple(row) for row in await self._postgres.fetch(sql)]

    async def ended(self) -> int:
        """All messages that ever ended, by the counters. Cheap enough to ask ten times a second."""
        rows = await self._rows(
            "SELECT coalesce(sum(ended), 0) FROM (SELECT delivered + failed AS ended FROM usage_delta"
            " UNION ALL SELECT delivered + failed FROM usage_day) AS counters"
        )
        return int(rows[0][0])

    async def stored(self, since_ms: int) -> Stored:
        """Count the messages accepted at or after `since_ms`, one by one."""
        rows = await self._rows(
            "SELECT state, count(*), coalesce(sum(uncertain), 0) FROM message"
            f" WHERE accepted_ms >= {since_ms:d} GROUP BY state"
        )
        states = {state: int(count) for state, count, _ in rows}
        return Stored(
            messages=sum(states.values()),
            delivered=states.get("delivered", 0),
            failed=states.get("failed", 0),
            unfinished=states.get("accepted", 0) + states.get("submitted", 0),
            uncertain=sum(int(uncertain) for *_, uncertain in rows),
        )

    async def newest_text(self) -> Text | None:
        """The text of the newest message, for the record of a run."""
        rows = await self._rows("SELECT content, segments FROM message ORDER BY id DESC LIMIT 1")
        if not rows:
            return None
        content, segments = rows[0]
        pieces = split(content, 0)
        return Text(sum(piece.units for piece in pieces), pieces[0].alphabet.name, int(segments), content)

    async def durability(self) -> str:
        """What the database itself says of its commits."""
        if self._postgres is not None:
            fsync = await self._postgres.fetchval("SHOW fsync")
            commit = await self._postgres.fetchval("SHOW synchronous_commit")
            return f"PostgreSQL, fsync={fsync}, synchronous_commit={commit}"
        journal = (await self._rows("PRAGMA journal_mode"))[0][0]
        # `synchronous` belongs to the writing connection and cannot be asked from here
        synchronous = signature(open_writing).parameters["synchronous"].default
        return f"SQLite, journal_mode={journal}, synchronous={synchronous}"
