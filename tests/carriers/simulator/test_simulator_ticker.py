"""One clock for all networks, which a fault in one of them does not stop."""

from __future__ import annotations

import asyncio

import pytest

from hongyan.carriers.simulator.ticker import Ticker
from hongyan.kernel.clock import SystemClock


class Member:
    """Wants to be looked at again and again."""

    def __init__(self, *, broken: bool) -> None:
        self.looks = 0
        self.enough = asyncio.Event()
        self._broken = broken

    def tick(self, now: float) -> float | None:
        self.looks += 1
        if self.looks == 5:
            self.enough.set()
        if self._broken:
            raise ValueError("broken")
        return 0.0


async def test_a_fault_is_logged_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    broken, whole = Member(broken=True), Member(broken=False)
    ticker = Ticker(SystemClock())
    ticker.add(broken)
    ticker.add(whole)
    ticker.soon()
    async with asyncio.timeout(5):
        await whole.enough.wait()
    ticker.stop()
    assert caplog.text.count("a part of the simulator failed") == 1
    assert (broken.looks, whole.looks) == (1, 5)
