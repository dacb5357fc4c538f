"""The management actions as the official SDK speaks them; each answer is read by the SDK's own models."""

from __future__ import annotations

from typing import Any

import pytest
from compliance_material import (
    LI,
    LONG,
    PHONE,
)
from vendor_client import VendorClient
from vendor_room import QUALIFICATION, NewRoom, Room

from hongyan.apis.aliyun.action_table import ACTIONS
from hongyan.apis.aliyun.actions import (
    old_signature,
    old_template,
    proof,
    qualification,
    signature,
    template,
)
from hongyan.compliance import Compliance, Verdict
from hongyan.compliance.qualifications.checks import _CHECKS
from hongyan.compliance.refusals import REFUSALS

TEMPLATE: dict[str, Any] = {
    "TemplateName": "订单",
    "TemplateType": 1,
    "TemplateContent": "订单${order}已于${time}发货。",
    "TemplateRule": {"order": "other_number2", "time": "time"},
    "RelatedSignName": "杭州测算",
}


async def test_a_qualification_from_the_phone_code_to_both_queries(room: Room, client: VendorClient) -> None:
    code = await room.code()
    valid = await client.ok("ValidPhoneCode", PhoneNo=PHONE, CertifyCode=code)
    assert (valid["Data"], valid["Success"]) == (True, True)
    submitted = await client.ok("SubmitSmsQualification", **QUALIFICATION, CertifyCode=code)
    number = int(submitted["Data"])
    single = (await client.ok("QuerySingleSmsQualification", QualificationGroupId=number))["Data"]
    assert single["State"] == "PASSED"
    told = {**QUALIFICATION, "EffTimeStr": LONG, "BusinessType": "dysms", "QualificationGroupId": number}
    shown = ("BusinessLicensePics", "OtherFiles", "AdminIDCardFrontFace", "AdminIDCardPic")
    for name in ("BussinessLicenseExpDate", *shown):
        del told[name]
    assert {name: single[name] for name in told} == told
    assert single["BusinessLicensePics"][0].items() >= QUALIFICATION["BusinessLicensePics"][0].items()
    assert single["OtherFiles"][0]["LicensePic"] == "1/extra.pdf"
    urls = [
        *(single["BusinessLicensePics"][0]["PicUrl"], single["OtherFiles"][0]["PicUrl"]),
        *(single["AdminIDCardFrontFace"], single["AdminIDCardPic"]),
    ]
    assert len(set(urls)) == 4
    assert all(url.startswith("http://sms.test/papers/") for url in urls)
    data = (await client.ok("QuerySmsQualificationRecord"))["Data"]
    assert (data["PageNo"], data["PageSize"], data["Total"]) == (1, 20, 1)
    (row,) = data["List"]
    assert (row["GroupId"], row["StateName"], row["UseBySelf"]) == (number, "PASS", "true")
    assert row["WorkOrderId"] == single["WorkOrderId"]
    again = await client.ok(
        "QuerySingleSmsQualification", QualificationGroupId=number, OrderId=row["WorkOrderId"]
    )
    assert again["Data"] == single


async def test_the_record_query_filters_by_the_vendors_states(
    reviewed_by_people: Compliance, new_room: NewRoom
) -> None:
    room = await new_room(reviewed_by_people)
    number = await room.qualification()

    async def total(state: str) -> int:
        body = await room.client.ok("QuerySmsQualificationRecord", State=state)
        assert len(body["Data"]["List"]) == body["Data"]["Total"]
        return int(body["Data"]["Total"])

    assert [await total(state) for state in ("INIT", "PASS", "NOT_FINISH")] == [1, 0, 0]
    single = await room.client.ok("QuerySingleSmsQualification", QualificationGroupId=number)
    assert single["Data"]["State"] == "INT"
    (order,) = await reviewed_by_people.desk.queue()
    await reviewed_by_people.decide(order.id, Verdict.REJECT, "执照不清晰", LI)
    assert [await total(state) for state in ("INIT", "NOT_PASS")] == [0, 1]
    (row,) = (await room.client.ok("QuerySmsQualificationRecord"))["Data"]["List"]
    assert row["AuditRemark"] == "执照不清晰"
    assert await room.client.error(
        "CreateSmsSign", SignName="云雁", SignSource=0, QualificationId=number
    ) == (
        400,
        "InvalidQualification",
    )


