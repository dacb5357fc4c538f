"""The index of freezes, kept at what the store has."""

from __future__ import annotations

from typing import Any, Final

import structlog

from hongyan.compliance.freezes.index import FreezeIndex, Frozen
from hongyan.compliance.freezes.model import Freeze, FrozenBy, FrozenKind
from hongyan.kernel.following import Follower
from hongyan.storage.port import Store

log = structlog.get_logger(__name__)

TOPIC: Final = "freeze"
"""Told after each change as `kind:account:label`."""


class FreezeMemory:
    """`start` before messages are accepted, then `follow` for as long as they are."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.index = FreezeIndex()
        self._follower = Follower(self._load, self._renew, lambda key: [_what(key)])
        self.start = self._follower.load
        self.catch_up = self._follower.catch_up
        self.settle = self._follower.settle
        store.subscribe(TOPIC, self._follower.heard)

    async def follow(self) -> None:
        """Take changes over, for ever."""
        await self._follower.follow(
            lambda error: log.warning("changes of freezes cannot be read now", why=error.code)
        )

    async def _load(self) -> None:
        index = FreezeIndex()
        for row in await self._store.read("compliance.freezes"):
            index.put(read_freeze(row))
        self.index.become(index)

    async def _renew(self, changed: list[Frozen]) -> None:
        for kind, account_id, label in changed:
            rows = await self._store.read("compliance.freezes_of", kind.value, account_id, label)
            self.index.drop((kind, account_id, label))
            for row in rows:
                self.index.put(read_freeze(row))


def key_of(kind: FrozenKind, account_id: int, label: str) -> str:
    """The key of the topic."""
    return f"{kind.value}:{account_id}:{label}"


def _what(key: str) -> Frozen:
    kind, account_id, label = key.split(":", 2)
    return FrozenKind(kind), int(account_id), label


def read_freeze(row: tuple[Any, ...]) -> Freeze:
    """A row of the statements of this room."""
    kind, account_id, label, by, *rest = row
    return Freeze(FrozenKind(kind), account_id, label, FrozenBy(by), *rest)
