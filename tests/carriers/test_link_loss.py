"""Links that end, hang, talk nonsense, or cannot be had: what was not answered goes again and is counted."""

from __future__ import annotations

import asyncio
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_world import LinkWorld
from scripted_carrier import CarrierLink, number_of

from hongyan.carriers import connection as connection_module
from hongyan.carriers import link as link_module
from hongyan.carriers.dialects import smpp as smpp_dialect
from hongyan.carriers.link import LinkState
from hongyan.messaging.doubts import waits_without_answer
from hongyan.protocols.session.events import SubmitReceived
from hongyan.storage.port import PART_SUBMITTED

RINVPASWD = 0x0E
ANSWER_TIMEOUT = 60


# -- connecting -------------------------------------------------------------------------------------------


async def test_a_carrier_that_is_not_there_is_asked_less_and_less_often(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "FIRST_RECONNECT", 0.001)
    monkeypatch.setattr(link_module, "LONGEST_RECONNECT", 0.016)
    world.carrier.stop_listening()
    world.run()
    await world.until(lambda: len(world.said("carrier link is down")) == 7, "seven attempts")
    waits = [line["again_in"] for line in world.said("carrier link is down")]
    for wait, usual in zip(waits, (0.001, 0.002, 0.004, 0.008, 0.016, 0.016, 0.016), strict=True):
        assert usual * 0.7 - 0.01 <= wait <= usual * 1.3 + 0.01
    assert all(
        line["why"].startswith("nobody_listens: 127.0.0.1:") for line in world.said("carrier link is down")
    )
    assert world.link.state is LinkState.DOWN

    await world.carrier.listen()
    await world.bound()


async def test_a_refused_login_is_not_repeated_for_long(world: LinkWorld) -> None:
    """Carriers count login attempts, and block who makes too many."""
    world.carrier.refuse_binds = RINVPASWD
    world.run()
    await world.until(lambda: world.said("carrier link is down"), "the login is refused")
    (line,) = world.said("carrier link is down")
    assert line["why"] == "login_refused: ESME_RINVPASWD"
    assert line["again_in"] >= 0.7 * link_module.AFTER_REFUSED_LOGIN
    assert len(world.carrier.connections) == 1
    assert await world.stopped(), "a stop does not wait for the next attempt"


async def test_after_a_link_that_carried_something_the_wait_is_short_again(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "FIRST_RECONNECT", 0.02)
    carrier = await world.start()
    for n in range(4):
        message_id = await world.road.send_one()
        carrier.accept(await carrier.next_submit(), f"c-{n}")
        await world.until(lambda message_id=message_id: world.road.answers(message_id), "it is stored")
        carrier.cut()
        carrier = await world.bound()
    assert all(line["again_in"] <= 0.02 * 1.3 + 0.01 for line in world.said("carrier link is down"))


async def test_so_it_is_after_one_that_was_up_for_long(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "FIRST_RECONNECT", 0.02)
    carrier = await world.start()
    for _ in range(4):
        world.road.clock.advance(connection_module.STEADY_AFTER)
        carrier.cut()
        carrier = await world.bound()
    assert all(line["again_in"] <= 0.02 * 1.3 + 0.01 for line in world.said("carrier link is down"))


@pytest.mark.parametrize("polite", [False, True])
async def test_a_carrier_that_leaves_after_each_login_is_asked_less_and_less_often(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch, polite: bool
) -> None:
    """Carriers count logins."""
    monkeypatch.setattr(link_module, "FIRST_RECONNECT", 0.002)
    monkeypatch.setattr(link_module, "LONGEST_RECONNECT", 0.064)
    carrier = await world.start()
    for _ in range(8):
        if polite:
            carrier.unbind()
        else:
            carrier.cut()
        carrier = await world.bound()
    waits = [line["again_in"] for line in world.said("carrier link is down")]
    assert waits[0] <= 0.002 * 1.3 + 0.01
    assert all(wait >= 0.064 * 0.7 - 0.01 for wait in waits[-3:])


# -- what was not answered --------------------------------------------------------------------------------


async def test_what_a_lost_link_did_not_answer_goes_again_and_is_counted(world: LinkWorld) -> None:
    carrier = await world.start()
    answered, unanswered = await world.road.send_one(), await world.road.send_one("13800000001")
    first, _ = await carrier.next_submits(2)
    carrier.accept(first, "c-1")
    await world.until(lambda: world.road.answers(answered), "the first is stored")
    carrier.cut()

    again = await world.bound()
    submit = await again.next_submit()
    assert number_of(submit) == "8613800000001"
    again.accept(submit, "c-2")
    await world.until(lambda: world.road.answers(unanswered), "the second is stored")
    assert await again.settled() == 0
    assert world.road.answers(answered) == [(1, 1, PART_SUBMITTED, "")]
    assert world.road.answers(unanswered) == [(1, 2, PART_SUBMITTED, "")]
    assert world.road.stored(unanswered, "uncertain") == 1
    assert (await world.road.usage())["uncertain"] == 1
    assert await again.answer_to(again.receipt("c-2")) == 0
    assert world.road.state(unanswered) == "delivered"
    assert world.road.outbox_rows() == 0


