"""The platform dies under load, again and again, and keeps what it promised.

HONGYAN_CRASH_ROUNDS sets how often it is killed, HONGYAN_CRASH_SEED repeats the moments of a run. The carrier may be
any SMPP server: see tests/support/carrier_process.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from carrier_process import Carrier
from crash_rounds import ROUNDS, SEED, moments, survive
from platform_process import Platform

pytestmark = pytest.mark.slow


async def test_accepted_messages_survive_kills_at_any_moment(tmp_path: Path) -> None:
    async with (
        Carrier(tmp_path / "carrier") as carrier,
        Platform(tmp_path / "platform", smpp=carrier.url) as platform,
    ):
        kills = moments(SEED, ROUNDS, most_accepts=1_500)
        load = await survive(platform, carrier, seed=SEED, kills=kills)
    assert {answer.status for answer in load.refused} <= {429, 500, 503}, load.refused
