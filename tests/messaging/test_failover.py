"""What one channel's carrier refuses goes by the next one, or has failed; it never goes twice, and never too late."""

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
from road_world import FOREIGN, Road

from hongyan.compliance.registration.routing import Permission, Turn
from hongyan.kernel.text import Alphabet, Repertoire, parse_udh
from hongyan.messaging.dispatch import RETRY_AFTER_SECONDS, AnswerKind
from hongyan.messaging.outgoing import Part, Said
from hongyan.messaging.route import Channel
from hongyan.storage.port import PART_ELSEWHERE, PART_REFUSED, PART_SUBMITTED, Change


@pytest.fixture
async def road(tmp_path: Path) -> AsyncIterator[Road]:
    """Four channels, in this order; nobody else takes what is sent."""
    opened = await opened_road(tmp_path)
    yield opened
    opened.close()


# -- the way -----------------------------------------------------------------------------------------------


async def test_it_goes_by_the_next_channel_and_is_delivered_there(road: Road) -> None:
    message_id = await road.send_one()
    (part,) = road.take(FIRST)
    assert part[0].access_number == "106900001"

    await answer(road, FIRST, part)

    assert (road.state(message_id), road.outbox_rows(), road.dispatcher.backlog) == ("accepted", 1, 1)
    assert [road.stored(message_id, what) for what in ("channel_id", "access_number", "passed_over")] == [
        SECOND,
        "106900002",
        "1:refused",
    ]
    ((channel_id, ((job, number),)),) = everywhere(road).items()
    assert (channel_id, job.access_number, job.attempt) == (SECOND, "106900002", 2)
    await answer(road, SECOND, (job, number), ACCEPTED)
    assert (road.outbox_rows(), road.dispatcher.backlog, road.dispatcher.moved) == (0, 0, 1)
    receipt(road, SECOND, "2-1")
    await state(road, message_id, "delivered")
    assert road.answers(message_id) == [(1, 1, PART_ELSEWHERE, "CMPP:9"), (1, 2, PART_SUBMITTED, "")]
    assert await road.usage() == {
        "accepted": 1,
        "segments": 1,
        "delivered": 1,
        "failed": 0,
        "held": 0,
        "charged": road.stored(message_id, "price"),
        "uncertain": 0,
    }


async def test_what_every_carrier_would_refuse_goes_nowhere(road: Road) -> None:
    message_id = await road.send_one()
    await refuse_everything(road, FIRST, AnswerKind.REFUSED)
    assert road.state(message_id) == "failed"
    assert everywhere(road) == {}


async def test_three_carriers_are_asked_and_no_more(road: Road) -> None:
    message_id = await road.send_one()
    for channel_id in (FIRST, SECOND):
        await refuse_everything(road, channel_id)
        assert road.state(message_id) == "accepted"
    await refuse_everything(road, THIRD)
    assert road.state(message_id) == "failed"
    assert road.stored(message_id, "receipt_code") == "CMPP:9"
    assert road.stored(message_id, "passed_over") == "1:refused 2:refused"
    assert [outcome for _, _, outcome, _ in road.answers(message_id)] == [
        PART_ELSEWHERE,
        PART_ELSEWHERE,
        PART_REFUSED,
    ]
    assert (road.outbox_rows(), road.dispatcher.backlog, everywhere(road)) == (0, 0, {})
    assert (await road.usage())["held"] == 0


async def test_without_another_channel_it_has_failed(tmp_path: Path) -> None:
    road = await opened_road(tmp_path, CHANNELS[:1])
    message_id = await road.send_one()
    await refuse_everything(road, FIRST)
    assert (road.state(message_id), road.stored(message_id, "receipt_code")) == ("failed", "CMPP:9")
    road.close()


async def test_a_carrier_that_is_ill_for_too_long_is_given_up_for_another(road: Road) -> None:
    message_id = await road.send_one()
    for wait in (*RETRY_AFTER_SECONDS, 0):
        (part,) = road.take(FIRST)
        await answer(road, FIRST, part, AnswerKind.RETRY, "CMPP:3")
        road.clock.advance(wait + 0.001)
    ((channel_id, ((job, _),)),) = everywhere(road).items()
    assert (channel_id, job.attempt, job.retries) == (SECOND, len(RETRY_AFTER_SECONDS) + 2, 0)
    assert road.state(message_id) == "accepted"


