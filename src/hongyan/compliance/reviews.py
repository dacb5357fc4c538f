"""How an application moves: every step is checked against the state table, stored with a version, and recorded.

Knows no rules about contents; those who decide (people, the automatic reviewer) come from outside.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from hongyan.compliance.change_log import ChangeLog
from hongyan.compliance.model import Claim, FieldChange, Kind, ReviewOrder, Standing, Verdict
from hongyan.compliance.numbers import order_number
from hongyan.compliance.promises import promised_ms
from hongyan.compliance.refusals import refusal
from hongyan.compliance.road import TOPIC_SIGNATURE, TOPIC_TEMPLATE, road_key
from hongyan.compliance.states import MACHINES, SUBMIT, Event, State
from hongyan.identity import Actor, Nonce, Statement, Topic, again_on_conflict, commit_change
from hongyan.kernel.clock import Clock, Millis, beijing
from hongyan.kernel.errors import Refused
from hongyan.storage.port import Store, one

TOPIC_QUALIFICATION: Final = "qualification"
"""Told with `road_key` of its account and name."""
_TOPICS: Final = {
    Kind.QUALIFICATION: TOPIC_QUALIFICATION,
    Kind.SIGNATURE: TOPIC_SIGNATURE,
    Kind.TEMPLATE: TOPIC_TEMPLATE,
}
STANDING_COLUMNS: Final = 11
_VERDICT_EVENT: Final = {
    Verdict.APPROVE: Event.APPROVE,
    Verdict.REJECT: Event.REJECT,
    Verdict.ASK: Event.ASK,
}
Position: TypeAlias = tuple[int, int, int]
QUEUE_START: Final = (-1, -1, -1)
CLAIM_LIVES_MS: Final = 30 * 60_000
"""How long a reviewer has an order for himself. Ours: an order takes minutes, and nobody's break shall cost the promise."""
RELEASE: Final = "release"
FIRST_APPROVAL: Final = "first_approval"
"""Events in the change record that change no state."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """An application that is stored. `label`: the name or code of the object."""

    object_id: int
    order_id: int
    label: str


@dataclass(frozen=True, slots=True)
class Following:
    """What else happens in the transaction of a step, and whom to tell."""

    statements: Sequence[Statement] = ()
    topics: Sequence[Topic] = ()

    @classmethod
    def all(cls, found: Iterable[Following]) -> Following:
        """Everything that several bring about."""
        each = list(found)
        return cls(
            [statement for one in each for statement in one.statements],
            [topic for one in each for topic in one.topics],
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict that is about to be stored. `standing`: where it leaves the object."""

    order: ReviewOrder
    standing: Standing
    verdict: Verdict
    reason: str
    reviewer: Actor
    at_ms: Millis


Deciding = Callable[[Decision], Awaitable[Sequence[Statement]]]
"""What else is stored with every verdict."""
Follow = Callable[[Standing, Actor], Awaitable[Following]]
"""(where an object stands before the step, who takes it). What it refuses refuses the step."""
TwoNeeded = Callable[[ReviewOrder], Awaitable[bool]]
"""Whether two people must approve an order, as it is now."""
AfterSubmit = Callable[[int], Awaitable[None]]
"""Called with the order number once an application is stored."""


