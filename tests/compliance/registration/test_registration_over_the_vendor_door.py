"""What the vendor's programs read of registrations."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_dysmsapi20170525.models import GetSmsSignResponseBody
from in_process_store import InProcessStore
from registration_room import NAME, RegistrationRoom, make_registration_room
from vendor_client import VendorClient

from hongyan.apis.aliyun.door import AliyunDoor
from hongyan.apis.aliyun.intake import DoorSettings
from hongyan.apis.aliyun.registry import Services
from hongyan.compliance.registration import ReasonCode, RegistrationEvent
from hongyan.kernel.clock import ManualClock, beijing
from hongyan.kernel.ids import IdMaker

E, R = RegistrationEvent, ReasonCode


@pytest.fixture
async def registering(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> RegistrationRoom:
    return await make_registration_room(store, clock, ids)


@pytest.fixture
async def vendor(registering: RegistrationRoom) -> VendorClient:
    room, clock = registering, registering.clock
    key = await room.identity.create_key(room.tenant.account_id, "app", actor="test")
    services = Services(None, room.tenant.compliance, clock)  # type: ignore[arg-type]
    settings = DoorSettings(old_actions=False, max_body=1024 * 1024)
    door = AliyunDoor(room.identity, services, room.vault, clock=clock, settings=settings)
    return VendorClient(door, key, lambda: clock.now_ms() / 1000)


async def test_each_carrier_has_its_state_and_its_reasons(
    registering: RegistrationRoom, vendor: VendorClient
) -> None:
    await registering.approved()
    rows = await registering.of()
    await registering.apply(rows["mobile"], E.FILED)
    await registering.apply(rows["mobile"], E.ACCEPTED, at_ms=1_767_225_600_000)
    await registering.apply(rows["telecom"], E.FILED)
    await registering.apply(rows["telecom"], E.REFUSED, reason=R.QUALIFICATION_ERROR)
    answer = await vendor.ok("GetSmsSign", SignName=NAME)
    body = GetSmsSignResponseBody().from_map(answer)
    assert body.register_result == -1
    found = {each.operator_code: each for each in body.sign_isp_register_detail_list}
    assert {code: each.register_status for code, each in found.items()} == {
        "mobile": 1,
        "unicom": -1,
        "telecom": 0,
    }
    assert found["mobile"].operator_complete_time == "2026-01-01 08:00:00"
    assert found["unicom"].operator_complete_time is None
    (reason,) = found["telecom"].register_status_reasons
    assert (reason.reason_code, reason.reason_desc_list) == (
        "QUALIFICATION_ERROR",
        ["资质原因：关联资质信息有误。"],
    )


FILED, ACCEPTED, VERIFIED = (E.FILED, {}), (E.ACCEPTED, {"at_ms": 1_767_225_600_000}), (E.VERIFIED, {})
ANSWERED = "2026-01-01 08:00:00"


@pytest.mark.parametrize(
    ("events", "status", "reason", "completed"),
    [
        ([FILED], -1, "REGISTERING", None),
        ([FILED, ACCEPTED], 1, "DETECTING", ANSWERED),
        ([FILED, ACCEPTED, VERIFIED], 3, "DETECT_SUCCESS", ANSWERED),
        ([FILED, (E.REFUSED, {"reason": R.SIGNATURE_ERROR})], 0, "SIGNATURE_ERROR", ""),
        ([FILED, (E.TIMED_OUT, {})], 0, "REGISTER_TIMEOUT", None),
        ([FILED, ACCEPTED, VERIFIED, (E.IDLE, {})], 2, "NO_SEND_RECORD", ANSWERED),
        ([FILED, ACCEPTED, (E.CODE_TAKEN_BACK, {})], 2, "EXT_CODE_RECYCLE", ANSWERED),
        ([FILED, ACCEPTED, VERIFIED, (E.CAMPAIGN, {})], 2, "SUBPORT_RECYCLE", ""),
    ],
)
async def test_every_state_that_begins_is_told_as_the_vendor_does(
    registering: RegistrationRoom,
    vendor: VendorClient,
    events: list[tuple[RegistrationEvent, dict[str, Any]]],
    status: int,
    reason: str,
    completed: str | None,
) -> None:
    """`completed`: "" for the moment of the answer."""
    await registering.approved()
    for event, told in events:
        await registering.apply((await registering.of())["unicom"], event, **told)
    answer = await vendor.ok("GetSmsSign", SignName=NAME)
    (found,) = (each for each in answer["SignIspRegisterDetailList"] if each["OperatorCode"] == "unicom")
    assert (found["RegisterStatus"], found["RegisterStatusReasons"][0]["ReasonCode"]) == (status, reason)
    now = f"{beijing(registering.clock.now_ms()):%Y-%m-%d %H:%M:%S}"
    assert found.get("OperatorCompleteTime") == (now if completed == "" else completed)


async def test_another_qualification_cures_what_was_refused_and_registers_again(
    registering: RegistrationRoom, vendor: VendorClient
) -> None:
    await registering.approved()
    for row in (await registering.of()).values():
        await registering.apply(row, E.FILED)
        await registering.apply(row, E.REFUSED, reason=R.QUALIFICATION_ERROR)
    assert (await vendor.ok("GetSmsSign", SignName=NAME))["RegisterResult"] == 0
    other = (await registering.tenant.qualification("又一份")).object_id
    rebind = {"SignatureName": NAME, "QualificationId": other}
    _, code = await vendor.error("ChangeSignatureQualification", **rebind)
    assert code == "SmsQualificationNotPassed"
    await registering.tenant.approve_open()
    await vendor.ok("ChangeSignatureQualification", **rebind)
    await registering.tenant.approve_open()
    answer = await vendor.ok("GetSmsSign", SignName=NAME)
    assert (answer["QualificationId"], answer["RegisterResult"]) == (other, -1)
    assert {each["RegisterStatus"] for each in answer["SignIspRegisterDetailList"]} == {-1}


async def test_the_qualification_that_it_has_already_registers_nothing_again(
    registering: RegistrationRoom, vendor: VendorClient
) -> None:
    await registering.approved()
    for row in (await registering.of()).values():
        for event in (E.FILED, E.ACCEPTED, E.VERIFIED):
            await registering.apply(row, event)
    before = await registering.of()
    found = await vendor.ok("GetSmsSign", SignName=NAME)
    rebind = {"SignatureName": NAME, "QualificationId": found["QualificationId"]}
    for _ in range(2):
        body = await vendor.ok("ChangeSignatureQualification", **rebind)
        assert (body["Data"]["ErrCode"], body["Data"]["Data"]["OrderId"]) == ("OK", found["OrderId"])
    await registering.tenant.approve_open()
    assert await registering.of() == before
    assert await vendor.ok("GetSmsSign", SignName=NAME) | {"RequestId": ""} == found | {"RequestId": ""}


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (R.QUALIFICATION_ERROR, "SmsQualificationRegisterFailed"),
        (R.SIGNATURE_QUALIFICATION_ERROR, "SmsQualificationRegisterFailed"),
        (R.SIGNATURE_ERROR, "OK"),
    ],
)
async def test_the_qualification_that_a_carrier_has_refused_is_not_bound_again_as_it_is(
    registering: RegistrationRoom, vendor: VendorClient, reason: ReasonCode, code: str
) -> None:
    await registering.approved()
    for network, row in (await registering.of()).items():
        await registering.apply(row, E.FILED)
        if network == "telecom":
            await registering.apply(row, E.REFUSED, reason=reason)
        else:
            await registering.apply(row, E.ACCEPTED)
    found = await vendor.ok("GetSmsSign", SignName=NAME)
    rebind = {"SignatureName": NAME, "QualificationId": found["QualificationId"]}
    _, answer = await vendor.call("ChangeSignatureQualification", **rebind)
    assert answer["Code"] == code
    await registering.edit_qualification(int(found["QualificationId"]))
    assert {row.state.value for row in (await registering.of()).values()} == {"registering"}


async def test_who_waits_reads_how_long_and_what_is_usual(
    registering: RegistrationRoom, vendor: VendorClient
) -> None:
    """A reason may have several descriptions: what is so, and how the time stands; nobody is said to be slow who has nothing."""
    await registering.approved()
    await registering.apply((await registering.of())["mobile"], E.FILED)
    registering.clock.advance(20 * 86_400)
    answer = await vendor.ok("GetSmsSign", SignName=NAME)
    body = GetSmsSignResponseBody().from_map(answer)
    found = {each.operator_code: each for each in body.sign_isp_register_detail_list}
    (reason,) = found["mobile"].register_status_reasons
    assert reason.reason_code == "REGISTERING"
    state, time = reason.reason_desc_list
    assert state == "签名报备中。"
    assert time.startswith("已提交 14 个工作日，通常 5-10 个（半数不超过 7 个），已超期；依据公开说明")
    assert "2026-06-12 之后视为超期；至 2026-07-14 仍无反馈即为失败" in time
    (reason,) = found["unicom"].register_status_reasons
    assert reason.reason_desc_list == ["签名报备中。", "尚未提交给运营商。"]


async def test_a_signature_under_review_is_not_registered(
    registering: RegistrationRoom, vendor: VendorClient
) -> None:
    await registering.tenant.signature()
    answer = await vendor.ok("GetSmsSign", SignName=NAME)
    assert answer["RegisterResult"] == -1
    for each in answer["SignIspRegisterDetailList"]:
        assert each["RegisterStatus"] == -2
        assert [reason["ReasonCode"] for reason in each["RegisterStatusReasons"]] == ["NON_REGISTER"]


async def test_an_edit_while_registering_is_refused_as_the_vendor_does(
    registering: RegistrationRoom, vendor: VendorClient
) -> None:
    await registering.approved()
    qualification_id = (await registering.of())["mobile"].qualification_id
    edit = {"SignName": NAME, "SignSource": 0, "QualificationId": qualification_id}
    _, code = await vendor.error("UpdateSmsSign", **edit)
    assert code == "isv.ERROR_SIGN_NOT_MODIFY"
    rebind = {"SignatureName": NAME, "QualificationId": qualification_id}
    _, code = await vendor.error("ChangeSignatureQualification", **rebind)
    assert code == "SMS_STATUS_ILLEGAL"