async def test_a_signature_from_application_to_deletion(room: Room, client: VendorClient) -> None:
    created = await room.signature()
    assert (created["Message"], created["SignName"]) == ("successful", "杭州测算")
    found = await client.ok("GetSmsSign", SignName="杭州测算")
    assert (found["SignStatus"], found["SignTag"], found["OrderId"]) == (1, "2", created["OrderId"])
    assert (found["ThirdParty"], found["AuditInfo"]["RejectInfo"]) == (False, "")
    assert [(row["OperatorCode"], row["RegisterStatus"]) for row in found["SignIspRegisterDetailList"]] == [
        ("mobile", -2),
        ("unicom", -2),
        ("telecom", -2),
    ]
    listed = await client.ok("QuerySmsSignList")
    row = listed["SmsSignList"][0]
    assert (listed["TotalCount"], listed["CurrentPage"], listed["PageSize"]) == (2, 1, 10)
    assert (row["AuditStatus"], row["BusinessType"]) == ("AUDIT_STATE_PASS", "通用类型")
    assert (await client.ok("DeleteSmsSign", SignName="杭州测算"))["SignName"] == "杭州测算"
    assert await client.error("GetSmsSign", SignName="杭州测算") == (404, "SignatureNotFound")


async def test_a_rejected_signature_says_why(room: Room, client: VendorClient) -> None:
    await room.signature("云雁测试")
    found = await client.ok("GetSmsSign", SignName="云雁测试")
    assert found["SignStatus"] == 2
    assert "测试" in found["AuditInfo"]["RejectInfo"]
    row = (await client.ok("QuerySmsSignList"))["SmsSignList"][0]
    assert row["AuditStatus"] == "AUDIT_STATE_NOT_PASS"
    assert row["Reason"]["RejectInfo"] == found["AuditInfo"]["RejectInfo"]
    assert row["Reason"]["RejectDate"]


async def test_a_template_from_application_to_deletion(room: Room, client: VendorClient) -> None:
    await room.signature()
    created = await client.ok("CreateSmsTemplate", **TEMPLATE)
    code = created["TemplateCode"]
    found = await client.ok("GetSmsTemplate", TemplateCode=code)
    assert (found["TemplateType"], found["TemplateStatus"], found["TemplateTag"]) == ("1", "1", 2)
    assert found["SignList"] == {"SignList": ["杭州测算"]}
    assert found["VariableAttribute"] == '{"order":"other_number2","time":"time"}'
    (row,) = (await client.ok("QuerySmsTemplateList", PageIndex=1, PageSize=50))["SmsTemplateList"]
    assert (row["TemplateType"], row["OuterTemplateType"], row["AuditStatus"]) == (0, 1, "AUDIT_STATE_PASS")
    assert (await client.ok("DeleteSmsTemplate", TemplateCode=code))["TemplateCode"] == code
    assert await client.error("GetSmsTemplate", TemplateCode=code) == (404, "TemplateNotFound")


@pytest.mark.parametrize(
    ("action", "told", "changes", "code"),
    [
        ("SubmitSmsQualification", QUALIFICATION, {"UseBySelf": "maybe"}, "InvalidParameter"),
        ("SubmitSmsQualification", QUALIFICATION, {"BusinessLicensePics": "not json"}, "InvalidParameter"),
        ("SubmitSmsQualification", QUALIFICATION, {"AdminName": None}, "MissingAdminName"),
        ("CreateSmsSign", {"SignName": "云雁", "QualificationId": 1}, {"SignSource": 6}, "InvalidParameter"),
        ("CreateSmsTemplate", TEMPLATE, {"TemplateType": 4}, "InvalidParameter"),
        ("CreateSmsTemplate", TEMPLATE, {"TemplateRule": {"order": 1}}, "InvalidTemplateRule.Format"),
    ],
)
async def test_what_cannot_be_read_is_told_with_its_parameter(
    client: VendorClient, action: str, told: dict[str, Any], changes: dict[str, Any], code: str
) -> None:
    status, body = await client.call(action, **{"CertifyCode": "0"} | told | changes)
    assert (status, body["Code"]) == (400, code)
    (name,) = changes
    assert name in body["Message"]


