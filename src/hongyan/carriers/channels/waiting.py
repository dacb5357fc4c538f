"""What waits to leave by a channel: counted from the outbox, on every node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hongyan.carriers.samples import LANES
from hongyan.kernel.clock import Millis, beijing
from hongyan.kernel.ids import time_of_id
from hongyan.storage.port import Store, decode_items

_WORDS_ZH: Final = ("验证码", "通知", "营销")
_ROWS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """Messages by lane, and when the oldest was accepted (0: none waits). Those of a row that is being worked on count
    until its last one has left."""

    messages: tuple[int, ...]
    since_ms: Millis

    def __bool__(self) -> bool:
        return any(self.messages)

    @property
    def facts(self) -> dict[str, object]:
        """For machines."""
        since = beijing(self.since_ms).isoformat(timespec="seconds") if self.since_ms else None
        return {**dict(zip(LANES, self.messages, strict=True)), "since": since}

    def words(self) -> tuple[str, str]:
        """For people, in English and Chinese."""
        since = f"{beijing(self.since_ms):%Y-%m-%d %H:%M:%S}"
        lanes = [(n, name, zh) for n, name, zh in zip(self.messages, LANES, _WORDS_ZH, strict=True) if n]
        return (
            f"{', '.join(f'{name} {n:,}' for n, name, _ in lanes)}, the oldest since {since}",
            f"{'、'.join(f'{zh} {n:,} 条' for n, _, zh in lanes)}，最早自 {since}",
        )


async def waiting_of(store: Store, channel_id: int) -> Waiting:
    """Read in portions."""
    counts = [0] * len(LANES)
    oldest = after = 0
    while rows := await store.read("carriers.waiting_of_channel", channel_id, after, _ROWS):
        for row_id, lane, blob in rows:
            items = decode_items(blob)
            counts[lane] += len(items)
            first = min(item.message_id for item in items)
            oldest = min(oldest, first) if oldest else first
            after = row_id
    return Waiting(tuple(counts), time_of_id(oldest) if oldest else 0)
