"""More comes in than a carrier takes: memory stays bounded, the disk holds the rest, callers are told in time, and
nothing is lost, doubled or shuffled, also when the platform dies meanwhile."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from bench.numbers import RANGES
from carrier_process import Carrier
from platform_process import Platform
from signed_load import Answer, Load, ask
from sms_tenant import Tenant
from until import until

pytestmark = pytest.mark.slow

LANE = 50
MANY = 1_500
CONNECTIONS = 16
MOST_IN_MEMORY = 2 * (LANE + 2 * CONNECTIONS)
"""Two lanes, each full, and over it one row of two-part messages from each caller."""
NUMBER = RANGES["mainland"].numbers()


@pytest.fixture
async def carrier(tmp_path: Path) -> AsyncIterator[Carrier]:
    async with Carrier(tmp_path / "carrier") as opened:
        opened.only_here()
        yield opened


def a_platform(folder: Path, carrier: Carrier, **settings: object) -> Platform:
    return Platform(folder / "platform", smpp=carrier.url, **settings)


async def overflow(platform: Platform, tenant: Tenant) -> Load:
    """Send far more than the lanes hold, while the carrier reads nothing."""
    async with Load(tenant, platform.port, connections=CONNECTIONS, most=MANY) as load:
        await load.all_asked()
    assert load.accepted == MANY
    metrics = await platform.metrics()
    assert metrics["hongyan_outbox_messages"] > MANY / 2
    assert 0 < metrics["hongyan_lane_parts"] <= MOST_IN_MEMORY
    return load


def arrivals(carrier: Carrier) -> list[str]:
    """Numbers of the parts at the carrier, in the order of arrival."""
    with carrier.ledger.open(encoding="utf-8") as lines:
        return [json.loads(line)["to"][-11:] for line in lines]


async def test_what_overflows_the_lanes_goes_out_once_and_in_order_when_the_carrier_reads_again(
    tmp_path: Path, carrier: Carrier
) -> None:
    async with a_platform(tmp_path, carrier, lane=LANE) as platform:
        await platform.start()
        tenant = await Tenant.of(platform)
        await carrier.pause()
        await overflow(platform, tenant)
        await carrier.resume()
        await platform.settled()

        stats = await carrier.stats()
        assert stats["duplicates"] == 0
        assert [(stats["accepted"],)] == platform.rows("SELECT sum(segments) FROM message")
        assert platform.rows("SELECT state, sum(uncertain) FROM message GROUP BY state") == [("delivered", 0)]
        assert (await platform.metrics())["hongyan_outbox_messages"] == 0
        await carrier.stop()
        place = {number: index for index, number in reversed(list(enumerate(arrivals(carrier))))}
        for lane in (0, 1):
            sent = platform.rows("SELECT substr(number, -11) FROM message WHERE lane = ? ORDER BY id", lane)
            places = [place[number] for (number,) in sent]
            assert places == sorted(places), f"lane {lane} keeps its order"


async def test_what_waits_on_the_disk_takes_no_memory_of_the_front(tmp_path: Path, carrier: Carrier) -> None:
    async with a_platform(tmp_path, carrier, lane=LANE) as platform:
        await platform.start()
        tenant = await Tenant.of(platform)
        await carrier.pause()
        await overflow(platform, tenant)
        before = psutil.Process(platform.pid).memory_info().rss

        async with Load(
            tenant, platform.port, connections=CONNECTIONS, most=2 * MANY, first=10 * MANY
        ) as load:
            await load.all_asked()

        assert (await platform.metrics())["hongyan_lane_parts"] <= MOST_IN_MEMORY
        assert psutil.Process(platform.pid).memory_info().rss < before + (4 << 20)
        await carrier.resume()
        await platform.settled()


async def test_an_overflow_survives_a_kill(tmp_path: Path, carrier: Carrier) -> None:
    async with a_platform(tmp_path, carrier, lane=LANE) as platform:
        await platform.start()
        tenant = await Tenant.of(platform)
        await carrier.pause()
        await overflow(platform, tenant)

        await platform.kill()
        await platform.launch()
        await platform.listening()
        metrics = await platform.metrics()
        assert metrics["hongyan_lane_parts"] <= MOST_IN_MEMORY
        await carrier.resume()
        await platform.become_ready()
        await platform.settled()

        assert platform.rows("SELECT DISTINCT state FROM message") == [("delivered",)]
        await carrier.stop()
        seen = arrivals(carrier)
        uncertain = platform.rows("SELECT substr(number, -11) FROM message WHERE uncertain > 0")
        segments = dict(platform.rows("SELECT substr(number, -11), segments FROM message"))
        assert set(seen) == segments.keys()
        twice = {number for number in segments if seen.count(number) > segments[number]}
        assert twice <= {number for (number,) in uncertain}


async def test_an_overflow_survives_a_graceful_stop_without_any_doubt(
    tmp_path: Path, carrier: Carrier
) -> None:
    """A slow carrier, not a silent one: what is in flight is answered, the rest waits on the disk."""
    await carrier.behave({"answers": {"delay": {"min": 0.2, "max": 0.2}}})
    async with a_platform(tmp_path, carrier, lane=LANE, smpp_window=8) as platform:
        await platform.start()
        tenant = await Tenant.of(platform)
        await overflow(platform, tenant)

        assert await platform.stop() == 0
        await carrier.behave({"receipts": {"delay": {"min": 0.05, "max": 0.2}}})
        await platform.start()
        await platform.settled()

        stats = await carrier.stats()
        assert stats["duplicates"] == 0
        assert platform.rows("SELECT state, sum(uncertain) FROM message GROUP BY state") == [("delivered", 0)]


async def test_a_full_queue_into_the_store_throttles_and_stores_nothing_of_the_refused(
    tmp_path: Path, carrier: Carrier
) -> None:
    async with a_platform(tmp_path, carrier, queue=3) as platform:
        await platform.start()
        tenant = await Tenant.of(platform)
        async with Load(tenant, platform.port, connections=32, most=600) as load:
            await load.all_asked()
        refused = [one for one in load.asked if not one.accepted]
        assert load.accepted > 0
        assert refused, "32 callers at once do not fit into a queue of 3"
        for one in refused:
            assert one.answer is not None
            check_throttled(one.answer)
        again = refused[0]
        await platform.settled()
        stored = {number for (number,) in platform.rows("SELECT substr(number, -11) FROM message")}
        assert stored & {number for one in load.asked for number in one.numbers} == load.promises.keys()

        assert (await ask(platform.port, again.wire)).accepted, "a refused request did not use up its nonce"
        await platform.settled()


async def test_a_backlog_at_its_limit_throttles_until_the_carrier_has_taken_some(
    tmp_path: Path, carrier: Carrier
) -> None:
    limit = 100
    async with a_platform(tmp_path, carrier, backlog=limit) as platform:
        await platform.start()
        tenant = await Tenant.of(platform)
        await carrier.pause()
        async with Load(tenant, platform.port, connections=CONNECTIONS, most=400) as load:
            await load.all_asked()
        assert limit <= load.accepted <= limit + CONNECTIONS
        for answer in load.refused:
            check_throttled(answer)
        refused = await ask(platform.port, tenant.wordings["code"].request(NUMBER(1), 1))
        assert not refused.accepted

        await carrier.resume()
        await platform.settled()
        assert (await ask(platform.port, tenant.wordings["code"].request(NUMBER(1), 2))).accepted


def check_throttled(answer: Answer) -> None:
    assert (answer.status, answer.code) == (429, "Throttling.User")
    assert int(answer.headers["x-acs-retry-after"]) > 0, "milliseconds until the SDK tries again"


async def test_recovery_is_not_throttled_by_the_callers_it_competes_with(
    tmp_path: Path, carrier: Carrier
) -> None:
    async with a_platform(tmp_path, carrier, queue=2, lane=LANE) as platform:
        await platform.start()
        tenant = await Tenant.of(platform)
        await carrier.pause()
        async with Load(tenant, platform.port, connections=CONNECTIONS) as load:
            await load.accepts(300)
            await platform.kill()
            await platform.launch()
            await platform.listening()
            await carrier.resume()
            await load.accepts(300)
            await platform.become_ready()
            await until(lambda: load.refused, "some are throttled")
        await platform.settled()
        assert platform.rows("SELECT DISTINCT state FROM message") == [("delivered",)]
