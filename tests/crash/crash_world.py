"""A platform that is killed and started again, with a carrier and a load that live on.

The carrier is the simulator with a ledger; the load is `bench.load`, which dials again after each crash and writes
down what it was promised.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
from bench.platform import Server, simulated_carrier
from bench.texts import WORDINGS
from crash_ledger import Verdict, compare, read_answers, read_ledger, read_store

from hongyan.storage.sqlite.database import FILE

ROOT = Path(__file__).parents[2]
_RECEIPT_DELAY = (0.05, 0.4)


class CrashWorld:
    """Use as `async with CrashWorld(folder) as world`: the platform runs and has a tenant."""

    server: Server

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._answers = folder / "answers"
        self._ledger = folder / "ledger"
        self._stack = contextlib.AsyncExitStack()
        self.summary: dict[str, Any] = {}
        """What the load said at its end."""

    async def __aenter__(self) -> CrashWorld:
        async with contextlib.AsyncExitStack() as stack:
            carrier = simulated_carrier(self._folder / "carrier", _RECEIPT_DELAY, "--ledger", self._ledger)
            self.server = Server(self._folder / "platform", await stack.enter_async_context(carrier))
            await self.server.begin_start()
            stack.push_async_callback(self._stop_server)
            await self.server.wait_until_ready()
            self._call = await self.server.tenant_call(WORDINGS["chinese"])
            self._stack = stack.pop_all()
        return self

    async def _stop_server(self) -> None:
        await self.server.stop()

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def kill(self, *, writer_first: bool = False) -> int:
        """SIGKILL to all processes of the platform; how many they were."""
        front = psutil.Process(self.server.process.pid)
        processes = [front, *front.children(recursive=True)]
        for process in reversed(processes) if writer_first else processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        await self.server.process.wait()
        await asyncio.to_thread(psutil.wait_procs, processes[1:], 10)
        return len(processes)

    async def settle(self, seconds: float) -> int:
        """Wait until every stored message has ended; how many have not after so long."""
        deadline = time.monotonic() + seconds
        while True:
            stored = await asyncio.to_thread(read_store, self.server.data / FILE)
            waiting = sum(message.state in ("accepted", "submitted") for message in stored.values())
            if not waiting or time.monotonic() > deadline:
                return waiting
            await asyncio.sleep(0.2)

    @contextlib.asynccontextmanager
    async def load(self, *, connections: int, most_seconds: float) -> AsyncIterator[None]:
        """A load for as long as the block lasts."""
        call = self._call
        words = {
            "endpoint": call.endpoint,
            "sign-name": call.sign_name,
            "template-code": call.template_code,
            "template-param": call.template_param,
            "connections": connections,
            "seconds": most_seconds,
            "answers": self._answers,
        }
        keys = {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": call.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": call.access_key_secret,
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.load", *(f"--{name}={value}" for name, value in words.items())),
            cwd=ROOT,
            env=os.environ | keys,
            stdout=PIPE,
        )
        try:
            yield
        finally:
            if process.returncode is None:
                process.terminate()
            output, _ = await process.communicate()
            self.summary = json.loads(output or b"{}")

    async def verdict(self) -> Verdict:
        """Stop everything and hold the accounts against each other."""
        await self._stack.aclose()
        return compare(
            read_answers(self._answers), read_ledger(self._ledger), read_store(self.server.data / FILE)
        )
