"""The older family of actions for signatures: AddSmsSign, ModifySmsSign, QuerySmsSign.

They know no qualifications. What they do not say is taken from what the account has: a new signature is for own use, on the
newest approved qualification for that; a changed one stays on what it leans on (docs/adr/0027).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

from hongyan.apis.aliyun.actions._older import OLD_DOOR, bounded, decided
from hongyan.apis.aliyun.actions._shapes import actor, audit_state, beijing_time
from hongyan.apis.aliyun.call import Call
from hongyan.apis.aliyun.errors import VendorError, missing
from hongyan.apis.aliyun.registry import Answer, Services, action
from hongyan.compliance import (
    QualificationFilter,
    SignatureMaterial,
    SignatureView,
    SignSource,
    SignType,
    State,
    Submitted,
)
from hongyan.compliance.papers import Use
from hongyan.kernel.errors import Refused

MOST_FILES: Final = 10
MOST_REMARK: Final = 200
_NOTHING_SAID: Final = "无审核备注"
"""Reason of what was not rejected. Source: QuerySmsSign.Reason."""
_LINK: Final = re.compile(r"https?://[^\s，。；、）]+")
_SOURCE: Final = "isv.SIGN_SOURCE_ILLEGAL"
_BY_RULE: Final[Mapping[str, str]] = {
    "signature.too_long": "isv.SIGN_OVER_LIMIT",
    "signature.emoji": "isv.SMS_SIGN_EMOJI_ILLEGAL",
}
"""What of a name's form has a code of its own."""
_FILE: Final = "isv.INVALID_PARAMETERS"
_ERRORS: Final[Mapping[str, str]] = {
    "account.own_use_of_individual": "ForbiddenAction",
    "signature.unknown": "isv.SMS_SIGNATURE_ILLEGAL",
    "signature.name_malformed": "isv.SIGN_NAME_ILLEGAL",
    "signature.name_taken": "isv.SIGN_NAME_ILLEGAL",
    "signature.too_many_today": "isv.SIGN_COUNT_OVER_LIMIT",
    "signature.qualification_unknown": "QualificationNotFound",
    "signature.qualification_not_approved": "InvalidQualification",
    "signature.qualification_incomplete": "InvalidQualification",
    "signature.purpose_mismatch": "ParameterMismatch.ThirdParty",
    "signature.letter_missing": "SmsAuthorizationLetterNotMatch",
    "signature.letter_of_another": "SmsAuthorizationLetterNotMatch",
    "signature.letter_for_another": "SmsAuthorizationLetterNotMatch",
    "signature.letter_not_valid": "SmsAuthorizationLetterNotMatch",
    "signature.trademark_unknown": _SOURCE,
    "signature.app_record_unknown": _SOURCE,
    "signature.scene_missing": _SOURCE,
    "signature.scene_malformed": _SOURCE,
    "signature.not_editable": "isv.ERROR_SIGN_NOT_MODIFY",
    "paper.too_large": "isv.SIGN_FILE_LIMIT",
    "paper.empty": "isv.ERROR_EMPTY_FILE",
    "paper.not_base64": _FILE,
    "paper.key_malformed": _FILE,
    "paper.unknown_suffix": _FILE,
    "paper.unknown_type": _FILE,
    "paper.misnamed": _FILE,
    "paper.wrong_format": _FILE,
    "paper.damaged": _FILE,
    "paper.too_many_pixels": _FILE,
    "paper.too_many_frames": _FILE,
    "paper.too_heavy": _FILE,
    "paper.quota": "isv.SIGN_FILE_LIMIT",
}


@action("AddSmsSign", changes_state=True, errors=_ERRORS)
async def add_sms_sign(services: Services, call: Call) -> Answer:
    """Apply for a signature."""
    wanted = QualificationFilter(use_by_self=True, states=(State.APPROVED,))
    _, found = await services.compliance.qualifications.page(call.account_id, wanted, limit=1, offset=0)
    lean = SignatureMaterial(
        SignType.GENERAL, _source(call), third_party=False, qualification_id=found[0].id if found else None
    )
    return await _apply(services, call, services.compliance.signatures.submit, lean)


@action("ModifySmsSign", changes_state=True, errors=_ERRORS)
async def modify_sms_sign(services: Services, call: Call) -> Answer:
    """Apply again with other papers; an approved signature keeps what was approved meanwhile."""
    found = await services.compliance.signatures.get(call.account_id, call.text("SignName"))
    return await _apply(services, call, services.compliance.signatures.resubmit, found.material)


@action("QuerySmsSign", changes_state=False, errors=_ERRORS)
async def query_sms_sign(services: Services, call: Call) -> Answer:
    """Where a signature stands in its review."""
    found: SignatureView = await services.compliance.signatures.get(call.account_id, call.text("SignName"))
    return {
        "SignName": found.name,
        "SignStatus": audit_state(found.standing).number,
        "CreateDate": beijing_time(found.standing.created_ms),
        "Reason": decided(found.standing, _NOTHING_SAID),
    }


async def _apply(
    services: Services, call: Call, desk: Callable[..., Awaitable[Submitted]], lean: SignatureMaterial
) -> Answer:
    """`lean`: on what the signature leans; the rest of it is what the call says."""
    remark = bounded(call, "Remark", MOST_REMARK, "isv.SIGN_OVER_LIMIT")
    link = _LINK.search(remark)
    material = replace(
        lean,
        sign_type=SignType(call.integer("SignType", SignType.GENERAL, least=0, most=1)),
        source=_source(call),
        apply_scene=link[0] if link else "",
        remark=remark,
        papers=await _papers(services, call),
    )
    who = actor(call, OLD_DOOR)
    try:
        submitted = await desk(
            call.account_id, call.text("SignName"), material, actor=who, nonce=call.nonce, use=Use.PICTURE
        )
    except Refused as refused:
        raise _by_rule(refused) from None
    return {"SignName": submitted.label}


def _source(call: Call) -> SignSource:
    number = call.integer("SignSource")
    try:
        return SignSource(number)
    except ValueError:
        raise VendorError(_SOURCE, 200, f"签名来源不支持：SignSource={number}") from None


async def _papers(services: Services, call: Call) -> tuple[str, ...]:
    """Keys of the pictures of the call, which are kept from now on."""
    keys = []
    for place, entry in enumerate(call.flat_objects("SignFileList", most=MOST_FILES), 1):
        for name in ("FileContents", "FileSuffix"):
            if name not in entry or (name == "FileSuffix" and not entry[name]):
                raise missing(f"SignFileList.{place}.{name}")
        paper = await services.compliance.papers.keep_inline(
            call.account_id, entry["FileContents"], entry["FileSuffix"], actor=actor(call, OLD_DOOR)
        )
        keys.append(paper.key)
    return tuple(keys)


def _by_rule(refused: Refused) -> Exception:
    findings = refused.facts.get("findings")
    for finding in findings if isinstance(findings, list) else ():
        if (code := _BY_RULE.get(finding["rule"])) is not None:
            return VendorError(code, 200, finding["message"]["zh"])
    return refused
