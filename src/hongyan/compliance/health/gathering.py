"""Gathers what is known of a signature: from the desks, the rules, the registrations, and what arrives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, Protocol

from hongyan.compliance.freezes import Freezes, FrozenKind
from hongyan.compliance.health.checks import NOT_DONE
from hongyan.compliance.health.facts import Arrivals, HealthFacts
from hongyan.compliance.model import SignatureView
from hongyan.compliance.proofs import Letters, Trademarks
from hongyan.compliance.qualifications import AdministratorTies, Qualifications
from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.registration.evidence.ledger import Place, Seen
from hongyan.compliance.registration.evidence.statistics import DECIDED_BY_MS, Tally, Verdict, judge
from hongyan.compliance.registration.idleness import Silence, silence_of
from hongyan.compliance.registration.roll_up import NetworkStanding
from hongyan.compliance.signatures.judging import SignatureJudge
from hongyan.kernel.clock import DAY_MS, Clock, Millis, beijing
from hongyan.storage.port import Store

LATELY_MS: Final[Millis] = 7 * DAY_MS
"""What "recent delivery" looks at. The seed names no time."""
RECENT_DAYS: Final = 30
"""The n of "not used in the last n days". The seed leaves it open."""


class Arriving(Protocol):
    """What arrives (`registration.evidence.ledger.Ledger`)."""

    async def seen(self, place: Place, since_ms: Millis, until_ms: Millis) -> Seen: ...
    async def seen_by_network(self, network: str, since_ms: Millis, until_ms: Millis) -> Seen: ...
    async def last_uses(self, signature_id: int) -> dict[tuple[str, str], Millis]: ...


class Gathering:
    """`clock`: the business clock."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        qualifications: Qualifications,
        letters: Letters,
        trademarks: Trademarks,
        ties: AdministratorTies,
        judge: SignatureJudge,
        registrations: Registrations,
        freezes: Freezes,
        arriving: Arriving,
    ) -> None:
        self._store = store
        self._clock = clock
        self._qualifications = qualifications
        self._letters = letters
        self._trademarks = trademarks
        self._ties = ties
        self._judge = judge
        self._registrations = registrations
        self._freezes = freezes
        self._arriving = arriving

    async def facts(self, view: SignatureView, on: date | None = None) -> HealthFacts:
        """Of one signature, now; by the rules and validities of another day, if one is named."""
        standing, material = view.standing, view.material
        account_id, now_ms = standing.account_id, self._clock.now_ms()
        today = on or beijing(now_ms).date()
        qualification = await self._qualifications.find(account_id, material.qualification_id)
        ties = await self._ties.of(qualification.id) if qualification else None
        letter = await self._letters.get(account_id, material.letter_id) if material.letter_id else None
        trademark = (
            await self._trademarks.get(account_id, material.trademark_id) if material.trademark_id else None
        )
        networks = (await self._registrations.standing(account_id, view.name)).networks
        uses = await self._arriving.last_uses(standing.id)
        ((changed_ms,),) = await self._store.read("compliance.last_change_of_signature", standing.id)
        begun_ms = standing.decided_ms or standing.created_ms
        return HealthFacts(
            today=today,
            view=view,
            qualification=qualification,
            findings=(await self._judge.report(view, today)).findings,
            letter=letter.material if letter else None,
            trademark=trademark.material if trademark else None,
            enterprises=ties.enterprises if ties else 0,
            networks=networks,
            arrivals=await self._arrivals(standing.id, networks, uses, now_ms),
            idle_days=_days(now_ms, max(uses.values(), default=begun_ms)),
            unchanged_days=_days(now_ms, max(changed_ms or 0, begun_ms)),
            recent_days=RECENT_DAYS,
            silence=await self._silence(standing.id, uses, now_ms),
            freezes=tuple(
                each
                for each in await self._freezes.all(account_id)
                if (each.kind, each.label) in {(FrozenKind.SIGNATURE, view.name), (FrozenKind.ACCOUNT, "")}
            ),
        )

    async def _silence(
        self, signature_id: int, uses: Mapping[tuple[str, str], Millis], now_ms: Millis
    ) -> Silence | None:
        rows = await self._registrations.of_signature(signature_id)
        found = (silence_of(row, uses, now_ms) for row in rows)
        return min(filter(None, found), key=lambda each: each.lapses_on, default=None)

    async def _arrivals(
        self,
        signature_id: int,
        networks: Iterable[NetworkStanding],
        uses: dict[tuple[str, str], Millis],
        now_ms: Millis,
    ) -> tuple[Arrivals, ...]:
        """Of the networks that it was sent to lately, judged as a registration is."""
        since_ms = now_ms - LATELY_MS
        found = []
        for each in networks:
            senders = [
                sender
                for (network, sender), used in uses.items()
                if (network, used >= since_ms) == (each.network, True)
            ]
            if not senders:
                continue
            own = Tally(0, 0)
            for sender in senders:
                seen = await self._arriving.seen((signature_id, each.network, sender), since_ms, now_ms)
                own = Tally(own.delivered + seen.tally.delivered, own.total + seen.tally.total)
            everybody = (await self._arriving.seen_by_network(each.network, since_ms, now_ms)).tally
            others = Tally(max(0, everybody.delivered - own.delivered), max(0, everybody.total - own.total))
            judged = judge(own, others, DECIDED_BY_MS, told=each.state not in NOT_DONE)
            low = judged.verdict is Verdict.DOUBTFUL
            found.append(Arrivals(each.network, own.total, own.delivered, judged.baseline, low))
        return tuple(found)


def _days(now_ms: Millis, then_ms: Millis) -> int:
    return max(0, (now_ms - then_ms) // DAY_MS)
