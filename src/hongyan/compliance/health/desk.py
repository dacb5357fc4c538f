"""The health of every signature, kept: what is wrong, since when, and what ends when.

Real-time reasons are looked at when something of a signature changes, all of them once a night (seed 001: T+1), and on the day
on which a rule begins. What was noticed is stored, so that "since when" outlives a restart; what is shown is worked out anew.
What a new edition of the rules would add waits until the operator has accepted it.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from typing import Final, TypeAlias

import structlog

from hongyan.compliance.freezes.memory import TOPIC as FREEZE_TOPIC
from hongyan.compliance.health.days import DaysUntil
from hongyan.compliance.health.editions import Edition, change_days, changed_rows, edition_of, touched
from hongyan.compliance.health.gathering import Gathering
from hongyan.compliance.health.judging import EVERY, UNKNOWN, Ailment, Usability
from hongyan.compliance.health.keeping import Kept, noticed
from hongyan.compliance.health.looking import Called, Look, Looking
from hongyan.compliance.health.reasons import REASON, HealthReason, Timing
from hongyan.compliance.health.switching import (
    ON_ACCEPT,
    ROUND,
    WITHDRAWN,
    Ahead,
    Switching,
    ahead_changes,
)
from hongyan.compliance.health.switching import TOPIC as RULES_TOPIC
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
AHEAD_DAYS: Final = 30
"""How long before a rule begins or ends it is told whom it will hit. Ours: a new signature takes weeks to be registered."""
_TURN: Final = "health_turn"
_NOW: Final = float("-inf")
"""Not before this, on the clock that only grows."""


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
class Coming:
    """A reason that will hold, from a day on; None: when the rules that wait are accepted."""

    reason: HealthReason
    day: date | None


@dataclass(frozen=True, slots=True)
class Checkup:
    """What there is to say of one signature. `problem`: why it cannot be looked at, "" mostly."""

    signature: Called
    usability: Usability
    held: tuple[Held, ...]
    ends: tuple[DaysUntil, ...]
    coming: tuple[Coming, ...]
    problem: str


class Health:
    """`clock`: the business clock. `run` for as long as the platform serves."""

    def __init__(
        self, store: Store, clock: Clock, signatures: Signatures, gathering: Gathering, switching: Switching
    ) -> None:
        self._store = store
        self._clock = clock
        self.switching = switching
        self._settled = False
        self._waits = False
        """The edition of this node is not in force."""
        self.looking = Looking(signatures, gathering)
        self._kept = Kept(store)
        self._turn = Turn(store, clock, _TURN)
        self._ask_at = _NOW
        self._follower: Follower[_Changed] = Follower(self._look_at_all, self._look_at_some, _changed_by)
        self._round_of: str | None = None
        self.counts: Counter[str] = Counter()
        """Signatures by reason, as they were counted last."""
        self.counts_ahead: Mapping[Ahead, int] = {}
        """The same of what is to come."""
        store.subscribe(RULES_TOPIC, self._heard_of_rules)
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

    async def ahead(
        self, account_id: int | None = None, *, after: int = 0
    ) -> AsyncIterator[tuple[Called, list[Coming]]]:
        """Signatures of all, or of an account, behind an id, that rules to come make abnormal, as the newest round found out."""
        async for page in self._kept.pages("signatures_ahead", account_id or 0, after=after):
            found = await self.switching.ahead(each.id for each in page)
            for each in page:
                known = sorted(one for one in found.get(each.id, ()) if one[1] in REASON)
                yield each, [_coming(one) for one in known]

    async def _checkups(self, called: Sequence[Called]) -> list[Checkup]:
        looks = await self.looking.at(called, coming=self._change_days)
        numbers = [each.id for each in called]
        stored, ahead = await self._kept.ailments(numbers), await self.switching.ahead(numbers)
        now_ms = self._clock.now_ms()
        return [
            _checkup(look, stored.get(look.called.id, {}), _waiting(ahead.get(look.called.id, ())), now_ms)
            for look in looks
        ]

    @property
    def _change_days(self) -> tuple[date, ...]:
        today = beijing(self._clock.now_ms()).date()
        return change_days(today, today + timedelta(AHEAD_DAYS))

    @cached_property
    def edition(self) -> Edition:
        """Of the rules, as this program and its settings have them."""
        return edition_of(self.looking.gathering.networks)

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
        last look; nothing before it is known what a new edition of the rules would do."""
        if not self._settled and not await self._settle():
            return
        if await self._round_is_due() and await self.whole_round() is None:
            self._ask_at = self._clock.monotonic() + ASK_AGAIN_SECONDS
        await self._follower.catch_up()

    async def count(self) -> None:
        """Count what is stored, whichever node noticed it."""
        self.counts = Counter(await self._kept.counts())
        self.counts_ahead = await self.switching.counts()

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
        noted = ("compliance.put_health_fact", (ROUND, day), None)
        await commit_change(self._store, [noted, self._turn.end()])
        self._round_of = day
        await self.count()
        if unknown := self.counts[UNKNOWN]:
            log.warning("the health of some signatures is unknown", signatures=unknown)
        for (day, reason), count in sorted(self.counts_ahead.items()):
            log.warning(
                "rules to come make signatures abnormal", day=day or "accept", reason=reason, signatures=count
            )
        return looked_at

    async def _settle(self) -> bool:
        """Nothing is noticed by rules that are new before it is known what they do: what hits nobody is in force at once.
        False while another node finds it out."""
        before, waiting = await self.switching.in_force(), await self.switching.waiting()
        if before is None:
            await self.switching.begin(self.edition)
        elif before.number == self.edition.number:
            if waiting is not None:
                await self.switching.withdraw()
        elif (waiting is None or waiting.number != self.edition.number) and not await self._try(before):
            return False
        in_force = await self.switching.in_force()
        self._waits = in_force is None or in_force.number != self.edition.number
        self._settled = True
        return True

    async def _try(self, before: Edition) -> bool:
        """What the rules that are new would add to what is stored."""
        if self._clock.monotonic() < self._ask_at:
            return False
        if not await self._turn.take():
            self._ask_at = self._clock.monotonic() + ASK_AGAIN_SECONDS
            return False
        changed = changed_rows(before, self.edition)
        await commit_change(self._store, [("compliance.drop_ahead_of_day", (ON_ACCEPT,), None)])
        signatures = 0
        async for page in self._everybody():
            signatures += await self._try_on(page, touched(changed))
            if not await self._turn.take():
                return False
        if signatures:
            await self.switching.tried(self.edition, changed, signatures)
            log.warning(
                "the rules have changed; what they add waits for `hongyan health accept`",
                edition=self.edition.number,
                changed=list(changed),
                signatures=signatures,
            )
        else:
            await self.switching.pass_over(self.edition)
            log.info("the rules have changed, and hit no signature", edition=self.edition.number)
        await commit_change(self._store, [self._turn.end()])
        return True

    async def _try_on(self, called: Sequence[Called], reasons: Collection[str]) -> int:
        looks = await self.looking.at(called)
        known = await self._kept.ailments(each.id for each in called)
        added: dict[int, set[Ahead]] = {}
        for look in looks:
            new = {
                each for each in _ids(look) if each in reasons and each not in known.get(look.called.id, {})
            }
            if new:
                added[look.called.id] = {(ON_ACCEPT, each) for each in new}
        if added:
            await commit_change(self._store, ahead_changes({}, added))
        return len(added)

    async def _round_is_due(self) -> bool:
        if self._clock.monotonic() < self._ask_at:
            return False
        if not self._is_due(self._round_of):
            return False
        row = one(await self._store.read("compliance.health_fact", ROUND))
        self._round_of = row[0] if row else None
        return self._is_due(self._round_of)

    def _is_due(self, round_of: str | None) -> bool:
        """In the night, and as soon as a day has come on which a rule begins or ends."""
        if round_of is None:
            return True
        now, last = beijing(self._clock.now_ms()), date.fromisoformat(round_of)
        today = now.date()
        return last < today and (now.hour >= NIGHT_HOUR or bool(change_days(last, today)))

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
            looks = await self.looking.at(called, coming=self._change_days)
            numbers = [each.id for each in called]
            known, before = await self._kept.ailments(numbers), await self.switching.ahead(numbers)
            waiting = {number: _waiting(ahead) for number, ahead in before.items()}
            new, over = _changes(looks, known, waiting, timings)
            statements = [
                *noticed(new, over, self._clock.now_ms()),
                *ahead_changes(before, {look.called.id: _ahead(look, before, known) for look in looks}),
            ]
            if statements:
                await commit_change(self._store, statements)
                log.debug("health of signatures", new=new, over=over)
            return len(looks)

        return await again_on_conflict(attempt)

    def _heard_of_rules(self, edition: str) -> None:
        """Other rules are in force: everything is looked at again, by whichever node is first. Or nothing waits any more: a
        node whose edition did says so anew."""
        if edition != WITHDRAWN:
            self._round_of = None
        elif self._waits:
            self._settled = False
        self._ask_at = _NOW

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


