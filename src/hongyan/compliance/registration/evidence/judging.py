"""Judges registrations by what arrives: what awaits its verification succeeds, or is doubted; what succeeded is watched.

Everything is worked out from what is stored, so a restart loses nothing. A place is looked at when something of it was
counted, and what awaits verification also by time; the store is asked for one place after the other, never for all messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from hongyan.compliance.registration.evidence.alerts import Alerts, ClassOf, smells
from hongyan.compliance.registration.evidence.counting import HOUR_MS
from hongyan.compliance.registration.evidence.ledger import Ledger, Place, Seen
from hongyan.compliance.registration.evidence.statistics import Judgement, Tally, Verdict, judge
from hongyan.compliance.registration.moving import Told
from hongyan.compliance.registration.routing.index import Stand, StandingIndex
from hongyan.compliance.registration.states import RegistrationEvent, RegistrationState
from hongyan.identity import Actor
from hongyan.kernel.clock import DAY_MS, Clock, Millis
from hongyan.kernel.errors import HongyanError, Refused

log = structlog.get_logger(__name__)

ROUND_SECONDS: Final = 30.0
LOOK_EVERY_MS: Final[Millis] = 10 * 60_000
"""Between two looks at one place; verdicts are about days."""
LOOKS_A_ROUND: Final = 200
WINDOW_MS: Final[Millis] = 14 * DAY_MS
"""Of what awaits verification: from when it does, so far back at most."""
WATCHED_MS: Final[Millis] = 2 * DAY_MS
"""Of what succeeded."""
JUDGE: Final = Actor("platform:evidence", "jobs")

_S, _E, _V = RegistrationState, RegistrationEvent, Verdict
_EVENTS: Final = {
    (_S.AWAITING, _V.VERIFIED, False): _E.VERIFIED,
    (_S.AWAITING, _V.VERIFIED, True): _E.VERIFIED,
    (_S.AWAITING, _V.DOUBTFUL, False): _E.DOUBTED,
    (_S.SUCCESS, _V.DOUBTFUL, False): _E.DOUBTED,
    (_S.SUCCESS, _V.VERIFIED, True): _E.REASSURED,
}
"""What a verdict brings, by the state and whether it is doubted. Otherwise nothing."""


class Apply(Protocol):
    """`Registrations.apply`."""

    async def __call__(
        self, registration_id: int, event: RegistrationEvent, *, actor: Actor, told: Told
    ) -> object: ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one place. `since_ms`: from when messages count; `others`: the network's traffic without it."""

    judgement: Judgement
    own: Seen
    others: Seen
    since_ms: Millis


class Judging:
    """`clock`: the business clock. `class_of`: see `alerts`."""

    def __init__(
        self,
        clock: Clock,
        ledger: Ledger,
        index: StandingIndex,
        apply: Apply,
        alerts: Alerts,
        class_of: ClassOf,
    ) -> None:
        self._clock = clock
        self._ledger = ledger
        self._index = index
        self._apply = apply
        self._alerts = alerts
        self._class_of = class_of
        self._touched: set[Place] = set()
        self._next_look: dict[Place, Millis] = {}
        self._whole: dict[tuple[str, int, int], Seen] = {}
        self.verified = 0
        self.doubted = 0
        """Since the start, by this node."""

    def touched(self, places: set[Place]) -> None:
        """Something of these was counted."""
        self._touched |= places

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            try:
                await self.look()
            except HongyanError as error:
                log.warning("registrations could not be judged now", why=error.code)

    async def look(self) -> None:
        """One bounded round."""
        now_ms = self._clock.now_ms()
        due = [stand for stand in self._due() if self._next_look.get(_place(stand), 0) <= now_ms]
        self._whole.clear()
        for stand in due[:LOOKS_A_ROUND]:
            place = _place(stand)
            self._touched.discard(place)
            found = await self.evidence(place, stand.state, stand.since_ms)
            self._next_look[place] = now_ms + (LOOK_EVERY_MS if found.own.sent else HOUR_MS)
            await self._conclude(stand, found)
        if len(self._next_look) > 2 * self._index.count + LOOKS_A_ROUND:
            self._next_look = {place: ms for place, ms in self._next_look.items() if ms > now_ms}

    def _due(self) -> Sequence[Stand]:
        """What awaits verification, and what was counted; places that are no registrations are forgotten."""
        known = [self._index.at(*place) for place in self._touched]
        self._touched = {_place(stand) for stand in known if stand is not None}
        awaiting = [stand for stand in self._index.all() if stand.state is _S.AWAITING]
        seen = {stand.registration_id for stand in awaiting}
        return [*awaiting, *(each for each in known if each is not None and each.registration_id not in seen)]

    async def evidence(self, place: Place, state: RegistrationState, since_ms: Millis) -> Evidence:
        """What arrives of a place whose registration is in `state` since a time."""
        now_ms = self._clock.now_ms()
        since = now_ms - WATCHED_MS
        if state in (_S.AWAITING, _S.REGISTERING):
            since = max(since_ms, now_ms - WINDOW_MS)
        own = await self._ledger.seen(place, since, now_ms)
        whole = await self._ledger_of(place[1], since, now_ms)
        others = whole.without(own)
        age = None if own.first_hour is None else now_ms - own.first_hour * HOUR_MS
        return Evidence(self.judged(state, own.tally, others.tally, age), own, others, since)

    @staticmethod
    def judged(state: RegistrationState, own: Tally, others: Tally, age_ms: Millis | None) -> Judgement:
        """What messages say of a registration in a state, in which a carrier has said something or has not."""
        return judge(own, others, age_ms, told=state in (_S.AWAITING, _S.SUCCESS))

    async def _ledger_of(self, network: str, since_ms: Millis, until_ms: Millis) -> Seen:
        """Read once a round: many places share a network and an hour."""
        key = network, since_ms // HOUR_MS, until_ms // HOUR_MS
        if key not in self._whole:
            if len(self._whole) > LOOKS_A_ROUND:
                self._whole.clear()
            self._whole[key] = await self._ledger.seen_by_network(network, since_ms, until_ms)
        return self._whole[key]

    async def _conclude(self, stand: Stand, found: Evidence) -> None:
        for spike, code_class in smells(found.own, found.others, self._class_of):
            if await self._alerts.see(_place(stand), spike, code_class, self._clock.now_ms()):
                log.warning(
                    "a code piles up on a signature: it may not be registered there",
                    signature_id=stand.signature_id,
                    network=stand.network,
                    sender=stand.sender,
                    code=spike.code,
                    code_class=code_class,
                    times=spike.times,
                    sent=spike.total,
                )
        event = _EVENTS.get((stand.state, found.judgement.verdict, stand.doubt))
        if event is None:
            return
        facts = found.judgement.facts()
        try:
            await self._apply(
                stand.registration_id, event, actor=JUDGE, told=Told(because=facts, came_back=facts)
            )
        except Refused as refused:  # somebody else was faster
            log.info("a verdict came too late", registration_id=stand.registration_id, why=refused.code)
            return
        self.verified += event is _E.VERIFIED
        self.doubted += event is _E.DOUBTED
        log.info(
            "a registration was judged by what arrives",
            registration_id=stand.registration_id,
            verdict=found.judgement.verdict.value,
            messages=found.judgement.own.total,
            delivered=found.judgement.own.delivered,
        )


def _place(stand: Stand) -> Place:
    return stand.signature_id, stand.network, stand.sender