async def test_each_further_submit_of_the_same_part_is_counted(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    for _ in range(3):
        await carrier.next_submit()
        carrier.cut()
        carrier = await world.bound()
    carrier.accept(await carrier.next_submit(), "c-1")
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    assert world.road.stored(message_id, "uncertain") == 3, "the handset may have four copies"


async def test_only_the_unanswered_part_of_a_long_text_goes_again(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one(template="long")
    first, second = await carrier.next_submits(2)
    carrier.accept(first, "c-1")
    await world.until(lambda: world.road.answers(message_id), "the first part is stored")
    carrier.cut()
    again = await world.bound()
    submit = await again.next_submit()
    assert submit.pdu.fields["short_message"] == second.pdu.fields["short_message"], "with its reference"
    again.accept(submit, "c-2")
    await world.until(lambda: len(world.road.answers(message_id)) == 2, "both parts are stored")
    assert world.road.answers(message_id) == [(1, 1, PART_SUBMITTED, ""), (2, 2, PART_SUBMITTED, "")]
    for carrier_id in ("c-1", "c-2"):
        assert await again.answer_to(again.receipt(carrier_id)) == 0
    assert world.road.state(message_id) == "delivered"


async def test_order_is_kept_when_parts_come_back(world: LinkWorld) -> None:
    carrier = await world.start(window=3)
    for n in range(6):
        await world.road.send_one(f"1380000000{n}")
    await carrier.next_submits(3)
    carrier.cut()
    again = await world.bound()
    order = []
    for n in range(6):
        submit = await again.next_submit()
        order.append(number_of(submit)[-1])
        again.accept(submit, f"c-{n}")
    assert order == list("012345")


async def test_a_carrier_that_leaves_politely_gets_its_work_again_later(world: LinkWorld) -> None:
    carrier = await world.start()
    await world.road.send_one()
    await carrier.next_submit()
    carrier.unbind()
    again = await world.bound()
    await again.next_submit()
    assert world.said("carrier link is down")[0]["why"] == "unbound"


async def seconds_pass(world: LinkWorld, carrier: CarrierLink, seconds: float) -> None:
    """In small steps, so that the carrier can answer enquire_links; the timers of the link keep up."""
    for _ in range(round(seconds)):
        world.road.clock.advance(1)
        connection = world.link._connection
        assert connection is not None
        connection._take(connection.session.tick(world.link.now()))
        await carrier.settled()


async def test_a_submit_that_is_not_answered_in_time_goes_again_after_a_while(world: LinkWorld) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    late = await carrier.next_submit()
    await seconds_pass(world, carrier, ANSWER_TIMEOUT + 1)
    assert carrier.submits == [], "the answer may still come"
    await seconds_pass(world, carrier, waits_without_answer(ANSWER_TIMEOUT)[0] + 1)
    carrier.accept(await carrier.next_submit(), "c-2")
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    carrier.accept(late, "c-1")
    await world.until(lambda: len(world.road.answers(message_id)) == 2, "the late one is stored, too")
    assert world.road.answers(message_id) == [(1, 1, PART_SUBMITTED, ""), (1, 2, PART_SUBMITTED, "")]
    assert world.road.stored(message_id, "uncertain") == 1
    assert await carrier.answer_to(carrier.receipt("c-1")) == 0
    assert world.road.state(message_id) == "delivered"
    assert len(world.carrier.connections) == 1


async def test_a_carrier_slower_than_it_is_given_gets_each_message_once(world: LinkWorld) -> None:
    """Answers after eight seconds where five are waited for."""
    carrier = await world.start(answer_timeout=5, window=4)
    ids = [await world.road.send_one(f"138000000{n:02}") for n in range(12)]
    came: list[tuple[int, SubmitReceived]] = []
    seconds = 0
    while world.road.dispatcher.backlog:
        await seconds_pass(world, carrier, 1)
        seconds += 1
        assert seconds < 120
        came += [(seconds, submit) for submit in carrier.submits]
        carrier.submits.clear()
        for at, submit in came:
            if at + 8 == seconds:
                carrier.accept(submit, f"c-{number_of(submit)}")
        await carrier.settled()
        await world.road.store.drained()
    assert len(came) == len(ids), "nothing was submitted twice"
    for message_id in ids:
        assert world.road.answers(message_id) == [(1, 1, PART_SUBMITTED, "")]
        assert world.road.stored(message_id, "uncertain") == 0
    for _, submit in came:
        assert await carrier.answer_to(carrier.receipt(f"c-{number_of(submit)}")) == 0
    assert {world.road.state(message_id) for message_id in ids} == {"delivered"}
    assert world.link.sample("1").late == 12
    (given_up, *_), (late, *_) = (
        world.said("parts were not answered in time; they go again later, unless the answers come first"),
        world.said("answers came after they had been given up"),
    )
    assert (given_up["count"], late["count"] >= 1) == (4, True)


async def test_what_a_dead_link_did_not_answer_is_told_once(world: LinkWorld) -> None:
    carrier = await world.start()
    for n in range(3):
        await world.road.send_one(f"1380000000{n}")
    await carrier.next_submits(3)
    carrier.cut()
    await world.bound()
    (line,) = world.said("a link ended before these parts were answered; they go again")
    assert line["parts"] == 3


async def test_a_silent_carrier_is_given_up(world: LinkWorld) -> None:
    carrier = await world.start()
    carrier.deaf = True
    await world.pass_time(lambda: len(world.carrier.connections) == 2, "another connection")
    assert world.said("carrier link is down")[0]["why"] == "enquire_unanswered"


def small_buffer(transport: asyncio.Transport) -> None:
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)


async def test_a_carrier_that_reads_nothing_keeps_no_socket(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closed politely, it would stay open until all is written: for ever, and another one with each try."""
    monkeypatch.setattr(connection_module, "CLOSE_WITHIN", 0.01)
    carrier = await world.start(window=256)
    carrier.read_nothing()
    assert world.link._connection is not None
    small_buffer(world.link._connection._transport)
    for n in range(36):
        await world.road.send_one(f"138000000{n:02}", template="endless", params={"what": "x"})
    await world.pass_time(lambda: world.said("carrier link is down"), "the link is given up")
    await world.until(carrier.is_reset, "its socket is closed")


async def test_an_event_that_cannot_be_handled_harms_no_other(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    submit = await carrier.next_submit()

    def broken(*_: object) -> None:
        raise ValueError("nobody expected this receipt")

    monkeypatch.setattr(smpp_dialect, "parse_receipt", broken)
    with carrier.one_write():
        carrier.receipt("c-0")
        carrier.accept(submit, "c-1")
    await world.until(lambda: world.road.answers(message_id), "the answer is stored")
    assert len(world.carrier.connections) == 1
    assert world.said("an event of a carrier could not be handled")[0]["kind"] == "Delivered"


# -- nonsense ---------------------------------------------------------------------------------------------

NONSENSE = {
    "no SMPP at all": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "a length of nothing": bytes(16),
    "a length of everything": b"\xff" * 16,
    "half a frame": b"\x00\x00\x00\x20\x80\x00\x00\x04",
    "an answer to nothing": bytes.fromhex("00000010 80000004 00000000 00000999"),
    "an unknown command": bytes.fromhex("00000010 0000ffff 00000000 00000001"),
    "a deliver without a body": bytes.fromhex("00000010 00000005 00000000 00000001"),
    "a bind, from the carrier": bytes.fromhex("00000010 00000009 00000000 00000001"),
    "a second answer to the bind": bytes.fromhex("00000010 80000009 00000000 00000001"),
}


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE.keys())
async def test_nonsense_from_a_carrier_loses_nothing(world: LinkWorld, nonsense: bytes) -> None:
    carrier = await world.start()
    message_id = await world.road.send_one()
    await carrier.next_submit()
    carrier.write(nonsense)
    carrier.close()
    again = await world.bound()
    again.accept(await again.next_submit(), "c-1")
    assert await again.answer_to(again.receipt("c-1")) == 0
    assert world.road.state(message_id) == "delivered"


async def test_unreadable_requests_are_answered_and_the_link_goes_on(world: LinkWorld) -> None:
    carrier = await world.start()
    for name in (
        "an unknown command",
        "a deliver without a body",
        "a bind, from the carrier",
        "an answer to nothing",
    ):
        carrier.write(NONSENSE[name])
    await world.road.send_one()
    carrier.accept(await carrier.next_submit(), "c-1")
    assert await carrier.answer_to(carrier.receipt("c-1")) == 0
    assert len(world.carrier.connections) == 1


@pytest.mark.parametrize("where", ["before the bind", "after the bind"])
async def test_any_bytes_at_all_leave_a_link_that_works(
    world: LinkWorld, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """One link takes many kinds of rubbish, one after the other, and works afterwards."""
    monkeypatch.setattr(link_module, "LONGEST_RECONNECT", 0.01)
    rubbish: list[bytes] = []

    @settings(max_examples=40, database=None, derandomize=True)
    @given(st.binary(min_size=1, max_size=200))
    def collect(data: bytes) -> None:
        rubbish.append(data)

    collect()
    if where == "before the bind":
        world.carrier.greetings = list(rubbish)
        world.run()
        await world.until(lambda: not world.carrier.greetings, "all was said")
        carrier = await world.bound()
    else:
        carrier = await world.start()
        for data in rubbish:
            carrier.write(data)
            carrier.close()
            carrier = await world.bound()
    message_id = await world.road.send_one()
    carrier.accept(await carrier.next_submit(), "c-1")
    assert await carrier.answer_to(carrier.receipt("c-1")) == 0
    assert world.road.state(message_id) == "delivered"
