"""The ledger: one JSON line per accepted part, for crash tests and benches to compare with.

Lines are buffered and written by the carrier's ticks, at most `MAX_AGE` seconds late, so that the ledger costs about
a microsecond a message. It tells what a carrier knows; nothing here reads it.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from hongyan.carriers.simulator.networks import NetworkName
from hongyan.carriers.simulator.parts import Part, text_of
from hongyan.kernel.clock import Millis

MAX_AGE = 0.1
"""Seconds until a line is in the file."""

_MAX_BYTES = 1 << 16


class LedgerLine(msgspec.Struct, frozen=True, gc=False):
    """One accepted part. `ref`, `part`, `parts`: of the concatenation header, (0, 1, 1) without one. `network`: which
    one accepted it."""

    id: str
    ms: Millis
    to: str
    sender: str
    ref: int
    part: int
    parts: int
    text: str
    network: NetworkName


class Ledger:
    """Appends to `path`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)
        self._buffer = bytearray()
        self._written = 0.0
        self._encode_into = msgspec.json.Encoder().encode_into

    def note(self, message_id: str, part: Part, now_ms: Millis, network: NetworkName) -> None:
        """Keep one line for the next write."""
        text = text_of(part)
        line = LedgerLine(
            message_id,
            now_ms,
            part.number,
            part.source,
            part.reference,
            part.index,
            part.total,
            text,
            network,
        )
        self._encode_into(line, self._buffer, -1)
        self._buffer += b"\n"
        if len(self._buffer) >= _MAX_BYTES:
            self.flush()

    def tick(self, now: float) -> float | None:
        """Write what is old enough; see `Ticking`."""
        if self._buffer and now - self._written >= MAX_AGE:
            self.flush()
            self._written = now
        return MAX_AGE if self._buffer else None

    def flush(self) -> None:
        """Write what waits."""
        written = 0
        while written < len(self._buffer):
            written += self._file.write(memoryview(self._buffer)[written:]) or 0
        self._buffer = bytearray()

    def close(self) -> None:
        self.flush()
        self._file.close()
