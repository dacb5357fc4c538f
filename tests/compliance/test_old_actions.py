"""The actions that the vendor has taken offline: unknown by default; kept alive, they work as they did."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from compliance_material import COMPANY, LI, uscc_of
from paper_files import heavy_picture, picture
from vendor_client import VendorClient
from vendor_room import NewRoom, Room

from hongyan.apis.aliyun.action_table import ACTIONS, SUCCESSORS
from hongyan.apis.aliyun.registry import BUILT
from hongyan.compliance import Compliance, Kind, Verdict
from hongyan.identity import AccountKind


def files(*found: tuple[bytes, str]) -> dict[str, str]:
    told: dict[str, str] = {}
    for place, (content, suffix) in enumerate(found, 1):
        told[f"SignFileList.{place}.FileContents"] = base64.b64encode(content).decode()
        told[f"SignFileList.{place}.FileSuffix"] = suffix
    return told


SIGN: dict[str, Any] = {
    "SignName": "杭州测算",
    "SignSource": 0,
    "Remark": "登录时发送验证码，网站 https://cesuan.example.com/login，已上线",
    **files((picture("png"), "png"), (picture("gif"), "gif")),
}
CODE: dict[str, Any] = {
    "TemplateName": "登录",
    "TemplateType": 0,
    "TemplateContent": "您的验证码为${code}",
    "Remark": "登录",
}
NOTICE = CODE | {
    "TemplateName": "订单",
    "TemplateType": 1,
    "TemplateContent": "订单${order}已发货，${when}送达。",
}


@pytest.fixture
async def room(compliance: Compliance, new_room: NewRoom) -> Room:
    return await new_room(compliance, old_actions=True)


@pytest.fixture
async def client(room: Room) -> VendorClient:
    """Of an enterprise with an approved qualification."""
    await room.qualification()
    return room.client


@pytest.fixture
async def by_people(reviewed_by_people: Compliance, new_room: NewRoom) -> Room:
    """Of a tenant whose applications wait, with an approved qualification."""
    made = await new_room(reviewed_by_people, name="patient", old_actions=True)
    await made.qualification()
    await decide(reviewed_by_people, Verdict.APPROVE)
    return made


async def decide(compliance: Compliance, verdict: Verdict, reason: str = "") -> None:
    for order in await compliance.desk.queue():
        await compliance.decide(order.id, verdict, reason, LI)


@pytest.mark.parametrize("action", sorted(SUCCESSORS))
async def test_what_the_vendor_has_taken_offline_is_unknown_and_names_its_successor(
    compliance: Compliance, action: str, new_room: NewRoom
) -> None:
    client = (await new_room(compliance)).client
    status, body = await client.call(action)
    assert (status, body["Code"]) == (404, "InvalidAction.NotFound")
    assert body["Message"].startswith("Specified api is not found, please check your url and method.")
    assert f"use {SUCCESSORS[action]}." in body["Message"]
    assert await client.error("QuerySmsSign", SignName="没有") == (200, "isv.SMS_SIGNATURE_ILLEGAL")


def test_every_action_that_is_offline_is_built_and_has_a_successor() -> None:
    offline = {name for name, facts in ACTIONS.items() if facts.discontinued}
    assert offline == SUCCESSORS.keys()
    assert {*offline, *SUCCESSORS.values()} <= BUILT.keys()
    assert not offline & {*SUCCESSORS.values()}


async def test_a_signature_of_the_older_family(client: VendorClient, compliance: Compliance) -> None:
    assert (await client.ok("AddSmsSign", **SIGN))["SignName"] == "杭州测算"
    told = await client.ok("QuerySmsSign", SignName="杭州测算")
    assert (told["SignName"], told["SignStatus"], told["Reason"]) == ("杭州测算", 1, "无审核备注")
    found = await client.ok("GetSmsSign", SignName="杭州测算")
    assert found["CreateDate"] == told["CreateDate"]
    assert (found["ThirdParty"], found["Remark"], found["ApplyScene"]) == (
        False,
        SIGN["Remark"],
        "https://cesuan.example.com/login",
    )
    assert len(found["FileUrlList"]) == 2
    (number, *_) = (await client.ok("QuerySmsQualificationRecord"))["Data"]["List"]
    assert found["QualificationId"] == number["GroupId"]
    changed = SIGN | {"Remark": "改", **files((picture("jpeg"), "JPEG"), (picture("png"), "png"))}
    await client.ok("ModifySmsSign", **changed, SignType=0)
    found = await client.ok("GetSmsSign", SignName="杭州测算")
    assert (found["Remark"], found["QualificationId"]) == ("改", number["GroupId"])
    view = await compliance.signatures.get(client.key.account_id, "杭州测算")
    history = await compliance.history(Kind.SIGNATURE, view.standing.id)
    assert {record.door for record in history if record.actor.startswith("key:")} == {"aliyun.old"}
    count, _ = await compliance.papers._shelf.kept(client.key.account_id)
    await client.ok("ModifySmsSign", **changed)
    assert (await compliance.papers._shelf.kept(client.key.account_id))[0] == count, "the same pictures again"
    await client.ok("DeleteSmsSign", SignName="杭州测算")
    assert await client.error("QuerySmsSign", SignName="杭州测算") == (200, "isv.SMS_SIGNATURE_ILLEGAL")


async def test_pictures_may_be_as_large_as_the_vendor_says(client: VendorClient) -> None:
    """Two megabytes, where other requests have one."""
    heavy = heavy_picture()
    assert 1_900_000 < len(heavy) < 2 * 1024 * 1024
    await client.ok("AddSmsSign", **SIGN | files((heavy, "png"), (heavy_picture(1300), "png")))
    assert (await client.ok("QuerySmsSign", SignName="杭州测算"))["SignStatus"] == 1


async def test_several_of_the_largest_pictures_come_in_one_request(client: VendorClient) -> None:
    heavy = [(heavy_picture(side), "png") for side in (1500, 1499, 1498)]
    assert all(1_900_000 < len(content) < 2 * 1024 * 1024 for content, _ in heavy)
    await client.ok("AddSmsSign", **SIGN | files(*heavy))
    assert (await client.ok("QuerySmsSign", SignName="杭州测算"))["SignStatus"] == 1


async def test_a_rejected_signature_tells_why_in_the_older_family(client: VendorClient) -> None:
    await client.ok("AddSmsSign", **SIGN | {"SignName": "云雁测试"})
    told = await client.ok("QuerySmsSign", SignName="云雁测试")
    assert told["SignStatus"] == 2
    assert "测试" in told["Reason"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"SignName": "杭州 测算"}, 200, "isv.SIGN_NAME_ILLEGAL"),
        ({"SignName": "12345"}, 200, "isv.SIGN_NAME_ILLEGAL"),
        ({"SignName": "杭州测算" * 4}, 200, "isv.SIGN_OVER_LIMIT"),
        ({"SignName": "杭州😀测算"}, 200, "isv.SMS_SIGN_EMOJI_ILLEGAL"),
        ({"Remark": "说" * 201}, 200, "isv.SIGN_OVER_LIMIT"),
        ({"SignSource": 6}, 200, "isv.SIGN_SOURCE_ILLEGAL"),
        ({"SignSource": 5}, 200, "isv.SIGN_SOURCE_ILLEGAL"),
        ({"SignSource": 2}, 200, "isv.SIGN_SOURCE_ILLEGAL"),
        ({"SignSource": 1, "Remark": "没有域名"}, 200, "isv.SIGN_SOURCE_ILLEGAL"),
        (files((b"", "png")), 200, "isv.ERROR_EMPTY_FILE"),
        ({"SignFileList.1.FileContents": "A" * 2_800_000}, 200, "isv.SIGN_FILE_LIMIT"),
        ({"SignFileList.1.FileContents": "%"}, 200, "isv.INVALID_PARAMETERS"),
        (files((b"BM" + bytes(200), "png")), 200, "isv.INVALID_PARAMETERS"),
        (files((picture("png"), "jpg")), 200, "isv.INVALID_PARAMETERS"),
        (files((b"%PDF-1.4", "pdf")), 200, "isv.INVALID_PARAMETERS"),
        (files((picture("png"), "bmp")), 200, "isv.INVALID_PARAMETERS"),
        ({"SignFileList.2.FileSuffix": None}, 400, "MissingSignFileList.2.FileSuffix"),
        ({"SignFileList.11.FileSuffix": "png"}, 400, "InvalidParameter"),
        ({"SignType": 2}, 400, "InvalidParameter"),
        ({"Remark": None}, 400, "MissingRemark"),
    ],
)
async def test_a_bad_signature_of_the_older_family_has_the_vendors_code(
    client: VendorClient, changes: dict[str, Any], status: int, code: str
) -> None:
    assert await client.error("AddSmsSign", **SIGN | changes) == (status, code)
    (row,) = (await client.ok("QuerySmsSignList"))["SmsSignList"]
    assert row["SignName"] == COMPANY, "the complimentary one"


async def test_an_application_needs_something_to_lean_on(room: Room) -> None:
    assert await room.client.error("AddSmsSign", **SIGN) == (404, "QualificationNotFound")
    await room.qualification(
        UseBySelf=False, CompanyName="别家有限公司", OrganizationCode=uscc_of("MA2HA002")
    )
    assert await room.client.error("AddSmsSign", **SIGN) == (404, "QualificationNotFound"), "own use only"
    assert await room.client.error("AddSmsTemplate", **CODE) == (404, "SmsSignatureNotFound")


async def test_what_is_under_review_or_there_already_is_told(
    by_people: Room, reviewed_by_people: Compliance
) -> None:
    client = by_people.client
    await client.ok("AddSmsSign", **SIGN)
    told = await client.ok("QuerySmsSign", SignName="杭州测算")
    assert (told["SignStatus"], told["Reason"]) == (0, "无审核备注")
    assert await client.error("AddSmsSign", **SIGN) == (200, "isv.SIGN_NAME_ILLEGAL")
    assert await client.error("ModifySmsSign", **SIGN) == (200, "isv.ERROR_SIGN_NOT_MODIFY")
    assert await client.error("DeleteSmsSign", SignName="杭州测算") == (200, "isv.ERROR_SIGN_NOT_DELETE")
    code = (await client.ok("AddSmsTemplate", **CODE))["TemplateCode"]
    told = await client.ok("QuerySmsTemplate", TemplateCode=code)
    assert (told["TemplateStatus"], told["Reason"]) == (0, "无审批备注")
    changed = CODE | {"TemplateCode": code}
    by_people.clock.advance(30)
    assert await client.error("ModifySmsTemplate", **changed) == (200, "isv.ERROR_TEMPLATE_NOT_MODIFY")
    assert await client.error("DeleteSmsTemplate", TemplateCode=code) == (
        200,
        "isv.ERROR_TEMPLATE_NOT_DELETE",
    )
    await decide(reviewed_by_people, Verdict.REJECT, "请写明公司")
    told = await client.ok("QuerySmsTemplate", TemplateCode=code)
    assert (told["TemplateStatus"], told["Reason"]) == (2, "请写明公司")
    assert (await client.ok("ModifySmsTemplate", **changed))["TemplateCode"] == code
    await client.ok("ModifySmsSign", **SIGN)
    await decide(reviewed_by_people, Verdict.APPROVE)
    assert await client.error("ModifySmsTemplate", **changed) == (200, "isv.ERROR_TEMPLATE_NOT_MODIFY")


async def test_a_template_of_the_older_family(
    room: Room, client: VendorClient, compliance: Compliance
) -> None:
    code = (await client.ok("AddSmsTemplate", **NOTICE))["TemplateCode"]
    told = await client.ok("QuerySmsTemplate", TemplateCode=code)
    shown = {
        "TemplateCode": code,
        "TemplateName": "订单",
        "TemplateContent": NOTICE["TemplateContent"],
        "TemplateType": 1,
        "TemplateStatus": 1,
        "Reason": "无审批备注",
    }
    assert told.items() >= shown.items()
    found = await client.ok("GetSmsTemplate", TemplateCode=code)
    assert found["VariableAttribute"] == '{"order":"others","when":"others"}'
    assert found["RelatedSignName"] == COMPANY, "the newest that may be sent with"
    await client.ok("AddSmsSign", **SIGN)
    room.clock.advance(30)
    code = (await client.ok("AddSmsTemplate", **CODE))["TemplateCode"]
    found = await client.ok("GetSmsTemplate", TemplateCode=code)
    assert (found["RelatedSignName"], found["VariableAttribute"]) == (
        "杭州测算",
        '{"code":"characterWithNumber"}',
    )
    template = await compliance.template(client.key.account_id, code)
    assert template is not None
    assert template.usable


async def test_a_changed_template_keeps_what_the_older_family_does_not_say(
    room: Room, client: VendorClient
) -> None:
    told = {
        "TemplateName": "号码",
        "TemplateType": 0,
        "TemplateContent": "您的号码为${code}",
        "TemplateRule": {"code": "numberCaptcha"},
        "RelatedSignName": COMPANY,
        "ApplySceneContent": "https://a.example.com",
    }
    code = (await client.ok("CreateSmsTemplate", **told))["TemplateCode"]
    assert (await client.ok("QuerySmsTemplate", TemplateCode=code))["TemplateStatus"] == 2
    await client.ok("ModifySmsTemplate", **CODE, TemplateCode=code)
    found = await client.ok("GetSmsTemplate", TemplateCode=code)
    assert (found["TemplateStatus"], found["TemplateName"], found["ApplyScene"]) == (
        "1",
        "登录",
        "https://a.example.com",
    )
    assert found["VariableAttribute"] == '{"code":"numberCaptcha"}'


async def test_an_international_template_of_the_older_family_is_a_notification(client: VendorClient) -> None:
    told = CODE | {"TemplateType": 3, "TemplateContent": "Your parcel ${n} is here"}
    code = (await client.ok("AddSmsTemplate", **told))["TemplateCode"]
    assert (await client.ok("GetSmsTemplate", TemplateCode=code))["IntlType"] == 0


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"TemplateName": "名" * 31}, 200, "isv.TEMPLATE_OVER_LIMIT"),
        ({"TemplateContent": "${code}" + "字" * 494}, 200, "isv.TEMPLATE_OVER_LIMIT"),
        ({"Remark": "说" * 101}, 200, "isv.TEMPLATE_OVER_LIMIT"),
        ({"TemplateName": " "}, 200, "isv.INVALID_PARAMETERS"),
        ({"TemplateContent": "【云雁】验证码${code}"}, 200, "isv.INVALID_PARAMETERS"),
        ({"TemplateContent": "验证码${1}"}, 200, "isv.INVALID_PARAMETERS"),
        ({"TemplateContent": "验证码${a}，${b}"}, 400, "TemplateParameterCountIllegal"),
        ({"TemplateType": 2}, 200, "isv.INVALID_PARAMETERS"),
        ({"TemplateType": 4}, 400, "InvalidParameter"),
        ({"Remark": None}, 400, "MissingRemark"),
    ],
)
async def test_a_bad_template_of_the_older_family_has_the_vendors_code(
    client: VendorClient, changes: dict[str, Any], status: int, code: str
) -> None:
    answered, body = await client.call("AddSmsTemplate", **CODE | changes)
    assert (answered, body["Code"]) == (status, code), body
    assert (await client.ok("QuerySmsTemplateList"))["TotalCount"] == 0


async def test_the_older_family_is_slowed_down_and_counted(room: Room, client: VendorClient) -> None:
    await client.ok("AddSmsTemplate", **CODE)
    assert await client.error("AddSmsTemplate", **CODE) == (429, "Throttling.User")
    for _ in range(99):
        room.clock.advance(30)
        await client.ok("AddSmsTemplate", **CODE)
    room.clock.advance(30)
    assert await client.error("AddSmsTemplate", **CODE) == (200, "isv.TEMPLATE_COUNT_OVER_LIMIT")


async def test_individuals_have_no_signatures_of_their_own_here_either(
    compliance: Compliance, new_room: NewRoom
) -> None:
    kind = AccountKind.INDIVIDUAL
    room = await new_room(compliance, kind=kind, old_actions=True)
    assert await room.client.error("AddSmsSign", **SIGN) == (400, "ForbiddenAction")
    assert await room.client.error("AddSmsTemplate", **NOTICE | {"TemplateType": 2}) == (
        400,
        "ForbiddenAction",
    )
