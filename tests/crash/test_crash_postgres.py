"""The same on PostgreSQL: the node dies, the database server lives; what a dead node held goes over to the next one."""

from __future__ import annotations

import os
import random
import tempfile
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from bench.postgres import new_database, provided_server
from carrier_process import Carrier
from crash_rounds import FRONT, check_queries, kill_at, moments, verdict_of
from platform_process import Platform
from signed_load import SOMETIMES_MANY, Load
from sms_tenant import Tenant

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("HONGYAN_CRASH_ROUNDS", "24")) // 4
SEED = int(os.environ.get("HONGYAN_CRASH_SEED", str(random.SystemRandom().randrange(1 << 32))))


@pytest.fixture
async def database() -> AsyncIterator[str]:
    """An empty database on a server of our own. Its folder is none of pytest's: the server may run as another user,
    who must be able to walk there."""
    with (
        warnings.catch_warnings(action="ignore"),  # of the wheel, about this machine's folders
        tempfile.TemporaryDirectory(prefix="hongyan-crash-", ignore_cleanup_errors=True) as folder,
        provided_server(Path(folder)) as server,
    ):
        async with new_database(server) as address:
            yield address


async def test_on_postgresql_too_accepted_messages_survive_kills(tmp_path: Path, database: str) -> None:
    async with (
        Carrier(tmp_path / "carrier") as carrier,
        Platform(tmp_path / "platform", smpp=carrier.url, database=database) as platform,
    ):
        await platform.start()
        tenant = await Tenant.of(platform)
        async with Load(tenant, platform.port, connections=16, seed=SEED, numbers=SOMETIMES_MANY) as load:
            for moment in moments(SEED, ROUNDS, most_accepts=600, whom=(FRONT,)):
                await kill_at(platform, load, moment)
                await platform.launch()
            await platform.become_ready()
        await platform.settled()
        await check_queries(tenant, load, random.Random(SEED))
        verdict = await verdict_of(platform, carrier, load)

    told = f"seed {SEED}, {ROUNDS} kills, {len(load.unanswered)} unanswered requests: {verdict.in_words()}"
    print(told)
    assert verdict.kept, told
    assert not verdict.undercounted, told
    assert platform.rows("SELECT DISTINCT state FROM message") == [("delivered",)], told
