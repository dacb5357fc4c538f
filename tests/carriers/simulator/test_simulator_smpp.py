"""The simulator over real sockets, on the test's event loop."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from running_simulator import AT_ONCE, Start, arrived, settled, starter, stats
from simulator_esme import Esme

from hongyan.carriers.simulator import control
from hongyan.carriers.simulator.control import call
from hongyan.carriers.simulator.process import Options, running
from hongyan.kernel.errors import Misconfigured
from hongyan.kernel.text import Alphabet, decode, parse_udh
from hongyan.protocols.session.events import Ignored
from hongyan.protocols.smpp import Pdu, content_of, encode


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts a simulator of SMPP alone."""
    async with starter(tmp_path) as begin:
        yield partial(begin, networks=Options(data=tmp_path).networks)


async def test_a_submit_is_answered_reported_and_shown_on_the_phone(start: Start, tmp_path: Path) -> None:
    ready = await start()
    esme = await Esme.connect(ready.port)
    answer = await esme.submit_and_wait("8613800138000", "【鸿雁】您的验证码是 123456")
    assert answer.status == 0
    await esme.until(lambda: bool(esme.receipts))
    (receipt,) = esme.receipts
    assert (receipt.id, receipt.stat, receipt.err, receipt.delivered) == (
        answer.message_id,
        "DELIVRD",
        "000",
        True,
    )
    (pdu,) = esme.pdus
    assert pdu.tlvs == {"receipted_message_id": answer.message_id, "message_state": 2}
    assert (pdu.fields["source_addr"], pdu.fields["destination_addr"]) == ("8613800138000", "10690001")
    assert b"id:" + answer.message_id.encode() in content_of(pdu)
    (text,) = await arrived(tmp_path, 1)
    assert (text.number, text.peer, text.text) == ("13800138000", "10690001", "【鸿雁】您的验证码是 123456")
    counted = await settled(tmp_path, lambda now: now["receipts_acknowledged"] == 1)
    assert (counted["submits"], counted["accepted"], counted["in_flight"], counted["waiting"]) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("number", "stat", "err", "state"),
    [
        ("19900000001", "UNDELIV", "000", 5),
        ("19900000002", "EXPIRED", "000", 3),
        ("19900000003", "REJECTD", "000", 8),
        ("19900000004", "UNDELIV", "MK:0001", 5),
        ("19900000006", "EXPIRED", "MI:0024", 3),
    ],
)
async def test_failures_are_told_in_the_receipt_and_the_phone_stays_silent(
    start: Start, tmp_path: Path, number: str, stat: str, err: str, state: int
) -> None:
    ready = await start({**AT_ONCE, "rules": []})
    esme = await Esme.connect(ready.port)
    await esme.submit_and_wait(number, "hello")
    await esme.until(lambda: bool(esme.receipts))
    (receipt,) = esme.receipts
    assert (receipt.stat, receipt.err, receipt.delivered) == (stat, err, False)
    assert esme.pdus[0].tlvs["message_state"] == state
    esme.submit("13800138000", "arrives")
    assert [text.text for text in await arrived(tmp_path, 1)] == ["arrives"]


@pytest.mark.parametrize(
    ("number", "statuses"),
    [
        ("19900000011", [0x0B]),
        ("19900000012", [0x45]),
        ("19900000013", [0x58, 0x58, 0]),
        ("19900000014", [0x14, 0x14, 0]),
        ("19900000015", [0x08, 0]),
    ],
)
async def test_refused_submits_have_the_protocols_status(
    start: Start, number: str, statuses: list[int]
) -> None:
    ready = await start()
    esme = await Esme.connect(ready.port)
    assert [(await esme.submit_and_wait(number, "hello")).status for _ in statuses] == statuses


