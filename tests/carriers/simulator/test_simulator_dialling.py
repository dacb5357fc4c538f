"""China Unicom calls its customers: where, when, how often, and what waits meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from running_simulator import AT_ONCE, Start, settled, stats
from simulator_customers import SENDER, Desk, SgipCustomer

from hongyan.carriers.simulator import control, dialling
from hongyan.carriers.simulator.control import call
from hongyan.carriers.simulator.listener_url import parse_listener
from hongyan.carriers.simulator.process import Ready
from hongyan.carriers.simulator.scenario import Listener
from hongyan.kernel.errors import Misconfigured, Refused
from hongyan.protocols import sgip

NUMBER = "13000138000"


@pytest.fixture
async def desk(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """A customer's listener, not open yet. Pauses between calls are short."""
    monkeypatch.setattr(dialling, "FIRST_PAUSE", 0.02)
    made = Desk("smg", "secret")
    yield made
    await made.close()


async def tell(data: Path, port: int, **changes: Any) -> None:
    fields = {"account": "sp", "host": "127.0.0.1", "port": port, "login": "smg", "password": "secret"}
    await call(data, control.Listener(network="unicom", **(fields | changes)))


async def sp(ready: Ready, counter: int = 0) -> SgipCustomer:
    return await SgipCustomer.connect(ready.networks["unicom"].port, counter=counter)


async def test_reports_come_to_the_customers_listener(play: Start, tmp_path: Path, desk: Desk) -> None:
    ready = await play()
    await tell(tmp_path, await desk.open())
    link = await sp(ready)
    answers = [await link.submit_and_wait(NUMBER, str(n)) for n in range(3)]
    await desk.until(lambda: len(desk.reports) == 3)
    assert {report.id for report in desk.reports} == {answer.message_id for answer in answers}
    assert {(report.stat, report.number) for report in desk.reports} == {("DELIVRD", "86" + NUMBER)}
    counted = await settled(tmp_path, lambda now: now["receipts_acknowledged"] == 3, "unicom")
    assert (counted["dials"], counted["dials_failed"], counted["links"]) == (1, 0, 2)
    assert link.pdus == []


async def test_what_is_due_waits_until_a_listener_is_known(play: Start, tmp_path: Path, desk: Desk) -> None:
    ready = await play()
    link = await sp(ready)
    await link.submit_and_wait(NUMBER, "hello")
    counted = await settled(tmp_path, lambda now: now["waiting"] == 1, "unicom")
    assert counted["dials"] == 0
    await tell(tmp_path, await desk.open())
    await desk.until(lambda: len(desk.reports) == 1)


async def test_it_calls_again_until_somebody_answers(play: Start, tmp_path: Path, desk: Desk) -> None:
    ready = await play()
    port = await desk.open()
    await desk.close()
    await tell(tmp_path, port)
    link = await sp(ready)
    await link.submit_and_wait(NUMBER, "hello")
    counted = await settled(tmp_path, lambda now: now["dials_failed"] >= 3, "unicom")
    assert counted["waiting"] == 1
    await desk.open(port)
    await desk.until(lambda: len(desk.reports) == 1)


async def test_a_refused_login_is_tried_again_and_again_but_not_at_once(
    play: Start, tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialling, "FIRST_PAUSE", 0.05)
    ready = await play()
    await tell(tmp_path, await desk.open(), password="wrong")
    link = await sp(ready)
    await link.submit_and_wait(NUMBER, "hello")
    counted = await settled(tmp_path, lambda now: now["dials_failed"] >= 2, "unicom")
    await asyncio.sleep(0.1)
    assert (await stats(tmp_path, "unicom"))["dials"] <= counted["dials"] + 1
    assert desk.reports == []
    await tell(tmp_path, await desk.open())
    await desk.until(lambda: len(desk.reports) == 1)


async def test_what_was_not_acknowledged_comes_again_on_the_next_call(
    play: Start, tmp_path: Path, desk: Desk
) -> None:
    ready = await play()
    desk.acknowledge = None
    await tell(tmp_path, await desk.open())
    link = await sp(ready)
    await link.submit_and_wait(NUMBER, "hello")
    await desk.until(lambda: len(desk.reports) == 1)
    desk.acknowledge = 0
    desk.calls[0].leave()
    await desk.until(lambda: len(desk.reports) == 2)
    assert len({report.id for report in desk.reports}) == 1


