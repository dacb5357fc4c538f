"""Every error that the vendor documents for qualifications, templates and uploads, provoked through the door; those that
nothing here can lead to stand with their reason in docs/vendor_errors.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from compliance_material import COMPANY, KEY, LI, uscc_of
from vendor_room import QUALIFICATION, NewRoom, Room

from hongyan.apis.aliyun.action_table import ACTIONS
from hongyan.compliance import Compliance, Verdict
from hongyan.identity import AccountKind
from hongyan.kernel.clock import ManualClock

SAID = tomllib.loads((Path(__file__).parents[2] / "docs" / "vendor_errors.toml").read_text("utf-8"))
TEMPLATE: dict[str, Any] = {
    "TemplateName": "订单",
    "TemplateType": 1,
    "TemplateContent": "订单${order}已于${time}发货。",
    "TemplateRule": {"order": "other_number2", "time": "time"},
    "RelatedSignName": COMPANY,
}
OLD_TEMPLATE = {
    "TemplateName": "登录",
    "TemplateType": 0,
    "TemplateContent": "您的验证码为${code}",
    "Remark": "登录",
}
NOWHERE = "1/nowhere.png"
PAST = "2000-01-01~2001-01-01"
LICENCE = {"LicensePic": "1/licence.jpg", "Type": "businessLicense"}
ONE, TWO = {"order": "other_number2"}, {"order": "other_number2", "time": "time"}
OTHERS = {"UseBySelf": False, "CompanyName": "别家有限公司", "OrganizationCode": uscc_of("MA2HA002")}

OF_QUALIFICATIONS: list[tuple[dict[str, Any], str]] = [
    ({"QualificationName": " "}, "QualificationNameNullError"),
    ({"QualificationName": "123"}, "QualificationNameNotMatchRegex"),
    ({"QualificationName": "已有"}, "QualificationNameAlreadyExist"),
    ({"CompanyType": "X"}, "CompanyTypeError"),
    ({"CompanyName": " "}, "CompanyNameNullError"),
    ({"CompanyName": "别家#"}, "CompanyVerificationFailedNoCompany"),
    ({"CompanyName": "别家有限公司"}, "CompanyVerificationFailedMismatch"),
    ({"OrganizationCode": " "}, "OrganizationCodeNullError"),
    ({"BussinessLicenseExpDate": "2020"}, "BusinessLicenseDateNotMatchRegexError"),
    ({"BussinessLicenseExpDate": PAST}, "BusinessLicenseDateNotValid"),
    (OTHERS | {"BusinessLicensePics": None}, "BusinessLicensePicsNullError"),
    ({"BusinessLicensePics": [LICENCE | {"Type": "driving"}]}, "BusinessLicenseTypeError"),
    ({"BusinessLicensePics": [LICENCE | {"LicensePic": "1/a.exe"}]}, "BusinessLicensePicsFileError"),
    ({"BusinessLicensePics": [LICENCE | {"LicensePic": NOWHERE}]}, "BusinessLicenseOssFileNotUploadError"),
    ({"OtherFiles": [{"LicensePic": "1/a.exe"}]}, "OtherFileTypeError"),
    ({"OtherFiles": [{"LicensePic": NOWHERE}]}, "OtherOssFileNotUploadError"),
    ({"LegalPersonName": " "}, "LegalPersonNameNullError"),
    ({"LegalPersonIDCardType": "X"}, "LegalPersonIdcardTypeError"),
    ({"LegalPersonIDCardNo": " "}, "LegalIdCardNoNullError"),
    ({"LegalPersonIDCardNo": "330106198001011230"}, "LegalIdCardNotMatchRegex"),
    ({"LegalPersonIdCardEffTime": "x"}, "LegalPersonIdcardEfftimeNotMatchRegexError"),
    ({"LegalPersonIdCardEffTime": PAST}, "LegalDateNotValid"),
    ({"LegalPersonIdCardFrontSide": NOWHERE}, "LegalFrontOssFileNotUploadError"),
    ({"LegalPersonIdCardBackSide": NOWHERE}, "LegalBackOssFileNotUploadError"),
    ({"AdminName": " "}, "AdminNameNullError"),
    ({"AdminIDCardType": "X"}, "AdminIdcardTypeError"),
    ({"AdminIDCardNo": " "}, "AdminIdcardNoNullError"),
    ({"AdminIDCardNo": "1"}, "AdminIdcardNotMatchRegex"),
    ({"AdminIDCardExpDate": "x"}, "AdminIdcardExpdateNotMatchRegexError"),
    ({"AdminIDCardExpDate": PAST}, "AdminDateNotValid"),
    ({"AdminIDCardFrontFace": " "}, "AdminIdcardFrontFaceNullError"),
    ({"AdminIDCardFrontFace": "1/c.pdf"}, "AdminIdcardFrontFaceFileError"),
    ({"AdminIDCardFrontFace": NOWHERE}, "AdminFrontOssFileNotUploadError"),
    ({"AdminIDCardPic": " "}, "AdminIdcardPicsNullError"),
    ({"AdminIDCardPic": "1/c.pdf"}, "AdminIdcardPicsFileError"),
    ({"AdminIDCardPic": NOWHERE}, "AdminBackOssFileNotUploadError"),
    ({"AdminPhoneNo": " "}, "PhoneNoCertifyCodeNullError"),
    ({"CertifyCode": "abcdef"}, "CertifyCodeError"),
]
OF_TEMPLATES: list[tuple[dict[str, Any], str]] = [
    ({"RelatedSignName": "待审签名"}, "AssocSignUnapproved"),
    ({"RelatedSignName": "没有"}, "SmsSignatureNotFound"),
    ({"TemplateRule": "order"}, "InvalidTemplateRule.Format"),
    ({"TemplateRule": ONE}, "InvalidTemplateRule"),
    ({"TemplateRule": {"order": "nonsense", "time": "time"}}, "InvalidTemplateRule"),
    ({"TemplateType": 2}, "InvalidMoreData"),
    ({"TemplateType": 2, "MoreData": [NOWHERE]}, "InvalidMoreData"),
    ({"MoreData": ["1/a.gif"]}, "InvalidMoreData"),
    ({"TemplateType": 0, "TemplateRule": TWO}, "TemplateVarLimitExceeded"),
    ({"TemplateContent": "【云雁】你好", "TemplateRule": None}, "InvalidTemplateContent.Format"),
    ({"TemplateContent": "你好${1}", "TemplateRule": None}, "InvalidTemplateContent.Format"),
    ({"TemplateName": " "}, "MissingTemplateName"),
]


@dataclass
class World:
    """Rooms by their names, and for each action parameters that it takes."""

    rooms: Mapping[str, Room]
    good: Mapping[str, dict[str, Any]]


def rows() -> Iterator[tuple[str, str, dict[str, Any], str]]:
    """(room, action, changes to what it takes, the code that it answers then)."""
    never = SAID["never"]["*"] | SAID["never"]["UpdateSmsQualification"]
    for changes, code in OF_QUALIFICATIONS:
        yield "desk", "SubmitSmsQualification", changes, code
        if code not in never:
            yield "desk", "UpdateSmsQualification", changes, code
    yield "person", "SubmitSmsQualification", {}, "NotEnterpriseCertifyCustCheckError"
    yield "desk", "UpdateSmsQualification", {"OrderId": 1}, "WorkOrderIdExpired"
    same = {"AdminName": "赵管理", "AdminIDCardNo": "330106199002025676"}
    yield "desk", "UpdateSmsQualification", same, "SameQualificationGroupError"
    yield "desk", "DeleteSmsQualification", {"OrderId": 1}, "QualificationNotExist"
    yield "desk", "DeleteSmsQualification", {}, "BindSignDeleteFailed"
    for action in ("CreateSmsTemplate", "UpdateSmsTemplate"):
        for changes, code in OF_TEMPLATES:
            yield "desk", action, changes, code
    marketing = {"TemplateType": 2, "MoreData": ["1/consent.png"]}
    yield "person", "CreateSmsTemplate", marketing, "ForbiddenAction"
    yield "person", "UpdateSmsTemplate", marketing, "ForbiddenAction"
    yield "desk", "GetSmsTemplate", {"TemplateCode": "SMS_1"}, "TemplateNotFound"
    two = {"TemplateContent": "验证码${a}，${b}"}
    yield "desk", "AddSmsTemplate", two, "TemplateParameterCountIllegal"
    yield "desk", "ModifySmsTemplate", two, "TemplateParameterCountIllegal"
    yield "desk", "GetQualificationOssInfo", {"BizType": "ecs"}, "OssBiztypeNotSupportError"


@pytest.fixture
async def world(reviewed_by_people: Compliance, clock: ManualClock, new_room: NewRoom) -> World:
    compliance = reviewed_by_people

    async def room(name: str, kind: AccountKind) -> Room:
        return await new_room(compliance, name=name, kind=kind, old_actions=True)

    async def approve() -> None:
        for order in await compliance.desk.queue():
            await compliance.decide(order.id, Verdict.APPROVE, "", LI)

    desk, person = await room("desk", AccountKind.ENTERPRISE), await room("person", AccountKind.INDIVIDUAL)
    number = await desk.qualification(QualificationName="已有")
    await desk.qualification(
        QualificationName="又一份", AdminName="赵管理", AdminIDCardNo="330106199002025676"
    )
    await approve()
    await desk.client.ok("CreateSmsSign", SignName="待审签名", SignSource=0, QualificationId=number)
    created = await desk.client.ok("CreateSmsTemplate", **TEMPLATE)
    await compliance.withdraw(desk.client.key.account_id, int(created["OrderId"]), actor=KEY)
    (record, *_) = (await desk.client.ok("QuerySmsQualificationRecord", QualificationGroupName="已有"))[
        "Data"
    ]["List"]
    which = {"QualificationGroupId": number, "OrderId": record["WorkOrderId"]}
    code = {"TemplateCode": created["TemplateCode"]}
    told = QUALIFICATION | {"QualificationName": "新的", "CertifyCode": "000000"}
    clock.advance(60)
    return World(
        {"desk": desk, "person": person},
        {
            "SubmitSmsQualification": told,
            "UpdateSmsQualification": which
            | {"AdminPhoneNo": QUALIFICATION["AdminPhoneNo"], "CertifyCode": "0"},
            "DeleteSmsQualification": which,
            "CreateSmsTemplate": TEMPLATE,
            "UpdateSmsTemplate": TEMPLATE | code,
            "GetSmsTemplate": code,
            "AddSmsTemplate": OLD_TEMPLATE,
            "ModifySmsTemplate": OLD_TEMPLATE | code,
            "GetQualificationOssInfo": {"BizType": "dysms"},
        },
    )


async def test_every_documented_error_is_told_with_its_status_and_its_words(world: World) -> None:
    wrong = []
    for room, action, changes, code in rows():
        status, body = await world.rooms[room].client.call(action, **world.good[action] | changes)
        expected = (*ACTIONS[action].errors.get(code, (400, body["Message"])), code)
        told = (status, body["Message"], body["Code"])
        if told != expected:
            wrong.append((action, changes, expected, told))
    assert not wrong


GROUPS = ("qualification", "template", "tag", "upload", "ext_code")


@pytest.mark.parametrize(
    "action", [name for name, facts in ACTIONS.items() if facts.core and facts.group in GROUPS]
)
def test_every_documented_error_has_its_row_or_a_reason_why_it_is_never_told(action: str) -> None:
    provoked = {code for _, name, _, code in rows() if name == action}
    never = {*SAID["never"]["*"], *SAID["never"].get(action, {})} & ACTIONS[action].errors.keys()
    assert not provoked & never
    assert ACTIONS[action].errors.keys() <= provoked | never
