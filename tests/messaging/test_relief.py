"""What waits at a channel that cannot send goes by another one in time, and never twice; what a removed channel leaves
behind goes elsewhere or has failed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from road_channels import (
    ACCEPTED,
    CHANNELS,
    CODE,
    CODE_VALID_SECONDS,
    ELSEWHERE,
    FIRST,
    FOURTH,
    SECOND,
    THIRD,
    TWO_PARTS,
    answer,
    everywhere,
    everywhere_open,
    opened_road,
    receipt,
    refuse_everything,
    restarted,
    state,
)
from road_world import MOVE_AFTER, Road
from until import until

from hongyan.kernel.errors import Misconfigured
from hongyan.messaging.dispatch import RETRY_AFTER_SECONDS, AnswerKind
from hongyan.messaging.outgoing import Part
from hongyan.messaging.relief import LOOK_AGAIN
from hongyan.storage.port import LANE_CODES, LANE_MARKETING, LANE_NOTICES, NO_CHANNEL, PART_SUBMITTED

LONG_DOWN = 700.0
"""Seconds after which codes and notices leave a channel."""
MARKETING = {"template": "marketing"}


@pytest.fixture
async def road(tmp_path: Path) -> AsyncIterator[Road]:
    """Four channels, in this order; nobody takes what is sent."""
    opened = await opened_road(tmp_path)
    yield opened
    opened.close()


async def down(road: Road, *channel_ids: int, seconds: float = LONG_DOWN) -> None:
    """These channels have been down for so long; the others can send."""
    for channel in CHANNELS:
        road.router.mark(channel.id, up=channel.id not in channel_ids)
    await road.relief.look(dict.fromkeys(channel_ids, seconds), {})


async def removed(road: Road, channel_id: int, *, readable: bool = True) -> None:
    """The channel is gone from routing, and its links are too."""
    channel = road.router.channel(channel_id) or CHANNELS[channel_id - 1]
    road.router.use([each for each in road.router._channels if each.id != channel_id])
    await road.relief.look({}, {channel_id: channel if readable else None})


def place(road: Road, message_id: int) -> tuple[int, str]:
    """(channel, passed over)."""
    return road.stored(message_id, "channel_id"), road.stored(message_id, "passed_over")


def waiting(road: Road, channel_id: int) -> list[str]:
    """Last digits of the numbers that wait in memory, in their order."""
    return [job.number[-2:] for lane in road.dispatcher.queue(channel_id)._lanes for job, _ in lane.parts]


# -- in time -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lane", "message"), [(LANE_CODES, CODE), (LANE_NOTICES, {}), (LANE_MARKETING, MARKETING)]
)
async def test_each_lane_has_its_time_and_marketing_waits(
    road: Road, lane: int, message: dict[str, object]
) -> None:
    message_id = await road.send_one(**message)
    after = MOVE_AFTER[lane]
    await down(road, FIRST, seconds=(after or 10**6) - 0.001)
    assert place(road, message_id) == (FIRST, "")
    await down(road, FIRST, seconds=after or 10**6)
    assert place(road, message_id) == ((SECOND, "1:waited") if after else (FIRST, ""))


async def test_it_goes_by_the_next_channel_and_is_delivered_there(road: Road) -> None:
    message_id = await road.send_one(**CODE)
    await down(road, FIRST)
    assert (road.outbox_rows(), road.dispatcher.backlog) == (1, 1)
    assert (road.dispatcher.relieved, road.dispatcher.moved) == (1, 0)
    ((channel_id, ((job, number),)),) = everywhere(road).items()
    assert (channel_id, job.access_number, job.attempt) == (SECOND, "106900002", 2)
    await answer(road, SECOND, (job, number), ACCEPTED)
    receipt(road, SECOND, "2-1")
    await state(road, message_id, "delivered")
    assert road.answers(message_id) == [(1, 2, PART_SUBMITTED, "")], "no other carrier was asked"
    assert (road.outbox_rows(), road.dispatcher.backlog) == (0, 0)
    assert (await road.usage())["charged"] == road.stored(message_id, "price")


async def test_it_waits_while_no_other_channel_can_send_and_leaves_when_one_can(road: Road) -> None:
    message_id = await road.send_one()
    every = [channel.id for channel in CHANNELS]
    await down(road, *every)
    assert (place(road, message_id), waiting(road, FIRST)) == ((FIRST, ""), ["00"])
    await down(road, FIRST, SECOND, FOURTH)
    assert place(road, message_id) == (THIRD, "1:waited")


async def test_one_that_was_passed_over_when_it_was_down_is_as_good_as_any(road: Road) -> None:
    await down(road, FIRST)
    message_id = await road.send_one()
    assert place(road, message_id) == (SECOND, "1:down")
    await down(road, SECOND)
    assert place(road, message_id) == (FIRST, "1:down 2:waited")


async def test_it_comes_back_to_none_that_it_left_and_three_have_it_at_most(road: Road) -> None:
    message_id = await road.send_one()
    for channel_id in (FIRST, SECOND, THIRD):
        await down(road, channel_id)
    assert place(road, message_id) == (THIRD, "1:waited 2:waited")
    await refuse_everything(road, THIRD)
    assert road.state(message_id) == "failed"


async def test_refusals_and_waits_count_together(road: Road) -> None:
    message_id = await road.send_one()
    await down(road, FIRST)
    await down(road)
    await refuse_everything(road, SECOND)
    assert place(road, message_id) == (THIRD, "1:waited 2:refused")
    await refuse_everything(road, THIRD)
    assert road.state(message_id) == "failed"


async def test_routing_is_asked_as_for_a_new_message(tmp_path: Path) -> None:
    first, second, third, fourth = CHANNELS
    ads = replace(second, categories=frozenset({2}))
    road = await opened_road(tmp_path, (first, ads, replace(third, open=False), fourth))
    message_id = await road.send_one()
    await down(road, FIRST)
    assert place(road, message_id)[0] == fourth.id
    road.close()


async def test_a_code_that_expired_meanwhile_has_expired(road: Road) -> None:
    message_id = await road.send_one(**CODE)
    road.clock.advance(CODE_VALID_SECONDS)
    await down(road, FIRST)
    await road.store.drained()
    assert (road.state(message_id), road.outbox_rows(), everywhere(road)) == ("expired", 0, {})


# -- never twice -------------------------------------------------------------------------------------------


async def test_a_long_text_goes_whole_with_another_reference(road: Road) -> None:
    message_id = await road.send_one(**TWO_PARTS)
    before = road.stored(message_id, "reference")
    await down(road, FIRST)
    parts = everywhere(road)[SECOND]
    assert [number for _, number in parts] == [1, 2]
    assert parts[0][0].reference == road.stored(message_id, "reference") == (before + 1) & 0xFF
    for part in parts:
        await answer(road, SECOND, part, ACCEPTED)
    assert (road.outbox_rows(), road.dispatcher.backlog) == (0, 0)


async def test_a_long_text_of_which_a_part_has_left_stays(road: Road) -> None:
    message_id = await road.send_one(**TWO_PARTS)
    first, second = road.take(FIRST)
    road.dispatcher.queue(FIRST).put_back(*second)
    await down(road, FIRST)
    await answer(road, FIRST, first, ACCEPTED)
    await down(road, FIRST)
    assert (place(road, message_id), waiting(road, FIRST)) == ((FIRST, ""), ["00"])


async def test_what_a_lost_link_may_have_submitted_stays(road: Road) -> None:
    message_id = await road.send_one()
    road.dispatcher.lost(FIRST, road.take(FIRST))
    await down(road, FIRST)
    assert (place(road, message_id), waiting(road, FIRST)) == ((FIRST, ""), ["00"])


async def test_what_a_crash_left_in_doubt_stays(road: Road) -> None:
    message_id = await road.send_one()
    road.take(FIRST)
    road = await restarted(road)
    await down(road, FIRST)
    assert (place(road, message_id), waiting(road, FIRST)) == ((FIRST, ""), ["00"])
    road.close()


async def test_what_was_refused_for_the_moment_leaves_when_its_time_has_come(road: Road) -> None:
    message_id = await road.send_one()
    (part,) = road.take(FIRST)
    await answer(road, FIRST, part, AnswerKind.RETRY)
    await down(road, FIRST)
    assert place(road, message_id)[0] == FIRST
    road.clock.advance(max(RETRY_AFTER_SECONDS[0], LOOK_AGAIN) + 1)
    await down(road, FIRST)
    assert place(road, message_id) == (SECOND, "1:waited")
    ((job, _),) = road.take(SECOND)
    assert (job.attempt, job.retries) == (3, 0)


@pytest.mark.parametrize("clean", [True, False])
async def test_after_a_stop_it_goes_by_its_new_channel(road: Road, clean: bool) -> None:
    message_id = await road.send_one()
    await down(road, FIRST)
    road = await restarted(road, clean=clean)
    ((channel_id, ((job, number),)),) = everywhere(road).items()
    assert (channel_id, job.access_number) == (SECOND, "106900002")
    await answer(road, SECOND, (job, number), ACCEPTED)
    assert road.stored(message_id, "uncertain") == int(not clean)
    assert (road.dispatcher.backlog, road.outbox_rows()) == (0, 0)
    road.close()


# -- in memory and on the disk ----------------------------------------------------------------------------


async def test_those_that_stay_keep_their_order(road: Road) -> None:
    registered = {"13800000001", "13800000003"}
    for n in range(5):
        await road.send_one(f"138000000{n:02}")
    stays = road.dispatcher.queue(FIRST)._lanes[LANE_NOTICES].parts
    for job, _ in stays:
        if job.number[2:] not in registered:
            road.store.execute("UPDATE message SET uncertain = 1 WHERE id = ?", job.message_id)
    await down(road, FIRST)
    assert (waiting(road, FIRST), waiting(road, SECOND)) == (["00", "02", "04"], ["01", "03"])


async def test_what_waits_on_the_disk_leaves_too(tmp_path: Path) -> None:
    road = await opened_road(tmp_path, lane=4)
    ids = [await road.send_one(f"138000000{n:02}") for n in range(12)]
    for _ in range(8):
        await down(road, FIRST)
    assert {place(road, message_id)[0] for message_id in ids} == {SECOND}
    assert len(road.dispatcher.queue(SECOND)) <= 4 + 1
    assert (road.dispatcher.backlog, road.outbox_rows()) == (12, 12)
    road.close()


async def test_what_no_other_channel_takes_is_looked_up_again_only_after_a_while(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    for channel in CHANNELS[1:]:
        road.router.mark(channel.id, up=False)
    await road.send_one()
    looked: list[str] = []
    read = road.store.read

    async def counted(name: str, *parameters: object) -> list[tuple[object, ...]]:
        looked.append(name)
        return await read(name, *parameters)

    monkeypatch.setattr(road.store, "read", counted)
    every = [channel.id for channel in CHANNELS]
    for _ in range(5):
        await down(road, *every)
    assert looked.count("messaging.to_move") == 1
    road.clock.advance(LOOK_AGAIN)
    await down(road, *every)
    assert looked.count("messaging.to_move") == 2
    await down(road, FIRST)
    assert looked.count("messaging.to_move") == 3, "routing has changed"


async def test_when_the_store_cannot_say_everything_waits_on(road: Road) -> None:
    for n in range(3):
        await road.send_one(f"138000000{n:02}")
    road.store.lose()
    with pytest.raises(Misconfigured):
        await down(road, FIRST)
    with pytest.raises(Misconfigured):
        await removed(road, FIRST)
    assert waiting(road, FIRST) == ["00", "01", "02"]


async def test_what_goes_when_the_server_stops_is_not_put_back(road: Road) -> None:
    message_id = await road.send_one()
    road.store.hold()
    relieving = asyncio.ensure_future(down(road, FIRST))
    await until(lambda: not road.dispatcher.backlog, "its answer is stored", pause=0)
    relieving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await relieving
    assert road.take(FIRST) == [], "it may stand in a row of the other channel already"
    road.store.release()
    await road.store.drained()
    assert place(road, message_id) == (SECOND, "1:waited")


# -- channels that were removed ---------------------------------------------------------------------------


async def test_what_a_removed_channel_leaves_behind_goes_elsewhere_at_once(road: Road) -> None:
    ids = [await road.send_one(**what) for what in (CODE, {}, MARKETING, TWO_PARTS)]
    await removed(road, FIRST)
    assert {place(road, message_id) for message_id in ids} == {(SECOND, "1:waited")}
    assert waiting(road, FIRST) == []
    assert (road.dispatcher.backlog, road.outbox_rows()) == (4, 4)


async def test_it_goes_to_one_that_is_down_rather_than_fail(road: Road) -> None:
    message_id = await road.send_one()
    for channel in CHANNELS[1:]:
        road.router.mark(channel.id, up=False)
    await removed(road, FIRST)
    assert place(road, message_id)[0] == SECOND


@pytest.mark.parametrize("readable", [True, False])
async def test_what_no_other_channel_takes_has_failed_and_costs_nothing(
    tmp_path: Path, readable: bool
) -> None:
    road = await opened_road(tmp_path, CHANNELS[:1] if readable else CHANNELS)
    ids = [await road.send_one(**what) for what in ({}, TWO_PARTS)]
    await removed(road, FIRST, readable=readable)
    await road.store.drained()
    for message_id in ids:
        assert (road.state(message_id), road.stored(message_id, "receipt_code")) == ("failed", NO_CHANNEL)
        assert road.answers(message_id) == []
    usage = await road.usage()
    assert (usage["failed"], usage["held"], usage["charged"]) == (2, 0, 0)
    assert (road.dispatcher.backlog, road.outbox_rows()) == (0, 0)
    road.close()


async def test_what_waits_for_its_next_try_leaves_too(road: Road) -> None:
    message_id = await road.send_one()
    (part,) = road.take(FIRST)
    await answer(road, FIRST, part, AnswerKind.RETRY)
    await removed(road, FIRST)
    assert place(road, message_id)[0] == SECOND


async def test_what_was_taken_in_part_has_failed(road: Road) -> None:
    message_id = await road.send_one(**TWO_PARTS)
    first, second = road.take(FIRST)
    await answer(road, FIRST, first, ACCEPTED)
    road.dispatcher.queue(FIRST).put_back(*second)
    await removed(road, FIRST)
    await road.store.drained()
    assert (road.state(message_id), road.stored(message_id, "receipt_code")) == ("failed", NO_CHANNEL)
    assert (road.dispatcher.backlog, road.outbox_rows(), everywhere(road)) == (0, 0, {})


async def test_what_its_carrier_may_have_has_failed_as_not_answered(road: Road) -> None:
    message_id = await road.send_one()
    road.dispatcher.lost(FIRST, road.take(FIRST))
    await removed(road, FIRST)
    await road.store.drained()
    assert (road.state(message_id), road.stored(message_id, "receipt_code")) == ("failed", "NO_ANSWER")
    assert (road.stored(message_id, "uncertain"), len(road.dispatcher.doubts)) == (1, 0)
    assert (road.dispatcher.backlog, road.outbox_rows()) == (0, 0)


async def test_what_expired_there_has_expired(road: Road) -> None:
    message_id = await road.send_one(**CODE)
    road.clock.advance(CODE_VALID_SECONDS)
    await removed(road, FIRST)
    await road.store.drained()
    assert road.state(message_id) == "expired"


async def test_a_channel_that_was_removed_before_the_start_is_cleared_as_well(road: Road) -> None:
    message_id = await road.send_one()
    road = await restarted(road, clean=True)
    await removed(road, FIRST)
    assert place(road, message_id) == (SECOND, "1:waited")
    road.close()


# -- any order of anything ---------------------------------------------------------------------------------

ACTIONS = st.sampled_from(
    ["relieve"] * 3 + ["crash", "removed", None, ELSEWHERE, ACCEPTED, AnswerKind.RETRY, AnswerKind.REFUSED]
)
"""An answer; None: the link died before it answered; relieve: its channel has been down for long."""


@given(parts=st.integers(1, 2), actions=st.lists(ACTIONS, min_size=1, max_size=10))
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_happens_it_stands_in_one_place_and_never_where_it_may_be_doubled(
    tmp_path_factory: pytest.TempPathFactory, parts: int, actions: list[object]
) -> None:
    async def tell() -> None:
        road = await opened_road(tmp_path_factory.mktemp("road"))
        message_id = await road.send_one(template="plain" if parts == 1 else "long")
        may_have: set[int] = set()
        """Channels whose carriers may have a part."""
        out: list[tuple[int, Part]] = []
        for action in actions:
            road.clock.advance(LOOK_AGAIN)
            here = everywhere_open(road)
            if action == "relieve":
                for channel_id, part in out:
                    road.dispatcher.queue(channel_id).put_back(*part)  # the link throttles
                out.clear()
                await down(road, *here)
            elif action == "removed":
                for channel_id, part in out:
                    may_have.add(channel_id)
                    road.dispatcher.lost(channel_id, [part])
                out.clear()
                for channel_id in here:
                    await removed(road, channel_id)
                await road.store.drained()
            elif action == "crash":
                may_have.update(channel_id for channel_id, _ in out)
                out.clear()
                road = await restarted(road)
            elif out or (found := everywhere(road)):
                out = out or [(channel_id, part) for channel_id, parts in found.items() for part in parts]
                assert not may_have - {out[0][0]}, "it may be on a handset by another channel"
                channel_id, part = out.pop(0)
                if not isinstance(action, AnswerKind):
                    may_have.add(channel_id)
                    road.dispatcher.lost(channel_id, [part])
                else:
                    may_have |= {channel_id} if action is ACCEPTED else set()
                    await answer(road, channel_id, part, action)
            assert len(everywhere_open(road)) <= 1
        if road.state(message_id) == "accepted" and not everywhere_open(road):
            taken = {part for part, _, outcome, _ in road.answers(message_id) if outcome == PART_SUBMITTED}
            assert taken == set(range(1, parts + 1)), "neither open nor taken nor ended"
        road.close()

    asyncio.run(tell())
