"""The simulator as a process of its own, for clients that are not ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from child_processes import free_port
from smpp_customers import PASSWORD, SYSTEM_ID
from until import until

from hongyan.carriers.simulator.control import Reply, call_sync
from hongyan.carriers.simulator.handsets import open_inbox
from hongyan.carriers.simulator.parts import national

_SCENARIO = "[receipts]\ndelay = { min = 0.05, max = 0.1 }\n"


class Simulator:
    """Takes one customer; `with Simulator(folder) as carrier`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ledger = folder / "ledger.jsonl"
        self.port = free_port()

    def __enter__(self) -> Simulator:
        scenario = self._folder / "scenario.toml"
        scenario.write_text(_SCENARIO, "utf-8")
        self._process = subprocess.Popen(
            (
                *(sys.executable, "-m", "hongyan.carriers.simulator", "--data", str(self._folder)),
                *("--port", str(self.port), "--scenario", str(scenario), "--ledger", str(self._ledger)),
                *("--system-id", SYSTEM_ID, "--parent-pipe"),
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"HONGYAN_SIMULATOR_PASSWORD": PASSWORD},
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline().startswith(b"{"), "it announces that it listens"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=20)

    def write(self, number: str, to: str, text: str) -> None:
        """A phone's owner writes."""
        call_sync(self._folder, Reply(number=number, to=to, text=text))

    async def parts(self, number: str, count: int) -> list[dict[str, Any]]:
        """What the ledger says of the parts for one phone, once they are all there, in their order."""

        def all_of_them() -> list[dict[str, Any]]:
            lines = self._ledger.read_text("utf-8").splitlines() if self._ledger.exists() else []
            found = [line for line in map(json.loads, lines) if line["to"] == national(number)]
            return sorted(found, key=lambda line: int(line["part"])) if len(found) >= count else []

        return await until(all_of_them, f"{count} parts for {number} in the ledger")

    async def text_on(self, number: str) -> str:
        """The text on a phone, once there is one."""

        def newest() -> str:
            with open_inbox(self._folder) as inbox:
                found = inbox.messages(number, limit=1)
            return found[0].text if found else ""

        return await until(newest, f"a text on {number}")