async def test_a_report_that_is_refused_for_now_comes_again(play: Start, tmp_path: Path, desk: Desk) -> None:
    ready = await play({"receipts": {"delay": {"max": 0.01}, "retry_after": 0.02}})
    desk.acknowledge = 32
    await tell(tmp_path, await desk.open())
    link = await sp(ready)
    await link.submit_and_wait(NUMBER, "hello")
    await desk.until(lambda: len(desk.reports) == 2)
    desk.acknowledge = 5
    await settled(tmp_path, lambda now: now["receipts_refused"] == 1, "unicom")


async def test_replies_come_to_the_listener_too(play: Start, tmp_path: Path, desk: Desk) -> None:
    ready = await play()
    await tell(tmp_path, await desk.open())
    link = await sp(ready)
    await link.submit_and_wait(NUMBER, "hello")
    await call(tmp_path, control.Reply(NUMBER, SENDER + "7", "TD"))
    await desk.until(lambda: len(desk.replies) == 1)
    (reply,) = desk.replies
    assert (reply.fields["SPNumber"], reply.fields["UserNumber"]) == (SENDER + "7", "86" + NUMBER)
    long = "谢谢" * 100
    await call(tmp_path, control.Reply(NUMBER, SENDER, long))
    await desk.until(lambda: len(desk.replies) == 4)
    contents = [sgip.read_content(pdu) for pdu in desk.replies[1:]]
    assert "".join(content.text or "" for content in contents) == long


async def test_the_parts_of_a_long_reply_may_come_in_another_order(
    play: Start, tmp_path: Path, desk: Desk
) -> None:
    ready = await play({"replies": {"shuffle": True}, **AT_ONCE})
    await tell(tmp_path, await desk.open())
    await sp(ready)
    await call(tmp_path, control.Reply(NUMBER, SENDER, "谢谢" * 400))
    await desk.until(lambda: len(desk.replies) == 12)
    order = [sgip.read_content(pdu).concat for pdu in desk.replies]
    indexes = [concat.index for concat in order if concat is not None]
    assert indexes != sorted(indexes)
    assert sorted(indexes) == list(range(1, 13))


async def test_a_customer_that_moved_is_called_at_its_new_place(
    play: Start, tmp_path: Path, desk: Desk
) -> None:
    ready = await play()
    await tell(tmp_path, await desk.open())
    link = await sp(ready)
    await link.submit_and_wait(NUMBER, "one")
    await desk.until(lambda: len(desk.reports) == 1)
    moved = Desk("smg", "other")
    try:
        await tell(tmp_path, await moved.open(), password="other")
        await link.submit_and_wait(NUMBER, "two")
        await moved.until(lambda: len(moved.reports) == 1)
        await desk.until(lambda: desk.calls[0].closed)
        assert "PeerUnbound" in desk.calls[0].names()
    finally:
        await moved.close()


async def test_a_cut_call_is_made_again(play: Start, tmp_path: Path, desk: Desk) -> None:
    ready = await play()
    await tell(tmp_path, await desk.open())
    link = await sp(ready)
    await link.submit_and_wait(NUMBER, "one")
    await desk.until(lambda: len(desk.reports) == 1)
    assert (await call(tmp_path, control.DropLinks("unicom")))["dropped"] == 2
    await desk.until(lambda: desk.calls[0].closed)
    again = await sp(ready, counter=1 << 10)
    await again.submit_and_wait(NUMBER, "two")
    await desk.until(lambda: len(desk.reports) == 2)


async def test_nobody_is_called_during_a_pause(play: Start, tmp_path: Path, desk: Desk) -> None:
    ready = await play()
    link = await sp(ready)
    await link.submit_and_wait(NUMBER, "hello")
    await settled(tmp_path, lambda now: now["waiting"] == 1, "unicom")
    await call(tmp_path, control.Pause("unicom"))
    await tell(tmp_path, await desk.open())
    await asyncio.sleep(0.05)
    assert (await stats(tmp_path, "unicom"))["dials"] == 0
    await call(tmp_path, control.Resume("unicom"))
    await desk.until(lambda: len(desk.reports) == 1)


async def test_failures_only_or_nothing_is_reported_as_asked(play: Start, tmp_path: Path, desk: Desk) -> None:
    ready = await play()
    await tell(tmp_path, await desk.open())
    link = await sp(ready)
    for flag in (0, 1, 2):
        for number in ("13000138000", "19900000004"):
            body = sgip.submit_encoder(ReportFlag=flag)(SENDER, number, 0, "", 0, b"hello")
            link.session.submit((flag, number), body, 0)
    link.flush()
    await settled(tmp_path, lambda now: now["delivered"] + now["failed"] == 6, "unicom")
    await desk.until(lambda: len(desk.reports) == 3)
    ids = {answer.message_id: answer.token for answer in link.answers}
    assert {ids[report.id] for report in desk.reports} == {
        (0, "19900000004"),
        (1, "13000138000"),
        (1, "19900000004"),
    }


