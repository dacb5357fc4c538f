"""Signatures: parse, call compliance, shape the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from hongyan.apis.aliyun.actions._shapes import actor, audit, audit_state, beijing_time, listed, paper_links
from hongyan.apis.aliyun.call import Call
from hongyan.apis.aliyun.registry import Answer, Services, action
from hongyan.compliance import Kind, SignatureMaterial, SignatureView, SignSource, SignType, Submitted
from hongyan.compliance.registration import (
    NETWORKS,
    NOT_FILED,
    REASONS,
    VENDOR_STATUS,
    NetworkStanding,
    RegistrationState,
    Wait,
    waited,
)

_BUSINESS_TYPE: Final[Mapping[SignType, str]] = {SignType.CODE: "验证码类型", SignType.GENERAL: "通用类型"}
_USAGE: Final[Mapping[SignSource, str]] = {
    SignSource.ENTERPRISE: "企事业单位名。",
    SignSource.WEBSITE: "工信部备案的网站名。",
    SignSource.APP: "已上线的APP名。",
    SignSource.ACCOUNT_OR_MINI_PROGRAM: "公众号或小程序名。",
    SignSource.SHOP: "电商平台店铺名。",
    SignSource.TRADEMARK: "已注册商标名。",
}
_ERRORS: Final[Mapping[str, str]] = {
    "account.own_use_of_individual": "ForbiddenAction",
    "signature.unknown": "SignatureNotFound",
    "signature.name_missing": "MissingSignName",
    "signature.name_malformed": "InvalidSignName",
    "signature.name_taken": "SignName.Exists",
    "signature.qualification_unknown": "QualificationNotFound",
    "signature.qualification_not_approved": "InvalidQualification",
    "signature.qualification_incomplete": "InvalidQualification",
    "signature.purpose_mismatch": "ParameterMismatch.ThirdParty",
    "signature.letter_missing": "SmsAuthorizationLetterNotMatch",
    "signature.letter_of_another": "SmsAuthorizationLetterNotMatch",
    "signature.letter_for_another": "SmsAuthorizationLetterNotMatch",
    "signature.letter_not_valid": "SmsAuthorizationLetterNotMatch",
    "signature.letter_unknown": "SmsAuthorizationLetterNotExist",
    "signature.not_in_letter": "SmsSignNotAuthorized",
    "signature.trademark_unknown": "TrademarkNotExist",
    "signature.app_record_unknown": "AppIcpRecordNotExist",
    "signature.scene_missing": "MissApplySceneContent",
    "signature.scene_malformed": "InvalidApplySceneContent",
    "signature.in_review": "isv.ERROR_SIGN_NOT_DELETE",
    "signature.not_editable": "isv.ERROR_SIGN_NOT_MODIFY",
    "signature.locked": "isv.ERROR_SIGN_NOT_MODIFY",
    "signature.too_many_today": "isv.SIGN_COUNT_OVER_LIMIT",
}
_REBIND_ERRORS: Final[Mapping[str, str]] = {
    "signature.unknown": "SmsSignatureNotExist",
    "signature.not_approved": "SMS_STATUS_ILLEGAL",
    "signature.locked": "SMS_STATUS_ILLEGAL",
    "signature.qualification_unknown": "QualificationNotExist",
    "signature.qualification_not_approved": "SmsQualificationNotPassed",
    "signature.qualification_incomplete": "QualificationNotComplete",
    "signature.qualification_refused": "SmsQualificationRegisterFailed",
    "signature.letter_missing": "SmsPassedAuthorizationLetterNotMatch",
    "signature.letter_of_another": "SmsPassedAuthorizationLetterNotMatch",
    "signature.letter_for_another": "SmsPassedAuthorizationLetterNotMatch",
    "signature.letter_not_valid": "SmsPassedAuthorizationLetterNotMatch",
    "signature.letter_not_passed": "SmsPassedAuthorizationLetterNotMatch",
    "signature.letter_unknown": "SmsAuthorizationLetterNotExist",
    "signature.not_in_letter": "SmsSignNotAuthorized",
}


@action("CreateSmsSign", changes_state=True, errors=_ERRORS)
async def create_sms_sign(services: Services, call: Call) -> Answer:
    """Apply for a signature."""
    return await _apply(services.compliance.signatures.submit, call)


@action("UpdateSmsSign", changes_state=True, errors=_ERRORS)
async def update_sms_sign(services: Services, call: Call) -> Answer:
    """Apply again with other material for a signature that was rejected or approved; the name stays."""
    return await _apply(services.compliance.signatures.resubmit, call)


@action("ChangeSignatureQualification", changes_state=True, errors=_REBIND_ERRORS)
async def change_signature_qualification(services: Services, call: Call) -> Answer:
    """Apply for another qualification, and perhaps another letter, of an approved signature."""
    submitted = await services.compliance.signatures.rebind(
        call.account_id,
        call.text("SignatureName"),
        call.integer("QualificationId", least=1),
        _number(call, "AuthorizationLetterId"),
        actor=actor(call),
        nonce=call.nonce,
    )
    data = {
        "Success": True,
        "ErrCode": "OK",
        "ErrMessage": "OK",
        "Data": {"OrderId": str(submitted.order_id)},
    }
    return {"Success": True, "Data": data}


@action("GetSmsSign", changes_state=False, errors=_ERRORS)
async def get_sms_sign(services: Services, call: Call) -> Answer:
    """One signature with its review and its registration."""
    found = await services.compliance.signatures.get(call.account_id, call.text("SignName"))
    standing, material = found.standing, found.material
    links = await paper_links(services, call, Kind.SIGNATURE, standing.id, found.revision)
    registered = await services.compliance.registrations.standing(call.account_id, found.name)
    rows = [row for each in registered.networks for row in each.rows]
    waits = await services.compliance.registration_views.deadlines.waits(rows)
    answer: Answer = {
        "SignName": found.name,
        "SignCode": f"SIGN_{standing.account_id}_{standing.created_ms}_{standing.id}",
        "SignStatus": audit_state(standing).number,
        "SignTag": str(found.tag.value),
        "SignUsage": _USAGE[material.source],
        **audit(standing),
        "Remark": material.remark,
        "ApplyScene": material.apply_scene,
        "ThirdParty": material.third_party,
        "FileUrlList": [links[key] for key in material.papers if key in links],
        "AuthorizationLetterAuditPass": found.letter_passed,
        "RegisterResult": registered.register_result,
        "SignIspRegisterDetailList": [_network(each, waits) for each in registered.networks],
    }
    if material.qualification_id is not None:
        answer["QualificationId"] = material.qualification_id
    return answer | _proofs(found)


@action("QuerySmsSignList", changes_state=False, errors=_ERRORS)
async def query_sms_sign_list(services: Services, call: Call) -> Answer:
    """A page of the account's signatures, the newest first."""
    return await listed(call, services.compliance.signatures, "SmsSignList", _row)


