"""Questions about what was sent: by number and day, by page, for one account or all."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from road_world import ACCESS_NUMBER, CHANNEL, NUMBER, Road

from hongyan.kernel.clock import BEIJING, beijing, day_of
from hongyan.kernel.errors import Refused
from hongyan.messaging.dispatch import AnswerKind
from hongyan.messaging.model import MessageView
from hongyan.messaging.outgoing import Said


def today(road: Road) -> str:
    return f"{beijing(road.clock.now_ms()):%Y%m%d}"


async def details(
    road: Road,
    number: str = NUMBER,
    *,
    page: int = 1,
    size: int = 50,
    biz_id: int | None = None,
    day: str = "",
) -> tuple[int, list[int]]:
    """(total, message ids of the page)."""
    total, found = await road.messaging.sent_details(
        road.account_id, number, day or today(road), biz_id, page=page, size=size
    )
    return total, [message.id for message in found]


# -- sent details -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 5, 7, 50])
async def test_pages_cover_everything_once_newest_first(road: Road, size: int) -> None:
    ids = [await road.send_one() for _ in range(7)]
    seen: list[int] = []
    page = 1
    while len(seen) < 7:
        total, found = await details(road, page=page, size=size)
        assert total == 7
        assert found
        seen += found
        page += 1
    assert seen == ids[::-1]
    assert await details(road, page=page, size=size) == (7, [])
    assert await details(road, page=10_000, size=size) == (7, [])


async def test_nothing_was_sent(road: Road) -> None:
    assert await details(road) == (0, [])


@pytest.mark.parametrize("written", [NUMBER, "+86" + NUMBER, "0086" + NUMBER])
async def test_a_number_is_found_however_it_is_written(road: Road, written: str) -> None:
    message_id = await road.send_one()
    await road.send_one("13900139000")
    assert await details(road, written) == (1, [message_id])


async def test_a_malformed_number_is_refused(road: Road) -> None:
    with pytest.raises(Refused, match=r"number\.malformed"):
        await details(road, "12")


async def test_one_request_of_many(road: Road) -> None:
    first = await road.send(NUMBER, "13900139000")
    second = await road.send()
    assert await details(road, biz_id=first.biz_id) == (1, [first.message_ids[0]])
    assert await details(road, biz_id=second.biz_id) == (1, [second.message_ids[0]])
    assert await details(road, "13900139000", biz_id=second.biz_id) == (0, [])
    assert await details(road, biz_id=1) == (0, [])


async def test_all_messages_of_a_request_are_found_by_its_biz_id(road: Road) -> None:
    await road.send()
    sent = await road.send(*(f"1390013{n:04}" for n in range(100)))
    await road.send()
    assert [message.id for message in await road.messaging.request(sent.biz_id)] == list(sent.message_ids)
    assert await road.messaging.request(sent.message_ids[1]) == []
    for nonsense in (0, 1, 2**63 - 1):
        assert await road.messaging.request(nonsense) == []


async def test_a_request_just_before_midnight_is_found_whole(road: Road) -> None:
    now = beijing(road.clock.now_ms())
    midnight = datetime(now.year, now.month, now.day, tzinfo=BEIJING) + timedelta(days=1)
    road.clock.advance((midnight - now).total_seconds() - 0.001)
    sent = await road.send(NUMBER, "13900139000")
    assert len(await road.messaging.request(sent.biz_id)) == 2


async def test_a_day_ends_at_midnight_in_beijing(road: Road) -> None:
    now = beijing(road.clock.now_ms())
    midnight = datetime(now.year, now.month, now.day, tzinfo=BEIJING) + timedelta(days=1)
    road.clock.advance((midnight - now).total_seconds() - 0.5)
    before, day = await road.send_one(), today(road)
    road.clock.advance(0.5)
    after = await road.send_one()
    assert today(road) != day
    assert await details(road, day=day) == (1, [before])
    assert await details(road) == (1, [after])


async def test_other_accounts_see_nothing(road: Road) -> None:
    message_id = await road.send_one()
    other = road.account_id + 1
    assert await road.messaging.sent_details(other, NUMBER, today(road), None, page=1, size=10) == (0, [])
    assert await road.messaging.recent_messages(other, None, 10) == []
    assert (await road.messaging.usage(other, 0))["accepted"] == 0
    assert [m.id for m in await road.messaging.recent_messages(None, None, 10)] == [message_id]


# -- one message ------------------------------------------------------------------------------------------


async def test_a_message_shows_what_was_accepted(road: Road) -> None:
    message_id = await road.send_one(out_id="o-1", extension_code="9")
    assert await road.messaging.message(message_id) == MessageView(
        id=message_id,
        biz_id=message_id,
        account_id=road.account_id,
        number="86" + NUMBER,
        sign_name="杭州云雁科技",
        template_code=road.templates["plain"],
        category=1,
        content="【杭州云雁科技】您好。",
        segments=1,
        price=450,
        state="accepted",
        receipt_code="",
        out_id="o-1",
        accepted_ms=road.clock.now_ms(),
        done_ms=None,
        uncertain=0,
        request_id="R-1",
        access_number=ACCESS_NUMBER + "9",
        channel_id=CHANNEL,
        passed_over=(),
    )
    assert await road.messaging.message(message_id + 1) is None
    assert await road.messaging.parts(message_id) == []


async def test_a_taken_part_makes_the_message_submitted(road: Road) -> None:
    await road.dispatcher.refill(CHANNEL)
    message_id = await road.send_one()
    part = road.dispatcher.next(road.dispatcher.queue(CHANNEL), road.clock.now_ms())
    assert part is not None
    road.dispatcher.answered(CHANNEL, *part, AnswerKind.ACCEPTED, Said(carrier_id="c-1"), lambda: None)
    await road.store.drained()
    message = await road.messaging.message(message_id)
    assert message is not None
    assert message.state == "submitted"
    (view,) = await road.messaging.parts(message_id)
    assert (view.part, view.parts, view.attempt, view.carrier_id) == (1, 1, 1, "c-1")
    assert (view.submitted_ms, view.receipt_code, view.receipt_ms) == (road.clock.now_ms(), "", None)


# -- lists ------------------------------------------------------------------------------------------------


async def test_recent_messages_go_back_page_by_page(road: Road) -> None:
    ids = [await road.send_one(f"1380000000{n}") for n in range(5)]
    first = await road.messaging.recent_messages(road.account_id, None, 2)
    assert [m.id for m in first] == [ids[4], ids[3]]
    second = await road.messaging.recent_messages(road.account_id, first[-1].id, 10)
    assert [m.id for m in second] == [ids[2], ids[1], ids[0]]
    assert await road.messaging.recent_messages(road.account_id, ids[0], 10) == []


async def test_recent_messages_to_one_number(road: Road) -> None:
    wanted = await road.send_one()
    await road.send_one("13900139000")
    found = await road.messaging.recent_messages(None, None, 10, number="+86 138-0013-8000")
    assert [m.id for m in found] == [wanted]


async def test_usage_counts_from_a_day_on(road: Road) -> None:
    await road.send_one()
    tomorrow = day_of(road.clock.now_ms()) + 1
    road.clock.advance(86_400)
    await road.send("13800000001", "13800000002", template="long")
    assert (await road.messaging.usage(None, 0))["accepted"] == 3
    assert await road.messaging.usage(road.account_id, tomorrow) == {
        "accepted": 2,
        "segments": 4,
        "delivered": 0,
        "failed": 0,
        "held": 4 * 450,
        "charged": 0,
        "uncertain": 0,
    }
