"""The health of every signature, kept: what is wrong, since when, and what ends when.

Real-time reasons are looked at when something of a signature changes, all of them once a night (seed 001: T+1). What was
noticed is stored, so that "since when" outlives a restart; what is shown is worked out anew.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final, TypeAlias

import structlog

from hongyan.compliance.freezes.memory import TOPIC as FREEZE_TOPIC
from hongyan.compliance.health.days import DaysUntil
from hongyan.compliance.health.gathering import Gathering
from hongyan.compliance.health.judging import EVERY, UNKNOWN, Ailment, Usability
from hongyan.compliance.health.keeping import Kept, noticed
from hongyan.compliance.health.looking import Called, Look, Looking
from hongyan.compliance.health.reasons import REASON, Timing
from hongyan.compliance.health.turns import Turn
from hongyan.compliance.refusals import refusal
from hongyan.compliance.registration.desk import TOPIC as REGISTRATION_TOPIC
from hongyan.compliance.reviews import TOPIC_QUALIFICATION
from hongyan.compliance.road import TOPIC_SIGNATURE
from hongyan.compliance.signatures import Signatures
from hongyan.identity import again_on_conflict, commit_change
from hongyan.kernel.cache import EVERYTHING
from hongyan.kernel.clock import Clock, Millis, beijing
from hongyan.kernel.errors import HongyanError
from hongyan.kernel.following import Follower
from hongyan.storage.port import Store, one

log = structlog.get_logger(__name__)

NIGHT_HOUR: Final = 2
"""When the night's round begins, in Beijing."""
LOOK_EVERY: Final = 1.0
"""Seconds between two looks at what changed."""
COUNT_EVERY: Final = 60
"""Looks between two counts of what is stored."""
ASK_AGAIN_SECONDS: Final = 30.0
"""For one's turn, while another node makes the round."""
_ROUND: Final = "health_round"
_TURN: Final = "health_turn"


_Changed: TypeAlias = tuple[str, int] | tuple[str, int, str]
"""("id", signature), or ("signature" | "qualification", account, name)."""
_TOPICS: Final = {
    TOPIC_SIGNATURE: "signature",
    TOPIC_QUALIFICATION: "qualification",
    REGISTRATION_TOPIC: "id",
    FREEZE_TOPIC: "freeze",
}
"""Topic -> what its keys are of."""
_SIGNATURES_OF: Final = {
    "id": "signature_called_by_id",
    "signature": "signature_called",
    "qualification": "signatures_leaning_on",
}


@dataclass(frozen=True, slots=True)
class Held:
    """An ailment and since when it was noticed."""

    ailment: Ailment
    since_ms: Millis


@dataclass(frozen=True, slots=True)
class Checkup:
    """What there is to say of one signature. `problem`: why it cannot be looked at, "" mostly."""

    signature: Called
    usability: Usability
    held: tuple[Held, ...]
    ends: tuple[DaysUntil, ...]
    problem: str


