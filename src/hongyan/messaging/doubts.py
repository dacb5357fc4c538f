"""Parts that were submitted and not answered in time: how often, when they go again, and what is known of them since.

A link that died answers nothing any more. On one that lives the answer may only be late: the part waits longer before it
goes again, and longer each time, and an answer that comes after all settles it (docs/adr/0013).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from hongyan.kernel.clock import Clock
from hongyan.messaging.outgoing import Doubt, Job, Part, Trouble
from hongyan.storage.port import Reissue, Reissued, Store

AFTER_A_DEAD_LINK = (0, 0, 0, 5, 30, 120, 600)
"""Seconds before the first, second, ... further submit of a part whose link died; after one more loss it has failed. At
once at first, because nobody can answer any more; then it waits: one that kills its link must not hold up all others."""
AFTER_NO_ANSWER = (1, 2, 4, 8, 15, 15, 15)
"""The same for a link that lives, in times of what the carrier had for its answer. A carrier that is slower has the part, and
takes each further submit for another message: so a slow one gets few, and one that needs less than twice the time none.
As many as after a dead link, because what a carrier takes in silence must not reach the handset without end."""
LEAST_PATIENCE = 10.0
"""Seconds: an answer that is awaited for less counts as if it were awaited for so long."""
LEFT_TOGETHER = 256
"""Outbox rows that a stop writes anew in one go."""


def waits_without_answer(patience: float) -> tuple[float, ...]:
    """`AFTER_NO_ANSWER` in seconds. `patience`: those that the carrier had."""
    return tuple(times * max(patience, LEAST_PATIENCE) for times in AFTER_NO_ANSWER)


class Doubts:
    """Those of all channels that nobody has settled yet."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._unsettled: dict[Part, Doubt] = {}

    def __len__(self) -> int:
        return len(self._unsettled)

    def lost(self, job: Job, part: int) -> Doubt | None:
        """A submit was given up; None when an answer to an earlier one has settled the part meanwhile."""
        if job.trouble is None:
            job.trouble = Trouble()
        doubt = job.trouble.doubts.get(part)
        if doubt is None:
            doubt = job.trouble.doubts[part] = self._unsettled[job, part] = Doubt()
        elif doubt.settled:
            return None
        doubt.losses += 1
        doubt.open += 1
        doubt.under_way = False
        return doubt

    def settle(self, job: Job, part: int) -> bool:
        """There is an answer to a part, or there will be none. False when it was settled before."""
        doubt = job.doubt(part)
        if doubt is None:
            return True
        if not doubt.settled:
            del self._unsettled[job, part]
            doubt.settled = True
            return True
        return False

    async def leave(self) -> bool:
        """At an orderly stop, when all links are closed: what was submitted and not answered stands in the outbox as a
        further attempt then, counted uncertain, and nothing else does. True when that is stored."""
        rows: dict[int, Counter[int]] = {}
        for (job, _), doubt in self._unsettled.items():
            rows.setdefault(job.outbox_id, Counter())[job.message_id] += doubt.open
        now_ms = self._clock.now_ms()
        anew = [Reissue(row_id, now_ms, tuple(messages.items())) for row_id, messages in rows.items()]
        return all(
            [await self._stored(anew[at : at + LEFT_TOGETHER]) for at in range(0, len(anew), LEFT_TOGETHER)]
        )

    async def _stored(self, rows: Sequence[Reissue]) -> bool:
        outcomes = await asyncio.gather(*map(self._store.commit, rows))
        return all(isinstance(outcome, Reissued) for outcome in outcomes)
