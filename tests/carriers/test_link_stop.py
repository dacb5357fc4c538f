"""The end of a link: what was submitted is waited for, what is left is told, and nothing hangs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from link_world import LinkWorld
from road_world import Road
from scripted_carrier import number_of

from hongyan.carriers import link as link_module
from hongyan.carriers.link import LinkState
from hongyan.storage.port import PART_SUBMITTED


@pytest.fixture(autouse=True)
def _short_drain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "DRAIN_WITHIN", 0.3)


async def test_a_stop_waits_for_open_answers_and_leaves_politely(world: LinkWorld) -> None:
    carrier = await world.start(window=1)
    answered, waiting = await world.road.send_one(), await world.road.send_one("13800000001")
    submit = await carrier.next_submit()
    stopping = asyncio.ensure_future(world.stopped())
    assert await carrier.settled() == 0
    assert not carrier.unbound
    carrier.accept(submit, "c-1")
    assert await stopping, "a clean stop"
    assert carrier.unbound
    assert world.road.answers(answered) == [(1, 1, PART_SUBMITTED, "")]
    assert carrier.submits == [], "nothing new was submitted meanwhile"
    assert (world.road.answers(waiting), world.road.outbox_rows()) == ([], 1)
    assert world.link.state is LinkState.STOPPED


async def test_a_stop_waits_until_answers_and_receipts_are_stored(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    submit = await carrier.next_submit()
    world.road.store.hold()
    carrier.accept(submit, "c-1")
    token = carrier.receipt("c-1")
    await carrier.settled()
    stopping = asyncio.ensure_future(world.stopped())
    await world.turns(20)
    assert not stopping.done()
    world.road.store.release()
    assert await stopping
    assert await carrier.answer_to(token) == 0
    assert world.road.state(message_id) == "delivered"


async def test_a_stop_without_open_answers_is_quick(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "DRAIN_WITHIN", 3_600)
    await world.start()
    assert await world.stopped()


async def test_a_stop_tells_of_what_the_carrier_does_not_answer(world: LinkWorld) -> None:
    carrier = await world.start()
    await world.road.send_one()
    await carrier.next_submit()
    assert not await world.stopped()
    assert carrier.unbound


async def test_so_it_does_when_the_carrier_dies_during_the_stop(world: LinkWorld) -> None:
    carrier = await world.start()
    await world.road.send_one()
    await carrier.next_submit()
    stopping = asyncio.ensure_future(world.stopped())
    await world.turns(5)
    carrier.cut()
    assert not await stopping, "the carrier may have what it did not answer"


async def test_a_stop_while_the_link_is_down_tells_of_what_it_never_answered(world: LinkWorld) -> None:
    carrier = await world.start()
    await world.road.send_one()
    await carrier.next_submit()
    world.carrier.stop_listening()
    carrier.cut()
    await world.until(lambda: world.link.state is not LinkState.BOUND, "the link is down")
    assert not await world.stopped()


async def test_a_stop_while_the_link_is_down_is_clean_when_nothing_was_submitted(world: LinkWorld) -> None:
    carrier = await world.start()
    world.carrier.stop_listening()
    carrier.cut()
    await world.until(lambda: world.said("carrier link is down"), "the link is down")
    await world.road.send_one()
    assert await world.stopped()


async def test_a_loss_that_was_answered_later_leaves_a_clean_stop(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    await carrier.next_submit()
    carrier.cut()
    again = await world.bound()
    again.accept(await again.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    assert await world.stopped()


async def test_a_carrier_that_keeps_the_connection_after_unbind_holds_nobody_up(world: LinkWorld) -> None:
    world.carrier.closes_after_unbind = False
    carrier = await world.start()
    assert await world.stopped()
    await carrier.ended()


async def test_a_carrier_that_ignores_the_unbind_holds_nobody_up(world: LinkWorld) -> None:
    carrier = await world.start()
    carrier.deaf = True
    assert await world.stopped()
    await carrier.ended()


@pytest.mark.parametrize("turns", range(24))
async def test_a_stop_ends_however_early_it_comes(world: LinkWorld, turns: int) -> None:
    """Before the first look into the outbox, while connecting, while binding, ..."""
    world.run()
    for _ in range(turns):
        await asyncio.sleep(0)
    assert await world.stopped()


async def test_a_stop_before_the_bind_is_answered_ends(world: LinkWorld) -> None:
    world.carrier.ignore_binds = True
    world.run()
    await world.until(lambda: world.carrier.connections and world.carrier.connections[0].bind, "a bind came")
    assert await world.stopped()


async def test_the_next_start_submits_again_what_was_not_answered_and_counts_nothing_else(
    world: LinkWorld, tmp_path: Path
) -> None:
    carrier = await world.start(window=1)
    message_id, never = await world.road.send_one(), await world.road.send_one("13800000001")
    await carrier.next_submit()
    assert not await world.stopped()
    world.road.close()

    world.road = Road(tmp_path, world.road.clock)
    again = await world.start()
    for submit in await again.next_submits(2):
        again.accept(submit, f"c-{number_of(submit)}")
    await world.until(lambda: not world.road.dispatcher.backlog, "both answers are stored")
    assert world.road.answers(message_id) == [(1, 2, PART_SUBMITTED, "")]
    assert world.road.answers(never) == [(1, 1, PART_SUBMITTED, "")]
    assert [world.road.stored(each, "uncertain") for each in (message_id, never)] == [1, 0]
