"""Whole stories with a moved clock: three carriers that treat one signature differently, and half a year of silence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest
from compliance_material import KEY
from in_process_store import InProcessStore
from registration_room import NAME, ONE, RegistrationRoom, make_registration_room

from hongyan.compliance.registration import (
    Inference,
    Network,
    ReasonCode,
    RegistrationEvent,
    RegistrationState,
)
from hongyan.compliance.registration.arriving import MessageArrivals
from hongyan.compliance.registration.evidence.alerts import Alerts
from hongyan.compliance.registration.evidence.counting import EvidenceCounts
from hongyan.compliance.registration.evidence.judging import Judging
from hongyan.compliance.registration.evidence.ledger import Ledger
from hongyan.compliance.registration.routing.memory import StandingMemory
from hongyan.compliance.registration.watch import RegistrationWatch
from hongyan.kernel.clock import ManualClock, beijing
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import ENDED_DELIVERED, Ending

S, E, R = RegistrationState, RegistrationEvent, ReasonCode
DAY = 86_400
ANOTHER = 777
"""A signature whose messages arrive: the carrier works."""


@dataclass
class Server:
    """What runs beside each other in one, as it is after a start."""

    room: RegistrationRoom
    counts: EvidenceCounts = field(default_factory=EvidenceCounts)

    def __post_init__(self) -> None:
        room, desk = self.room, self.room.registrations
        self.ledger = Ledger(room.store, room.clock, self.counts)
        self.memory = StandingMemory(room.store, sandbox=False)
        index, alerts = self.memory.index, Alerts(room.store)
        self.judging = Judging(room.clock, self.ledger, index, desk.apply, alerts, lambda _code: "SIGNATURE")
        views = room.tenant.compliance.registration_views
        self.watch = RegistrationWatch(room.clock, desk, views, MessageArrivals(self.judging))

    def send(self, signature_id: int, network: Network, *, delivered: int, lost: int = 0) -> None:
        for n in range(delivered + lost):
            self.counts.sent(signature_id, network, ONE.access_number, 0, self.room.clock.now_ms())
            if n < delivered:
                message_id = self.room.ids.next()
                ending = (message_id, ENDED_DELIVERED, "DELIVRD", signature_id, network, 0, ONE.access_number)
                self.counts.ended(Ending(*ending))

    async def later(self, days: float) -> None:
        """So much later, after a round of everything."""
        self.room.clock.advance(days * DAY)
        self.judging.touched(await self.ledger.flush())
        await self.memory.start()
        await self.judging.look()
        await self.watch.round()


@pytest.fixture
async def room(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> RegistrationRoom:
    return await make_registration_room(store, clock, ids)


async def _file(room: RegistrationRoom) -> None:
    for row in (await room.of()).values():
        await room.apply(row, E.FILED, reference=f"P1/{row.network}")


async def test_three_carriers_three_fates_and_a_cure(room: RegistrationRoom) -> None:
    signature_id = await room.approved()
    server = Server(room)
    assert beijing(room.clock.now_ms()).date() == date(2026, 5, 29)
    await _file(room)

    await server.later(5)  # Mobile accepts, Telecom refuses, Unicom says nothing
    rows = await room.of()
    await room.apply(rows["mobile"], E.ACCEPTED, came_back={"sheet": "answers.xlsx", "row": 7})
    await room.apply(
        rows["telecom"], E.REFUSED, reason=R.QUALIFICATION_ERROR, came_back={"words": "法人信息不符"}
    )
    for network in ("mobile", "unicom", "telecom"):
        server.send(ANOTHER, network, delivered=300)
    server.send(signature_id, "mobile", delivered=6)
    await server.later(0.1)
    assert (await room.of())["mobile"].state is S.AWAITING

    await server.later(1.1)  # within 24 to 48 hours
    assert (await room.of())["mobile"].state is S.SUCCESS
    standing = await room.registrations.standing(room.tenant.account_id, NAME)
    assert standing.register_result == 1
    assert {each.network: (each.state, each.reasons) for each in standing.networks} == {
        "mobile": (S.SUCCESS, (R.DETECT_SUCCESS,)),
        "unicom": (S.REGISTERING, (R.REGISTERING,)),
        "telecom": (S.FAILED, (R.QUALIFICATION_ERROR,)),
    }

    await server.later(5)  # a few tries with Unicom's phones are lost, those of others arrive
    server.send(ANOTHER, "unicom", delivered=300)
    server.send(signature_id, "unicom", delivered=0, lost=10)
    await server.later(2)
    unicom = (await room.of())["unicom"]
    assert unicom.inferred is Inference.NOTHING, "ten working days have not passed"
    await server.later(4)
    unicom = (await room.of())["unicom"]
    assert (unicom.state, unicom.inferred) == (S.REGISTERING, Inference.REFUSED)
    assert (unicom.because["elapsed"], unicom.because["usual_at_most"]) == (11, 10)
    assert (unicom.because["delivered"], unicom.because["sent"]) == (0, 10)

    with pytest.raises(Refused) as locked:
        await room.edit_signature()
    assert locked.value.code == "signature.locked"
    assert unicom.qualification_id is not None
    await room.edit_qualification(unicom.qualification_id)
    assert {(row.state, row.inferred) for row in (await room.of()).values()} == {
        (S.REGISTERING, Inference.NOTHING)
    }
    await _file(room)
    await server.later(6)
    for row in (await room.of()).values():
        await room.apply(row, E.ACCEPTED)
    for network in ("mobile", "unicom", "telecom"):
        server.send(ANOTHER, network, delivered=300)
        server.send(signature_id, network, delivered=8)
    await server.later(1.1)
    assert {row.state for row in (await room.of()).values()} == {S.SUCCESS}
    telecom = (await room.of())["telecom"]
    assert [step.event for step in await room.registrations.history(telecom.id)] == [
        *(E.START, E.FILED, E.REFUSED),
        *(E.RESTART, E.FILED, E.ACCEPTED, E.VERIFIED),
    ]


async def test_a_carrier_that_never_answers_fails_after_the_time_out_and_counts_when_it_does(
    room: RegistrationRoom,
) -> None:
    await room.approved()
    await _file(room)
    for _ in range(7):
        await Server(room).later(7)  # each week another process
    found = await room.of()
    assert {(row.state, row.reason) for row in found.values()} == {(S.FAILED, R.REGISTER_TIMEOUT)}
    assert (await room.registrations.standing(room.tenant.account_id, NAME)).register_result == 0
    late = await room.apply(found["unicom"], E.ACCEPTED)
    assert late.state is S.AWAITING


async def test_half_a_year_of_silence_and_the_way_back(room: RegistrationRoom) -> None:
    signature_id = await room.approved()
    await _file(room)
    server = Server(room)
    for row in (await room.of()).values():
        await room.apply(row, E.ACCEPTED)
    for network in ("mobile", "unicom", "telecom"):
        server.send(ANOTHER, network, delivered=300)
        server.send(signature_id, network, delivered=8)
    await server.later(1.1)
    assert {row.state for row in (await room.of()).values()} == {S.SUCCESS}

    views = room.tenant.compliance.registration_views
    warnings: list[int] = []
    for _ in range(18):
        server = Server(room)
        await server.later(10)
        (view, *_rest) = await views.matrix(room.tenant.account_id, NAME)
        warnings.append(view.silence.warning if view.silence else -1)
    due = await views.lapsing(room.tenant.account_id)
    assert [(view.registration.network, view.silence and view.silence.here_days) for view in due] == [
        *(("mobile", 180), ("unicom", 180), ("telecom", 180))
    ]
    assert warnings == [*([0] * 11), 120, 120, 120, 150, 150, 170, 170]
    await server.later(10)
    found = await room.of()
    assert {(row.state, row.reason) for row in found.values()} == {(S.LAPSED, R.NO_SEND_RECORD)}
    assert (await room.registrations.standing(room.tenant.account_id, NAME)).register_result == 2

    await room.registrations.start(room.tenant.account_id, NAME, actor=KEY)
    await _file(room)
    for row in (await room.of()).values():
        await room.apply(row, E.ACCEPTED)
    for network in ("mobile", "unicom", "telecom"):
        server.send(ANOTHER, network, delivered=300)
        server.send(signature_id, network, delivered=8)
    await server.later(1.1)
    assert (await room.registrations.standing(room.tenant.account_id, NAME)).register_result == 1
