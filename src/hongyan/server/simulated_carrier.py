"""The sandbox's carriers: a process of its own, started and watched by the server, reached over a real socket."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from hongyan.carriers.simulator.networks import NetworkName
from hongyan.config import PREFIX
from hongyan.kernel.errors import Misconfigured

READY_WITHIN = 15.0
STOPS_WITHIN = 10.0
SECRET = "hongyan"  # noqa: S105
"""Of every account at the simulated carriers; only this machine reaches them."""


class Network(msgspec.Struct, frozen=True):
    """One simulated carrier, and where it listens."""

    protocol: str
    host: str
    port: int


class _Ready(msgspec.Struct):
    networks: dict[NetworkName, Network]


class SimulatedCarrier:
    """Ends with this process, however this process ends: its standard input is our pipe."""

    def __init__(self, data: Path, *, scenario: str, handsets: int) -> None:
        self._data = data
        self._scenario = scenario
        self._handsets = handsets
        self._stopping = False
        self.networks: dict[NetworkName, Network] = {}
        """By name, once it has started."""

    async def start(self, lost: Callable[[], None]) -> None:
        """Start it. `lost` is called when it ends by itself. Raises Misconfigured."""
        read_end, write_end = os.pipe()
        command = [
            *(sys.executable, "-m", "hongyan.carriers.simulator", "--data", str(self._data)),
            *("--handsets", str(self._handsets), "--parent-pipe", "--ready-fd", str(write_end)),
            *("--networks", "all"),
            *(("--scenario", self._scenario) if self._scenario else ()),
        ]
        # Our settings hold secrets, and none of them is meant for a carrier.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        self._process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, pass_fds=[write_end], env=environment
        )
        os.close(write_end)
        try:
            line = await asyncio.wait_for(_line(read_end), READY_WITHIN)
        except TimeoutError:
            line = b""
        if not line:
            raise Misconfigured(
                "sandbox.carrier",
                en="the simulated carrier did not start; its reason stands above",
                zh="模拟运营商未能启动，原因见上文",
            )
        self.networks = msgspec.json.decode(line, type=_Ready).networks
        self._watch = asyncio.create_task(self._watched(lost))

    async def _watched(self, lost: Callable[[], None]) -> None:
        await self._process.wait()
        if not self._stopping:
            lost()

    async def stop(self) -> None:
        """Close its pipe, which ends it in order; kill it when it does not end."""
        self._stopping = True
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), STOPS_WITHIN)
        except TimeoutError:
            self._process.kill()
        await self._watch


async def _line(descriptor: int) -> bytes:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", buffering=0)
    )
    try:
        return await reader.readline()
    finally:
        transport.close()
