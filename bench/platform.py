"""Platforms to measure: a fresh one of ours with a simulated carrier, or any that runs already.

Everything this package knows of our command line, settings and start-up stands in this file.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import socket
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bench.postgres import server_pids
from bench.processes import Trees, is_python_module
from bench.request_signing import SendSms
from bench.target import Target
from bench.tenant import apply_for_signature, apply_for_template
from bench.texts import DEFAULT, WORDINGS, Wording

RECEIPT_SECONDS = 1.0
"""The simulated carrier reports this long after a submit."""

STAGES = (
    "request signature and clock check",
    "nonce replay check, stored with the message",
    "signature and template lookup, rendering, parameter checks",
    "number check, text coding and segmentation",
    "routing and price",
    "durable commit before the answer",
    "SMPP link with submit window over a socket",
    "stored submit answers, stored receipts, counters",
)
"""What happens to each message of a run."""

_HOST = "127.0.0.1"
_SIMULATOR = "hongyan.carriers.simulator"
_SYSTEM_ID = "bench"
_START_SECONDS = 30.0
_STOP_SECONDS = 20.0
_LOG_TAIL = 4000


class StartFailed(RuntimeError):
    """The platform or the carrier did not come up; the message ends with what it wrote."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How to start a fresh platform. `carrier`: [system_id:password@]host:port of an SMPP server instead of our
    simulator.
    `database`: a `postgresql://` address of an empty database; SQLite when None."""

    carrier: str | None = None
    database: str | None = None
    wording: Wording = WORDINGS[DEFAULT]


class Server:
    """`hongyan serve` on a data folder and a free port of its own. `carrier`: [system_id:password@]host:port; None for
    channels that are added by `command`."""

    def __init__(self, data: Path, carrier: str | None, database: str | None = None) -> None:
        self.data = data
        self._port = _free_port()
        self._environment = os.environ | {
            "HONGYAN_REVIEW": "rules",
            "HONGYAN_UNREGISTERED": "bulk",
            "HONGYAN_SMALL_SENDS": str(1 << 40),  # nobody answers the signature's registration
            "HONGYAN_SMPP": _address(carrier) if carrier else "",
            "HONGYAN_DATABASE": database or "",
        }
        self._log = data.with_name(data.name + ".log")

    @property
    def endpoint(self) -> str:
        """Where it answers."""
        return f"http://{_HOST}:{self._port}"

    @property
    def process(self) -> Process:
        """The front process."""
        return self._process

    def log(self) -> str:
        """The end of what it wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:]

    async def begin_start(self) -> None:
        """Start it and leave it to itself."""
        words = ("serve", "--data", str(self.data), "--host", _HOST, "--port", str(self._port))
        with self._log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "hongyan", *words),
                env=self._environment,
                stdin=DEVNULL,
                stdout=output,
                stderr=output,
            )

    async def start(self) -> None:
        """Start it and wait until it is ready. Raises StartFailed."""
        await self.begin_start()
        await self.wait_until_ready()

    async def wait_until_ready(self) -> None:
        """Raises StartFailed when it ends or takes too long."""
        deadline = time.monotonic() + _START_SECONDS
        while not await asyncio.to_thread(self._is_ready):
            if self._process.returncode is not None or time.monotonic() > deadline:
                raise StartFailed(f"the platform did not become ready:\n{self.log()}")
            await asyncio.sleep(0.05)

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(_HOST, self._port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    async def stop(self) -> None:
        """Ask it to end, and see to it."""
        await _stop(self._process)

    async def command(self, *words: str) -> bytes:
        """What `hongyan … --json` says of this data folder. Raises StartFailed."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hongyan", *words, "--json", "--data", str(self.data)),
            env=self._environment,
            stdout=PIPE,
        )
        output, _ = await process.communicate()
        if process.returncode:
            raise StartFailed(f"hongyan {' '.join(words)} ended with status {process.returncode}")
        return output

    async def seed(self) -> dict[str, Any]:
        """`hongyan sandbox seed`: the tenant. Raises StartFailed."""
        tenant: dict[str, Any] = json.loads(await self.command("sandbox", "seed"))
        return tenant

    async def tenant_call(self, wording: Wording) -> SendSms:
        """What a tenant needs to send the wording at once."""
        tenant = await self.seed()
        call = SendSms(
            endpoint=self.endpoint,
            access_key_id=tenant["access_key_id"],
            access_key_secret=tenant["access_key_secret"],
            sign_name=tenant["sign_name"],
            template_code=tenant["template_code"],
            template_param=wording.param,
        )
        if wording.template is None:
            return call
        await asyncio.to_thread(apply_for_signature, wording.template, call)
        await self._approve_open()
        call = await asyncio.to_thread(apply_for_template, wording.template, call)
        await self._approve_open()
        return call

    async def _approve_open(self) -> None:
        """The reviewer says yes to whatever the rules leave to people."""
        for order in json.loads(await self.command("review", "list")):
            await self.command("review", "approve", str(order["order"]))


@contextlib.asynccontextmanager
async def fresh_platform(setup: Setup) -> AsyncIterator[Target]:
    """A platform on a new data folder, with a tenant, gone afterwards with all it stored."""
    with tempfile.TemporaryDirectory(prefix="hongyan-bench-") as folder:
        async with contextlib.AsyncExitStack() as stack:
            carrier = setup.carrier
            if carrier is None:
                delay = (RECEIPT_SECONDS, RECEIPT_SECONDS)
                carrier = await stack.enter_async_context(simulated_carrier(Path(folder) / "carrier", delay))
            server = Server(Path(folder) / "platform", carrier, setup.database)
            await server.begin_start()
            stack.push_async_callback(server.stop)
            await server.wait_until_ready()
            roots: tuple[int, ...] = (server.process.pid,)
            if setup.database:
                roots += await server_pids(setup.database)
            call = await server.tenant_call(setup.wording)
            yield Target(call, setup.database or server.data, Trees(roots, _is_carrier))


def _address(carrier: str) -> str:
    return f"smpp://{carrier if '@' in carrier else f'{_SYSTEM_ID}@{carrier}'}"


def _is_carrier(process: psutil.Process) -> bool:
    return is_python_module(process, (_SIMULATOR,))


@contextlib.asynccontextmanager
async def simulated_carrier(
    folder: Path, receipt_delay: tuple[float, float], *more: str | Path
) -> AsyncIterator[str]:
    """The simulated carrier; its host:port. Receipts come after (shortest, longest) seconds; `more` options go to
    its command line. It ends when its standard input closes, at the latest with us."""
    folder.mkdir()
    scenario = folder / "scenario.toml"
    shortest, longest = receipt_delay
    scenario.write_text(f"[receipts]\ndelay = {{ min = {shortest}, max = {longest} }}\n", encoding="utf-8")
    words = ("--data", folder, "--scenario", scenario, "--handsets", "0", "--parent-pipe", *more)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", _SIMULATOR, *map(str, words)), stdin=PIPE, stdout=PIPE
    )
    try:
        assert process.stdout
        async with asyncio.timeout(_START_SECONDS):
            line = await process.stdout.readline()
        if not line:
            raise StartFailed("the simulated carrier did not start")
        ready = json.loads(line)
        yield f"{ready['host']}:{ready['port']}"
    finally:
        await _stop(process)


async def _stop(process: Process) -> None:
    if process.stdin:
        process.stdin.close()
    if process.returncode is None:
        process.terminate()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])
