"""Bad weather on the mainland networks: torn and stalled streams, cut links, pauses, nonsense."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from running_simulator import AT_ONCE, Start, settled, stats
from simulator_customers import SENDER, TWO_WAY, customer, pieces

from hongyan.carriers.simulator import control
from hongyan.carriers.simulator.control import call
from hongyan.protocols.session.events import Delivered


@pytest.mark.parametrize("protocol", TWO_WAY)
async def test_bytes_may_come_in_small_pieces(play: Start, protocol: str) -> None:
    ready = await play({"links": {"split_octets": 7}, **AT_ONCE})
    link, _, number = await customer(ready, protocol)
    for n in range(20):
        link.submit(number, str(n))
    await link.until(lambda: len(link.answers) == 20 and len(link.reports) == 20)
    assert min(len(read) for read in link.reads) <= 7
    assert len(link.reads) > 40


@pytest.mark.parametrize("protocol", TWO_WAY)
async def test_bytes_may_come_all_at_once(play: Start, protocol: str) -> None:
    ready = await play({"links": {"merge_seconds": 0.05}, **AT_ONCE})
    link, _, number = await customer(ready, protocol)
    for n in range(20):
        link.submit(number, str(n))
    await link.until(lambda: len(link.answers) == 20 and len(link.reports) == 20)
    assert len(link.reads) < 10


@pytest.mark.parametrize("protocol", TWO_WAY)
async def test_a_stalled_link_goes_on_where_it_stopped(play: Start, protocol: str) -> None:
    ready = await play({"links": {"stall_after_submits": 2, "stall_seconds": 0.1}, **AT_ONCE})
    link, _, number = await customer(ready, protocol)
    for n in range(6):
        link.submit(number, str(n))
    await link.until(lambda: len(link.answers) == 6 and len(link.reports) == 6)
    assert not link.closed


@pytest.mark.parametrize("protocol", TWO_WAY)
async def test_a_cut_link_leaves_its_reports_for_the_next(play: Start, tmp_path: Path, protocol: str) -> None:
    ready = await play({"links": {"drop_after_submits": 3}, **AT_ONCE})
    link, network, number = await customer(ready, protocol)
    for n in range(5):
        link.submit(number, str(n))
    await link.until(lambda: link.closed)
    counted = await settled(tmp_path, lambda now: now["links"] == 0, network)
    assert (counted["accepted"], counted["links_dropped"]) == (3, 1)
    back, _, _ = await customer(ready, protocol)
    await back.until(lambda: len(back.reports) == 3)


@pytest.mark.parametrize("protocol", TWO_WAY)
async def test_an_acknowledgement_behind_the_submit_that_cut_the_link_was_never_read(
    play: Start, tmp_path: Path, protocol: str
) -> None:
    ready = await play({"links": {"drop_after_submits": 2}, **AT_ONCE})
    link, network, number = await customer(ready, protocol, acknowledge=None)
    first = await link.submit_and_wait(number, "1")
    await link.until(lambda: len(link.reports) == 1)
    sequence = next(event.sequence for event in link.events if isinstance(event, Delivered))
    link.session.submit(2, link.body(number, pieces("2", "ascii")[0], 0, SENDER), 0)
    link.session.answer_deliver(sequence)
    link.flush()
    await link.until(lambda: link.closed)
    back, _, _ = await customer(ready, protocol)
    await back.until(lambda: len(back.reports) == 2)
    assert first.message_id in {report.id for report in back.reports}
    await settled(tmp_path, lambda now: now["in_flight"] == 0 and now["receipts_acknowledged"] == 2, network)


async def test_one_network_can_be_paused_and_cut_while_the_others_go_on(play: Start, tmp_path: Path) -> None:
    ready = await play()
    mobile, _, number = await customer(ready, "CMPP 3.0")
    telecom, _, other = await customer(ready, "SMGP")
    assert await call(tmp_path, control.Pause("mobile")) == {"paused": True}
    mobile.submit(number, "hello")
    assert (await telecom.submit_and_wait(other, "hello")).status == 0
    assert (await stats(tmp_path, "mobile"))["submits"] == 0
    assert (await call(tmp_path, control.Stats()))["paused"] is False
    assert await call(tmp_path, control.Resume("mobile")) == {"paused": False}
    await mobile.until(lambda: len(mobile.reports) == 1)
    assert await call(tmp_path, control.DropLinks("telecom")) == {"dropped": 1}
    await telecom.until(lambda: telecom.closed)
    assert not mobile.closed


@pytest.mark.parametrize("network", ["mobile", "unicom", "telecom"])
@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\nHost: example\r\n\r\n",
        b"\x00\x00\x00\x00" * 4,
        b"\xff" * 100,
        b"\x00\x00\x00\x0b" + b"\x00" * 20,
        b"\x7f\xff\xff\xff" + b"\x00" * 100,
    ],
)
async def test_bytes_that_are_no_pdu_end_the_link_only(
    play: Start, tmp_path: Path, network: str, garbage: bytes
) -> None:
    ready = await play()
    reader, writer = await asyncio.open_connection("127.0.0.1", ready.networks[network].port)  # type: ignore[index]
    writer.write(garbage)
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()
    assert (await stats(tmp_path, network))["protocol_errors"] == 1


FRAMES: dict[str, tuple[int, list[int]]] = {
    "CMPP 3.0": (12, [1, 2, 4, 5, 6, 7, 8, 9, 0x80000005, 0x80000004]),
    "SMGP": (12, [1, 2, 3, 4, 6, 7, 0x80000003, 0x80000002]),
    "SGIP": (20, [1, 2, 3, 4, 5, 0x10, 0x11, 0x1000, 0x80000005]),
}


@pytest.mark.parametrize("protocol", FRAMES)
async def test_random_frames_of_a_customer_never_stop_the_carrier(play: Start, protocol: str) -> None:
    ready = await play()
    header, commands = FRAMES[protocol]
    dice = random.Random(20260321)
    for _ in range(30):
        link, _, _ = await customer(ready, protocol)
        for _ in range(10):
            body = dice.randbytes(dice.choice([0, 1, 8, 21, 60, 140, 151, 200, 300]))
            head = (header + len(body)).to_bytes(4, "big") + dice.choice(commands).to_bytes(4, "big")
            link.raw(head + dice.randbytes(header - 8) + body)
        await asyncio.sleep(0)
        link.leave()
    link, _, number = await customer(ready, protocol)
    assert (await link.submit_and_wait(number, "still here")).status == 0


@pytest.mark.parametrize("protocol", FRAMES)
async def test_submits_of_random_values_are_answered(play: Start, protocol: str) -> None:
    """Frames in the layout of a submit, with any octets in its fields: each gets an answer, and reports go out."""
    ready = await play()
    link, _, number = await customer(ready, protocol)
    dice = random.Random(7)
    made = {
        "CMPP 3.0": lambda: dice.randbytes(145) + b"\x01" + dice.randbytes(33) + b"\x05" + dice.randbytes(25),
        "SMGP": lambda: dice.randbytes(104) + b"\x01" + dice.randbytes(21) + b"\x05" + dice.randbytes(13),
        "SGIP": lambda: (
            dice.randbytes(42) + b"\x01" + dice.randbytes(91) + b"\0\0\0\x05" + dice.randbytes(13)
        ),
    }[protocol]
    for n in range(200):
        link.session.submit(n, made(), 0)
    link.flush()
    await link.until(lambda: len(link.answers) == 200)
    assert (await link.submit_and_wait(number, "still here")).status == 0
