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
from hongyan.carriers.simulator.assembly import Station, World, assemble
from hongyan.carriers.simulator.desk import ControlDesk
from hongyan.carriers.simulator.exchange import Exchange
from hongyan.carriers.simulator.ledger import Ledger
from hongyan.carriers.simulator.login import Credentials
from hongyan.carriers.simulator.networks import ABROAD, NETWORKS, NetworkName, ProtocolName
from hongyan.carriers.simulator.phones import Handsets
from hongyan.carriers.simulator.scenario import Listener, Scenario, load_scenario
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
    """What the command line says. Without `system_id` anybody may bind; without `password` with any password.

    `port`: of the first network, the others follow it; 0: free ones; None: each network's usual one. `listener`: of a
    customer of the networks that dial.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int | None = 0
    networks: tuple[NetworkName, ...] = (ABROAD,)
    listener: Listener | None = None
    scenario: Path | None = None
    handsets: int = 10_000
    ledger: Path | None = None
    system_id: str | None = None
    password: str | None = None
    parent_pipe: bool = False


class Address(msgspec.Struct, frozen=True):
    """Where one network listens."""

    protocol: ProtocolName
    host: str
    port: int


class Ready(msgspec.Struct, frozen=True, tag_field="ready", tag="smpp"):
    """Where the simulator can be reached. `port`: the international network's, 0 when it is not played."""

    host: str
    port: int
    control: str
    pid: int
    networks: dict[NetworkName, Address]


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
        ticker = Ticker(clock)
        stack.callback(ticker.stop)
        credentials = Credentials(options.system_id, options.password)
        world = World(scenario, clock, ticker.soon, credentials, phones, ledger)
        stations = assemble(options.networks, world)
        exchange = Exchange({station.network.name: station.carrier for station in stations}, scenario)
        if options.listener is not None:
            _call_at(exchange, options.listener)
        desk = ControlDesk(exchange, ticker.soon)
        stack.push_async_callback(desk.close)
        await desk.open(options.data)
        members: list[Ticking] = [station.carrier for station in stations]
        members += witnesses
        members += [station.front for station in stations]
        for member in members:
            ticker.add(member)
        stack.push_async_callback(_close, stations)
        addresses = await _listen(stations, options)
        abroad = addresses.get(ABROAD)
        path = str(options.data / control.FILE)
        yield Ready(options.host, abroad.port if abroad else 0, path, os.getpid(), addresses)


def _call_at(exchange: Exchange, listener: Listener) -> None:
    """A customer of every network that dials takes calls there."""
    dialling = [name for name in exchange.carriers if NETWORKS[name].dials]
    if not dialling:
        raise Misconfigured(
            "simulator.nobody_dials",
            en="a listener needs a network that dials its customers, such as unicom",
            zh="监听地址只用于会反向连接客户的网络，例如 unicom",
        )
    for name in dialling:
        exchange.call_at(name, listener)


async def _listen(stations: list[Station], options: Options) -> dict[NetworkName, Address]:
    addresses: dict[NetworkName, Address] = {}
    for place, (network, _, front) in enumerate(stations):
        port = network.port if options.port is None else options.port and options.port + place
        try:
            port = await front.listen(options.host, port)
        except (OSError, OverflowError) as fault:
            raise Misconfigured(
                "simulator.cannot_listen",
                en=f"the simulator cannot listen on {options.host}:{port}: {fault}",
                zh=f"模拟器无法监听 {options.host}:{port}：{fault}",
                host=options.host,
                port=port,
            ) from fault
        addresses[network.name] = Address(network.protocol, options.host, port)
    return addresses


async def _close(stations: list[Station]) -> None:
    """All networks say goodbye at the same time: each waits a moment for its customers."""
    await asyncio.gather(*(station.front.close() for station in stations))


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
