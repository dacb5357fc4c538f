"""The index of extension codes, kept at what the store has."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import structlog

from hongyan.compliance.extension_codes.index import FOR_GOOD, CodeIndex, HeldCode
from hongyan.kernel.clock import Clock
from hongyan.kernel.following import Follower
from hongyan.storage.port import Store

log = structlog.get_logger(__name__)

TOPIC: Final = "extension_code"
"""Told after each change with the codes that it is about, separated by commas."""
_PAGE: Final = 5_000


class CodeMemory:
    """`start` before messages are accepted, then `follow` for as long as they are. `clock`: the business clock."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.index = CodeIndex()
        self._follower = Follower(self._load, self._renew, lambda key: key.split(","))
        self.start = self._follower.load
        self.catch_up = self._follower.catch_up
        self.settle = self._follower.settle
        store.subscribe(TOPIC, self._follower.heard)

    async def follow(self) -> None:
        """Take changes over, for ever."""
        await self._follower.follow(
            lambda error: log.warning("changes of extension codes cannot be read now", why=error.code)
        )

    async def _load(self) -> None:
        index = CodeIndex()
        after, now_ms = "", self._clock.now_ms()
        while rows := await self._store.read("compliance.held_codes_after", after, now_ms, _PAGE):
            for row in rows:
                index.put(_held(row))
            after = rows[-1][0]
        self.index.become(index)

    async def _renew(self, codes: list[str]) -> None:
        rows = await self._store.read("compliance.held_codes_among", msgspec.json.encode(codes).decode())
        for code in codes:
            self.index.drop(code)
        for row in rows:
            self.index.put(_held(row))


def _held(row: tuple[Any, ...]) -> HeldCode:
    code, account_id, signature_id, primary, held_until_ms = row
    return HeldCode(
        code, account_id, signature_id, bool(primary), FOR_GOOD if held_until_ms is None else held_until_ms
    )
