"""Texts from handsets (MO): attributed to a tenant, stored before the carrier gets its acknowledgement, joined.

Each part of a long text is stored as it comes, so that each is acknowledged by itself: many carriers send the next one
only then. What is there stands in the store with "…" for what is missing; a further part completes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from hongyan.kernel.clock import Clock, Millis
from hongyan.kernel.errors import HongyanError
from hongyan.kernel.ids import IdMaker
from hongyan.kernel.text import Concat
from hongyan.messaging.accept import NumberHash
from hongyan.storage.port import Change, Done, Store, one

log = structlog.get_logger(__name__)

PARTS_WAIT_SECONDS = 600
"""How long a text is completed by further parts (carrier-protocols.md 6.3); then its reference may mean another one."""
MOST_OPEN = 10_000
"""Texts that can be completed; beyond that the oldest stays as it is."""
NEWEST_MESSAGES = 500
"""To the handset, among which the one is looked for that a text answers: a phone that many tests write to must not
make each of its replies dear."""

Stored = Callable[[bool], None]
Decode = Callable[[bytes], str]
"""From the payload of the whole text: parts are joined first, because a character may stand across two of them."""


@dataclass(slots=True)
class _Text:
    """One text of several parts, or of one. `id`: the reply that it is stored as."""

    id: int
    channel_id: int
    number: str
    access_number: str
    received_ms: Millis
    since: float
    decode: Decode
    total: int = 1
    payloads: dict[int, bytes] = field(default_factory=dict)

    def content(self) -> str:
        """What has come of it."""
        pieces = [b""]
        for index in range(1, self.total + 1):
            if index in self.payloads:
                pieces[-1] += self.payloads[index]
            else:
                pieces.append(b"")
        return "…".join(self.decode(piece) for piece in pieces).replace(
            "\0", "\ufffd"
        )  # no database text has it


class Replies:
    """Joins and stores replies."""

    def __init__(self, store: Store, clock: Clock, ids: IdMaker, number_hash: NumberHash) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._hash = number_hash
        self._open: dict[tuple[int, str, str, Concat], _Text] = {}

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
        """One deliver from a handset. `stored(True)` once it is durable; `stored(False)`: send it again."""
        new = _Text(
            self._ids.next(),
            channel_id,
            number,
            access_number,
            self._clock.now_ms(),
            self._clock.monotonic(),
            decode,
        )
        text, index = new, 1
        if concat is not None and concat.total > 1:
            new.total = concat.total
            text, index = self._text_of(new, concat, payload), concat.index
        text.payloads[index] = payload
        durable = False
        try:
            durable = await self._keep(text)
        except HongyanError as error:
            log.warning("a reply could not be stored", why=error.code)
        finally:
            stored(durable)

    def forget_old(self) -> None:
        """Texts whose other parts did not come in time stay as they are."""
        before = self._clock.monotonic() - PARTS_WAIT_SECONDS
        for key in [key for key, text in self._open.items() if text.since < before]:
            del self._open[key]

    def _text_of(self, new: _Text, concat: Concat, payload: bytes) -> _Text:
        """The text that a part belongs to: one that waits for it or has it already, otherwise `new`."""
        place = Concat(concat.reference, concat.total, 0, concat.wide)
        key = (new.channel_id, new.number, new.access_number, place)
        text = self._open.get(key)
        if text is not None and text.payloads.get(concat.index, payload) == payload:
            return text
        self._open.pop(key, None)
        self._open[key] = new
        if len(self._open) > MOST_OPEN:
            del self._open[next(iter(self._open))]
        return new

    async def _keep(self, text: _Text) -> bool:
        """Store a text as far as it has come, in place of what was stored of it before."""
        number_hash = self._hash(text.number, "number")
        owner = one(
            await self._store.read(
                "messaging.account_of_number", number_hash, text.access_number, NEWEST_MESSAGES
            )
        )
        reply = (
            text.id,
            owner[0] if owner else None,
            text.number,
            number_hash,
            text.access_number,
            text.content(),
            text.channel_id,
            text.received_ms,
        )
        outcome = await self._store.commit(
            Change((("messaging.keep_reply", reply, 1),), topics=(("reply", text.number),))
        )
        return isinstance(outcome, Done)
