"""AddExtCodeSign and its like, and SmsUpExtendCode of SendSms; each answer is read by the SDK's own models."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from road_world import ACCESS_NUMBER, CODES_ONLY, NUMBER, Road
from vendor_client import VendorClient

from hongyan.apis.aliyun.door import AliyunDoor
from hongyan.apis.aliyun.registry import Services
from hongyan.compliance import CodeSource
from hongyan.compliance.extension_codes import limits
from hongyan.compliance.sandbox import SIGN_NAME
from hongyan.identity import AccountKind, Actor, Vault
from hongyan.messaging import code_counts
from hongyan.messaging.states import MessageState

CODE_ERROR = (200, "isv.CODE_ERROR")
RIVAL = "对手"
OPERATOR = Actor("cli:operator")


@dataclass
class Desk:
    road: Road
    client: VendorClient
    rival: VendorClient

    async def add(self, code: str, name: str = SIGN_NAME) -> dict[str, Any]:
        return await self.client.ok("AddExtCodeSign", ExtCode=code, SignName=name)

    async def listed(self, **wanted: Any) -> list[tuple[str, str]]:
        data = (await self.client.ok("QueryExtCodeSign", **wanted))["Data"]
        return [(row["ExtCode"], row["SignName"]) for row in data["List"]]

    async def row(self, code: str) -> dict[str, Any]:
        (row,) = (await self.client.ok("QueryExtCodeSign", ExtCode=code))["Data"]["List"]
        return dict(row)

    async def send(self, asked: str | None = None) -> tuple[int, str]:
        """Status and code of the answer."""
        await self.road.compliance.code_memory.catch_up()
        status, body = await self.client.call(
            "SendSms",
            PhoneNumbers=NUMBER,
            SignName=SIGN_NAME,
            TemplateCode=self.road.templates["plain"],
            TemplateParam=json.dumps({}),
            SmsUpExtendCode=asked,
        )
        return status, body["Code"]

    def senders(self) -> list[str]:
        return [str(row[0]) for row in self.road.store.rows("SELECT access_number FROM message ORDER BY id")]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    road = Road(tmp_path)
    rival = await road.identity.create_account(AccountKind.ENTERPRISE, "rival", actor="test")
    road.store.execute(
        "INSERT INTO signature (id, account_id, name, tag, state, version, revision, approved_revision, order_id,"
        " created_ms) VALUES (99, ?, ?, 2, 'approved', 1, 1, 1, 1, 1)",
        *(rival.id, RIVAL),
    )
    services = Services(road.messaging, road.compliance, road.clock)
    door = AliyunDoor(road.identity, services, Vault(bytes(32)), clock=road.clock)
    keys = [await road.identity.create_key(each, "app", actor="test") for each in (road.account_id, rival.id)]
    yield Desk(road, *(VendorClient(door, key, lambda: road.clock.now_ms() / 1000) for key in keys))
    road.close()


async def test_a_code_is_added_changed_listed_and_given_back(desk: Desk) -> None:
    assert (await desk.add("88"))["Data"] is True
    assert (await desk.add("88"))["Success"] is True, "a call that is made again after its answer was lost"
    desk.road.clock.advance(1)
    await desk.add("99")
    desk.road.clock.advance(1)
    await desk.add("77", CODES_ONLY)
    assert await desk.listed() == [("77", CODES_ONLY), ("99", SIGN_NAME), ("88", SIGN_NAME)]
    assert await desk.listed(SignName=SIGN_NAME, PageSize=1, PageNo=2) == [("88", SIGN_NAME)]
    assert await desk.row("88") == {
        "ExtCode": "88",
        "SignName": SIGN_NAME,
        "Source": "tenant",
        "Active": 1,
        "SendCount": 0,
    }
    changed = {"ExistExtCode": "88", "NewExtCode": "66", "SignName": SIGN_NAME}
    assert (await desk.client.ok("UpdateExtCodeSign", **changed))["Data"] is True
    assert (await desk.client.ok("DeleteExtCodeSign", ExtCode="77", SignName=CODES_ONLY))["Data"] is True
    assert {code for code, _ in await desk.listed()} == {"66", "99"}
    assert (await desk.rival.ok("QueryExtCodeSign"))["Data"]["Total"] == 0


@pytest.mark.parametrize(
    ("action", "parameters", "error"),
    [
        ("AddExtCodeSign", {"ExtCode": "88"}, (400, "MissingSignName")),
        ("AddExtCodeSign", {"SignName": SIGN_NAME}, (400, "MissingExtCode")),
        ("UpdateExtCodeSign", {"NewExtCode": "1", "SignName": SIGN_NAME}, (400, "MissingExistExtCode")),
        ("AddExtCodeSign", {"ExtCode": "1", "SignName": "谁"}, (200, "isv.SMS_SIGNATURE_ILLEGAL")),
        ("AddExtCodeSign", {"ExtCode": "1", "SignName": RIVAL}, (200, "isv.SMS_SIGNATURE_ILLEGAL")),
        ("AddExtCodeSign", {"ExtCode": "1a", "SignName": SIGN_NAME}, CODE_ERROR),
        ("AddExtCodeSign", {"ExtCode": "1" * 13, "SignName": SIGN_NAME}, CODE_ERROR),
        ("AddExtCodeSign", {"ExtCode": "50", "SignName": CODES_ONLY}, (200, "isv.ONE_CODE_MULTIPLE_SIGN")),
        ("AddExtCodeSign", {"ExtCode": "40", "SignName": SIGN_NAME}, (200, "isv.ONE_CODE_MULTIPLE_SIGN")),
        ("AddExtCodeSign", {"ExtCode": "401", "SignName": SIGN_NAME}, CODE_ERROR),
        ("AddExtCodeSign", {"ExtCode": "4", "SignName": SIGN_NAME}, CODE_ERROR),
        ("AddExtCodeSign", {"ExtCode": "60", "SignName": CODES_ONLY}, CODE_ERROR),
        ("DeleteExtCodeSign", {"ExtCode": "51", "SignName": SIGN_NAME}, CODE_ERROR),
        ("DeleteExtCodeSign", {"ExtCode": "40", "SignName": SIGN_NAME}, CODE_ERROR),
        ("DeleteExtCodeSign", {"ExtCode": "70", "SignName": SIGN_NAME}, CODE_ERROR),
        ("UpdateExtCodeSign", {"ExistExtCode": "70", "NewExtCode": "1", "SignName": SIGN_NAME}, CODE_ERROR),
        ("QueryExtCodeSign", {"PageSize": "51"}, (400, "InvalidParameter")),
    ],
)
async def test_what_cannot_be_is_said_with_the_vendors_codes(
    desk: Desk, action: str, parameters: dict[str, str], error: tuple[int, str]
) -> None:
    await desk.add("50")
    await desk.rival.ok("AddExtCodeSign", ExtCode="40", SignName=RIVAL)
    await desk.add("60")
    await desk.client.ok("DeleteExtCodeSign", ExtCode="60", SignName=SIGN_NAME)
    await desk.road.compliance.extension_codes.assign(
        desk.road.account_id, SIGN_NAME, "70", by=CodeSource.PLATFORM, actor=OPERATOR
    )
    before = await desk.listed()
    assert await desk.client.error(action, **parameters) == error
    assert await desk.listed() == before
    assert (await desk.row("70"))["Active"] == 0


async def test_there_are_only_so_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", (replace(limits.LIMITS[0], per_signature=1),))
    await desk.add("1")
    error = await desk.client.error("AddExtCodeSign", ExtCode="2", SignName=SIGN_NAME)
    assert error == (200, "isv.CODE_EXCEED_LIMIT")


async def test_a_replayed_call_changes_nothing(desk: Desk) -> None:
    await desk.add("88")
    assert (await desk.client.again())[1]["Code"] == "SignatureNonceUsed"
    assert await desk.listed() == [("88", SIGN_NAME)]


async def test_the_extension_of_a_message_is_the_signatures_own(desk: Desk) -> None:
    await desk.add("88")
    await desk.rival.ok("AddExtCodeSign", ExtCode="40", SignName=RIVAL)
    assert [await desk.send(asked) for asked in (None, "88", "05")] == [(200, "OK")] * 3
    assert desk.senders() == [ACCESS_NUMBER + digits for digits in ("88", "88", "8805")]
    assert await desk.send("40") == (200, "isv.EXTEND_CODE_ERROR")
    assert await desk.send("1x") == CODE_ERROR
    assert await desk.send("1" * 20) == CODE_ERROR
    assert len(desk.senders()) == 3


async def test_what_was_delivered_from_a_code_is_counted_while_that_is_little(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.add("88")
    await desk.add("99")
    for asked in (None, "05", "99", None):
        assert await desk.send(asked) == (200, "OK")
    messages = desk.road.store.rows("SELECT id FROM message ORDER BY id")
    for (message_id,) in messages[:3]:
        desk.road.store.execute(
            "UPDATE message SET state = ? WHERE id = ?", MessageState.DELIVERED.value, message_id
        )
    assert [(await desk.row(code))["SendCount"] for code in ("88", "99")] == [2, 1]

    monkeypatch.setattr(code_counts, "MOST", 3)
    assert "SendCount" not in await desk.row("88")
    monkeypatch.undo()
    desk.road.router.use(())
    assert "SendCount" not in await desk.row("88"), "nobody knows where the code begins"
    desk.road.clock.advance(31 * 86_400)
    assert (await desk.row("88"))["SendCount"] == 0
