"""A link at work: what it submits, what it makes of answers, how it waits. Loss and stop have files of their own."""

from __future__ import annotations

import pytest
from link_world import LinkWorld
from road_world import ACCESS_NUMBER, NUMBER
from scripted_carrier import number_of, text_of

from hongyan.carriers import link as link_module
from hongyan.carriers.throttle import FIRST_PAUSE, LONGEST_PAUSE
from hongyan.compliance.sandbox import SIGN_NAME
from hongyan.messaging.dispatch import RETRY_AFTER_SECONDS, AnswerKind
from hongyan.protocols.smpp.status import RMSGQFUL, RSYSERR, RTHROTTLED
from hongyan.storage.port import PART_REFUSED, PART_RETRY, PART_SUBMITTED

RINVDSTADR, VENDOR_STATUS, RINVPASWD = 0x0B, 0x411, 0x0E


async def test_a_message_travels_as_it_was_accepted(world: LinkWorld) -> None:
    carrier = await world.start(source_ton=5)
    assert carrier.bind is not None
    assert (carrier.bind.mode, carrier.bind.system_id, carrier.bind.password) == (
        "transceiver",
        "hongyan",
        "secret",
    )
    message_id = await world.road.send_one(NUMBER, extension_code="77")
    submit = await carrier.next_submit()
    fields = submit.pdu.fields
    assert text_of(submit) == f"【{SIGN_NAME}】您好。"
    assert (number_of(submit), fields["source_addr"]) == ("86" + NUMBER, ACCESS_NUMBER + "77")
    assert (fields["source_addr_ton"], fields["dest_addr_ton"], fields["dest_addr_npi"]) == (5, 1, 1)
    assert (fields["registered_delivery"], fields["data_coding"], fields["esm_class"]) == (1, 8, 0)
    assert fields["validity_period"] == "000002000000000R", "48 hours"

    carrier.accept(submit, "c-1")
    token = carrier.receipt("c-1")
    assert await carrier.answer_to(token) == 0
    assert world.road.state(message_id) == "delivered"
    assert world.road.answers(message_id) == [(1, 1, PART_SUBMITTED, "")]
    assert world.road.outbox_rows() == world.road.dispatcher.backlog == 0


