"""The counts of what arrives, in the store: flushed every few seconds, read by the hour, dropped when they are old."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from hongyan.compliance.registration.evidence.counting import (
    DELIVERED,
    FAILED,
    HOUR_MS,
    SENT,
    UNSENT,
    Counts,
    EvidenceCounts,
)
from hongyan.compliance.registration.evidence.statistics import Tally
from hongyan.kernel.clock import DAY_MS, Clock, Millis, day_of, day_start
from hongyan.kernel.errors import HongyanError
from hongyan.storage.port import Change, Done, Store, json_list

log = structlog.get_logger(__name__)

FLUSH_SECONDS: Final = 5.0
"""What a crash may lose of the counts. Messages themselves are never lost with them."""
KEEP_MS: Final[Millis] = 30 * DAY_MS
_ALL: Final = 0
"""The signature id of a network's whole traffic, which has no sender."""
_ROWS_AT_ONCE: Final = 1_000

Pair = tuple[int, str]
Place = tuple[int, str, str]
"""(signature id, network, sender)."""


@dataclass(slots=True)
class Seen:
    """What was counted in some hours. `first_hour`: of the first message sent; None without one."""

    sent: int = 0
    delivered: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    first_hour: int | None = None

    def add(self, outcome: str, code: str, count: int, first_hour: int) -> None:
        """So many more with this outcome."""
        if outcome == SENT:
            self.sent += count
            self.first_hour = first_hour
        elif outcome == UNSENT:
            self.sent -= count
        elif outcome == DELIVERED:
            self.delivered += count
        elif outcome == FAILED:
            self.codes[code] = self.codes.get(code, 0) + count

    @property
    def tally(self) -> Tally:
        """Delivered, and all; what was delivered was sent, also when a crash lost the count of it."""
        known = self.delivered + sum(self.codes.values())
        return Tally(self.delivered, max(self.sent, known))

    def without(self, other: Seen) -> Seen:
        """What is left of a network's traffic without one signature's."""
        codes = {code: count - other.codes.get(code, 0) for code, count in self.codes.items()}
        return Seen(
            max(0, self.sent - other.sent),
            max(0, self.delivered - other.delivered),
            {code: count for code, count in codes.items() if count > 0},
            self.first_hour,
        )


