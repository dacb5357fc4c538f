"""Cold changes that were made on other nodes.

Nodes ask a small table every second. A NOTIFY would take a lock over all commits of the server. The order of commits is
not the order of stamps, so each question starts from the oldest transaction that was still running the time before.
"""

from __future__ import annotations

import asyncpg

from hongyan.kernel.clock import Clock
from hongyan.storage.topics import Topics

POLL_SECONDS = 1.0
KEPT_SECONDS = 600.0
_FORGET_ALL_AFTER = KEPT_SECONDS / 2
_HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"
_NEWS = (
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text, n.stamp::text, n.topic, n.key"
    " FROM (SELECT 1) AS always LEFT JOIN change_notice AS n ON n.stamp >= $1::text::xid8 AND n.lease <> $2"
)

Pool = asyncpg.pool.Pool


class Notices:
    """Asks, and tells the subscribers of this node."""

    def __init__(self, pool: Pool, lease: int, topics: Topics, clock: Clock) -> None:
        self._pool = pool
        self._lease = lease
        self._topics = topics
        self._clock = clock
        self._heard: set[tuple[str, str, str]] = set()

    async def start(self) -> None:
        """From now on."""
        self._since = await self._pool.fetchval(_HORIZON)
        self._asked = self._clock.monotonic()

    async def poll(self) -> None:
        """Tell what is new."""
        now = self._clock.monotonic()
        rows = await self._pool.fetch(_NEWS, self._since, self._lease)
        if now - self._asked > _FORGET_ALL_AFTER:
            self._topics.everything()  # the database was away for longer than news are kept
        self._asked = now
        self._since = rows[0][0]
        heard = {(stamp, topic, key) for _, stamp, topic, key in rows if stamp is not None}
        self._topics.tell((topic, key) for _, topic, key in sorted(heard - self._heard))
        self._heard = heard
