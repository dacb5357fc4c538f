"""Templates and their tags at the vendor's door: every field of both lists, changes, declarations, tags."""

from __future__ import annotations

import json
from typing import Any

import pytest
from compliance_material import COMPANY, KEY, LI, USCC
from vendor_client import VendorClient
from vendor_room import NewRoom, Room

from hongyan.compliance import Compliance, Kind, Verdict
from hongyan.identity import Identity, Vault

NOTICE: dict[str, Any] = {
    "TemplateName": "订单",
    "TemplateType": 1,
    "TemplateContent": "订单${order}已于${time}发货。",
    "TemplateRule": {"order": "other_number2", "time": "time"},
    "RelatedSignName": "杭州测算",
}
CODE: dict[str, Any] = {
    "TemplateName": "登录",
    "TemplateType": 0,
    "TemplateContent": "您的验证码为${code}",
    "TemplateRule": {"code": "numberCaptcha"},
    "RelatedSignName": "杭州测算",
}
MARKETING = NOTICE | {"TemplateName": "大促", "TemplateType": 2, "MoreData": ["1/consent.png"]}
ABROAD: dict[str, Any] = {
    "TemplateName": "Abroad",
    "TemplateType": 3,
    "IntlType": 2,
    "TemplateContent": "Your code is ${code}",
    "TemplateRule": {"code": "numberCaptcha"},
}
OWNER = {"companyName": COMPANY, "organizationCode": USCC}
DRIVING: list[dict[str, str]] = [
    {"trafficDrivingType": "95_PHONE", "trafficDrivingContent": "95588", **OWNER},
    {
        "trafficDrivingType": "DOMAIN",
        "trafficDrivingContent": "https://cesuan.example.com/${order}",
        "variableName": "order",
        **OWNER,
        "icpNo": "浙ICP备12345678号",
        "icpPicOssKey": "1/app.png",
        "companyDifferentFromSignQuaReason": "集团官网",
    },
]
TAGGING: dict[str, Any] = {"RegionId": "cn-hangzhou", "ResourceType": "TEMPLATE", "ProdCode": "dysms"}


def numbered(name: str, values: list[str]) -> dict[str, str]:
    return {f"{name}.{place}": value for place, value in enumerate(values, 1)}


def tags(**values: str) -> dict[str, str]:
    told: dict[str, str] = {}
    for place, (key, value) in enumerate(values.items(), 1):
        told |= {f"Tag.{place}.Key": key, f"Tag.{place}.Value": value}
    return told


@pytest.fixture
async def room(compliance: Compliance, new_room: NewRoom) -> Room:
    made = await new_room(compliance)
    await made.signature()
    return made


@pytest.fixture
def client(room: Room) -> VendorClient:
    return room.client


async def create(client: VendorClient, **told: Any) -> str:
    return str((await client.ok("CreateSmsTemplate", **told))["TemplateCode"])


async def listed(client: VendorClient, **wanted: Any) -> list[str]:
    data = (await client.ok("GetSmsTemplateList", **wanted))["Data"]
    assert data["Total"] == len(data["List"])
    return [row["TemplateName"] for row in data["List"]]


async def test_a_rejected_template_is_changed_and_keeps_its_code(room: Room, client: VendorClient) -> None:
    wrong = CODE | {"TemplateContent": "您的号码是${code}"}
    code = await create(client, **wrong)
    before = await client.ok("GetSmsTemplate", TemplateCode=code)
    assert before["TemplateStatus"] == "2"
    told = CODE | {"TemplateCode": code, "Remark": "登录用", "ApplySceneContent": "https://a.example.com"}
    updated = await client.ok("UpdateSmsTemplate", **told)
    assert (updated["Message"], updated["TemplateCode"], updated["TemplateName"]) == (
        "successful",
        code,
        "登录",
    )
    found = await client.ok("GetSmsTemplate", TemplateCode=code)
    shown = {
        "TemplateStatus": "1",
        "TemplateType": "0",
        "TemplateTag": 2,
        "TemplateContent": CODE["TemplateContent"],
        "OrderId": updated["OrderId"],
        "Remark": "登录用",
        "ApplyScene": "https://a.example.com",
        "RelatedSignName": "杭州测算",
        "SignList": {"SignList": ["杭州测算"]},
        "VariableAttribute": '{"code":"numberCaptcha"}',
        "FileUrlList": {"FileUrl": []},
        "MoreDataFileUrlList": {"MoreDataFileUrl": []},
    }
    assert found.items() >= shown.items()
    assert not found.keys() & {"IntlType", "VendorAuditStatus"}
    assert (found["AuditInfo"]["RejectInfo"], bool(found["AuditInfo"]["AuditDate"])) == ("", True)
    assert await client.error("UpdateSmsTemplate", **told) == (200, "isv.ERROR_TEMPLATE_NOT_MODIFY")


