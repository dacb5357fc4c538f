"""Reads strangers' sheets in a process apart, one at a time: a workbook of many cells may take a minute of a processor and
more memory than a server has to spare, whatever its bounds are, and messages do not wait for it.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from typing import Any, Final, Generic, TypeVar

import msgspec
import structlog

from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.sheets.answers import AnswerRow
from hongyan.compliance.registration.sheets.migration import MigrationRow
from hongyan.compliance.registration.sheets.problems import sheet_problem

log = structlog.get_logger(__name__)

SECONDS: Final = 90.0
"""Of reading one file. Files that people send need one or two."""
_PROGRAM: Final = "hongyan.compliance.registration.sheets.program"
_OURS: Final = "HONGYAN_"
"""What settings begin with, secrets among them: the program is told none."""
T = TypeVar("T")


class _Told(msgspec.Struct, Generic[T]):
    """What the program answers: `rows`, or a problem."""

    rows: list[T] = []
    problem: str = ""
    facts: dict[str, Any] = {}


_ANSWERS: Final = msgspec.json.Decoder(_Told[AnswerRow])
_MIGRATION: Final = msgspec.json.Decoder(_Told[MigrationRow])


class SheetsApart:
    """`seconds`: after which a reader is ended. `program`: stands in for ours in tests."""

    def __init__(self, seconds: float = SECONDS, program: str = _PROGRAM) -> None:
        self._seconds = seconds
        self._program = program
        self._one_at_a_time = asyncio.Lock()

    async def answers(self, data: bytes, network: Network, *, results: bool = True) -> list[AnswerRow]:
        """See `read_answers`. Raises Refused("sheet.…")."""
        return await self._read(_ANSWERS, data, "answers" if results else "closed", network)

    async def migration(self, data: bytes) -> list[MigrationRow]:
        """See `read_migration`. Raises Refused("sheet.…")."""
        return await self._read(_MIGRATION, data, "migration", "")

    async def _read(self, decoder: msgspec.json.Decoder[_Told[T]], data: bytes, *words: str) -> list[T]:
        async with self._one_at_a_time:
            answer = await self._answer(data, words)
        try:
            told = decoder.decode(answer)
        except msgspec.DecodeError:
            log.warning("a sheet ended its reader", bytes=len(data))
            raise sheet_problem("sheet.too_heavy") from None
        if told.problem:
            raise sheet_problem(told.problem, **told.facts)
        return told.rows

    async def _answer(self, data: bytes, words: tuple[str, ...]) -> bytes:
        """Nothing, when it took too long or too much."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "ignore", "-m", self._program, *words),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={name: value for name, value in os.environ.items() if not name.startswith(_OURS)},
        )
        try:
            async with asyncio.timeout(self._seconds):
                answer, _ = await process.communicate(data)
        except TimeoutError:
            return b""
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return answer
