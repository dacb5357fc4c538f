"""Receipts that never come: a message whose parts a carrier took, and of which nothing is heard any more, ends.

Messages are looked at in the order of their ids, which is that of time, each once in each look. A mark in the store says
how far a look has come, so that restarts and other nodes go on from there; looking twice changes nothing, because the
store lets a message end once. A receipt that comes after all is taken as late (docs/adr/0020).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import structlog

from hongyan.kernel.clock import Clock, Millis, beijing
from hongyan.kernel.ids import first_id_at
from hongyan.messaging.states import MessageState
from hongyan.messaging.witness import NoWitness, Witness
from hongyan.storage import port
from hongyan.storage.port import Change, Done, Ended, Store, one

log = structlog.get_logger(__name__)

_HOUR_MS: Millis = 3_600_000


@dataclass(frozen=True, slots=True)
class Wait:
    """For so many hours after a carrier has taken the last part its receipts are awaited. Counts from a day on."""

    since: date
    hours: int
    source: str


WAITS = (
    Wait(
        date(2020, 1, 1),
        72,
        "CMPP 3.0: 48 hours unless agreed otherwise; providers promise 72 (carrier-protocols.md 2.9)",
    ),
)
"""The newest row that counts is for every protocol: the others' documents name no time, and networks keep to 72 hours."""

LOOKS = (("receipts overdue", 10 * 60_000), ("receipts overdue at last", 72 * _HOUR_MS))
"""(mark, how much longer than the wait). The first look ends what a carrier took within ten minutes, almost everything;
the last one what waited until its validity was nearly over (48 hours), or for a link."""
LOOK_AT = 5_000
"""Messages that are read at once."""
READS_A_ROUND = 20
_END_AT_ONCE = 200


class Overdue:
    """For housekeeping."""

    def __init__(self, store: Store, clock: Clock, witness: Witness | None = None) -> None:
        self._store = store
        self._clock = clock
        self._witness = witness or NoWitness()
        self.ended = 0
        """Messages that ended without a receipt, by this node."""

    async def look(self) -> None:
        """One bounded round."""
        now_ms = self._clock.now_ms()
        wait_ms = wait_at(now_ms) * _HOUR_MS
        for mark, longer_ms in LOOKS:
            await self._look(mark, now_ms - wait_ms - longer_ms, now_ms - wait_ms)

    async def _look(self, mark: str, accepted_before: Millis, taken_before: Millis) -> None:
        found = one(await self._store.read("messaging.looked_until", mark))
        after = int(found[0]) if found else 0
        before = first_id_at(accepted_before)
        for _ in range(READS_A_ROUND):
            rows = await self._store.read("messaging.states_after", after, before, LOOK_AT)
            still_open = tuple(row[0] for row in rows if row[1] == MessageState.ACCEPTED.value)
            for at in range(0, len(still_open), _END_AT_ONCE):
                if not await self._end(still_open[at : at + _END_AT_ONCE], taken_before):
                    return
            if not rows:
                return
            after = rows[-1][0]
            marked = await self._store.commit(Change((("messaging.look_until", (mark, str(after)), None),)))
            if not isinstance(marked, Done) or len(rows) < LOOK_AT:
                return

    async def _end(self, message_ids: tuple[int, ...], taken_before: Millis) -> bool:
        outcome = await self._store.commit(port.Overdue(message_ids, taken_before, self._clock.now_ms()))
        if not isinstance(outcome, Ended):
            log.warning(
                "messages without a receipt could not be ended; another round will", why=repr(outcome)
            )
            return False
        self.ended += len(outcome.message_ids)
        for ending in outcome.endings:
            self._witness.ended(ending)
        return True


def wait_at(now_ms: Millis) -> int:
    """Hours by the row that counts."""
    today = beijing(now_ms).date()
    return max((row for row in WAITS if row.since <= today), key=lambda row: row.since).hours
