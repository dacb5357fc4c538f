"""One node at a time: a turn is taken in the store, and ends by itself when its node does."""

from __future__ import annotations

import secrets
from typing import Final

from hongyan.identity import Conflict, Statement, commit_change
from hongyan.kernel.clock import Clock, Millis
from hongyan.storage.port import Store

LIVES_MS: Final[Millis] = 120_000
"""Without being taken again. Ours: a page takes a second."""


class Turn:
    """`name`: of what is done by one node at a time; every node has one of its own."""

    def __init__(self, store: Store, clock: Clock, name: str) -> None:
        self._store = store
        self._clock = clock
        self._name = name
        self._whose = secrets.token_hex(8)

    async def take(self) -> bool:
        """Have it, or keep it for a while longer; False while another node has it."""
        now_ms = self._clock.now_ms()
        until_ms = now_ms + LIVES_MS  # one that ends later was taken before the sandbox's day was set back
        row = (
            self._name,
            f"{_written(until_ms)} {self._whose}",
            _written(now_ms),
            _written(until_ms + 1),
            self._whose,
        )
        try:
            await commit_change(self._store, [("compliance.take_turn", row, 1)])
        except Conflict:
            return False
        return True

    def end(self) -> Statement:
        """The next one may have it."""
        return ("compliance.end_turn", (self._name, self._whose), None)


def _written(ms: Millis) -> str:
    """So that texts compare as times do."""
    return f"{ms:015d}"
