"""What arrives moves registrations: verified, doubted, reassured; codes that pile up raise an alert once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from in_process_store import InProcessStore
from registration_room import NAME, ONE, RegistrationRoom, make_registration_room

from hongyan.compliance.registration import Network, RegistrationEvent, RegistrationState
from hongyan.compliance.registration.evidence.alerts import OPEN_MS, Alerts
from hongyan.compliance.registration.evidence.counting import EvidenceCounts
from hongyan.compliance.registration.evidence.judging import JUDGE, Judging
from hongyan.compliance.registration.evidence.ledger import Ledger
from hongyan.compliance.registration.routing.memory import StandingMemory
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import ENDED_DELIVERED, ENDED_FAILED, Ending

S, E = RegistrationState, RegistrationEvent
HOUR = 3_600
CLASSES = {"PORT_NOT_REGISTERED": "SIGNATURE", "MK:0001": "EMPTY_NUMBER"}


@dataclass
class World:
    """A room whose signature every carrier has accepted, and its traffic."""

    room: RegistrationRoom
    clock: ManualClock
    ids: IdMaker
    store: InProcessStore
    signature_id: int = 0

    async def open(self) -> World:
        self.signature_id = await self.room.approved()
        for row in (await self.room.of()).values():
            await self.room.apply(row, E.FILED)
            await self.room.apply(row, E.ACCEPTED)
        await self.start()
        return self

    async def start(self) -> None:
        """As after a restart: nothing is remembered."""
        self.counts = EvidenceCounts()
        self.ledger = Ledger(self.store, self.clock, self.counts)
        self.memory = StandingMemory(self.store, sandbox=False)
        self.alerts = Alerts(self.store)
        self.judging = Judging(
            self.clock,
            self.ledger,
            self.memory.index,
            self.room.registrations.apply,
            self.alerts,
            lambda code: CLASSES.get(code, "UNKNOWN"),
        )
        await self.memory.start()

    def send(
        self,
        network: Network,
        *,
        delivered: int = 0,
        failed: int = 0,
        silent: int = 0,
        code: str = "UNDELIV",
        signature_id: int = 0,
    ) -> None:
        signature_id = signature_id or self.signature_id
        outcomes: Sequence[int | None] = (
            [ENDED_DELIVERED] * delivered + [ENDED_FAILED] * failed + [None] * silent
        )
        for outcome in outcomes:
            self.counts.sent(signature_id, network, ONE.access_number, 0, self.clock.now_ms())
            if outcome is not None:
                self.counts.ended(
                    Ending(
                        self.ids.next(),
                        outcome,
                        code if outcome == ENDED_FAILED else "DELIVRD",
                        signature_id,
                        network,
                        0,
                        ONE.access_number,
                    )
                )

    async def look(self, hours: float = 0) -> dict[Network, tuple[RegistrationState, bool]]:
        """Later, after a round: where it stands, and whether that is doubted."""
        self.clock.advance(hours * HOUR)
        self.judging.touched(await self.ledger.flush())
        await self.judging.look()
        await self.memory.catch_up()
        return {network: (row.state, row.doubt) for network, row in (await self.room.of()).items()}


@pytest.fixture
async def world(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> World:
    return await World(await make_registration_room(store, clock, ids), clock, ids, store).open()


AWAITING, DOUBTED, SUCCESS = (S.AWAITING, False), (S.AWAITING, True), (S.SUCCESS, False)


async def test_carriers_are_judged_one_by_one_after_a_day(world: World) -> None:
    world.send("mobile", delivered=4)
    world.send("unicom", silent=6)
    world.send("telecom", delivered=1, failed=7)
    assert set((await world.look(2)).values()) == {AWAITING}
    assert await world.look(23) == {"mobile": SUCCESS, "unicom": DOUBTED, "telecom": DOUBTED}

    row = (await world.room.of())["mobile"]
    steps = await world.room.registrations.history(row.id)
    assert (steps[-1].event, steps[-1].actor) == (E.VERIFIED, JUDGE.name)
    assert (steps[-1].came_back["delivered"], steps[-1].came_back["sent"]) == (4, 4)
    doubted = (await world.room.of())["unicom"]
    assert (doubted.because["verdict"], doubted.because["sent"]) == ("doubtful", 6)
    assert (world.judging.verified, world.judging.doubted) == (1, 2)


async def test_a_verdict_comes_once(world: World) -> None:
    world.send("unicom", silent=6)
    await world.look(25)
    steps = len(await world.room.registrations.history((await world.room.of())["unicom"].id))
    await world.look(3)
    assert len(await world.room.registrations.history((await world.room.of())["unicom"].id)) == steps


async def test_more_deliveries_clear_a_doubt(world: World) -> None:
    world.send("mobile", silent=5)
    assert (await world.look(25))["mobile"] == DOUBTED
    world.send("mobile", delivered=60)
    assert (await world.look(2))["mobile"] == SUCCESS


async def test_a_restart_loses_nothing_that_was_stored(world: World) -> None:
    world.send("mobile", delivered=3)
    await world.look(12)
    await world.start()
    assert (await world.look(13))["mobile"] == SUCCESS


async def test_nothing_sent_is_waited_for_for_ever(world: World) -> None:
    for _ in range(3):
        assert set((await world.look(100)).values()) == {AWAITING}


async def test_what_succeeded_is_watched_and_reassured(world: World) -> None:
    world.send("mobile", delivered=4)
    await world.look(25)
    world.clock.advance(72 * HOUR)
    world.send("mobile", failed=9)
    assert (await world.look(25))["mobile"] == (S.SUCCESS, True)
    world.clock.advance(72 * HOUR)
    world.send("mobile", delivered=30)
    assert (await world.look(25))["mobile"] == SUCCESS


async def test_a_carrier_in_trouble_makes_no_doubts(world: World) -> None:
    world.send("mobile", silent=400, delivered=100, signature_id=99)
    world.send("mobile", silent=6)
    assert (await world.look(25))["mobile"] == AWAITING


async def test_a_code_that_piles_up_raises_one_alert(world: World) -> None:
    world.send("telecom", delivered=500, failed=5, signature_id=99)
    world.send("telecom", delivered=1, failed=8)
    await world.look(2)
    await world.look(2)
    (alert,) = await world.alerts.open(world.signature_id, world.clock.now_ms())
    assert (alert.code, alert.code_class, alert.network) == ("UNDELIV", "UNKNOWN", "telecom")
    assert alert.facts["times"] == 8
    assert alert.seen_ms > alert.raised_ms
    assert world.alerts.raised == 1

    world.clock.advance(OPEN_MS / 1000 + 1)
    assert await world.alerts.open(0, world.clock.now_ms()) == []


async def test_a_code_that_says_it_needs_no_comparison_and_one_about_recipients_says_nothing(
    world: World,
) -> None:
    world.send("mobile", delivered=40, failed=2, code="PORT_NOT_REGISTERED")
    world.send("unicom", failed=9, code="MK:0001")
    await world.look(2)
    found = await world.alerts.open(world.signature_id, world.clock.now_ms())
    assert [alert.code for alert in found] == ["PORT_NOT_REGISTERED"]


async def test_what_was_sent_before_the_carrier_accepted_is_no_evidence(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    room = await make_registration_room(store, clock, ids)
    world = World(room, clock, ids, store)
    world.signature_id = await room.approved()
    await world.start()
    world.send("mobile", silent=9)
    clock.advance(30 * HOUR)
    for row in (await room.of()).values():
        await room.apply(row, E.FILED)
        await room.apply(row, E.ACCEPTED)
    await world.memory.catch_up()
    assert (await world.look(25))["mobile"] == AWAITING
    assert (await room.registrations.standing(room.tenant.account_id, NAME)).networks