async def test_the_extension_code_goes_along(road: Road) -> None:
    await road.send_one(extension_code="88")
    await refuse_everything(road, FIRST)
    ((job, _),) = road.take(SECOND)
    assert job.access_number == "10690000288"


async def test_a_channel_without_room_for_the_extension_code_is_passed_over(tmp_path: Path) -> None:
    first, second, third, _ = CHANNELS
    road = await opened_road(tmp_path, (first, replace(second, access_number="1" * 18), third))
    await road.send_one(extension_code="888")
    await refuse_everything(road, FIRST)
    assert list(everywhere(road)) == [THIRD]
    road.close()


async def test_routing_and_registration_are_asked_as_for_a_new_message(tmp_path: Path) -> None:
    first, second, third, fourth = CHANNELS
    channels = (
        first,
        replace(second, categories=frozenset({0})),
        replace(third, open=False),
        replace(fourth, accounts=frozenset({1})),
        Channel(5, "fifth", "106900005", priority=5, carriers=frozenset({"unicom"})),
        Channel(6, "sixth", "106900006", priority=6),
    )
    road = await opened_road(tmp_path, channels)
    asked: list[tuple[int, str]] = []

    class Registered:
        def permission(
            self, signature_id: int, channel_id: int, sender: str, network: str | None, category: int
        ) -> Permission | None:
            asked.append((channel_id, sender))
            return Permission("unregistered", Turn.NEVER) if channel_id == 6 else None

        def took(self, signature_id: int, network: str) -> None: ...

        def gave_back(self, signature_id: int, network: str) -> None: ...

    road.router._policy = Registered()
    message_id = await road.send_one()
    await refuse_everything(road, FIRST)
    assert asked == [(1, "106900001"), (6, "106900006")]
    assert road.state(message_id) == "failed"
    road.close()


async def test_a_channel_that_is_gone_says_nothing_about_the_extension_code(road: Road) -> None:
    message_id = await road.send_one()
    (part,) = road.take(FIRST)
    road.router.use(CHANNELS[1:])
    await answer(road, FIRST, part)
    assert road.state(message_id) == "failed"


# -- whose number it is ------------------------------------------------------------------------------------

MOBILE, MOBILE_TOO, UNICOM = (
    replace(channel, carriers=frozenset({carrier}))
    for channel, carrier in zip(CHANNELS, ("mobile", "mobile", "unicom"), strict=False)
)


@pytest.mark.parametrize(
    ("kind", "goes_to"), [(AnswerKind.WRONG_CARRIER, UNICOM.id), (ELSEWHERE, MOBILE_TOO.id)]
)
async def test_a_number_that_is_not_this_carriers_is_asked_of_the_others(
    tmp_path: Path, kind: AnswerKind, goes_to: int
) -> None:
    road = await opened_road(tmp_path, (MOBILE, MOBILE_TOO, UNICOM))
    await road.send_one()
    await refuse_everything(road, MOBILE.id, kind)
    assert list(everywhere(road)) == [goes_to]
    road.close()


async def test_carriers_that_have_not_got_the_number_are_remembered(tmp_path: Path) -> None:
    world = Channel(FOURTH, "world", "HONGYAN", priority=9)
    telecom = Channel(THIRD, "telecom", "106900003", priority=5, carriers=frozenset({"telecom"}))
    road = await opened_road(tmp_path, (MOBILE, replace(UNICOM, id=SECOND), telecom, world))
    await road.send_one()
    await refuse_everything(road, MOBILE.id, AnswerKind.WRONG_CARRIER)
    await refuse_everything(road, SECOND, AnswerKind.WRONG_CARRIER)
    assert list(everywhere(road)) == [THIRD], "its prefix says mobile, but that one has said no"
    road.close()


async def test_a_number_whose_carrier_nobody_knows_is_tried_with_all_four(tmp_path: Path) -> None:
    others = ("telecom", "broadnet", "mobile")
    channels = [
        Channel(n, carrier, f"10690000{n}", priority=n, carriers=frozenset({carrier}))
        for n, carrier in enumerate(others, start=2)
    ]
    road = await opened_road(tmp_path, (replace(UNICOM, id=1), *channels))
    message_id = await road.send_one("13000000001")
    for channel_id in (1, 2, 3):
        await refuse_everything(road, channel_id, AnswerKind.WRONG_CARRIER)
        assert road.state(message_id) == "accepted"
    here = everywhere(road)
    assert list(here) == [4], "China Mobile's, which is the last one left"
    await answer(road, 4, here[4][0], AnswerKind.WRONG_CARRIER)
    assert road.state(message_id) == "failed"
    road.close()


