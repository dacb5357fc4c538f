"""The platform dies under load, again and again, and keeps what it promised.

HONGYAN_CRASH_ROUNDS sets how often, HONGYAN_CRASH_SEED repeats the moments of a run.
"""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path

import pytest
from crash_world import CrashWorld

ROUNDS = int(os.environ.get("HONGYAN_CRASH_ROUNDS", "6"))
SEED = int(os.environ.get("HONGYAN_CRASH_SEED", str(random.SystemRandom().randrange(1 << 32))))


@pytest.mark.slow
async def test_accepted_messages_survive_the_death_of_all_processes(tmp_path: Path) -> None:
    moments = random.Random(SEED)
    async with CrashWorld(tmp_path) as world:
        async with world.load(connections=16, most_seconds=60 + 30 * ROUNDS):
            for _ in range(ROUNDS):
                await asyncio.sleep(moments.uniform(0.02, 1.2))
                assert await world.kill(writer_first=moments.random() < 0.5) == 2, "front and writer"
                if moments.random() < 0.3:  # and once more while it starts
                    await world.server.begin_start()
                    await asyncio.sleep(moments.uniform(0.1, 1.0))
                    await world.kill()
                await world.server.start()
            await asyncio.sleep(0.3)
        waiting = await world.settle(60)
        verdict = await world.verdict()

    told = f"seed {SEED}, {ROUNDS} rounds: {verdict}\nload: {world.summary}\n{world.server.log()}"
    print(told)  # pytest shows it with -s, and when something fails
    assert waiting == 0, told
    assert verdict.accepted > 100 * ROUNDS, told
    assert verdict.kept, told
    assert verdict.duplicates <= verdict.uncertain, told
