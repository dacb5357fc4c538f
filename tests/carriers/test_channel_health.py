"""A channel that cannot send is passed over after a grace, and comes back at once; what waits for it goes nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scripted_carrier import CarrierLink, number_of
from switchboard_world import SwitchboardWorld, opened_world

from hongyan.carriers import health as health_module
from hongyan.carriers import link as link_module
from hongyan.carriers.dialects.smpp import SmppAccount, SmppDialect
from hongyan.carriers.endings import SILENT
from hongyan.carriers.health import Health
from hongyan.carriers.switchboard import ChannelSetup
from hongyan.kernel.clock import ManualClock
from hongyan.messaging.route import Channel
from hongyan.protocols.session.events import SubmitReceived
from hongyan.protocols.session.timing import Timing

FIRST, SECOND = 1, 2
GRACE = 0.05


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SwitchboardWorld]:
    monkeypatch.setattr(health_module, "DOWN_AFTER", GRACE)
    async with opened_world(tmp_path, monkeypatch) as opened:
        yield opened


def way(world: SwitchboardWorld, channel_id: int, carrier: str, **changes: Any) -> ChannelSetup:
    """A channel for every number; the lower its id, the sooner it is chosen."""
    route = Channel(channel_id, carrier, f"10690000{channel_id}", priority=channel_id)
    return replace(world.setup(channel_id, carrier), route=route, **changes)


async def two_ways(world: SwitchboardWorld) -> tuple[CarrierLink, CarrierLink]:
    """The carriers' ends of both channels."""
    await world.use(way(world, FIRST, "mobile"), way(world, SECOND, "unicom"))
    await world.until(lambda: world.switchboard.bound == 2, "every channel has a link")
    return await world.carriers["mobile"].link(), await world.carriers["unicom"].link()


def is_down(world: SwitchboardWorld, channel_id: int) -> bool:
    return channel_id in world.road.router.down


def place(world: SwitchboardWorld, message_id: int) -> tuple[int, str]:
    """(channel, passed over)."""
    return tuple(world.road.stored(message_id, what) for what in ("channel_id", "passed_over"))  # type: ignore[return-value]


async def test_the_next_message_leaves_by_the_other_channel_and_returns_when_it_is_back(
    world: SwitchboardWorld,
) -> None:
    first, second = await two_ways(world)
    world.carriers["mobile"].stop_listening()
    first.cut()
    await world.until(lambda: is_down(world, FIRST), "the first channel is down")

    elsewhere = await world.road.send_one()
    second.accept(await second.next_submit(), "c-1")
    assert place(world, elsewhere) == (SECOND, "1:down")

    await world.carriers["mobile"].listen()
    first = await world.carriers["mobile"].link()
    await world.until(lambda: not is_down(world, FIRST), "the first channel is back")
    back = await world.road.send_one()
    first.accept(await first.next_submit(), "c-2")
    assert place(world, back) == (FIRST, "")


async def test_a_link_that_comes_back_within_the_grace_loses_no_message_to_another_channel(
    world: SwitchboardWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_module, "DOWN_AFTER", 60.0)
    first, _ = await two_ways(world)
    first.cut()
    await world.until(lambda: world.switchboard.bound == 1, "the link is lost")
    message_id = await world.road.send_one()
    again = await world.carriers["mobile"].link()
    again.accept(await again.next_submit(), "c-1")
    assert place(world, message_id) == (FIRST, "")


async def test_when_every_channel_is_down_messages_wait_for_the_best(world: SwitchboardWorld) -> None:
    for carrier in world.carriers.values():
        carrier.stop_listening()
    await world.use(way(world, FIRST, "mobile"), way(world, SECOND, "unicom"))
    await world.until(lambda: is_down(world, FIRST) and is_down(world, SECOND), "both are down")
    message_id = await world.road.send_one()
    assert place(world, message_id) == (FIRST, "")
    await world.carriers["mobile"].listen()
    first = await world.carriers["mobile"].link()
    first.accept(await first.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(message_id), "it has left")


async def test_one_link_of_several_is_enough(world: SwitchboardWorld) -> None:
    await world.use(way(world, FIRST, "mobile", connections=2), way(world, SECOND, "unicom"))
    await world.until(lambda: world.switchboard.bound == 3, "every link is bound")
    world.carriers["mobile"].stop_listening()
    (await world.carriers["mobile"].link()).cut()
    await world.until(lambda: world.switchboard.bound == 2, "one is lost")
    await asyncio.sleep(GRACE * 2)
    assert not is_down(world, FIRST)


