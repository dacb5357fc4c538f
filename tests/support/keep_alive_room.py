"""What keeps registrations alive in a server, with carriers that deliver everything."""

from __future__ import annotations

from dataclasses import dataclass, field

from registration_room import NAME, ONE, RegistrationRoom, make_registration_room

from hongyan.compliance.registration import RegistrationEvent, RegistrationState
from hongyan.compliance.registration.arriving import MessageArrivals
from hongyan.compliance.registration.evidence.alerts import Alerts
from hongyan.compliance.registration.evidence.counting import EvidenceCounts
from hongyan.compliance.registration.evidence.judging import Judging
from hongyan.compliance.registration.evidence.ledger import Ledger
from hongyan.compliance.registration.evidence.trials import Trial, Trials
from hongyan.compliance.registration.keeping import Arrangement, KeepAlive
from hongyan.compliance.registration.keeping.drafting import Drafting
from hongyan.compliance.registration.routing.memory import StandingMemory
from hongyan.compliance.registration.watch import RegistrationWatch
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker
from hongyan.kernel.numbers import parse_number
from hongyan.storage.port import ENDED_DELIVERED, Ending, Store

E = RegistrationEvent
DAY = 86_400
NETWORKS = ("mobile", "unicom", "telecom")
ANOTHER = 777
"""A signature whose messages arrive: the carriers work."""
PRICE = 450


@dataclass
class Server:
    """What keeps registrations alive in a server, with a carrier that delivers everything."""

    room: RegistrationRoom
    canaries: tuple[str, ...] = ()
    sent: list[Trial] = field(default_factory=list)
    refuse: str = ""

    def __post_init__(self) -> None:
        room, self.counts = self.room, EvidenceCounts()
        desk, compliance = room.registrations, room.tenant.compliance
        self.ledger = Ledger(room.store, room.clock, self.counts)
        self.memory = StandingMemory(room.store, sandbox=False)
        index, alerts = self.memory.index, Alerts(room.store)
        self.judging = Judging(room.clock, self.ledger, index, desk.apply, alerts, lambda _code: "SIGNATURE")
        self.views = compliance.registration_views
        self.watch = RegistrationWatch(room.clock, desk, self.views, MessageArrivals(self.judging))
        road = {"signature": compliance.signature, "template": compliance.template}
        self.trials = Trials(
            *(room.store, room.clock, room.ids),
            **road,
            network_of=network_of,
            send=self.send,
            canaries=self.canaries,
        )
        drafting = Drafting(
            *(room.clock, desk, self.views, self.trials),
            **road,
            network_of=network_of,
            cost=lambda _template, _name, _params: (1, PRICE),
            canaries=self.canaries,
        )
        self.keep = KeepAlive(
            *(room.store, room.clock, desk, self.trials, drafting, room.identity),
            network_of=network_of,
            last_uses=self.ledger.last_uses,
        )

    async def send(self, trial: Trial) -> int:
        if self.refuse:
            raise Refused(self.refuse, en="no", zh="否")
        self.sent.append(trial)
        self.arrive(trial.signature_id, trial.network)
        return self.room.ids.next()

    def arrive(self, signature_id: int, network: str, times: int = 1) -> None:
        for _ in range(times):
            self.counts.sent(signature_id, network, ONE.access_number, 0, self.room.clock.now_ms())
            message_id = self.room.ids.next()
            ending = message_id, ENDED_DELIVERED, "DELIVRD", signature_id, network, 0, ONE.access_number
            self.counts.ended(Ending(*ending))

    async def round(self) -> None:
        """What a running server does from time to time."""
        await self.keep.carry_on()
        await self.trials.send_due()
        self.judging.touched(await self.ledger.flush())
        await self.memory.start()
        await self.judging.look()
        await self.watch.round()
        await self.room.tenant.compliance.health.look()

    async def later(self, days: float = 0, hours: float = 0) -> None:
        self.room.clock.advance(days * DAY + hours * 3_600)
        await self.round()

    async def states(self) -> set[RegistrationState]:
        return {row.state for row in (await self.room.of()).values()}

    async def warning(self) -> int:
        (view, *_) = await self.views.matrix(self.room.tenant.account_id, NAME)
        return view.silence.warning if view.silence else -1


async def network_of(written: str) -> tuple[str, str | None]:
    number = parse_number(written)
    return number.e164, number.carrier


async def make_server(store: Store, clock: ManualClock, ids: IdMaker) -> Server:
    """Registered everywhere, and sent to everywhere on 2026-05-29."""
    room = await make_registration_room(store, clock, ids)
    signature_id = await room.approved()
    await room.tenant.template()
    await room.tenant.approve_open()
    made = Server(room)
    for row in (await room.of()).values():
        await room.apply(row, E.FILED)
        await room.apply(row, E.ACCEPTED)
    for network in NETWORKS:
        made.arrive(ANOTHER, network, 300)
        made.arrive(signature_id, network, 8)
    await made.round()
    await made.later(1.1)
    assert await made.states() == {RegistrationState.SUCCESS}
    return made


async def arrangement(server: Server, *phones: str, **others: object) -> Arrangement:
    tenant = server.room.tenant
    (template,) = (await tenant.compliance.templates.page(tenant.account_id, limit=1, offset=0))[1]
    values: dict[str, object] = {"sign_name": "", "params": {}} | others
    return Arrangement(tenant.account_id, phones=phones, template_code=template.standing.label, **values)  # type: ignore[arg-type]