async def test_an_international_template_has_its_own_type(client: VendorClient) -> None:
    code = await create(client, **ABROAD)
    found = await client.ok("GetSmsTemplate", TemplateCode=code)
    assert (found["TemplateType"], found["IntlType"], found["SignList"]) == ("3", 2, {"SignList": []})
    (row,) = (await client.ok("QuerySmsTemplateList"))["SmsTemplateList"]
    assert (row["TemplateType"], row["OuterTemplateType"], row["SignatureName"]) == (6, 3, "")


async def test_the_older_list_numbers_types_in_its_own_way(room: Room, client: VendorClient) -> None:
    for told in (CODE, NOTICE, MARKETING, ABROAD):
        room.clock.advance(1)
        await create(client, **told)
    rows = (await client.ok("QuerySmsTemplateList", PageIndex=1, PageSize=50))["SmsTemplateList"]
    numbers = [(row["TemplateName"], row["TemplateType"], row["OuterTemplateType"]) for row in rows]
    assert numbers == [("Abroad", 6, 3), ("大促", 1, 2), ("订单", 0, 1), ("登录", 2, 0)]
    assert rows[2].items() >= {"SignatureName": "杭州测算", "AuditStatus": "AUDIT_STATE_PASS"}.items()
    assert rows[2]["Reason"] == {"RejectDate": "", "RejectInfo": "", "RejectSubInfo": ""}


async def test_declarations_come_back_as_they_were_told(client: VendorClient) -> None:
    extra = DRIVING[0] | {"somethingNew": "x", "variableName": None}
    code = await create(client, **NOTICE, TrafficDriving=[extra, DRIVING[1]])
    (row,) = (await client.ok("QuerySmsTemplateList"))["SmsTemplateList"]
    assert json.loads(row["TrafficDriving"]) == DRIVING
    found = await client.ok("GetSmsTemplate", TemplateCode=code)
    (url,) = found["FileUrlList"]["FileUrl"]
    assert url.startswith("http://sms.test/papers/")
    await create(client, **CODE)
    row = (await client.ok("QuerySmsTemplateList"))["SmsTemplateList"][0]
    assert "TrafficDriving" not in row


@pytest.mark.parametrize(
    ("driving", "words"),
    [
        ("phone", "JSON array"),
        ([1], "JSON array"),
        ([{"trafficDrivingType": 1}], "JSON array"),
        ([{"trafficDrivingType": "MOBILE"}], "entry 1 must be one of DOMAIN"),
        ([{}], "entry 1 must be one of DOMAIN"),
        (
            [DRIVING[0] | {"trafficDrivingContent": "13900000001"}],
            "declaration 1: 13900000001 is a mobile number",
        ),
        ([DRIVING[0], DRIVING[1] | {"icpNo": ""}], "declaration 2: a domain needs its ICP filing"),
        ([DRIVING[1] | {"icpPicOssKey": "1/nowhere.png"}], "declaration 1: a domain needs the screenshot"),
    ],
)
async def test_a_wrong_declaration_is_told_with_its_entry(
    client: VendorClient, driving: Any, words: str
) -> None:
    status, body = await client.call("CreateSmsTemplate", **NOTICE, TrafficDriving=driving)
    assert (status, body["Code"]) == (400, "InvalidParameter")
    assert words in body["Message"]
    assert (await client.ok("QuerySmsTemplateList"))["TotalCount"] == 0


