"""Receipts that never come are noticed once, in bounded rounds, whatever happens in between."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest
from road_world import CHANNEL, NUMBER, Road

from hongyan.apis.aliyun.actions.sending import _detail
from hongyan.kernel.clock import DAY_MS
from hongyan.messaging import overdue
from hongyan.messaging.dispatch import AnswerKind
from hongyan.messaging.outgoing import Said
from hongyan.messaging.overdue import LOOKS, Overdue, Wait, wait_at
from hongyan.messaging.service import Messaging
from hongyan.storage.port import RECEIPT_LATE

PATIENCE = 10.0
HOUR = 3_600
WAIT = 72 * HOUR
FIRST_LOOK, LAST_LOOK = (longer_ms / 1000 for _, longer_ms in LOOKS)


async def taken(road: Road, number: str = NUMBER, *, after_seconds: float = 0, **others: str) -> int:
    """A message that the carrier takes, so long after it was accepted."""
    message_id = await road.send_one(number, **others)
    road.clock.advance(after_seconds)
    await road.dispatcher.refill(CHANNEL)
    queue = road.dispatcher.queue(CHANNEL)
    while (part := road.dispatcher.next(queue, road.clock.now_ms())) is not None:
        stored = asyncio.Event()
        road.dispatcher.answered(
            CHANNEL, *part, AnswerKind.ACCEPTED, Said(carrier_id=f"{part[0].number}-{part[1]}"), stored.set
        )
        async with asyncio.timeout(PATIENCE):
            await stored.wait()
    return message_id


async def receipt(road: Road, carrier_id: str, *, delivered: bool) -> None:
    came = asyncio.Event()
    road.receipts.came(
        CHANNEL,
        carrier_id,
        delivered=delivered,
        code="DELIVRD" if delivered else "UNDELIV",
        at_ms=None,
        stored=lambda _stored: came.set(),
    )
    async with asyncio.timeout(PATIENCE):
        await came.wait()


async def test_a_message_without_a_receipt_ends_when_72_hours_are_over(road: Road) -> None:
    message_id = await taken(road)
    road.clock.advance(WAIT + FIRST_LOOK - 1)
    await road.overdue.look()
    assert road.state(message_id) == "accepted"
    road.clock.advance(2)
    await road.overdue.look()
    assert (road.state(message_id), road.stored(message_id, "receipt_code")) == ("no_receipt", "NO_RECEIPT")
    assert road.overdue.ended == 1
    usage = await road.usage()
    assert (usage["held"], usage["charged"]) == (0, road.stored(message_id, "price"))


async def test_the_vendors_query_shows_it_as_failed_with_a_code_of_its_own(road: Road) -> None:
    message_id = await taken(road)
    road.clock.advance(WAIT + FIRST_LOOK + 1)
    await road.overdue.look()
    view = await road.messaging.message(message_id)
    assert view is not None
    assert (_detail(view)["SendStatus"], _detail(view)["ErrCode"]) == (2, "NO_RECEIPT")


async def test_a_receipt_that_comes_after_all_corrects_it(road: Road) -> None:
    delivered, failed = await taken(road, "13800000001"), await taken(road, "13800000002")
    road.clock.advance(WAIT + FIRST_LOOK + 1)
    await road.overdue.look()
    road.clock.advance(2 * 24 * HOUR)
    await receipt(road, "8613800000001-1", delivered=True)
    await receipt(road, "8613800000002-1", delivered=False)
    assert [road.state(delivered), road.state(failed)] == ["delivered", "failed"]
    assert road.counted.receipts == {RECEIPT_LATE: 2}
    usage = await road.usage()
    assert (usage["delivered"], usage["failed"]) == (1, 1)
    assert (usage["held"], usage["charged"]) == (0, road.stored(delivered, "price"))
    await road.overdue.look()
    assert [road.state(delivered), road.state(failed)] == ["delivered", "failed"]


async def test_what_was_taken_late_has_its_time_too(road: Road) -> None:
    message_id = await taken(road, after_seconds=40 * HOUR)
    road.clock.advance(WAIT - 1)
    await road.overdue.look()
    assert road.state(message_id) == "accepted"
    road.clock.advance(LAST_LOOK - 40 * HOUR + 2)
    await road.overdue.look()
    assert road.state(message_id) == "no_receipt"


async def test_what_waits_for_a_carrier_does_not_end_so(road: Road) -> None:
    message_id = await road.send_one()
    road.clock.advance(WAIT + LAST_LOOK + 1)
    await road.overdue.look()
    assert road.state(message_id) == "accepted"


async def test_each_message_is_looked_at_once_in_each_look_and_a_restart_goes_on(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overdue, "LOOK_AT", 2)
    monkeypatch.setattr(overdue, "READS_A_ROUND", 2)
    ids = [await taken(road, f"1380000000{n}") for n in range(7)]
    road.clock.advance(WAIT + FIRST_LOOK + 1)

    ended = []
    for _ in range(3):
        await road.overdue.look()
        ended.append(sum(road.state(message_id) == "no_receipt" for message_id in ids))
        road.close()
        road = Road(road.folder, road.clock)

    assert ended == [4, 7, 7]
    seen = looked_at(road, monkeypatch)
    await road.overdue.look()
    assert seen == []
    road.close()


def looked_at(road: Road, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids that a look reads from now on."""
    seen: list[int] = []
    read = road.store.read

    async def watched(name: str, *parameters: object) -> list[tuple[object, ...]]:
        rows = await read(name, *parameters)
        if name == "messaging.states_after":
            seen.extend(row[0] for row in rows)
        return rows

    monkeypatch.setattr(road.store, "read", watched)
    return seen


async def test_a_round_that_could_not_be_stored_is_done_again(road: Road) -> None:
    message_id = await taken(road)
    road.clock.advance(WAIT + FIRST_LOOK + 1)
    road.store.execute(
        "CREATE TEMP TRIGGER full BEFORE UPDATE ON message BEGIN SELECT RAISE(FAIL, 'no'); END"
    )
    await road.overdue.look()
    assert road.state(message_id) == "accepted"
    road.store.execute("DROP TRIGGER full")
    await road.overdue.look()
    assert road.state(message_id) == "no_receipt"


async def test_marks_never_go_back(road: Road) -> None:
    await taken(road)
    road.clock.advance(WAIT + FIRST_LOOK + 1)
    await road.overdue.look()
    mark = road.store.rows("SELECT value FROM fact WHERE name = ?", LOOKS[0][0])
    behind = Overdue(road.store, road.clock)
    road.clock.advance(-DAY_MS / 1000)
    await behind.look()
    assert road.store.rows("SELECT value FROM fact WHERE name = ?", LOOKS[0][0]) == mark


async def test_a_moved_clock_ends_what_would_be_overdue_by_then(tmp_path: Path) -> None:
    road = Road(tmp_path)
    messaging: Messaging = road.messaging
    message_id = await taken(road)
    road.clock.advance(30 * 24 * HOUR)
    await road.overdue.look()
    view = await messaging.message(message_id)
    assert view is not None
    assert view.state == "no_receipt"
    road.close()


def test_the_newest_row_that_counts_says_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    now_ms = 1_780_000_000_000  # 2026-05-29 in Beijing
    assert wait_at(now_ms) == 72
    rows = (
        Wait(date(2020, 1, 1), 48, "test"),
        Wait(date(2026, 5, 29), 96, "test"),
        Wait(date(2026, 5, 30), 24, "test"),
    )
    monkeypatch.setattr(overdue, "WAITS", rows)
    assert [wait_at(now_ms + days * DAY_MS) for days in (-1, 0, 1)] == [48, 96, 24]
