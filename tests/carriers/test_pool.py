"""How links of one channel are told that something waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from hongyan.carriers.health import Health
from hongyan.carriers.link import Link
from hongyan.carriers.pool import LinkPool
from hongyan.kernel.clock import ManualClock
from hongyan.messaging.outgoing import ChannelQueue


class NotedLink:
    """Notes in which order links are asked to take what waits."""

    def __init__(self, name: int, asked: list[int]) -> None:
        self._name = name
        self._asked = asked
        self.held = False
        self.changed: Callable[[], None] = lambda: None

    def pump(self) -> None:
        self._asked.append(self._name)


def pool_of(count: int, asked: list[int]) -> tuple[LinkPool, ChannelQueue]:
    clock = ManualClock()
    queue = ChannelQueue(1, capacity=100)
    names = iter(range(count))
    return LinkPool(
        queue,
        lambda _dialect, _shared, _number: cast(Link, NotedLink(next(names), asked)),
        cast(Any, [None] * count),
        rate=0,
        clock=clock,
        health=Health(clock, lambda _up: None),
    ), queue


async def test_links_are_asked_once_for_all_that_comes_in_a_turn_of_the_loop() -> None:
    asked: list[int] = []
    _, queue = pool_of(3, asked)
    for _ in range(1_000):
        queue.wake()
    assert asked == []
    await asyncio.sleep(0)
    assert sorted(asked) == [0, 1, 2]
    await asyncio.sleep(0)
    assert len(asked) == 3


async def test_another_link_is_the_first_each_time() -> None:
    asked: list[int] = []
    _, queue = pool_of(3, asked)
    for _ in range(4):
        queue.wake()
        await asyncio.sleep(0)
    assert asked[::3] == [2, 1, 0, 2]


async def test_what_waited_is_looked_at_when_a_pool_is_held_no_more() -> None:
    asked: list[int] = []
    pool, _ = pool_of(2, asked)
    pool.hold(True)
    await asyncio.sleep(0)
    assert asked == []
    pool.hold(False)
    await asyncio.sleep(0)
    assert len(asked) == 2
