"""How an application moves: every step is checked against the state table, stored with a version, and recorded.

Knows no rules about contents; those who decide (people, the automatic reviewer) come from outside.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from hongyan.compliance.change_log import ChangeLog
from hongyan.compliance.model import FieldChange, Kind, ReviewOrder, Standing, Verdict
from hongyan.compliance.numbers import order_number
from hongyan.compliance.refusals import refusal
from hongyan.compliance.road import TOPIC_SIGNATURE, TOPIC_TEMPLATE, road_key
from hongyan.compliance.states import MACHINES, SUBMIT, Event, State
from hongyan.identity import Actor, Nonce, Statement, Topic, again_on_conflict, commit_change
from hongyan.kernel.clock import Clock
from hongyan.storage.port import Store, one

_TOPICS: Final = {Kind.SIGNATURE: TOPIC_SIGNATURE, Kind.TEMPLATE: TOPIC_TEMPLATE}
STANDING_COLUMNS: Final = 11
_VERDICT_EVENT: Final = {Verdict.APPROVE: Event.APPROVE, Verdict.REJECT: Event.REJECT}


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


Follow = Callable[[Standing, Actor], Awaitable[Following]]
"""(where an object stands before the step, who takes it). What it refuses refuses the step."""
AfterSubmit = Callable[[int], Awaitable[None]]
"""Called with the order number once an application is stored."""


class Reviews:
    """The desk of orders, and the one place where an object's state is written."""

    def __init__(self, store: Store, clock: Clock, log: ChangeLog) -> None:
        self._store = store
        self._clock = clock
        self._log = log
        self._follows: dict[tuple[Kind, Event], Follow] = {}

    def follow(self, kind: Kind, event: Event, follow: Follow) -> None:
        """Ask `follow` what this step of this kind brings about: for Event.APPROVE and Event.DELETE."""
        self._follows[kind, event] = follow

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

    async def open_orders(self, *, after: ReviewOrder | None = None, limit: int = 100) -> list[ReviewOrder]:
        """Orders that wait for a verdict, the oldest first."""
        position = (after.submitted_ms, after.id) if after else (-1, -1)
        return [
            _order(row) for row in await self._store.read("compliance.open_review_orders", *position, limit)
        ]

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

    def first_steps(self, standing: Standing, actor: Actor, *columns: int) -> list[Statement]:
        """Store a new object, its order and its first change record. `columns`: what its table has beyond others'."""
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
            self._open_order(standing),
            self._record(standing, actor, SUBMIT, ""),
        ]

    def again_steps(
        self, standing: Standing, actor: Actor, changed: tuple[FieldChange, ...]
    ) -> tuple[Standing, list[Statement]]:
        """A further revision with an order of its own. Raises IllegalTransition."""
        event = Event.CHANGE if standing.state is State.APPROVED else Event.RESUBMIT
        renewed = replace(standing, revision=standing.revision + 1, order_id=order_number())
        standing, statements = self._step(renewed, event, actor, changed=changed)
        return standing, [*statements, self._open_order(standing)]

    def given_steps(
        self, standing: Standing, actor: Actor, *columns: int
    ) -> tuple[Standing, list[Statement]]:
        """A new object that the platform gives and approves itself; its life reads like everybody's."""
        first = self.first_steps(standing, actor, *columns)
        standing, more = self._verdict_steps(standing, Verdict.APPROVE, "", actor)
        return standing, [*first, *more]

    # Whole changes

    async def take(self, order_id: int, reviewer: Actor) -> None:
        """A reviewer starts on an order. Raises IllegalTransition when somebody has it already."""

        async def attempt() -> None:
            _, standing = await self._open(order_id)
            _, statements = self._step(standing, Event.TAKE, reviewer)
            await self.store(standing, statements)

        await again_on_conflict(attempt)

    async def decide(self, order_id: int, verdict: Verdict, reason: str, reviewer: Actor) -> None:
        """The verdict on an order; one that nobody has taken is taken by the reviewer first.

        Raises Refused("review.decided") when it was decided or withdrawn, ("review.reason_missing") for a
        rejection that does not say why.
        """
        reason = reason.strip()
        if verdict is Verdict.REJECT and not reason:
            raise refusal("review.reason_missing")

        async def attempt() -> None:
            _, before = await self._open(order_id)
            standing, steps = self._verdict_steps(before, verdict, reason, reviewer)
            following = await self._following(_VERDICT_EVENT[verdict], before, reviewer)
            await self.store(standing, [*steps, *following.statements], topics=following.topics)

        await again_on_conflict(attempt)

    async def withdraw(self, account_id: int, order_id: int, actor: Actor) -> None:
        """The tenant takes an application back. Raises Refused("review.unknown") for other accounts' orders."""

        async def attempt() -> None:
            order, standing = await self._open(order_id)
            if order.account_id != account_id:
                raise refusal("review.unknown", order_id=order_id)
            standing, statements = self._step(standing, Event.WITHDRAW, actor)
            close = self._close_order(order_id, Event.WITHDRAW.value, actor, "")
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

    async def _open(self, order_id: int) -> tuple[ReviewOrder, Standing]:
        order = await self.order(order_id)
        standing = await self.standing(order.kind, order.object_id)
        if order.verdict is not None or standing is None:
            raise refusal("review.decided", order_id=order_id)
        return order, standing

    async def _following(self, event: Event, before: Standing, actor: Actor) -> Following:
        follow = self._follows.get((before.kind, event))
        return await follow(before, actor) if follow else Following()

    def _verdict_steps(
        self, standing: Standing, verdict: Verdict, reason: str, reviewer: Actor
    ) -> tuple[Standing, list[Statement]]:
        statements: list[Statement] = []
        if standing.state is not State.IN_REVIEW:
            standing, statements = self._step(standing, Event.TAKE, reviewer)
        if verdict is Verdict.APPROVE:
            standing = replace(standing, approved_revision=standing.revision)
        standing, more = self._step(standing, _VERDICT_EVENT[verdict], reviewer, reason)
        close = self._close_order(standing.order_id, verdict.value, reviewer, reason)
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

    def _open_order(self, standing: Standing) -> Statement:
        row = (
            *(standing.order_id, standing.account_id, standing.kind.value, standing.id, standing.revision),
            *(standing.label, self._clock.now_ms()),
        )
        return ("compliance.add_review_order", row, 1)

    def _close_order(self, order_id: int, verdict: str, reviewer: Actor, reason: str) -> Statement:
        return (
            "compliance.close_review_order",
            (order_id, verdict, reviewer.name, reason, self._clock.now_ms()),
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
    topic = _TOPICS.get(standing.kind)
    return [(topic, road_key(standing.account_id, standing.label))] if topic else []


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
    return ReviewOrder(order_id, account_id, Kind(kind), *rest)
