"""Signatures: parse, call compliance, shape the answer.

Carrier registration is not kept yet, so each carrier is answered as what is known of it: not filed (-2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hongyan.apis.aliyun.actions._shapes import (
    actor,
    audit_state,
    beijing_time,
    page_of,
    reason,
    reject_info,
)
from hongyan.apis.aliyun.call import Call
from hongyan.apis.aliyun.registry import Answer, Services, action
from hongyan.compliance import (
    Proofs,
    SignatureMaterial,
    SignatureView,
    SignSource,
    SignType,
)

_NOT_FILED: Final = -2
_CARRIERS: Final = ("mobile", "unicom", "telecom")
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
    "account.not_enterprise": "ForbiddenAction",
    "signature.unknown": "SignatureNotFound",
    "signature.name_missing": "MissingSignName",
    "signature.name_malformed": "InvalidSignName",
    "signature.name_taken": "SignName.Exists",
    "signature.qualification_unknown": "QualificationNotFound",
    "signature.qualification_not_approved": "InvalidQualification",
    "signature.purpose_mismatch": "ParameterMismatch.ThirdParty",
    "signature.letter_missing": "SmsAuthorizationLetterNotMatch",
    "signature.letter_unknown": "SmsAuthorizationLetterNotExist",
    "signature.trademark_unknown": "TrademarkNotExist",
    "signature.app_record_unknown": "AppIcpRecordNotExist",
    "signature.scene_missing": "MissApplySceneContent",
    "signature.scene_malformed": "InvalidApplySceneContent",
    "signature.in_review": "isv.ERROR_SIGN_NOT_DELETE",
}


@action("CreateSmsSign", changes_state=True, errors=_ERRORS)
async def create_sms_sign(services: Services, call: Call) -> Answer:
    """Apply for a signature."""
    material = SignatureMaterial(
        sign_type=SignType(call.integer("SignType", SignType.GENERAL, least=0, most=1)),
        source=SignSource(call.integer("SignSource", least=0, most=5)),
        third_party=call.boolean("ThirdParty", False),
        qualification_id=call.integer("QualificationId", least=1),
        apply_scene=call.text("ApplySceneContent", ""),
        remark=call.text("Remark", ""),
        papers=tuple(call.json_list("MoreData", str)),
    )
    proofs = Proofs(
        letter_id=_number(call, "AuthorizationLetterId"),
        trademark_id=_number(call, "TrademarkId"),
        app_record_id=_number(call, "AppIcpRecordId"),
    )
    submitted = await services.compliance.signatures.submit(
        call.account_id, call.text("SignName"), material, proofs, actor=actor(call), nonce=call.nonce
    )
    return {"Message": "successful", "SignName": submitted.label, "OrderId": str(submitted.order_id)}


@action("GetSmsSign", changes_state=False, errors=_ERRORS)
async def get_sms_sign(services: Services, call: Call) -> Answer:
    """One signature with its review and its registration."""
    found = await services.compliance.signatures.get(call.account_id, call.text("SignName"))
    standing, material = found.standing, found.material
    answer: Answer = {
        "SignName": found.name,
        "SignCode": f"SIGN_{standing.account_id}_{standing.created_ms}_{standing.id}",
        "SignStatus": audit_state(standing).number,
        "SignTag": str(found.tag.value),
        "SignUsage": _USAGE[material.source],
        "CreateDate": beijing_time(standing.created_ms),
        "OrderId": str(standing.order_id),
        "Remark": material.remark,
        "ApplyScene": material.apply_scene,
        "ThirdParty": material.third_party,
        "AuditInfo": {
            "AuditDate": beijing_time(standing.decided_ms),
            "RejectInfo": reject_info(standing),
        },
        "FileUrlList": list(material.papers),
        "AuthorizationLetterAuditPass": False,
        "RegisterResult": -1,
        "SignIspRegisterDetailList": [
            {"OperatorCode": carrier, "RegisterStatus": _NOT_FILED, "RegisterStatusReasons": []}
            for carrier in _CARRIERS
        ],
    }
    if material.qualification_id is not None:
        answer["QualificationId"] = material.qualification_id
    return answer


@action("QuerySmsSignList", changes_state=False, errors=_ERRORS)
async def query_sms_sign_list(services: Services, call: Call) -> Answer:
    """A page of the account's signatures, the newest first."""
    page = page_of(call, "PageIndex")
    total, found = await services.compliance.signatures.page(
        call.account_id, limit=page.size, offset=page.offset
    )
    return {
        "TotalCount": total,
        "CurrentPage": page.number,
        "PageSize": page.size,
        "SmsSignList": [_row(view) for view in found],
    }


@action("DeleteSmsSign", changes_state=True, errors=_ERRORS)
async def delete_sms_sign(services: Services, call: Call) -> Answer:
    """Delete a signature for ever."""
    name = call.text("SignName")
    await services.compliance.signatures.delete(call.account_id, name, actor=actor(call), nonce=call.nonce)
    return {"SignName": name}


def _row(view: SignatureView) -> Answer:
    return {
        "SignName": view.name,
        "AuditStatus": audit_state(view.standing).word,
        "BusinessType": _BUSINESS_TYPE[view.material.sign_type],
        "CreateDate": beijing_time(view.standing.created_ms),
        "OrderId": str(view.standing.order_id),
        "Reason": reason(view.standing),
        "authorizationLetterAuditPass": False,
    }


def _number(call: Call, name: str) -> int | None:
    return call.integer(name) if call.has(name) else None