class Reviews:
    """The desk of orders, and the one place where an object's state is written."""

    def __init__(self, store: Store, clock: Clock, log: ChangeLog) -> None:
        self._store = store
        self._clock = clock
        self._log = log
        self._follows: dict[tuple[Kind, Event], list[Follow]] = {}
        self._deciding: list[Deciding] = []

    def follow(self, kind: Kind, event: Event, follow: Follow) -> None:
        """Ask `follow` what this step of this kind brings about: for Event.APPROVE and Event.DELETE."""
        self._follows.setdefault((kind, event), []).append(follow)

    def with_verdicts(self, deciding: Deciding) -> None:
        """Ask `deciding` what is stored with each verdict."""
        self._deciding.append(deciding)

    # Reading

    async def standing(self, kind: Kind, object_id: int) -> Standing | None:
        row = one(await self._store.read(f"compliance.standing_of_{kind.value}", object_id))
        return read_standing(kind, row) if row else None

    async def order(self, order_id: int) -> ReviewOrder:
        """Raises Refused("review.unknown")."""
        row = one(await self._store.read("compliance.review_order", order_id))
        if row is None:
            raise refusal("review.unknown", order_id=order_id)
        return _order(row)

    async def open_orders(self, *, after: Position = QUEUE_START, limit: int = 100) -> list[ReviewOrder]:
        """Orders that wait for a verdict; what is promised first comes first. `after`: the position of the last one of the
        page before."""
        return [_order(row) for row in await self._store.read("compliance.open_review_orders", *after, limit)]

    async def orders_of(self, kind: Kind, object_id: int) -> dict[int, ReviewOrder]:
        """The submissions of an object by their revisions."""
        rows = await self._store.read("compliance.orders_of", kind.value, object_id)
        orders = map(_order, rows)
        return {order.revision: order for order in orders}

    # Steps, as statements for one Change

    def new(self, kind: Kind, object_id: int, account_id: int, label: str) -> Standing:
        """A new object with its first revision under review."""
        return Standing(
            kind=kind,
            id=object_id,
            account_id=account_id,
            label=label,
            state=MACHINES[kind].first,
            version=1,
            revision=1,
            approved_revision=0,
            order_id=order_number(),
            created_ms=self._clock.now_ms(),
            decided_ms=None,
            reason="",
        )

    def first_steps(
        self, standing: Standing, actor: Actor, *columns: int, organization_code: str | None = None
    ) -> list[Statement]:
        """Store a new object, its order and its first change record. `columns`: what its table has beyond others'.
        `organization_code`: of the entity that it is for, which decides when a verdict is promised."""
        row = (
            *(standing.id, standing.account_id, standing.label, standing.state.value, standing.version),
            *(
                standing.revision,
                standing.approved_revision,
                standing.order_id,
                standing.created_ms,
                *columns,
            ),
        )
        return [
            (f"compliance.add_{standing.kind.value}", row, 1),
            self._open_order(standing, organization_code),
            self._record(standing, actor, SUBMIT, ""),
        ]

    def again_steps(
        self,
        standing: Standing,
        actor: Actor,
        changed: tuple[FieldChange, ...],
        organization_code: str | None = None,
    ) -> tuple[Standing, list[Statement]]:
        """A further revision with an order of its own. `organization_code`: see `first_steps`. Raises IllegalTransition."""
        event = Event.CHANGE if standing.state is State.APPROVED else Event.RESUBMIT
        renewed = replace(standing, revision=standing.revision + 1, order_id=order_number())
        standing, statements = self._step(renewed, event, actor, changed=changed)
        return standing, [*statements, self._open_order(standing, organization_code)]

    def given_steps(
        self, standing: Standing, actor: Actor, *columns: int
    ) -> tuple[Standing, list[Statement]]:
        """A new object that the platform gives and approves itself; its life reads like everybody's."""
        first = self.first_steps(standing, actor, *columns)
        standing, more = self._verdict_steps(standing, 0, Verdict.APPROVE, "", actor)
        return standing, [*first, *more]

    # Whole changes

    async def claim(self, order_id: int, reviewer: Actor, also: Sequence[Statement] = ()) -> None:
        """A reviewer has an order for himself for a while; claimed again, for a while longer.

        Raises Refused("review.unknown", "review.decided", "review.claimed", "review.second_reviewer").
        """

        async def attempt() -> None:
            order, standing = await self._open(order_id, reviewer)
            if order.first_approver == reviewer.name:
                raise refusal("review.second_reviewer")
            until_ms = self._clock.now_ms() + CLAIM_LIVES_MS
            claim = ("compliance.claim_review_order", (order_id, order.turn, reviewer.name, until_ms), 1)
            standing, steps = self._taken(standing, reviewer)
            await self.store(standing, [*also, claim, *steps])

        await again_on_conflict(attempt)

    async def release(self, order_id: int, reviewer: Actor, also: Sequence[Statement] = ()) -> None:
        """Back into the queue. Raises Refused("review.unknown", "review.decided", "review.not_claimed")."""

        async def attempt() -> None:
            order, standing = await self._open(order_id, reviewer)
            if order.claimed is None or order.claimed.by != reviewer.name:
                raise refusal("review.not_claimed")
            release = ("compliance.claim_review_order", (order_id, order.turn, None, None), 1)
            await self.store(standing, [*also, release, self._note(standing, reviewer, RELEASE)])

        await again_on_conflict(attempt)

    async def decide(
        self,
        order_id: int,
        verdict: Verdict,
        reason: str,
        reviewer: Actor,
        *,
        two_needed: TwoNeeded | None = None,
        also: Sequence[Statement] = (),
    ) -> None:
        """The verdict on an order that nobody else has claimed. `two_needed`: where it says so, the first approval is only
        written down, and the order goes back into the queue for somebody else. `also`: what belongs into the same change.

        Raises Refused("review.decided") when it was decided or withdrawn, ("review.claimed"), ("review.second_reviewer"),
        and ("review.reason_missing") for anything but an approval that does not say why.
        """
        reason = reason.strip()
        if verdict is not Verdict.APPROVE and not reason:
            raise refusal("review.reason_missing")

        async def attempt() -> None:
            order, before = await self._open(order_id, reviewer)
            two = verdict is Verdict.APPROVE and two_needed is not None and await two_needed(order)
            if two and order.first_approver is None:
                standing, steps = self._taken(before, reviewer)
                note = self._note(standing, reviewer, FIRST_APPROVAL, reason)
                first = ("compliance.approve_review_order_first", (order_id, order.turn, reviewer.name), 1)
                await self.store(standing, [*also, first, *steps, note])
                return
            if two and order.first_approver == reviewer.name:
                raise refusal("review.second_reviewer")
            standing, steps = self._verdict_steps(before, order.turn, verdict, reason, reviewer)
            following = await self._following(_VERDICT_EVENT[verdict], before, reviewer)
            decision = Decision(order, standing, verdict, reason, reviewer, self._clock.now_ms())
            more = [each for deciding in self._deciding for each in await deciding(decision)]
            statements = [*also, *steps, *following.statements, *more]
            await self.store(standing, statements, topics=following.topics)

        await again_on_conflict(attempt)

    async def amend(
        self,
        order_id: int,
        reviewer: Actor,
        event: str,
        changed: tuple[FieldChange, ...],
        statements: Sequence[Statement],
    ) -> None:
        """What a reviewer says himself of an order that nobody else has claimed, with what that stores.

        Raises Refused("review.unknown", "review.decided", "review.claimed").
        """

        async def attempt() -> None:
            order, standing = await self._open(order_id, reviewer)
            turn = ("compliance.amend_review_order", (order_id, order.turn), 1)
            note = self._record(standing, reviewer, event, standing.state.value, changed=changed)
            await self.store(standing, [turn, *statements, note])

        await again_on_conflict(attempt)

    async def withdraw(self, account_id: int, order_id: int, actor: Actor) -> None:
        """The tenant takes an application back. Raises Refused("review.unknown") for other accounts' orders."""

        async def attempt() -> None:
            order, standing = await self._open(order_id)
            if order.account_id != account_id:
                raise refusal("review.unknown", order_id=order_id)
            standing, statements = self._step(standing, Event.WITHDRAW, actor)
            close = self._close_order(order_id, order.turn, Event.WITHDRAW.value, actor, "")
            await self.store(standing, [*statements, close])

        await again_on_conflict(attempt)

    async def delete(self, standing: Standing, actor: Actor, nonce: Nonce | None) -> None:
        """Take an object out of use for ever; its history stays. Raises IllegalTransition, Conflict."""
        steps = await self.delete_steps(standing, actor)
        await self.store(standing, steps.statements, nonce, steps.topics)

    async def delete_steps(self, standing: Standing, actor: Actor) -> Following:
        """The same for one Change, with what it brings about."""
        _, statements = self._step(standing, Event.DELETE, actor)
        following = await self._following(Event.DELETE, standing, actor)
        return Following([*statements, *following.statements], [*_topics(standing), *following.topics])

    async def store(
        self,
        standing: Standing,
        statements: Sequence[Statement],
        nonce: Nonce | None = None,
        topics: Sequence[Topic] = (),
    ) -> Submitted:
        """Commit steps of one object and tell those who remember it. Raises Conflict."""
        await commit_change(self._store, statements, [*_topics(standing), *topics], nonce=nonce)
        return Submitted(standing.id, standing.order_id, standing.label)

    async def _open(self, order_id: int, reviewer: Actor | None = None) -> tuple[ReviewOrder, Standing]:
        """An order that is open, and that nobody but the reviewer has claimed."""
        order = await self.order(order_id)
        standing = await self.standing(order.kind, order.object_id)
        if order.verdict is not None or standing is None:
            raise refusal("review.decided", order_id=order_id)
        if reviewer and (claim := order.claimed_by_other(reviewer.name, self._clock.now_ms())):
            raise _claimed(claim)
        return order, standing

    def _taken(self, standing: Standing, reviewer: Actor) -> tuple[Standing, list[Statement]]:
        """In review, as a step or, when it is there already, as a record."""
        if standing.state is State.IN_REVIEW:
            return standing, [self._note(standing, reviewer, Event.TAKE.value)]
        return self._step(standing, Event.TAKE, reviewer)

    def _note(self, standing: Standing, actor: Actor, event: str, reason: str = "") -> Statement:
        """A change record of what changes no state."""
        return self._record(standing, actor, event, standing.state.value, reason)

    async def _following(self, event: Event, before: Standing, actor: Actor) -> Following:
        follows = self._follows.get((before.kind, event), ())
        return Following.all([await follow(before, actor) for follow in follows])

    def _verdict_steps(
        self, standing: Standing, turn: int, verdict: Verdict, reason: str, reviewer: Actor
    ) -> tuple[Standing, list[Statement]]:
        statements: list[Statement] = []
        if standing.state is not State.IN_REVIEW:
            standing, statements = self._step(standing, Event.TAKE, reviewer)
        if verdict is Verdict.APPROVE:
            standing = replace(standing, approved_revision=standing.revision)
        standing, more = self._step(standing, _VERDICT_EVENT[verdict], reviewer, reason)
        close = self._close_order(standing.order_id, turn, verdict.value, reviewer, reason)
        return standing, [*statements, *more, close]

    def _step(
        self,
        standing: Standing,
        event: Event,
        actor: Actor,
        reason: str = "",
        changed: tuple[FieldChange, ...] = (),
    ) -> tuple[Standing, list[Statement]]:
        state = MACHINES[standing.kind].after(standing.state, event)
        moved = replace(standing, state=state, version=standing.version + 1)
        row = (
            moved.id,
            standing.version,
            state.value,
            moved.revision,
            moved.approved_revision,
            moved.order_id,
        )
        move: Statement = (f"compliance.move_{standing.kind.value}", row, 1)
        return moved, [move, self._record(moved, actor, event.value, standing.state.value, reason, changed)]

    def _open_order(self, standing: Standing, organization_code: str | None) -> Statement:
        now = self._clock.now_ms()
        row = (
            *(standing.order_id, standing.account_id, standing.kind.value, standing.id, standing.revision),
            *(standing.label, now, promised_ms(standing.kind, now, organization_code)),
        )
        return ("compliance.add_review_order", row, 1)

    def _close_order(self, order_id: int, turn: int, verdict: str, reviewer: Actor, reason: str) -> Statement:
        return (
            "compliance.close_review_order",
            (order_id, turn, verdict, reviewer.name, reason, self._clock.now_ms()),
            1,
        )

    def _record(
        self,
        standing: Standing,
        actor: Actor,
        event: str,
        before: str,
        reason: str = "",
        changed: tuple[FieldChange, ...] = (),
    ) -> Statement:
        return self._log.record(
            standing.kind,
            standing.id,
            standing.account_id,
            actor,
            event,
            revision=standing.revision,
            order_id=standing.order_id,
            before=before,
            after=standing.state.value,
            reason=reason,
            changed=changed,
        )


