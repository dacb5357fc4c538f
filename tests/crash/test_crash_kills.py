"""The platform dies under load, again and again, and keeps what it promised.

HONGYAN_CRASH_ROUNDS sets how often it is killed, HONGYAN_CRASH_SEED repeats the moments of a run. The carrier may be
any SMPP server: see tests/support/carrier_process.py.
"""

from __future__ import annotations

import asyncio
import os
import random
from dataclasses import dataclass
from pathlib import Path

import pytest
from alibabacloud_dysmsapi20170525 import models
from carrier_process import Carrier
from crash_ledger import compare, read_ledger, read_store
from platform_process import Platform
from signed_load import Load
from sms_tenant import Tenant
from until import until

from hongyan.kernel.clock import SystemClock, beijing
from hongyan.storage.sqlite.database import FILE

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("HONGYAN_CRASH_ROUNDS", "24"))
SEED = int(os.environ.get("HONGYAN_CRASH_SEED", str(random.SystemRandom().randrange(1 << 32))))
QUERIED = 30
"""Accepted messages that are queried through the SDK; of all others the store is read."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When and what to kill: after so many accepted requests (0: while it starts), the front, the writer or both."""

    accepts: int
    front: bool
    writer: bool


def moments(seed: int, rounds: int) -> list[Moment]:
    """Every third kill spares one of the two processes; some come in the middle of the recovery."""
    choices = random.Random(seed)
    whom = [(True, True), (True, True), (True, True), (True, True), (True, False), (False, True)]
    return [
        Moment(
            choices.choice((0, 1, choices.randint(2, 100), choices.randint(100, 1500))), *choices.choice(whom)
        )
        for _ in range(rounds)
    ]


async def kill_at(platform: Platform, load: Load, moment: Moment) -> None:
    if moment.accepts:
        await platform.become_ready()
        await load.accepts(moment.accepts)
        codes = {-9} if moment.front else {70}
    else:
        await until(lambda: platform.writer_pid() or not platform.running, "a writer process")
        codes = {-9} if moment.front else {70, 78}  # depends on whether it served already
    code = await platform.kill(front=moment.front, writer=moment.writer)
    assert code in codes, f"{moment}: exit code {code}\n{platform.log()}"


async def test_accepted_messages_survive_kills_at_any_moment(tmp_path: Path) -> None:
    async with (
        Carrier(tmp_path / "carrier") as carrier,
        Platform(tmp_path / "platform", smpp=carrier.url) as platform,
    ):
        await platform.start()
        tenant = await Tenant.of(platform)
        async with Load(tenant, platform.port, connections=16, seed=SEED) as load:
            for moment in moments(SEED, ROUNDS):
                await kill_at(platform, load, moment)
                await platform.launch()
            await platform.become_ready()
        await platform.settled()
        await check_queries(tenant, load)
        check_store(platform, load)
        assert await platform.stop() == 0, platform.log()
        await carrier.stop()

    verdict = compare(load.promises, read_ledger(carrier.ledger), read_store(platform.data / FILE))
    told = f"seed {SEED}, {ROUNDS} kills, {len(load.unanswered)} unanswered requests: {verdict.in_words()}"
    print(told)
    assert verdict.kept, told
    assert {answer.status for answer in load.refused} <= {429, 500, 503}, load.refused


async def check_queries(tenant: Tenant, load: Load) -> None:
    """What was promised can be asked for, and has arrived."""
    promised = [one for one in load.asked if one.answer is not None and one.answer.accepted]
    today = beijing(SystemClock().now_ms()).strftime("%Y%m%d")
    for one in random.Random(SEED).sample(promised, min(QUERIED, len(promised))):
        assert one.answer is not None
        request = models.QuerySendDetailsRequest(
            phone_number=one.number, biz_id=one.answer.biz_id, send_date=today, page_size=10, current_page=1
        )
        found = (await asyncio.to_thread(tenant.client.query_send_details, request)).body
        (detail,) = found.sms_send_detail_dtos.sms_send_detail_dto
        assert (detail.phone_num, detail.content, detail.send_status) == (one.number, one.text, 3)


def check_store(platform: Platform, load: Load) -> None:
    """The database is sound, its messages are the promised ones, its sums fit its messages, and all is settled."""
    assert platform.rows("PRAGMA integrity_check") == [("ok",)]
    stored = read_store(platform.data / FILE)
    assert {message.state for message in stored.values()} == {"delivered"}
    texts = {one.number: one.text for one in load.asked}
    assert all(texts.get(message.number, message.content) == message.content for message in stored.values())
    promises = load.promises
    assert promises == {number: f"{stored[number].biz_id}^0" for number in promises}
    counters = "accepted, segments, delivered, failed, held, charged, uncertain"
    sums = ", ".join(f"sum({name})" for name in counters.split(", "))
    ((*counted,),) = platform.rows(
        f"SELECT {sums} FROM (SELECT {counters} FROM usage_day UNION ALL SELECT {counters} FROM usage_delta)"
    )
    ((*expected,),) = platform.rows(
        "SELECT count(*), sum(segments), count(*), 0, 0, sum(price), sum(uncertain) FROM message"
    )
    assert dict(zip(counters.split(", "), counted, strict=True)) == dict(
        zip(counters.split(", "), expected, strict=True)
    )
