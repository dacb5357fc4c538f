"""The platform dies under load, again and again, and keeps what it promised.

HONGYAN_CRASH_ROUNDS sets how often it is killed, HONGYAN_CRASH_SEED repeats the moments of a run. The carrier may be
any SMPP server: see tests/support/carrier_process.py.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from carrier_process import Carrier
from crash_rounds import check_queries, kill_at, moments, verdict_of
from platform_process import Platform
from signed_load import SOMETIMES_MANY, Load
from sms_tenant import Tenant

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("HONGYAN_CRASH_ROUNDS", "24"))
SEED = int(os.environ.get("HONGYAN_CRASH_SEED", str(random.SystemRandom().randrange(1 << 32))))


async def test_accepted_messages_survive_kills_at_any_moment(tmp_path: Path) -> None:
    async with (
        Carrier(tmp_path / "carrier") as carrier,
        Platform(tmp_path / "platform", smpp=carrier.url) as platform,
    ):
        await platform.start()
        tenant = await Tenant.of(platform)
        async with Load(tenant, platform.port, connections=16, seed=SEED, numbers=SOMETIMES_MANY) as load:
            for moment in moments(SEED, ROUNDS, most_accepts=1_500):
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
    assert {answer.status for answer in load.refused} <= {429, 500, 503}, load.refused