async def test_a_long_text_travels_in_parts_and_counts_once(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one(template="long")
    parts = await carrier.next_submits(2)
    headers = [part.pdu.fields["short_message"][:6] for part in parts]
    reference = world.road.stored(message_id, "reference")
    assert headers == [bytes((5, 0, 3, reference, 2, 1)), bytes((5, 0, 3, reference, 2, 2))]
    assert "".join(map(text_of, parts)) == world.road.stored(message_id, "content")
    for number, part in enumerate(parts):
        carrier.accept(part, f"c-{number}")
    assert await carrier.answer_to(carrier.receipt("c-1")) == 0
    assert world.road.state(message_id) == "accepted", "half of it is on the handset"
    assert await carrier.answer_to(carrier.receipt("c-0")) == 0
    assert world.road.state(message_id) == "delivered"
    assert (await world.road.usage())["delivered"] == 1


async def test_codes_overtake_what_waits(world: LinkWorld) -> None:
    carrier = await world.start(window=1)
    first = await world.road.send_one()
    submit = await carrier.next_submit()
    await world.road.send_one("13800000001")
    await world.road.send_one("13800000002", template="marketing")
    await world.road.send_one("13800000003", template="code", params={"code": "123456"})
    carrier.accept(submit, "c-0")
    order = []
    for n in range(3):
        submit = await carrier.next_submit()
        order.append(number_of(submit)[-1])
        carrier.accept(submit, f"c-{n + 1}")
    assert order == ["3", "1", "2"]
    assert world.road.answers(first)


# -- the bounds -------------------------------------------------------------------------------------------


async def test_the_window_is_the_most_without_an_answer(world: LinkWorld) -> None:
    carrier = await world.start(window=3)
    for n in range(8):
        await world.road.send_one(f"1380000000{n}")
    assert await carrier.settled() == 3
    assert world.link.in_flight == 3
    carrier.accept(await carrier.next_submit(), "c-0")
    assert await carrier.settled() == 3
    for n in range(7):
        carrier.accept(await carrier.next_submit(), f"c-{n + 1}")
    await world.until(lambda: world.road.outbox_rows() == 0, "all are answered")


async def test_answers_that_are_not_stored_yet_hold_the_link_back(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "MOST_UNSTORED", 4)
    carrier = await world.start(window=16)
    for n in range(8):
        await world.road.send_one(f"1380000000{n}")
    world.road.store.hold()
    assert await carrier.settled() == 4
    for n, submit in enumerate(await carrier.next_submits(4)):
        carrier.accept(submit, f"c-{n}")
    assert await carrier.settled() == 0, "a slow store slows the link"
    world.road.store.release()
    assert len(await carrier.next_submits(4)) == 4


async def test_the_rate_is_kept_by_the_clock(world: LinkWorld) -> None:
    carrier = await world.start(rate=20.0, window=100)  # bursts of a tenth of a second
    for n in range(10):
        await world.road.send_one(f"1380000000{n}")
    assert await carrier.settled() == 2
    world.road.clock.advance(0.051)
    assert await carrier.settled() == 3
    world.road.clock.advance(0.1)
    assert await carrier.settled() == 5
    world.road.clock.advance(60)
    assert await carrier.settled() == 7, "an idle minute gives no more than one burst"


# -- throttling -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [RTHROTTLED, RMSGQFUL])
async def test_a_throttled_part_waits_and_never_fails(world: LinkWorld, status: int) -> None:
    carrier = await world.start(window=1)
    message_id = await world.road.send_one()
    pause = FIRST_PAUSE
    for _ in range(12):
        carrier.refuse(await carrier.next_submit(), status)
        assert await carrier.settled() == 0
        world.road.clock.advance(pause * 0.9)
        assert await carrier.settled() == 0, f"it came again before {pause} s"
        world.road.clock.advance(pause * 0.11)
        pause = min(pause * 2, LONGEST_PAUSE)
    carrier.accept(await carrier.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    assert world.road.answers(message_id) == [(1, 1, PART_SUBMITTED, "")], "it was no attempt"
    assert world.road.stored(message_id, "uncertain") == 0
    assert world.road.counted.answers == {AnswerKind.THROTTLED: 12, AnswerKind.ACCEPTED: 1}


async def test_after_a_pause_one_part_asks_and_each_that_is_taken_doubles_those_under_way(
    world: LinkWorld,
) -> None:
    carrier = await world.start(window=16)
    for n in range(40):
        await world.road.send_one(f"138000000{n:02}")
    for submit in await carrier.next_submits(16):
        carrier.refuse(submit, RTHROTTLED)
    await carrier.settled()
    world.road.clock.advance(FIRST_PAUSE + 0.01)
    assert await carrier.settled() == 1
    for under_way in (2, 4, 8, 16, 16):
        carrier.accept(await carrier.next_submit(), f"c-{under_way}")
        assert await carrier.settled() == under_way
    assert world.link.sample("1").pauses == 1, "one for all that were under way"


async def test_a_part_that_is_refused_for_what_it_is_says_that_there_is_room(world: LinkWorld) -> None:
    carrier = await world.start(window=2)
    for n in range(4):
        await world.road.send_one(f"1380000000{n}")
    for submit in await carrier.next_submits(2):
        carrier.refuse(submit, RTHROTTLED)
    await carrier.settled()
    world.road.clock.advance(FIRST_PAUSE + 0.01)
    carrier.refuse(await carrier.next_submit(), RINVDSTADR)
    assert await carrier.settled() == 2


async def test_the_first_accepted_part_ends_the_slowness(world: LinkWorld) -> None:
    carrier = await world.start(window=1)
    await world.road.send_one()
    await world.road.send_one("13800000001")
    for _ in range(3):
        carrier.refuse(await carrier.next_submit(), RTHROTTLED)
        await carrier.settled()
        world.road.clock.advance(LONGEST_PAUSE)
    carrier.accept(await carrier.next_submit(), "c-1")
    carrier.refuse(await carrier.next_submit(), RTHROTTLED)
    await carrier.settled()
    world.road.clock.advance(FIRST_PAUSE + 0.01)
    await carrier.next_submit()


# -- refusals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "error"),
    [(RINVDSTADR, "ESME_RINVDSTADR"), (VENDOR_STATUS, "VENDOR_411"), (0x9999_9999, "0x99999999")],
)
async def test_a_refused_part_fails_the_message_with_the_carriers_word(
    world: LinkWorld, status: int, error: str
) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    carrier.refuse(await carrier.next_submit(), status)
    await world.state(message_id, "failed")
    assert world.road.stored(message_id, "receipt_code") == error
    assert world.road.answers(message_id) == [(1, 1, PART_REFUSED, error)]
    usage = await world.road.usage()
    assert (usage["failed"], usage["held"], usage["charged"]) == (1, 0, 0)
    assert world.road.outbox_rows() == 0


@pytest.mark.parametrize("status", [RSYSERR, RINVPASWD])
async def test_a_temporary_refusal_is_tried_again_later_as_the_next_attempt(
    world: LinkWorld, status: int
) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    carrier.refuse(await carrier.next_submit(), status)
    await world.until(lambda: world.road.answers(message_id), "the refusal is stored")
    due = world.road.clock.now_ms() + RETRY_AFTER_SECONDS[0] * 1_000
    assert world.road.store.rows("SELECT not_before_ms FROM outbox") == [(due,)], "the retry is durable"
    world.road.clock.advance(RETRY_AFTER_SECONDS[0] - 0.1)
    assert await carrier.settled() == 0
    world.road.clock.advance(0.2)
    carrier.accept(await carrier.next_submit(), "c-2")
    await world.until(lambda: world.road.outbox_rows() == 0, "the retry is answered")
    assert [row[:3] for row in world.road.answers(message_id)] == [(1, 1, PART_RETRY), (1, 2, PART_SUBMITTED)]
    assert world.road.stored(message_id, "uncertain") == 0
    assert world.road.state(message_id) == "accepted"


async def test_when_all_attempts_were_refused_the_message_has_failed(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    for wait in RETRY_AFTER_SECONDS:
        carrier.refuse(await carrier.next_submit(), RSYSERR)
        await carrier.settled()
        world.road.clock.advance(wait + 0.1)
    carrier.refuse(await carrier.next_submit(), RSYSERR)
    await world.state(message_id, "failed")
    assert len(world.road.answers(message_id)) == len(RETRY_AFTER_SECONDS) + 1
    assert world.road.outbox_rows() == world.road.dispatcher.backlog == 0


async def test_one_part_of_a_long_text_is_tried_again_alone(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one(template="long")
    first, second = await carrier.next_submits(2)
    carrier.refuse(first, RSYSERR)
    carrier.accept(second, "c-2")
    await world.until(lambda: len(world.road.answers(message_id)) == 2, "both are stored")
    world.road.clock.advance(RETRY_AFTER_SECONDS[0] + 0.1)
    again = await carrier.next_submit()
    assert again.pdu.fields["short_message"] == first.pdu.fields["short_message"], (
        "the same part and reference"
    )
    carrier.accept(again, "c-1")
    for carrier_id in ("c-1", "c-2"):
        assert await carrier.answer_to(carrier.receipt(carrier_id)) == 0
    assert world.road.state(message_id) == "delivered"


async def test_a_part_that_cannot_be_encoded_has_failed_and_holds_up_nobody(world: LinkWorld) -> None:
    broken = await world.road.send_one()
    good = await world.road.send_one("13800000001")
    world.road.store.execute("UPDATE message SET access_number = ? WHERE id = ?", "1" * 21, broken)
    carrier = await world.start()
    carrier.accept(await carrier.next_submit(), "c-1")
    await world.state(broken, "failed")
    assert "field 'source_addr' has 21 characters" in world.road.stored(broken, "receipt_code")
    await world.until(lambda: world.road.answers(good), "the other one is answered")


# -- validity ---------------------------------------------------------------------------------------------


async def test_an_expired_message_is_never_submitted(world: LinkWorld) -> None:
    carrier = await world.start(window=1)
    notice = await world.road.send_one()
    carrier.refuse(await carrier.next_submit(), RTHROTTLED)
    await carrier.settled()
    code = await world.road.send_one("13800000001", template="code", params={"code": "123456"})
    world.road.clock.advance(30 * 60)
    assert number_of(await carrier.next_submit()) == "86" + NUMBER
    await world.state(code, "expired")
    assert world.road.stored(code, "receipt_code") == "EXPIRED"
    assert world.road.answers(code) == []
    usage = await world.road.usage()
    assert (usage["failed"], usage["held"]) == (1, world.road.stored(notice, "price"))
    assert world.road.state(notice) == "accepted"


async def test_a_message_travels_with_the_validity_that_is_left(world: LinkWorld) -> None:
    carrier = await world.start(window=1)
    await world.road.send_one(template="code", params={"code": "123456"})
    submit = await carrier.next_submit()
    assert submit.pdu.fields["validity_period"] == "000000003000000R"
    carrier.refuse(submit, RSYSERR)
    await carrier.settled()
    world.road.clock.advance(5.5)
    assert (await carrier.next_submit()).pdu.fields["validity_period"] == "000000002954000R"