async def test_a_number_that_is_not_among_the_declared_ones_is_rejected(client: VendorClient) -> None:
    told = NOTICE | {"TemplateContent": "订单${order}已于${time}发货，详询95533。"}
    for said, status in ((DRIVING[0], "2"), (DRIVING[0] | {"trafficDrivingContent": "95533"}, "1")):
        code = await create(client, **told, TrafficDriving=[said])
        found = await client.ok("GetSmsTemplate", TemplateCode=code)
        assert found["TemplateStatus"] == status
        assert ("95533 未在引流信息中申报" in found["AuditInfo"]["RejectInfo"]) is (status == "2")


async def test_the_newer_list_shows_every_field_and_the_tags(room: Room, client: VendorClient) -> None:
    code = await create(client, **NOTICE)
    await client.ok(
        "TagResources", **TAGGING, **numbered("ResourceId", [code]), **tags(team="shop", env="test")
    )
    body = await client.ok("GetSmsTemplateList")
    data = body["Data"]
    assert (body["Success"], data["PageNo"], data["PageSize"], data["Total"]) == (True, 1, 10, 1)
    (row,) = data["List"]
    order = (await client.ok("GetSmsTemplate", TemplateCode=code))["OrderId"]
    assert row == {
        "TemplateCode": code,
        "TemplateName": "订单",
        "TemplateContent": NOTICE["TemplateContent"],
        "TemplateType": 1,
        "AuditStatus": 1,
        "GmtCreate": row["GmtCreate"],
        "SignName": "杭州测算",
        "TemplateTag": [{"TagKey": "env", "TagValue": "test"}, {"TagKey": "team", "TagValue": "shop"}],
        "UsableStateList": ["AVAILABLE"],
        "WorkOrderId": order,
    }


async def test_the_newer_list_finds_by_each_filter_and_by_several(
    room: Room, client: VendorClient, identity: Identity, reviewed_by_people: Compliance, vault: Vault
) -> None:
    first = await create(client, **CODE)
    room.clock.advance(1)
    await create(client, **NOTICE)
    await create(client, **NOTICE | {"TemplateName": "又一订单", "RelatedSignName": COMPANY})
    await create(client, **CODE | {"TemplateName": "错的", "TemplateContent": "号码${code}"})
    await client.ok("TagResources", **TAGGING, **numbered("ResourceId", [first]), **tags(**{"a:b": "c"}))
    assert await listed(client, TemplateCode=first) == ["登录"]
    assert await listed(client, TemplateCode="SMS_1") == []
    assert sorted(await listed(client, TemplateName="订单")) == ["又一订单", "订单"]
    assert sorted(await listed(client, TemplateType=0)) == ["登录", "错的"]
    assert await listed(client, AuditStatus=2) == ["错的"]
    assert len(await listed(client, AuditStatus=1)) == 3
    assert await listed(client, AuditStatus=0) == await listed(client, AuditStatus=10) == []
    assert await listed(client, SignName=COMPANY) == ["又一订单"]
    assert await listed(client, UsableStateList=["UNAVAILABLE"]) == ["错的"]
    assert len(await listed(client, UsableStateList=["AVAILABLE"])) == 3
    assert len(await listed(client, UsableStateList=["AVAILABLE", "UNAVAILABLE"])) == 4
    for tag, names in (("a:b", ["登录"]), ("a:b:c", ["登录"]), ("a:b:d", []), ("a", [])):
        assert await listed(client, TemplateTag=tag) == names
    assert await listed(client, TemplateType=1, SignName="杭州测算", UsableStateList=["AVAILABLE"]) == [
        "订单"
    ]
    data = (await client.ok("GetSmsTemplateList", PageIndex=2, PageSize=3))["Data"]
    assert (data["PageNo"], data["PageSize"], data["Total"]) == (2, 3, 4)
    assert [row["TemplateName"] for row in data["List"]] == ["登录"]
    for wrong in ({"AuditStatus": 3}, {"UsableStateList": ["ON"]}, {"PageSize": 51}, {"TemplateType": 4}):
        assert await client.error("GetSmsTemplateList", **wrong) == (400, "InvalidParameter"), wrong


