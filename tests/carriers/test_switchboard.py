"""Several channels at once: started, held, changed and ended while messages go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scripted_carrier import number_of
from switchboard_world import SwitchboardWorld, opened_world

from hongyan.carriers.dialects.smpp import SmppAccount, SmppDialect
from hongyan.kernel.errors import Refused
from hongyan.protocols.session.timing import Timing

MOBILE, UNICOM = "13800138000", "13000130000"


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SwitchboardWorld]:
    async with opened_world(tmp_path, monkeypatch) as opened:
        yield opened


async def both(world: SwitchboardWorld, **mobile: Any) -> None:
    await world.use(world.setup(1, "mobile", **mobile), world.setup(2, "unicom"))
    await world.until(lambda: world.switchboard.bound == 2, "every channel has a link")


async def test_each_message_goes_to_its_carrier(world: SwitchboardWorld) -> None:
    await both(world)
    mobile, unicom = await world.carriers["mobile"].link(), await world.carriers["unicom"].link()
    await world.road.send_one(MOBILE)
    await world.road.send_one(UNICOM)
    first, second = await mobile.next_submit(), await unicom.next_submit()
    assert number_of(first) == "86" + MOBILE
    assert number_of(second) == "86" + UNICOM


async def test_before_any_channel_is_there_nothing_is_accepted(world: SwitchboardWorld) -> None:
    assert not world.switchboard.ready
    with pytest.raises(Refused, match=r"route\.none"):
        await world.road.send_one()


async def test_a_held_channel_stays_logged_in_and_submits_nothing_until_it_may(
    world: SwitchboardWorld,
) -> None:
    await both(world)
    mobile = await world.carriers["mobile"].link()
    await world.use(world.setup(1, "mobile", submits=False), world.setup(2, "unicom"))
    message = await world.road.send_one()
    assert await mobile.settled() == 0
    assert (world.switchboard.bound, world.switchboard.in_flight) == (2, 0)
    await world.use(world.setup(1, "mobile"), world.setup(2, "unicom"))
    mobile.accept(await mobile.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(message), "the answer is stored")
    assert len(world.carriers["mobile"].connections) == 1


async def test_a_change_restarts_the_links_of_its_channel_only(world: SwitchboardWorld) -> None:
    await both(world)
    await world.carriers["mobile"].link()
    await world.use(world.setup(1, "mobile", version=2, connections=2), world.setup(2, "unicom"))
    await world.until(lambda: world.switchboard.bound == 3, "two links to one carrier, one to the other")
    assert len(world.carriers["mobile"].connections) == 3
    assert len(world.carriers["unicom"].connections) == 1


async def test_another_route_changes_no_link(world: SwitchboardWorld) -> None:
    await both(world)
    setup = world.setup(1, "mobile")
    closed = replace(setup, route=replace(setup.route, open=False))
    await world.use(closed, world.setup(2, "unicom"))
    with pytest.raises(Refused) as caught:
        await world.road.send_one()
    assert caught.value.facts["passed_over"] == "1:closed 2:carrier"
    assert len(world.carriers["mobile"].connections) == 1


async def test_a_channel_that_is_gone_takes_leave_and_its_carrier_is_not_called_again(
    world: SwitchboardWorld,
) -> None:
    await both(world)
    mobile = await world.carriers["mobile"].link()
    await world.use(world.setup(2, "unicom"))
    assert mobile.unbound
    assert world.switchboard.bound == 1


async def test_what_was_submitted_is_answered_before_a_channel_ends(world: SwitchboardWorld) -> None:
    await both(world)
    mobile = await world.carriers["mobile"].link()
    message = await world.road.send_one()
    submit = await mobile.next_submit()
    ending = asyncio.ensure_future(world.use(world.setup(2, "unicom")))
    await asyncio.sleep(0.02)
    mobile.accept(submit, "c-1")
    await ending
    assert world.road.answers(message)


async def test_the_links_of_a_channel_share_its_rate(world: SwitchboardWorld) -> None:
    await world.use(world.setup(1, "mobile", connections=4, rate=20.0))
    await world.until(lambda: world.switchboard.bound == 4, "four links")
    for _ in range(10):
        await world.road.send_one()
    await asyncio.sleep(0.05)
    assert world.switchboard.in_flight == 2  # bursts of a tenth of a second
    world.road.clock.advance(0.1)
    await world.until(lambda: world.switchboard.in_flight == 4, "two more")


async def test_links_of_a_channel_take_turns(world: SwitchboardWorld) -> None:
    await world.use(world.setup(1, "mobile", connections=2))
    await world.until(lambda: world.switchboard.bound == 2, "two links")
    for sent in range(1, 5):
        await world.road.send_one()
        await world.until(lambda sent=sent: world.switchboard.in_flight == sent, "it is under way")
    assert [link.in_flight for link in world.switchboard.links] == [2, 2]


# -- what those see who watch -----------------------------------------------------------------------------


async def test_samples_name_every_channel_in_order(world: SwitchboardWorld) -> None:
    await world.use(world.setup(2, "unicom", connections=2), world.setup(1, "mobile", submits=False))
    await world.until(lambda: world.switchboard.bound == 3, "all links")
    mobile, unicom = world.switchboard.samples()
    assert (mobile.id, mobile.name, mobile.protocol, mobile.submits) == (1, "mobile", "SMPP 3.4", False)
    assert (unicom.id, unicom.name, unicom.bound) == (2, "unicom", 2)
    assert [link.name for link in unicom.links] == ["1", "2"]
    assert mobile.listener is unicom.listener is None
    assert (mobile.sends, unicom.sends) == (False, True)


async def test_samples_count_what_waits_by_lane_and_what_comes(world: SwitchboardWorld) -> None:
    await world.use(world.setup(1, "mobile", submits=False))
    await world.until(lambda: world.switchboard.bound == 1, "the link")
    await world.road.send_one(MOBILE)
    await world.road.send_one(MOBILE, template="marketing")
    await world.road.send_one(MOBILE, template="marketing")
    (seen,) = world.switchboard.samples()
    assert dict(seen.waiting) == {"codes": 0, "notices": 1, "marketing": 2}
    carrier = await world.carriers["mobile"].link()
    await carrier.answer_to(carrier.receipt("unknown"))
    await carrier.answer_to(carrier.receipt("unknown", "ENROUTE"))
    await carrier.answer_to(carrier.reply("好".encode("utf-16-be")))
    (seen,) = world.switchboard.samples()
    assert dict(seen.deliveries) == {"report": 1, "text": 1, "interim": 1}
    assert seen.put_off == 0


async def test_one_carrier_that_is_away_does_not_make_it_unready(world: SwitchboardWorld) -> None:
    world.carriers["unicom"].stop_listening()
    await world.use(world.setup(1, "mobile"), world.setup(2, "unicom"))
    await world.until(lambda: world.switchboard.bound == 1, "mobile is there")
    assert world.switchboard.ready
    await world.use(world.setup(1, "mobile", submits=False), world.setup(2, "unicom"))
    assert not world.switchboard.ready, "the one that is there may not send"


async def test_a_link_that_only_receives_does_not_make_it_ready(world: SwitchboardWorld) -> None:
    receiver = SmppDialect(SmppAccount("hongyan", "secret", "receiver"), Timing())
    await world.use(world.setup(1, "mobile", dialects=(receiver,)))
    await world.until(lambda: world.switchboard.bound == 1, "the receiver")
    assert not world.switchboard.ready
