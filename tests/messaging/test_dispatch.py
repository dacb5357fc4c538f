"""What dispatch hands to a link, and what it makes of the answers. No link here: the test takes and answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from road_world import CHANNEL, Road
from structlog.testing import capture_logs

from hongyan.messaging.dispatch import RETRY_AFTER_SECONDS, AnswerKind, parts_of
from hongyan.messaging.outgoing import Part, Said
from hongyan.storage.port import PART_REFUSED, PART_RETRY, PART_SUBMITTED, Change

CODE_VALID_SECONDS = 30 * 60
PATIENCE = 10.0


def numbers(parts: Sequence[Part]) -> list[str]:
    """Last digits of the numbers."""
    return [job.number[-2:] for job, _ in parts]


async def answer(
    road: Road, part: Part, kind: AnswerKind = AnswerKind.ACCEPTED, carrier_id: str = "c"
) -> None:
    """Answer one part, and wait until that is stored."""
    job, number = part
    stored: list[bool] = []
    error = "" if kind is AnswerKind.ACCEPTED else "SAID_NO"
    road.dispatcher.answered(
        CHANNEL, job, number, kind, Said(carrier_id=carrier_id, error=error), lambda: stored.append(True)
    )
    async with asyncio.timeout(PATIENCE):
        while not stored:
            await asyncio.sleep(0)


@pytest.fixture
async def road(tmp_path: Path) -> AsyncIterator[Road]:
    """The road after its first look into the outbox, as a link takes it at its start."""
    opened = Road(tmp_path)
    await opened.dispatcher.refill(CHANNEL)
    yield opened
    opened.close()


async def restarted(road: Road, *, clean: bool) -> Road:
    """The same data, opened again."""
    if clean:
        await road.store.commit(Change((("storage.note_clean_stop", (), None),)))
    road.close()
    again = Road(road.folder, road.clock)
    await again.dispatcher.refill(CHANNEL)
    return again


# -- answers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "outcome", "state", "outbox"),
    [
        (AnswerKind.ACCEPTED, PART_SUBMITTED, "accepted", 0),
        (AnswerKind.REFUSED, PART_REFUSED, "failed", 0),
        (AnswerKind.RETRY, PART_RETRY, "accepted", 1),
    ],
)
async def test_each_kind_of_answer_has_one_meaning(
    road: Road, kind: AnswerKind, outcome: int, state: str, outbox: int
) -> None:
    message_id = await road.send_one()
    (part,) = road.take()
    await answer(road, part, kind)
    error = "" if outcome == PART_SUBMITTED else "SAID_NO"
    assert road.answers(message_id) == [(1, 1, outcome, error)]
    assert road.state(message_id) == state
    assert road.outbox_rows() == road.dispatcher.backlog == outbox
    assert road.counted.answers == {kind: 1}


async def test_a_row_stands_in_the_outbox_until_each_of_its_messages_is_answered(road: Road) -> None:
    await road.send("13800000001", "13800000002", "13800000003")
    first, second, third = road.take()
    await answer(road, first, carrier_id="c-1")
    await answer(road, second, AnswerKind.REFUSED)
    assert (road.outbox_rows(), road.dispatcher.backlog) == (1, 1)
    await answer(road, third, carrier_id="c-3")
    assert (road.outbox_rows(), road.dispatcher.backlog) == (0, 0)


async def test_a_long_text_is_done_when_all_its_parts_are_answered(road: Road) -> None:
    message_id = await road.send_one(template="long")
    first, second = road.take()
    assert [part for _, part in (first, second)] == [1, 2]
    await answer(road, second, carrier_id="c-2")
    assert (road.outbox_rows(), road.dispatcher.backlog) == (1, 1)
    await answer(road, first, carrier_id="c-1")
    assert (road.outbox_rows(), road.dispatcher.backlog) == (0, 0)
    assert road.state(message_id) == "accepted"


# -- retries ----------------------------------------------------------------------------------------------


async def test_retries_come_later_and_later_and_end(road: Road) -> None:
    message_id = await road.send_one()
    for wait in RETRY_AFTER_SECONDS:
        (part,) = road.take()
        await answer(road, part, AnswerKind.RETRY)
        road.clock.advance(wait - 0.001)
        assert road.take() == []
        road.clock.advance(0.002)
    (part,) = road.take()
    await answer(road, part, AnswerKind.RETRY)
    assert road.state(message_id) == "failed"
    outcomes = [outcome for _, _, outcome, _ in road.answers(message_id)]
    assert outcomes == [PART_RETRY] * len(RETRY_AFTER_SECONDS) + [PART_REFUSED]
    assert (road.outbox_rows(), road.dispatcher.backlog) == (0, 0)


async def test_a_retry_that_would_come_too_late_is_no_retry(road: Road) -> None:
    message_id = await road.send_one(template="code", params={"code": "123456"})
    (part,) = road.take()
    road.clock.advance(CODE_VALID_SECONDS - RETRY_AFTER_SECONDS[0])
    await answer(road, part, AnswerKind.RETRY)
    assert road.state(message_id) == "failed"
    assert road.outbox_rows() == 0


async def test_a_retry_survives_a_restart_and_keeps_its_time(road: Road) -> None:
    message_id = await road.send_one()
    (part,) = road.take()
    await answer(road, part, AnswerKind.RETRY)
    road = await restarted(road, clean=True)
    assert road.take() == []
    road.clock.advance(RETRY_AFTER_SECONDS[0] + 0.001)
    (part,) = road.take()
    await answer(road, part)
    assert [(attempt, outcome) for _, attempt, outcome, _ in road.answers(message_id)] == [
        (1, PART_RETRY),
        (2, PART_SUBMITTED),
    ]
    assert road.stored(message_id, "uncertain") == 0
    road.close()


# -- validity ---------------------------------------------------------------------------------------------


async def test_what_expired_is_passed_over_and_told(road: Road) -> None:
    code = await road.send_one("13800000001", template="code", params={"code": "123456"})
    await road.send_one("13800000002")
    road.clock.advance(CODE_VALID_SECONDS - 0.001)
    assert len(road.take()) == 2
    road = await restarted(road, clean=False)
    road.clock.advance(0.001)
    assert numbers(road.take()) == ["02"]
    await road.store.drained()
    assert road.state(code) == "expired"
    assert road.dispatcher.backlog == 1
    road.close()


# -- the disk ---------------------------------------------------------------------------------------------


@pytest.fixture
async def narrow(tmp_path: Path) -> AsyncIterator[Road]:
    """Lanes of four parts."""
    opened = Road(tmp_path, lane=4)
    await opened.dispatcher.refill(CHANNEL)
    yield opened
    opened.close()


async def test_what_finds_no_room_waits_on_the_disk_and_comes_in_order(narrow: Road) -> None:
    for n in range(20):
        await narrow.send_one(f"138000000{n:02}")
    assert narrow.dispatcher.waiting < 20
    assert narrow.dispatcher.backlog == 20
    seen: list[str] = []
    while len(seen) < 20:
        parts = narrow.take()
        seen += numbers(parts)
        for part in parts:
            await answer(narrow, part, carrier_id=f"c-{len(seen)}-{id(part)}")
        await narrow.dispatcher.refill(CHANNEL)
    assert seen == [f"{n:02}" for n in range(20)]
    assert (narrow.outbox_rows(), narrow.dispatcher.backlog, narrow.dispatcher.waiting) == (0, 0, 0)


async def test_a_drained_lane_is_filled_by_itself(narrow: Road) -> None:
    for n in range(8):
        await narrow.send_one(f"138000000{n:02}")
    queue = narrow.dispatcher.queue(CHANNEL)
    woken: list[int] = []
    queue.wake = lambda: woken.append(1)
    narrow.take()
    narrow.dispatcher.top_up(queue)
    async with asyncio.timeout(10):
        while not woken:
            await asyncio.sleep(0)
    assert numbers(narrow.take()) == ["04", "05", "06", "07"]


@pytest.mark.parametrize("clean", [True, False])
async def test_after_a_restart_everything_unanswered_goes_out_once_more(road: Road, clean: bool) -> None:
    waiting, submitted = await road.send_one("13800000001"), await road.send_one("13800000002")
    done = await road.send_one("13800000003")
    parts = road.take()
    await answer(road, parts[2], carrier_id="c-3")
    road = await restarted(road, clean=clean)
    assert road.dispatcher.backlog == 2
    again = road.take()
    assert numbers(again) == ["01", "02"]
    for part in again:
        await answer(road, part, carrier_id=f"c-{part[0].number}")
    attempt = 1 if clean else 2
    for message_id in (waiting, submitted):
        assert road.answers(message_id) == [(1, attempt, PART_SUBMITTED, "")]
        assert road.stored(message_id, "uncertain") == attempt - 1
    assert road.stored(done, "uncertain") == 0
    assert (road.outbox_rows(), road.dispatcher.backlog) == (0, 0)
    road.close()


async def test_recovery_does_not_give_way_to_a_full_queue(road: Road) -> None:
    for n in range(3):
        await road.send_one(f"1380000000{n}")
    road.close()
    again = Road(road.folder, road.clock, most_waiting=1)
    again.store.fill()
    refilling = asyncio.ensure_future(again.dispatcher.refill(CHANNEL))
    for _ in range(20):
        await asyncio.sleep(0)
    again.store.release()
    await refilling
    assert numbers(again.take()) == ["00", "01", "02"]
    again.close()


async def test_a_message_that_was_purged_is_left_out_and_told(road: Road) -> None:
    gone, kept = await road.send_one("13800000001"), await road.send_one("13800000002")
    road.store.execute("DELETE FROM message WHERE id = ?", gone)
    with capture_logs() as log:
        road = await restarted(road, clean=True)
    assert [part[0].message_id for part in road.take()] == [kept]
    assert not any(line["log_level"] == "error" for line in log), "recovery drops it from its row"
    road.close()


# -- losses -----------------------------------------------------------------------------------------------


async def test_parts_of_a_lost_link_are_the_next_to_go_and_in_doubt_until_answered(road: Road) -> None:
    for n in range(4):
        await road.send_one(f"1380000000{n}")
    parts = road.take(most=2)
    road.dispatcher.lost(CHANNEL, parts)
    assert len(road.dispatcher.doubts) == 2
    again = road.take()
    assert numbers(again) == ["00", "01", "02", "03"]
    await answer(road, again[0], carrier_id="c-0")
    assert len(road.dispatcher.doubts) == 1
    road.dispatcher.lost(CHANNEL, [again[1]])
    assert len(road.dispatcher.doubts) == 1, "the same part once more"
    (part,) = road.take()
    await answer(road, part, AnswerKind.REFUSED)
    assert len(road.dispatcher.doubts) == 0
    assert (await road.usage())["uncertain"] == 3


async def test_a_throttled_part_was_not_submitted(road: Road) -> None:
    await road.send()
    (part,) = road.take()
    road.dispatcher.throttled(road.dispatcher.queue(CHANNEL), *part)
    assert road.take() == [part]
    assert len(road.dispatcher.doubts) == 0
    assert road.counted.answers == {AnswerKind.THROTTLED: 1}


@pytest.mark.parametrize(
    ("mask", "total", "parts"),
    [(0, 1, (1,)), (0, 3, (1, 2, 3)), (0b101, 3, (1, 3)), (0b10, 2, (2,)), (1, 1, (1,))],
)
def test_a_mask_names_open_parts(mask: int, total: int, parts: tuple[int, ...]) -> None:
    assert parts_of(mask, total) == parts


# -- where nobody asks for parts --------------------------------------------------------------------------


async def test_messages_of_a_channel_that_is_no_more_end_with_their_validity(road: Road) -> None:
    code = await road.send_one("13800000001", template="code", params={"code": "123456"})
    notice = await road.send_one("13800000002", template="long")
    road = await reopened_without_links(road)
    road.clock.advance(CODE_VALID_SECONDS - 0.001)
    await expired(road)
    assert (road.state(code), road.state(notice)) == ("accepted", "accepted")
    road.clock.advance(0.001)
    await expired(road)
    assert (road.state(code), road.state(notice)) == ("expired", "accepted")
    road.clock.advance(48 * 3_600)
    await expired(road)
    assert road.state(notice) == "expired"
    assert (road.outbox_rows(), road.dispatcher.backlog) == (0, 0)
    assert (await road.usage())["held"] == 0
    road.close()


async def test_they_end_in_the_end_however_many_they_are(tmp_path: Path) -> None:
    road = Road(tmp_path, lane=4)
    ids = [await road.send_one(f"138000000{n:02}") for n in range(20)]
    road.clock.advance(48 * 3_600)
    for _ in range(10):
        await expired(road)
    assert {road.state(message_id) for message_id in ids} == {"expired"}
    assert (road.outbox_rows(), road.dispatcher.backlog) == (0, 0)
    road.close()


async def test_a_channel_that_takes_nothing_keeps_no_code_beyond_its_validity(road: Road) -> None:
    waits = await road.send_one("13800000001", template="code", params={"code": "123456"})
    submitted = await road.send_one("13800000002", template="code", params={"code": "123456"})
    later = await road.send_one("13800000003", template="code", params={"code": "123456"})
    queue = road.dispatcher.queue(CHANNEL)
    first, second, third = road.take()
    queue.put_back(*first)
    await answer(road, third, AnswerKind.RETRY)
    road.clock.advance(CODE_VALID_SECONDS)
    await expired(road)
    assert [road.state(one) for one in (waits, submitted, later)] == ["expired", "accepted", "expired"]
    await answer(road, second)
    assert (road.outbox_rows(), road.dispatcher.backlog) == (0, 0)


async def test_a_channel_that_comes_back_takes_what_still_counts(road: Road) -> None:
    message_id = await road.send_one()
    road = await reopened_without_links(road)
    await expired(road)
    (part,) = road.take()
    await answer(road, part)
    assert (road.state(message_id), road.outbox_rows()) == ("accepted", 0)
    road.close()


async def reopened_without_links(road: Road) -> Road:
    await road.store.commit(Change((("storage.note_clean_stop", (), None),)))
    road.close()
    return Road(road.folder, road.clock)


async def expired(road: Road) -> None:
    """One round of housekeeping."""
    await road.dispatcher.expire()
    await road.store.drained()
