"""Records kept in memory until somebody says that they changed.

Decides what is remembered, for how long and what a late answer may overwrite. Knows no store: the loader is
handed in, and `forget` is made to be the callback of a topic (`Store.subscribe`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Generic, TypeVar

V = TypeVar("V")

LONGEST_KEY = 256
"""Characters; every key that names something is shorter."""
EVERYTHING = "*"
"""The topic key after which nothing that is remembered may be trusted, e.g. when notices were lost."""


class RecordCache(Generic[V]):
    """A bounded, least-recently-used memory of records by text key.

    Absence is remembered too, in a space of its own, so that a flood of unknown keys cannot push out the known ones.
    A load that was under way when its key was forgotten is handed to those who waited and not remembered. So is what
    is found of a key longer than LONGEST_KEY: the bound counts keys, and callers choose how long they are.
    """

    def __init__(self, load: Callable[[str], Awaitable[V | None]], *, size: int = 10_000) -> None:
        self._load = load
        self._size = size
        self._found: dict[str, V] = {}
        self._absent: dict[str, None] = {}
        self._loading: dict[str, asyncio.Future[V | None]] = {}

    def peek(self, key: str) -> V | None:
        """The record if it is at hand. None says nothing: ask `get`."""
        try:
            record = self._found.pop(key)
        except KeyError:
            return None
        self._found[key] = record  # now the youngest
        return record

    async def get(self, key: str) -> V | None:
        """The record, loaded when needed; concurrent callers share one load."""
        record = self.peek(key)
        if record is not None or key in self._absent:
            return record
        loading = self._loading.get(key)
        if loading is None:
            loading = self._loading[key] = asyncio.ensure_future(self._load(key))
            loading.add_done_callback(partial(self._remember, key))
        return await asyncio.shield(loading)

    def forget(self, key: str) -> None:
        """The record changed (EVERYTHING: all of them may have)."""
        if key == EVERYTHING:
            for kept in (self._found, self._absent, self._loading):
                kept.clear()
            return
        self._found.pop(key, None)
        self._absent.pop(key, None)
        self._loading.pop(key, None)

    def _remember(self, key: str, loading: asyncio.Future[V | None]) -> None:
        if self._loading.get(key) is not loading:
            return  # forgotten while it was under way: the answer may be older than the change
        del self._loading[key]
        if loading.cancelled() or loading.exception() is not None or len(key) > LONGEST_KEY:
            return
        record = loading.result()
        if record is None:
            self._absent[key] = None
            _trim(self._absent, self._size)
        else:
            self._found[key] = record
            _trim(self._found, self._size)


def _trim(kept: dict[str, V], size: int) -> None:
    while len(kept) > size:
        del kept[next(iter(kept))]
