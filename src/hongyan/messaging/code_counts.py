"""How many messages were delivered from each extension code lately.

Nothing counts by code yet, so the messages themselves are counted, and only while there are few enough of them: a larger
platform gets no number rather than a wrong or a dear one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from hongyan.compliance import CodeIndex
from hongyan.kernel.clock import Clock, day_of
from hongyan.kernel.ids import first_id_of_day
from hongyan.messaging.route import Router
from hongyan.storage.port import Store

DAYS: Final = 30
MOST: Final = 100_000
"""Messages of everybody in that time. To look at each of them takes some 30 ms of a reader, which others wait for."""


class CodeCounts:
    """Counts for one tenant at a time."""

    def __init__(self, store: Store, clock: Clock, router: Router, codes: CodeIndex) -> None:
        self._store = store
        self._clock = clock
        self._router = router
        self._codes = codes

    async def delivered(self, account_id: int) -> Mapping[str, int] | None:
        """Messages of the last 30 days by the code that they came from; a code that is missing has none. None: there are
        too many to be counted, or some went by a channel whose number nobody knows any more."""
        now_ms = self._clock.now_ms()
        since_day = day_of(now_ms) - DAYS
        if not await self._accepted(account_id, since_day):
            return {}
        if await self._accepted(0, since_day) > MOST:
            return None
        counts: Counter[str] = Counter()
        first_id = first_id_of_day(since_day)
        for signature_id, channel_id, sender, count in await self._store.read(
            "messaging.delivered_by_sender", first_id, account_id
        ):
            channel = self._router.channel(channel_id)
            if channel is not None and sender.startswith(channel.access_number):
                held = self._codes.owner(sender.removeprefix(channel.access_number), now_ms)
                if held is not None and held.signature_id == signature_id:
                    counts[held.code] += count
            elif sender.isdigit():
                return None
        return counts

    async def _accepted(self, account_id: int, since_day: int) -> int:
        ((accepted, *_),) = await self._store.read("messaging.usage", account_id, since_day)
        return int(accepted or 0)
