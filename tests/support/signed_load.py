"""Callers that keep a platform busy with signed SendSms, survive its crashes, and remember what they were promised.

Each caller has one keep-alive connection and one open request; every message has a number of its own. A request
that was sent and got no whole answer stays without one: the platform may have accepted it or not.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.numbers import RANGES
from child_processes import HOST
from sms_tenant import Tenant, Wording
from until import until

_REDIAL_SECONDS = 0.02
_ANSWER_WITHIN = 60.0

MIX = {"notice": 6, "long": 3, "code": 3}
"""Wordings by weight."""
ONE = (1,)
SOMETIMES_MANY = (1, 1, 1, 1, 1, 1, 1, 20)
"""Numbers of a request, drawn evenly from."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole HTTP answer. `code`: the vendor's."""

    status: int
    code: str
    biz_id: str
    headers: Mapping[str, str] = field(repr=False)

    @property
    def accepted(self) -> bool:
        return self.status == 200 and self.code == "OK"


@dataclass(slots=True)
class Asked:
    """One request. `answer` None: sent, and never answered."""

    numbers: tuple[str, ...]
    text: str
    wire: bytes
    answer: Answer | None = None

    @property
    def accepted(self) -> bool:
        return self.answer is not None and self.answer.accepted


class Load:
    """`async with Load(tenant, port) as load`: callers work as long as the block lasts."""

    def __init__(
        self,
        tenant: Tenant,
        port: int,
        *,
        connections: int = 8,
        seed: int = 0,
        first: int = 1_000,
        most: int | None = None,
        mix: Mapping[str, int] = MIX,
        numbers: Sequence[int] = ONE,
    ) -> None:
        self._wordings: list[Wording] = [tenant.wordings[name] for name in mix]
        self._weights = list(mix.values())
        self._choices = random.Random(seed)
        self._port = port
        self._connections = connections
        self._next_number = first
        self._numbers = numbers
        self._most = most
        self._number_of = RANGES["mainland"].numbers()
        self._stopping = False
        self.asked: list[Asked] = []
        self.accepted = 0

    async def __aenter__(self) -> Load:
        self._callers = [asyncio.create_task(self._call()) for _ in range(self._connections)]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Ask nothing more, and wait for the open answers."""
        self.end()
        await asyncio.gather(*self._callers)

    def end(self) -> None:
        """Ask nothing more, also when the platform is away."""
        self._stopping = True

    async def accepts(self, more: int, *, within: float = 60.0) -> None:
        """Wait until so many more requests were accepted."""
        wanted = self.accepted + more
        await until(lambda: self.accepted >= wanted, f"{more} more accepted requests", within=within)

    async def all_asked(self, *, within: float = 60.0) -> None:
        """Wait for the end of a load of `most` requests."""
        await asyncio.wait_for(asyncio.gather(*self._callers), within)

    @property
    def promises(self) -> dict[str, str]:
        """Number -> BizId of the accepted requests."""
        return {
            number: one.answer.biz_id
            for one in self.asked
            if one.answer is not None and one.accepted
            for number in one.numbers
        }

    @property
    def unanswered(self) -> list[Asked]:
        return [one for one in self.asked if one.answer is None]

    @property
    def refused(self) -> list[Answer]:
        return [one.answer for one in self.asked if one.answer and not one.answer.accepted]

    @property
    def _over(self) -> bool:
        return self._stopping or (self._most is not None and len(self.asked) >= self._most)

    def _next(self) -> Asked | None:
        if self._over:
            return None
        (wording,) = self._choices.choices(self._wordings, self._weights)
        n = self._next_number
        self._next_number += self._choices.choice(self._numbers)
        numbers = tuple(map(self._number_of, range(n, self._next_number)))
        asked = Asked(numbers, wording.text(n), wording.request("%2C".join(numbers), n))
        self.asked.append(asked)
        return asked

    async def _call(self) -> None:
        while not self._over:
            try:
                reader, writer = await asyncio.open_connection(HOST, self._port)
            except OSError:
                await asyncio.sleep(_REDIAL_SECONDS)
                continue
            with contextlib.suppress(
                OSError, asyncio.IncompleteReadError
            ):  # the open request stays unanswered
                while (asked := self._next()) is not None:
                    writer.write(asked.wire)
                    asked.answer = await asyncio.wait_for(read_answer(reader), _ANSWER_WITHIN)
                    self.accepted += asked.answer.accepted
            await _close(writer)


async def ask(port: int, wire: bytes) -> Answer:
    """Send the bytes of one request on a connection of its own. Raises OSError, IncompleteReadError."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(wire)
        return await asyncio.wait_for(read_answer(reader), _ANSWER_WITHIN)
    finally:
        await _close(writer)


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    """One whole answer with a Content-Length. Raises IncompleteReadError when the connection ends before."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {}
    for line in head[1:]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = json.loads(await reader.readexactly(int(headers["content-length"])))
    return Answer(int(head[0].split()[1]), body.get("Code", ""), body.get("BizId", ""), headers)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
