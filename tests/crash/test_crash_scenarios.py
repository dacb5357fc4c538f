"""The same promises with carriers that behave badly, lose their links, or die themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from carrier_process import QUICK, Carrier
from crash_ledger import STORED, Verdict, compare, read_ledger, stored_by_number
from crash_rounds import kill_at, moments, verdict_of
from platform_process import Platform
from signed_load import Load
from sms_tenant import Tenant
from until import until

pytestmark = pytest.mark.slow

SEED = 20_260_301
UNTIDY = """
seed = 7
[answers]
delay = { min = 0, p50 = 0.01, p90 = 0.1, max = 0.3 }
[receipts]
delay = { min = 0.02, p50 = 0.2, max = 1 }
failure_rate = 0.05
duplicate_rate = 0.2
duplicate_after = 0.2
reorder_rate = 0.2
reorder_by = 0.5
early_rate = 0.3
early_by = 0.1
"""
NARROW = """
[answers]
throttle_per_second = 150
queue_limit = 60
[receipts]
delay = { min = 0.05, max = 0.3 }
[[rules]]
number = "*7"
first_times = 1
submit_error = "system_error"
"""
"""Takes 150 parts a second, and refuses every tenth number once for the moment."""


BACKLOG = 600
"""Callers are throttled beyond it, so that a slow carrier can end what it was given."""


def states(platform: Platform) -> dict[str, int]:
    return dict(platform.rows("SELECT state, count(*) FROM message GROUP BY state"))


async def survived(folder: Path, scenario: str, *, kills: int, more: int) -> tuple[Platform, Verdict]:
    """A load of so many accepted requests after the last of some kills."""
    async with (
        Carrier(folder / "carrier", scenario) as carrier,
        Platform(folder / "platform", smpp=carrier.url, backlog=BACKLOG) as platform,
    ):
        await platform.start()
        tenant = await Tenant.of(platform)
        async with Load(tenant, platform.port, connections=4, seed=SEED) as load:
            for moment in moments(SEED, kills, most_accepts=200):
                await kill_at(platform, load, moment)
                await platform.launch()
            await platform.become_ready()
            await load.accepts(more)
        return platform, await verdict_of(platform, carrier, load)


async def test_untidy_receipts_end_every_message_once_over_kills(tmp_path: Path) -> None:
    platform, verdict = await survived(tmp_path, UNTIDY, kills=6, more=100)

    print(verdict.in_words())
    assert verdict.kept, verdict.in_words()
    assert not verdict.undercounted, verdict.in_words()
    assert set(states(platform)) == {"delivered", "failed"}


async def test_throttled_and_refused_parts_come_again_over_kills_and_are_no_duplicates(
    tmp_path: Path,
) -> None:
    platform, verdict = await survived(tmp_path, NARROW, kills=4, more=200)

    print(verdict.in_words())
    assert verdict.kept, verdict.in_words()
    assert not verdict.undercounted, verdict.in_words()
    assert set(states(platform)) == {"delivered"}
    retried = platform.rows("SELECT count(*) FROM submission WHERE outcome <> 0 AND error = 'ESME_RSYSERR'")
    assert retried[0][0] > 0


@pytest.mark.parametrize("kills", [0, 4])
async def test_what_a_cut_link_left_in_doubt_is_counted(tmp_path: Path, kills: int) -> None:
    scenario = QUICK + "[links]\ndrop_after_submits = 211\n"
    async with (
        Carrier(tmp_path / "carrier", scenario) as carrier,
        Platform(tmp_path / "platform", smpp=carrier.url) as platform,
    ):
        await platform.start()
        tenant = await Tenant.of(platform)
        async with Load(tenant, platform.port, connections=4, seed=SEED) as load:
            for _ in range(5):
                await load.accepts(150)
                await carrier.drop_links()
            for moment in moments(SEED, kills, most_accepts=200):
                await kill_at(platform, load, moment)
                await platform.launch()
            await platform.become_ready()
            await load.accepts(300)
        verdict = await verdict_of(platform, carrier, load)

    print(verdict.in_words())
    assert verdict.kept, verdict.in_words()
    assert verdict.duplicates > 0, "the carrier cuts after a submit that it took"
    assert kills or not verdict.undercounted, verdict.in_words()
    assert set(states(platform)) == {"delivered"}


async def test_a_carrier_that_dies_gets_what_it_never_answered_when_it_is_back(tmp_path: Path) -> None:
    """What the dead carrier knew is gone with it, receipts too: each part has an answer of one of its lives."""
    async with (
        Carrier(tmp_path / "carrier") as carrier,
        Platform(tmp_path / "platform", smpp=carrier.url) as platform,
    ):
        carrier.only_here()
        await platform.start()
        tenant = await Tenant.of(platform)
        async with Load(tenant, platform.port, connections=4, seed=SEED) as load:
            for _ in range(3):
                await load.accepts(300)
                await carrier.kill()
                await load.accepts(200)
                await carrier.start()
                await platform.become_ready()
            await load.accepts(100)
        await until(lambda: platform.rows("SELECT count(*) FROM outbox") == [(0,)], "an empty outbox")
        assert await platform.stop() == 0, platform.log()
        await carrier.stop()

    stored = stored_by_number(platform.rows(STORED))
    verdict = compare(load.promises, read_ledger(carrier.ledger, carrier.ledger_start), stored)
    assert not verdict.unstored
    assert not verdict.uncounted
    assert not verdict.undercounted
    unanswered = platform.rows(
        "SELECT id FROM message WHERE segments > (SELECT count(DISTINCT part) FROM submission"
        " WHERE message_id = message.id AND outcome = 0)"
    )
    assert unanswered == []
