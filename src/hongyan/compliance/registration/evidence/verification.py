"""Verification by evidence, wired: what is counted, what routing may do meanwhile, who judges, and what there is to show."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from hongyan.compliance.registration.evidence.alerts import Alert, Alerts, ClassOf
from hongyan.compliance.registration.evidence.counting import HOUR_MS, EvidenceCounts
from hongyan.compliance.registration.evidence.judging import Apply, Judging
from hongyan.compliance.registration.evidence.ledger import Ledger
from hongyan.compliance.registration.evidence.statistics import JUDGED_AFTER_MS, Judgement, Tally
from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.routing import RegistrationPolicy, Unregistered
from hongyan.compliance.registration.routing.memory import StandingMemory
from hongyan.compliance.registration.states import RegistrationState
from hongyan.kernel.clock import Clock, Millis, moment
from hongyan.storage.port import Store

WITH_EVIDENCE: Final = frozenset(
    {RegistrationState.REGISTERING, RegistrationState.AWAITING, RegistrationState.SUCCESS}
)
"""Where what arrives says something."""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """What is known of one registration. `since_ms`: from when messages count; `so_far`: with those of this hour, which are
    too young to be judged; `needed`: as the judgement's, with those of this hour; `judged_from_ms`: from when something can
    be concluded, None before the first message; `used_ms`: when it was last sent from there; `small_most`: messages of its
    signature to its network in a day, as long as it is not registered there."""

    registration_id: int
    judgement: Judgement
    so_far: Tally
    needed: int | None
    judged_from_ms: Millis | None
    since_ms: Millis
    used_ms: Millis | None
    small_most: int
    alerts: tuple[Alert, ...]

    def facts(self) -> dict[str, Any]:
        """For machines; stable names."""
        return {
            **self.judgement.facts(),
            "delivered_so_far": self.so_far.delivered,
            "sent_so_far": self.so_far.total,
            "needed_so_far": self.needed,
            "judged_from": moment(self.judged_from_ms),
            "since": moment(self.since_ms),
            "last_used": moment(self.used_ms),
            "small_sends_a_day": self.small_most,
            "alerts": [
                {
                    "code": alert.code,
                    "class": alert.code_class,
                    "raised": moment(alert.raised_ms),
                    "seen": moment(alert.seen_ms),
                    **alert.facts,
                }
                for alert in self.alerts
            ],
        }


class Verification:
    """`start` before messages are accepted. `clock`: the business clock. `apply`: `Registrations.apply`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        apply: Apply,
        class_of: ClassOf,
        *,
        networks: Collection[str],
        unregistered: Unregistered,
        most: int,
        sandbox: bool,
    ) -> None:
        self._clock = clock
        self.memory = StandingMemory(store, sandbox=sandbox)
        index = self.memory.index
        self.policy = RegistrationPolicy(
            clock, index, networks=networks, unregistered=unregistered, most=most
        )
        self.counts = EvidenceCounts()
        self.ledger = Ledger(store, clock, self.counts, index.registered_sender)
        self.alerts = Alerts(store)
        self.judging = Judging(clock, self.ledger, index, apply, self.alerts, class_of)

    async def start(self) -> None:
        """Read what was sent and registered before."""
        await self.memory.start()
        self.policy.restore(await self.ledger.sent_today())

    async def count(self) -> None:
        """Store what is counted, for ever."""
        await self.ledger.run(self.judging.touched)

    async def views(self, registrations: Iterable[Registration]) -> dict[int, EvidenceView]:
        """By their ids, of those of which messages say something."""
        return {
            row.id: await self.view(row) for row in registrations if row.id and row.state in WITH_EVIDENCE
        }

    async def view(self, registration: Registration) -> EvidenceView:
        """What there is to show of a registration."""
        place = registration.signature_id, registration.network, registration.sender
        found = await self.judging.evidence(place, registration.state, registration.since_ms)
        so_far = await self.ledger.seen(place, found.since_ms, self._clock.now_ms() + HOUR_MS)
        with_this_hour = self.judging.judged(registration.state, so_far.tally, found.others.tally, None)
        uses = await self.ledger.last_uses(registration.signature_id)
        alerts = await self.alerts.open(registration.signature_id, self._clock.now_ms())
        return EvidenceView(
            registration.id,
            found.judgement,
            so_far.tally,
            with_this_hour.needed,
            None if so_far.first_hour is None else so_far.first_hour * HOUR_MS + JUDGED_AFTER_MS,
            found.since_ms,
            uses.get((registration.network, registration.sender)),
            self.policy.most,
            tuple(each for each in alerts if (each.signature_id, each.network, each.sender) == place),
        )
