"""Registrations with carriers, on every engine: every statement of theirs, in one story."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from compliance_material import KEY
from registration_room import CARRIER, NAME, ONE, RegistrationRoom, make_registration_room
from storage_books import Books
from storage_samples import Samples

from hongyan.compliance import CodeSource, Sent
from hongyan.compliance.registration import (
    ReasonCode,
    RegistrarChoice,
    Registration,
    RegistrationEvent,
    RegistrationFilter,
    RegistrationState,
    Told,
)
from hongyan.compliance.registration.deadlines import ENOUGH
from hongyan.compliance.registration.routing.memory import StandingMemory
from hongyan.identity import Statement, commit_change
from hongyan.kernel.clock import DAY_MS

S, E, R = RegistrationState, RegistrationEvent, ReasonCode


@pytest.fixture
async def room(books: Books, make: Samples) -> RegistrationRoom:
    return await make_registration_room(books.store, make.clock, make.ids, digits=4)


async def test_a_registration_from_its_beginning_to_its_end(room: RegistrationRoom) -> None:
    desk, account = room.registrations, room.tenant.account_id
    signature_id = await room.approved()
    (code,) = await room.tenant.compliance.extension_codes.of_signature(signature_id)
    rows = await room.of()
    assert {(row.sender, row.state) for row in rows.values()} == {(f"10690001{code}", S.REGISTERING)}
    assert await desk.is_registering(signature_id)
    assert await desk.at(signature_id, "unicom", f"10690001{code}") == rows["unicom"]
    assert await desk.sharing(rows["mobile"]) == ()
    assert await desk.sharing(replace(rows["mobile"], signature_id=5)) == (NAME,)

    for row in rows.values():
        await room.apply(row, E.FILED, reference="P1", sent={"file": "a.zip"})
    await room.apply(rows["mobile"], E.ACCEPTED)
    await room.apply(rows["telecom"], E.REFUSED, reason=R.OTHERS_ERROR, came_back={"words": "不符"})
    facts = RegistrationFilter(
        account_id=account,
        signature_id=signature_id,
        sign_name=NAME,
        network="telecom",
        sender=f"10690001{code}",
    )
    failed = replace(facts, state=S.FAILED, reason=R.OTHERS_ERROR, registrar="pack")
    for wanted, count in (
        (facts, 1),
        (failed, 1),
        (replace(facts, unfiled=True), 0),
        (RegistrationFilter(), 6),
    ):
        assert (await desk.page(wanted))[0] == count
    assert len((await desk.page(RegistrationFilter(), after=rows["mobile"].id, limit=2))[1]) == 2
    assert (await desk.counts())["telecom", S.FAILED] == 1
    steps = await desk.history(rows["telecom"].id)
    assert [step.event for step in steps] == [E.START, E.FILED, E.REFUSED]
    assert (steps[1].sent, steps[2].came_back) == ({"file": "a.zip"}, {"words": "不符"})
    assert await desk.history(rows["telecom"].id, after=steps[1].id, limit=5) == steps[2:]

    memory = StandingMemory(room.store, sandbox=False)
    await memory.start()
    stand = memory.index.at(signature_id, "mobile", f"10690001{code}")
    assert stand is not None
    assert stand.state is S.AWAITING

    await room.edit_qualification(rows["mobile"].qualification_id or 0)
    assert {row.state for row in (await room.of()).values()} == {S.REGISTERING}
    await memory.catch_up()
    stand = memory.index.at(signature_id, "mobile", f"10690001{code}")
    assert stand is not None
    assert stand.state is S.REGISTERING
    await room.tenant.compliance.extension_codes.release(
        account, NAME, code, by=CodeSource.PLATFORM, actor=KEY
    )
    assert {row.reason for row in await desk.of_signature(signature_id)} == {R.EXT_CODE_RECYCLE}
    deletions = room.tenant.compliance.deletion_memory
    await deletions.start()
    sent = Sent(account, signature_id, NAME, "", 1, "mobile")
    assert deletions.index.bites(sent) is None
    await room.tenant.compliance.signatures.delete(account, NAME, actor=KEY)
    await deletions.catch_up()
    assert deletions.index.bites(sent) == "SIGN_DELETED"
    assert {row.state for row in await desk.of_signature(signature_id)} == {S.NOT_REGISTERED}
    assert (await desk.page(facts))[0] == 0


async def test_of_two_signatures_that_begin_at_one_number_at_once_one_is_not_filed(
    books: Books, make: Samples
) -> None:
    """Both have looked before either stored: whoever stores second looks again. Also when something began there before."""
    room = await make_registration_room(books.store, make.clock, make.ids, channels=())
    desk, account, codes = room.registrations, room.tenant.account_id, room.tenant.compliance.extension_codes
    one = ONE._replace(access_number="10690001")
    room_two = ONE._replace(id=102, name="two", access_number="1069000188")
    names = (NAME, "杭州测算科技")
    for name, code in zip(names, ("8801", "01"), strict=True):
        await room.approved(name)
        await codes.assign(account, name, code, by=CodeSource.PLATFORM, actor=KEY)
    room.channels[:] = [one, room_two]
    looked, sharing = asyncio.Barrier(2), desk.sharing
    waited: list[str] = []

    async def both_look(row: Registration) -> tuple[str, ...]:
        found = await sharing(row)
        if row.sign_name not in waited:
            waited.append(row.sign_name)
            await looked.wait()
        return found

    desk.sharing = both_look  # type: ignore[method-assign]
    for network in ("mobile", "unicom"):
        waited.clear()
        started = await asyncio.gather(
            *(
                desk.start(account, name, networks=(network,), senders=("106900018801",), actor=KEY)  # type: ignore[arg-type]
                for name in names
            )
        )
        assert sorted(row.reason.value for (row,) in started) == ["ONE_CODE_MULTIPLE_SIGN", "REGISTERING"]
        for (row,) in started:
            step = (await desk.history(row.id))[-1]
            assert (step.event is E.NOT_TAKEN) == (row.state is S.FAILED)


async def test_what_is_brought_along_and_what_is_usual(books: Books, make: Samples) -> None:
    room = await make_registration_room(books.store, make.clock, make.ids)
    await room.approved()
    told = Told(at_ms=5, reference="CT-7", registrar="migration")
    account = room.tenant.account_id
    row = await room.registrations.import_filing(
        account, NAME, "telecom", "10690001", actor=CARRIER, told=told
    )
    assert (row.state, row.answered_ms) == (S.AWAITING, 5)
    (view,) = (await room.tenant.compliance.registration_views.page(RegistrationFilter(state=S.AWAITING)))[1]
    assert view.silence is not None
    room.clock.advance(200 * DAY_MS / 1000)
    now_ms = room.clock.now_ms()
    assert [each.id async for each in room.registrations.silent(now_ms - 150 * DAY_MS, account)] == [row.id]
    assert [each.id async for each in room.registrations.silent(now_ms - 201 * DAY_MS)] == []
    used: Statement = ("compliance.use_signatures", (f'[[{row.signature_id},"mobile","1"]]', now_ms), None)
    await commit_change(room.store, [used])
    assert [each.id async for each in room.registrations.silent(now_ms - 150 * DAY_MS)] == []

    room.channels[:] = [
        room.channels[0]._replace(id=200 + n, access_number=f"1069{n:06}") for n in range(ENOUGH)
    ]
    at_ms = room.clock.now_ms()
    for row in await room.registrations.start(account, NAME, networks=("mobile",), actor=KEY):
        await room.apply(row, E.FILED, at_ms=at_ms)
        await room.apply(row, E.ACCEPTED, at_ms=at_ms + 9 * DAY_MS)
    usual = await room.tenant.compliance.registration_views.deadlines.expected("mobile")
    assert usual.samples == ENOUGH


async def test_what_was_filed_with_nobody_is_there_in_the_sandbox_only(books: Books, make: Samples) -> None:
    choice = RegistrarChoice("simulator", simulated=True, at_once=lambda row: row.network == "mobile")
    room = await make_registration_room(books.store, make.clock, make.ids, sandbox=True, registrar=choice)
    signature_id = await room.approved()
    desk = room.registrations
    assert await desk.is_registering(signature_id)
    assert (await desk.page(RegistrationFilter(sign_name=NAME)))[0] == 3
    desk.sandbox = False
    assert not await desk.is_registering(signature_id)
    assert (await desk.page(RegistrationFilter(sign_name=NAME)))[0] == 0
    assert {row.state for row in await desk.of_signature(signature_id)} == {S.NOT_REGISTERED}
