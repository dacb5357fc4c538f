"""The simulator as a process: parts wired together, readiness announced, an orderly end.

Ends on SIGTERM and SIGINT; with `parent_pipe` only when its standard input closes, so that it never outlives the
server that started it, however that ended, and stays while that server ends in order. One data folder has one simulator.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import gc
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import apsw
import msgspec
import uvloop

from hongyan.carriers.simulator import control
from hongyan.carriers.simulator.carrier import Carrier
from hongyan.carriers.simulator.desk import ControlDesk
from hongyan.carriers.simulator.ledger import Ledger
from hongyan.carriers.simulator.phones import Handsets
from hongyan.carriers.simulator.scenario import Scenario, load_scenario
from hongyan.carriers.simulator.smpp_front import Credentials, SmppFront
from hongyan.carriers.simulator.ticker import Ticker, Ticking
from hongyan.kernel.clock import SystemClock
from hongyan.kernel.errors import Misconfigured

_LOCK_FILE = "simulator.lock"
_LOCK_PATIENCE = 5.0
"""Seconds: the simulator of a server that was just killed needs a moment to notice."""

_GC_THRESHOLD = 100_000
"""Parts on their way live for a second or more: looking through them all the time finds no garbage."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says. Without `system_id` anybody may bind; without `password` with any password."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    scenario: Path | None = None
    handsets: int = 10_000
    ledger: Path | None = None
    system_id: str | None = None
    password: str | None = None
    parent_pipe: bool = False


class Ready(msgspec.Struct, frozen=True, tag_field="ready", tag="smpp"):
    """Where the simulator can be reached."""

    host: str
    port: int
    control: str
    pid: int


def run(options: Options, announce: Callable[[Ready], None]) -> None:
    """Run until told to end. Raises Misconfigured, before `announce` is called."""
    uvloop.run(simulate(options, announce))


async def simulate(options: Options, announce: Callable[[Ready], None]) -> None:
    """The same on a running event loop."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Ctrl-C and service managers signal the whole group: whoever started us still needs its carrier
        loop.add_signal_handler(number, (lambda: None) if options.parent_pipe else ended.set)
    if options.parent_pipe:
        await _watch_parent(ended)
    async with running(options) as ready:
        gc.collect()
        gc.freeze()
        gc.set_threshold(_GC_THRESHOLD, 10, 10)
        announce(ready)
        await ended.wait()


@contextlib.asynccontextmanager
async def running(options: Options) -> AsyncIterator[Ready]:
    """A simulator on the current event loop, for as long as the block lasts."""
    clock = SystemClock()
    scenario = load_scenario(options.scenario) if options.scenario else Scenario()
    async with contextlib.AsyncExitStack() as stack:
        with _telling_what_cannot_be_written():
            options.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            await stack.enter_async_context(_sole_use(options.data))
            phones = Handsets(options.data, options.handsets, clock) if options.handsets > 0 else None
            ledger = Ledger(options.ledger) if options.ledger else None
        witnesses: list[Handsets | Ledger] = [witness for witness in (phones, ledger) if witness]
        for witness in witnesses:
            stack.callback(witness.close)
        carrier = Carrier(scenario, clock, phones=phones, ledger=ledger)
        ticker = Ticker(clock)
        stack.callback(ticker.stop)
        members: list[Ticking] = [carrier, *witnesses]
        desk = ControlDesk(carrier, ticker.soon)
        stack.push_async_callback(desk.close)
        await desk.open(options.data)
        front = SmppFront(carrier, clock, ticker.soon, Credentials(options.system_id, options.password))
        stack.push_async_callback(front.close)
        for member in (*members, front):
            ticker.add(member)
        port = await _listen(front, options)
        yield Ready(options.host, port, str(options.data / control.FILE), os.getpid())


async def _listen(front: SmppFront, options: Options) -> int:
    try:
        return await front.listen(options.host, options.port)
    except (OSError, OverflowError) as fault:  # OverflowError: no such port number
        raise Misconfigured(
            "simulator.cannot_listen",
            en=f"the simulator cannot listen on {options.host}:{options.port}: {fault}",
            zh=f"模拟器无法监听 {options.host}:{options.port}：{fault}",
            host=options.host,
            port=options.port,
        ) from fault


@contextlib.contextmanager
def _telling_what_cannot_be_written() -> Iterator[None]:
    try:
        yield
    except (OSError, apsw.Error) as fault:
        raise Misconfigured(
            "simulator.cannot_write",
            en=f"the simulator cannot write its files: {fault}",
            zh=f"模拟器无法写入文件：{fault}",
        ) from fault


@contextlib.asynccontextmanager
async def _sole_use(data: Path) -> AsyncIterator[None]:
    """Hold the data folder's simulator lock; it goes with the process, however that ends."""
    with (data / _LOCK_FILE).open("ab") as lock:
        until = asyncio.get_running_loop().time() + _LOCK_PATIENCE
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if asyncio.get_running_loop().time() > until:
                    raise Misconfigured(
                        "simulator.already_running",
                        en=f"another carrier simulator runs with the data folder {data}",
                        zh=f"数据目录 {data} 已有一个运营商模拟器在运行",
                        data=str(data),
                    ) from None
                await asyncio.sleep(0.05)
        yield


class _ParentWatch(asyncio.Protocol):
    def __init__(self, ended: asyncio.Event) -> None:
        self._ended = ended

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended.set()


async def _watch_parent(ended: asyncio.Event) -> None:
    """Set `ended` when standard input closes."""
    kind = os.fstat(sys.stdin.fileno()).st_mode
    if not (stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind)):  # uvloop aborts the process on anything else
        raise Misconfigured(
            "simulator.no_parent_pipe",
            en="--parent-pipe needs a pipe as standard input",
            zh="--parent-pipe 要求标准输入是管道",
        )
    await asyncio.get_running_loop().connect_read_pipe(lambda: _ParentWatch(ended), sys.stdin)