async def test_a_listener_may_stand_in_the_scenario_or_the_options(
    play: Start, tmp_path: Path, desk: Desk
) -> None:
    port = await desk.open()
    listener = {"account": "sp", "host": "127.0.0.1", "port": port, "login": "smg", "password": "secret"}
    ready = await play({"networks": {"unicom": {"listeners": [listener]}}, **AT_ONCE})
    link = await sp(ready)
    await link.submit_and_wait(NUMBER, "hello")
    await desk.until(lambda: len(desk.reports) == 1)
    other = await play(data=tmp_path / "other", listener=Listener(**listener))
    link = await sp(other)
    await link.submit_and_wait(NUMBER, "hello")
    await desk.until(lambda: len(desk.reports) == 2)


async def test_a_replaced_scenario_leaves_a_listener_where_it_is(
    play: Start, tmp_path: Path, desk: Desk
) -> None:
    ready = await play()
    await tell(tmp_path, await desk.open())
    await call(tmp_path, control.ScenarioCommand(replace=AT_ONCE))
    link = await sp(ready)
    await link.submit_and_wait(NUMBER, "hello")
    await desk.until(lambda: len(desk.reports) == 1)


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "..", "no such host", "x\0y"])
async def test_a_host_that_cannot_be_leads_nowhere_and_harms_nobody(
    play: Start, tmp_path: Path, desk: Desk, host: str
) -> None:
    ready = await play()
    link = await sp(ready)
    await link.submit_and_wait(NUMBER, "hello")
    await tell(tmp_path, 1, host=host)
    await settled(tmp_path, lambda now: now["dials_failed"] >= 1, "unicom")
    await tell(tmp_path, await desk.open())
    await desk.until(lambda: len(desk.reports) == 1)


async def test_a_listener_that_talks_nonsense_is_called_again_later(
    play: Start, tmp_path: Path, desk: Desk
) -> None:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        await reader.read(1)
        writer.close()

    ready = await play()
    async with await asyncio.start_server(nonsense, "127.0.0.1", 0) as server:
        await tell(tmp_path, server.sockets[0].getsockname()[1])
        link = await sp(ready)
        await link.submit_and_wait(NUMBER, "hello")
        counted = await settled(tmp_path, lambda now: now["dials_failed"] >= 1, "unicom")
        assert counted["protocol_errors"] >= 1
        await tell(tmp_path, await desk.open())
        await desk.until(lambda: len(desk.reports) == 1)


async def test_only_networks_that_dial_take_listeners(play: Start, tmp_path: Path) -> None:
    await play()
    with pytest.raises(Refused, match="does not dial"):
        await call(tmp_path, control.Listener("mobile", "901234", "127.0.0.1", 1))
    with pytest.raises(Misconfigured, match="network that dials"):
        await play(data=tmp_path / "x", networks=("mobile",), listener=parse_listener("sgip://sp:x@h:1"))


async def test_the_number_of_customers_is_bounded(play: Start, tmp_path: Path) -> None:
    await play()
    for n in range(1_000):
        await asyncio.to_thread(_tell_of, tmp_path, n)
    with pytest.raises(Refused, match="1000 customers"):
        await tell(tmp_path, 1, account="one more")


def _tell_of(data: Path, n: int) -> None:
    control.call_sync(data, control.Listener("unicom", f"sp{n}", "127.0.0.1", 1))


def test_a_listener_in_one_word() -> None:
    assert parse_listener("sgip://smg:s%3Acret@10.0.0.1:8802/sp") == Listener(
        account="sp", host="10.0.0.1", port=8802, login="smg", password="s:cret"
    )
    assert parse_listener("sgip://sp:x@host:1").account == "sp"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "smpp://a:topsecret@b:1",
        "sgip://host",
        "sgip://a:topsecret@host:99999",
        "sgip://a:topsecret@host:0",
        "sgip://host:1",
        "sgip://a:topsecret-and-too-long@host:1",
        "sgip://[a:topsecret@host:1",
    ],
)
def test_a_listener_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        parse_listener(url)
    assert caught.value.code == "simulator.bad_listener"
    assert "topsecret" not in str(caught.value)