async def test_a_channel_for_every_carrier_says_nothing_about_whose_number_it_is(tmp_path: Path) -> None:
    every = Channel(9, "every", "106900009", priority=0)
    road = await opened_road(tmp_path, (every, replace(UNICOM, id=2), replace(MOBILE, id=1, priority=8)))
    await road.dispatcher.refill(9)
    await road.send_one()
    await refuse_everything(road, 9, AnswerKind.WRONG_CARRIER)
    assert list(everywhere(road)) == [1], "its prefix says mobile"
    road.close()


async def test_a_number_that_is_known_as_ported_stays_with_its_carrier(tmp_path: Path) -> None:
    road = await opened_road(tmp_path, (MOBILE, replace(UNICOM, priority=1), replace(UNICOM, id=4)))
    ported = (road.ported_numbers._key("8613800138000"), "unicom", 0, "test")
    await road.store.commit(Change((("messaging.port_number", ported, 1),)))
    await road.ported_cache.start()
    await road.send_one()
    ((channel_id, _),) = (here := everywhere(road)).items()
    assert channel_id == UNICOM.id
    await answer(road, UNICOM.id, here[UNICOM.id][0])
    assert list(everywhere(road)) == [4]
    road.close()


# -- never too late ----------------------------------------------------------------------------------------


async def test_a_code_is_not_sent_elsewhere_after_it_expired(road: Road) -> None:
    message_id = await road.send_one(**CODE)
    (part,) = road.take(FIRST)
    road.clock.advance(CODE_VALID_SECONDS)
    await answer(road, FIRST, part)
    assert road.state(message_id) == "failed"
    assert everywhere(road) == {}


async def test_a_code_that_expires_on_its_way_to_another_channel_is_not_sent(road: Road) -> None:
    message_id = await road.send_one(**CODE)
    (part,) = road.take(FIRST)
    road.clock.advance(CODE_VALID_SECONDS - 1)
    await answer(road, FIRST, part)
    assert road.stored(message_id, "channel_id") == SECOND
    road.clock.advance(1)
    assert everywhere(road) == {}
    await road.store.drained()
    assert (road.state(message_id), road.outbox_rows(), road.dispatcher.backlog) == ("expired", 0, 0)


async def test_a_code_that_expires_while_its_way_is_looked_up_is_not_sent(road: Road) -> None:
    message_id = await road.send_one(**CODE)
    (part,) = road.take(FIRST)
    road.clock.advance(CODE_VALID_SECONDS - 1)
    answering = asyncio.ensure_future(answer(road, FIRST, part))
    await asyncio.sleep(0)
    road.clock.advance(1)
    await answering
    assert (road.state(message_id), everywhere(road)) == ("failed", {})


# -- never twice -------------------------------------------------------------------------------------------


async def test_a_long_text_goes_elsewhere_whole_when_nothing_of_it_was_taken(road: Road) -> None:
    message_id = await road.send_one(**TWO_PARTS)
    first, second = road.take(FIRST)
    await answer(road, FIRST, second)
    assert (road.state(message_id), everywhere(road)) == ("accepted", {})
    await answer(road, FIRST, first)
    parts = road.take(SECOND)
    assert [number for _, number in parts] == [1, 2]
    reference = (first[0].reference + 1) & 0xFF
    assert parts[0][0].reference == road.stored(message_id, "reference") == reference
    for job, number in parts:
        concat, _ = parse_udh(job.payloads[number - 1])
        assert concat is not None
        assert (concat.reference, concat.total, concat.index) == (reference, 2, number)
        await answer(road, SECOND, (job, number), ACCEPTED)
    for number in (1, 2):
        receipt(road, SECOND, f"2-{number}")
    await state(road, message_id, "delivered")


@pytest.mark.parametrize("order", [(ACCEPTED, ELSEWHERE), (ELSEWHERE, ACCEPTED)])
async def test_a_long_text_that_was_taken_in_part_has_failed(
    road: Road, order: tuple[AnswerKind, ...]
) -> None:
    message_id = await road.send_one(**TWO_PARTS)
    for part, kind in zip(road.take(FIRST), order, strict=True):
        await answer(road, FIRST, part, kind)
    assert (road.state(message_id), road.stored(message_id, "receipt_code")) == ("failed", "CMPP:9")
    assert (everywhere(road), road.outbox_rows(), road.dispatcher.backlog) == ({}, 0, 0)