def _waiting(ahead: Collection[Ahead]) -> frozenset[str]:
    """Reasons that hold as soon as the rules that wait are accepted."""
    return frozenset(reason for day, reason in ahead if day == ON_ACCEPT)


def _coming(ahead: Ahead) -> Coming:
    day, reason = ahead
    return Coming(REASON[reason], date.fromisoformat(day) if day else None)


def _ahead(
    look: Look, before: Mapping[int, Collection[Ahead]], known: Mapping[int, Mapping[str, Millis]]
) -> set[Ahead]:
    """What is to come of one now. What waits goes on waiting, while it would hold; of one that nobody knows how it is,
    everything does."""
    number = look.called.id
    stored = set(before.get(number, ()))
    if look.problem:
        return stored
    found = {*_ids(look)} - known.get(number, {}).keys()
    waiting = {(ON_ACCEPT, reason) for reason in _waiting(stored) & found}
    return waiting | {(day.isoformat(), row.id) for day, rows in look.coming.items() for row in rows}


def _checkup(look: Look, since: Mapping[str, Millis], waiting: Collection[str], now_ms: Millis) -> Checkup:
    shown = [each for each in look.ailments if each.reason.id in since or each.reason.id not in waiting]
    held = tuple(Held(each, since.get(each.reason.id, now_ms)) for each in shown)
    better = look.usability is Usability.ABNORMAL and not shown
    coming = [Coming(row, day) for day, rows in look.coming.items() for row in rows]
    coming += [Coming(each.reason, None) for each in look.ailments if each not in shown]
    return Checkup(
        look.called,
        Usability.AVAILABLE if better else look.usability,
        held,
        look.ends,
        tuple(coming),
        look.problem,
    )


def _changes(
    looks: Sequence[Look],
    known: Mapping[int, Mapping[str, Millis]],
    waiting: Mapping[int, Collection[str]],
    timings: Collection[Timing],
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """What is new and what is over, as (signature, reason). Of one that nobody knows how it is nothing is over."""
    new: list[tuple[int, str]] = []
    over: list[tuple[int, str]] = []
    for look in looks:
        number = look.called.id
        stored, held_back = known.get(number, {}), waiting.get(number, ())
        looked_at = [each.reason.id for each in look.ailments if each.reason.timing in timings]
        found = [UNKNOWN] if look.problem else looked_at
        new += [(number, each) for each in found if each not in stored and each not in held_back]
        if not look.problem:
            over += [(number, each) for each in stored if each not in found and _is_looked_at(each, timings)]
    return new, over


def _is_looked_at(reason: str, timings: Collection[Timing]) -> bool:
    row = REASON.get(reason)  # of UNKNOWN there is none, nor of one that the table had once
    return row is None or row.timing in timings
