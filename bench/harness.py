"""The whole measurement: which runs, on which platform, and what is said about them."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.machine import machine, settings, versions
from bench.measure import Plan, Sample, measure
from bench.platform import RECEIPT_SECONDS, STAGES, Setup, fresh_platform
from bench.postgres import PROVIDED, new_database, provided_server
from bench.report import MemoryCheck, all_problems, summaries
from bench.store import StoreReader
from bench.target import Target

CONNECTIONS = (1, 16, 64)
QUICK_CONNECTIONS = (16,)
MEMORY_MESSAGES = (50_000, 200_000)
_MEMORY_CONNECTIONS = 16
_MEMORY_SECONDS = 600.0
_REST_SECONDS = 2.0
_QUICK_WAIT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Programme:
    """What is to be done. `target`: a platform that runs already; otherwise each run starts a fresh one."""

    connections: tuple[int, ...]
    repeats: int
    plan: Plan
    memory: bool
    setup: Setup = field(default_factory=Setup)
    target: Target | None = None


def quick(programme: Programme) -> Programme:
    """One run at 16 connections, over in less than 90 seconds."""
    plan = replace(programme.plan, wait_seconds=_QUICK_WAIT_SECONDS)
    return replace(programme, connections=QUICK_CONNECTIONS, repeats=1, plan=plan, memory=False)


async def carry_out(programme: Programme, say: Callable[[str], None]) -> dict[str, Any]:
    """Do it; the results as they are written for machines."""
    async with _database(programme.setup.database) as server:
        samples, record = await _runs(programme, server, say)
        memory = None
        if programme.memory:
            async with _target(programme, server) as target:
                say(f"memory check: {MEMORY_MESSAGES[-1]:,} messages at {_MEMORY_CONNECTIONS} connections")
                memory = await check_memory(target, programme.plan)
                record = record or await _record(target)
    return {
        "runs": summaries(samples),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": versions(),
        "settings": settings(),
        "mode": programme.plan.mode,
        "seconds": programme.plan.seconds,
        "receipts_after_s": None if programme.setup.carrier or programme.target else RECEIPT_SECONDS,
        "stages": None if programme.target else list(STAGES),
        **record,
        "memory": memory.as_json() if memory else None,
        "samples": [sample.as_json() for sample in samples],
        "problems": all_problems(samples, memory),
    }


async def _runs(
    programme: Programme, server: str | None, say: Callable[[str], None]
) -> tuple[list[Sample], dict[str, Any]]:
    samples: list[Sample] = []
    record: dict[str, Any] = {}
    first = programme.plan.first
    for connections in programme.connections:
        for repeat in range(programme.repeats):
            plan = replace(programme.plan, connections=connections, first=first)
            async with _target(programme, server) as target:
                sample = await measure(target, plan)
                record = record or await _record(target)
            samples.append(sample)
            say(f"{connections} connections, run {repeat + 1} of {programme.repeats}: {sample.in_words()}")
            first += sample.requests  # a platform that goes on running sees no number twice
    return samples, record


async def check_memory(target: Target, plan: Plan) -> MemoryCheck:
    """Summed resident sets at rest after 50,000 and after 200,000 messages on one platform."""
    earlier, later = MEMORY_MESSAGES
    assert target.processes is not None, "memory cannot be seen without process ids"
    plan = replace(plan, connections=_MEMORY_CONNECTIONS, seconds=_MEMORY_SECONDS, count=earlier)
    before = await measure(target, plan)
    await asyncio.sleep(_REST_SECONDS)
    rss = target.processes.rss_mib()
    after = await measure(target, replace(plan, count=later - earlier, first=plan.first + earlier))
    await asyncio.sleep(_REST_SECONDS)
    return MemoryCheck(
        after=earlier,
        rss_mb=round(rss, 1),
        later=later,
        later_rss_mb=round(target.processes.rss_mib(), 1),
        problems=before.problems + after.problems,
    )


async def _record(target: Target) -> dict[str, Any]:
    """What the store says of itself and of the text that was sent."""
    if target.database is None:
        return {"durability": None, "text": None}
    async with StoreReader(target.database) as store:
        text = await store.newest_text()
        return {"durability": await store.durability(), "text": asdict(text) if text else None}


@contextlib.asynccontextmanager
async def _database(wanted: str | None) -> AsyncIterator[str | None]:
    """The address of the PostgreSQL server for fresh platforms; None: SQLite."""
    if wanted != PROVIDED:
        yield wanted
        return
    with (
        tempfile.TemporaryDirectory(prefix="hongyan-bench-postgres-") as folder,
        provided_server(Path(folder)) as server,
    ):
        yield server


@contextlib.asynccontextmanager
async def _target(programme: Programme, server: str | None) -> AsyncIterator[Target]:
    async with contextlib.AsyncExitStack() as stack:
        if programme.target is not None:
            yield programme.target
            return
        setup = programme.setup
        if server is not None:
            setup = replace(setup, database=await stack.enter_async_context(new_database(server)))
        yield await stack.enter_async_context(fresh_platform(setup))
