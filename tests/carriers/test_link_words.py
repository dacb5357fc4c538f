"""What carriers call things, and what they say without end: kept short, and told once."""

from __future__ import annotations

import pytest
from link_world import LinkWorld
from road_world import CHANNEL

from hongyan.carriers import seldom
from hongyan.carriers.dialects.port import LONGEST_WORD
from hongyan.protocols.session.events import DigestMismatch
from hongyan.protocols.smpp import RECEIPT
from hongyan.protocols.smpp.codec import encode_body, frame_of
from hongyan.protocols.smpp.pdus import ALERT_NOTIFICATION, SUBMIT_SM_RESP

ENDLESS = "z" * 60_000


async def test_an_endless_id_is_kept_as_far_as_every_store_can_index_it(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    submit = await carrier.next_submit()
    carrier.write(frame_of(SUBMIT_SM_RESP, ENDLESS.encode() + b"\0", submit.sequence))
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    ((carrier_id,),) = world.road.store.rows("SELECT carrier_id FROM submission")
    assert carrier_id == ENDLESS[:LONGEST_WORD]
    text = f"id:{ENDLESS} sub:001 dlvrd:000 submit date:2605290426 done date:2605290426 stat:UNDELIV err:{ENDLESS}"
    fields = {"source_addr": "8613800138000", "destination_addr": "1069000012", "esm_class": RECEIPT}
    body = encode_body("deliver_sm", fields, {"message_payload": (text[:65_000] + " text:").encode()})
    assert await carrier.answer_to(carrier._deliver(body)) == 0
    await world.state(message_id, "failed")
    assert len(world.road.stored(message_id, "receipt_code")) <= LONGEST_WORD


async def test_no_text_of_a_carrier_holds_a_nul(world: LinkWorld) -> None:
    """PostgreSQL could not store it, and the carrier would send it again for ever."""
    carrier = await world.start()
    message_id = await world.road.send_one()
    carrier.accept(await carrier.next_submit(), "c1")
    assert await carrier.answer_to(carrier.receipt("c\x001")) == 0
    await world.state(message_id, "delivered")
    assert await carrier.answer_to(carrier.reply(b"\0a\0\0", coding=8)) == 0
    (reply,) = await world.road.messaging.recent_replies(None, None, 10)
    assert reply.content == "a\ufffd"


async def test_what_fits_nowhere_is_told_once_in_a_while_with_a_count(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seldom, "TELL_EVERY", 10.0)
    carrier = await world.start()
    nobody_asked = bytes.fromhex("00000010 80000004 00000000 00000999")
    carrier.write(nobody_asked * 100)
    await carrier.settled()
    world.road.clock.advance(10)
    carrier.write(nobody_asked)
    await carrier.settled()
    told = world.said("ignored PDUs")
    assert [line["count"] for line in told] == [1, 100]
    assert told[0]["latest"] == "nobody asked"


async def test_every_line_about_a_link_says_whose_it_is(world: LinkWorld) -> None:
    carrier = await world.start()
    await world.road.send_one()
    await carrier.next_submit()
    carrier.write(bytes.fromhex("00000010 80000004 00000000 00000999"))
    await carrier.settled()
    carrier.cut()
    await world.bound()
    lines = [line for line in world.log if line["event"] != "messages of an earlier run go on from here"]
    assert {line["event"] for line in lines} >= {
        "carrier link is bound",
        "carrier link is down",
        "a link ended before these parts were answered; they go again",
        "ignored PDUs",
    }
    for line in lines:
        assert (line["channel"], line["channel_id"], line["link"]) == ("main", CHANNEL, 1), line


async def test_what_makes_no_frame_is_shown_as_far_as_one_can_tell_what_it_is(world: LinkWorld) -> None:
    carrier = await world.start()
    said = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
    carrier.write(said)
    await world.until(lambda: world.said("carrier link is down"), "the link has ended")
    (line,) = world.said("carrier link is down")
    length = int.from_bytes(said[:4], "big")
    assert line["why"] == f"bad_length: length={length} octets={said[:16].hex()}"


async def test_controls_in_a_code_are_kept_so_that_one_sees_them(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    carrier.accept(await carrier.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    assert await carrier.answer_to(carrier.receipt("c-1", "UND\x01L\x1b[", "000")) == 0
    await world.state(message_id, "failed")
    assert world.road.stored(message_id, "receipt_code") == r"UND\x01L\x1b["


async def test_what_only_one_protocol_tells_is_counted_and_told_once(world: LinkWorld) -> None:
    carrier = await world.start()
    alert = frame_of(ALERT_NOTIFICATION, encode_body("alert_notification", {}), 9)
    for _ in range(3):
        carrier.write(alert)
    await carrier.settled()
    assert world.link._connection is not None
    world.link.handle(DigestMismatch(), world.link._connection)
    assert world.link.sample("1").oddities == {"notification": 3, "wrong_digest": 1}
    (line,) = world.said("a carrier did something unusual")
    assert line["what"] == "notification"
