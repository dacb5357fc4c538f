"""Texts from handsets (MO): joined, attributed to a tenant, stored before the carrier gets its acknowledgement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import HongyanError
from hongyan.kernel.ids import IdMaker
from hongyan.kernel.text import Concat
from hongyan.messaging.accept import NumberHash
from hongyan.storage.port import Change, Done, Store, one

log = structlog.get_logger(__name__)

PARTS_WAIT_SECONDS = 600
"""How long parts wait for each other (carrier-protocols.md 6.3); then what is there is stored."""
MOST_WAITING = 10_000

Stored = Callable[[bool], None]
Decode = Callable[[bytes], str]
"""From the payload of the whole text: parts are joined first, because a character may stand across two of them."""


@dataclass(slots=True)
class _Waiting:
    since: float
    total: int
    decode: Decode
    payloads: dict[int, bytes] = field(default_factory=dict)
    stored: list[Stored] = field(default_factory=list)


class Replies:
    """Joins and stores replies."""

    def __init__(self, store: Store, clock: Clock, ids: IdMaker, number_hash: NumberHash) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._hash = number_hash
        self._waiting: dict[tuple[int, str, str, Concat], _Waiting] = {}

    async def came(
        self,
        channel_id: int,
        number: str,
        access_number: str,
        payload: bytes,
        decode: Decode,
        concat: Concat | None,
        stored: Stored,
    ) -> None:
        """One deliver from a handset. `stored(True)` once the whole text is durable; `stored(False)`: send it again."""
        if concat is None or concat.total == 1:
            await self._store_one(channel_id, number, access_number, decode(payload), [stored])
            return
        key = (channel_id, number, access_number, Concat(concat.reference, concat.total, 0, concat.wide))
        waiting = self._waiting.get(key)
        if waiting is None:
            if len(self._waiting) >= MOST_WAITING:
                stored(False)
                return
            waiting = self._waiting[key] = _Waiting(self._clock.monotonic(), concat.total, decode)
        waiting.payloads[concat.index] = payload
        waiting.stored.append(stored)
        if len(waiting.payloads) == waiting.total:
            del self._waiting[key]
            await self._join(key, waiting)

    async def give_up_waiting(self) -> None:
        """Store texts whose other parts did not come in time, with what is there."""
        before = self._clock.monotonic() - PARTS_WAIT_SECONDS
        for key in [key for key, waiting in self._waiting.items() if waiting.since < before]:
            await self._join(key, self._waiting.pop(key))

    async def _join(self, key: tuple[int, str, str, Concat], waiting: _Waiting) -> None:
        pieces = [b""]
        for index in range(1, waiting.total + 1):
            if index in waiting.payloads:
                pieces[-1] += waiting.payloads[index]
            else:
                pieces.append(b"")
        text = "…".join(waiting.decode(piece) for piece in pieces)
        await self._store_one(*key[:3], text, waiting.stored)

    async def _store_one(
        self, channel_id: int, number: str, access_number: str, text: str, stored: list[Stored]
    ) -> None:
        durable = False
        try:
            durable = await self._commit(channel_id, number, access_number, text)
        except HongyanError as error:
            log.warning("a reply could not be stored", why=error.code)
        finally:
            for tell in stored:
                tell(durable)

    async def _commit(self, channel_id: int, number: str, access_number: str, text: str) -> bool:
        number_hash = self._hash(number, "number")
        owner = one(await self._store.read("messaging.account_of_number", number_hash, access_number))
        reply = (
            self._ids.next(),
            owner[0] if owner else None,
            number,
            number_hash,
            access_number,
            text,
            channel_id,
            self._clock.now_ms(),
        )
        outcome = await self._store.commit(
            Change((("messaging.add_reply", reply, 1),), topics=(("reply", number),))
        )
        return isinstance(outcome, Done)
