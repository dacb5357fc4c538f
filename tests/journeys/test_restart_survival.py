"""What a tenant has, a restart does not take away: keys, signatures, templates, used nonces, promised messages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alibabacloud_dysmsapi20170525 import models
from bench.numbers import RANGES
from carrier_process import Carrier
from platform_process import Platform
from signed_load import Load, ask
from sms_tenant import Tenant

pytestmark = pytest.mark.slow

NUMBER = RANGES["mainland"].numbers()
SLOW = "[answers]\ndelay = { min = 0.05, max = 0.2 }\n[receipts]\ndelay = { min = 0.05, max = 0.2 }\n"


@pytest.fixture
async def carrier(tmp_path: Path) -> AsyncIterator[Carrier]:
    async with Carrier(tmp_path / "carrier") as opened:
        yield opened


@pytest.fixture
async def platform(tmp_path: Path, carrier: Carrier) -> AsyncIterator[Platform]:
    async with Platform(tmp_path / "platform", smpp=carrier.url) as opened:
        await opened.start()
        yield opened


async def test_a_nonce_used_before_a_kill_is_refused_after_the_restart(platform: Platform) -> None:
    tenant = await Tenant.of(platform)
    wire = tenant.wordings["notice"].request(NUMBER(1), 1)
    assert (await ask(platform.port, wire)).accepted
    assert (await ask(platform.port, wire)).code == "SignatureNonceUsed"

    await platform.kill()
    await platform.start()

    again = await ask(platform.port, wire)
    assert (again.status, again.code) == (400, "SignatureNonceUsed")
    assert (await ask(platform.port, tenant.wordings["notice"].request(NUMBER(1), 2))).accepted
    await platform.settled()
    assert platform.rows("SELECT count(*) FROM message WHERE number LIKE ?", f"%{NUMBER(1)}") == [(2,)]


async def test_a_tenant_sends_and_asks_on_after_a_kill_as_if_nothing_had_been(platform: Platform) -> None:
    tenant = await Tenant.of(platform)
    seed = await platform.seed()

    await platform.kill()
    await platform.start()

    assert await platform.seed() == seed, "the same tenant, the same key"
    signature = tenant.client.get_sms_sign(models.GetSmsSignRequest(sign_name=tenant.sign_name)).body
    assert signature.sign_status == 1
    for n, wording in enumerate(tenant.wordings.values()):
        assert (await ask(platform.port, wording.request(NUMBER(n), n))).accepted
    await platform.settled()
    assert {state for (state,) in platform.rows("SELECT state FROM message")} == {"delivered"}


async def test_a_disabled_key_stays_disabled_over_a_kill(platform: Platform) -> None:
    tenant = await Tenant.of(platform)
    key_id = (await platform.seed())["access_key_id"]
    code, _, words = await platform.command("key", "disable", key_id)
    assert code == 0, words
    refused = await ask(platform.port, tenant.wordings["notice"].request(NUMBER(1), 1))

    await platform.kill()
    await platform.start()

    again = await ask(platform.port, tenant.wordings["notice"].request(NUMBER(1), 2))
    assert refused.code == again.code == "InvalidAccessKeyId.Inactive"


async def test_a_graceful_stop_under_load_loses_nothing_and_leaves_nothing_in_doubt(tmp_path: Path) -> None:
    async with (
        Carrier(tmp_path / "carrier", SLOW) as carrier,
        Platform(tmp_path / "platform", smpp=carrier.url, smpp_window=16) as platform,
    ):
        await platform.start()
        tenant = await Tenant.of(platform)
        for round_ in range(3):
            async with Load(tenant, platform.port, connections=16, first=round_ * 50_000) as load:
                await load.accepts(150)
                code = await platform.stop()
                load.end()
            assert code == 0, platform.log()
            assert {answer.status for answer in load.refused} <= {429, 503}
            stored = {number for (number,) in platform.rows("SELECT substr(number, -11) FROM message")}
            assert load.promises.keys() <= stored
            assert not stored & {number for one in load.unanswered for number in one.numbers}, (
                "what was begun is answered"
            )
            await platform.start()
        await platform.settled()
        stats = await carrier.stats()

        assert platform.rows("SELECT sum(uncertain), sum(state <> 'delivered') FROM message") == [(0, 0)]
        assert stats["duplicates"] == 0
        assert [(stats["accepted"],)] == platform.rows("SELECT sum(segments) FROM message")


async def test_a_graceful_stop_waits_for_no_carrier_that_says_nothing(
    platform: Platform, carrier: Carrier
) -> None:
    """What the silent carrier may have got is in doubt then, and counted."""
    tenant = await Tenant.of(platform)
    await carrier.pause()
    assert (await ask(platform.port, tenant.wordings["long"].request(NUMBER(1), 1))).accepted

    assert await platform.stop() == 0
    await carrier.resume()
    await platform.start()
    await platform.settled()

    number = f"%{NUMBER(1)}"
    assert platform.rows("SELECT state, uncertain FROM message WHERE number LIKE ?", number) == [
        ("delivered", 2)
    ], "each of its parts"


async def test_a_stop_while_the_carrier_is_away_keeps_doubts_and_loses_nothing(
    platform: Platform, carrier: Carrier
) -> None:
    """Submitted, never answered, the link cut, and no carrier there to ask when the stop comes."""
    tenant = await Tenant.of(platform)
    await carrier.behave(
        {"answers": {"delay": {"min": 60, "max": 60}}, "receipts": {"delay": {"min": 0, "max": 0}}}
    )
    before = (await carrier.stats())["submits"]
    assert (await ask(platform.port, tenant.wordings["notice"].request(NUMBER(1), 1))).accepted
    await carrier.submits(at_least=before + 1)
    await carrier.kill()

    assert await platform.stop() == 0
    await carrier.start()
    await platform.start()
    await platform.settled()

    number = f"%{NUMBER(1)}"
    ((state, uncertain),) = platform.rows("SELECT state, uncertain FROM message WHERE number LIKE ?", number)
    assert (state, uncertain >= 1) == ("delivered", True)


async def test_a_stop_during_the_start_is_a_stop(platform: Platform) -> None:
    for _ in range(3):
        assert await platform.stop() == 0, platform.log()
        await platform.launch()
        await platform.listening()
    await platform.become_ready()
    tenant = await Tenant.of(platform)
    assert (await ask(platform.port, tenant.wordings["code"].request(NUMBER(1), 1))).accepted
    await asyncio.wait_for(platform.settled(), 30)
