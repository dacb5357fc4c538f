"""The index of registrations, kept at what the store has."""

from __future__ import annotations

from typing import Any, Final

import structlog

from hongyan.compliance.registration.desk import TOPIC
from hongyan.compliance.registration.routing.index import Stand, StandingIndex
from hongyan.compliance.registration.rows import read_registration
from hongyan.kernel.following import Follower
from hongyan.storage.port import Store, json_list

log = structlog.get_logger(__name__)

_PAGE: Final = 5_000


class StandingMemory:
    """`start` before messages are accepted, then `follow` for as long as they are. `sandbox`: what was filed with nobody
    counts."""

    def __init__(self, store: Store, *, sandbox: bool) -> None:
        self._store = store
        self._sandbox = sandbox
        self.index = StandingIndex()
        self._follower = Follower(self._load, self._renew, lambda key: map(int, key.split(",")))
        self.start = self._follower.load
        self.catch_up = self._follower.catch_up
        self.settle = self._follower.settle
        store.subscribe(TOPIC, self._follower.heard)

    async def follow(self) -> None:
        """Take changes over, for ever."""
        await self._follower.follow(
            lambda error: log.warning("changes of registrations cannot be read now", why=error.code)
        )

    async def _load(self) -> None:
        index, after = StandingIndex(), 0
        while rows := await self._store.read("compliance.registrations_after", after, _PAGE):
            for row in rows:
                index.put(self._stand(row))
            after = rows[-1][0]
        self.index.become(index)

    async def _renew(self, signature_ids: list[int]) -> None:
        rows = await self._store.read("compliance.registrations_among", json_list(signature_ids))
        for signature_id in signature_ids:
            self.index.drop(signature_id)
        for row in rows:
            self.index.put(self._stand(row))

    def _stand(self, row: tuple[Any, ...]) -> Stand:
        read = read_registration(row, sandbox=self._sandbox)
        return Stand(
            read.id,
            read.signature_id,
            read.network,
            read.sender,
            read.state,
            read.reason,
            read.since_ms,
            read.doubt,
            coded=bool(read.extension_code),
        )
