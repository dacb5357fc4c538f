"""Third-party signatures and changes of qualifications at the vendor's door: fields, and every documented error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from compliance_material import COMPANY, LI, OTHER_COMPANY, OTHER_USCC, uscc_of
from test_proof_actions import LETTER, TRADEMARK
from vendor_client import ADDRESS
from vendor_room import NewRoom, Room

from hongyan.apis.aliyun.action_table import ACTIONS
from hongyan.compliance import (
    Compliance,
    Kind,
    PersonPapers,
    ProofKind,
    Verdict,
)
from hongyan.compliance.qualifications.rows import add_revision
from hongyan.identity import AccountKind, Vault, commit_change

_NAME = "杭州云雁"
_OTHER = {
    "UseBySelf": False,
    "CompanyName": OTHER_COMPANY,
    "OrganizationCode": OTHER_USCC,
}
_LATER: dict[str, str] = {
    "SmsQualificationRegisterFailed": "needs the carriers' answers about a qualification, which registration brings",
}
"""Documented errors that nothing here can lead to yet."""


class Desk(Room):
    """Applies for what a third-party signature needs."""

    async def third_party(self, name: str = "他用资质", **changes: Any) -> int:
        return await self.qualification(QualificationName=name, **_OTHER | changes)

    async def letter(self, name: str = "云雁委托书", **changes: Any) -> int:
        told = LETTER | {"AuthorizationLetterName": name, "SignList": [_NAME]} | changes
        return int((await self.client.ok("CreateSmsAuthorizationLetter", **told))["Data"])


@pytest.fixture
async def desk(compliance: Compliance, new_room: NewRoom) -> Desk:
    room = await new_room(compliance)
    return Desk(room.client, room.phone, room.clock)


@pytest.fixture
async def by_people(desk: Desk, reviewed_by_people: Compliance, new_room: NewRoom) -> Desk:
    """Another tenant, whose applications wait."""
    room = await new_room(reviewed_by_people, name="patient")
    return Desk(room.client, room.phone, room.clock)


async def test_a_third_party_signature_shows_its_letter(desk: Desk) -> None:
    number, letter = await desk.third_party(), await desk.letter()
    created = await desk.client.ok(
        "CreateSmsSign",
        SignName=_NAME,
        SignSource=0,
        QualificationId=number,
        ThirdParty=True,
        AuthorizationLetterId=letter,
    )
    found = await desk.client.ok("GetSmsSign", SignName=_NAME)
    shown = {
        "SignStatus": 1,
        "ThirdParty": True,
        "QualificationId": number,
        "AuthorizationLetterId": letter,
        "AuthorizationLetterAuditPass": True,
        "OrderId": created["OrderId"],
    }
    assert found.items() >= shown.items()
    (row,) = (await desk.client.ok("QuerySmsSignList"))["SmsSignList"]
    assert (row["AuthorizationLetterId"], row["authorizationLetterAuditPass"]) == (letter, True)
    (kept,) = (await desk.client.ok("QuerySmsAuthorizationLetter", State="PASSED"))["Data"]
    assert kept["AuthorizationLetterId"] == letter


async def test_the_records_tell_who_called_through_which_door_and_from_where(
    desk: Desk, compliance: Compliance
) -> None:
    number = await desk.qualification()
    letter = await desk.letter()
    for kind, object_id in ((Kind.QUALIFICATION, number), (ProofKind.LETTER, letter)):
        first, *_ = await compliance.history(kind, object_id)
        assert (first.actor, first.door, first.address) == (f"key:{desk.client.key.id}", "aliyun", ADDRESS)


async def test_a_trademark_signature_shows_its_trademark(desk: Desk) -> None:
    number = await desk.qualification()
    mark = TRADEMARK | {"TrademarkName": "云雁", "TrademarkApplicantName": COMPANY}
    trademark = int((await desk.client.ok("CreateSmsTrademark", **mark))["Data"])
    await desk.client.ok(
        "CreateSmsSign", SignName="云雁", SignSource=5, QualificationId=number, TrademarkId=trademark
    )
    found = await desk.client.ok("GetSmsSign", SignName="云雁")
    assert (found["SignStatus"], found["TrademarkId"]) == (1, trademark)
    assert "AuthorizationLetterId" not in found
    row = (await desk.client.ok("QuerySmsSignList"))["SmsSignList"][0]
    assert (row["SignName"], row["TrademarkId"]) == ("云雁", trademark)


async def _errors_of_applying(desk: Desk) -> list[tuple[dict[str, Any], str]]:
    """Changes to a good application, and what each is told."""
    others, letter = await desk.third_party(), await desk.letter()
    elsewhere = await desk.letter("别家", OrganizationCode=uscc_of("MA2HC004"))
    outside = await desk.letter("范围外", SignList=["云上"])
    third = {"QualificationId": others, "ThirdParty": True}
    app = {"SignSource": 2, "ApplySceneContent": "https://a.b/c"}
    return [
        ({"ThirdParty": True}, "ParameterMismatch.ThirdParty"),
        ({"SignName": "云 雁"}, "InvalidSignName"),
        ({"SignSource": 2, "ApplySceneContent": "store"}, "InvalidApplySceneContent"),
        ({"SignSource": 2}, "MissApplySceneContent"),
        ({"SignName": None}, "MissingSignName"),
        (third, "SmsAuthorizationLetterNotMatch"),
        (third | {"AuthorizationLetterId": elsewhere}, "SmsAuthorizationLetterNotMatch"),
        (third | {"AuthorizationLetterId": 1}, "SmsAuthorizationLetterNotExist"),
        (third | {"AuthorizationLetterId": outside}, "SmsSignNotAuthorized"),
        ({"SignSource": 5, "TrademarkId": 1}, "TrademarkNotExist"),
        (app | {"AppIcpRecordId": 1}, "AppIcpRecordNotExist"),
        ({"QualificationId": 1}, "QualificationNotFound"),
        ({"AuthorizationLetterId": letter, "QualificationId": others}, "ParameterMismatch.ThirdParty"),
    ]


async def test_every_documented_error_of_applying_is_told(
    desk: Desk, by_people: Desk, compliance: Compliance, new_room: NewRoom
) -> None:
    good = {"SignName": "杭州测算", "SignSource": 0, "QualificationId": await desk.qualification()}
    kind = AccountKind.INDIVIDUAL
    person = await new_room(compliance, name="li", kind=kind)
    pending = {"QualificationId": await by_people.qualification()}
    cases: list[tuple[Room, dict[str, Any], str]] = [
        *((desk, changes, code) for changes, code in await _errors_of_applying(desk)),
        (by_people, pending, "InvalidQualification"),
        (person, {}, "ForbiddenAction"),
    ]
    for room, changes, code in cases:
        status, body = await room.client.call("CreateSmsSign", **good | changes)
        assert (status, body["Code"]) == (ACTIONS["CreateSmsSign"].errors[code][0], code), changes
    await desk.client.ok("CreateSmsSign", **good)
    assert await desk.client.error("CreateSmsSign", **good) == (400, "SignName.Exists")
    told = {code for *_, code in cases} | {"SignName.Exists"}
    assert told == ACTIONS["CreateSmsSign"].errors.keys()


async def test_a_change_is_checked_like_an_application(desk: Desk) -> None:
    good = {"SignName": "杭州测算", "SignSource": 0, "QualificationId": await desk.qualification()}
    assert await desk.client.error("UpdateSmsSign", **good) == (404, "SignatureNotFound")
    await desk.client.ok("CreateSmsSign", **good)
    for changes, code in await _errors_of_applying(desk):
        status, body = await desk.client.call("UpdateSmsSign", **good | changes)
        assert (status, body["Code"]) == (ACTIONS["UpdateSmsSign"].errors[code][0], code), changes
    assert ACTIONS["UpdateSmsSign"].errors.keys() == ACTIONS["CreateSmsSign"].errors.keys()
    updated = await desk.client.ok("UpdateSmsSign", **good, Remark="登录")
    found = await desk.client.ok("GetSmsSign", SignName="杭州测算")
    assert (found["Remark"], found["OrderId"], found["SignStatus"]) == ("登录", updated["OrderId"], 1)


async def test_a_signature_under_review_is_not_changed(
    by_people: Desk, reviewed_by_people: Compliance
) -> None:
    number = await by_people.qualification()
    await _approve(reviewed_by_people)
    told = {"SignName": "杭州测算", "SignSource": 0, "QualificationId": number}
    await by_people.client.ok("CreateSmsSign", **told)
    assert await by_people.client.error("UpdateSmsSign", **told) == (200, "isv.ERROR_SIGN_NOT_MODIFY")


async def test_another_qualification_is_told_with_its_order(desk: Desk) -> None:
    own, more = await desk.qualification(), await desk.qualification(QualificationName="又一份")
    await desk.client.ok("CreateSmsSign", SignName="杭州测算", SignSource=0, QualificationId=own)
    body = await desk.client.ok(
        "ChangeSignatureQualification", SignatureName="杭州测算", QualificationId=more
    )
    assert (body["Success"], body["Data"]["Success"], body["Data"]["ErrCode"]) == (True, True, "OK")
    found = await desk.client.ok("GetSmsSign", SignName="杭州测算")
    assert (found["QualificationId"], found["OrderId"]) == (more, body["Data"]["Data"]["OrderId"])
    unknown = {"SignatureName": "杭州测算", "QualificationId": own, "AuthorizationLetterId": 1}
    assert await desk.client.error("ChangeSignatureQualification", **unknown) == (
        400,
        "SmsAuthorizationLetterNotExist",
    )


async def test_every_documented_error_of_changing_the_qualification_is_told(
    desk: Desk, by_people: Desk, reviewed_by_people: Compliance, compliance: Compliance, vault: Vault
) -> None:
    others, letter = await desk.third_party(), await desk.letter()
    third = {"QualificationId": others, "ThirdParty": True, "AuthorizationLetterId": letter}
    await desk.client.ok("CreateSmsSign", SignName=_NAME, SignSource=0, **third)
    unpassed = await desk.letter("未审")
    outside = await desk.letter("范围外", SignList=["云上"])
    bare = await desk.third_party("缺要素")
    await _lose_elements(compliance, vault, bare)
    first = await by_people.qualification()
    await _approve(reviewed_by_people)
    await by_people.client.ok("CreateSmsSign", SignName="杭州测算", SignSource=0, QualificationId=first)
    waiting = {"SignatureName": "杭州测算", "QualificationId": first}
    cases: list[tuple[Room, dict[str, Any], str]] = [
        (desk, {"SignatureName": "没有"}, "SmsSignatureNotExist"),
        (desk, {"QualificationId": 1}, "QualificationNotExist"),
        (desk, {"AuthorizationLetterId": 1}, "SmsAuthorizationLetterNotExist"),
        (desk, {"AuthorizationLetterId": unpassed}, "SmsPassedAuthorizationLetterNotMatch"),
        (desk, {"AuthorizationLetterId": outside}, "SmsSignNotAuthorized"),
        (desk, {"QualificationId": bare}, "QualificationNotComplete"),
        (by_people, waiting, "SMS_STATUS_ILLEGAL"),
    ]
    for room, changes, code in cases:
        told = {"SignatureName": _NAME, "QualificationId": others} | changes
        assert await room.client.error("ChangeSignatureQualification", **told) == (400, code), changes
    await _approve(reviewed_by_people)
    pending = await by_people.qualification(QualificationName="待审")
    told = {"SignatureName": "杭州测算", "QualificationId": pending}
    last = "SmsQualificationNotPassed"
    assert await by_people.client.error("ChangeSignatureQualification", **told) == (400, last)
    tried = {code for *_, code in cases} | {last} | _LATER.keys()
    assert tried == ACTIONS["ChangeSignatureQualification"].errors.keys()


async def _approve(compliance: Compliance) -> None:
    for order in await compliance.desk.queue():
        await compliance.decide(order.id, Verdict.APPROVE, "", LI)


async def _lose_elements(compliance: Compliance, vault: Vault, number: int) -> None:
    """As a qualification of older days may be stored."""
    desk = compliance.qualifications
    ((account_id, _, _), *_) = await desk._store.read("compliance.tied_qualifications", number)
    found = await desk.get(account_id, number)
    nobody = PersonPapers("", "identityCard", "", found.material.admin.validity)
    standing = replace(found.standing, revision=2)
    row = (number, standing.version, "approved", 2, 2, standing.order_id)
    revision = add_revision(vault, standing, replace(found.material, legal_person=nobody))
    await commit_change(desk._store, (("compliance.move_qualification", row, 1), revision))


async def test_a_qualification_is_changed_by_what_is_told_and_the_rest_stays(desk: Desk) -> None:
    number = await desk.qualification()
    single = (await desk.client.ok("QuerySingleSmsQualification", QualificationGroupId=number))["Data"]
    told = {
        "QualificationGroupId": number,
        "OrderId": single["WorkOrderId"],
        "AdminPhoneNo": "13900000002",
        "AdminName": "赵管理",
    }
    desk.clock.advance(61)
    await desk.client.ok("RequiredPhoneCode", PhoneNo="13900000002")
    code = desk.phone[-1][1]
    body = await desk.client.ok("UpdateSmsQualification", **told, CertifyCode=code)
    assert body["Data"] == str(number)
    after = (await desk.client.ok("QuerySingleSmsQualification", QualificationGroupId=number))["Data"]
    assert (after["AdminName"], after["AdminPhoneNo"]) == ("赵管理", "13900000002")
    assert after["CompanyName"] == single["CompanyName"]
    assert after["WorkOrderId"] != single["WorkOrderId"]
    desk.clock.advance(5)
    assert await desk.client.error("UpdateSmsQualification", **told, CertifyCode=code) == (
        400,
        "WorkOrderIdExpired",
    )
    desk.clock.advance(61)
    await desk.qualification(
        QualificationName="又一份", AdminName="赵管理", AdminIDCardNo="330106199002025676"
    )
    again = told | {"OrderId": after["WorkOrderId"], "AdminIDCardNo": "330106199002025676"}
    assert await desk.client.error("UpdateSmsQualification", **again, CertifyCode=code) == (
        400,
        "SameQualificationGroupError",
    )
    missing = told | {"QualificationGroupId": 1}
    assert await desk.client.error("UpdateSmsQualification", **missing, CertifyCode=code) == (
        400,
        "QualificationNotExist",
    )


async def test_a_qualification_is_deleted_unless_a_signature_needs_it(desk: Desk) -> None:
    number = await desk.qualification()
    order = (await desk.client.ok("QuerySmsQualificationRecord"))["Data"]["List"][0]["WorkOrderId"]
    told = {"QualificationGroupId": number, "OrderId": order}
    await desk.client.ok("CreateSmsSign", SignName="杭州测算", SignSource=0, QualificationId=number)
    assert await desk.client.error("DeleteSmsQualification", **told) == (400, "BindSignDeleteFailed")
    assert await desk.client.error("DeleteSmsQualification", **told | {"OrderId": 1}) == (
        400,
        "QualificationNotExist",
    )
    await desk.client.ok("DeleteSmsSign", SignName="杭州测算")
    assert (await desk.client.ok("DeleteSmsQualification", **told))["Data"] is True
    assert await desk.client.error("DeleteSmsQualification", **told) == (400, "QualificationNotExist")


async def test_two_applications_within_five_seconds_are_one_too_many(desk: Desk) -> None:
    number = await desk.qualification()
    order = (await desk.client.ok("QuerySmsQualificationRecord"))["Data"]["List"][0]["WorkOrderId"]
    code = await desk.code()
    told = {"QualificationGroupId": number, "OrderId": order, "AdminPhoneNo": "13900000001"}
    await desk.client.ok("UpdateSmsQualification", **told, CertifyCode=code)
    newest = (await desk.client.ok("QuerySmsQualificationRecord"))["Data"]["List"][0]["WorkOrderId"]
    assert await desk.client.error(
        "UpdateSmsQualification", **told | {"OrderId": newest}, CertifyCode=code
    ) == (429, "Throttling.User")
