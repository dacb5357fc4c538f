"""Plans of waves, on every engine: every statement of theirs, in one story."""

from __future__ import annotations

from compliance_material import LI
from registration_room import ONE, make_registration_room
from storage_books import Books
from storage_samples import Samples

from hongyan.compliance.registration import RegistrationEvent, RegistrationFilter, RegistrationState
from hongyan.compliance.registration.waves import ItemState, PlanEvent, PlanState, Waves
from hongyan.identity import commit_change


async def test_a_plan_from_its_beginning_to_its_end(books: Books, make: Samples) -> None:
    room = await make_registration_room(books.store, make.clock, make.ids, channels=(), digits=4)
    await room.approved()
    room.channels.append(ONE)
    waves = Waves(books.store, room.clock, room.registrations, room.identity)
    items = (await waves.draft(["mobile", "unicom"], 2)).items
    plan = await waves.plan(items, 2, 7, LI)
    assert await waves.get(plan.id) == plan
    assert await waves.items(plan.id) == items
    second = await waves.plan(items, 2, 7, LI)
    assert [each.id for each in await waves.plans()] == [second.id, plan.id]

    await waves.move(plan.id, PlanEvent.START, LI)
    for _ in range(4):
        await waves.carry_on()
    assert (await waves.counts(plan.id))[1] == {ItemState.STARTED: 2}
    assert (await waves.get(plan.id)).wave == 1
    async for row in room.registrations.all(RegistrationFilter(state=RegistrationState.REGISTERING)):
        await room.apply(row, RegistrationEvent.FILED)
        await room.apply(row, RegistrationEvent.ACCEPTED)
    for _ in range(4):
        await waves.carry_on()
    done = await waves.get(plan.id)
    assert (done.state, done.wave) == (PlanState.DONE, 2)
    assert {each.state for each in await waves.items(plan.id)} == {ItemState.STARTED}


async def test_what_waits_for_a_registrar_is_found_behind_a_number(books: Books, make: Samples) -> None:
    room = await make_registration_room(books.store, make.clock, make.ids)
    await room.approved()
    ids = [row.id async for row in room.registrations.all(RegistrationFilter(unfiled=True))]
    read = books.store.read
    assert [row[0] for row in await read("compliance.unfiled_registrations", "pack", 0, 100)] == ids
    assert await read("compliance.unfiled_registrations", "pack", ids[1], 1) == [(ids[2],)]
    assert await read("compliance.unfiled_registrations", "http", 0, 100) == []


async def test_packs_that_were_taken_are_known(books: Books, make: Samples) -> None:
    filings = '[[7,"HY7-1"]]'
    for reference, made_ms in (("a", 1), ("b", 2), ("c", 2), ("a", 3)):
        row = (reference, "mobile", made_ms, "cli:li", 0, filings)
        await commit_change(books.store, [("compliance.add_filing_pack", row, None)])
    read = books.store.read
    assert await read("compliance.filing_pack", "a") == [("a", "mobile", 1, "cli:li", 0, filings)]
    assert [row[0] for row in await read("compliance.filing_packs", 2**62, "", 2)] == ["c", "b"]
    assert [row[0] for row in await read("compliance.filing_packs", 2, "b", 2)] == ["a"]