async def test_above_the_rate_submits_are_throttled(start: Start, tmp_path: Path) -> None:
    ready = await start({"answers": {"throttle_per_second": 5}})
    esme = await Esme.connect(ready.port)
    for n in range(20):
        esme.submit("13800138000", str(n))
    await esme.until(lambda: len(esme.answers) == 20)
    statuses = [answer.status for answer in esme.answers]
    assert 5 <= statuses.count(0) <= 10  # a second may end in between
    assert set(statuses) == {0, 0x58}
    counted = await stats(tmp_path)
    assert counted["refused"] == {"throttled": statuses.count(0x58)}


async def test_answers_can_be_slow(start: Start) -> None:
    ready = await start(
        {"answers": {"delay": {"min": 0.05, "max": 0.05}}, "receipts": {"delay": {"min": 5, "max": 5}}}
    )
    esme = await Esme.connect(ready.port)
    before = asyncio.get_running_loop().time()
    await esme.submit_and_wait("13800138000", "hello")
    assert asyncio.get_running_loop().time() - before >= 0.045


async def test_early_receipts_overtake_the_answer(start: Start) -> None:
    ready = await start()
    esme = await Esme.connect(ready.port)
    answer = await esme.submit_and_wait("19900000023", "hello")
    assert esme.names() == ["Bound", "Delivered", "SubmitAnswered"]
    assert esme.receipts[0].id == answer.message_id


async def test_duplicate_receipts_are_the_same_receipt_twice(start: Start) -> None:
    ready = await start({"receipts": {"delay": {"max": 0.01}, "duplicate_after": 0.02}})
    esme = await Esme.connect(ready.port)
    answer = await esme.submit_and_wait("19900000022", "hello")
    await esme.until(lambda: len(esme.receipts) == 2)
    assert [receipt.id for receipt in esme.receipts] == [answer.message_id] * 2


async def test_held_back_receipts_are_overtaken(start: Start) -> None:
    ready = await start({"receipts": {"delay": {"max": 0.01}, "reorder_rate": 0.5, "reorder_by": 0.2}})
    esme = await Esme.connect(ready.port)
    for n in range(40):
        esme.submit("13800138000", str(n))
    await esme.until(lambda: len(esme.receipts) == 40)
    submitted = [answer.message_id for answer in esme.answers]
    reported = [receipt.id for receipt in esme.receipts]
    assert sorted(reported) == sorted(submitted)
    assert reported != submitted


async def test_a_run_repeats_on_other_links_and_in_another_order(tmp_path: Path) -> None:
    texts = [str(n) for n in range(100)]
    shuffled = random.Random(1).sample(texts, len(texts))
    once = await fates_of(tmp_path / "once", [texts])
    again = await fates_of(tmp_path / "again", [shuffled[:50], shuffled[50:]])
    assert once == again
    assert len(set(once.values())) > 3


async def fates_of(data: Path, batches: list[list[str]]) -> dict[str, tuple[int, str]]:
    """Status and receipt of each text; every batch goes over a link of its own."""
    scenario = {
        "seed": 5,
        "answers": {"error_rate": 0.3, "error_codes": [0x45, 0x58]},
        "receipts": {"delay": {"max": 0.01}, "failure_rate": 0.3},
    }
    async with running(Options(data=data)) as ready:
        await call(data, control.ScenarioCommand(replace=scenario))
        links = [await Esme.connect(ready.port) for _ in batches]
        for link, batch in zip(links, batches, strict=True):
            for text in batch:
                link.submit("13800138000", text, token=text)
        for link, batch in zip(links, batches, strict=True):
            await link.until(lambda link=link, batch=batch: len(link.answers) == len(batch))  # type: ignore[misc]
        await settled(data, lambda now: now["receipts_acknowledged"] == now["accepted"])
        answers = [answer for link in links for answer in link.answers]
        stats_of_id = {receipt.id: receipt.stat for link in links for receipt in link.receipts}
        return {
            answer.token[0]: (answer.status, stats_of_id.get(answer.message_id, "")) for answer in answers
        }


