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
from bench.tenant import apply_for
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


@contextlib.asynccontextmanager
async def fresh_platform(setup: Setup) -> AsyncIterator[Target]:
    """A platform on a new data folder, with a tenant, gone afterwards with all it stored."""
    with tempfile.TemporaryDirectory(prefix="hongyan-bench-") as folder:
        data = Path(folder)
        async with contextlib.AsyncExitStack() as stack:
            carrier = setup.carrier
            if carrier is None:
                carrier = await stack.enter_async_context(_simulator(data / "carrier"))
            started = _server(data / "platform", carrier, setup.database)
            endpoint, server = await stack.enter_async_context(started)
            call = await _seed(data / "platform", endpoint, setup.wording)
            roots: tuple[int, ...] = (server.pid,)
            if setup.database:
                roots += await server_pids(setup.database)
            yield Target(call, setup.database or data / "platform", Trees(roots, _is_carrier))


def _is_carrier(process: psutil.Process) -> bool:
    return is_python_module(process, (_SIMULATOR,))


@contextlib.asynccontextmanager
async def _simulator(data: Path) -> AsyncIterator[str]:
    """The simulated carrier; its host:port. It ends when its standard input closes, at the latest with us."""
    data.mkdir()
    scenario = data / "scenario.toml"
    scenario.write_text(
        f"[receipts]\ndelay = {{ min = {RECEIPT_SECONDS}, max = {RECEIPT_SECONDS} }}\n", encoding="utf-8"
    )
    words = ("--data", data, "--scenario", scenario, "--handsets", "0", "--parent-pipe")
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


@contextlib.asynccontextmanager
async def _server(data: Path, carrier: str, database: str | None) -> AsyncIterator[tuple[str, Process]]:
    """`hongyan serve` on a free port; its endpoint and process."""
    port = _free_port()
    settings = {
        "HONGYAN_REVIEW": "auto",
        "HONGYAN_SMPP": f"smpp://{carrier if '@' in carrier else f'{_SYSTEM_ID}@{carrier}'}",
        "HONGYAN_LOG_LEVEL": "warning",
    }
    words = ["serve", "--data", str(data), "--host", _HOST, "--port", str(port)]
    if database:
        words += ["--database", database]
    log = data.with_name("platform.log")
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hongyan", *words),
            env=os.environ | settings,
            stdin=DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        await _ready(port, process, log)
        yield f"http://{_HOST}:{port}", process
    finally:
        await _stop(process)


async def _ready(port: int, process: Process, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not await asyncio.to_thread(_answers, port):
        if process.returncode is not None or time.monotonic() > deadline:
            written = log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:]
            raise StartFailed(f"the platform did not become ready:\n{written}")
        await asyncio.sleep(0.1)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(_HOST, port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


async def _seed(data: Path, endpoint: str, wording: Wording) -> SendSms:
    """A tenant that may send the wording at once."""
    words = ("sandbox", "seed", "--json", "--data", str(data))
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "hongyan", *words, stdout=PIPE)
    output, _ = await process.communicate()
    if process.returncode:
        raise StartFailed(f"hongyan {' '.join(words)} ended with status {process.returncode}")
    tenant: dict[str, Any] = json.loads(output)
    call = SendSms(
        endpoint=endpoint,
        access_key_id=tenant["access_key_id"],
        access_key_secret=tenant["access_key_secret"],
        sign_name=tenant["sign_name"],
        template_code=tenant["template_code"],
        template_param=wording.param,
    )
    return await asyncio.to_thread(apply_for, wording.template, call) if wording.template else call


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
