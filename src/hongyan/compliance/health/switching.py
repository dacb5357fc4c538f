"""Which edition of the rules is in force, which one waits for the operator, and whom rules to come make abnormal: in the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import msgspec

from hongyan.compliance.health.editions import Edition
from hongyan.compliance.refusals import refusal
from hongyan.identity import Actor, Audit, Identity, Statement, commit_change
from hongyan.kernel.clock import Clock, Millis
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store, json_list, one

TOPIC: Final = "health_rules"
"""Told with the number of an edition that is in force from now on, or with WITHDRAWN."""
WITHDRAWN: Final = ""
"""The edition that waited does not any more: a server has started with the one that is in force."""
ACCEPTED_BY_ITSELF: Final = Actor("platform")
"""Of the first edition, and of one that makes no signature abnormal."""
ON_ACCEPT: Final = ""
"""In the place of a day: as soon as the edition that waits is accepted."""
ROUND: Final = "health_round"
"""The day of the newest whole round; none after a switch."""
_IN_FORCE: Final = "health_rules"
_WAITING: Final = "health_rules_waiting"

Ahead: TypeAlias = tuple[str, str]
"""(day as YYYY-MM-DD, or ON_ACCEPT; reason)."""


class Waiting(msgspec.Struct, frozen=True):
    """An edition that was tried on all signatures and is not in force. `changed`: names of what it says otherwise than the one
    in force. `signatures`: how many it would make abnormal."""

    number: str
    rows: dict[str, str]
    changed: tuple[str, ...]
    signatures: int
    since_ms: Millis


class _InForce(msgspec.Struct, frozen=True):
    rows: dict[str, str]
    since_ms: Millis
    by: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """`signatures`: that it was said to make abnormal."""

    number: str
    signatures: int


class Switching:
    """`clock`: the business clock."""

    def __init__(self, store: Store, clock: Clock, ids: IdMaker, identity: Identity) -> None:
        self._store = store
        self._clock = clock
        self._identity = identity
        self._audit = Audit(clock, ids)

    # Editions

    async def in_force(self) -> Edition | None:
        """None before the first start."""
        row = one(await self._store.read("compliance.health_fact", _IN_FORCE))
        return Edition(msgspec.json.decode(row[0], type=_InForce).rows) if row else None

    async def waiting(self) -> Waiting | None:
        """The edition that the operator has not accepted."""
        row = one(await self._store.read("compliance.health_fact", _WAITING))
        return msgspec.json.decode(row[0], type=Waiting) if row else None

    async def tried(self, edition: Edition, changed: tuple[str, ...], signatures: int) -> None:
        """It was tried on all signatures, and what it would do is stored."""
        waiting = Waiting(edition.number, dict(edition.rows), changed, signatures, self._clock.now_ms())
        await commit_change(self._store, [_put(_WAITING, waiting)])

    async def begin(self, edition: Edition) -> None:
        """The first one is in force: there was nothing that anybody could have looked at."""
        await commit_change(self._store, [self._put_in_force(edition, ACCEPTED_BY_ITSELF)])

    async def pass_over(self, edition: Edition) -> None:
        """In force because it makes no signature abnormal."""
        await self._switch(edition, ACCEPTED_BY_ITSELF, 0)

    async def withdraw(self) -> None:
        """What waited was taken back by whoever brought it."""
        gone = [
            ("compliance.drop_health_fact", (_WAITING,), None),
            ("compliance.drop_ahead_of_day", (ON_ACCEPT,), None),
        ]
        await commit_change(self._store, gone, [(TOPIC, WITHDRAWN)])

    async def accept(self, number: str, actor: Actor) -> Accepted:
        """The edition that waits is in force; its number says that what it does was looked at. Raises
        Refused("health.nothing_waits", "health.other_edition")."""
        waiting = await self.waiting()
        if waiting is None:
            raise refusal("health.nothing_waits")
        if waiting.number != number:
            raise refusal("health.other_edition", waiting=waiting.number)
        await self._switch(Edition(waiting.rows), actor, waiting.signatures)
        return Accepted(number, waiting.signatures)

    async def _switch(self, edition: Edition, actor: Actor, signatures: int) -> None:
        root = await self._identity.root_account()
        event = self._audit.event(
            *(root.id, actor.name, "compliance.accept_health_rules", edition.number), signatures=signatures
        )
        statements = [
            self._put_in_force(edition, actor),
            ("compliance.drop_health_fact", (_WAITING,), None),
            ("compliance.drop_health_fact", (ROUND,), None),
            ("compliance.drop_ahead_of_day", (ON_ACCEPT,), None),
            event,
        ]
        await commit_change(self._store, statements, [(TOPIC, edition.number)])

    def _put_in_force(self, edition: Edition, actor: Actor) -> Statement:
        return _put(_IN_FORCE, _InForce(dict(edition.rows), self._clock.now_ms(), actor.name))

    # What is to come

    async def ahead(self, signature_ids: Iterable[int]) -> dict[int, set[Ahead]]:
        """By signature; without those of which nothing is known."""
        found: dict[int, set[Ahead]] = {}
        rows = await self._store.read("compliance.ahead_among", json_list(signature_ids))
        for signature_id, day, reason in rows:
            found.setdefault(signature_id, set()).add((day, reason))
        return found

    async def counts(self) -> Mapping[Ahead, int]:
        """Signatures by day and reason."""
        rows = await self._store.read("compliance.ahead_counts")
        return Counter({(day, reason): count for day, reason, count in rows})


def ahead_changes(
    before: Mapping[int, Collection[Ahead]], after: Mapping[int, Collection[Ahead]]
) -> list[Statement]:
    """What is stored of these signatures becomes what is known of them."""
    new = [
        (number, *each)
        for number, found in after.items()
        for each in found
        if each not in before.get(number, ())
    ]
    over = [
        (number, *each)
        for number, found in before.items()
        for each in found
        if each not in after.get(number, ())
    ]
    statements: list[Statement] = []
    if new:
        statements.append(("compliance.add_ahead", (json_list(new),), None))
    if over:
        statements.append(("compliance.drop_ahead", (json_list(over),), None))
    return statements


def _put(name: str, value: msgspec.Struct) -> Statement:
    return ("compliance.put_health_fact", (name, msgspec.json.encode(value).decode()), 1)
