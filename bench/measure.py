"""One run: load from a process of its own, then wait for the receipts, then count.

What is measured, in the words of the figures:

- accepted per second: requests answered OK / (last answer - first request), as the generator saw them.
- end to end per second: messages whose receipt is stored / (last receipt stored - first request). That the last
  one is stored is noticed within 0.1 s, and the delay counts against the platform.
- CPU: user + system of all processes of the platform, from before the first request until the last receipt
  is stored, per 1,000 accepted messages.
- memory: the highest sum of resident sets seen in that time, looked at every 0.2 s.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any

import psutil

from bench.processes import PeakMemory, Trees
from bench.store import Stored, StoreReader
from bench.target import Target

_POLL_SECONDS = 0.1
_NO_TREES = Trees(())


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run does. `count` 0: no limit but the time. `first`: index of the first number."""

    connections: int
    seconds: float
    mode: str = "acs3"
    numbers: str = "mainland"
    count: int = 0
    first: int = 0
    wait_seconds: float = 60.0
    """How long receipts may take after the last answer."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one run found; None where the target could not be seen."""

    connections: int
    requests: int
    accepted: int
    accepted_per_s: float
    end_to_end_per_s: float | None
    cpu_s_per_1000: float | None
    p50_ms: float
    p99_ms: float
    max_ms: float
    peak_rss_mb: float | None
    reported: int | None
    uncertain: int | None
    load_s: float
    until_last_receipt_s: float | None
    generator_us_per_request: float
    errors: dict[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For the results file."""
        return asdict(self)

    def in_words(self) -> str:
        """One line for people."""
        words = [f"{self.accepted:,} accepted, {self.accepted_per_s:,.0f}/s"]
        if self.end_to_end_per_s is not None:
            words.append(f"{self.end_to_end_per_s:,.0f}/s end to end")
        if self.cpu_s_per_1000 is not None:
            words.append(f"{self.cpu_s_per_1000:.3f} CPU-s per 1,000")
        words.append(f"p50 {self.p50_ms:.2f} ms, p99 {self.p99_ms:.2f} ms")
        if self.peak_rss_mb is not None:
            words.append(f"{self.peak_rss_mb:.0f} MB")
        return ", ".join([*words, *(f"PROBLEM: {problem}" for problem in self.problems)])


async def generate(target: Target, plan: Plan) -> dict[str, Any]:
    """Run the generator to its end; its summary. Raises RuntimeError when it fails."""
    call = target.call
    words = [
        *("--endpoint", call.endpoint, "--sign-name", call.sign_name),
        *("--template-code", call.template_code, "--template-param", call.template_param),
        *("--mode", plan.mode, "--connections", str(plan.connections)),
        *("--seconds", str(plan.seconds), "--count", str(plan.count)),
        *("--numbers", plan.numbers, "--first", str(plan.first)),
    ]
    keys = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": call.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": call.access_key_secret,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.load", *words), env=os.environ | keys, stdout=asyncio.subprocess.PIPE
    )
    try:
        output, _ = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if process.returncode:
        raise RuntimeError(f"the load generator ended with status {process.returncode}")
    summary: dict[str, Any] = json.loads(output)
    return summary


async def wait_for_receipts(
    store: StoreReader, since_ms: int, ended_before: int, seconds: float
) -> tuple[Stored, float]:
    """Wait until every message since `since_ms` has ended; what is stored then, and the wall time (seconds since
    1970) of the look that found it. After `seconds` it is what it is."""
    deadline = time.monotonic() + seconds
    expected = (await store.stored(since_ms)).messages
    while True:
        looked = time.time()
        timeout = time.monotonic() >= deadline
        if timeout or await store.ended() - ended_before >= expected:
            stored = await store.stored(since_ms)
            if timeout or not stored.unfinished:
                return stored, looked
            expected = stored.messages
        await asyncio.sleep(_POLL_SECONDS)


async def measure(target: Target, plan: Plan) -> Sample:
    """Make one run against a running platform."""
    if target.database is None:
        return await _measure(target, plan, None)
    async with StoreReader(target.database) as store:
        return await _measure(target, plan, store)


async def _measure(target: Target, plan: Plan, store: StoreReader | None) -> Sample:
    trees = without(target.processes or _NO_TREES, store.server_pid if store else None)
    ended_before = await store.ended() if store else 0
    cpu_before = trees.cpu_seconds()
    with PeakMemory(trees) as memory:
        load = await generate(target, plan)
        stored, last = None, 0.0
        if store:
            stored, last = await wait_for_receipts(store, load["first_ms"], ended_before, plan.wait_seconds)
        cpu = trees.cpu_seconds() - cpu_before
    accepted = load["ok"]
    load_s = (load["last_ms"] - load["first_ms"]) / 1000
    whole_s = last - load["first_ms"] / 1000
    seen = target.processes is not None
    return Sample(
        connections=plan.connections,
        requests=load["requests"],
        accepted=accepted,
        accepted_per_s=round(accepted / load_s, 1) if load_s else 0.0,
        end_to_end_per_s=round(stored.reported / whole_s, 1) if stored else None,
        cpu_s_per_1000=round(cpu / accepted * 1000, 4) if seen and accepted else None,
        p50_ms=load["p50_ms"],
        p99_ms=load["p99_ms"],
        max_ms=load["max_ms"],
        peak_rss_mb=round(memory.peak_mib, 1) if seen else None,
        reported=stored.reported if stored else None,
        uncertain=stored.uncertain if stored else None,
        load_s=round(load_s, 3),
        until_last_receipt_s=round(whole_s, 3) if stored else None,
        generator_us_per_request=round(load["cpu_s"] / load["requests"] * 1e6, 1)
        if load["requests"]
        else 0.0,
        errors=load["errors"],
        problems=tuple(problems(load, stored)),
    )


def problems(load: dict[str, Any], stored: Stored | None) -> list[str]:
    """What makes a run worthless, or at least needs an explanation."""
    found = []
    if not load["ok"]:
        found.append("no request was accepted")
    if load["errors"]:
        counts = ", ".join(f"{count} x {code}" for code, count in sorted(load["errors"].items()))
        found.append(f"requests failed: {counts}")
    if stored is None:
        return found
    if stored.messages < load["ok"]:
        found.append(f"LOST: {load['ok'] - stored.messages} accepted messages are not in the store")
    if stored.reported < stored.messages:
        found.append(f"MISSING: {stored.messages - stored.reported} stored messages have no receipt")
    if stored.failed:
        found.append(f"{stored.failed} messages failed at the carrier")
    if stored.uncertain:
        found.append(f"{stored.uncertain} messages are uncertain")
    return found


def without(trees: Trees, pid: int | None) -> Trees:
    """The same trees without the process `pid`, which works for us and not for the platform."""
    inner = trees.left_out

    def left_out(process: psutil.Process) -> bool:
        return process.pid == pid or inner(process)

    return Trees(trees.roots, left_out)
