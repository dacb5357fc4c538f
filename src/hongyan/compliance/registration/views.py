"""Registrations as people and programs see them: with what is expected of the carrier, and when they lapse."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hongyan.compliance.registration.deadlines import Deadlines, Wait
from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.registration.idleness import WARNED_AFTER, Silence, silence_of
from hongyan.compliance.registration.model import Registration, RegistrationFilter
from hongyan.kernel.clock import DAY_MS, Clock, Millis
from hongyan.storage.port import Store

LastUses: TypeAlias = Callable[[int], Awaitable[Mapping[tuple[str, str], Millis]]]
"""Signature -> when it was last sent, by network and sender."""


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """`wait`: None when no carrier has it. `silence`: None in a state that does not lapse."""

    registration: Registration
    wait: Wait | None
    silence: Silence | None


class RegistrationViews:
    """`clock`: the business clock. `last_uses`: by the evidence of messages when nothing else is said."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        desk: Registrations,
        deadlines: Deadlines,
        last_uses: LastUses | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._desk = desk
        self.deadlines = deadlines
        self._last_uses = last_uses or self._by_evidence

    async def page(
        self, wanted: RegistrationFilter, *, after: int = 0, limit: int = 100
    ) -> tuple[int, list[RegistrationView]]:
        """See `Registrations.page`."""
        total, rows = await self._desk.page(wanted, after=after, limit=limit)
        return total, await self.of(rows)

    async def matrix(self, account_id: int, sign_name: str) -> list[RegistrationView]:
        """See `Registrations.matrix`."""
        return await self.of(await self._desk.matrix(account_id, sign_name))

    async def lapsing(self, account_id: int = 0) -> list[RegistrationView]:
        """What deserves a warning, the longest silence first."""
        before_ms = self._clock.now_ms() - WARNED_AFTER[0] * DAY_MS + 1
        rows = [row async for row in self._desk.silent(before_ms, account_id)]
        silences = await self.silences(rows)
        found = [RegistrationView(row, None, silences[row.id]) for row in rows if silences[row.id].warning]
        return sorted(found, key=lambda view: -silences[view.registration.id].days)

    async def of(self, rows: Sequence[Registration]) -> list[RegistrationView]:
        """With what there is to say of each."""
        waits, silences = await self.deadlines.waits(rows), await self.silences(rows)
        return [RegistrationView(row, waits.get(row.id), silences.get(row.id)) for row in rows]

    async def silences(self, rows: Iterable[Registration]) -> dict[int, Silence]:
        """By the registration's id."""
        uses: dict[int, Mapping[tuple[str, str], Millis]] = {}
        found: dict[int, Silence] = {}
        for row in rows:
            if row.signature_id not in uses:
                uses[row.signature_id] = await self._last_uses(row.signature_id)
            silence = silence_of(row, uses[row.signature_id], self._clock.now_ms())
            if silence is not None:
                found[row.id] = silence
        return found

    async def _by_evidence(self, signature_id: int) -> Mapping[tuple[str, str], Millis]:
        rows = await self._store.read("compliance.signature_uses", signature_id)
        return {(network, sender): used_ms for network, sender, used_ms in rows}
