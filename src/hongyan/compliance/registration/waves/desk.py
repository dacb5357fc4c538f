"""Plans of waves: what could be registered and is not, put into an order, begun piece by piece, paused and resumed.

A plan is durable, and a server that runs carries it on. A registration that began, and of which that could not be noted, is
found begun the next time and counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec

from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.registration.model import Registration, RegistrationFilter
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.states import RegistrationState
from hongyan.compliance.registration.waves.model import (
    Candidate,
    Traffic,
    Unplanned,
    WaveDraft,
    WaveItem,
    WavePlan,
    in_waves,
)
from hongyan.compliance.registration.waves.states import PLAN, ItemState, PlanEvent, PlanState
from hongyan.identity import Actor, Identity, Statement, again_on_conflict, commit_change
from hongyan.kernel.clock import DAY_MS, Clock, Millis
from hongyan.kernel.errors import Refused, Throttled
from hongyan.storage.port import Store, one

MOST_PLANNED: Final = 5_000
"""Items of a plan."""
MOST_DAYS: Final = 366
"""Between two waves."""
BEGUN_AT_ONCE: Final = 50
"""Of one round."""
TRAFFIC_DAYS: Final = 30
_HOUR_MS: Final = 3_600_000
_LISTED: Final = 100


class Waves:
    """`clock`: the business clock. Who planned, started, paused and resumed is in the audit trail of the root account."""

    def __init__(self, store: Store, clock: Clock, desk: Registrations, identity: Identity) -> None:
        self._store = store
        self._clock = clock
        self._desk = desk
        self._identity = identity

    # Planning

    async def draft(
        self, networks: Sequence[Network], size: int, days: int = 1, *, account_id: int = 0
    ) -> WaveDraft:
        """What a plan would hold and what it leaves out, at most `MOST_PLANNED` of either; of one tenant, or of all. No
        networks: all that are counted. Nothing is stored. Raises Refused("registration.wave_size", "identity.no_account")."""
        _check_pace(size, days)
        if account_id:
            await self._identity.account(account_id)
        traffic = await self._traffic()
        found = await self._candidates(networks or self._desk.networks, traffic, account_id)
        left_out = await self._unfit(found)
        unfit = {each.signature_id for each in left_out}
        able = [each for each in found if each.signature_id not in unfit]
        return WaveDraft(in_waves(able, size)[:MOST_PLANNED], left_out[:MOST_PLANNED])

    async def plan(
        self,
        items: Sequence[WaveItem],
        size: int,
        days: int,
        actor: Actor,
        *,
        also: Callable[[int], Sequence[Statement]] = lambda _plan_id: (),
    ) -> WavePlan:
        """Keep a draft. It begins when somebody starts it. `also`: for the same Change, by the plan's number.

        Raises Refused("registration.nothing_to_plan", ".wave_size").
        """
        _check_pace(size, days)
        if not items:
            raise Refused(
                "registration.nothing_to_plan",
                en="no approved signature that can be registered waits for these carriers; a dry run names what is left out",
                zh="没有可向这些运营商发起报备的签名；预览会列出未纳入的签名",
            )
        rows = [
            (
                each.position,
                each.wave,
                c.account_id,
                c.signature_id,
                c.sign_name,
                c.network,
                c.traffic,
            )
            for each in items
            for c in (each.candidate,)
        ]

        async def attempt() -> WavePlan:
            ((newest,),) = await self._store.read("compliance.newest_wave_plan")
            plan = WavePlan(
                newest + 1,
                self._clock.now_ms(),
                actor.name,
                *(size, days, items[-1].wave, PLAN.first, 0, None, 1),
            )
            key = (plan.id, plan.made_ms, plan.actor, plan.size, plan.days, plan.waves, plan.state.value)
            planned = await self._event(plan.id, "plan", actor, items=len(items), waves=plan.waves)
            await commit_change(
                self._store,
                [
                    *also(plan.id),
                    planned,
                    ("compliance.add_wave_plan", key, 1),
                    ("compliance.add_wave_items", (plan.id, msgspec.json.encode(rows).decode()), None),
                ],
            )
            return plan

        return await again_on_conflict(attempt)

    async def _traffic(self) -> Traffic:
        since = (self._clock.now_ms() - TRAFFIC_DAYS * DAY_MS) // _HOUR_MS
        rows = await self._store.read("compliance.sent_since", since)
        return {(signature_id, network): int(count) for signature_id, network, count in rows}

    async def _candidates(
        self, networks: Sequence[Network], traffic: Traffic, account_id: int
    ) -> list[Candidate]:
        """Approved signatures, by their ids. Nothing begins under a number that a signature has no more."""
        able: dict[tuple[int, int], Candidate] = {}
        async for cell in self._desk.all_cells(RegistrationFilter(account_id=account_id)):
            row = cell.registration
            if row.network in networks and _can_begin(row):
                sent = traffic.get((row.signature_id, row.network), 0)
                able[row.signature_id, networks.index(row.network)] = Candidate(
                    row.account_id, row.signature_id, row.sign_name, row.network, sent
                )
        return [able[place] for place in sorted(able)]

    async def _unfit(self, candidates: Sequence[Candidate]) -> list[Unplanned]:
        """Signatures that could not begin, whatever a plan said."""
        subjects = await self._desk.subjects(sorted({each.signature_id for each in candidates}))
        return [
            Unplanned(each.account_id, each.signature_id, each.sign_name, each.hindrance)
            for each in subjects.values()
            if each.hindrance is not None
        ]

    # Looking

    async def get(self, plan_id: int) -> WavePlan:
        """Raises Refused("registration.plan_unknown")."""
        row = one(await self._store.read("compliance.wave_plan", plan_id))
        if row is None:
            raise Refused(
                "registration.plan_unknown",
                en=f"there is no plan {plan_id}",
                zh=f"没有编号为 {plan_id} 的计划",
            )
        return _plan(row)

    async def plans(self) -> list[WavePlan]:
        """The newest first."""
        return [_plan(row) for row in await self._store.read("compliance.wave_plans", _LISTED)]

    async def items(self, plan_id: int) -> list[WaveItem]:
        """In their order."""
        return [_item(row) for row in await self._store.read("compliance.wave_items", plan_id)]

    async def counts(self, plan_id: int) -> dict[int, dict[ItemState, int]]:
        """Of each wave."""
        found: dict[int, dict[ItemState, int]] = {}
        for wave, state, count in await self._store.read("compliance.count_wave_items", plan_id):
            found.setdefault(wave, {})[ItemState(state)] = count
        return found

    # Changing

    async def move(
        self, plan_id: int, event: PlanEvent, actor: Actor, *, also: Sequence[Statement] = ()
    ) -> WavePlan:
        """Start, pause, resume. Raises IllegalTransition, Refused("registration.plan_unknown")."""

        async def attempt() -> WavePlan:
            plan = await self.get(plan_id)
            after = replace(plan, state=PLAN.after(plan.state, event))
            done = await self._event(plan_id, event.value, actor, wave=plan.wave)
            return await self._store_plan(plan, after, [*also, done])

        return await again_on_conflict(attempt)

    async def carry_on(self) -> int:
        """One bounded round of every plan that runs; how many registrations began."""
        begun = 0
        for row in await self._store.read("compliance.running_wave_plans"):
            begun += await self._carry_on(_plan(row), BEGUN_AT_ONCE - begun)
            if begun >= BEGUN_AT_ONCE:
                break
        return begun

    async def _carry_on(self, plan: WavePlan, most: int) -> int:
        rows = await self._store.read("compliance.waiting_wave_items", plan.id, plan.wave, most)
        if rows:
            return sum([await self._begin(plan, _item(row)) for row in rows])
        if plan.wave and not await self._is_over(plan):
            return 0
        if plan.wave == plan.waves:
            await self._store_plan(plan, replace(plan, state=PLAN.after(plan.state, PlanEvent.END)))
            return 0
        await self._store_plan(plan, replace(plan, wave=plan.wave + 1, wave_ms=self._clock.now_ms()))
        return 0

    async def _is_over(self, plan: WavePlan) -> bool:
        """Carriers have answered everything, or have had their time. The last wave is over when it has begun."""
        if plan.wave == plan.waves:
            return True
        if plan.wave_ms is not None and self._clock.now_ms() >= plan.wave_ms + plan.days * DAY_MS:
            return True
        ((unanswered,),) = await self._store.read("compliance.unanswered_of_wave", plan.id, plan.wave)
        return not unanswered

    async def _begin(self, plan: WavePlan, item: WaveItem) -> int:
        wanted = item.candidate
        why = ""
        try:
            await self._desk.start(
                wanted.account_id,
                wanted.sign_name,
                networks=(wanted.network,),
                actor=Actor(f"waves:{plan.id}"),
            )
        except Throttled:  # the store is full, or somebody is at it: the next round tries again
            raise
        except Refused as error:
            why = "" if await self._began_here(plan, wanted) else error.code
        state = ItemState.SKIPPED if why else ItemState.STARTED
        settled: Statement = ("compliance.settle_wave_item", (plan.id, item.position, state.value, why), None)
        await commit_change(self._store, [settled])
        return int(not why)

    async def _began_here(self, plan: WavePlan, wanted: Candidate) -> bool:
        """Whether this wave has begun it, and could not note that."""
        rows = await self._desk.of_signature(wanted.signature_id)
        since_ms = plan.wave_ms or 0
        return any(row.network == wanted.network and (row.started_ms or 0) >= since_ms for row in rows)

    async def _store_plan(
        self, before: WavePlan, after: WavePlan, also: Sequence[Statement] = ()
    ) -> WavePlan:
        row = (before.id, before.version, after.state.value, after.wave, after.wave_ms)
        await commit_change(self._store, [*also, ("compliance.move_wave_plan", row, 1)])
        return replace(after, version=before.version + 1)

    async def _event(self, plan_id: int, verb: str, actor: Actor, **facts: object) -> Statement:
        root = await self._identity.root_account()
        return self._identity.event(root.id, actor.name, f"compliance.{verb}_waves", str(plan_id), **facts)


def _check_pace(size: int, days: int) -> None:
    if not (1 <= size <= MOST_PLANNED and 1 <= days <= MOST_DAYS):
        raise Refused(
            "registration.wave_size",
            en=f"a wave has 1 to {MOST_PLANNED} registrations and 1 to {MOST_DAYS} days",
            zh=f"每批 1 到 {MOST_PLANNED} 条报备，间隔 1 到 {MOST_DAYS} 天",
        )


def _can_begin(row: Registration) -> bool:
    """Where nothing began, and what has lapsed."""
    return row.state in (RegistrationState.NOT_REGISTERED, RegistrationState.LAPSED)


def _plan(row: tuple[Any, ...]) -> WavePlan:
    number, made_ms, actor, size, days, waves, state, wave, wave_ms, version = row
    return WavePlan(
        number, made_ms, actor, size, days, waves, PlanState(state), wave, _millis(wave_ms), version
    )


def _millis(value: Any) -> Millis | None:
    return None if value is None else int(value)


def _item(row: tuple[Any, ...]) -> WaveItem:
    position, wave, account_id, signature_id, sign_name, network, traffic, state, why = row
    candidate = Candidate(account_id, signature_id, sign_name, network, traffic)
    return WaveItem(position, wave, candidate, ItemState(state), why)
