"""Keeping registrations alive, on every engine: every statement of it, in one story."""

from __future__ import annotations

from compliance_material import LI
from keep_alive_room import arrangement, make_server
from storage_books import Books
from storage_samples import Samples

from hongyan.compliance.registration.keeping import KeepEvent, KeepState, Outcome


async def test_arrangements_and_plans_from_their_beginning_to_their_end(books: Books, make: Samples) -> None:
    server = await make_server(books.store, make.clock, make.ids)
    stored = await server.keep.arrange(await arrangement(server, "13800138000", "13012345678"), LI)
    assert await server.keep.book.arrangements(stored.account_id) == [stored]
    assert await server.keep.book.arrangements(1) == []
    await server.later(160)
    (plan,) = await server.keep.start(await server.keep.draft(), LI)
    assert [item.number for item in await server.keep.book.waiting()] == ["8613800138000", "8613012345678"]
    assert (await server.keep.move(plan.id, KeepEvent.PAUSE, LI)).state is KeepState.PAUSED
    await server.keep.move(plan.id, KeepEvent.RESUME, LI)
    await server.later(1)
    assert {view.outcome for view in await server.keep.book.items(plan.id)} == {Outcome.KEPT}
    assert [each.state for each in await server.keep.book.plans(stored.account_id)] == [KeepState.DONE]

    await server.keep.arrange(await arrangement(server, "13800138000", automatic=True, after_days=30), LI)
    await server.later(40.2)  # past eight in the morning
    (automatic, _) = await server.keep.book.plans()
    assert automatic.actor == "keep-alive"
    assert (await server.keep.move(automatic.id, KeepEvent.CANCEL, LI)).waiting == 0
    await server.keep.carry_on()
    assert len(await server.keep.book.plans()) == 2, "looked at once a day"
    await server.keep.forget(stored.account_id, "", LI)
    assert await server.keep.book.arrangements() == []
