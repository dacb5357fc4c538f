"""Registration on the road of real messages: what goes, what is refused, what a message remembers, what is counted."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from road_world import ACCESS_NUMBER, CHANNEL, FOREIGN, NUMBER, Road

from hongyan.compliance.registration.evidence.counting import EvidenceKey
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.routing import RegistrationPolicy, StandingIndex, Unregistered
from hongyan.compliance.registration.routing.index import Stand
from hongyan.compliance.registration.states import RegistrationState
from hongyan.identity import RootSettings
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused
from hongyan.messaging.dispatch import AnswerKind
from hongyan.messaging.model import SendAccepted
from hongyan.messaging.outgoing import Said
from hongyan.messaging.route import Channel

S = RegistrationState
OTHER, OTHER_NUMBER = 2, "106977"
UNICOM = "13012345678"
MOST = 2


def world(
    folder: Path,
    *states: tuple[str, S],
    unregistered: Unregistered = Unregistered.SMALL,
    channels: tuple[Channel, ...] = (Channel(CHANNEL, "main", ACCESS_NUMBER),),
) -> Road:
    """A road where the tenant's signature stands so with China Mobile, by sender."""
    index = StandingIndex()
    policy = RegistrationPolicy(ManualClock(), index, unregistered=unregistered, most=MOST)
    road = Road(folder, channels=channels, policy=policy)
    ((signature_id,),) = road.store.rows("SELECT id FROM signature WHERE name = '杭州云雁科技'")
    for sender, state in states:
        index.put(
            Stand(1, int(signature_id), "mobile", sender, state, ReasonCode.OTHERS_ERROR, 0, False)  # type: ignore[call-overload]
        )
    return road


def counted(road: Road) -> Counter[tuple[str, str, str, str]]:
    """(network, sender, outcome, code) of what was counted, however many."""
    found: Counter[tuple[str, str, str, str]] = Counter()
    for key, count in road.evidence.take().items():
        each = EvidenceKey(*key)
        found[each.network, each.sender, each.outcome, each.code] += count
    return found


async def submit(road: Road, channel_id: int, kind: AnswerKind, said: Said) -> None:
    await road.dispatcher.refill(channel_id)
    part = road.dispatcher.next(road.dispatcher.queue(channel_id), road.clock.now_ms())
    assert part is not None
    stored = asyncio.Event()
    road.dispatcher.answered(channel_id, *part, kind, said, stored.set)
    async with asyncio.timeout(5):
        await stored.wait()


async def report(road: Road, channel_id: int, *, delivered: bool, code: str) -> None:
    stored = asyncio.Event()
    road.receipts.came(
        channel_id, "id-1", delivered=delivered, code=code, at_ms=None, stored=lambda _: stored.set()
    )
    async with asyncio.timeout(5):
        await stored.wait()


async def test_few_messages_go_and_remember_why_then_the_day_is_full(tmp_path: Path) -> None:
    road = world(tmp_path, (ACCESS_NUMBER, S.REGISTERING))
    sent = [await road.send_one() for _ in range(MOST)]
    assert {road.stored(message_id, "passed_over") for message_id in sent} == {f"{CHANNEL}:registering"}
    assert {road.stored(message_id, "network") for message_id in sent} == {"mobile"}
    with pytest.raises(Refused) as caught:
        await road.send_one()
    assert caught.value.code == "signature.capped"
    assert road.count("message") == MOST
    road.close()


async def test_a_request_that_is_refused_uses_up_none_of_the_days_few(tmp_path: Path) -> None:
    road = world(tmp_path, (ACCESS_NUMBER, S.REGISTERING))
    first = await road.send(NUMBER, idempotency=(1, 2))
    assert await road.send(NUMBER, idempotency=(1, 2)) == SendAccepted(first.biz_id, ())
    for numbers, code in (
        ((NUMBER, NUMBER), "signature.capped"),
        ((NUMBER, FOREIGN), "template.domestic_only"),
    ):
        with pytest.raises(Refused) as caught:
            await road.send(*numbers)
        assert caught.value.code == code
    await road.send_one()
    with pytest.raises(Refused):
        await road.send_one()
    assert road.count("message") == MOST
    road.close()


