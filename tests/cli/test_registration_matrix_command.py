"""`hongyan registration list|show`: the whole matrix, what is past, what was deleted, and what is missing until it is judged."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import command_line
import pytest
from command_line import hongyan

from hongyan.bootstrap import open_platform
from hongyan.config import read_settings
from hongyan.identity import Actor

SIGNATURE = "杭州云雁科技"
done = partial(command_line.done, "registration")
_HOUR = 3600


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("HONGYAN_DATA", str(tmp_path / "data"))
    assert hongyan("sandbox", "seed", "--json").code == 0
    return tmp_path / "data"


@pytest.fixture
def new_number() -> None:
    """The signature has a code of its own, and nothing began under that number but with one carrier."""
    assert hongyan("extension", "assign", "8801", "--signature", SIGNATURE).code == 0
    done("start", SIGNATURE, "--carrier", "mobile")


@pytest.mark.usefixtures("new_number")
def test_where_nothing_began_is_listed_with_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = done("list", "--state", "not_registered", "--json").json
    assert [(row["id"], row["network"], row["sender"][-4:], row["cure"], row["whose"]) for row in rows] == [
        (0, "unicom", "8801", "start", "tenant"),
        (0, "telecom", "8801", "start", "tenant"),
    ]
    (unicom,) = done("list", "--state", "not_registered", "--carrier", "unicom", "--json").json
    assert unicom["reason"] == "NON_REGISTER"
    account = str(unicom["account_id"])
    assert len(done("list", "--account", account, "--signature", SIGNATURE, "--json").json) == 3
    said = done("list", "--signature", SIGNATURE).out
    assert said.count("not registered") == said.count("start it") == 2
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert done("list", "--signature", SIGNATURE).out.count("发起报备") == 2


@pytest.mark.usefixtures("new_number")
def test_numbers_that_are_past_are_shown_when_they_are_asked_for() -> None:
    assert {row["past"] for row in done("show", SIGNATURE, "--json").json["registrations"]} == {False}
    shown = done("show", SIGNATURE, "--all", "--json").json
    assert sorted(row["past"] for row in shown["registrations"]) == [False] * 3 + [True] * 3
    assert [each["state"] for each in shown["networks"]] == ["success", "not_registered", "not_registered"]
    past = done("list", "--signature", SIGNATURE, "--all", "--json").json[0]
    assert (past["state"], past["cure"], past["whose"], past["silence"]) == (
        "success",
        "none",
        "nobody",
        None,
    )
    said = done("show", SIGNATURE, "--all").out
    assert said.count("the number is past") == 3
    assert "is registered under the numbers that it has" in said
    assert "the number is past" not in done("show", SIGNATURE).out


def test_what_was_filed_of_a_deleted_signature_is_found_by_its_name(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = done("list", "--signature", SIGNATURE, "--json").json

    async def delete() -> None:
        async with open_platform(read_settings(data=data)) as found:
            signatures = found.platform.compliance.signatures
            await signatures.delete(before[0]["account_id"], SIGNATURE, actor=Actor("test"))

    asyncio.run(delete())
    assert done("list", "--signature", SIGNATURE, "--all", "--json").json == []
    refused = command_line.refused("registration", "show", SIGNATURE)
    assert "--deleted shows what was filed of it" in refused
    assert "--deleted" not in command_line.refused("registration", "show", "没有的签名")
    listed = done("list", "--deleted", "--json").json
    assert [row["id"] for row in listed] == [row["id"] for row in before]
    assert {(row["deleted"], row["past"], row["cure"]) for row in listed} == {(True, True, "none")}
    shown = done("show", SIGNATURE, "--deleted", "--json").json
    events = [step["event"] for step in shown["registrations"][0]["history"]]
    assert events == ["start", "filed", "accepted", "verified", "end"]
    said = done("show", SIGNATURE, "--deleted").out
    assert said.count("the signature was deleted") == 3
    assert f"signature {before[0]['signature_id']}" in said
    assert "Nothing began of a deleted signature" in done("show", "没有的签名", "--deleted").out
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert "报备记录保留" in done("show", SIGNATURE, "--deleted").out


@pytest.mark.usefixtures("new_number")
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [30, 60, 80])
def test_on_a_narrow_terminal_every_place_is_there_whole(
    monkeypatch: pytest.MonkeyPatch, lang: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("HONGYAN_LANG", lang)
    said = done("list", "--all").out
    rows = done("list", "--all", "--json").json
    for number in {row["sender"] for row in rows}:
        assert said.split().count(number) == sum(row["sender"] == number for row in rows)
    assert said.count({"zh": "发起报备", "en": "start it"}[lang]) == 2


def test_messages_of_this_hour_are_counted_and_it_is_said_from_when_they_are_judged(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hour = int(time.time()) // _HOUR
    row = done("list", "--signature", SIGNATURE, "--carrier", "mobile", "--json").json[0]
    place = row["signature_id"], row["network"], row["sender"]
    with sqlite3.connect(data / "hongyan.sqlite") as store:
        store.execute(
            "UPDATE registration SET state = 'awaiting_verification', reason = 'DETECTING' WHERE id = ?",
            (row["id"],),
        )
        store.executemany(
            "INSERT INTO registration_evidence (signature_id, network, sender, hour, category, outcome, count)"
            " VALUES (?, ?, ?, ?, 0, ?, ?)",
            [(*place, hour, "sent", 2), (*place, hour, "delivered", 2)],
        )
    judged_from = datetime.fromtimestamp((hour + 24) * _HOUR, UTC) + timedelta(hours=8)
    said = done("show", SIGNATURE).out
    assert (
        f"delivered 2 of 2, threshold 76%; counted so far, judged from {judged_from:%Y-%m-%d %H:%M} on"
        in said
    )
    assert "; deliveries still needed: 1" in said
    (evidence,) = [
        each["evidence"]
        for each in done("show", SIGNATURE, "--json").json["registrations"]
        if each["id"] == row["id"]
    ]
    assert (evidence["delivered_so_far"], evidence["needed_so_far"], evidence["why"]) == (
        2,
        1,
        "nothing_sent",
    )
    assert evidence["judged_from"].startswith(f"{judged_from:%Y-%m-%dT%H:%M}")
    with sqlite3.connect(data / "hongyan.sqlite") as store:
        store.execute("UPDATE registration_evidence SET count = 3")
    assert "no more are needed" in done("show", SIGNATURE).out
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    said = done("show", SIGNATURE).out
    assert f"送达 3/3，门槛 76%；已计入，{judged_from:%Y-%m-%d %H:%M} 起判定；数量已足够" in said


def test_what_a_sheet_brought_along_is_in_the_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = tmp_path / "old.csv"
    sheet.write_text(
        "租户,企业名称,统一社会信用代码,签名,运营商,接入号,扩展码,报备时间,凭证\n"
        "老客户,杭州云雁科技有限公司,91330106MA2HY0001N,云雁商城,移动,1069000012,88,2026-03-02,移动邮件 77 号\n",
        "utf-8",
    )
    done("migrate", str(sheet))
    (step,) = done("show", "云雁商城", "--json").json["registrations"][0]["history"]
    assert step["came_back"]["evidence"] == "移动邮件 77 号"
    said = done("show", "云雁商城").out
    assert "came back: file old.csv, SHA-256 of the file" in said
    assert "row 2, evidence 移动邮件 77 号, filed at 2026-03-02" in said
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert "凭证 移动邮件 77 号" in done("show", "云雁商城").out


def test_when_a_silent_carrier_is_overdue_and_why_it_timed_out_is_shown(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(data / "hongyan.sqlite") as store:
        store.execute("UPDATE registration SET state = 'registering', reason = 'REGISTERING'")
        store.execute(
            "UPDATE registration_step SET event = 'timed out', after_state = 'failed', came_back = ?"
            " WHERE event = 'verified'",
            ('{"elapsed": 31, "sent": 9, "delivered": 0, "verdict": "doubtful"}',),
        )
    wait = done("list", "--signature", SIGNATURE, "--carrier", "mobile", "--json").json[0]["wait"]
    said = done("show", SIGNATURE).out
    assert f"overdue after {wait['overdue_after']}; without an answer it fails on {wait['times_out']}" in said
    assert "came back: working days waited 31, sent 9, delivered 0" in said
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert "反馈: 已等待工作日 31，发送 9，送达 0" in done("show", SIGNATURE).out
