"""Texts from handsets (MO): attributed to a tenant, stored before the carrier gets its acknowledgement, joined.

Whose a text is, is said by the number that was dialled: the longest extension code behind the channel's access number, or
a message to this handset from a number that is at least as long, because what was sent says more than what is assigned
(docs/adr/0022).

Each part of a long text is stored as it comes, so that each is acknowledged by itself: many carriers send the next one
only then. What is there stands in the store with "…" for what is missing; a further part completes it.

A carrier that does not hear our answer brings a text again, perhaps to the next start of this server. What it calls it is
stored with the text, in one transaction: known again, it is acknowledged and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import structlog

from hongyan.compliance import CodeIndex
from hongyan.kernel.clock import DAY_MS, Clock, Millis
from hongyan.kernel.errors import HongyanError
from hongyan.kernel.ids import IdMaker, first_id_at
from hongyan.kernel.text import Concat
from hongyan.messaging.accept import NumberHash
from hongyan.messaging.route import Router
from hongyan.storage.port import Change, Done, Refusal, Store, one

log = structlog.get_logger(__name__)

PARTS_WAIT_SECONDS = 600
"""How long a text is completed by further parts (carrier-protocols.md 6.3); then its reference may mean another one."""
MOST_OPEN = 10_000
"""Texts that can be completed; beyond that the oldest stays as it is."""
NEWEST_MESSAGES = 500
"""To the handset, among which the one is looked for that a text answers: a phone that many tests write to must not
make each of its replies dear."""
MESSAGES_COUNT_DAYS = 90
"""How long a message from what is now another signature's number has the replies to it: as long as a released code has
those of its former signature."""

SAME_ID_MS = DAY_MS
"""So long a text is known by the carrier's id for it, its handset and its words. Carriers bring again for hours what nobody
acknowledges; their ids repeat after a year (carrier-protocols.md 2.8, 3.1, 4.5)."""
SAME_SEQUENCE_MS = 120_000
"""The same where there is no id but the number of the request, which begins anew with each connection. A text that was not
acknowledged comes again soon after the next login; somebody may write the same word again later."""
_KNOWN = "messaging.know_reply"

Stored = Callable[[bool], None]
Decode = Callable[[bytes], str]
"""From the payload of the whole text: parts are joined first, because a character may stand across two of them."""


class Named(NamedTuple):
    """What a carrier calls a delivery. `id`: "" when it has none. `sequence`: of its request."""

    id: str
    sequence: int


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


class _Owner(NamedTuple):
    """Whose a text is, None when nobody knows; `extension_code`: digits of the tenant's own, behind all that is not."""

    account_id: int | None
    signature_id: int | None
    extension_code: str


class Replies:
    """Joins and stores replies."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: IdMaker,
        number_hash: NumberHash,
        router: Router,
        codes: CodeIndex,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._hash = number_hash
        self._router = router
        self._codes = codes
        self._open: dict[tuple[int, str, str, Concat], _Text] = {}

    async def came(
        self,
        channel_id: int,
        number: str,
        access_number: str,
        payload: bytes,
        decode: Decode,
        concat: Concat | None,
        named: Named,
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
            durable = await self._keep(text, self._key(new, concat, payload, named), named)
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

    def _key(self, new: _Text, concat: Concat | None, payload: bytes, named: Named) -> int:
        """The same for what comes again. Parts of a long text may share an id."""
        called = named.id or named.sequence
        words = (new.channel_id, called, new.number, new.access_number, concat, payload.hex())
        return self._hash(repr(words), "reply")

    async def _keep(self, text: _Text, key: int, named: Named) -> bool:
        """Store a text as far as it has come, in place of what was stored of it before. True also when this part of it
        was stored before."""
        number_hash = self._hash(text.number, "number")
        owner = await self._owner(text, number_hash)
        reply = (
            text.id,
            owner.account_id,
            text.number,
            number_hash,
            text.access_number,
            text.content(),
            text.channel_id,
            text.received_ms,
            owner.signature_id,
            owner.extension_code,
        )
        now_ms = self._clock.now_ms()
        until_ms = now_ms + (SAME_ID_MS if named.id else SAME_SEQUENCE_MS)
        know = (_KNOWN, (key, until_ms, now_ms), 1)
        outcome = await self._store.commit(
            Change((know, ("messaging.keep_reply", reply, 1)), topics=(("reply", text.number),))
        )
        repeated = isinstance(outcome, Refusal) and outcome.detail and outcome.detail["statement"] == _KNOWN
        return repeated or isinstance(outcome, Done)

    async def _owner(self, text: _Text, number_hash: int) -> _Owner:
        channel, dialled = self._router.channel(text.channel_id), text.access_number
        digits = ""
        if channel is not None and dialled.startswith(channel.access_number):
            digits = dialled.removeprefix(channel.access_number)
        now_ms = self._clock.now_ms()
        held = self._codes.owner(digits, now_ms)
        least, since = 0, 0
        if held is not None:
            least = len(dialled) - len(digits) + len(held.code)
            since = first_id_at(now_ms - MESSAGES_COUNT_DAYS * DAY_MS)
        sent = one(
            await self._store.read(
                "messaging.owner_of_number", number_hash, dialled, NEWEST_MESSAGES, least, since
            )
        )
        if sent is None:
            sent = (held.account_id, held.signature_id) if held is not None else (None, None)
        own = digits[len(held.code) :] if held is not None and held.signature_id == sent[1] else digits
        return _Owner(sent[0], sent[1], own)
