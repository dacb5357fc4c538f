"""Papers at the vendor's door: tickets, what is said of files that are not there, links to those that are."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from papers_in_process import upload
from upload_forms import Caller
from vendor_client import VendorClient
from vendor_room import QUALIFICATION, NewRoom, Room

from hongyan.apis.aliyun.door import AliyunDoor
from hongyan.apis.aliyun.intake import DoorSettings
from hongyan.apis.aliyun.oss import OssDoor
from hongyan.apis.aliyun.registry import Services
from hongyan.compliance import Compliance, Verdict
from hongyan.identity import Actor, Identity, Vault
from hongyan.kernel.clock import ManualClock

TEMPLATE = {
    "TemplateName": "订单",
    "TemplateType": 1,
    "TemplateContent": "您的订单已发货。",
    "RelatedSignName": "杭州测算",
}


async def test_three_actions_hand_out_the_same_kind_of_ticket(client: VendorClient) -> None:
    qualification = (await client.ok("GetQualificationOssInfo", BizType="dysms"))["Data"]
    more = (await client.ok("GetOSSInfoForUploadFile"))["Model"]
    reading = (await client.ok("GetSmsOcrOssInfo", TaskType="ICP_DOMAIN"))["Model"]
    for info in (qualification, more, reading):
        assert info["Host"] == "http://sms.test/papers"
        assert info["StartPath"] == str(client.key.account_id)
        assert client.key.secret not in str(info)
    assert str(qualification["Expire"]) == more["ExpireTime"] == reading["ExpireTime"]
    assert reading["Bucket"] == "hongyan-papers"


@pytest.mark.parametrize(
    ("action", "parameters", "code"),
    [
        ("GetQualificationOssInfo", {"BizType": "fcMediaSms"}, "OssBiztypeNotSupportError"),
        ("GetQualificationOssInfo", {}, "MissingBizType"),
        ("GetOSSInfoForUploadFile", {"BizType": "dysms"}, "OssBiztypeNotSupportError"),
        ("GetSmsOcrOssInfo", {"TaskType": "X"}, "InvalidParameter"),
    ],
)
async def test_another_business_is_refused(
    client: VendorClient, action: str, parameters: dict[str, str], code: str
) -> None:
    assert await client.error(action, **parameters) == (400, code)


async def test_behind_a_proxy_clients_are_told_its_address(
    identity: Identity, compliance: Compliance, vault: Vault, clock: ManualClock, client: VendorClient
) -> None:
    services = Services(None, compliance, clock)  # type: ignore[arg-type]
    settings = DoorSettings(public_url="https://sms.example.com")
    client.door = AliyunDoor(identity, services, vault, clock=clock, settings=settings)
    info = (await client.ok("GetOSSInfoForUploadFile"))["Model"]
    assert info["Host"] == "https://sms.example.com/papers"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (
            {"BusinessLicensePics": [{"LicensePic": "1/none.jpg", "Type": "businessLicense"}]},
            "BusinessLicenseOssFileNotUploadError",
        ),
        ({"LegalPersonIdCardFrontSide": "1/none.jpg"}, "LegalFrontOssFileNotUploadError"),
        ({"LegalPersonIdCardBackSide": "1/none.jpg"}, "LegalBackOssFileNotUploadError"),
        ({"AdminIDCardFrontFace": "1/none.jpg"}, "AdminFrontOssFileNotUploadError"),
        ({"AdminIDCardPic": "1/none.jpg"}, "AdminBackOssFileNotUploadError"),
        ({"OtherFiles": [{"LicensePic": "1/none.pdf"}]}, "OtherOssFileNotUploadError"),
    ],
)
async def test_a_qualification_says_which_file_was_not_uploaded(
    room: Room, client: VendorClient, changes: dict[str, Any], code: str
) -> None:
    parameters = QUALIFICATION | {"CertifyCode": await room.code()} | changes
    assert await client.error("SubmitSmsQualification", **parameters) == (400, code)


async def test_files_of_another_tenant_are_not_there(
    compliance: Compliance, room: Room, new_room: NewRoom
) -> None:
    stranger = await new_room(compliance, name="stranger")
    await upload(compliance.papers, stranger.client.key.account_id, "1/mine.png")
    parameters = QUALIFICATION | {"CertifyCode": await room.code(), "AdminIDCardPic": "1/mine.png"}
    assert await room.client.error("SubmitSmsQualification", **parameters) == (
        400,
        "AdminBackOssFileNotUploadError",
    )


async def test_more_data_must_have_been_uploaded_and_be_of_a_format_that_is_taken(
    compliance: Compliance, room: Room, client: VendorClient
) -> None:
    number = await room.qualification()
    sign = {"SignName": "杭州测算", "SignSource": 0, "QualificationId": number}
    await upload(compliance.papers, client.key.account_id, "1/moving.gif")
    for keys in (["1/none.png"], ["1/moving.gif"]):
        status, body = await client.call("CreateSmsSign", **sign, MoreData=keys)
        assert (status, body["Code"]) == (400, "InvalidParameter")
    await client.ok("CreateSmsSign", **sign, MoreData=["1/extra.pdf"])
    for keys in (["1/none.png"], ["1/moving.gif"], [f"1/{n}.png" for n in range(41)]):
        assert await client.error("CreateSmsTemplate", **TEMPLATE, MoreData=keys) == (400, "InvalidMoreData")
    code = (await client.ok("CreateSmsTemplate", **TEMPLATE, MoreData=["1/extra.pdf"]))["TemplateCode"]
    shown = await client.ok("GetSmsTemplate", TemplateCode=code)
    (url,) = shown["MoreDataFileUrlList"]["MoreDataFileUrl"]
    reply = await Caller(OssDoor(compliance.papers)).get(f"{urlsplit(url).path}?{urlsplit(url).query}")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/pdf")


async def test_an_order_shows_the_papers_that_it_was_submitted_with(
    reviewed_by_people: Compliance, new_room: NewRoom
) -> None:
    compliance = reviewed_by_people
    room = await new_room(compliance)
    client, account_id = room.client, room.client.key.account_id
    number = await room.qualification()

    async def paper_ids(**order: Any) -> list[str]:
        body = await client.ok("QuerySingleSmsQualification", QualificationGroupId=number, **order)
        return [urlsplit(body["Data"][name]).path for name in ("AdminIDCardFrontFace", "AdminIDCardPic")]

    first = await paper_ids()
    (order,) = await compliance.desk.queue()
    await compliance.decide(order.id, Verdict.REJECT, "照片不清晰", Actor("person:li"))
    await upload(compliance.papers, account_id, "1/d.png")  # under the same key
    found = await compliance.qualifications.get(account_id, number)
    await compliance.qualifications.resubmit(
        account_id, number, found.material, await room.code(), actor=Actor("key:test")
    )
    second = await paper_ids()
    assert (first[0], first[1] == second[1]) == (second[0], False)
    assert await paper_ids(OrderId=order.id) == first