@pytest.mark.parametrize(
    ("state", "choice", "code"),
    [
        (S.LAPSED, Unregistered.BULK, "signature.lapsed"),
        (S.NOT_REGISTERED, Unregistered.REFUSE, "signature.unregistered"),
    ],
)
async def test_what_may_not_go_is_refused_before_anything_is_stored(
    tmp_path: Path, state: S, choice: Unregistered, code: str
) -> None:
    road = world(tmp_path, (ACCESS_NUMBER, state), unregistered=choice)
    with pytest.raises(Refused) as caught:
        await road.send_one()
    assert caught.value.code == code
    assert (road.count("message"), road.count("outbox")) == (0, 0)
    assert counted(road) == {}
    road.close()


async def test_marketing_and_numbers_abroad(tmp_path: Path) -> None:
    road = world(tmp_path, (ACCESS_NUMBER, S.AWAITING))
    with pytest.raises(Refused) as caught:
        await road.send_one(template="marketing")
    assert caught.value.code == "signature.registering"
    message_id = await road.send_one(FOREIGN, template="abroad", params={"who": "you"})
    assert road.stored(message_id, "network") == ""
    assert counted(road) == {}
    road.close()


async def test_a_ported_number_counts_for_who_serves_it(tmp_path: Path) -> None:
    road = world(tmp_path, (ACCESS_NUMBER, S.LAPSED))
    with pytest.raises(Refused):
        await road.send_one()
    await road.identity.first_start(RootSettings("rootkey", "rootsecret", "rootpassword"))
    await road.ported_numbers.port(NUMBER, "unicom", actor="test")
    await road.ported_cache.start()
    message_id = await road.send_one()
    assert road.stored(message_id, "network") == "unicom"
    assert counted(road) == {("unicom", ACCESS_NUMBER, "sent", ""): 1}
    road.close()


@pytest.mark.parametrize(
    ("delivered", "code", "outcome"),
    [(True, "DELIVRD", ("delivered", "")), (False, "MK:0001", ("failed", "MK:0001"))],
)
async def test_what_a_receipt_says_is_counted(
    tmp_path: Path, delivered: bool, code: str, outcome: tuple[str, str]
) -> None:
    road = world(tmp_path, (ACCESS_NUMBER, S.SUCCESS))
    await road.send_one()
    await submit(road, CHANNEL, AnswerKind.ACCEPTED, Said(carrier_id="id-1"))
    await report(road, CHANNEL, delivered=delivered, code=code)
    assert counted(road) == {
        ("mobile", ACCESS_NUMBER, "sent", ""): 1,
        ("mobile", ACCESS_NUMBER, *outcome): 1,
    }
    road.close()


async def test_a_refusal_for_good_is_counted(tmp_path: Path) -> None:
    road = world(tmp_path, (ACCESS_NUMBER, S.SUCCESS))
    await road.send_one()
    await submit(road, CHANNEL, AnswerKind.REFUSED, Said(9, error="CMPP:9"))
    assert counted(road) == {
        ("mobile", ACCESS_NUMBER, "sent", ""): 1,
        ("mobile", ACCESS_NUMBER, "failed", "CMPP:9"): 1,
    }
    road.close()


async def test_a_message_that_moves_is_counted_for_both_senders_and_only_where_it_may_go(
    tmp_path: Path,
) -> None:
    channels = (
        Channel(CHANNEL, "main", ACCESS_NUMBER),
        Channel(3, "lapsed", "106988", priority=1),
        Channel(OTHER, "other", OTHER_NUMBER, priority=2),
    )
    road = world(
        tmp_path,
        *((ACCESS_NUMBER, S.SUCCESS), ("106988", S.LAPSED), (OTHER_NUMBER, S.SUCCESS)),
        channels=channels,
    )
    message_id = await road.send_one()
    await submit(road, CHANNEL, AnswerKind.ELSEWHERE, Said(9, error="CMPP:9"))
    assert road.stored(message_id, "access_number") == OTHER_NUMBER
    assert counted(road) == {
        ("mobile", ACCESS_NUMBER, "sent", ""): 1,
        ("mobile", ACCESS_NUMBER, "failed", "CMPP:9"): 1,
        ("mobile", OTHER_NUMBER, "sent", ""): 1,
    }
    road.close()


async def test_another_network_has_a_day_of_its_own(tmp_path: Path) -> None:
    road = world(tmp_path)
    for number in (NUMBER, UNICOM):
        for _ in range(MOST):
            await road.send_one(number)
    with pytest.raises(Refused, match="today's few"):
        await road.send_one(UNICOM)
    road.close()