async def test_receipts_not_acknowledged_come_again_on_the_next_link(start: Start, tmp_path: Path) -> None:
    ready = await start()
    silent = await Esme.connect(ready.port, acknowledge=None)
    answers = [await silent.submit_and_wait("13800138000", str(n)) for n in range(5)]
    await silent.until(lambda: len(silent.receipts) == 5)
    silent.leave()
    await settled(tmp_path, lambda now: now["links"] == 0)
    awake = await Esme.connect(ready.port)
    await awake.until(lambda: len(awake.receipts) == 5)
    assert {receipt.id for receipt in awake.receipts} == {answer.message_id for answer in answers}
    counted = await settled(tmp_path, lambda now: now["receipts_acknowledged"] == 5)
    assert (counted["receipts_due"], counted["receipts_sent"]) == (5, 10)


async def test_receipts_that_fall_due_while_nobody_is_bound_come_later(start: Start, tmp_path: Path) -> None:
    ready = await start({"receipts": {"delay": {"min": 0.05, "max": 0.06}}})
    esme = await Esme.connect(ready.port)
    answer = await esme.submit_and_wait("13800138000", "hello")
    esme.leave()
    await settled(tmp_path, lambda now: now["waiting"] == 1)
    back = await Esme.connect(ready.port)
    await back.until(lambda: bool(back.receipts))
    assert back.receipts[0].id == answer.message_id


async def test_a_receipt_refused_as_temporary_comes_again_and_a_permanent_one_does_not(
    start: Start, tmp_path: Path
) -> None:
    ready = await start({"receipts": {"delay": {"max": 0.01}, "retry_after": 0.02}})
    busy = await Esme.connect(ready.port, acknowledge=0x64)
    await busy.submit_and_wait("13800138000", "hello")
    await busy.until(lambda: len(busy.receipts) >= 3)
    busy.leave()
    await settled(tmp_path, lambda now: now["links"] == 0)
    rude = await Esme.connect(ready.port, acknowledge=0x65)
    await rude.until(lambda: bool(rude.receipts))
    await settled(
        tmp_path, lambda now: now["receipts_refused"] == 1 and now["in_flight"] == now["waiting"] == 0
    )


async def test_no_more_than_the_window_is_unacknowledged(start: Start, tmp_path: Path) -> None:
    ready = await start({"receipts": {"delay": {"max": 0.01}, "window": 3}})
    silent = await Esme.connect(ready.port, acknowledge=None)
    for n in range(10):
        silent.submit("13800138000", str(n))
    counted = await settled(tmp_path, lambda now: now["waiting"] == 7)
    assert (counted["in_flight"], counted["pending"]) == (3, 0)


async def test_transmitter_and_receiver_share_the_work(start: Start) -> None:
    ready = await start()
    sender = await Esme.connect(ready.port, mode="transmitter")
    taker = await Esme.connect(ready.port, mode="receiver")
    answer = await sender.submit_and_wait("13800138000", "hello")
    await taker.until(lambda: bool(taker.receipts))
    assert taker.receipts[0].id == answer.message_id
    assert sender.receipts == []
    taker.raw(encode("submit_sm", {"destination_addr": "13800138000", "short_message": b"not allowed"}, 77))
    await taker.until(lambda: any(isinstance(event, Ignored) for event in taker.events))
    refused = next(event.pdu for event in taker.events if isinstance(event, Ignored))
    assert (refused.sequence, refused.status) == (77, 0x04)


async def test_receipts_are_spread_over_several_links(start: Start) -> None:
    ready = await start({"receipts": {"delay": {"max": 0.01}, "window": 5}})
    links = [await Esme.connect(ready.port) for _ in range(2)]
    for n in range(40):
        links[0].submit("13800138000", str(n))
    total = lambda: sum(len(link.receipts) for link in links)  # noqa: E731
    async with asyncio.timeout(10):
        while total() < 40:
            await asyncio.sleep(0.005)
    assert all(link.receipts for link in links)


