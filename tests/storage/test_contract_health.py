"""Health of signatures and freezes, on every engine: every statement of theirs, in one story."""

from __future__ import annotations

import pytest
from compliance_material import KEY, TRADEMARK
from registration_room import NAME, RegistrationRoom, make_registration_room
from storage_books import Books
from storage_samples import Samples

from hongyan.compliance import SignSource
from hongyan.compliance.freezes import FrozenBy, FrozenKind
from hongyan.compliance.health import Health, Usability
from hongyan.compliance.health.editions import Edition
from hongyan.compliance.health.switching import ON_ACCEPT, ahead_changes
from hongyan.compliance.health.turns import LIVES_MS, Turn
from hongyan.identity import Actor, commit_change

OPERATOR = Actor("cli:test")


@pytest.fixture
async def room(books: Books, make: Samples) -> RegistrationRoom:
    return await make_registration_room(books.store, make.clock, make.ids)


async def test_health_is_noticed_kept_and_forgotten(room: RegistrationRoom) -> None:
    tenant, account = room.tenant, room.tenant.account_id
    health: Health = tenant.compliance.health
    await room.approved()
    await tenant.lent_signature("杭州云雁")
    mark = await tenant.compliance.trademarks.create(account, TRADEMARK, actor=KEY)
    number = (await tenant.compliance.signatures.get(account, NAME)).material.qualification_id
    await tenant.signature("云雁", number or 0, source=SignSource.TRADEMARK, trademark_id=mark)
    await tenant.approve_open()
    assert await health.whole_round() == 4, "and the complimentary one"
    assert health.counts["registration_incomplete"] == 4
    total, page = await health.page(account, limit=3, offset=1)
    assert (total, len(page)) == (4, 3)
    assert {each.usability for each in page} == {Usability.ABNORMAL}

    freezes = tenant.compliance.freezes
    one = {"by": FrozenBy.PLATFORM, "actor": OPERATOR}
    first, _ = await freezes.freeze(FrozenKind.SIGNATURE, account, NAME, because="投诉", **one)  # type: ignore[arg-type]
    room.clock.advance(60)
    again, already = await freezes.freeze(FrozenKind.SIGNATURE, account, NAME, because="整改", **one)  # type: ignore[arg-type]
    assert (again.since_ms, again.because, already) == (first.since_ms, "整改", True)
    assert await freezes.all(account) == await freezes.among([account, 5]) == [again]
    await health.look()
    found = [each async for each in health.checkups(account, "frozen_by_platform")]
    assert [(each.signature.name, each.held[0].since_ms) for each in found] == [(NAME, room.clock.now_ms())]

    await freezes.lift(FrozenKind.SIGNATURE, account, NAME, **one)  # type: ignore[arg-type]
    await room.edit_qualification(number or 0)
    await health.look()
    assert [each async for each in health.checkups(reason="frozen_by_platform")] == []
    assert [name async for (_, _, name), _ in health.impact(tenant.compliance.signature_judge.today)] == []


async def test_rules_to_come_are_stored_until_they_are_accepted(room: RegistrationRoom) -> None:
    health: Health = room.tenant.compliance.health
    switching, account = health.switching, room.tenant.account_id
    signature_id = await room.approved()
    await health.look()
    before = await switching.in_force()
    assert before is not None
    assert before.number == health.edition.number
    statements = ahead_changes(
        {}, {signature_id: {(ON_ACCEPT, "unused_long"), ("2027-01-01", "name_mismatch")}}
    )
    await commit_change(room.store, statements)
    await commit_change(room.store, statements)
    assert await switching.counts() == {(ON_ACCEPT, "unused_long"): 1, ("2027-01-01", "name_mismatch"): 1}
    ((called, coming),) = [each async for each in health.ahead(account)]
    assert (called.name, [(each.reason.id, each.day is None) for each in coming]) == (
        NAME,
        [("unused_long", True), ("name_mismatch", False)],
    )
    assert [each async for each in health.ahead(account, after=signature_id)] == []

    newer = Edition({**before.rows, "networks": "mobile"})
    await switching.tried(newer, ("networks",), 1)
    accepted = await switching.accept(newer.number, OPERATOR)
    assert (accepted.signatures, await switching.waiting()) == (1, None)
    assert await switching.ahead([signature_id]) == {signature_id: {("2027-01-01", "name_mismatch")}}
    await health.look()
    assert await switching.ahead([signature_id]) == {}, "no rule says so"


async def test_a_turn_is_one_nodes_until_it_ends(room: RegistrationRoom) -> None:
    one, other = (Turn(room.store, room.clock, "health_turn") for _ in range(2))
    assert await one.take()
    assert await one.take()
    assert not await other.take()
    room.clock.advance(LIVES_MS / 1000 + 1)
    assert await other.take()
    assert not await one.take()
    room.clock.advance(-LIVES_MS / 1000 * 2)  # the sandbox's day is set back
    assert await one.take()
    await commit_change(room.store, [one.end()])
    assert await other.take()
