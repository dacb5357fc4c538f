"""How much one channel carries in each protocol: submits and receipts through real sockets, without the rest of the road.

    python -m bench.links [--protocol cmpp20 …] [--links 1 4] [--seconds 10]

The simulated carrier is a process of its own and not counted. The store answers everything at once, so that what is
measured is the link: dispatch, dialect, session, socket, and reading answers and receipts. A part is done when its receipt
is acknowledged.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import uvloop

from hongyan.carriers.channels import ChannelRecord
from hongyan.carriers.channels.passwords import Passwords
from hongyan.carriers.channels.reading import make_settings
from hongyan.carriers.channels.states import ChannelState
from hongyan.carriers.listener import ListenerSettings
from hongyan.carriers.setups import setup_of
from hongyan.carriers.simulator.control import Listener, call
from hongyan.carriers.simulator.networks import NetworkName
from hongyan.carriers.switchboard import Switchboard
from hongyan.compliance import CodeIndex
from hongyan.kernel.clock import SystemClock
from hongyan.kernel.ids import IdMaker
from hongyan.kernel.text import split
from hongyan.messaging.dispatch import AnswerKind, Dispatcher
from hongyan.messaging.outgoing import Job
from hongyan.messaging.receipts import Receipts
from hongyan.messaging.replies import Replies
from hongyan.messaging.route import Router
from hongyan.storage.port import (
    RECEIPT_MATCHED,
    Answered,
    Command,
    Matched,
    Outcome,
    PartResult,
    Receipt,
)

PROTOCOLS: dict[str, tuple[str, str, dict[str, object]]] = {
    "cmpp20": ("mobile", "cmpp", {"version": "2.0", "login": "901234"}),
    "cmpp30": ("mobile", "cmpp", {"version": "3.0", "login": "901234"}),
    "sgip": (
        "unicom",
        "sgip",
        {"login": "hongyan", "node": 3010012345, "corp_id": "12345", "listen_port": 0},
    ),
    "smgp": ("telecom", "smgp", {"login": "hongyan"}),
    "smpp34": ("international", "smpp", {"login": "hongyan"}),
}
"""Name → the simulator's network, the channel's protocol, its settings."""

CHANNEL = 1
WINDOW = 64
IN_MEMORY = 2_000
"""Messages that wait in memory at any time: enough for every window, little for the caches."""
TEXT = "【鸿雁】您的验证码是123456，5分钟内有效，请勿告知他人。"
_SECRET = "hongyan"


class EchoStore:
    """Answers every command at once, in the next turn of the loop."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Command, Callable[[Outcome], None]]] = deque()
        self._loop = asyncio.get_running_loop()
        self.answers = self.receipts = 0

    def post(self, command: Command, sink: Callable[[Outcome], None]) -> None:
        if not self._waiting:
            self._loop.call_soon(self._settle)
        self._waiting.append((command, sink))

    def _settle(self) -> None:
        answered, matched = Answered(), Matched(RECEIPT_MATCHED)
        while self._waiting:
            command, sink = self._waiting.popleft()
            if isinstance(command, PartResult):
                self.answers += 1
                sink(answered)
            elif isinstance(command, Receipt):
                self.receipts += 1
                sink(matched)
            else:
                raise TypeError(f"nobody sends {type(command).__name__} here")

    def commit(self, command: Command) -> asyncio.Future[Outcome]:
        raise TypeError(f"nobody commits {type(command).__name__} here")

    async def read(self, _name: str, *_parameters: Any) -> list[tuple[Any, ...]]:
        return []

    def subscribe(self, _topic: str, _callback: Callable[[str], None]) -> None:
        """Nothing ever changes here."""

    def may_submit(self) -> bool:
        return True


class _Hooks:
    def part_answered(self, kind: AnswerKind) -> None: ...
    def receipt_stored(self, outcome: Matched) -> None: ...


@dataclass(frozen=True, slots=True)
class Result:
    """One run. Rates are of parts that were submitted, answered and reported."""

    protocol: str
    links: int
    per_second: float
    cpu_s_per_1000: float
    refused: int