async def test_what_is_under_review_is_not_deleted(reviewed_by_people: Compliance, new_room: NewRoom) -> None:
    room = await new_room(reviewed_by_people)
    number = await room.qualification()
    (order,) = await reviewed_by_people.desk.queue()
    await reviewed_by_people.decide(order.id, Verdict.APPROVE, "", LI)
    await room.client.ok("CreateSmsSign", SignName="云雁", SignSource=0, QualificationId=number)
    found = await room.client.ok("GetSmsSign", SignName="云雁")
    assert (found["SignStatus"], found["AuditInfo"]["AuditDate"]) == (0, "")
    assert await room.client.error("DeleteSmsSign", SignName="云雁") == (200, "isv.ERROR_SIGN_NOT_DELETE")


async def test_phone_code_limits_and_numbers_are_told_as_the_vendor_tells_them(client: VendorClient) -> None:
    await client.ok("RequiredPhoneCode", PhoneNo=PHONE)
    status, body = await client.call("RequiredPhoneCode", PhoneNo=PHONE)
    assert (status, body["Code"], body["Message"]) == (
        200,
        "isv.BUSINESS_LIMIT_CONTROL",
        "触发分钟级流控Permits:1",
    )
    assert await client.error("RequiredPhoneCode", PhoneNo="123") == (200, "isv.MOBILE_NUMBER_ILLEGAL")
    assert (await client.ok("ValidPhoneCode", PhoneNo=PHONE, CertifyCode="abcdef"))["Data"] is False


@pytest.mark.parametrize("action", ["RequiredPhoneCode", "CreateSmsTemplate", "DeleteSmsSign"])
async def test_a_signed_call_counts_once(room: Room, client: VendorClient, action: str) -> None:
    await room.signature()
    room.clock.advance(61)
    await client.ok(
        action,
        **{
            "RequiredPhoneCode": {"PhoneNo": PHONE},
            "CreateSmsTemplate": TEMPLATE,
            "DeleteSmsSign": {"SignName": "杭州测算"},
        }[action],
    )
    room.clock.advance(61)
    status, body = await client.again()
    assert status != 200
    assert body["Code"] in {"SignatureNonceUsed", "SignatureNotFound"}
    total = (await client.ok("QuerySmsTemplateList"))["TotalCount"]
    assert total == (1 if action == "CreateSmsTemplate" else 0)


BEYOND = str(2**63)
"""One more than the store can hold."""


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("QuerySingleSmsQualification", {"QualificationGroupId": BEYOND}),
        ("QuerySingleSmsQualification", {"QualificationGroupId": 1, "OrderId": f"-{int(BEYOND) + 1}"}),
        ("QuerySmsQualificationRecord", {"WorkOrderId": BEYOND}),
        ("CreateSmsSign", {"SignName": "杭州测算", "SignSource": 0, "QualificationId": BEYOND}),
    ],
)
async def test_a_number_that_no_store_can_hold_is_the_callers_mistake(
    client: VendorClient, action: str, parameters: dict[str, Any]
) -> None:
    assert await client.error(action, **parameters) == (400, "InvalidParameter")


@pytest.mark.parametrize(
    ("actions", "errors"),
    [
        (
            ("SubmitSmsQualification", "UpdateSmsQualification", "DeleteSmsQualification"),
            qualification._ERRORS,
        ),
        (("CreateSmsSign", "GetSmsSign"), signature._ERRORS),
        (("ChangeSignatureQualification",), signature._REBIND_ERRORS),
        (("CreateSmsAuthorizationLetter", "CreateSmsTrademark", "CreateSmsAppIcpRecord"), proof._ERRORS),
        (("CreateSmsTemplate", "GetSmsTemplate"), template._ERRORS),
        (("CreateSmsSign",), old_signature._ERRORS),
        (("AddSmsTemplate", "CreateSmsTemplate"), old_template._ERRORS),
    ],
)
def test_our_codes_become_codes_that_the_vendor_documents(
    actions: tuple[str, ...], errors: dict[str, str]
) -> None:
    documented = {code for action in actions for code in ACTIONS[action].errors}
    assert errors.keys() <= REFUSALS.keys()
    assert {code for code in errors.values() if not code.startswith("isv.")} <= documented


def test_every_check_of_a_qualification_has_a_vendor_code() -> None:
    assert {f"qualification.{code}" for code, _ in _CHECKS} <= qualification._ERRORS.keys()