async def test_a_link_that_only_receives_cannot_send(world: SwitchboardWorld) -> None:
    receiver = SmppDialect(SmppAccount("hongyan", "secret", "receiver"), Timing())
    await world.use(way(world, FIRST, "mobile", dialects=(receiver,)), way(world, SECOND, "unicom"))
    await world.until(lambda: world.switchboard.bound == 2, "every link is bound")
    await world.until(lambda: is_down(world, FIRST), "it cannot send")
    assert place(world, await world.road.send_one()) == (SECOND, "1:down")


async def test_a_login_that_is_refused_is_a_channel_that_is_down(
    world: SwitchboardWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "AFTER_REFUSED_LOGIN", 0.01)
    world.carriers["mobile"].refuse_binds = 0x0E
    await world.use(way(world, FIRST, "mobile"), way(world, SECOND, "unicom"))
    await world.until(lambda: is_down(world, FIRST), "the first channel is down")
    assert not is_down(world, SECOND)


async def test_a_channel_that_is_changed_while_down_stays_so_until_it_can_send(
    world: SwitchboardWorld,
) -> None:
    first, _ = await two_ways(world)
    world.carriers["mobile"].stop_listening()
    first.cut()
    await world.until(lambda: is_down(world, FIRST), "the first channel is down")
    await world.use(way(world, FIRST, "mobile", version=2), way(world, SECOND, "unicom"))
    assert is_down(world, FIRST)
    await world.carriers["mobile"].listen()
    await world.until(lambda: not is_down(world, FIRST), "the first channel is back")


async def test_a_stop_says_nothing_about_health(world: SwitchboardWorld) -> None:
    await two_ways(world)
    assert await world.switchboard.stop()
    await asyncio.sleep(GRACE * 2)
    assert not is_down(world, FIRST)


# -- the grace --------------------------------------------------------------------------------------------


async def test_since_when_it_is_down_is_since_its_last_link_was_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_module, "DOWN_AFTER", 0.01)
    clock = ManualClock()
    told: list[bool] = []
    health = Health(clock, told.append)
    health.begin()
    health.note(able=True)
    clock.advance(5)
    lost = clock.monotonic()
    health.note(able=False)
    clock.advance(5)
    health.note(able=False)
    assert (told, health.down_since) == ([True], None), "the grace"
    async with asyncio.timeout(10):
        while len(told) < 2:
            await asyncio.sleep(0.002)
    assert (told, health.down_since) == ([True, False], lost)
    health.note(able=True)
    assert (told, health.down_since) == ([True, False, True], None)


async def silence(world: SwitchboardWorld) -> tuple[CarrierLink, CarrierLink, SubmitReceived]:
    """Both carriers' ends after the first one has let a submit wait for as long as it may; that submit."""
    first, second = await two_ways(world)
    await world.road.send_one()
    submit = await first.next_submit()
    world.road.clock.advance(Timing().answer_timeout)
    await world.until(lambda: is_down(world, FIRST), "the silent channel is down")
    return first, second, submit


async def test_a_carrier_that_answers_no_submit_is_passed_over_until_it_does(world: SwitchboardWorld) -> None:
    first, second, submit = await silence(world)
    (link,) = world.switchboard.samples()[0].links
    assert (link.state, link.reason) == ("bound", SILENT)
    elsewhere = await world.road.send_one()
    second.accept(await second.next_submit(), "c-1")
    assert place(world, elsewhere) == (SECOND, "1:down")

    first.accept(submit, "late")
    await world.until(lambda: not is_down(world, FIRST), "it has answered after all")
    assert place(world, await world.road.send_one()) == (FIRST, "")
    (link,) = world.switchboard.samples()[0].links
    assert link.reason == ""


async def test_a_silent_carrier_is_tried_again_after_a_while(world: SwitchboardWorld) -> None:
    first, _, _ = await silence(world)
    world.road.clock.advance(link_module.TRY_SILENT_AFTER)
    await world.until(lambda: not is_down(world, FIRST), "it has another chance")
    tried = await world.road.send_one("13800000002")
    assert place(world, tried) == (FIRST, "")
    while number_of(submit := await first.next_submit()) != "8613800000002":
        pass  # the one that was never answered goes again, too
    first.accept(submit, "c-1")
    await world.until(lambda: world.road.answers(tried), "it has answered")
    assert not is_down(world, FIRST)


async def test_one_answer_that_is_missing_among_others_is_no_silence(world: SwitchboardWorld) -> None:
    first, _ = await two_ways(world)
    await world.road.send_one()
    await first.next_submit()
    world.road.clock.advance(Timing().answer_timeout / 2)
    answered = await world.road.send_one()
    first.accept(await first.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(answered), "the second is answered")
    world.road.clock.advance(Timing().answer_timeout / 2)
    await world.until(lambda: world.road.dispatcher.doubts, "the first was given up")
    await asyncio.sleep(GRACE * 2)
    assert not is_down(world, FIRST)
