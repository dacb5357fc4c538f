"""The real SQLite engine and the real groups, without a process of their own: tests say when a group commits."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hongyan.kernel.errors import Misconfigured, Throttled
from hongyan.storage.grouping import UNAVAILABLE, Grouper, settle
from hongyan.storage.port import Change, Command, Nonce, Outcome
from hongyan.storage.sqlite.database import FILE, open_reading, open_writing
from hongyan.storage.sqlite.engine import SqliteEngine
from hongyan.storage.statements import catalogue
from hongyan.storage.topics import Topics

Sink = Callable[[Outcome], None]


class InProcessStore:
    """A `Store`. What is posted in one turn of the loop is one group, committed in the next turn, unless `held`."""

    def __init__(self, folder: Path, *, most_waiting: int = 10_000) -> None:
        self._path = folder / FILE
        self._connection = open_writing(self._path, synchronous="OFF")
        self._engine = SqliteEngine(self._connection)
        self._engine.begin_service()
        self._reader = open_reading(self._path)
        self._grouper = Grouper(most_waiting)
        self._topics = Topics()
        self._statements = catalogue("sqlite")
        self._planned = False
        self._held = False
        self._gone = False
        self.open_items = self._engine.open_items
        self.last_message_id = self._engine.last_message_id

    # -- what rooms call -----------------------------------------------------------------------------------

    def post(self, command: Command, sink: Sink) -> None:
        if isinstance(command, Change) and command.topics:
            sink = self._topics.telling(command.topics, sink)
        self._grouper.put(command, sink)
        self._plan()

    def commit(self, command: Command) -> asyncio.Future[Outcome]:
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.post(command, lambda outcome: None if future.done() else future.set_result(outcome))
        return future

    async def read(self, name: str, *parameters: Any) -> list[tuple[Any, ...]]:
        await asyncio.sleep(0)  # a read of the real store gives way to others, too
        if self._gone:
            raise Misconfigured("storage.closed", en="the store is closed", zh="存储已关闭")
        return self._reader.execute(self._statements[name], parameters).fetchall()

    def may_submit(self) -> bool:
        return True

    def subscribe(self, topic: str, callback: Callable[[str], None]) -> None:
        self._topics.subscribe(topic, callback)

    # -- what tests call -----------------------------------------------------------------------------------

    def hold(self) -> None:
        """Commit nothing until `release`, as a slow disk would."""
        self._held = True

    def release(self) -> None:
        self._held = False
        self._plan()

    @property
    def waiting(self) -> int:
        """Rows that wait for a group."""
        return self._grouper.waiting

    async def drained(self) -> None:
        """Wait until everything that was posted is committed."""
        while self._grouper:
            await asyncio.sleep(0)

    def fill(self) -> None:
        """The queue is full: commit nothing, and take nothing more."""
        self.hold()
        with contextlib.suppress(Throttled):
            while True:
                self._grouper.put(Nonce(0, 0), lambda outcome: None)

    def lose(self) -> None:
        """The writer died: nothing can be stored any more."""
        self._gone = True
        self.release()

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Look into the tables, past the store."""
        return self._reader.execute(sql, parameters).fetchall()

    def execute(self, sql: str, *parameters: Any) -> None:
        """Change the tables, past the store."""
        self._connection.execute(sql, parameters)

    def close(self) -> None:
        self._held = True
        self._reader.close()
        self._connection.close()

    def _plan(self) -> None:
        if not self._planned and not self._held and self._grouper:
            self._planned = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._planned = False
        if self._held:
            return
        group = self._grouper.take()
        outcomes = [UNAVAILABLE] * len(group) if self._gone else self._engine.apply([e[0] for e in group])
        settle(group, outcomes)
        self._plan()
