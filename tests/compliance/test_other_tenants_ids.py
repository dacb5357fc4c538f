"""Whatever belongs to another tenant does not exist: every number, name, code and key that an action of the management
groups takes, one by one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from alibabacloud_dysmsapi20170525 import models
from compliance_material import COMPANY, LI, OTHER_COMPANY, OTHER_USCC
from papers_in_process import upload
from test_proof_actions import APP_RECORD, LETTER, TRADEMARK
from vendor_room import QUALIFICATION, NewRoom, Room

from hongyan.apis.aliyun.registry import BUILT
from hongyan.compliance import Compliance, Verdict

GROUPS = frozenset(
    (
        *("qualification", "authorization_letter", "trademark_icp", "signature", "template", "upload"),
        *("tag", "ext_code"),
    )
)
IDS = frozenset(
    (
        *("qualification_id", "qualification_group_id", "order_id", "work_order_id"),
        *("sign_name", "signature_name", "related_sign_name", "template_code", "resource_id"),
        *("authorization_letter_id", "trademark_id", "app_icp_record_id"),
        *("authorization_letter_id_list", "trademark_id_list", "app_icp_record_id_list"),
        *("ext_code", "exist_ext_code", "next_token"),
        *("more_data", "business_license_pics", "other_files", "traffic_driving", "authorization_letter_pic"),
        *("trademark_pic", "app_icp_record_pic", "app_runtime_pic", "app_store_download_pic"),
        *("legal_person_id_card_front_side", "legal_person_id_card_back_side"),
        *("admin_idcard_front_face", "admin_idcard_pic"),
    )
)
"""Fields of requests that name something that is stored."""
NEW = {
    ("CreateSmsSign", "sign_name"): "a name that the tenant chooses",
    ("AddSmsSign", "sign_name"): "a name that the tenant chooses",
    ("AddExtCodeSign", "ext_code"): "digits that the tenant chooses; codes of others are refused as such",
    ("ListTagResources", "next_token"): "a place in the tenant's own tags, whoever's token it is",
}
"""Fields that look like them and name nothing."""


@dataclass(frozen=True)
class Owned:
    """What the owner has, and what the stranger has of the same kind."""

    room: Room
    qualification: int
    order: int
    others: int
    letter: int
    mark: int
    app: int
    template: str
    sign_name: str
    code: str
    paper: str


async def approve(compliance: Compliance) -> None:
    for order in await compliance.desk.queue():
        await compliance.decide(order.id, Verdict.APPROVE, "", LI)


async def make_owner(room: Room, compliance: Compliance, name: str, code: str) -> Owned:
    client, account_id = room.client, room.client.key.account_id
    paper = f"{name}/own.png"
    await upload(compliance.papers, account_id, paper)
    own = await room.qualification(QualificationName="自用")
    others = await room.qualification(
        QualificationName="他用", UseBySelf=False, CompanyName=OTHER_COMPANY, OrganizationCode=OTHER_USCC
    )
    await approve(compliance)
    sign_name = f"杭州{name}"
    letter = LETTER | {"SignList": [sign_name, "云雁"]}
    number = int((await client.ok("CreateSmsAuthorizationLetter", **letter))["Data"])
    mark = int((await client.ok("CreateSmsTrademark", **TRADEMARK))["Data"])
    app = int((await client.ok("CreateSmsAppIcpRecord", **APP_RECORD))["Data"])
    third = {"QualificationId": others, "ThirdParty": True, "AuthorizationLetterId": number}
    await client.ok("CreateSmsSign", SignName=sign_name, SignSource=0, **third)
    await approve(compliance)
    created = await client.ok("CreateSmsTemplate", **template(sign_name))
    await client.ok(
        "TagResources", **tagged(created["TemplateCode"]), **{"Tag.1.Key": "k", "Tag.1.Value": "v"}
    )
    order_id = int(created["OrderId"])
    await compliance.decide(order_id, Verdict.REJECT, "须写明是验证码", LI)  # so that it can be changed
    await client.ok("AddExtCodeSign", SignName=sign_name, ExtCode=code)
    single = (await client.ok("QuerySingleSmsQualification", QualificationGroupId=own))["Data"]
    order = single["WorkOrderId"]
    return Owned(room, own, order, others, number, mark, app, created["TemplateCode"], sign_name, code, paper)


def template(sign_name: str) -> dict[str, Any]:
    return {
        "TemplateName": "号码",
        "TemplateType": 0,
        "TemplateContent": "号码${code}",
        "TemplateRule": {"code": "numberCaptcha"},
        "RelatedSignName": sign_name,
    }


def tagged(code: str) -> dict[str, Any]:
    return {"RegionId": "cn-hangzhou", "ResourceType": "TEMPLATE", "ResourceId.1": code}


def sign(mine: Owned) -> dict[str, Any]:
    return {"SignName": "云雁", "SignSource": 0, "QualificationId": mine.qualification}


def changed(mine: Owned, **more: Any) -> dict[str, Any]:
    told = {"QualificationGroupId": mine.qualification, "OrderId": mine.order, "AdminPhoneNo": "13900000001"}
    return told | {"CertifyCode": "0"} | more


def applied(**more: Any) -> dict[str, Any]:
    return QUALIFICATION | {"QualificationName": "新的", "CertifyCode": "0"} | more


def domain(key: str) -> list[dict[str, str]]:
    owner = {"companyName": COMPANY, "organizationCode": QUALIFICATION["OrganizationCode"]}
    filing = {"icpNo": "浙ICP备12345678号", "icpPicOssKey": key}
    return [{"trafficDrivingType": "DOMAIN", "trafficDrivingContent": "a.cn", **owner, **filing}]


Told = Callable[[Owned, Owned], dict[str, Any]]
"""(what the stranger has, what the owner has) -> parameters, one of them the owner's."""
NOTHING = ""
"""Answered, with nothing in it."""
_GONE, _UNKNOWN = "SignatureNotFound", "QualificationNotExist"
_LETTER, _MARK, _APP = "SmsAuthorizationLetterNotExist", "TrademarkNotExist", "AppIcpRecordNotExist"
OF_PAPERS: list[tuple[str, str, str]] = [
    ("business_license_pics", "BusinessLicensePics", "BusinessLicenseOssFileNotUploadError"),
    ("other_files", "OtherFiles", "OtherOssFileNotUploadError"),
    ("legal_person_id_card_front_side", "LegalPersonIdCardFrontSide", "LegalFrontOssFileNotUploadError"),
    ("legal_person_id_card_back_side", "LegalPersonIdCardBackSide", "LegalBackOssFileNotUploadError"),
    ("admin_idcard_front_face", "AdminIDCardFrontFace", "AdminFrontOssFileNotUploadError"),
    ("admin_idcard_pic", "AdminIDCardPic", "AdminBackOssFileNotUploadError"),
]


