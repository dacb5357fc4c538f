"""What may be used only once: nonces of signed calls and idempotency keys, in tables that are dropped whole.

Nonces are durable as one appended blob for each (group, minute), because a row for each would dirty a page of an
index for each (docs/adr/0004). They are looked up in a scratch database that is exact, bounded in memory, and filled
again from the blobs when a minute is first asked for after a start.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import apsw

from hongyan.kernel.clock import Millis, day_of
from hongyan.storage.bounds import NONCE_KEPT_MINUTES

_SCRATCH_KIB = 8 * 1024


class UsedOnce:
    """Part of the engine: works inside its transactions."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._execute: Callable[..., Any] = connection.cursor().execute
        self._many: Callable[..., Any] = connection.cursor().executemany
        self._execute("ATTACH '' AS scratch")
        self._execute("PRAGMA scratch.journal_mode = memory")
        self._execute(f"PRAGMA scratch.cache_size = -{_SCRATCH_KIB}")
        self.load()

    def load(self) -> None:
        """Which tables there are; asked again after a rollback."""
        self._new: dict[int, list[int]] = {}
        self._minutes = set(self._tables("nonce_"))
        for minute in self._tables("seen_", "scratch"):
            self._execute(f"DROP TABLE scratch.seen_{minute}")
        self._seen: set[int] = set()
        self._days = set(self._tables("idempotency_"))

    def _tables(self, prefix: str, schema: str = "main") -> list[int]:
        sql = f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table' AND name GLOB ?"  # noqa: S608
        rows = self._execute(sql, (prefix + "[0-9]*",)).fetchall()
        return [int(name[len(prefix) :]) for (name,) in rows]

    # -- nonces --------------------------------------------------------------------------------------------

    def nonce(self, nonce: tuple[int, int]) -> bool:
        """Use a nonce (signed minute, hash). False when it was used before. Durable with `write`."""
        minute, value = nonce
        self.open_minute(minute)
        self._execute(f"INSERT OR IGNORE INTO scratch.seen_{int(minute)} (hash) VALUES (?)", (value,))  # noqa: S608
        if self._connection.changes() != 1:
            return False
        self._new.setdefault(minute, []).append(value)
        return True

    def open_minute(self, minute: int) -> None:
        """Make the minute's tables, outside of whatever a refusal undoes."""
        if minute in self._seen:
            return
        self._execute(f"CREATE TABLE scratch.seen_{int(minute)} (hash INTEGER PRIMARY KEY)")
        if minute in self._minutes:
            for (blob,) in self._execute(f"SELECT hashes FROM nonce_{int(minute)}").fetchall():  # noqa: S608
                self._many(
                    f"INSERT OR IGNORE INTO scratch.seen_{int(minute)} (hash) VALUES (?)",  # noqa: S608
                    struct.iter_unpack(">q", blob),
                )
        else:
            self._execute(f"CREATE TABLE nonce_{int(minute)} (hashes BLOB NOT NULL) STRICT")
            self._minutes.add(minute)
        self._seen.add(minute)

    def write(self) -> None:
        """Make the group's nonces durable: one row for each minute."""
        for minute, hashes in self._new.items():
            self._execute(
                f"INSERT INTO nonce_{int(minute)} (hashes) VALUES (?)",  # noqa: S608
                (struct.pack(f">{len(hashes)}q", *hashes),),
            )
        self._new.clear()

    # -- idempotency keys ----------------------------------------------------------------------------------

    def known(self, key: int, now_ms: Millis) -> tuple[int, int] | None:
        """(hash of the body, biz id) of the request that came with this key today or yesterday."""
        for day in (day_of(now_ms), day_of(now_ms) - 1):
            if day in self._days:
                row = self._execute(
                    f"SELECT body, biz_id FROM idempotency_{int(day)} WHERE key = ?",  # noqa: S608
                    (key,),
                ).fetchone()
                if row is not None:
                    return row[0], row[1]
        return None

    def remember(self, key: int, body: int, biz_id: int, now_ms: Millis) -> None:
        """Keep a key with what it stands for."""
        day = day_of(now_ms)
        if day not in self._days:
            self._execute(
                f"CREATE TABLE IF NOT EXISTS idempotency_{int(day)}"
                " (key INTEGER PRIMARY KEY, body INTEGER NOT NULL, biz_id INTEGER NOT NULL)"
            )
            self._days.add(day)
        self._execute(
            f"INSERT INTO idempotency_{int(day)} (key, body, biz_id) VALUES (?, ?, ?)",  # noqa: S608
            (key, body, biz_id),
        )

    # -- housekeeping --------------------------------------------------------------------------------------

    def drop_old(self, minute: int, today: int) -> None:
        """Drop the tables that no request can ask for any more."""
        for old in [m for m in self._minutes if m < minute - NONCE_KEPT_MINUTES]:
            self._execute(f"DROP TABLE IF EXISTS nonce_{int(old)}")
            self._execute(f"DROP TABLE IF EXISTS scratch.seen_{int(old)}")
            self._minutes.discard(old)
            self._seen.discard(old)
        for old in [d for d in self._days if d < today - 1]:
            self._execute(f"DROP TABLE IF EXISTS idempotency_{int(old)}")
            self._days.discard(old)
