"""The mainland networks over real sockets: submits, reports, replies, groups of numbers, queries."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import pytest
from running_simulator import AT_ONCE, Start, arrived, settled, stats
from simulator_customers import CUSTOMERS, SENDER, TWO_WAY, Customer, customer
from simulator_esme import Esme

from hongyan.carriers.simulator import control
from hongyan.carriers.simulator.control import call
from hongyan.kernel.errors import Misconfigured, Refused
from hongyan.protocols import cmpp, sgip, smgp
from hongyan.protocols.session.events import Ignored


async def test_every_network_listens_and_is_announced(play: Start) -> None:
    ready = await play()
    assert {name: where.protocol for name, where in ready.networks.items()} == {
        "mobile": "cmpp",
        "unicom": "sgip",
        "telecom": "smgp",
        "broadnet": "cmpp",
        "international": "smpp",
    }
    assert ready.port == ready.networks["international"].port
    assert len({where.port for where in ready.networks.values()}) == 5


async def test_only_the_networks_that_were_asked_for_are_played(play: Start, tmp_path: Path) -> None:
    ready = await play(networks=("telecom",))
    assert list(ready.networks) == ["telecom"]
    assert ready.port == 0
    with pytest.raises(Refused, match="does not play"):
        await call(tmp_path, control.Pause("mobile"))


async def test_ports_follow_each_other(play: Start, tmp_path: Path) -> None:
    for first in random.Random(7).sample(range(20_000, 30_000, 10), 20):
        try:
            ready = await play(networks=("mobile", "telecom"), port=first, data=tmp_path / str(first))
        except (Misconfigured, FileNotFoundError):  # somebody else's port
            continue
        assert [where.port for where in ready.networks.values()] == [first, first + 1]
        return


@pytest.mark.parametrize("protocol", CUSTOMERS)
async def test_a_submit_is_answered_and_shown_on_the_phone(
    play: Start, tmp_path: Path, protocol: str
) -> None:
    ready = await play(ledger=tmp_path / "ledger")
    link, network, number = await customer(ready, protocol)
    answer = await link.submit_and_wait(number, "【鸿雁】您的验证码是 123456")
    assert answer.status == 0
    (text,) = await arrived(tmp_path, 1)
    assert (text.number, text.peer, text.text) == (number, SENDER, "【鸿雁】您的验证码是 123456")
    counted = await stats(tmp_path, network)
    assert (counted["submits"], counted["accepted"], counted["links"]) == (1, 1, 1)
    others = (await call(tmp_path, control.Stats()))["networks"]
    assert sum(each["submits"] for each in others.values()) == (await stats(tmp_path))["submits"] == 1
    await asyncio.sleep(0.15)  # the ledger is that late
    (line,) = (tmp_path / "ledger").read_text(encoding="utf-8").splitlines()
    noted = json.loads(line)
    assert (noted["id"], noted["network"], noted["to"]) == (answer.message_id, network, number)


@pytest.mark.parametrize("protocol", TWO_WAY)
async def test_a_report_names_the_submit_and_is_acknowledged(
    play: Start, tmp_path: Path, protocol: str
) -> None:
    ready = await play()
    link, network, number = await customer(ready, protocol)
    answer = await link.submit_and_wait(number, "hello", charset="ascii")
    await link.until(lambda: bool(link.reports))
    (report,) = link.reports
    assert (report.id, report.stat, report.number, report.delivered) == (
        answer.message_id,
        "DELIVRD",
        number,
        True,
    )
    await settled(tmp_path, lambda now: now["receipts_acknowledged"] == 1, network)


@pytest.mark.parametrize("protocol", TWO_WAY)
@pytest.mark.parametrize(
    ("number", "codes"),
    [
        ("19900000001", {"UNDELIV"}),
        ("19900000004", {"MK:0001", "UNDELIV"}),
        ("19900000006", {"MI:0024", "EXPIRED"}),
    ],
)
async def test_failures_are_told_and_the_phone_stays_silent(
    play: Start, tmp_path: Path, protocol: str, number: str, codes: set[str]
) -> None:
    ready = await play()
    link, network, _ = await customer(ready, protocol)
    await link.submit_and_wait(number, "hello")
    await link.until(lambda: bool(link.reports))
    assert link.reports[0].stat in codes
    assert not link.reports[0].delivered
    assert (await stats(tmp_path, network))["failed"] == 1


REFUSALS = {
    "CMPP 2.0": {"19900000011": [13], "19900000012": [100], "19900000013": [8, 8, 0]},
    "CMPP 3.0": {"19900000011": [13], "19900000012": [100], "19900000014": [8, 8, 0]},
    "SGIP": {"19900000011": [6], "19900000012": [53], "19900000013": [88, 88, 0]},
    "SMGP": {"19900000011": [47], "19900000012": [128], "19900000015": [1, 0]},
}


@pytest.mark.parametrize("protocol", REFUSALS)
async def test_refusals_have_the_protocols_own_status(play: Start, protocol: str) -> None:
    ready = await play()
    link, _, _ = await customer(ready, protocol)
    for number, statuses in REFUSALS[protocol].items():
        said = [await link.submit_and_wait(number, "hello") for _ in statuses]
        assert [answer.status for answer in said] == statuses
        assert [bool(answer.message_id) for answer in said] == [status == 0 for status in statuses]


@pytest.mark.parametrize("protocol", CUSTOMERS)
async def test_a_network_throttles_by_itself(play: Start, protocol: str) -> None:
    network = CUSTOMERS[protocol][0]
    ready = await play({"networks": {network: {"answers": {"throttle_per_second": 2}}}, **AT_ONCE})
    link, _, number = await customer(ready, protocol)
    for n in range(40):
        link.submit(number, str(n))
    await link.until(lambda: len(link.answers) == 40)
    assert 2 <= sum(answer.status == 0 for answer in link.answers) <= 6
    esme = await Esme.connect(ready.port)
    for n in range(10):
        esme.submit("13800138000", str(n))
    await esme.until(lambda: len(esme.answers) == 10)
    assert {answer.status for answer in esme.answers} == {0}


@pytest.mark.parametrize("protocol", TWO_WAY)
async def test_early_reports_overtake_the_answer_and_duplicates_come_twice(
    play: Start, protocol: str
) -> None:
    ready = await play({"receipts": {"delay": {"max": 0.01}, "duplicate_after": 0.02}})
    link, _, _ = await customer(ready, protocol)
    answer = await link.submit_and_wait("19900000023", "hello")
    assert link.names() == ["Bound", "Delivered", "SubmitAnswered"]
    assert link.reports[0].id == answer.message_id
    twice = await link.submit_and_wait("19900000022", "hello")
    await link.until(lambda: len(link.reports) == 3)
    assert [report.id for report in link.reports[1:]] == [twice.message_id] * 2


@pytest.mark.parametrize("protocol", TWO_WAY)
async def test_a_report_that_only_says_waiting_comes_before_the_final_one(play: Start, protocol: str) -> None:
    ready = await play({"receipts": {"delay": {"min": 0.05, "max": 0.05}}})
    link, _, _ = await customer(ready, protocol)
    await link.submit_and_wait("19900000026", "hello")
    await link.until(lambda: len(link.reports) == 2)
    assert [(report.stat, report.final) for report in link.reports] == [("ACCEPTD", False), ("DELIVRD", True)]


@pytest.mark.parametrize("protocol", CUSTOMERS)
async def test_a_submit_that_is_never_answered_holds_nobody_up(
    play: Start, tmp_path: Path, protocol: str
) -> None:
    ready = await play()
    link, network, number = await customer(ready, protocol)
    link.submit("19900000027", "hello")
    answer = await link.submit_and_wait(number, "hello")
    assert answer.status == 0
    assert len(link.answers) == 1
    counted = await settled(tmp_path, lambda now: now["delivered"] == 2, network)
    assert (counted["accepted"], counted["answers_lost"]) == (2, 1)


@pytest.mark.parametrize("protocol", CUSTOMERS)
async def test_what_vanishes_is_accepted_and_never_heard_of(
    play: Start, tmp_path: Path, protocol: str
) -> None:
    network, number, _ = CUSTOMERS[protocol]
    rules = [{"signature": "鸿雁"}, {"signature": "*", "vanish": True}]
    ready = await play({"networks": {network: {"rules": rules}}, **AT_ONCE})
    link, _, _ = await customer(ready, protocol)
    gone = await link.submit_and_wait(number, "【别人】" + "你好" * 50)
    fine = await link.submit_and_wait(number, "【鸿雁】你好")
    await link.until(lambda: len(link.answers) == 3)
    assert gone.status == fine.status == 0
    assert [text.text for text in await arrived(tmp_path, 1)] == ["【鸿雁】你好"]
    counted = await stats(tmp_path, network)
    assert (counted["vanished"], counted["delivered"], counted["pending"]) == (2, 1, 0)


@pytest.mark.parametrize("protocol", ["CMPP 2.0", "CMPP 3.0", "SMGP"])
@pytest.mark.parametrize(
    "how",
    [
        {"charset": "utf-16-be"},
        {"charset": "gb18030"},
        {"charset": "gb18030", "wide": True},
        {"charset": "utf-16-be", "wide": True},
        {"charset": "gb18030", "headed": False},
        {"charset": "utf-16-be", "order": [2, 0, 3, 1]},
    ],
)
async def test_long_texts_are_one_text_on_the_phone(
    play: Start, tmp_path: Path, protocol: str, how: dict[str, Any]
) -> None:
    ready = await play()
    link, _, number = await customer(ready, protocol)
    long = "【鸿雁】" + "鸿雁于飞，肃肃其羽。🪿" * 19
    link.submit(number, long, **how)
    (text,) = await arrived(tmp_path, 1)
    assert (text.text, text.number) == (long, number)
    await link.until(lambda: len(link.reports) == text.parts)


@pytest.mark.parametrize("protocol", TWO_WAY)
async def test_replies_come_back_short_and_long(play: Start, tmp_path: Path, protocol: str) -> None:
    ready = await play()
    link, network, number = await customer(ready, protocol)
    await link.submit_and_wait(number, "hello")
    assert (await call(tmp_path, control.Reply(number, SENDER, "TD")))["sent"]
    long = "谢谢！🪿" * 40
    await call(tmp_path, control.Reply("+86" + number, SENDER + "99", long))
    await link.until(lambda: len(link.replies) == 4)
    read = smgp.read_content if protocol == "SMGP" else cmpp.read_content
    contents = [read(pdu) for pdu in link.replies]
    assert (contents[0].text, contents[0].concat) == ("TD", None)
    assert "".join(content.text for content in contents[1:]) == long
    assert [content.concat.index for content in contents[1:]] == [1, 2, 3]
    fields = link.replies[-1].fields
    assert (fields.get("Dest_Id") or fields["DestTermID"]) == SENDER + "99"
    assert (fields.get("Src_terminal_Id") or fields["SrcTermID"]) == number
    await settled(tmp_path, lambda now: now["reply_parts_acknowledged"] == 4, network)


@pytest.mark.parametrize("protocol", TWO_WAY)
async def test_phones_whose_owners_opt_out_by_themselves(play: Start, tmp_path: Path, protocol: str) -> None:
    ready = await play({"replies": {"delay": {"max": 0.02}}, **AT_ONCE})
    link, _, _ = await customer(ready, protocol)
    await link.submit_and_wait("19900000031", "hello")
    await link.submit_and_wait("19900000032", "长" * 100)
    await link.until(lambda: len(link.replies) == 2)
    read = smgp.read_content if protocol == "SMGP" else cmpp.read_content
    assert {read(pdu).text for pdu in link.replies} == {"TD", "退订"}
    typed = {text.text: text.peer for text in await arrived(tmp_path, 4) if text.direction == "out"}
    assert typed == {"TD": SENDER, "退订": SENDER}


async def test_a_ported_number_is_served_by_its_new_network_only(play: Start, tmp_path: Path) -> None:
    ready = await play({"numbers": {"ported": {"1380013800?": "unicom"}}, **AT_ONCE})
    said = {}
    for protocol in CUSTOMERS:
        link, _, _ = await customer(ready, protocol)
        said[protocol] = [
            (await link.submit_and_wait(number, "hello")).status for number in ("13800138001", "19900000016")
        ]
    assert said == {
        "CMPP 2.0": [9, 0],
        "CMPP 2.1": [9, 9],
        "CMPP 3.0": [9, 0],
        "SMGP": [58, 58],
        "SGIP": [0, 22],
    }
    esme = await Esme.connect(ready.port)
    assert (await esme.submit_and_wait("8613800138001", "hello")).status == 0


async def test_a_strict_network_refuses_the_numbers_of_others(play: Start) -> None:
    ready = await play({"numbers": {"strict": True}, **AT_ONCE})
    link, _, number = await customer(ready, "SMGP")
    assert (await link.submit_and_wait(number, "hello")).status == 0
    assert (await link.submit_and_wait("13800138000", "hello")).status == 58
    assert (await link.submit_and_wait("447700900123", "hello")).status == 58


async def test_a_reply_leaves_through_the_phones_own_network(play: Start, tmp_path: Path) -> None:
    ready = await play({"numbers": {"ported": {"13800138001": "telecom"}}, **AT_ONCE})
    mobile, _, _ = await customer(ready, "CMPP 3.0")
    telecom, _, _ = await customer(ready, "SMGP")
    esme = await Esme.connect(ready.port)
    await mobile.submit_and_wait("13800138000", "hello")
    await telecom.submit_and_wait("18900138000", "hello")
    await call(tmp_path, control.Reply("13800138000", SENDER, "to mobile"))
    await call(tmp_path, control.Reply("13800138001", SENDER, "to telecom"))
    await call(tmp_path, control.Reply("447700900123", SENDER, "to whoever knows the number best"))
    await call(tmp_path, control.Reply("447700900123", "99", "to whoever bound last"))
    await mobile.until(lambda: len(mobile.replies) == 2)
    await telecom.until(lambda: len(telecom.replies) == 1)
    await esme.until(lambda: len(esme.replies) == 1)


# -- other requests ----------------------------------------------------------------------------------------


async def test_a_submit_to_several_numbers_is_taken_as_a_whole(play: Start, tmp_path: Path) -> None:
    ready = await play()
    numbers = [f"1380013800{n}" for n in range(5)]
    link, _, _ = await customer(ready, "CMPP 3.0")
    codec = cmpp.CODECS[cmpp.Layout.V30]
    fields = {"Registered_Delivery": 1, "Src_Id": SENDER, "Msg_Fmt": 0, "content": b"hello"}
    link.session.submit("group", codec.encode_body("CMPP_SUBMIT", {**fields, "Dest_terminal_Id": numbers}), 0)
    link.flush()
    await link.until(lambda: len(link.reports) == 5)
    (answer,) = link.answers
    ids = [each.hex() for each in cmpp.group_ids(bytes.fromhex(answer.message_id), 5)]
    assert {report.id: report.number for report in link.reports} == dict(zip(ids, numbers, strict=True))
    assert (await stats(tmp_path, "mobile"))["submits"] == 5
    bad = [*numbers, "19900000011"]
    link.session.submit("bad", codec.encode_body("CMPP_SUBMIT", {**fields, "Dest_terminal_Id": bad}), 0)
    link.flush()
    await link.until(lambda: len(link.answers) == 2)
    assert link.answers[1].status == 13
    counted = await stats(tmp_path, "mobile")
    assert (counted["accepted"], counted["refused"]) == (5, {"bad_destination": 1})


async def test_smgp_and_sgip_groups_share_one_id(play: Start, tmp_path: Path) -> None:
    ready = await play()
    numbers = ["18900138000", "18900138001"]
    link, _, _ = await customer(ready, "SMGP")
    body = smgp.codec.encode_body("SMGP_SUBMIT", {"NeedReport": 1, "DestTermID": numbers})
    link.session.submit("group", body, 0)
    link.flush()
    await link.until(lambda: len(link.reports) == 2)
    assert {(report.id, report.number) for report in link.reports} == {
        (link.answers[0].message_id, number) for number in numbers
    }
    unicom, _, _ = await customer(ready, "SGIP")
    body = sgip.codec.encode_body("SGIP_SUBMIT", {"UserNumber": ["8613000138000", "8613000138001"]})
    unicom.session.submit("group", body, 0)
    unicom.flush()
    counted = await settled(tmp_path, lambda now: now["delivered"] == 2, "unicom")
    assert counted["accepted"] == 2


async def test_cancels_fail_and_queries_count(play: Start) -> None:
    ready = await play()
    for protocol in ("CMPP 2.0", "CMPP 3.0"):
        link, _, number = await customer(ready, protocol)
        await link.submit_and_wait(number, "hello")
        await link.until(lambda link=link: bool(link.reports))  # type: ignore[misc]
        codec = cmpp.CODECS[link.session.layout]
        link.raw(codec.encode("CMPP_CANCEL", {"Msg_Id": bytes(8)}, 70))
        link.raw(codec.encode("CMPP_QUERY", {"Time": "20260321", "Query_Type": 0}, 71))
        await link.until(lambda link=link: len(_ignored(link)) == 2)  # type: ignore[misc]
        cancel, query = _ignored(link)
        assert (cancel.sequence, cancel.fields["Success_Id"]) == (70, 1)
        assert (query.sequence, query.fields["Time"]) == (71, "20260321")
        assert query.fields["MT_Scs"] >= 1
        link.leave()
    link, _, number = await customer(ready, "SMGP")
    await link.submit_and_wait(number, "hello")
    link.raw(smgp.encode("SMGP_QUERY", {"QueryTime": "20260321"}, 71))
    await link.until(lambda: bool(_ignored(link)))
    assert _ignored(link)[0].fields["MT_TLMsg"] == 1


def _ignored(link: Customer) -> list[Any]:
    """Answers that the session of a customer did not ask for."""
    return [event.pdu for event in link.events if isinstance(event, Ignored)]


async def test_a_report_that_does_not_fit_a_links_version_is_dropped_and_counted(
    play: Start, tmp_path: Path
) -> None:
    ready = await play({"receipts": {"delay": {"min": 0.1, "max": 0.1}}})
    link, _, _ = await customer(ready, "CMPP 3.0")
    await link.submit_and_wait("1" * 32, "hello")
    link.leave()
    await settled(tmp_path, lambda now: now["links"] == 0, "mobile")
    other, _, number = await customer(ready, "CMPP 2.0")
    await settled(tmp_path, lambda now: now["receipts_dropped"] == 1, "mobile")
    await other.submit_and_wait(number, "hello")
    await other.until(lambda: len(other.reports) == 1)