@pytest.mark.parametrize("order", [(AnswerKind.RETRY, ELSEWHERE), (ELSEWHERE, AnswerKind.RETRY)])
async def test_a_long_text_of_which_a_part_is_tried_again_here_has_failed(
    road: Road, order: tuple[AnswerKind, ...]
) -> None:
    message_id = await road.send_one(**TWO_PARTS)
    for part, kind in zip(road.take(FIRST), order, strict=True):
        await answer(road, FIRST, part, kind)
    assert road.state(message_id) == "failed"
    assert road.take(SECOND) == []


async def test_a_long_text_of_which_a_part_expired_is_expired(road: Road) -> None:
    message_id = await road.send_one(**TWO_PARTS)
    first, second = road.take(FIRST)
    road.dispatcher.queue(FIRST).put_back(*second)
    await answer(road, FIRST, first)
    road.clock.advance(49 * 3_600)
    assert everywhere(road) == {}
    await road.store.drained()
    assert (road.state(message_id), road.outbox_rows()) == ("expired", 0)


async def test_what_a_lost_link_may_have_submitted_goes_nowhere_else(road: Road) -> None:
    message_id = await road.send_one()
    road.dispatcher.lost(FIRST, road.take(FIRST))
    await refuse_everything(road, FIRST)
    assert (road.state(message_id), everywhere(road)) == ("failed", {})
    assert road.stored(message_id, "uncertain") == 1


async def test_what_a_crash_left_in_doubt_goes_nowhere_else(road: Road) -> None:
    message_id = await road.send_one()
    road.take(FIRST)
    road = await restarted(road)
    await refuse_everything(road, FIRST)
    assert (road.state(message_id), everywhere(road), road.outbox_rows()) == ("failed", {}, 0)
    road.close()


@pytest.mark.parametrize("clean", [True, False])
async def test_after_a_stop_it_goes_by_its_new_channel(road: Road, clean: bool) -> None:
    message_id = await road.send_one()
    await refuse_everything(road, FIRST)
    road = await restarted(road, clean=clean)
    ((channel_id, ((job, number),)),) = everywhere(road).items()
    assert (channel_id, job.access_number) == (SECOND, "106900002")
    assert (road.dispatcher.backlog, road.outbox_rows()) == (1, 1)
    await answer(road, SECOND, (job, number), ACCEPTED)
    assert road.stored(message_id, "uncertain") == int(not clean)
    assert (road.dispatcher.backlog, road.outbox_rows()) == (0, 0)
    road.close()


@pytest.mark.parametrize("stored", [0, 1])
async def test_a_crash_amid_the_answers_leaves_one_way(road: Road, stored: int) -> None:
    message_id = await road.send_one(**TWO_PARTS)
    parts = road.take(FIRST)
    for part in parts[:stored]:
        await answer(road, FIRST, part)
    road = await restarted(road)
    ((channel_id, again),) = everywhere(road).items()
    assert (channel_id, [number for _, number in again]) == (FIRST, [1, 2])
    for part in again:
        await answer(road, FIRST, part, ACCEPTED)
    for number in (1, 2):
        receipt(road, FIRST, f"1-{number}")
    await state(road, message_id, "delivered")
    road.close()


async def test_an_answer_that_is_still_looked_up_at_a_crash_is_one_that_never_came(road: Road) -> None:
    message_id = await road.send_one()
    ((job, number),) = road.take(FIRST)
    road.dispatcher.answered(FIRST, job, number, ELSEWHERE, Said(9, error="CMPP:9"), lambda: None)
    road = await restarted(road)
    assert list(everywhere(road)) == [FIRST]
    assert road.stored(message_id, "uncertain") == 1
    road.close()


# -- another alphabet --------------------------------------------------------------------------------------


