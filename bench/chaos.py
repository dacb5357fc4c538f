"""Five carriers that misbehave while messages go through, and the count afterwards.

    python -m bench.chaos [--minutes 5] [--connections 8] [--seed 1]

Every few seconds something happens: links are cut, a network stalls, throttles, refuses for a moment, or all carriers go
down in order and come back. Receipts come late, early, twice and out of order. At the end everything that was accepted
must be delivered or reported as failed, and a handset may have a text twice only as often as the platform itself counts
"uncertain". The exit code is 1 when that is not so.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import socket
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from bench.platform import Server
from hongyan.carriers.simulator.control import DropLinks, Pause, Resume, ScenarioCommand, call
from hongyan.carriers.simulator.networks import NetworkName
from hongyan.kernel.errors import HongyanError

_HOST = "127.0.0.1"
_LISTENER = "sgip://hongyan:hongyan@{host}:{port}/hongyan"
_SETTLED_WITHIN = 180.0

SCENARIO: dict[str, Any] = {
    "seed": 7,
    "receipts": {
        "delay": {"min": 0.05, "p50": 0.4, "p90": 1.5, "p99": 4.0, "max": 6.0},
        "failure_rate": 0.02,
        "duplicate_rate": 0.02,
        "early_rate": 0.02,
    },
}

CHANNELS: dict[NetworkName, tuple[str, tuple[str, ...]]] = {
    "mobile": ("cmpp", ("login=901234", "version=3.0", "carriers=mobile", "connections=2")),
    "unicom": ("sgip", ("login=hongyan", "node=3010012345", "corp_id=12345", "carriers=unicom")),
    "telecom": ("smgp", ("login=hongyan", "carriers=telecom", "connections=2")),
    "broadnet": ("cmpp", ("login=901235", "version=2.0", "carriers=broadnet")),
    "international": ("smpp", ("login=hongyan", "priority=9", "mode=pair")),
}
"""Network → protocol and settings of its channel."""
HIT: tuple[NetworkName, ...] = ("mobile", "unicom", "telecom")
"""Networks that mainland numbers go to, and that things happen to."""


class Carriers:
    """The simulator, restarted at the same ports."""

    def __init__(self, folder: Path, listen_port: int) -> None:
        self.folder = folder
        self.ledger = folder / "ledger.jsonl"
        self._listen_port = listen_port
        self._port = _free_ports(len(CHANNELS))
        self._process: Process | None = None
        self.networks: dict[str, dict[str, Any]] = {}

    async def start(self) -> None:
        scenario = self.folder / "scenario.toml"
        scenario.write_text(_toml(SCENARIO))
        words = [
            *("--data", str(self.folder), "--networks", "all", "--port", str(self._port)),
            *("--scenario", str(scenario), "--ledger", str(self.ledger), "--handsets", "0"),
            *("--listener", _LISTENER.format(host=_HOST, port=self._listen_port), "--parent-pipe"),
        ]
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hongyan.carriers.simulator", *words), stdin=PIPE, stdout=PIPE
        )
        assert self._process.stdout is not None
        self.networks = json.loads(await self._process.stdout.readline())["networks"]

    async def stop(self) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def do(self, command: Any) -> dict[str, Any]:
        return await call(self.folder, command)


@dataclass
class Chaos:
    """What happens, one thing after the other."""

    carriers: Carriers
    rng: random.Random
    happened: Counter[str] = field(default_factory=Counter)

    async def go_on(self, until: float) -> None:
        things: list[Callable[[], Awaitable[None]]] = [
            *([self._cut] * 3),
            *([self._stall] * 2),
            *([self._throttle] * 2),
            self._refuse_for_a_moment,
            self._restart,
        ]
        while time.monotonic() < until:
            await self.rng.choice(things)()
            await asyncio.sleep(self.rng.uniform(1, 4))
        await self.carriers.do(ScenarioCommand(SCENARIO))

    async def _cut(self) -> None:
        self.happened["links cut"] += 1
        await self.carriers.do(DropLinks(self.rng.choice((*HIT, None))))

    async def _stall(self) -> None:
        self.happened["stalls"] += 1
        network = self.rng.choice(HIT)
        await self.carriers.do(Pause(network))
        await asyncio.sleep(self.rng.uniform(1, 6))
        await self.carriers.do(Resume(network))

    async def _throttle(self) -> None:
        self.happened["throttling"] += 1
        await self.carriers.do(ScenarioCommand(SCENARIO | {"answers": {"throttle_per_second": 50}}))
        await asyncio.sleep(self.rng.uniform(2, 6))
        await self.carriers.do(ScenarioCommand(SCENARIO))

    async def _refuse_for_a_moment(self) -> None:
        self.happened["temporary refusals"] += 1
        rules = [{"number": "*", "submit_error": "system_error", "first_times": 1}]
        await self.carriers.do(ScenarioCommand(SCENARIO | {"rules": rules}))
        await asyncio.sleep(2)
        await self.carriers.do(ScenarioCommand(SCENARIO))

    async def _restart(self) -> None:
        """In order: it takes nothing more, reports what it has, and is away for a while."""
        self.happened["restarts of all carriers"] += 1
        rules = [{"number": "*", "submit_error": "throttled"}]
        await self.carriers.do(ScenarioCommand(SCENARIO | {"rules": rules}))
        await asyncio.sleep(8)
        await self.carriers.stop()
        await asyncio.sleep(self.rng.uniform(1, 3))
        await self.carriers.start()


async def run(minutes: float, connections: int, seed: int) -> int:
    """The whole run; the exit code."""
    with tempfile.TemporaryDirectory(prefix="hongyan-chaos-") as name:
        folder = Path(name)
        (folder / "carriers").mkdir()
        listen_port = _free_ports(len(CHANNELS) + 1) + len(CHANNELS)
        carriers = Carriers(folder / "carriers", listen_port)
        await carriers.start()
        server = Server(folder / "platform", carrier=None)
        try:
            await _configure(server, carriers, listen_port)
            await server.start()
            try:
                return await _storm(server, carriers, minutes, connections, seed)
            finally:
                await server.stop()
        finally:
            await carriers.stop()


async def _configure(server: Server, carriers: Carriers, listen_port: int) -> None:
    secret = carriers.folder / "password"
    secret.write_text("hongyan")
    for name, (protocol, settings) in CHANNELS.items():
        where = carriers.networks[name]
        words = [f"host={where['host']}", f"port={where['port']}", "access_number=1069000012", *settings]
        if protocol == "sgip":
            words += [f"listen_host={_HOST}", f"listen_port={listen_port}"]
        await server.command(
            "channel", "add", name, "--protocol", protocol, "--password-file", str(secret), *words
        )


async def _storm(server: Server, carriers: Carriers, minutes: float, connections: int, seed: int) -> int:
    tenant = await server.seed()
    output = carriers.folder / "load.json"
    load = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.load", "--endpoint", server.endpoint, "--output", str(output)),
        *("--sign-name", tenant["sign_name"], "--template-code", tenant["template_code"]),
        *("--template-param", json.dumps(tenant["template_param_example"], ensure_ascii=False)),
        *("--connections", str(connections), "--seconds", str(minutes * 60), "--numbers", "mainland"),
        *("--access-key-id", tenant["access_key_id"], "--access-key-secret", tenant["access_key_secret"]),
    )
    chaos = Chaos(carriers, random.Random(seed))
    await chaos.go_on(time.monotonic() + minutes * 60)
    await load.wait()
    sent = json.loads(output.read_text())
    states = await _settled(server.data)
    await asyncio.sleep(1)
    handsets = Counter(json.loads(line)["to"] for line in carriers.ledger.read_text().splitlines())
    return _judge(sent, states, server.data, handsets, chaos)


async def _settled(data: Path) -> Counter[str]:
    """States of all messages, once nothing is open any more."""
    began = time.monotonic()
    deadline = began + _SETTLED_WITHIN
    while True:
        states = Counter(dict(_rows(data, "SELECT state, count(*) FROM message GROUP BY state")))
        print(f"{time.monotonic() - began:4.0f} s after the storm: {dict(states)}", flush=True)
        if not states["accepted"] or time.monotonic() > deadline:
            return states
        await asyncio.sleep(5)


def _judge(
    sent: dict[str, Any], states: Counter[str], data: Path, handsets: Counter[str], chaos: Chaos
) -> int:
    ((uncertain,),) = _rows(data, "SELECT coalesce(sum(uncertain), 0) FROM message")
    ((early,),) = _rows(data, "SELECT count(*) FROM early_receipt")
    twice = sum(count - 1 for count in handsets.values() if count > 1)
    stored = states.total()
    print(f"accepted {sent['ok']:,}   refused {sum(sent['errors'].values()):,} {sent['errors']}")
    print(f"stored   {stored:,}   " + "   ".join(f"{state} {count:,}" for state, count in states.items()))
    print(
        f"parts at the carriers {handsets.total():,}, more than once {twice:,}, counted uncertain {uncertain:,}"
    )
    print(f"receipts that fit nothing {early:,}")
    print("happened: " + ", ".join(f"{count} {what}" for what, count in chaos.happened.items()))
    problems = []
    if sum(sent["errors"].values()) > sent["ok"]:
        problems.append("more requests were refused than accepted: that was no storm")
    if stored < sent["ok"]:
        problems.append(f"{sent['ok'] - stored} accepted messages are not stored")
    if states["accepted"]:
        problems.append(f"{states['accepted']} messages have no end")
    if twice > uncertain:
        problems.append(f"{twice - uncertain} duplicates are not counted as uncertain")
    for problem in problems:
        print(f"problem: {problem}")
    return 1 if problems else 0


def _rows(data: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = apsw.Connection(str(data / "hongyan.sqlite"), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        connection.set_busy_timeout(5_000)
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def _free_ports(count: int) -> int:
    """The first of so many neighbouring ports that nobody listens on, below those that clients get."""
    for first in range(20_000, 30_000, count):
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for port in range(first, first + count):
                stack.enter_context(socket.socket()).bind((_HOST, port))
            return first
    raise RuntimeError("no free ports")


def _toml(scenario: dict[str, Any]) -> str:
    lines = [f"{key} = {_value(value)}" for key, value in scenario.items() if not isinstance(value, dict)]
    for name, table in scenario.items():
        if isinstance(table, dict):
            lines += [f"[{name}]", *(f"{key} = {_value(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {each}" for key, each in value.items()) + " }"
    return json.dumps(value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    try:
        return asyncio.run(run(options.minutes, options.connections, options.seed))
    except HongyanError as error:
        print(error.en)
        return 1


if __name__ == "__main__":
    sys.exit(main())
