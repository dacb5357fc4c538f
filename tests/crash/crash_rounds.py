"""Kills at seeded moments, and what must be true of a platform afterwards."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alibabacloud_dysmsapi20170525 import models
from carrier_process import Carrier
from crash_ledger import STORED, StoredMessage, Verdict, compare, read_ledger, stored_by_number
from platform_process import Platform
from signed_load import SOMETIMES_MANY, Load
from sms_tenant import Tenant
from until import until

from hongyan.kernel.clock import SystemClock, beijing

ROUNDS = int(os.environ.get("HONGYAN_CRASH_ROUNDS", "24"))
"""How often one run kills."""
SEED = int(os.environ.get("HONGYAN_CRASH_SEED", str(random.SystemRandom().randrange(1 << 32))))
"""Of the moments of a run."""
QUERIED = 30
"""Accepted messages that are queried through the SDK; of all others the store is read."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When and what to kill: after so many accepted requests (0: while it starts), the front, the writer or both."""

    accepts: int
    front: bool
    writer: bool


BOTH, FRONT, WRITER = (True, True), (True, False), (False, True)
TWO_PROCESSES = (BOTH, BOTH, BOTH, BOTH, FRONT, WRITER)
"""On SQLite every third kill spares one of the two."""


def moments(
    seed: int, rounds: int, *, most_accepts: int, whom: Sequence[tuple[bool, bool]] = TWO_PROCESSES
) -> list[Moment]:
    """Seeded moments; some come in the middle of the recovery."""
    choices = random.Random(seed)
    return [
        Moment(
            choices.choice(
                (
                    0,
                    1,
                    choices.randint(2, most_accepts // 10),
                    choices.randint(most_accepts // 10, most_accepts),
                )
            ),
            *choices.choice(whom),
        )
        for _ in range(rounds)
    ]


async def kill_at(platform: Platform, load: Load, moment: Moment) -> None:
    if moment.accepts:
        await platform.become_ready()
        await load.accepts(moment.accepts)
        codes = {-9} if moment.front else {70}
    else:
        await until(platform.begun, "the store is being opened")
        codes = {-9} if moment.front else {70, 78}  # depends on whether it served already
    code = await platform.kill(front=moment.front, writer=moment.writer)
    assert code in codes, f"{moment}: exit code {code}\n{platform.log()}"


async def survive(platform: Platform, carrier: Carrier, *, seed: int, kills: Sequence[Moment]) -> Load:
    """Kill a platform under load, again and again; it keeps what it promised. The load that it had."""
    await platform.start()
    tenant = await Tenant.of(platform)
    async with Load(tenant, platform.port, connections=16, seed=seed, numbers=SOMETIMES_MANY) as load:
        for moment in kills:
            await kill_at(platform, load, moment)
            await platform.launch()
        await platform.become_ready()
    await platform.settled()
    await check_queries(tenant, load, random.Random(seed))
    verdict = await verdict_of(platform, carrier, load)
    told = (
        f"seed {seed}, {len(kills)} kills, {len(load.unanswered)} unanswered requests: {verdict.in_words()}"
    )
    print(told)
    assert verdict.kept, told
    assert not verdict.undercounted, told
    assert platform.rows("SELECT DISTINCT state FROM message") == [("delivered",)], told
    return load


async def verdict_of(platform: Platform, carrier: Carrier, load: Load) -> Verdict:
    """Wait until all is sent and reported, stop everything, and hold the three accounts against each other."""
    await platform.settled()
    check_sums(platform)
    assert await platform.stop() == 0, platform.log()
    await carrier.stop()
    stored = stored_by_number(platform.rows(STORED))
    check_promises(load, stored)
    return compare(load.promises, read_ledger(carrier.ledger, carrier.ledger_start), stored)


def check_promises(load: Load, stored: Mapping[str, StoredMessage]) -> None:
    """What was promised is stored under the id that was given out, with the text that was asked for."""
    assert load.promises == {number: f"{stored[number].biz_id}^0" for number in load.promises}
    for one in load.asked:
        found = [stored[number] for number in one.numbers if number in stored]
        assert len(found) in (0, len(one.numbers)), "a request is stored whole or not at all"
        assert {message.content for message in found} <= {one.text}
        assert len({message.biz_id for message in found}) <= 1


def check_sums(platform: Platform) -> None:
    """The database is sound and its counters say what its messages say: nothing is held, all is charged."""
    assert platform.database or platform.rows("PRAGMA integrity_check") == [("ok",)]
    counters = "accepted, segments, delivered, failed, held, charged, uncertain"
    counted = platform.rows(
        f"SELECT {', '.join(f'sum({name})' for name in counters.split(', '))}"
        f" FROM (SELECT {counters} FROM usage_day UNION ALL SELECT {counters} FROM usage_delta) AS counted"
    )
    expected = platform.rows(
        "SELECT count(*), sum(segments), sum(CASE state WHEN 'delivered' THEN 1 ELSE 0 END),"
        " sum(CASE state WHEN 'delivered' THEN 0 ELSE 1 END), 0,"
        " sum(CASE state WHEN 'delivered' THEN price ELSE 0 END), sum(uncertain) FROM message"
    )
    assert counted == expected, counters


async def check_queries(tenant: Tenant, load: Load, choices: random.Random) -> None:
    """Some of what was promised is asked for, and has arrived."""
    promised = [one for one in load.asked if one.accepted]
    today = beijing(SystemClock().now_ms()).strftime("%Y%m%d")
    for one in choices.sample(promised, min(QUERIED, len(promised))):
        assert one.answer is not None
        request = models.QuerySendDetailsRequest(
            phone_number=one.numbers[-1],
            biz_id=one.answer.biz_id,
            send_date=today,
            page_size=10,
            current_page=1,
        )
        found = (await asyncio.to_thread(tenant.client.query_send_details, request)).body
        (detail,) = found.sms_send_detail_dtos.sms_send_detail_dto
        assert (detail.phone_num, detail.content, detail.send_status) == (one.numbers[-1], one.text, 3)
