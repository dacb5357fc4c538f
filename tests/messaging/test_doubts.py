"""What was submitted and not answered in time: it goes again later and later, and a late answer settles it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from road_world import ACCESS_NUMBER, CHANNEL, Road
from structlog.testing import capture_logs

from hongyan.messaging.dispatch import NO_ANSWER, AnswerKind
from hongyan.messaging.doubts import AFTER_NO_ANSWER, LEAST_PATIENCE, waits_without_answer
from hongyan.messaging.outgoing import Part, Said
from hongyan.messaging.route import Channel
from hongyan.storage.port import (
    PART_ELSEWHERE,
    PART_REFUSED,
    PART_RETRY,
    PART_SUBMITTED,
    RECEIPT_EARLY,
    Change,
)

TIMEOUT = 60.0
FIRST_WAIT = waits_without_answer(TIMEOUT)[0]
OTHER = 2
ACCEPTED = AnswerKind.ACCEPTED


@pytest.fixture
async def road(tmp_path: Path) -> AsyncIterator[Road]:
    opened = Road(tmp_path)
    await opened.dispatcher.refill(CHANNEL)
    yield opened
    opened.close()


async def submitted(road: Road, **others: Any) -> tuple[int, Part]:
    message_id = await road.send_one(**others)
    (part,) = road.take()
    return message_id, part


def give_up(road: Road, *parts: Part) -> None:
    road.dispatcher.unanswered(CHANNEL, parts, TIMEOUT)


async def say(
    road: Road, part: Part, kind: AnswerKind = ACCEPTED, carrier_id: str = "", *, late: bool
) -> None:
    """The carrier answers, and that is stored."""
    done = asyncio.Event()
    tell = road.dispatcher.answered_late if late else road.dispatcher.answered
    error = "" if kind is ACCEPTED else "SAID_NO"
    tell(CHANNEL, *part, kind, Said(carrier_id=carrier_id, error=error), done.set)
    async with asyncio.timeout(10):
        await done.wait()


async def report(road: Road, carrier_id: str, *, delivered: bool = True) -> None:
    done = asyncio.Event()
    road.receipts.came(
        CHANNEL, carrier_id, delivered=delivered, code="DELIVRD", at_ms=None, stored=lambda _: done.set()
    )
    async with asyncio.timeout(10):
        await done.wait()


def nothing_is_left(road: Road) -> bool:
    return (road.outbox_rows(), road.dispatcher.backlog, len(road.dispatcher.doubts)) == (0, 0, 0)


# -- going again ----------------------------------------------------------------------------------------------


async def test_without_an_answer_a_part_goes_again_later_each_time_and_fails_in_the_end(road: Road) -> None:
    message_id, part = await submitted(road)
    waits = waits_without_answer(TIMEOUT)
    assert list(waits) == sorted(waits)
    for wait in waits:
        give_up(road, part)
        road.clock.advance(wait - 0.1)
        assert road.take() == []
        road.clock.advance(0.2)
        assert road.take() == [part]
    give_up(road, part)
    await road.store.drained()
    assert (road.state(message_id), road.stored(message_id, "receipt_code")) == ("failed", NO_ANSWER)
    assert road.stored(message_id, "uncertain") == len(AFTER_NO_ANSWER) + 1, "the handset may have as many"
    assert nothing_is_left(road)


def test_a_short_time_for_answers_makes_no_short_waits() -> None:
    assert waits_without_answer(0.5)[0] == LEAST_PATIENCE
    assert waits_without_answer(60)[:3] == (60, 120, 240)


# -- late answers -----------------------------------------------------------------------------------------------


async def test_a_late_yes_settles_the_part_and_nothing_goes_again(road: Road) -> None:
    message_id, part = await submitted(road)
    give_up(road, part)
    await say(road, part, carrier_id="c-1", late=True)
    assert road.answers(message_id) == [(1, 1, PART_SUBMITTED, "")]
    assert nothing_is_left(road)
    road.clock.advance(FIRST_WAIT + 1)
    assert road.take() == []
    await report(road, "c-1")
    assert (road.state(message_id), road.stored(message_id, "uncertain")) == ("delivered", 0)


async def test_a_part_that_was_in_line_again_when_its_answer_came_is_passed_over(road: Road) -> None:
    _, part = await submitted(road)
    give_up(road, part)
    road.clock.advance(FIRST_WAIT + 1)
    again = road.dispatcher.queue(CHANNEL).next(road.clock.now_ms())
    assert again == part
    road.dispatcher.queue(CHANNEL).put_back(*part)
    await say(road, part, carrier_id="c-1", late=True)
    other = await road.send_one("13800000001")
    assert [job.message_id for job, _ in road.take()] == [other]


async def test_what_was_taken_twice_is_counted_and_finds_all_its_reports(road: Road) -> None:
    message_id, part = await submitted(road)
    give_up(road, part)
    road.clock.advance(FIRST_WAIT + 1)
    assert road.take() == [part]
    await say(road, part, carrier_id="c-1", late=True)
    assert nothing_is_left(road)
    await say(road, part, carrier_id="c-2", late=False)
    assert road.answers(message_id) == [(1, 1, PART_SUBMITTED, ""), (1, 2, PART_SUBMITTED, "")]
    assert road.stored(message_id, "uncertain") == 1
    for carrier_id in ("c-2", "c-1"):
        await report(road, carrier_id)
    assert road.state(message_id) == "delivered"
    assert road.counted.receipts[RECEIPT_EARLY] == 0
    assert nothing_is_left(road)


async def test_so_it_is_when_the_newest_answer_comes_first(road: Road) -> None:
    message_id, part = await submitted(road)
    for wait in waits_without_answer(TIMEOUT)[:2]:
        give_up(road, part)
        road.clock.advance(wait + 1)
        assert road.take() == [part]
    await say(road, part, carrier_id="c-3", late=False)
    for carrier_id in ("c-1", "c-2"):
        await say(road, part, carrier_id=carrier_id, late=True)
    assert [(attempt, outcome) for _, attempt, outcome, _ in road.answers(message_id)] == [
        (attempt, PART_SUBMITTED) for attempt in (1, 2, 3)
    ]
    assert road.stored(message_id, "uncertain") == 2
    for carrier_id in ("c-1", "c-2", "c-3"):
        await report(road, carrier_id)
    assert road.counted.receipts[RECEIPT_EARLY] == 0
    assert nothing_is_left(road)


async def test_what_is_given_up_or_thrown_back_after_it_was_settled_stays_settled(road: Road) -> None:
    message_id, part = await submitted(road)
    give_up(road, part)
    road.clock.advance(FIRST_WAIT + 1)
    assert road.take() == [part]
    await say(road, part, carrier_id="c-1", late=True)
    road.dispatcher.throttled(road.dispatcher.queue(CHANNEL), *part)
    assert road.take() == []
    give_up(road, part)
    road.dispatcher.lost(CHANNEL, [part])
    for kind in (AnswerKind.REFUSED, AnswerKind.RETRY, AnswerKind.ELSEWHERE):
        await say(road, part, kind, late=False)
    road.clock.advance(3_600)
    assert road.take() == []
    assert road.answers(message_id) == [(1, 1, PART_SUBMITTED, "")]
    assert road.stored(message_id, "uncertain") == 1
    assert nothing_is_left(road)


@pytest.mark.parametrize(
    ("kind", "outcome", "state"),
    [
        (AnswerKind.REFUSED, PART_REFUSED, "failed"),
        (AnswerKind.RETRY, PART_RETRY, "accepted"),
        (AnswerKind.ELSEWHERE, PART_ELSEWHERE, "accepted"),
    ],
)
async def test_a_late_no_counts_as_one_in_time(
    tmp_path: Path, kind: AnswerKind, outcome: int, state: str
) -> None:
    channels = (Channel(CHANNEL, "main", ACCESS_NUMBER), Channel(OTHER, "other", ACCESS_NUMBER, priority=1))
    road = Road(tmp_path, channels=channels)
    for channel_id in (CHANNEL, OTHER):
        await road.dispatcher.refill(channel_id)
    message_id, part = await submitted(road)
    give_up(road, part)
    await say(road, part, kind, late=True)
    assert road.answers(message_id) == [(1, 2, outcome, "SAID_NO")]
    assert (road.state(message_id), road.stored(message_id, "uncertain")) == (state, 0)
    assert len(road.dispatcher.doubts) == 0
    assert len(road.take(OTHER)) == (kind is AnswerKind.ELSEWHERE)
    road.clock.advance(5.1)
    assert len(road.take()) == (kind is AnswerKind.RETRY), "and the part that waited does not go beside it"
    road.close()


async def test_a_late_no_decides_nothing_while_something_else_is_in_doubt(road: Road) -> None:
    message_id, part = await submitted(road)
    for wait in waits_without_answer(TIMEOUT)[:2]:
        give_up(road, part)
        road.clock.advance(wait + 1)
        assert road.take() == [part]
    await say(road, part, AnswerKind.REFUSED, late=True)
    assert (road.state(message_id), road.answers(message_id)) == ("accepted", [])
    await say(road, part, carrier_id="c-1", late=False)
    assert road.stored(message_id, "uncertain") == 1, "one of both that were given up was refused"
    assert nothing_is_left(road)


async def test_a_late_word_that_the_carrier_is_busy_leaves_the_part_where_it_waits(road: Road) -> None:
    message_id, part = await submitted(road)
    give_up(road, part)
    await say(road, part, AnswerKind.THROTTLED, late=True)
    assert road.take() == []
    road.clock.advance(FIRST_WAIT + 1)
    assert road.take() == [part]
    await say(road, part, carrier_id="c-1", late=False)
    assert road.stored(message_id, "uncertain") == 0


async def test_what_expired_while_its_answer_was_late_is_delivered_after_all(road: Road) -> None:
    message_id, part = await submitted(road, template="code", params={"code": "123456"})
    give_up(road, part)
    road.clock.advance(31 * 60)
    assert road.take() == []
    await road.store.drained()
    assert (road.state(message_id), road.stored(message_id, "uncertain")) == ("expired", 1)
    await say(road, part, carrier_id="c-1", late=True)
    await report(road, "c-1")
    assert road.state(message_id) == "delivered"
    assert nothing_is_left(road)


async def test_a_part_of_a_long_text_is_settled_beside_the_others(road: Road) -> None:
    message_id = await road.send_one(template="long")
    first, second = road.take()
    give_up(road, second)
    await say(road, first, carrier_id="c-1", late=False)
    await say(road, second, carrier_id="c-2", late=True)
    for carrier_id in ("c-1", "c-2"):
        await report(road, carrier_id)
    assert (road.state(message_id), road.stored(message_id, "uncertain")) == ("delivered", 0)
    assert nothing_is_left(road)


# -- an orderly stop ----------------------------------------------------------------------------------------------


async def test_after_an_orderly_stop_only_what_was_submitted_without_an_answer_is_uncertain(
    tmp_path: Path,
) -> None:
    road = Road(tmp_path)
    await road.dispatcher.refill(CHANNEL)
    ids = [message_id for n in range(6) for message_id in (await road.send(f"1380000000{n}")).message_ids]
    (together,) = [(await road.send("13800000006", "13800000007")).message_ids]
    parts = {job.message_id: (job, number) for job, number in road.take()}
    for message_id in (ids[4], ids[5]):
        road.dispatcher.queue(CHANNEL).put_back(*parts[message_id])
    await say(road, parts[ids[0]], carrier_id="c-0", late=False)
    road.dispatcher.lost(CHANNEL, [parts[ids[1]], parts[together[0]]])
    for _ in range(2):
        give_up(road, parts[ids[2]])
    road.dispatcher.lost(CHANNEL, [parts[ids[3]]])
    (again,) = [part for part in road.take() if part[0].message_id == ids[3]]
    await say(road, again, carrier_id="c-3", late=False)
    assert await road.dispatcher.doubts.leave()
    await road.store.commit(Change((("storage.note_clean_stop", (), None),)))
    road.close()

    with capture_logs() as log:
        road = Road(tmp_path, road.clock)
        await road.dispatcher.refill(CHANNEL)
    uncertain = {ids[1]: 1, ids[2]: 2, ids[3]: 1, together[0]: 1}
    for message_id in (*ids, *together):
        assert road.stored(message_id, "uncertain") == uncertain.get(message_id, 0)
    attempts = {job.message_id: job.attempt for job, _ in road.take()}
    assert attempts == {ids[1]: 2, ids[2]: 2, ids[4]: 1, ids[5]: 1, together[0]: 2, together[1]: 1}
    (line,) = [line for line in log if "go on from here" in line["event"]]
    assert (line["messages"], line["uncertain"]) == (6, 0), "those in doubt were counted at the stop"
    road.close()


async def test_a_stop_that_cannot_store_what_is_in_doubt_is_not_clean(road: Road) -> None:
    _, part = await submitted(road)
    road.dispatcher.lost(CHANNEL, [part])
    road.store.execute("CREATE TEMP TRIGGER full BEFORE DELETE ON outbox BEGIN SELECT RAISE(FAIL, 'no'); END")
    assert not await road.dispatcher.doubts.leave()
    road.store.execute("DROP TRIGGER full")


# -- any order of anything ------------------------------------------------------------------------------------------

STEPS = st.lists(st.sampled_from(["take", "answer", "give up", "late", "cut", "wait", "report"]), max_size=40)
KINDS = st.sampled_from([ACCEPTED] * 3 + [AnswerKind.REFUSED, AnswerKind.RETRY, AnswerKind.THROTTLED])


@given(steps=STEPS, data=st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_comes_when_each_part_is_settled_once_and_no_copy_goes_uncounted(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str], data: st.DataObject
) -> None:
    asyncio.run(_any_story(tmp_path_factory.mktemp("road"), steps, data))


async def _any_story(folder: Path, steps: list[str], data: st.DataObject) -> None:
    road = Road(folder)
    await road.dispatcher.refill(CHANNEL)
    message_id = await road.send_one()
    under_way: list[Part] = []
    awaited: list[Part] = []
    """Given up on a link that lives."""
    taken: list[str] = []
    reported: set[str] = set()

    async def answered(part: Part, *, late: bool) -> None:
        kind = data.draw(KINDS)
        carrier_id = ""
        if kind is ACCEPTED:
            carrier_id = f"c-{len(taken)}"
            taken.append(carrier_id)
        if kind is AnswerKind.THROTTLED and not late:
            road.dispatcher.throttled(road.dispatcher.queue(CHANNEL), *part)
        else:
            await say(road, part, kind, carrier_id, late=late)

    for step in steps:
        match step:
            case "take":
                under_way += road.take()
            case "answer" if under_way:
                await answered(under_way.pop(0), late=False)
            case "give up" if under_way:
                awaited.append(under_way.pop(0))
                give_up(road, awaited[-1])
            case "late" if awaited:
                await answered(awaited.pop(data.draw(st.integers(0, len(awaited) - 1))), late=True)
            case "cut":
                road.dispatcher.lost(CHANNEL, under_way)
                under_way.clear()
                awaited.clear()
            case "wait":
                road.clock.advance(data.draw(st.sampled_from([1, 10, 100, 1_000])))
            case "report" if left := [each for each in taken if each not in reported]:
                reported.add(left[0])
                await report(road, left[0])
        assert len(under_way) <= 2, "a retry of what a newer submit refused may go beside its answer"
    while road.dispatcher.backlog:
        road.clock.advance(1_000)
        for part in (*under_way, *road.take()):
            taken.append(f"c-{len(taken)}")
            await say(road, part, carrier_id=taken[-1], late=False)
        under_way.clear()
        await road.store.drained()
    for carrier_id in taken:
        await report(road, carrier_id)
    assert nothing_is_left(road)
    assert road.count("early_receipt") == 0, "every report finds its submit"
    assert len(taken) <= 1 + road.stored(message_id, "uncertain"), "a copy that nobody counted"
    assert road.state(message_id) == ("delivered" if taken else road.state(message_id))
    road.close()
