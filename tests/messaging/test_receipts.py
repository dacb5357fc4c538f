"""Delivery reports: stored first, acknowledged then."""

from __future__ import annotations

from road_world import CHANNEL, Road

from hongyan.messaging.dispatch import AnswerKind
from hongyan.messaging.outgoing import Said
from hongyan.storage.port import RECEIPT_DUPLICATE, RECEIPT_EARLY, RECEIPT_LATE, RECEIPT_MATCHED


def report(
    road: Road, carrier_id: str, *, delivered: bool = True, code: str = "", at_ms: int | None = None
) -> list[bool]:
    """Send a report; the list is filled with what the carrier is told."""
    told: list[bool] = []
    road.receipts.came(
        CHANNEL,
        carrier_id,
        delivered=delivered,
        code=code or ("DELIVRD" if delivered else "UNDELIV"),
        at_ms=at_ms,
        stored=told.append,
    )
    return told


async def submitted(road: Road, carrier_id: str = "c-1") -> int:
    """A message that the carrier has taken; its id."""
    await road.dispatcher.refill(CHANNEL)
    message_id = await road.send_one()
    part = road.dispatcher.next(road.dispatcher.queue(CHANNEL), road.clock.now_ms())
    assert part is not None
    road.dispatcher.answered(CHANNEL, *part, AnswerKind.ACCEPTED, Said(carrier_id=carrier_id), lambda: None)
    await road.store.drained()
    return message_id


async def test_the_carrier_hears_of_it_after_the_commit(road: Road) -> None:
    message_id = await submitted(road)
    road.store.hold()
    told = report(road, "c-1")
    assert told == []
    road.store.release()
    await road.store.drained()
    assert told == [True]
    assert road.state(message_id) == "delivered"
    assert road.counted.receipts == {RECEIPT_MATCHED: 1}


async def test_a_report_that_is_not_stored_should_come_again(road: Road) -> None:
    await submitted(road)
    road.store.lose()
    told = report(road, "c-1")
    await road.store.drained()
    assert told == [False]
    assert not road.counted.receipts


async def test_the_carriers_time_is_kept_for_the_part_and_ours_for_the_message(road: Road) -> None:
    message_id = await submitted(road)
    at_ms = road.clock.now_ms() + 1_000
    road.clock.advance(5)
    report(road, "c-1", at_ms=at_ms)
    await road.store.drained()
    (part,) = await road.messaging.parts(message_id)
    message = await road.messaging.message(message_id)
    assert message is not None
    assert (part.receipt_ms, message.done_ms) == (at_ms, road.clock.now_ms())


async def test_every_verdict_is_counted(road: Road) -> None:
    await submitted(road)
    for carrier_id, delivered in (("c-1", False), ("c-1", False), ("c-1", True), ("other", True)):
        assert report(road, carrier_id, delivered=delivered) == []
        await road.store.drained()
    assert road.counted.receipts == {
        RECEIPT_MATCHED: 1,
        RECEIPT_DUPLICATE: 1,
        RECEIPT_LATE: 1,
        RECEIPT_EARLY: 1,
    }