def named(name: str, key: str) -> dict[str, Any]:
    """A field of a qualification that names a paper."""
    if name == "BusinessLicensePics":
        return {name: [{"LicensePic": key, "Type": "businessLicense"}]}
    return {name: [{"LicensePic": key}] if name == "OtherFiles" else key}


def signs(action: str) -> list[tuple[str, str, Told, str]]:
    """CreateSmsSign and UpdateSmsSign take the same; one on a new name, the other one on the stranger's."""

    def told(mine: Owned, **more: Any) -> dict[str, Any]:
        return sign(mine) | ({"SignName": mine.sign_name} if action == "UpdateSmsSign" else {}) | more

    app = {"SignSource": 2, "ApplySceneContent": "https://a.b/c"}
    return [
        (
            action,
            "qualification_id",
            lambda m, o: told(m, QualificationId=o.qualification),
            "QualificationNotFound",
        ),
        (action, "authorization_letter_id", lambda m, o: told(m, AuthorizationLetterId=o.letter), _LETTER),
        (action, "trademark_id", lambda m, o: told(m, SignSource=5, TrademarkId=o.mark), _MARK),
        (action, "app_icp_record_id", lambda m, o: told(m, AppIcpRecordId=o.app, **app), _APP),
        (action, "more_data", lambda m, o: told(m, MoreData=[o.paper]), "InvalidParameter"),
    ]


def templates(action: str) -> list[tuple[str, str, Told, str]]:
    def told(mine: Owned, **more: Any) -> dict[str, Any]:
        return template(mine.sign_name) | {"TemplateCode": mine.template} | more

    return [
        (
            action,
            "related_sign_name",
            lambda m, o: told(m, RelatedSignName=o.sign_name),
            "SmsSignatureNotFound",
        ),
        (action, "more_data", lambda m, o: told(m, MoreData=[o.paper]), "InvalidMoreData"),
        (action, "traffic_driving", lambda m, o: told(m, TrafficDriving=domain(o.paper)), "InvalidParameter"),
    ]


