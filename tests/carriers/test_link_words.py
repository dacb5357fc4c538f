"""What carriers call things, and what they say without end: kept short, and told once."""

from __future__ import annotations

import pytest
from link_world import LinkWorld

from hongyan.carriers import seldom
from hongyan.carriers.dialects.port import LONGEST_WORD
from hongyan.protocols.smpp import RECEIPT
from hongyan.protocols.smpp.codec import encode_body, frame_of
from hongyan.protocols.smpp.pdus import SUBMIT_SM_RESP

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
