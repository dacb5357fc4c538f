"""What routing remembers of registrations, kept at what the store has."""

from __future__ import annotations

from compliance_material import LI
from in_process_store import InProcessStore
from registration_room import NAME, ONE, make_registration_room

from hongyan.compliance.registration import COUNTED, RegistrarChoice, RegistrationEvent, RegistrationState
from hongyan.compliance.registration.evidence.verification import Verification
from hongyan.compliance.registration.routing import CAPPED, Turn, Unregistered
from hongyan.compliance.registration.routing.memory import StandingMemory
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker

S, E = RegistrationState, RegistrationEvent
SENDER = ONE.access_number


async def test_it_follows_every_change(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> None:
    room = await make_registration_room(store, clock, ids)
    memory = StandingMemory(store, sandbox=False)
    await memory.start()
    signature_id = await room.approved()
    await memory.catch_up()
    known = memory.index.count
    assert {memory.index.at(signature_id, network, SENDER) is None for network in COUNTED} == {False}
    row = (await room.of())["mobile"]
    await room.apply(row, E.FILED)
    await room.apply(row, E.ACCEPTED)
    await memory.settle()
    found = memory.index.at(signature_id, "mobile", SENDER)
    assert found is not None
    assert found.state is S.AWAITING
    await room.tenant.compliance.signatures.delete(room.tenant.account_id, NAME, actor=LI)
    await memory.settle()
    assert memory.index.at(signature_id, "mobile", SENDER) is None
    assert memory.index.count == known - len(COUNTED)


async def test_what_was_filed_with_nobody_counts_in_the_sandbox_only(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    registrar = RegistrarChoice("simulator", simulated=True, at_once=lambda _row: True)
    room = await make_registration_room(store, clock, ids, sandbox=True, registrar=registrar)
    signature_id = await room.approved()
    states = []
    for sandbox in (True, False):
        memory = StandingMemory(store, sandbox=sandbox)
        await memory.start()
        found = memory.index.at(signature_id, "mobile", SENDER)
        assert found is not None
        states.append(found.state)
    assert states == [S.SUCCESS, S.NOT_REGISTERED]


async def test_a_start_brings_back_where_signatures_stand_and_what_was_sent_today(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    room = await make_registration_room(store, clock, ids)
    signature_id = await room.approved()

    def node() -> Verification:
        return Verification(
            *(store, clock, room.registrations.apply, lambda _code: "UNKNOWN"),
            networks=room.registrations.networks,
            unregistered=Unregistered.SMALL,
            most=2,
            sandbox=False,
        )

    first = node()
    await first.start()
    for _ in range(2):
        first.counts.sent(signature_id, "mobile", SENDER, 0, clock.now_ms())
    await first.ledger.flush()
    again = node()
    await again.start()

    assert again.policy.permission(signature_id, 1, SENDER, "mobile", 0) == CAPPED
    other = again.policy.permission(signature_id, 1, SENDER, "unicom", 0)
    assert other is not None
    assert (other.code, other.turn) == ("registering", Turn.LAST)
    view = await again.view((await room.of())["mobile"])
    assert (view.so_far.total, view.judgement.needed, view.small_most) == (2, 6, 2)
    assert view.used_ms == clock.now_ms()
    assert view.facts()["sent_so_far"] == 2
