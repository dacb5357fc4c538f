"""Waiting for facts: ask until it is so, and say what was missing when it takes too long."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Fact = TypeVar("Fact")


async def until(
    look: Callable[[], Fact | Awaitable[Fact]], what: str, *, within: float = 20.0, pause: float = 0.02
) -> Fact:
    """The first true value of `look`, asked again and again, with a `pause` between. Raises AssertionError naming `what`
    and the last value after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        found = look()
        value: Fact = await found if inspect.isawaitable(found) else found
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {within:g} s: {what} (last: {value!r})"
        await asyncio.sleep(pause)