ROWS: list[tuple[str, str, Told, str]] = [
    (
        "QuerySingleSmsQualification",
        "qualification_group_id",
        lambda m, o: {"QualificationGroupId": o.qualification},
        _UNKNOWN,
    ),
    (
        "QuerySingleSmsQualification",
        "order_id",
        lambda m, o: {"QualificationGroupId": m.qualification, "OrderId": o.order},
        _UNKNOWN,
    ),
    ("QuerySmsQualificationRecord", "work_order_id", lambda m, o: {"WorkOrderId": o.order}, NOTHING),
    (
        "UpdateSmsQualification",
        "qualification_group_id",
        lambda m, o: changed(m, QualificationGroupId=o.qualification),
        _UNKNOWN,
    ),
    ("UpdateSmsQualification", "order_id", lambda m, o: changed(m, OrderId=o.order), "WorkOrderIdExpired"),
    (
        "DeleteSmsQualification",
        "qualification_group_id",
        lambda m, o: {"QualificationGroupId": o.qualification, "OrderId": o.order},
        _UNKNOWN,
    ),
    (
        "DeleteSmsQualification",
        "order_id",
        lambda m, o: {"QualificationGroupId": m.qualification, "OrderId": o.order},
        _UNKNOWN,
    ),
    *(
        (action, field, (lambda m, o, n=name, t=told: t(m, **named(n, o.paper))), code)
        for action, told in (
            ("SubmitSmsQualification", lambda m, **more: applied(**more)),
            ("UpdateSmsQualification", changed),
        )
        for field, name, code in OF_PAPERS
    ),
    (
        "CreateSmsAuthorizationLetter",
        "authorization_letter_pic",
        lambda m, o: LETTER | {"AuthorizationLetterName": "新的", "AuthorizationLetterPic": o.paper},
        "AuthorizationOssFileNotUploadError",
    ),
    (
        "QuerySmsAuthorizationLetter",
        "authorization_letter_id_list",
        lambda m, o: {"AuthorizationLetterIdList": [o.letter]},
        NOTHING,
    ),
    ("QuerySmsAuthorizationLetter", "sign_name", lambda m, o: {"SignName": o.sign_name}, NOTHING),
    (
        "CreateSmsTrademark",
        "trademark_pic",
        lambda m, o: TRADEMARK | {"TrademarkPic": o.paper},
        "TrademarkOssFileNotUploadError",
    ),
    ("QuerySmsTrademark", "trademark_id_list", lambda m, o: {"TrademarkIdList": [o.mark]}, NOTHING),
    *(
        (
            "CreateSmsAppIcpRecord",
            field,
            (lambda m, o, n=name: APP_RECORD | {n: o.paper}),
            "AppIcpRecordOssFileNotUploadError",
        )
        for field, name in (
            ("app_icp_record_pic", "AppIcpRecordPic"),
            ("app_runtime_pic", "AppRuntimePic"),
            ("app_store_download_pic", "AppStoreDownloadPic"),
        )
    ),
    ("QuerySmsAppIcpRecord", "app_icp_record_id_list", lambda m, o: {"AppIcpRecordIdList": [o.app]}, NOTHING),
    *signs("CreateSmsSign"),
    *signs("UpdateSmsSign"),
    ("UpdateSmsSign", "sign_name", lambda m, o: sign(m) | {"SignName": o.sign_name}, _GONE),
    ("GetSmsSign", "sign_name", lambda m, o: {"SignName": o.sign_name}, _GONE),
    ("QuerySmsSign", "sign_name", lambda m, o: {"SignName": o.sign_name}, "isv.SMS_SIGNATURE_ILLEGAL"),
    ("DeleteSmsSign", "sign_name", lambda m, o: {"SignName": o.sign_name}, _GONE),
    (
        "ModifySmsSign",
        "sign_name",
        lambda m, o: {
            "SignName": o.sign_name,
            "SignSource": 0,
            "Remark": "改",
            "SignFileList.1.FileContents": "AAAA",
            "SignFileList.1.FileSuffix": "png",
        },
        "isv.SMS_SIGNATURE_ILLEGAL",
    ),
    (
        "ChangeSignatureQualification",
        "signature_name",
        lambda m, o: {"SignatureName": o.sign_name, "QualificationId": m.qualification},
        "SmsSignatureNotExist",
    ),
    (
        "ChangeSignatureQualification",
        "qualification_id",
        lambda m, o: {"SignatureName": m.sign_name, "QualificationId": o.qualification},
        _UNKNOWN,
    ),
    (
        "ChangeSignatureQualification",
        "authorization_letter_id",
        lambda m, o: {
            "SignatureName": m.sign_name,
            "QualificationId": m.others,
            "AuthorizationLetterId": o.letter,
        },
        _LETTER,
    ),
    *templates("CreateSmsTemplate"),
    *templates("UpdateSmsTemplate"),
    (
        "UpdateSmsTemplate",
        "template_code",
        lambda m, o: template(m.sign_name) | {"TemplateCode": o.template},
        "TemplateNotFound",
    ),
    ("GetSmsTemplate", "template_code", lambda m, o: {"TemplateCode": o.template}, "TemplateNotFound"),
    (
        "QuerySmsTemplate",
        "template_code",
        lambda m, o: {"TemplateCode": o.template},
        "isv.SMS_TEMPLATE_ILLEGAL",
    ),
    ("DeleteSmsTemplate", "template_code", lambda m, o: {"TemplateCode": o.template}, "TemplateNotFound"),
    (
        "ModifySmsTemplate",
        "template_code",
        lambda m, o: {
            "TemplateCode": o.template,
            "TemplateName": "改",
            "TemplateType": 0,
            "TemplateContent": "验证码${code}",
            "Remark": "改",
        },
        "isv.SMS_TEMPLATE_ILLEGAL",
    ),
    ("GetSmsTemplateList", "template_code", lambda m, o: {"TemplateCode": o.template}, NOTHING),
    ("GetSmsTemplateList", "sign_name", lambda m, o: {"SignName": o.sign_name}, NOTHING),
    (
        "TagResources",
        "resource_id",
        lambda m, o: tagged(o.template) | {"Tag.1.Key": "k", "Tag.1.Value": "stranger"},
        "isv.SMS_TEMPLATE_ILLEGAL",
    ),
    (
        "UntagResources",
        "resource_id",
        lambda m, o: tagged(o.template) | {"All": True},
        "isv.SMS_TEMPLATE_ILLEGAL",
    ),
    ("ListTagResources", "resource_id", lambda m, o: tagged(o.template), NOTHING),
    (
        "AddExtCodeSign",
        "sign_name",
        lambda m, o: {"ExtCode": "77", "SignName": o.sign_name},
        "isv.SMS_SIGNATURE_ILLEGAL",
    ),
    (
        "UpdateExtCodeSign",
        "sign_name",
        lambda m, o: {"ExistExtCode": o.code, "NewExtCode": "77", "SignName": o.sign_name},
        "isv.SMS_SIGNATURE_ILLEGAL",
    ),
    (
        "UpdateExtCodeSign",
        "exist_ext_code",
        lambda m, o: {"ExistExtCode": o.code, "NewExtCode": "77", "SignName": m.sign_name},
        "isv.CODE_ERROR",
    ),
    (
        "DeleteExtCodeSign",
        "sign_name",
        lambda m, o: {"ExtCode": o.code, "SignName": o.sign_name},
        "isv.SMS_SIGNATURE_ILLEGAL",
    ),
    (
        "DeleteExtCodeSign",
        "ext_code",
        lambda m, o: {"ExtCode": o.code, "SignName": m.sign_name},
        "isv.CODE_ERROR",
    ),
    ("QueryExtCodeSign", "sign_name", lambda m, o: {"SignName": o.sign_name}, NOTHING),
    ("QueryExtCodeSign", "ext_code", lambda m, o: {"ExtCode": o.code}, NOTHING),
]