def _topics(standing: Standing) -> list[Topic]:
    return [(_TOPICS[standing.kind], road_key(standing.account_id, standing.label))]


async def submit_application(
    attempt: Callable[[], Awaitable[Submitted]], after_submit: AfterSubmit
) -> Submitted:
    """Store an application, again after a conflict, and tell who may decide it at once."""
    submitted = await again_on_conflict(attempt)
    await after_submit(submitted.order_id)
    return submitted


def read_standing(kind: Kind, row: tuple[Any, ...]) -> Standing:
    """A row of `standing_of_…`; the views begin with the same STANDING_COLUMNS."""
    object_id, account_id, label, state, *rest = row
    return Standing(kind, object_id, account_id, label, State(state), *rest)


def _order(row: tuple[Any, ...]) -> ReviewOrder:
    order_id, account_id, kind, *rest = row
    first_approver, claimed_by, until_ms = rest[-3:]
    claim = Claim(claimed_by, until_ms) if claimed_by is not None else None
    return ReviewOrder(order_id, account_id, Kind(kind), *(*rest[:-3], claim, first_approver))


def _claimed(claim: Claim) -> Refused:
    until = beijing(claim.until_ms)
    return Refused(
        "review.claimed",
        en=f"{claim.by} works on this order until {until:%H:%M}",
        zh=f"该工单正由 {claim.by} 审核，至 {until:%H:%M}",
        by=claim.by,
        until=until.isoformat(),
    )