class Health:
    """`clock`: the business clock. `run` for as long as the platform serves."""

    def __init__(self, store: Store, clock: Clock, signatures: Signatures, gathering: Gathering) -> None:
        self._store = store
        self._clock = clock
        self.looking = Looking(signatures, gathering)
        self._kept = Kept(store)
        self._turn = Turn(store, clock, _TURN)
        self._ask_at = 0.0
        self._follower: Follower[_Changed] = Follower(self._look_at_all, self._look_at_some, _changed_by)
        self._round_of: str | None = None
        self.counts: Counter[str] = Counter()
        """Signatures by reason, as they were counted last."""
        for topic, what in _TOPICS.items():
            store.subscribe(topic, partial(self._heard, what))

    # Looking

    async def checkup(self, account_id: int, name: str) -> Checkup:
        """Of an account's signature, worked out now. Raises Refused("signature.unknown")."""
        async for page in self._kept.pages("signature_called", account_id, name):
            for found in await self._checkups(page):
                return found
        raise refusal("signature.unknown")

    async def checkups(self, account_id: int | None = None, reason: str = "") -> AsyncIterator[Checkup]:
        """Of all signatures, or an account's; only those with a reason that is stored, if one is named."""
        async for page in self._kept.pages("signatures_called", account_id or 0, reason):
            for found in await self._checkups(page):
                yield found

    async def page(self, account_id: int, *, limit: int, offset: int) -> tuple[int, list[Checkup]]:
        """How many signatures an account has, and a page of them, the newest first."""
        total, called = await self._kept.page_of(account_id, limit=limit, offset=offset)
        found = {each.signature.id: each for each in await self._checkups(called)}
        return total, [found[each.id] for each in called if each.id in found]

    async def impact(self, on: date) -> AsyncIterator[tuple[Called, list[str]]]:
        """Signatures that would have further ailments by the rules of another day, and which."""
        async for page in self._everybody():
            now = {look.called.id: _ids(look) for look in await self.looking.at(page)}
            for then in await self.looking.at(page, on):
                new = [each for each in _ids(then) if each not in now.get(then.called.id, ())]
                if new:
                    yield then.called, new

    async def _checkups(self, called: Sequence[Called]) -> list[Checkup]:
        looks = await self.looking.at(called)
        stored = await self._kept.ailments(each.id for each in called)
        now_ms = self._clock.now_ms()
        return [_checkup(look, stored.get(look.called.id, {}), now_ms) for look in looks]

    def _everybody(self) -> AsyncIterator[list[Called]]:
        return self._kept.pages("signatures_called", 0, "")

    # Keeping

    async def run(self) -> None:
        """Look at what changes, and at everything once a night, for ever."""
        for turn in itertools.count():
            try:
                await self.look()
                if turn % COUNT_EVERY == 0:
                    await self.count()
            except HongyanError as error:
                log.warning("the health of signatures cannot be looked at now", why=error.code)
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """What is to be done now: a whole round if the night's is due and no other node makes it, and what changed since the
        last look."""
        if await self._round_is_due() and await self.whole_round() is None:
            self._ask_at = self._clock.monotonic() + ASK_AGAIN_SECONDS
        await self._follower.catch_up()

    async def count(self) -> None:
        """Count what is stored, whichever node noticed it."""
        self.counts = Counter(await self._kept.counts())

    async def whole_round(self) -> int | None:
        """Every reason of every signature, a page at a time, with what changes meanwhile. How many signatures there are; None
        when another node is at it."""
        looked_at = 0
        if not await self._turn.take():
            return None
        async for page in self._everybody():
            looked_at += await self._refresh(page, EVERY)
            if not await self._turn.take():
                log.warning("another node goes on with the round of health", after=looked_at)
                return None
            await self._follower.catch_up()
        day = beijing(self._clock.now_ms()).date().isoformat()
        noted = ("compliance.note_health_round", (_ROUND, day), None)
        await commit_change(self._store, [noted, self._turn.end()])
        self._round_of = day
        await self.count()
        if unknown := self.counts[UNKNOWN]:
            log.warning("the health of some signatures is unknown", signatures=unknown)
        return looked_at

    async def _round_is_due(self) -> bool:
        if self._clock.monotonic() < self._ask_at:
            return False
        if not self._is_due(self._round_of):
            return False
        row = one(await self._store.read("compliance.health_round"))
        self._round_of = row[0] if row else None
        return self._is_due(self._round_of)

    def _is_due(self, round_of: str | None) -> bool:
        now = beijing(self._clock.now_ms())
        return round_of is None or (round_of < now.date().isoformat() and now.hour >= NIGHT_HOUR)

    async def _look_at_all(self) -> None:
        async for page in self._everybody():
            await self._refresh(page, {Timing.REAL_TIME})

    async def _look_at_some(self, changed: list[_Changed]) -> None:
        for what, *key in changed:
            async for page in self._kept.pages(_SIGNATURES_OF[what], *key):
                await self._refresh(page, {Timing.REAL_TIME})

    async def _refresh(self, called: Sequence[Called], timings: Collection[Timing]) -> int:
        """Store what is new and what is over. How many signatures there are."""

        async def attempt() -> int:
            looks = await self.looking.at(called)
            known = await self._kept.ailments(each.id for each in called)
            new, over = _changes(looks, known, timings)
            statements = noticed(new, over, self._clock.now_ms())
            if statements:
                await commit_change(self._store, statements)
                log.debug("health of signatures", new=new, over=over)
            return len(looks)

        return await again_on_conflict(attempt)

    def _heard(self, what: str, key: str) -> None:
        """A topic was told. A template's freeze is no matter of signatures; an account's is of all of its own, and all are
        looked at."""
        if what == "freeze":
            kind, _, rest = key.partition(":")
            if kind == "template":
                return
            what, key = ("signature", rest) if kind == "signature" else (what, EVERYTHING)
        self._follower.heard(key if key == EVERYTHING else f"{what}:{key}")


def _changed_by(key: str) -> list[_Changed]:
    what, _, rest = key.partition(":")
    if what == "id":
        return [(what, int(each)) for each in rest.split(",")]
    account, _, name = rest.partition(":")
    return [(what, int(account), name)]


def _ids(look: Look) -> list[str]:
    return [each.reason.id for each in look.ailments]


def _checkup(look: Look, since: dict[str, Millis], now_ms: Millis) -> Checkup:
    held = tuple(Held(each, since.get(each.reason.id, now_ms)) for each in look.ailments)
    return Checkup(look.called, look.usability, held, look.ends, look.problem)


def _changes(
    looks: Sequence[Look], known: dict[int, dict[str, Millis]], timings: Collection[Timing]
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """What is new and what is over, as (signature, reason). Of one that nobody knows how it is nothing is over."""
    new: list[tuple[int, str]] = []
    over: list[tuple[int, str]] = []
    for look in looks:
        number, stored = look.called.id, known.get(look.called.id, {})
        found = (
            [UNKNOWN]
            if look.problem
            else [each.reason.id for each in look.ailments if each.reason.timing in timings]
        )
        new += [(number, each) for each in found if each not in stored]
        if not look.problem:
            over += [(number, each) for each in stored if each not in found and _is_looked_at(each, timings)]
    return new, over


def _is_looked_at(reason: str, timings: Collection[Timing]) -> bool:
    row = REASON.get(reason)  # of UNKNOWN there is none, nor of one that the table had once
    return row is None or row.timing in timings