@pytest.fixture
async def tenants(reviewed_by_people: Compliance, new_room: NewRoom) -> tuple[Owned, Owned]:
    """The stranger and the owner, each with everything that a tenant may have."""

    async def make(name: str, code: str) -> Owned:
        room = await new_room(reviewed_by_people, name=name, old_actions=True)
        return await make_owner(room, reviewed_by_people, name, code)

    return await make("stranger", "881"), await make("owner", "991")


async def test_what_another_tenant_has_does_not_exist(tenants: tuple[Owned, Owned]) -> None:
    mine, owner = tenants
    wrong = []
    for action, field, told, code in ROWS:
        _, body = await mine.room.client.call(action, **told(mine, owner))
        answered = body["Code"] if code else _found(body)
        if answered != (code or 0):
            wrong.append((action, field, code, body))
    assert not wrong
    lists = {"QuerySmsSignList": "SmsSignList", "QuerySmsTemplateList": "SmsTemplateList"}
    for action, name in lists.items():
        mentioned = str((await mine.room.client.ok(action))[name])
        assert owner.sign_name not in mentioned
        assert owner.template not in mentioned
    client = owner.room.client
    assert (await client.ok("GetSmsSign", SignName=owner.sign_name))["QualificationId"] == owner.others
    assert (await client.ok("GetSmsTemplate", TemplateCode=owner.template))["TemplateName"] == "号码"
    (tag,) = (await client.ok("ListTagResources", **tagged(owner.template)))["TagResources"]["TagResource"]
    assert tag["TagValue"] == "v"


def _found(body: dict[str, Any]) -> Any:
    """How many things an answer lists, or what it says instead."""
    if body["Code"] != "OK":
        return body
    if "TagResources" in body:
        return len(body["TagResources"]["TagResource"])
    data = body["Data"]
    return len(data) if isinstance(data, list) else data["Total"]


def _fields(action: str) -> set[str]:
    return {*inspect.signature(getattr(models, f"{action}Request").__init__).parameters} & IDS


@pytest.mark.parametrize(
    "action", sorted(name for name, built in BUILT.items() if built.facts.group in GROUPS)
)
def test_every_field_that_names_something_has_its_row(action: str) -> None:
    rows = {field for name, field, _, _ in ROWS if name == action}
    new = {field for name, field in NEW if name == action}
    assert rows | new == _fields(action)
    assert not rows & new