async def test_a_withdrawn_template_is_listed_as_one(
    reviewed_by_people: Compliance, new_room: NewRoom
) -> None:
    room = await new_room(reviewed_by_people)
    created = await room.client.ok("CreateSmsTemplate", **ABROAD)
    account_id = room.client.key.account_id
    assert await listed(room.client, AuditStatus=0) == ["Abroad"]
    order_id = int(created["OrderId"])
    assert await room.client.error("DeleteSmsTemplate", TemplateCode=created["TemplateCode"]) == (
        200,
        "isv.ERROR_TEMPLATE_NOT_DELETE",
    )
    await reviewed_by_people.withdraw(account_id, order_id, actor=KEY)
    assert await listed(room.client, AuditStatus=10) == ["Abroad"]
    (row,) = (await room.client.ok("QuerySmsTemplateList"))["SmsTemplateList"]
    assert row["AuditStatus"] == "AUDIT_STATE_CANCEL"
    await room.client.ok("UpdateSmsTemplate", **ABROAD, TemplateCode=created["TemplateCode"])
    (order,) = await reviewed_by_people.desk.queue()
    await reviewed_by_people.decide(order.id, Verdict.REJECT, "请写明公司", LI)
    row = (await room.client.ok("QuerySmsTemplateList"))["SmsTemplateList"][0]
    assert (row["AuditStatus"], row["Reason"]["RejectInfo"]) == ("AUDIT_STATE_NOT_PASS", "请写明公司")


# Tags


async def told_tags(client: VendorClient, **wanted: Any) -> list[tuple[str, str, str]]:
    body = await client.ok("ListTagResources", **TAGGING, **wanted)
    rows = body["TagResources"]["TagResource"]
    assert all(row["ResourceType"] == "ALIYUN::DYSMS::TEMPLATE" for row in rows)
    return [(row["ResourceId"], row["TagKey"], row["TagValue"]) for row in rows]


async def test_tags_are_put_overwritten_listed_and_taken_off(room: Room, client: VendorClient) -> None:
    one, two = await create(client, **CODE), await create(client, **NOTICE)
    both = numbered("ResourceId", [one, two])
    done = await client.ok("TagResources", **TAGGING, **both, **tags(team="shop", env="test"))
    assert done["Data"] == "true"
    await client.ok("TagResources", **TAGGING, **numbered("ResourceId", [one]), **tags(env="live", empty=""))
    assert await told_tags(client, **both) == [
        (one, "empty", ""),
        (one, "env", "live"),
        (one, "team", "shop"),
        (two, "env", "test"),
        (two, "team", "shop"),
    ]
    assert {row[0] for row in await told_tags(client, **tags(team="shop", env="live"))} == {one}
    assert {row[0] for row in await told_tags(client, **{"Tag.1.Key": "env"})} == {one, two}
    assert await told_tags(client, **tags(env="nowhere")) == []
    assert await told_tags(client, **numbered("ResourceId", [two]), **tags(env="live")) == []
    await client.ok("UntagResources", **TAGGING, **both, **numbered("TagKey", ["team", "unknown"]))
    assert [row[1] for row in await told_tags(client, **both)] == ["empty", "env", "env"]
    await client.ok("UntagResources", **TAGGING, **numbered("ResourceId", [one]), All=True)
    assert await told_tags(client, **both) == [(two, "env", "test")]
    await client.ok("DeleteSmsTemplate", TemplateCode=two)
    assert await told_tags(client, **both) == []


async def test_tags_come_in_pages(room: Room, client: VendorClient) -> None:
    codes = [await create(client, **CODE) for _ in range(2)]
    for code in codes:
        values = tags(**{f"k{n}": str(n) for n in range(1, 4)})
        await client.ok("TagResources", **TAGGING, **numbered("ResourceId", [code]), **values)
    wanted = {**TAGGING, **numbered("ResourceId", codes), "PageSize": 4}
    first = await client.ok("ListTagResources", **wanted)
    rest = await client.ok("ListTagResources", **wanted, NextToken=first["NextToken"])
    rows = [first["TagResources"]["TagResource"], rest["TagResources"]["TagResource"]]
    assert [len(page) for page in rows] == [4, 2]
    assert len({(row["ResourceId"], row["TagKey"]) for page in rows for row in page}) == 6
    assert "NextToken" not in rest
    for token in ("x", "WzEsMl0=", "é", "WzkyMjMzNzIwMzY4NTQ3NzU4MDgsIiJd"):
        assert await client.error("ListTagResources", **wanted, NextToken=token) == (
            400,
            "InvalidParameter",
        ), token