async def run(protocol: str, links: int, seconds: float) -> Result:
    """Keep the queue of one channel full for so long."""
    network, name, settings = PROTOCOLS[protocol]
    with tempfile.TemporaryDirectory(prefix="hongyan-bench-links-") as folder:
        scenario = Path(folder) / "scenario.toml"
        scenario.write_text("[receipts]\ndelay = { min = 0.2, max = 0.2 }\n")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hongyan.carriers.simulator", "--data", folder, "--networks", network),
            *("--scenario", str(scenario), "--handsets", "0", "--parent-pipe"),
            stdin=PIPE,
            stdout=PIPE,
        )
        assert process.stdout is not None
        assert process.stdin is not None
        ready = json.loads(await process.stdout.readline())
        try:
            where = ready["networks"][network]
            record = ChannelRecord(
                CHANNEL,
                network,
                name,  # type: ignore[arg-type]
                make_settings(
                    name,  # type: ignore[arg-type]
                    {
                        "host": where["host"],
                        "port": where["port"],
                        "access_number": "1069000012",
                        "connections": links,
                        "window": WINDOW,
                        **settings,
                    },
                ),
                ChannelState.ACTIVE,
                0,
                0,
                b"",
            )
            return await _measure(protocol, record, links, seconds, Path(folder), network)
        finally:
            process.stdin.close()
            await process.wait()


async def _measure(
    protocol: str, record: ChannelRecord, links: int, seconds: float, folder: Path, network: str
) -> Result:
    clock = SystemClock()
    store = EchoStore()
    dispatcher = Dispatcher(store, clock, capacity=2 * IN_MEMORY, hooks=_Hooks())
    router = Router(())
    switchboard = Switchboard(
        clock=clock,
        dispatcher=dispatcher,
        router=router,
        receipts=Receipts(store, clock, _Hooks()),
        replies=Replies(store, clock, IdMaker(clock), lambda _value, _purpose: 0, router, CodeIndex()),
        begin=lambda _what, work: asyncio.ensure_future(work),
    )
    setup = setup_of(record, Passwords(_SECRET), clock)
    if protocol == "sgip":
        setup = replace(setup, listener=ListenerSettings("127.0.0.1", 0))
    await switchboard.use([setup])
    listener = switchboard.listener(CHANNEL)
    if listener is not None:
        login = str(PROTOCOLS[protocol][2]["login"])
        await call(
            folder, Listener(cast(NetworkName, network), login, "127.0.0.1", listener.port, login, _SECRET)
        )
    while switchboard.bound < links:
        await asyncio.sleep(0.01)
    queue = dispatcher.queue(CHANNEL)
    pieces = split(TEXT, 0, setup.route.repertoire)
    payloads = [pieces[0].user_data]
    number = 13_800_000_000
    expires = clock.now_ms() + 3_600_000

    def fill() -> None:
        nonlocal number
        while dispatcher.backlog < IN_MEMORY:
            number += 1
            job = Job(
                number, 1, 1, 1, 0, f"86{number}", "1069000012", pieces[0].alphabet, payloads, expires, 1
            )
            dispatcher.backlog += 1
            queue.put(job, (1,))
        queue.wake()

    for _ in range(20):  # warm
        fill()
        await asyncio.sleep(0.05)
    began, receipts, cpu = time.perf_counter(), store.receipts, _cpu()
    while time.perf_counter() - began < seconds:
        fill()
        await asyncio.sleep(0.005)
    took, done, used = time.perf_counter() - began, store.receipts - receipts, _cpu() - cpu
    refused = sum(link.counts.refusals.total() for link in switchboard.links)
    await switchboard.stop(drain=False)
    return Result(protocol, links, done / took, used / done * 1000 if done else float("nan"), refused)


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table. 1 when a carrier refused something."""
    parser = argparse.ArgumentParser(prog="python -m bench.links", description=__doc__)
    parser.add_argument("--protocol", nargs="+", choices=[*PROTOCOLS], default=[*PROTOCOLS])
    parser.add_argument("--links", nargs="+", type=int, default=[1, 4])
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args(arguments)
    print("| protocol | links | parts/s | CPU-s/1000 |\n|---|---:|---:|---:|")
    refused = 0
    for protocol in options.protocol:
        for links in options.links:
            result = uvloop.run(run(protocol, links, options.seconds))
            refused += result.refused
            print(
                f"| {protocol} | {links} | {result.per_second:,.0f} | {result.cpu_s_per_1000:.3f} |",
                flush=True,
            )
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
