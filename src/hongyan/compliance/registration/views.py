"""Registrations as people and programs see them: with what is expected of the carrier, and when they lapse."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

import msgspec

from hongyan.compliance.registration.beginning import PACK
from hongyan.compliance.registration.deadlines import Deadlines, Wait
from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.registration.idleness import WARNED_AFTER, Silence, silence_of
from hongyan.compliance.registration.matrix.model import BEFORE_ALL, Cell, Position, position_of
from hongyan.compliance.registration.model import Registration, RegistrationFilter, Scope
from hongyan.compliance.registration.reasons import REASONS, Cure, Whose
from hongyan.compliance.registration.states import REGISTRATION, RegistrationEvent
from hongyan.compliance.registration.waiting import NOT_FILED, to_complete, to_file, to_wait
from hongyan.compliance.rules.core import Words
from hongyan.kernel.clock import DAY_MS, Clock, Millis
from hongyan.storage.port import Store

Uses: TypeAlias = Mapping[tuple[str, str], Millis]
"""When a signature was last sent, by network and sender."""
LastUses: TypeAlias = Callable[[Collection[int]], Awaitable[Mapping[int, Uses]]]
"""Signatures -> their uses; one that was never sent may be left out."""
Lacks: TypeAlias = Callable[[Sequence[Registration]], Awaitable[Mapping[int, Sequence[Words]]]]
"""Registrations -> what the qualification of those that no pack takes lacks, by their ids."""


async def _nothing(_rows: Sequence[Registration]) -> Mapping[int, Sequence[Words]]:
    return {}


class NextStep(NamedTuple):
    """What to do, how machines call it, who does it."""

    advice: Words
    cure: Cure
    whose: Whose


OF_PAST_NUMBERS: Final = NextStep(
    Words(
        "nothing: the signature is not sent from this number any more, its code was taken back or its channel is gone;"
        " it is registered under the numbers that it has",
        "无需处理：该签名已不使用此号码（扩展码已收回或通道已移除），请以现有号码报备",
    ),
    Cure.NONE,
    Whose.NOBODY,
)
AFTER_DELETION: Final = NextStep(
    Words(
        "nothing: the signature is deleted, for ever; the history keeps what was filed and what came back",
        "无需处理：签名已删除且无法恢复，报备记录保留提交内容与运营商反馈",
    ),
    Cure.NONE,
    Whose.NOBODY,
)


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """`wait`: None when no carrier has it. `silence`: None in a state that does not lapse. `past`: the signature has this
    number no more, or its channel is gone. `deleted`: the signature is. `lacks`: what its qualification must have before a pack takes
    it; lists do not tell it."""

    registration: Registration
    wait: Wait | None
    silence: Silence | None
    past: bool = False
    deleted: bool = False
    lacks: Sequence[Words] = ()

    @property
    def next_step(self) -> NextStep:
        """What helps now."""
        if self.deleted or self.past:
            return AFTER_DELETION if self.deleted else OF_PAST_NUMBERS
        registration = self.registration
        if self.lacks:
            return NextStep(to_complete(registration, self.lacks), Cure.EDIT_QUALIFICATION, Whose.TENANT)
        if registration.unfiled:
            cure = Cure.FILE if registration.registrar == PACK.name else Cure.WAIT
            return NextStep(to_file(registration), cure, Whose.OPERATOR)
        row = REASONS[registration.reason]
        advice = row.advice if self.wait is None else to_wait(self.wait)
        return NextStep(advice, row.cure, row.whose)

    @property
    def words(self) -> Words:
        """What is so."""
        return NOT_FILED if self.registration.unfiled else REASONS[self.registration.reason].words

    @property
    def position(self) -> Position:
        """For the page behind it."""
        return position_of(self.registration)


class RegistrationViews:
    """`clock`: the business clock. `last_uses`: by the evidence of messages when nothing else is said. `lacks`: asked where
    one registration or one signature is looked at."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        desk: Registrations,
        deadlines: Deadlines,
        last_uses: LastUses | None = None,
        lacks: Lacks = _nothing,
    ) -> None:
        self._store = store
        self._clock = clock
        self._desk = desk
        self.deadlines = deadlines
        self._lacks = lacks
        self._last_uses = last_uses or self._by_evidence

    async def page(
        self,
        wanted: RegistrationFilter,
        *,
        after: Position = BEFORE_ALL,
        limit: int = 100,
        total: int | None = None,
    ) -> tuple[int, list[RegistrationView]]:
        """How many there are, and those behind a position; see `Registrations.cells`. `total`: when an earlier page has told
        it, it is not counted again."""
        if total is None:
            total = await self._desk.count_cells(wanted)
        return total, await self._of_cells(await self._desk.cells(wanted, after=after, limit=limit))

    async def matrix(
        self, account_id: int, sign_name: str, scope: Scope = Scope.CURRENT
    ) -> list[RegistrationView]:
        """See `Registrations.cells_of`."""
        return await self._with_lacks(
            await self._of_cells(await self._desk.cells_of(account_id, sign_name, scope))
        )

    async def one(self, registration_id: int, account_id: int | None = None) -> RegistrationView:
        """See `Registrations.cell`."""
        (view,) = await self._with_lacks(
            await self._of_cells([await self._desk.cell(registration_id, account_id)])
        )
        return view

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
        able = [row for row in rows if REGISTRATION.allows(row.state, RegistrationEvent.IDLE)]
        uses = await self._last_uses({row.signature_id for row in able}) if able else {}
        now_ms = self._clock.now_ms()
        silences = {row.id: silence_of(row, uses.get(row.signature_id, {}), now_ms) for row in able}
        return {registration_id: each for registration_id, each in silences.items() if each is not None}

    async def _of_cells(self, cells: Sequence[Cell]) -> list[RegistrationView]:
        views = await self.of([cell.registration for cell in cells])
        return [
            replace(view, past=cell.past, deleted=cell.deleted, silence=None if cell.past else view.silence)
            for view, cell in zip(views, cells, strict=True)
        ]

    async def _with_lacks(self, views: Sequence[RegistrationView]) -> list[RegistrationView]:
        rows = [view.registration for view in views if not (view.past or view.deleted)]
        lacks = await self._lacks(rows)
        return [replace(view, lacks=lacks.get(view.registration.id, ())) for view in views]

    async def _by_evidence(self, signature_ids: Collection[int]) -> Mapping[int, Uses]:
        wanted = msgspec.json.encode(sorted(signature_ids)).decode()
        found: dict[int, dict[tuple[str, str], Millis]] = {}
        for signature_id, network, sender, used_ms in await self._store.read(
            "compliance.signature_uses_among", wanted
        ):
            found.setdefault(signature_id, {})[network, sender] = used_ms
        return found