async def test_a_tag_changes_nothing_but_the_change_record(
    room: Room, client: VendorClient, compliance: Compliance
) -> None:
    code = await create(client, **CODE)
    told = {**TAGGING, **numbered("ResourceId", [code]), **tags(team="shop")}
    await client.ok("TagResources", **told)
    await client.ok("TagResources", **told)
    view = await compliance.templates.get(client.key.account_id, code)
    records = await compliance.history(Kind.TEMPLATE, view.standing.id)
    assert [record.event for record in records] == ["submit", "take", "approve", "tag"]
    (change,) = records[-1].changed
    assert (change.name, change.before, change.after) == ("tags.team", "", "shop")
    assert (view.standing.usable, records[-1].actor) == (True, f"key:{client.key.id}")
    assert (await client.again())[1]["Code"] == "SignatureNonceUsed", "also of a call that changed nothing"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"ResourceType": "SIGN"}, 400, "InvalidParameter"),
        ({"ProdCode": "ecs"}, 400, "InvalidParameter"),
        ({"RegionId": None}, 400, "MissingRegionId"),
        ({"ResourceId.1": None}, 400, "MissingResourceId"),
        ({"Tag.1.Key": None, "Tag.1.Value": None}, 400, "MissingTag"),
        ({"Tag.1.Key": None}, 400, "InvalidParameter"),
        ({"Tag.1.Key": "aliyun-x"}, 400, "InvalidParameter"),
        ({"Tag.1.Key": "ACS:x"}, 400, "InvalidParameter"),
        ({"Tag.1.Key": "k" * 129}, 400, "InvalidParameter"),
        ({"Tag.1.Value": "v" * 129}, 400, "InvalidParameter"),
        ({"Tag.1.Value": "see http://a.cn"}, 400, "InvalidParameter"),
        ({"Tag.1.Key": "a\u202eb"}, 400, "InvalidParameter"),
        ({"Tag.2.Key": "team", "Tag.2.Value": "x"}, 400, "InvalidParameter"),
        (numbered("ResourceId", ["SMS_1"] * 21), 400, "InvalidParameter"),
        (tags(**{f"k{n}": "v" for n in range(21)}), 400, "InvalidParameter"),
        ({"ResourceId.1": "SMS_1"}, 200, "isv.SMS_TEMPLATE_ILLEGAL"),
    ],
)
async def test_wrong_tags_are_refused(
    client: VendorClient, changes: dict[str, Any], status: int, code: str
) -> None:
    told = {**TAGGING, "ResourceId.1": await create(client, **CODE), **tags(team="shop")}
    assert await client.error("TagResources", **told | changes) == (status, code)
    assert await told_tags(client, **tags(team="shop")) == []


async def test_a_template_takes_twenty_tags_and_an_international_one_none(client: VendorClient) -> None:
    code, abroad = await create(client, **CODE), await create(client, **ABROAD)
    twenty = tags(**{f"k{n}": "v" for n in range(20)})
    await client.ok("TagResources", **TAGGING, **numbered("ResourceId", [code]), **twenty)
    await client.ok("TagResources", **TAGGING, **numbered("ResourceId", [code]), **tags(k3="other"))
    status, body = await client.call(
        "TagResources", **TAGGING, **numbered("ResourceId", [code]), **tags(more="v")
    )
    assert (status, body["Code"]) == (400, "InvalidParameter")
    assert "20 tags" in body["Message"]
    status, body = await client.call(
        "TagResources", **TAGGING, **numbered("ResourceId", [abroad]), **tags(a="v")
    )
    assert (status, body["Code"]) == (400, "InvalidParameter")
    assert "domestic" in body["Message"]
    assert await client.error("UntagResources", **TAGGING, **numbered("ResourceId", [code])) == (
        400,
        "MissingTagKey",
    )
    assert await client.error("ListTagResources", **TAGGING) == (400, "MissingResourceId")
