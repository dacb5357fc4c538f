"""`hongyan message show`: where a message is, which way it went, and why."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from command_line import Said, hongyan, logs_as_they_were, refused

from hongyan.bootstrap import Platform, open_platform
from hongyan.compliance.sandbox import seed_sandbox
from hongyan.config import read_settings
from hongyan.kernel.clock import day_of
from hongyan.messaging.model import MessageView, SendItem, SendRequest
from hongyan.server.channels import routes
from hongyan.storage.port import PART_ELSEWHERE, PART_SUBMITTED, Move, PartResult, Receipt
from hongyan.storage.sqlite.database import FILE

MOBILE, UNICOM, TELECOM, BROADNET = 1, 2, 3, 4
PORTED = "19900000016"


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.setenv("HONGYAN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path / "data"


def sent(*numbers: str, code: str = "", moved: bool = False) -> list[int]:
    """Ids of accepted messages; `moved`: the first one was refused by telecom and delivered by mobile."""

    async def send() -> list[int]:
        async with open_platform(read_settings()) as opened:
            platform = opened.platform
            tenant = await seed_sandbox(platform.identity, platform.compliance)
            account = await platform.identity.account_named("sandbox-tenant")
            assert account is not None
            platform.router.use(await routes(platform))
            template = tenant.verification_template_code if code else tenant.template_code
            params = {"code": code} if code else tenant.template_param_example
            accepted = await platform.messaging.accept(
                SendRequest(
                    account.id,
                    template,
                    tuple(SendItem(number, tenant.sign_name, params) for number in numbers),
                    "R-1",
                )
            )
            if moved:
                message = await platform.messaging.message(accepted.message_ids[0])
                assert message is not None
                await move(platform, message)
            return list(accepted.message_ids)

    with logs_as_they_were():
        return asyncio.run(send())


async def move(platform: Platform, message: MessageView) -> None:
    at, outbox = message.accepted_ms, 1
    for attempt, channel_id, outcome, status, error, carrier_id, to in (
        (1, TELECOM, PART_ELSEWHERE, 58, "SMGP:58", "", Move(MOBILE, "1069000012", 0, 1)),
        (2, MOBILE, PART_SUBMITTED, 0, "", "c-2", None),
    ):
        await platform.store.commit(
            PartResult(
                *(message.id, 1, 1, attempt, channel_id, outbox, carrier_id, status, outcome, 0),
                *(at + attempt * 10, day_of(at), True),
                error=error,
                move_to=to,
            )
        )
        outbox += 1
    await platform.store.commit(Receipt(MOBILE, "c-2", True, "DELIVRD", at + 900, at + 900, day_of(at)))


def show(*words: str) -> Said:
    said = hongyan("message", "show", *words)
    assert said.code == 0, said.err
    return said


# -- one message ------------------------------------------------------------------------------------------


def test_a_message_tells_its_way_and_why() -> None:
    (message_id,) = sent(PORTED, moved=True)
    found = show(str(message_id), "--json").json
    assert (found["id"], found["biz_id"], found["category"]) == (message_id, f"{message_id}^0", "notice")
    assert (found["state"], found["final"], found["code"]) == ("delivered", True, "DELIVRD")
    assert found["channel"] == {"id": MOBILE, "name": "mobile", "protocol": "cmpp"}
    assert found["sender"] == "1069000012"
    assert [(each["id"], each["name"], each["code"]) for each in found["passed_over"]] == [
        (MOBILE, "mobile", "carrier"),
        (UNICOM, "unicom", "carrier"),
        (BROADNET, "broadnet", "carrier"),
        (TELECOM, "telecom", "refused"),
    ]
    assert all(each["reason"] for each in found["passed_over"])


def test_the_steps_are_those_that_the_console_shows() -> None:
    (message_id,) = sent(PORTED, moved=True)
    accepted, first, second, receipt, done = show(str(message_id), "--json").json["steps"]
    assert (accepted["step"], accepted["after_ms"], accepted["code"]) == ("accepted", 0, None)
    assert [first[key] for key in ("step", "attempt", "outcome", "status", "code", "carrier_id")] == [
        *("submitted", 1, "elsewhere", 58, "SMGP:58", None)
    ]
    assert first["channel"]["name"] == "telecom"
    assert (first["meaning"]["class"], first["meaning"]["cause"]) == ("ROUTE/PORTED", "no route")
    assert [second[key] for key in ("step", "attempt", "outcome", "code", "carrier_id", "after_ms")] == [
        *("submitted", 2, "submitted", None, "c-2", 20)
    ]
    assert (receipt["step"], receipt["code"], receipt["meaning"]["who"]) == ("receipt", "DELIVRD", "nobody")
    assert (done["step"], done["code"]) == ("done", None)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            (
                "chosen, source number 1069000012",
                "passed over at first: it does not serve the number's carrier",
                "its carrier refused the message, which then went elsewhere",
                "telecom SMGP · attempt 1 · refused, may go elsewhere · status 58",
                "SMGP:58 no route",
                "operator: Find out which carrier",
                "carrier id c-2",
                "DELIVRD delivered to the handset",
                "delivered, final",
            ),
        ),
        ("zh", ("已选用，发送号码 1069000012", "该通道的运营商拒收", "SMGP:58 没有匹配的路由", "已送达手机")),
    ],
)
def test_people_read_it_in_their_language(
    monkeypatch: pytest.MonkeyPatch, lang: str, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("HONGYAN_LANG", lang)
    (message_id,) = sent(PORTED, moved=True)
    shown = show(str(message_id)).out
    for each in words:
        assert each in shown


def test_a_message_that_waits_says_for_which_channel() -> None:
    (message_id,) = sent("13000130000")
    found = show(str(message_id), "--json").json
    assert (found["state"], found["final"], found["code"]) == ("accepted", False, None)
    assert found["channel"]["name"] == "unicom"
    assert [step["step"] for step in found["steps"]] == ["accepted"]
    assert "waits to be submitted" in show(str(message_id)).out


def test_a_channel_that_nobody_knows_any_more_is_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    (message_id,) = sent(PORTED, moved=True)
    monkeypatch.setenv("HONGYAN_SMPP", "smpp://hongyan:secret@127.0.0.1:1")
    found = show(str(message_id), "--json").json
    assert found["channel"] == {"id": MOBILE, "name": "main", "protocol": "smpp"}
    assert found["passed_over"][3]["name"] is None
    assert found["steps"][1]["meaning"]["cause"] == "no route", "its code names the protocol"
    assert "3 " in show(str(message_id)).out


# -- what is not shown to everybody -----------------------------------------------------------------------


def test_number_and_code_are_masked_unless_somebody_wants_them_whole(data: Path) -> None:
    (message_id,) = sent("13800138001", code="482913")
    for said in (show(str(message_id)).out, show(str(message_id), "--json").out):
        assert "138****8001" in said
        assert "******" in said
        assert "482913" not in said
        assert "13800138001" not in said
    assert audited(data) == []
    found = show(str(message_id), "--whole", "--json").json
    assert (found["number"], found["masked"]) == ("8613800138001", False)
    assert "482913" in found["content"]
    assert audited(data) == [f"message:{message_id}"]


def audited(data: Path) -> list[str]:
    with sqlite3.connect(data / FILE) as opened:
        rows = opened.execute("SELECT object FROM audit_event WHERE action = 'cli.show_message'").fetchall()
    return [what for (what,) in rows]


# -- a request --------------------------------------------------------------------------------------------


def test_a_biz_id_shows_every_message_of_its_request() -> None:
    ids = sent("13800138000", "13000130000", "18900189000")
    listed: list[dict[str, Any]] = show(f"{ids[0]}^0", "--json").json
    assert [each["id"] for each in listed] == ids
    assert show(str(ids[0]), "--json").json == listed[0]
    shown = show(f"{ids[0]}^0").out
    for name in ("mobile", "unicom", "telecom"):
        assert name in shown
    assert "3 messages of one request" in shown


def test_a_biz_id_of_one_message_shows_it_whole_length() -> None:
    (message_id,) = sent("13800138000")
    assert "source number" in show(f"{message_id}^0").out
    assert len(show(f"{message_id}^0", "--json").json) == 1


# -- bad input --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["", "abc", "12x", "^0", "1^", "9" * 20, "9223372036854775808", "１２"])
def test_what_is_no_id_is_said_to_be_none(written: str) -> None:
    assert refused("message", "show", written).endswith("[message.malformed_id]")


@pytest.mark.parametrize("written", ["0", "1", "1^0", "9223372036854775807", "9223372036854775807^0"])
def test_a_message_that_is_not_there_is_said_to_be_unknown(written: str) -> None:
    assert refused("message", "show", written).endswith("[message.unknown]")
