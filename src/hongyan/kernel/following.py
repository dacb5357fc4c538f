"""Something in memory that is kept at what the store has, change by change.

Decides when everything is read, when only what changed, and what a failed reading leaves to do. Knows no store and no
log: both readings are handed in, and `heard` is made to be the callback of a topic (`Store.subscribe`).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from itertools import islice
from typing import Generic, TypeVar

from hongyan.kernel.cache import EVERYTHING
from hongyan.kernel.errors import HongyanError

K = TypeVar("K")

AT_ONCE = 1_000
"""Changed keys that one question to the store is about."""
MOST_CHANGED = 200_000
"""More changes than this that wait are no longer told apart: everything is read again."""
TRY_AGAIN_SECONDS = 1.0
"""After a reading that failed."""


class Follower(Generic[K]):
    """`load` reads everything, `renew` some keys. `keys_of`: what a topic's key is about."""

    def __init__(
        self,
        load: Callable[[], Awaitable[None]],
        renew: Callable[[list[K]], Awaitable[None]],
        keys_of: Callable[[str], Iterable[K]],
    ) -> None:
        self._load_all = load
        self._renew = renew
        self._keys_of = keys_of
        self._changed: set[K] = set()
        self._everything = False
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()

    def heard(self, key: str) -> None:
        """Something changed (EVERYTHING: all of it may have)."""
        if key == EVERYTHING or len(self._changed) > MOST_CHANGED:
            self._everything = True
            self._changed.clear()
        else:
            self._changed.update(self._keys_of(key))
        self._wake.set()

    async def load(self) -> None:
        """Read everything; what is told meanwhile is read once more after it."""
        self._everything = False
        try:
            await self._load_all()
        except BaseException:
            self._everything = True
            raise

    async def catch_up(self) -> None:
        """Take over what was told until now, also when another one is at it. Raises HongyanError, and can be called
        again."""
        async with self._turn:
            while self._everything or self._changed:
                if self._everything:
                    await self.load()
                else:
                    await self._load_changed()

    async def settle(self) -> None:
        """Take over what was told until now, so that what is asked after a change sees it. When it cannot be read, `follow`
        does it."""
        with contextlib.suppress(HongyanError):
            await self.catch_up()

    async def follow(self, trouble: Callable[[HongyanError], None]) -> None:
        """Take changes over, for ever. `trouble` hears why one cannot be read now; it is tried again."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self.catch_up()
            except HongyanError as error:
                trouble(error)
                await asyncio.sleep(TRY_AGAIN_SECONDS)
                self._wake.set()

    async def _load_changed(self) -> None:
        keys = list(islice(self._changed, AT_ONCE))
        self._changed.difference_update(keys)  # before the question: the next change of them is another one
        try:
            await self._renew(keys)
        except BaseException:
            self._changed.update(keys)
            raise
