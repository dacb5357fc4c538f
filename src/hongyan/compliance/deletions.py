"""Signatures and templates that were deleted while messages with them may still wait: in memory, for the submit slot.

A deletion is for ever, and deleting is the only thing that takes an approval away (compliance.states: an approved revision
stays while an edit is reviewed), so that ids that were seen once need no second look.
"""

from __future__ import annotations

from typing import Final

import structlog

from hongyan.compliance.model import Kind
from hongyan.compliance.road import TOPIC_SIGNATURE, TOPIC_TEMPLATE
from hongyan.compliance.sent import Sent
from hongyan.kernel.clock import DAY_MS, Clock, Millis
from hongyan.kernel.following import Follower
from hongyan.kernel.ids import first_id_at, time_of_id
from hongyan.storage.port import Store

log = structlog.get_logger(__name__)

KEPT_MS: Final = 7 * DAY_MS
"""Longer than any message waits (messaging.accept.VALID_MS)."""
_OVERLAP_MS: Final = 600_000
"""Ids of several nodes are not in the order of their commits: what is this much older than the last look is read again."""
ENDED_AS: Final = {Kind.SIGNATURE: "SIGN_DELETED", Kind.TEMPLATE: "TEMPLATE_DELETED"}
"""The code of a message that waited for a carrier when it was deleted (carriers/codes, own.toml)."""


class DeletionIndex:
    """Deleted objects by id and by account and code. False while there are none."""

    def __init__(self) -> None:
        self._signatures: dict[int, Millis] = {}
        self._templates: dict[tuple[int, str], Millis] = {}

    def __bool__(self) -> bool:
        return bool(self._signatures or self._templates)

    def put(self, kind: Kind, object_id: int, account_id: int, code: str, at_ms: Millis) -> None:
        """It was deleted. `code`: of a template."""
        if kind is Kind.SIGNATURE:
            self._signatures[object_id] = at_ms
        else:
            self._templates[account_id, code] = at_ms

    def forget(self, before: Millis) -> None:
        """No message that waits can be as old as these."""
        self._signatures = {key: ms for key, ms in self._signatures.items() if ms >= before}
        self._templates = {key: ms for key, ms in self._templates.items() if ms >= before}

    def bites(self, sent: Sent) -> str | None:
        """The code with which a message ends that waits."""
        if sent.signature_id in self._signatures:
            return ENDED_AS[Kind.SIGNATURE]
        if (sent.account_id, sent.template_code) in self._templates:
            return ENDED_AS[Kind.TEMPLATE]
        return None


class DeletionMemory:
    """`start` before anything is submitted, then `follow` for as long as it is."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.index = DeletionIndex()
        self._looked_ms: Millis = 0
        self._follower: Follower[None] = Follower(self._load, self._renew, lambda _key: (None,))
        self.start = self._follower.load
        self.catch_up = self._follower.catch_up
        for topic in (TOPIC_SIGNATURE, TOPIC_TEMPLATE):
            store.subscribe(topic, self._follower.heard)

    async def follow(self) -> None:
        """Take changes over, for ever."""
        await self._follower.follow(lambda error: log.warning("deletions cannot be read now", why=error.code))

    async def _load(self) -> None:
        await self._read_since(self._clock.now_ms() - KEPT_MS)

    async def _renew(self, _changed: list[None]) -> None:
        """What changed does not matter: one range of the change records has whatever was deleted since."""
        await self._read_since(self._looked_ms - _OVERLAP_MS)

    async def _read_since(self, since: Millis) -> None:
        looked_ms = self._clock.now_ms()
        for change_id, kind, object_id, account_id, code in await self._store.read(
            "compliance.deletions_since", first_id_at(since)
        ):
            self.index.put(Kind(kind), object_id, account_id, code, time_of_id(change_id))
        self.index.forget(looked_ms - KEPT_MS)
        self._looked_ms = looked_ms
