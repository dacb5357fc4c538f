"""What a carrier delivers: receipts and replies, acknowledged when they are stored and not before."""

from __future__ import annotations

import pytest
from link_world import LinkWorld
from road_world import ACCESS_NUMBER, NUMBER

from hongyan.carriers import connection as connection_module
from hongyan.kernel.text import udh
from hongyan.protocols.smpp.status import RX_T_APPN
from hongyan.storage.port import RECEIPT_DUPLICATE, RECEIPT_EARLY, RECEIPT_LATE, RECEIPT_MATCHED


async def test_a_receipt_is_acknowledged_only_when_it_is_stored(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    carrier.accept(await carrier.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    world.road.store.hold()
    token = carrier.receipt("c-1")
    await carrier.settled()
    assert not carrier.has_answered(token)
    assert world.road.state(message_id) == "accepted"
    world.road.store.release()
    assert await carrier.answer_to(token) == 0
    assert world.road.state(message_id) == "delivered"


async def test_a_receipt_that_cannot_be_stored_is_asked_for_again(world: LinkWorld) -> None:
    carrier = await world.start()
    await world.road.send_one()
    carrier.accept(await carrier.next_submit(), "c-1")
    world.road.store.lose()
    assert await carrier.answer_to(carrier.receipt("c-1")) == RX_T_APPN


async def test_a_receipt_before_the_answer_finds_its_message(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    submit = await carrier.next_submit()
    assert await carrier.answer_to(carrier.receipt("c-1")) == 0
    assert world.road.state(message_id) == "accepted"
    carrier.accept(submit, "c-1")
    await world.state(message_id, "delivered")
    assert world.road.counted.receipts == {RECEIPT_EARLY: 1}
    assert world.road.count("early_receipt") == 0


async def test_a_receipt_in_the_same_write_as_the_answer_finds_its_message(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    submit = await carrier.next_submit()
    with carrier.one_write():
        carrier.accept(submit, "c-1")
        carrier.receipt("c-1")
    await world.state(message_id, "delivered")


async def test_a_second_receipt_changes_nothing(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    carrier.accept(await carrier.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    for stat in ("DELIVRD", "DELIVRD", "UNDELIV"):
        assert await carrier.answer_to(carrier.receipt("c-1", stat)) == 0
    assert world.road.state(message_id) == "delivered"
    assert world.road.counted.receipts == {RECEIPT_MATCHED: 1, RECEIPT_DUPLICATE: 2}
    usage = await world.road.usage()
    assert (usage["delivered"], usage["failed"], usage["charged"]) == (
        1,
        0,
        world.road.stored(message_id, "price"),
    )


async def test_the_handset_is_right_when_success_follows_failure(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    carrier.accept(await carrier.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    assert await carrier.answer_to(carrier.receipt("c-1", "UNDELIV", "MK:0001")) == 0
    assert (world.road.state(message_id), world.road.stored(message_id, "receipt_code")) == (
        "failed",
        "MK:0001",
    )
    assert await carrier.answer_to(carrier.receipt("c-1")) == 0
    assert world.road.state(message_id) == "delivered"
    assert world.road.counted.receipts == {RECEIPT_MATCHED: 1, RECEIPT_LATE: 1}
    usage = await world.road.usage()
    assert (usage["delivered"], usage["failed"], usage["held"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("stat", "err", "code"),
    [
        ("UNDELIV", "000", "UNDELIV"),
        ("UNDELIV", "069", "UNDELIV:069"),
        ("UNDELIV", "MK:0001", "MK:0001"),
        ("EXPIRED", "", "EXPIRED"),
    ],
)
async def test_a_failure_keeps_the_carriers_code(world: LinkWorld, stat: str, err: str, code: str) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    carrier.accept(await carrier.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    assert await carrier.answer_to(carrier.receipt("c-1", stat, err)) == 0
    assert (world.road.state(message_id), world.road.stored(message_id, "receipt_code")) == ("failed", code)


async def test_a_report_on_the_way_is_acknowledged_and_changes_nothing(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    carrier.accept(await carrier.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    for message, stat in (("c-1", "ENROUTE"), ("c-1", "ACCEPTD"), ("", "DELIVRD")):
        assert await carrier.answer_to(carrier.receipt(message, stat)) == 0
    assert world.road.state(message_id) == "accepted"
    assert not world.road.counted.receipts


async def test_a_slow_store_stops_the_reading_and_loses_no_receipt(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "PAUSE_READING_AT", 8)
    carrier = await world.start()
    message_id = await world.road.send_one()
    carrier.accept(await carrier.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    world.road.store.hold()
    with carrier.one_write():
        first = [carrier.receipt(f"x-{n}") for n in range(9)]
    await world.until(lambda: world.unacknowledged == 9, "nine were read")
    later = [carrier.receipt(f"x-{n}") for n in range(9, 60)]
    later.append(carrier.receipt("c-1"))
    await world.turns(50)
    assert world.unacknowledged == 9, "the rest waits in the carrier's socket"
    world.road.store.release()
    for token in [*first, *later]:
        assert await carrier.answer_to(token) == 0
    assert world.road.state(message_id) == "delivered"
    assert world.road.count("early_receipt") == 60


# -- replies ----------------------------------------------------------------------------------------------


async def replies(world: LinkWorld) -> list[str]:
    """Contents, oldest first."""
    return [reply.content for reply in await world.road.messaging.recent_replies(None, None, 100)][::-1]


async def test_a_reply_is_stored_for_who_wrote_to_the_phone_before_it_is_acknowledged(
    world: LinkWorld,
) -> None:
    carrier = await world.start()
    await world.road.send_one(NUMBER)
    carrier.accept(await carrier.next_submit(), "c-1")
    world.road.store.hold()
    token = carrier.reply("好的👌".encode("utf-16-be"))
    await carrier.settled()
    assert not carrier.has_answered(token)
    world.road.store.release()
    assert await carrier.answer_to(token) == 0
    (reply,) = await world.road.messaging.recent_replies(world.road.account_id, None, 10)
    assert (reply.content, reply.number, reply.access_number) == ("好的👌", "86" + NUMBER, ACCESS_NUMBER)


@pytest.mark.parametrize(
    ("payload", "coding", "text"),
    [
        ("好".encode("utf-16-be"), 8, "好"),
        (b"TD", 0, "TD"),
        (b"\x1b\x65", 0, "€"),
        (b"TD", 1, "TD"),
        (b"caf\xe9", 3, "café"),
        ("好".encode("utf-16-be") + b"\x00", 8, "好"),
        (b"", 8, ""),
    ],
)
async def test_a_reply_is_read_in_its_coding(
    world: LinkWorld, payload: bytes, coding: int, text: str
) -> None:
    carrier = await world.start()
    assert await carrier.answer_to(carrier.reply(payload, coding=coding)) == 0
    assert await replies(world) == [text]


async def test_a_reply_whose_acknowledgement_was_lost_is_no_second_one(world: LinkWorld) -> None:
    """The carrier brings it again as the first request of its next connection, as it was on the one before."""
    carrier = await world.start()
    world.road.store.hold()
    carrier.reply("好".encode("utf-16-be"))
    await world.until(lambda: world.unacknowledged, "it has come")
    carrier.cut()
    world.road.store.release()
    again = await world.bound()
    assert await again.answer_to(again.reply("好".encode("utf-16-be"))) == 0
    assert await replies(world) == ["好"]
    assert await again.answer_to(again.reply("好".encode("utf-16-be"))) == 0
    assert await replies(world) == ["好", "好"], "written twice"


async def test_each_part_of_a_long_reply_is_acknowledged_by_itself(world: LinkWorld) -> None:
    """A carrier with a window of one sends the second part only then."""
    carrier = await world.start()
    assert await carrier.answer_to(carrier.reply("再见".encode("utf-16-be"), header=udh(7, 2, 2))) == 0
    assert await replies(world) == ["…再见"]
    assert await carrier.answer_to(carrier.reply("你好".encode("utf-16-be"), header=udh(7, 2, 1))) == 0
    assert await replies(world) == ["你好再见"]


async def test_half_texts_hold_up_no_receipt(world: LinkWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody's handset can send them."""
    monkeypatch.setattr(connection_module, "PAUSE_READING_AT", 8)
    carrier = await world.start()
    message_id = await world.road.send_one()
    carrier.accept(await carrier.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    for n in range(20):
        carrier.reply(b"a", coding=0, header=udh(n, 2, 1))
    assert await carrier.answer_to(carrier.receipt("c-1")) == 0


async def test_a_character_that_is_cut_by_the_parts_is_whole_again(world: LinkWorld) -> None:
    carrier = await world.start()
    text = "好👌".encode("utf-16-be")
    carrier.reply(text[:4], header=udh(9, 2, 1))
    assert await carrier.answer_to(carrier.reply(text[4:], header=udh(9, 2, 2))) == 0
    assert await replies(world) == ["好👌"]


async def test_parts_may_travel_in_optional_parameters(world: LinkWorld) -> None:
    carrier = await world.start()
    for index, text in ((1, b"a"), (2, b"b")):
        token = carrier.reply(
            text, coding=0, sar_msg_ref_num=300, sar_total_segments=2, sar_segment_seqnum=index
        )
    assert await carrier.answer_to(token) == 0
    assert await replies(world) == ["ab"]


async def test_texts_that_never_become_whole_hold_up_nobody(world: LinkWorld) -> None:
    """Any handset can send the first part of a text, again and again, and never the second."""
    carrier = await world.start()
    message_id = await world.road.send_one()
    carrier.accept(await carrier.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    halves = [carrier.reply(b"\0a", header=udh(n & 0xFF, 2, 1), number=f"86138{n:08}") for n in range(900)]
    assert await carrier.answer_to(carrier.receipt("c-1")) == 0
    assert world.road.state(message_id) == "delivered"
    await world.road.send_one("13800000001")
    await carrier.next_submit()
    assert {await carrier.answer_to(token) for token in halves} == {0}


@pytest.mark.parametrize(
    "sar",
    [
        {"sar_msg_ref_num": 1},
        {"sar_msg_ref_num": 1, "sar_total_segments": 2, "sar_segment_seqnum": 3},
        {"sar_msg_ref_num": 1, "sar_total_segments": 2, "sar_segment_seqnum": 0},
        {"sar_msg_ref_num": 1, "sar_total_segments": 0, "sar_segment_seqnum": 1},
    ],
)
async def test_a_reply_with_half_a_place_is_a_text_of_its_own(world: LinkWorld, sar: dict[str, int]) -> None:
    carrier = await world.start()
    assert await carrier.answer_to(carrier.reply(b"hello", coding=0, **sar)) == 0
    assert await replies(world) == ["hello"]


async def test_a_reply_that_finds_no_room_in_the_store_is_asked_for_again(world: LinkWorld) -> None:
    carrier = await world.start()
    world.road.store.fill()
    token = carrier.reply(b"TD", coding=0)
    assert await carrier.answer_to(token) == RX_T_APPN
    world.road.store.release()
    assert await carrier.answer_to(carrier.reply(b"TD", coding=0)) == 0
    assert await replies(world) == ["TD"]


async def test_a_reply_that_cannot_be_stored_is_asked_for_again(world: LinkWorld) -> None:
    carrier = await world.start()
    world.road.store.lose()
    assert await carrier.answer_to(carrier.reply(b"TD", coding=0)) == RX_T_APPN
