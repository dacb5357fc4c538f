"""Waiting for facts: ask until it is so, and say what was missing when it takes too long."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Fact = TypeVar("Fact")

_PAUSE = 0.02
"""Between two looks at the same fact."""


async def until(look: Callable[[], Fact | Awaitable[Fact]], what: str, *, within: float = 20.0) -> Fact:
    """The first true value of `look`, asked again and again. Raises AssertionError naming `what` and the last
    value after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        found = look()
        value: Fact = await found if inspect.isawaitable(found) else found
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {within:g} s: {what} (last: {value!r})"
        await asyncio.sleep(_PAUSE)