async def test_a_text_is_cut_anew_for_a_carrier_with_another_alphabet(tmp_path: Path) -> None:
    """One message of 150 characters in the GSM alphabet is three in UCS-2. It stays one that is counted and paid."""
    first, second, *_ = CHANNELS
    road = await opened_road(tmp_path, (first, replace(second, repertoire=Repertoire.UCS2_ONLY)))
    road.dispatcher.queue(SECOND).repertoire = Repertoire.UCS2_ONLY
    message_id = await road.send_one(FOREIGN, template="abroad", params={"who": "you"})
    text = "[Hongyan]" + "Welcome! " * 15
    road.store.execute("UPDATE message SET content = ?", text)
    price = road.stored(message_id, "price")
    await refuse_everything(road, FIRST)
    road = await restarted(road, clean=True)
    parts = road.take(SECOND)
    payloads = [parse_udh(job.payloads[number - 1]) for job, number in parts]
    assert {job.alphabet for job, _ in parts} == {Alphabet.UCS2}
    assert b"".join(payload for _, payload in payloads).decode("utf-16-be") == text
    assert [concat.index for concat, _ in payloads if concat is not None] == [1, 2, 3]
    for part in parts:
        await answer(road, SECOND, part, ACCEPTED)
    for number in (1, 2, 3):
        assert road.state(message_id) == "accepted"
        receipt(road, SECOND, f"2-{number}")
        await road.store.drained()
    assert (road.state(message_id), road.stored(message_id, "segments")) == ("delivered", 1)
    assert (await road.usage())["charged"] == price
    road.close()


# -- memory ------------------------------------------------------------------------------------------------


async def test_what_finds_no_room_there_waits_on_the_disk(tmp_path: Path) -> None:
    road = await opened_road(tmp_path, lane=4)
    for n in range(12):
        await road.send_one(f"138000000{n:02}")
    while parts := road.take(FIRST):
        for part in parts:
            await answer(road, FIRST, part)
        await road.dispatcher.refill(FIRST)
    assert len(road.dispatcher.queue(SECOND)) <= 4 + 1
    assert (road.dispatcher.backlog, road.outbox_rows()) == (12, 12)
    seen = []
    while parts := road.take(SECOND):
        for part in parts:
            seen.append(part[0].number[-2:])
            await answer(road, SECOND, part, ACCEPTED)
        await road.dispatcher.refill(SECOND)
    assert sorted(seen) == [f"{n:02}" for n in range(12)]
    assert (road.dispatcher.backlog, road.outbox_rows()) == (0, 0)
    road.close()


# -- any order of anything ---------------------------------------------------------------------------------

KINDS = st.sampled_from([ELSEWHERE] * 4 + [ACCEPTED, AnswerKind.RETRY, AnswerKind.REFUSED, None])
"""None: the link died before it answered."""


@given(
    parts=st.integers(1, 2),
    answers=st.lists(KINDS, min_size=1, max_size=12),
    crashes=st.sets(st.integers(0, 12), max_size=2),
)
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_is_answered_nothing_that_may_have_been_taken_goes_elsewhere(
    tmp_path_factory: pytest.TempPathFactory,
    parts: int,
    answers: list[AnswerKind | None],
    crashes: set[int],
) -> None:
    async def tell() -> None:
        road = await opened_road(tmp_path_factory.mktemp("road"))
        message_id = await road.send_one(template="plain" if parts == 1 else "long")
        in_doubt: set[int] = set()
        """Channels whose carriers may have a part."""
        asked: list[int] = []
        waiting: list[tuple[int, Part]] = []
        for place, kind in enumerate(answers):
            if place in crashes:
                in_doubt.update(channel_id for channel_id, _ in waiting)
                road = await restarted(road)
                waiting.clear()
                assert len(everywhere_open(road)) <= 1
            road.clock.advance(0.01)
            for channel_id, found in everywhere(road).items():
                assert not in_doubt - {channel_id}, "it may be on a handset by another channel"
                waiting += [(channel_id, part) for part in found]
                asked += [channel_id] * (channel_id not in asked)
            if not waiting:
                break
            channel_id, part = waiting.pop(0)
            if kind is None:
                in_doubt.add(channel_id)
                road.dispatcher.lost(channel_id, [part])
                continue
            if kind is ACCEPTED:
                in_doubt.add(channel_id)
            await answer(road, channel_id, part, kind)
        assert len(asked) <= 4, "as many as there are carriers"
        assert len(everywhere_open(road)) <= 1
        if road.state(message_id) == "accepted" and not everywhere_open(road):
            taken = {part for part, _, outcome, _ in road.answers(message_id) if outcome == PART_SUBMITTED}
            assert taken == set(range(1, parts + 1)), "neither open nor taken nor ended"
        road.close()

    asyncio.run(tell())
