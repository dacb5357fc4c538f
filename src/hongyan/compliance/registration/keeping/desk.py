"""Keep-alive: what falls silent gets one code or notice, through the test sends, before it lapses.

A plan is durable and a server that runs carries it on. Each message is looked at again when it is due: what was used meanwhile,
or is not registered any more, costs nothing. It is handed over in the transaction of the test send that it becomes, so that neither
a crash nor a second node sends it twice or never.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

import structlog

from hongyan.compliance.refusals import refusal
from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.registration.evidence.trials import Trials, TrialWish
from hongyan.compliance.registration.keeping.book import (
    KeepBook,
    add_plan,
    look_at,
    move_item,
    move_plan,
    set_arrangement,
)
from hongyan.compliance.registration.keeping.drafting import Arranged, Drafting, NetworkOf
from hongyan.compliance.registration.keeping.model import (
    Arrangement,
    Draft,
    ItemState,
    KeepItem,
    KeepPlan,
    Why,
)
from hongyan.compliance.registration.keeping.spreading import MOST_A_DAY, USUAL_A_DAY
from hongyan.compliance.registration.keeping.states import KEEP_PLAN, KeepEvent
from hongyan.compliance.registration.states import REGISTRATION, RegistrationEvent
from hongyan.identity import Actor, Conflict, Identity, Statement, again_on_conflict, commit_change
from hongyan.kernel.clock import Clock, Millis, beijing, day_of
from hongyan.kernel.errors import Refused, Throttled
from hongyan.storage.port import Store

log = structlog.get_logger(__name__)

MOST_PLANNED: Final = 1_000
"""Places of a plan; what lapses first is among them."""
MOST_PHONES: Final = 30
"""Of a tenant and its team: "请使用少量测试即可" (seed 003)."""
HANDED_AT_ONCE: Final = 20
"""Of one round."""
MORNING_HOUR: Final = 8
"""When what is automatic is planned, in Beijing: before people work."""
MOST_AFTER: Final = 180
"""Days of silence: the six months are over then."""
_AFTER: Final = range(1, MOST_AFTER + 1)
AUTOMATIC: Final = Actor("keep-alive")


UsesOf: TypeAlias = Callable[[int], Awaitable[Mapping[tuple[str, str], Millis]]]
"""Signature -> when it was last sent, by network and sender."""


class KeepAlive:
    """`clock`: the business clock. Who arranged, started, paused, resumed and cancelled is in the tenant's audit trail."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        registrations: Registrations,
        trials: Trials,
        drafting: Drafting,
        identity: Identity,
        *,
        network_of: NetworkOf,
        last_uses: UsesOf,
    ) -> None:
        self._store = store
        self._clock = clock
        self._registrations = registrations
        self._trials = trials
        self._drafting = drafting
        self._identity = identity
        self._network_of = network_of
        self._last_uses = last_uses
        self.book = KeepBook(store)

    # Arranging

    async def arrange(
        self, wanted: Arrangement, actor: Actor, *, also: Sequence[Statement] = ()
    ) -> Arrangement:
        """Remember with what a tenant's signatures are kept alive. `phones` as people write them. Raises Refused:
        `registration.keep_phones`, `.keep_after`, `.trial_phone`, `.trial_template`, `.trial_category`, `.trial_params`,
        `number.malformed`."""
        checked = await self.checked(wanted)
        await self._trials.values(wanted.account_id, wanted.template_code, wanted.params)
        stored = replace(checked, set_by=actor.name, set_ms=self._clock.now_ms())
        key = {"phones": len(stored.phones), "template": stored.template_code, "automatic": stored.automatic}
        told = self._event(stored.account_id, "arrange", stored.sign_name, actor, **key)
        await commit_change(self._store, [*also, set_arrangement(stored), told])
        return stored

    async def forget(
        self, account_id: int, sign_name: str, actor: Actor, *, also: Sequence[Statement] = ()
    ) -> None:
        """Forget an arrangement. Raises Refused("registration.keep_unarranged")."""
        known = await self.book.arrangements(account_id)
        if sign_name not in {each.sign_name for each in known}:
            raise refusal("registration.keep_unarranged")
        told = self._event(account_id, "forget", sign_name, actor)
        drop: Statement = ("compliance.drop_keep_arrangement", (account_id, sign_name), None)
        await commit_change(self._store, [*also, drop, told])

    async def checked(self, wanted: Arrangement) -> Arrangement:
        """With phones as they are stored. Raises as `arrange` does, but for templates."""
        _check_after(wanted.after_days)
        if not 0 < len(wanted.phones) <= MOST_PHONES:
            raise refusal("registration.keep_phones", most=MOST_PHONES)
        numbers = []
        for phone in wanted.phones:
            number, network = await self._network_of(phone)
            if network is None:
                raise refusal("registration.trial_phone", number=phone)
            numbers.append(number)
        return replace(wanted, phones=tuple(dict.fromkeys(numbers)))

    # Planning

    async def draft(
        self,
        account_id: int = 0,
        sign_name: str = "",
        *,
        instead: Arrangement | None = None,
        after_days: int | None = None,
        a_day: int = USUAL_A_DAY,
        canary: bool = False,
    ) -> list[Draft]:
        """What falls silent, and what would be sent for it; what lapses first comes first. Nothing is stored. `instead` of
        what is arranged; `after_days` of silence a message is due, the arrangement's own when left out; `canary`: to the
        operator's phones where a tenant names none of that carrier. Raises Refused("registration.keep_a_day",
        ".keep_after")."""
        if after_days is not None:
            _check_after(after_days)
        if not 0 < a_day <= MOST_A_DAY:
            raise refusal("registration.keep_a_day", most=MOST_A_DAY)
        arranged = await self._arranged(account_id, instead)
        places = await self._drafting.silent(account_id, sign_name, arranged, after_days)
        planned = await self.book.waiting()
        return await self._drafting.with_messages(
            places[:MOST_PLANNED], planned, arranged, a_day=a_day, canary=canary
        )

    async def start(
        self, drafts: Sequence[Draft], actor: Actor, *, also: Sequence[Statement] = ()
    ) -> list[KeepPlan]:
        """Plan the messages of a draft, a plan for each tenant; a server that runs sends them when they are due. Raises
        Refused("registration.nothing_to_keep") when there is none."""
        by_account: dict[int, list[Draft]] = defaultdict(list)
        for each in drafts:
            if each.due_ms is not None:
                by_account[each.registration.account_id].append(each)
        if not by_account:
            raise refusal("registration.nothing_to_keep")

        async def attempt() -> list[KeepPlan]:
            newest, now_ms = await self.book.newest(), self._clock.now_ms()
            plans, statements = [], list(also)
            for number, (account_id, some) in enumerate(by_account.items(), newest + 1):
                size = len(some)
                plan = KeepPlan(number, account_id, now_ms, actor.name, KEEP_PLAN.first, 1, size, size)
                items = [_item(plan, position, each) for position, each in enumerate(some)]
                statements += add_plan(plan, items)
                statements.append(self._event(account_id, "start", str(number), actor, messages=size))
                plans.append(plan)
            await commit_change(self._store, statements)
            return plans

        return await again_on_conflict(attempt)

    async def move(
        self,
        plan_id: int,
        event: KeepEvent,
        actor: Actor,
        *,
        account_id: int | None = None,
        also: Sequence[Statement] = (),
    ) -> KeepPlan:
        """Pause, resume, cancel. Raises IllegalTransition, Refused("registration.keep_plan_unknown")."""

        async def attempt() -> KeepPlan:
            plan = await self.book.plan(plan_id, account_id)
            state = KEEP_PLAN.after(plan.state, event)
            statements = [
                *also,
                move_plan(plan, state),
                self._event(plan.account_id, event.value, str(plan.id), actor, waiting=plan.waiting),
            ]
            if event is KeepEvent.CANCEL:
                statements.append(("compliance.cancel_keep_items", (plan.id,), None))
            await commit_change(self._store, statements)
            return await self.book.plan(plan_id, account_id)

        return await again_on_conflict(attempt)

    # Going on

    async def carry_on(self) -> int:
        """One bounded round: plan what is automatic, hand over what is due. How many messages were."""
        await self._automatic()
        handed = 0
        for item in await self.book.due(self._clock.now_ms(), HANDED_AT_ONCE):
            handed += await self._hand_over(item)
        for plan in await self.book.running():
            if not plan.waiting:
                await self._move_on(move_plan(plan, KEEP_PLAN.after(plan.state, KeepEvent.END)))
        return handed

    async def _automatic(self) -> None:
        now_ms = self._clock.now_ms()
        today = day_of(now_ms)
        if beijing(now_ms).hour < MORNING_HOUR:
            return
        for each in await self.book.automatic(today):
            drafts = await self.draft(each.account_id, each.sign_name)
            own = {each.sign_name} if each.sign_name else await self._without_own(each.account_id, drafts)
            wanted = [one for one in drafts if one.registration.sign_name in own]
            short = {one.registration.network for one in wanted if one.why is Why.NO_PHONE}
            if short:
                log.warning(
                    "a tenant has no phone to keep registrations alive with",
                    account_id=each.account_id,
                    networks=sorted(short),
                )
            try:
                if any(one.due_ms is not None for one in wanted):
                    await self.start(wanted, AUTOMATIC, also=[look_at(each, today)])
                else:
                    await commit_change(self._store, [look_at(each, today)])
            except Conflict:
                log.info(
                    "another node has planned what keeps registrations alive", account_id=each.account_id
                )

    async def _without_own(self, account_id: int, drafts: Sequence[Draft]) -> set[str]:
        own = {each.sign_name for each in await self.book.arrangements(account_id)}
        return {each.registration.sign_name for each in drafts} - own

    async def _arranged(self, account_id: int, instead: Arrangement | None) -> Arranged:
        return Arranged([instead] if instead is not None else await self.book.arrangements(account_id))

    async def _hand_over(self, item: KeepItem) -> bool:
        why = await self._needless(item)
        if why is not None:
            await self._move_on(move_item(item, ItemState.SKIPPED, why.value))
            return False
        wish = TrialWish(
            account_id=item.account_id,
            sign_name=item.sign_name,
            template_code=item.template_code,
            phones=[item.number],
            params=item.params,
            extension_code=item.extension_code,
        )
        actor, handed = Actor(f"keep-alive:{item.plan_id}"), move_item(item, ItemState.HANDED)
        try:
            (trial,) = await self._trials.ask(wish, actor=actor, also=[handed])
        except Conflict:  # another node, or a cancel, was faster
            return False
        except Throttled:  # the store is full: the next round tries again
            raise
        except Refused as error:
            await self._move_on(move_item(item, ItemState.SKIPPED, error.code))
            return False
        await self._move_on(("compliance.note_keep_trial", (item.plan_id, item.position, trial.id), 1))
        return True

    async def _needless(self, item: KeepItem) -> Why | None:
        row = await self._registrations.get(item.registration_id)
        if not REGISTRATION.allows(row.state, RegistrationEvent.IDLE):
            return Why.OVER
        uses = await self._last_uses(item.signature_id)
        plan = await self.book.plan(item.plan_id)
        used_ms = max(uses.get((item.network, item.sender), 0), row.since_ms)
        return Why.USED if used_ms >= plan.made_ms else None

    def _event(self, account_id: int, verb: str, what: str, actor: Actor, **facts: object) -> Statement:
        return self._identity.event(
            account_id, actor.name, f"compliance.{verb}_keep_alive", what or "*", **facts
        )

    async def _move_on(self, statement: Statement) -> bool:
        """False when another node, or a cancel, was faster."""
        try:
            await commit_change(self._store, [statement])
        except Conflict:
            return False
        return True


def _item(plan: KeepPlan, position: int, draft: Draft) -> KeepItem:
    row = draft.registration
    assert draft.due_ms is not None
    return KeepItem(
        *(
            plan.id,
            position,
            row.account_id,
            row.signature_id,
            row.sign_name,
            row.id,
            row.network,
            row.sender,
        ),
        *(row.extension_code, draft.number, draft.template_code, draft.params, draft.due_ms),
        *(ItemState.WAITING, None, ""),
    )


def _check_after(days: int) -> None:
    if days not in _AFTER:
        raise refusal("registration.keep_after", least=_AFTER.start, most=_AFTER.stop - 1)
