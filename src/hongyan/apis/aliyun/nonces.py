"""Nonces of read-only calls, remembered in memory for as long as their timestamp is valid.

State-changing calls use up their nonce in the store, in the transaction of the change, so a replay is refused
across restarts and nodes. A replayed query changes nothing, so this memory may forget: at a restart, and when
it is full (the oldest minute goes first).
"""

from __future__ import annotations

from typing import Final

MOST_NONCES: Final = 200_000
"""Some 15 MB; at more than 110 queries a second for 30 minutes the oldest are forgotten early."""


class RecentNonces:
    """A bounded set of (minute, hash), in buckets by minute that go as a whole."""

    def __init__(self, window_minutes: int, most: int = MOST_NONCES) -> None:
        self._window = window_minutes
        self._most = most
        self._count = 0
        self._buckets: dict[int, set[int]] = {}

    def use(self, nonce: tuple[int, int], now_minute: int) -> bool:
        """Remember `nonce` (signed minute, hash); False when it was used before."""
        minute, value = nonce
        bucket = self._buckets.get(minute)
        if bucket is None:
            self._forget_before(now_minute - self._window)
            bucket = self._buckets[minute] = set()
        if value in bucket:
            return False
        if self._count >= self._most:
            self._drop(min(self._buckets))
            bucket = self._buckets.setdefault(minute, set())
        bucket.add(value)
        self._count += 1
        return True

    def __len__(self) -> int:
        return self._count

    def _forget_before(self, minute: int) -> None:
        for old in [m for m in self._buckets if m < minute]:
            self._drop(old)

    def _drop(self, minute: int) -> None:
        self._count -= len(self._buckets.pop(minute))
