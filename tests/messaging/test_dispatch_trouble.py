"""Dispatch when the store cannot store, and when nobody ever answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from road_world import CHANNEL, Road
from structlog.testing import capture_logs

from hongyan.messaging import dispatch, outbox, storing
from hongyan.messaging.dispatch import NO_ANSWER, AnswerKind
from hongyan.messaging.doubts import AFTER_A_DEAD_LINK
from hongyan.messaging.outgoing import Part, Said
from hongyan.storage.port import PART_REFUSED, PART_SUBMITTED

PATIENCE = 10.0


@pytest.fixture(autouse=True)
def _tries_often(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (storing, outbox):
        monkeypatch.setattr(module, "AGAIN_AFTER_SECONDS", 0.001)


@pytest.fixture
async def road(tmp_path: Path) -> AsyncIterator[Road]:
    opened = Road(tmp_path)
    await opened.dispatcher.refill(CHANNEL)
    yield opened
    opened.close()


def fill_disk(road: Road) -> None:
    """From now on the database cannot grow."""
    road.store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    road.store.execute("VACUUM")
    road.store.execute("PRAGMA max_page_count = 1")  # SQLite makes it the present size


def make_room(road: Road) -> None:
    road.store.execute("PRAGMA max_page_count = 1000000")


def take(road: Road) -> Part | None:
    return road.dispatcher.next(road.dispatcher.queue(CHANNEL), road.clock.now_ms())


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.001)


def accept(road: Road, part: Part, stored: list[int]) -> None:
    road.dispatcher.answered(
        CHANNEL,
        *part,
        AnswerKind.ACCEPTED,
        Said(carrier_id=f"{part[0].number}-{'x' * 2_000}"),
        lambda: stored.append(part[0].message_id),
    )


async def test_answers_wait_for_room_on_the_disk_and_are_then_stored(road: Road) -> None:
    """Without them, the same texts would go to the same phones again after the next start."""
    ids = [await road.send_one(f"1380000000{n}") for n in range(3)]
    parts = [take(road) for _ in ids]
    fill_disk(road)
    stored: list[int] = []
    with capture_logs() as log:
        for part in parts:
            assert part is not None
            accept(road, part, stored)
        await until(lambda: sum("trying again" in line["event"] for line in log) > 1)
        assert stored == []
        make_room(road)
        await until(lambda: len(stored) == 3)
    assert sorted(stored) == ids
    assert [road.answers(message_id) for message_id in ids] == [[(1, 1, PART_SUBMITTED, "")]] * 3
    assert (road.outbox_rows(), road.dispatcher.backlog, len(road.dispatcher.doubts)) == (0, 0, 0)


async def test_while_too_many_answers_wait_nothing_more_is_submitted(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "MOST_UNSTORED", 2)
    for n in range(4):
        await road.send_one(f"1380000000{n}", template="code", params={"code": "123456"})
    fill_disk(road)
    road.store.hold()
    stored: list[int] = []
    for _ in range(2):
        part = take(road)
        assert part is not None
        accept(road, part, stored)
    monkeypatch.setattr(storing, "AGAIN_AFTER_SECONDS", 0.2)
    road.store.release()
    await road.store.drained()
    assert take(road) is None
    make_room(road)
    await until(lambda: len(stored) == 2)
    assert take(road) is not None


async def test_an_answer_that_can_never_be_stored_is_given_up_in_the_end(road: Road) -> None:
    await road.send_one()
    part = take(road)
    assert part is not None
    fill_disk(road)
    stored: list[int] = []
    accept(road, part, stored)
    road.clock.advance(4 * 86_400)
    await until(lambda: stored)
    assert len(road.dispatcher.doubts) == 0, "its message goes nowhere any more, it has expired"


async def test_recovery_insists_until_the_store_can(road: Road) -> None:
    await road.send_one()
    road.close()
    again = Road(road.folder, road.clock)
    fill_disk(again)
    again.store.execute(
        "CREATE TEMP TRIGGER full BEFORE DELETE ON outbox BEGIN SELECT RAISE(FAIL, 'no'); END"
    )
    with capture_logs() as log:
        refilling = asyncio.ensure_future(again.dispatcher.refill(CHANNEL))
        await until(lambda: sum("trying again" in line["event"] for line in log) > 1)
        again.store.execute("DROP TRIGGER full")
        make_room(again)
        await refilling
    assert take(again) is not None
    again.close()


async def test_a_part_that_nobody_answers_gives_way_to_others_and_fails_in_the_end(road: Road) -> None:
    poison = await road.send_one("13800000001")
    part = take(road)
    assert part is not None
    at_once = [wait for wait in AFTER_A_DEAD_LINK if not wait]
    for _ in at_once:
        road.dispatcher.lost(CHANNEL, [part])
        assert take(road) == part, "at once"
    other = await road.send_one("13800000002")
    for wait in AFTER_A_DEAD_LINK[len(at_once) :]:
        road.dispatcher.lost(CHANNEL, [part])
        following = take(road)
        assert following is None or following[0].message_id == other, "it stands aside"
        road.clock.advance(wait + 0.1)
        assert take(road) == part
    road.dispatcher.lost(CHANNEL, [part])
    await road.store.drained()
    submits = 1 + len(AFTER_A_DEAD_LINK)
    assert (road.state(poison), road.stored(poison, "receipt_code")) == ("failed", NO_ANSWER)
    assert road.answers(poison) == [(1, submits + 1, PART_REFUSED, NO_ANSWER)]
    assert road.stored(poison, "uncertain") == submits, "the handset may have as many copies"
    assert (await road.usage())["held"] == road.stored(other, "price")
    assert len(road.dispatcher.doubts) == 0