async def test_long_texts_are_one_text_on_the_phone(start: Start, tmp_path: Path) -> None:
    ready = await start()
    esme = await Esme.connect(ready.port)
    long = "【鸿雁】" + "鸿雁于飞，肃肃其羽。🪿" * 20
    esme.submit("13800138000", long)
    esme.submit("13900139000", "€" * 200)
    first, second = sorted(await arrived(tmp_path, 2), key=lambda text: text.number)
    assert (first.text, first.parts) == (long, 4)
    assert (second.text, second.parts) == ("€" * 200, 3)


async def test_replies_reach_the_link_short_and_long(start: Start, tmp_path: Path) -> None:
    ready = await start()
    esme = await Esme.connect(ready.port)
    await esme.submit_and_wait("13800138000", "hello")
    assert await call(tmp_path, control.Reply(number="13800138000", to="10690001", text="TD")) == {
        "sent": True
    }
    long = "谢谢！" * 50
    await call(tmp_path, control.Reply(number="+8613800138000", to="1069000199", text=long))
    await esme.until(lambda: len(esme.replies) == 4)
    short, *parts = esme.replies
    assert (short.fields["source_addr"], short.fields["destination_addr"]) == ("8613800138000", "10690001")
    assert (short.fields["data_coding"], short.fields["esm_class"]) == (0, 0)
    assert short.fields["short_message"] == b"TD"
    assert "".join(words(part) for part in parts) == long
    assert {part.fields["destination_addr"] for part in parts} == {"1069000199"}
    typed = [text for text in await arrived(tmp_path, 3) if text.direction == "out"]
    assert [(text.peer, text.text, text.parts) for text in typed] == [
        ("10690001", "TD", 1),
        ("1069000199", long, 3),
    ]
    await settled(tmp_path, lambda now: now["reply_parts_acknowledged"] == 4)


def words(pdu: Pdu) -> str:
    assert pdu.fields["esm_class"] == 0x40
    return decode(parse_udh(content_of(pdu))[1], Alphabet(pdu.fields["data_coding"]))


async def test_a_reply_to_nobody_waits_for_a_bind(start: Start, tmp_path: Path) -> None:
    ready = await start()
    assert await call(tmp_path, control.Reply(number="13800138000", to="10690001", text="hello")) == {
        "sent": False
    }
    esme = await Esme.connect(ready.port)
    await esme.until(lambda: bool(esme.replies))


@pytest.mark.parametrize(("name", "password", "status"), [("esme", "wrong", 0x0E), ("other", "secret", 0x0F)])
async def test_a_wrong_bind_is_refused(start: Start, name: str, password: str, status: int) -> None:
    ready = await start(system_id="esme", password="secret")
    refused = await Esme.connect(ready.port, system_id=name, password=password)
    assert refused.refusal == status
    await refused.until(lambda: refused.closed)
    assert (await Esme.connect(ready.port)).bound


async def test_links_beyond_the_limit_are_refused(start: Start) -> None:
    ready = await start({"links": {"max_links": 2}})
    links = [await Esme.connect(ready.port) for _ in range(3)]
    assert [link.refusal for link in links] == [None, None, 0x0D]


async def test_dropped_links_end_without_unbind(start: Start, tmp_path: Path) -> None:
    ready = await start()
    esme = await Esme.connect(ready.port)
    assert await call(tmp_path, control.DropLinks()) == {"dropped": 1}
    await esme.until(lambda: esme.closed)
    assert esme.names() == ["Bound"]


async def test_a_link_is_cut_after_so_many_submits_and_the_last_is_accepted(
    start: Start, tmp_path: Path
) -> None:
    ready = await start({"links": {"drop_after_submits": 3}, **AT_ONCE})
    esme = await Esme.connect(ready.port)
    for n in range(5):
        esme.submit("13800138000", str(n))
    await esme.until(lambda: esme.closed)
    counted = await settled(tmp_path, lambda now: now["links"] == 0)
    assert (counted["accepted"], counted["links_dropped"]) == (3, 1)
    assert len(esme.answers) < 3
    back = await Esme.connect(ready.port)
    await back.until(lambda: len(back.receipts) == 3)