class Ledger:
    """`registered_sender`: which of a signature's registered senders a sender belongs to, which may have digits of the
    tenant's own behind it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        counts: EvidenceCounts,
        registered_sender: Callable[[int, str, str], str] = lambda _signature, _network, sender: sender,
    ) -> None:
        self._store = store
        self._clock = clock
        self._counts = counts
        self._registered_sender = registered_sender
        self.stored = 0
        """Rows that were added to, since the start."""

    async def run(self, touched: Callable[[set[Place]], None]) -> None:
        """Flush for ever. `touched` hears of what the newest counts are about."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            if places := await self.flush():
                touched(places)

    async def flush(self) -> set[Place]:
        """Store what was counted since the last time; what cannot be stored now is counted again. What it is about."""
        taken = self._counts.take()
        if not taken:
            return set()
        rows = self._rows(taken)
        used = {
            (signature, network, sender)
            for _, signature, network, sender, _, outcome, *_ in rows
            if outcome == SENT
        }
        used = {place for place in used if place[0] != _ALL}
        try:
            stored = await self._write(rows, used)
        except HongyanError as error:
            log.warning("what arrived could not be counted now", why=error.code)
            stored = False
        if not stored:
            self._counts.put_back(taken)
            return set()
        self.stored += len(rows)
        return {
            (signature, network, sender) for _, signature, network, sender, *_ in rows if signature != _ALL
        }

    def _rows(self, taken: Counts) -> list[tuple[Any, ...]]:
        found: dict[tuple[Any, ...], int] = {}
        for (hour, signature, network, sender, category, outcome, code), count in taken.items():
            place = self._registered_sender(signature, network, sender)
            for key in (
                (hour, signature, network, place, category, outcome, code),
                (hour, _ALL, network, "", category, outcome, code),
            ):
                found[key] = found.get(key, 0) + count
        return [
            (*key, count) for key, count in sorted(found.items())
        ]  # sorted: two nodes never lock crosswise

    async def _write(self, rows: list[tuple[Any, ...]], used: set[Place]) -> bool:
        statements: list[tuple[str, tuple[Any, ...], None]] = [
            ("compliance.add_evidence", (json_list(some),), None) for some in _pieces(rows)
        ]
        now_ms = self._clock.now_ms()
        statements += [
            ("compliance.use_signatures", (json_list(some), now_ms), None) for some in _pieces(sorted(used))
        ]
        return isinstance(await self._store.commit(Change(tuple(statements))), Done)

    async def drop_old(self) -> None:
        """For housekeeping: one hour that is too old."""
        before = (self._clock.now_ms() - KEEP_MS) // HOUR_MS
        await self._store.commit(Change((("compliance.drop_evidence", (before,), None),)))

    # -- reading -------------------------------------------------------------------------------------------

    async def seen(self, place: Place, since_ms: Millis, until_ms: Millis) -> Seen:
        """Of codes and notices that were accepted in the hours of this time; an hour begun counts whole at its start, and
        not at its end."""
        return await self._seen(*place, since_ms, until_ms)

    async def seen_by_network(self, network: str, since_ms: Millis, until_ms: Millis) -> Seen:
        """The same of all signatures together."""
        return await self._seen(_ALL, network, "", since_ms, until_ms)

    async def _seen(
        self, signature_id: int, network: str, sender: str, since_ms: Millis, until_ms: Millis
    ) -> Seen:
        rows = await self._store.read(
            "compliance.evidence_between",
            *(signature_id, network, sender, since_ms // HOUR_MS, until_ms // HOUR_MS),
        )
        seen = Seen()
        for outcome, code, count, first_hour in rows:
            seen.add(outcome, code, int(count), first_hour)
        return seen

    async def seen_among(
        self, signature_ids: Iterable[int], since_ms: Millis, until_ms: Millis
    ) -> dict[Place, Seen]:
        """The same of several signatures and of every network, in one question. A network's place is (0, network, "")."""
        found: dict[Place, Seen] = {}
        rows = await self._store.read(
            "compliance.evidence_among",
            *(json_list([_ALL, *signature_ids]), since_ms // HOUR_MS, until_ms // HOUR_MS),
        )
        for signature_id, network, sender, outcome, code, count, first_hour in rows:
            seen = found.setdefault((signature_id, network, sender), Seen())
            seen.add(outcome, code, int(count), first_hour)
        return found

    async def sent_today(self) -> dict[Pair, int]:
        """Messages since the Beijing midnight, by signature and network."""
        midnight = day_start(day_of(self._clock.now_ms()))
        rows = await self._store.read("compliance.sent_since", midnight // HOUR_MS)
        return {(signature_id, network): int(count) for signature_id, network, count in rows}

    async def last_uses(self, signature_id: int) -> dict[tuple[str, str], Millis]:
        """When a signature was last sent, by network and sender."""
        rows = await self._store.read("compliance.signature_uses", signature_id)
        return {(network, sender): used_ms for network, sender, used_ms in rows}

    async def uses_among(self, signature_ids: Iterable[int]) -> dict[int, dict[tuple[str, str], Millis]]:
        """The same of several signatures, in one question; without those that were never sent."""
        found: dict[int, dict[tuple[str, str], Millis]] = {}
        rows = await self._store.read("compliance.signature_uses_among", json_list(signature_ids))
        for signature_id, network, sender, used_ms in rows:
            found.setdefault(signature_id, {})[network, sender] = used_ms
        return found


def _pieces(rows: list[Any]) -> Iterable[list[Any]]:
    return (rows[at : at + _ROWS_AT_ONCE] for at in range(0, len(rows), _ROWS_AT_ONCE))