@action("DeleteSmsSign", changes_state=True, errors=_ERRORS)
async def delete_sms_sign(services: Services, call: Call) -> Answer:
    """Delete a signature for ever."""
    name = call.text("SignName")
    await services.compliance.signatures.delete(call.account_id, name, actor=actor(call), nonce=call.nonce)
    return {"SignName": name}


async def _apply(desk: Callable[..., Awaitable[Submitted]], call: Call) -> Answer:
    """What CreateSmsSign and UpdateSmsSign take and answer is the same."""
    material = SignatureMaterial(
        sign_type=SignType(call.integer("SignType", SignType.GENERAL, least=0, most=1)),
        source=SignSource(call.integer("SignSource", least=0, most=5)),
        third_party=call.boolean("ThirdParty", False),
        qualification_id=call.integer("QualificationId", least=1),
        apply_scene=call.text("ApplySceneContent", ""),
        remark=call.text("Remark", ""),
        papers=tuple(call.json_list("MoreData", str)),
        letter_id=_number(call, "AuthorizationLetterId"),
        trademark_id=_number(call, "TrademarkId"),
        app_record_id=_number(call, "AppIcpRecordId"),
    )
    submitted = await desk(
        call.account_id, call.text("SignName"), material, actor=actor(call), nonce=call.nonce
    )
    return {"Message": "successful", "SignName": submitted.label, "OrderId": str(submitted.order_id)}


def _network(standing: NetworkStanding, waits: Mapping[int, Wait]) -> Answer:
    waiting = f"{_waiting(standing, waits)}。" if standing.state is RegistrationState.REGISTERING else ""
    answer: Answer = {
        "OperatorCode": NETWORKS[standing.network].operator_code,
        "RegisterStatus": VENDOR_STATUS[standing.state],
        "RegisterStatusReasons": [
            {
                "ReasonCode": reason.value,
                "ReasonDescList": [f"{REASONS[reason].words.zh}。", *filter(None, (waiting,))],
            }
            for reason in standing.reasons
        ],
    }
    if standing.answered_ms is not None:
        answer["OperatorCompleteTime"] = beijing_time(standing.answered_ms)
    return answer


def _waiting(standing: NetworkStanding, waits: Mapping[int, Wait]) -> str:
    """Of the number that waits longest; one that was filed before those that were not."""
    known = [waits[row.id] for row in standing.rows if row.id in waits]
    longest = max(known, key=lambda wait: wait.elapsed, default=None)
    return NOT_FILED.zh if longest is None else waited(longest).zh


def _row(view: SignatureView) -> Answer:
    row: Answer = {
        "SignName": view.name,
        "BusinessType": _BUSINESS_TYPE[view.material.sign_type],
        "authorizationLetterAuditPass": view.letter_passed,
    }
    return row | _proofs(view)


def _proofs(view: SignatureView) -> Answer:
    material = view.material
    numbers = {
        "AuthorizationLetterId": material.letter_id,
        "TrademarkId": material.trademark_id,
        "AppIcpRecordId": material.app_record_id,
    }
    return {name: number for name, number in numbers.items() if number is not None}


def _number(call: Call, name: str) -> int | None:
    return call.integer(name) if call.has(name) else None
