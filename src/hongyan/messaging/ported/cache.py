"""Ported numbers in memory, kept at what the store has.

Changes are told with the hashes they are about, and read from the store, which alone knows the newest. Nothing here
keeps the loop for longer than a few milliseconds, however many numbers there are.
"""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec
import structlog

from hongyan.kernel.following import Follower
from hongyan.messaging.ported.table import MOST_NUMBERS, PortedTable
from hongyan.storage.port import Store

log = structlog.get_logger(__name__)

TOPIC: Final = "ported_number"
"""Told after each change with the hashes of its numbers, separated by commas."""
_PAGE: Final = 5_000
_SLICE: Final = 4_096
"""Cells copied without a pause."""
_LOWEST: Final = -(1 << 63)


class PortedCache:
    """`start` once, then `follow` for as long as messages are accepted."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._table = PortedTable()
        self.carrier_of = self._table.carrier_of
        self._follower = Follower(self._load, self._renew, lambda key: map(int, key.split(",")))
        self.catch_up = self._follower.catch_up
        store.subscribe(TOPIC, self._follower.heard)

    @property
    def count(self) -> int:
        """Numbers in memory."""
        return self._table.count

    async def start(self) -> None:
        """Read all of them."""
        await self._follower.load()

    async def follow(self) -> None:
        """Take changes over, for ever."""
        await self._follower.follow(
            lambda error: log.warning("changes of ported numbers cannot be read now", why=error.code)
        )

    async def _load(self) -> None:
        """All of them into a new table."""
        table = PortedTable()
        left_out = 0
        after = _LOWEST
        while rows := await self._store.read("messaging.ported_page", after, _PAGE):
            await self._make_room(table, len(rows))
            left_out += sum(not table.put(number_hash, carrier) for number_hash, carrier in rows)
            after = rows[-1][0]
            if left_out or len(rows) < _PAGE:
                break
        self._table.become(table)
        _tell(left_out)

    async def _renew(self, hashes: list[int]) -> None:
        carriers = dict(await self._store.read("messaging.ported_some", json_list(hashes)))
        await self._make_room(self._table, len(carriers))
        put = self._table.put
        _tell(sum(not put(number_hash, carriers.get(number_hash)) for number_hash in hashes))

    async def _make_room(self, table: PortedTable, count: int) -> None:
        while table.room < count and table.size < 2 * MOST_NUMBERS:
            larger = PortedTable(2 * table.size)
            for start in range(0, table.size, _SLICE):
                larger.take(table, start, start + _SLICE)
                await asyncio.sleep(0)
            table.become(larger)


def json_list(hashes: list[int]) -> str:
    """As statements take several numbers."""
    return msgspec.json.encode(hashes).decode()


def _tell(left_out: int) -> None:
    if left_out:
        log.error(
            "there is no room for more ported numbers; the others go by their prefix", most=MOST_NUMBERS
        )
