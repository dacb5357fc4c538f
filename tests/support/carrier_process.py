"""A carrier that outlives the platform: the simulator as a process of its own, with a ledger as witness.

HONGYAN_TEST_SMPP=smpp://system_id:password@host:port and HONGYAN_TEST_LEDGER=FILE put any other SMPP server in its
place, as long as something there appends to the ledger (one JSON line per accepted part: to, ref, part, parts, text;
see the simulator's README). What only the simulator can do, such as pausing, is skipped then.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Any

import pytest
from child_processes import HOST, end, free_port
from until import until

from hongyan.carriers.simulator.control import Command, DropLinks, Pause, Resume, ScenarioCommand, Stats, call

ELSEWHERE = os.environ.get("HONGYAN_TEST_SMPP", "")
ELSEWHERE_LEDGER = os.environ.get("HONGYAN_TEST_LEDGER", "")

QUICK = "[receipts]\ndelay = { min = 0.05, max = 0.4 }\n"
"""A well-behaved carrier that does not make tests wait."""


class Carrier:
    """Use as `async with Carrier(folder, scenario) as carrier`."""

    def __init__(self, folder: Path, scenario: str = QUICK) -> None:
        self._folder = folder
        self._scenario = scenario
        self._port = free_port()
        self._process: Process | None = None
        self.ledger = Path(ELSEWHERE_LEDGER) if ELSEWHERE_LEDGER else folder / "ledger.jsonl"
        self.ledger_start = self.ledger.stat().st_size if self.ledger.exists() else 0
        """Where the lines of this test begin."""

    async def __aenter__(self) -> Carrier:
        self._folder.mkdir(parents=True, exist_ok=True)
        if ELSEWHERE:
            if self._scenario != QUICK:
                self.only_here()
            assert ELSEWHERE_LEDGER, "HONGYAN_TEST_SMPP needs HONGYAN_TEST_LEDGER beside it"
        else:
            await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """For HONGYAN_SMPP."""
        return ELSEWHERE or f"smpp://tester:secret@{HOST}:{self._port}"

    async def start(self) -> None:
        """Start at the same address as ever; the ledger goes on."""
        scenario = self._folder / "scenario.toml"
        scenario.write_text(self._scenario, encoding="utf-8")
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hongyan.carriers.simulator", "--data", str(self._folder)),
            *("--port", str(self._port), "--scenario", str(scenario), "--ledger", str(self.ledger)),
            *("--handsets", "0", "--parent-pipe"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
        )
        assert self._process.stdout is not None
        assert json.loads(await self._process.stdout.readline())["ready"] == "smpp"

    async def stop(self) -> None:
        """End in order: links unbound, ledger written."""
        if self._process is not None:
            await end(self._process)

    async def kill(self) -> None:
        """SIGKILL. What the ledger had not written yet is lost with it."""
        self.only_here()
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    # -- only the simulator can ----------------------------------------------------------------------------

    def only_here(self) -> None:
        """Skip the test when the carrier is somebody else's."""
        if ELSEWHERE:
            pytest.skip("only the simulated carrier can do this")

    async def _command(self, command: Command) -> dict[str, Any]:
        self.only_here()
        return await call(self._folder, command)

    async def stats(self) -> dict[str, Any]:
        """The simulator's counters."""
        found: dict[str, Any] = (await self._command(Stats()))["stats"]
        return found

    async def behave(self, scenario: dict[str, Any]) -> None:
        """Another scenario from now on, with the keys of the file."""
        await self._command(ScenarioCommand(scenario))

    async def drop_links(self) -> int:
        """Cut every link without a word; how many there were."""
        return int((await self._command(DropLinks()))["dropped"])

    async def pause(self) -> None:
        """Read, answer and report nothing until `resume`."""
        await self._command(Pause())

    async def resume(self) -> None:
        await self._command(Resume())

    async def submits(self, at_least: int) -> None:
        """Wait until so many submits have come."""

        async def enough() -> bool:
            return int((await self.stats())["submits"]) >= at_least

        await until(enough, f"{at_least} submits at the carrier")