async def test_a_stalled_link_goes_on_where_it_stopped(start: Start) -> None:
    ready = await start({"links": {"stall_after_submits": 2, "stall_seconds": 0.1}, **AT_ONCE})
    esme = await Esme.connect(ready.port)
    for n in range(6):
        esme.submit("13800138000", str(n))
    await esme.until(lambda: len(esme.answers) == 6 and len(esme.receipts) == 6)
    assert not esme.closed


async def test_a_pause_holds_everything_and_resume_loses_nothing(start: Start, tmp_path: Path) -> None:
    ready = await start()
    esme = await Esme.connect(ready.port)
    await call(tmp_path, control.Pause())
    esme.submit("13800138000", "hello")
    late = asyncio.create_task(Esme.connect(ready.port))
    assert (await stats(tmp_path))["submits"] == 0
    await call(tmp_path, control.Resume())
    await esme.until(lambda: len(esme.answers) == 1)
    assert (await late).bound


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\nHost: example\r\n\r\n",
        b"\x00\x00\x00\x00" * 4,
        b"\xff" * 100,
        b"\x00\x00\x00\x0f" + b"\x00" * 20,
        b"\x7f\xff\xff\xff" + b"\x00" * 100,
    ],
)
async def test_bytes_that_are_no_pdu_end_the_link_only(start: Start, tmp_path: Path, garbage: bytes) -> None:
    ready = await start()
    esme = await Esme.connect(ready.port)
    reader, writer = await asyncio.open_connection("127.0.0.1", ready.port)
    writer.write(garbage)
    async with asyncio.timeout(5):
        await reader.read()  # the carrier's last word, then the end
    writer.close()
    assert (await esme.submit_and_wait("13800138000", "still here")).status == 0
    assert (await stats(tmp_path))["protocol_errors"] == 1


async def test_random_bytes_never_stop_the_carrier(start: Start) -> None:
    ready = await start()
    dice = random.Random(20260321)
    for _ in range(50):
        reader, writer = await asyncio.open_connection("127.0.0.1", ready.port)
        body = dice.randbytes(dice.randrange(0, 80))
        frame = (16 + len(body)).to_bytes(4, "big") + dice.choice([1, 2, 4, 5, 9, 0x21, 0x103]).to_bytes(
            4, "big"
        )
        writer.write(frame + dice.randbytes(8) + body + b"\x00\x00\x00\x01")
        async with asyncio.timeout(5):
            await reader.read()
        writer.close()
    esme = await Esme.connect(ready.port)
    assert (await esme.submit_and_wait("13800138000", "still here")).status == 0


async def test_commands_that_the_carrier_does_not_offer_are_refused(start: Start) -> None:
    ready = await start()
    esme = await Esme.connect(ready.port)
    query = b"1\x00\x01\x01123\x00"
    esme.raw(
        (16 + len(query)).to_bytes(4, "big") + b"\x00\x00\x00\x03" + b"\x00" * 4 + b"\x00\x00\x00\x63" + query
    )
    assert (await esme.submit_and_wait("13800138000", "still here")).status == 0


async def test_a_port_in_use_is_told(start: Start, tmp_path: Path) -> None:
    ready = await start()
    with pytest.raises(Misconfigured, match="cannot listen"):
        async with running(Options(data=tmp_path / "other", port=ready.port)):
            pass


async def test_files_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for options in (
        Options(data=tmp_path / "file"),
        Options(data=tmp_path, ledger=tmp_path / "file" / "ledger"),
        Options(data=tmp_path, ledger=tmp_path),
    ):
        with pytest.raises(Misconfigured, match="cannot write"):
            async with running(options):
                pass


async def test_a_port_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot listen"):
        async with running(Options(data=tmp_path, port=70_000)):
            pass


async def test_the_end_unbinds_and_leaves_no_socket(tmp_path: Path) -> None:
    async with running(Options(data=tmp_path)) as ready:
        esme = await Esme.connect(ready.port)
    await esme.until(lambda: esme.closed)
    assert not Path(ready.control).exists()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", ready.port)
