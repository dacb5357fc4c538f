"""The health of every signature, kept: what is wrong, since when, and what ends when.

Real-time reasons are looked at when something of a signature changes, all of them once a night (seed 001: T+1). What was
noticed is stored, so that "since when" outlives a restart; what is shown is worked out anew.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final, TypeAlias

import structlog

from hongyan.compliance.freezes.memory import TOPIC as FREEZE_TOPIC
from hongyan.compliance.health.days import DaysUntil, days_until
from hongyan.compliance.health.gathering import Gathering
from hongyan.compliance.health.judging import EVERY, Ailment, Usability, ailments, usability
from hongyan.compliance.health.reasons import REASON, Timing
from hongyan.compliance.model import SignatureView
from hongyan.compliance.registration.desk import TOPIC as REGISTRATION_TOPIC
from hongyan.compliance.reviews import TOPIC_QUALIFICATION
from hongyan.compliance.road import TOPIC_SIGNATURE
from hongyan.compliance.signatures.desk import Signatures
from hongyan.identity import Statement, again_on_conflict, commit_change
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
AT_ONCE: Final = 200
"""Signatures of an account that are read at once."""
COUNT_EVERY: Final = 60
"""Looks between two counts of what is stored."""
_ROUND: Final = "health_round"


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
    "id": "compliance.signature_named_by_id",
    "signature": "compliance.living_signature",
    "qualification": "compliance.signatures_leaning_on",
}


@dataclass(frozen=True, slots=True)
class Held:
    """An ailment and since when it was noticed."""

    ailment: Ailment
    since_ms: Millis


@dataclass(frozen=True, slots=True)
class Checkup:
    """What there is to say of one signature."""

    view: SignatureView
    usability: Usability
    held: tuple[Held, ...]
    ends: tuple[DaysUntil, ...]


class Health:
    """`clock`: the business clock. `run` for as long as the platform serves."""

    def __init__(self, store: Store, clock: Clock, signatures: Signatures, gathering: Gathering) -> None:
        self._store = store
        self._clock = clock
        self._signatures = signatures
        self.gathering = gathering
        self._follower: Follower[_Changed] = Follower(self._look_at_all, self._look_at_some, _changed_by)
        self._round_of: str | None = None
        self.counts: Counter[str] = Counter()
        """Signatures by reason, as they were counted last."""
        for topic, what in _TOPICS.items():
            store.subscribe(topic, partial(self._heard, what))

    # Looking

    async def checkup(self, account_id: int, name: str) -> Checkup:
        """Of an account's signature, worked out now. Raises Refused("signature.unknown")."""
        return await self._checkup(await self._signatures.get(account_id, name))

    async def checkups(self, account_id: int | None = None, reason: str = "") -> AsyncIterator[Checkup]:
        """Of all signatures, or an account's; only those with a reason that is stored, if one is named."""
        views = self._signatures.all() if account_id is None else self._of_account(account_id)
        async for view in views:
            if not reason or reason in await self._stored(view.standing.id):
                yield await self._checkup(view)

    async def _of_account(self, account_id: int) -> AsyncIterator[SignatureView]:
        offset = 0
        while found := (await self._signatures.page(account_id, limit=AT_ONCE, offset=offset))[1]:
            for view in found:
                yield view
            offset += len(found)

    async def page(self, account_id: int, *, limit: int, offset: int) -> tuple[int, list[Checkup]]:
        """How many signatures an account has, and a page of them, the newest first."""
        total, found = await self._signatures.page(account_id, limit=limit, offset=offset)
        return total, [await self._checkup(view) for view in found]

    async def impact(self, on: date) -> AsyncIterator[tuple[SignatureView, list[str]]]:
        """Signatures that would have further ailments by the rules of another day, and which."""
        async for view in self._signatures.all():
            now = {each.reason.id for each in ailments(await self.gathering.facts(view))}
            then = ailments(await self.gathering.facts(view, on))
            new = [each.reason.id for each in then if each.reason.id not in now]
            if new:
                yield view, new

    async def _checkup(self, view: SignatureView) -> Checkup:
        facts = await self.gathering.facts(view)
        found = ailments(facts)
        since = await self._stored(view.standing.id)
        now_ms = self._clock.now_ms()
        held = tuple(Held(each, since.get(each.reason.id, now_ms)) for each in found)
        return Checkup(view, usability(facts, found), held, tuple(days_until(facts)))

    async def _stored(self, signature_id: int) -> dict[str, Millis]:
        rows = await self._store.read("compliance.ailments_of", signature_id)
        return dict(rows)

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
        """What is to be done now: a whole round if the night's is due, else what changed since the last look."""
        now = beijing(self._clock.now_ms())
        today = now.date().isoformat()
        if self._round_of is None or (self._round_of < today and now.hour >= NIGHT_HOUR):
            row = one(await self._store.read("compliance.health_round"))
            if row is None or (row[0] < today and now.hour >= NIGHT_HOUR):
                await self.whole_round()
                return
            self._round_of = row[0]
        await self._follower.catch_up()

    async def count(self) -> None:
        """Count what is stored, whichever node noticed it."""
        self.counts = Counter(dict(await self._store.read("compliance.ailment_counts")))

    async def whole_round(self) -> int:
        """Every reason of every signature. How many signatures there are."""
        counts: Counter[str] = Counter()
        looked_at = 0
        async for view in self._signatures.all():
            counts.update(await self._refresh(view, EVERY))
            looked_at += 1
        self.counts = counts
        day = beijing(self._clock.now_ms()).date().isoformat()
        await commit_change(self._store, [("compliance.note_health_round", (_ROUND, day), None)])
        self._round_of = day
        return looked_at

    async def _look_at_all(self) -> None:
        async for view in self._signatures.all():
            await self._refresh(view, {Timing.REAL_TIME})

    async def _look_at_some(self, changed: list[_Changed]) -> None:
        for what, *key in changed:
            for account_id, name in await self._store.read(_SIGNATURES_OF[what], *key):
                view = await self._signatures.find(account_id, name)
                if view is not None:
                    await self._refresh(view, {Timing.REAL_TIME})

    async def _refresh(self, view: SignatureView, timings: Collection[Timing]) -> list[str]:
        """Store what is new and what is over. The reasons that hold."""
        signature_id = view.standing.id

        async def attempt() -> list[str]:
            facts = await self.gathering.facts(view)
            found = [each.reason.id for each in ailments(facts, timings)]
            known = await self._stored(signature_id)
            now_ms = self._clock.now_ms()
            over = [each for each in known if each not in found and REASON[each].timing in timings]
            new = [each for each in found if each not in known]
            statements: list[Statement] = [
                *(("compliance.add_ailment", (signature_id, each, now_ms), None) for each in new),
                *(("compliance.drop_ailment", (signature_id, each), None) for each in over),
            ]
            if statements:
                await commit_change(self._store, statements)
                log.debug("health of a signature", signature=view.name, new=new, over=over)
            return found

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
