"""Gathers what is known of signatures: from the desks, the rules, the registrations, and what arrives.

Many are gathered at once, by a number of questions that does not grow with them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from hongyan.compliance.freezes import Freeze, Freezes, FrozenKind
from hongyan.compliance.health.checks import NOT_DONE
from hongyan.compliance.health.facts import Arrivals, HealthFacts
from hongyan.compliance.model import SignatureView
from hongyan.compliance.qualifications import AdministratorTies
from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.registration.evidence.ledger import Place, Seen
from hongyan.compliance.registration.evidence.statistics import DECIDED_BY_MS, Tally, Verdict, judge
from hongyan.compliance.registration.idleness import Silence, silence_of
from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.roll_up import NetworkStanding, SignatureStanding
from hongyan.compliance.rules import Finding, SignatureCase, check_signature
from hongyan.compliance.signatures import Leaning, SignatureJudge
from hongyan.kernel.clock import DAY_MS, Clock, Millis, beijing
from hongyan.storage.port import Store, json_list

LATELY_MS: Final[Millis] = 7 * DAY_MS
"""What "recent delivery" looks at. The seed names no time."""
RECENT_DAYS: Final = 30
"""The n of "not used in the last n days". The seed leaves it open."""
_ALL: Final = 0


class Arriving(Protocol):
    """What arrives (`registration.evidence.ledger.Ledger`)."""

    async def seen_among(
        self, signature_ids: Iterable[int], since_ms: Millis, until_ms: Millis
    ) -> dict[Place, Seen]: ...
    async def uses_among(self, signature_ids: Iterable[int]) -> dict[int, dict[tuple[str, str], Millis]]: ...


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of many signatures, by their ids, accounts or qualifications."""

    leanings: Sequence[Leaning]
    enterprises: Mapping[int, int]
    standings: Mapping[int, tuple[SignatureStanding, list[Registration]]]
    uses: Mapping[int, Mapping[tuple[str, str], Millis]]
    seen: Mapping[Place, Seen]
    changed_ms: Mapping[int, Millis]
    freezes: Sequence[Freeze]


class Gathering:
    """`clock`: the business clock."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        ties: AdministratorTies,
        judge: SignatureJudge,
        registrations: Registrations,
        freezes: Freezes,
        arriving: Arriving,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ties = ties
        self._judge = judge
        self._registrations = registrations
        self._freezes = freezes
        self._arriving = arriving

    @property
    def networks(self) -> Sequence[str]:
        """Those that count."""
        return self._registrations.networks

    async def facts(
        self, views: Sequence[SignatureView], on: date | None = None, coming: Sequence[date] = ()
    ) -> list[HealthFacts]:
        """Of some signatures, in their order, now; by the rules and validities of another day, if one is named. `coming`:
        days of which it is told as well what their rules say."""
        if not views:
            return []
        now_ms = self._clock.now_ms()
        today = on or beijing(now_ms).date()
        read = await self._read(views, now_ms)
        cases = [
            self._judge.case_of(view, leaning) for view, leaning in zip(views, read.leanings, strict=True)
        ]
        said = await asyncio.to_thread(_said, cases, (today, *coming))
        return [
            self._facts(view, leaning, read, said_of, now_ms)
            for view, leaning, said_of in zip(views, read.leanings, said, strict=True)
        ]

    async def _read(self, views: Sequence[SignatureView], now_ms: Millis) -> _Read:
        numbers = [view.standing.id for view in views]
        leanings = await self._judge.leanings.of(views)
        changes = await self._store.read("compliance.last_changes_of_signatures", json_list(numbers))
        return _Read(
            leanings=leanings,
            enterprises=await self._ties.enterprises(
                each.qualification.id for each in leanings if each.qualification
            ),
            standings=await self._registrations.standings(numbers),
            uses=await self._arriving.uses_among(numbers),
            seen=await self._arriving.seen_among(numbers, now_ms - LATELY_MS, now_ms),
            changed_ms=dict(changes),
            freezes=await self._freezes.among(view.standing.account_id for view in views),
        )

    def _facts(
        self,
        view: SignatureView,
        leaning: Leaning,
        read: _Read,
        said: Mapping[date, tuple[Finding, ...]],
        now_ms: Millis,
    ) -> HealthFacts:
        number = view.standing.id
        standing, registrations = read.standings[number]
        uses = read.uses.get(number, {})
        begun_ms = view.standing.decided_ms or view.standing.created_ms
        (today, findings), *coming = said.items()
        qualification = leaning.qualification
        silences = (silence_of(row, uses, now_ms) for row in registrations)
        return HealthFacts(
            today=today,
            view=view,
            qualification=qualification,
            findings=findings,
            letter=leaning.passed_letter,
            trademark=leaning.trademark,
            enterprises=read.enterprises.get(qualification.id, 0) if qualification else 0,
            networks=standing.networks,
            arrivals=tuple(_arrivals(number, standing.networks, uses, read.seen, now_ms)),
            idle_days=_days(now_ms, max(uses.values(), default=begun_ms)),
            unchanged_days=_days(now_ms, max(read.changed_ms.get(number, 0), begun_ms)),
            recent_days=RECENT_DAYS,
            silence=_first_to_lapse(silences),
            freezes=tuple(each for each in read.freezes if _is_of(each, view)),
            coming=dict(coming),
        )


def _said(cases: Iterable[SignatureCase], days: Sequence[date]) -> list[dict[date, tuple[Finding, ...]]]:
    """Apart from the event loop: the rules of names may have to load dictionaries."""
    return [{day: check_signature(case, day).findings for day in days} for case in cases]


def _first_to_lapse(silences: Iterable[Silence | None]) -> Silence | None:
    return min(filter(None, silences), key=lambda each: each.lapses_on, default=None)


def _is_of(freeze: Freeze, view: SignatureView) -> bool:
    return freeze.account_id == view.standing.account_id and (freeze.kind, freeze.label) in {
        (FrozenKind.SIGNATURE, view.name),
        (FrozenKind.ACCOUNT, ""),
    }


def _arrivals(
    signature_id: int,
    networks: Iterable[NetworkStanding],
    uses: Mapping[tuple[str, str], Millis],
    seen: Mapping[Place, Seen],
    now_ms: Millis,
) -> Iterable[Arrivals]:
    """Of the networks that it was sent to lately, judged as a registration is."""
    since_ms, nothing = now_ms - LATELY_MS, Seen()
    for each in networks:
        senders = [
            sender
            for (network, sender), used in uses.items()
            if (network, used >= since_ms) == (each.network, True)
        ]
        if not senders:
            continue
        tallies = [seen.get((signature_id, each.network, sender), nothing).tally for sender in senders]
        own = Tally(sum(tally.delivered for tally in tallies), sum(tally.total for tally in tallies))
        everybody = seen.get((_ALL, each.network, ""), nothing).tally
        others = Tally(max(0, everybody.delivered - own.delivered), max(0, everybody.total - own.total))
        judged = judge(own, others, DECIDED_BY_MS, told=each.state not in NOT_DONE)
        low = judged.verdict is Verdict.DOUBTFUL
        yield Arrivals(each.network, own.total, own.delivered, judged.baseline, low)


def _days(now_ms: Millis, then_ms: Millis) -> int:
    return max(0, (now_ms - then_ms) // DAY_MS)
