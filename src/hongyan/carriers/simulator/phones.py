"""Writing the virtual handsets: parts are joined, decoded and stored in batches by a thread of their own.

The carrier only appends to a list. `synchronous=OFF`: these are simulated phones, nobody is promised anything.
"""

from __future__ import annotations

import logging
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import apsw

from hongyan.carriers.simulator.handsets import FILE, SCHEMA_VERSION, check_version
from hongyan.carriers.simulator.joining import Joined, Joiner
from hongyan.carriers.simulator.parts import Part
from hongyan.kernel.clock import Clock, Millis

MAX_AGE = 0.1
"""Seconds until a text is handed to the thread."""

_EXPIRY_CHECK = 5.0
_MOST_PENDING = 100_000

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS texts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        direction TEXT NOT NULL,
        number TEXT NOT NULL,
        peer TEXT NOT NULL,
        text TEXT NOT NULL,
        parts INTEGER NOT NULL,
        received_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS texts_by_number ON texts (number, id);
"""
_INSERT = "INSERT INTO texts (direction, number, peer, text, parts, received_ms) VALUES (?, ?, ?, ?, ?, ?)"
_TRIM = "DELETE FROM texts WHERE id <= (SELECT max(id) FROM texts) - ?"

_Row = tuple[str, str, str, str, int, Millis]
_Event = tuple[Part | _Row, Millis]

_log = logging.getLogger(__name__)


class Handsets:
    """Keeps the newest `keep` texts of all phones in `<data>/handsets.sqlite`."""

    def __init__(self, data_dir: Path, keep: int, clock: Clock) -> None:
        self._keep = keep
        self._clock = clock
        self._pending: deque[_Event] = deque(maxlen=_MOST_PENDING)
        self._joiner = Joiner()
        self._handed_over = 0.0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="handsets")
        self._db = self._thread.submit(_open, data_dir / FILE).result()
        self._writing: Future[None] | None = None

    def receive(self, part: Part, now_ms: Millis) -> None:
        """A part arrives."""
        self._pending.append((part, now_ms))

    def typed(self, number: str, to: str, text: str, parts: int, now_ms: Millis) -> None:
        """The phone's owner answers."""
        self._pending.append((("out", number, to, text, parts, now_ms), now_ms))

    def tick(self, now: float) -> float | None:
        """Hand over what is old enough; see `Ticking`."""
        if self._writing is not None:
            if not self._writing.done():
                return MAX_AGE
            self._finish(self._writing)
            self._writing = None
        age = now - self._handed_over
        if (self._pending and age >= MAX_AGE) or (self._joiner.unfinished and age >= _EXPIRY_CHECK):
            self._handed_over = now
            self._writing = self._hand_over()
        if self._pending or self._writing is not None:
            return MAX_AGE
        return _EXPIRY_CHECK if self._joiner.unfinished else None

    def _hand_over(self) -> Future[None]:
        batch, self._pending = self._pending, deque(maxlen=_MOST_PENDING)
        return self._thread.submit(self._store, batch, self._clock.now_ms())

    def close(self) -> None:
        """Store what waits and close the file."""
        if self._writing is not None:
            self._finish(self._writing)
        self._finish(self._hand_over())
        self._thread.submit(self._db.close).result()
        self._thread.shutdown()

    def _store(self, batch: deque[_Event], now_ms: Millis) -> None:
        rows = [row for event, at_ms in batch for row in self._rows(event, at_ms)]
        rows += map(_arrived, self._joiner.expire(now_ms))
        if rows:
            with self._db:
                self._db.executemany(_INSERT, rows[-self._keep :])
                self._db.execute(_TRIM, (self._keep,))

    def _rows(self, event: Part | _Row, at_ms: Millis) -> list[_Row]:
        if isinstance(event, Part):
            return [_arrived(text) for text in self._joiner.add(event, at_ms)]
        return [event]

    @staticmethod
    def _finish(writing: Future[None]) -> None:
        try:
            writing.result()
        except apsw.Error as fault:  # a full disk must not stop the carrier
            _log.warning("handsets: texts were not stored: %s", fault)


def _arrived(text: Joined) -> _Row:
    return ("in", text.number, text.sender, text.text, text.parts, text.at_ms)


def _open(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(5_000)
    check_version(connection, path, new=True)
    connection.pragma("journal_mode", "WAL")
    connection.pragma("synchronous", "OFF")
    connection.execute(_SCHEMA)
    connection.pragma("user_version", SCHEMA_VERSION)
    return connection
