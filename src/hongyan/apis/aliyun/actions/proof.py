"""Letters of authorization, trademarks, app ICP records: parse, call compliance, shape the answer."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final, TypeVar

from hongyan.apis.aliyun.actions._shapes import actor, paper_links
from hongyan.apis.aliyun.call import Call
from hongyan.apis.aliyun.registry import Answer, Services, action
from hongyan.compliance import (
    AppRecord,
    AppRecordMaterial,
    Letter,
    LetterFilter,
    LetterMaterial,
    LetterState,
    LetterStatus,
    ProofKind,
    Trademark,
    TrademarkMaterial,
)

E = TypeVar("E", bound=Enum)

_STATE: Final[Mapping[LetterState, str]] = {LetterState.INITIAL: "INT", LetterState.PASSED: "PASSED"}  # sic
_STATUS: Final[Mapping[LetterStatus, str]] = {LetterStatus.VALID: "VALID", LetterStatus.INVALID: "INVALID"}
_ERRORS: Final[Mapping[str, str]] = {
    "letter.name_taken": "AuthorizationLetterNameRepeat",
    "letter.name_malformed": "AuthorizationLetterNameNotMatchRegex",
    "letter.name_too_long": "AuthorizationLetterNameOverLimit",
    "letter.authorizer_malformed": "AuthorizationNotMatchRegex",
    "letter.authorizer_too_long": "AuthorizationOverLimit",
    "letter.party_malformed": "ProxyAuthorizationNotMatchRegex",
    "letter.party_too_long": "ProxyAuthorizationOverLimit",
    "letter.code_too_long": "OrganizationCodeOverLimit",
    "letter.dates_malformed": "AuthorizationLetterDateNotMatchRegex",
    "letter.not_valid": "AuthorizationLetterDateNotValid",
    "letter.file_missing": "AuthorizationOssFileNotUploadError",
    "letter.scope_too_large": "SignNumOverLimit",
    "letter.scope_malformed": "SignNotMatchRegex",
    "trademark.name_missing": "TrademarkNameNotMatchRegex",
    "trademark.name_too_long": "TrademarkNameOverLimit",
    "trademark.applicant_missing": "TrademarkApplicantNameNotMatchRegex",
    "trademark.applicant_too_long": "TrademarkApplicantNameOverLimit",
    "trademark.number_missing": "TrademarkRegistrationNumberNotMatchRegex",
    "trademark.number_too_long": "TrademarkRegistrationNumberOverLimit",
    "trademark.dates_malformed": "TrademarkLetterDateNotMatchRegex",
    "trademark.not_valid": "TrademarkDateNotValid",
    "trademark.file_missing": "TrademarkOssFileNotUploadError",
    "trademark.file_format": "TrademarkPicsFileError",
    "app_record.principal_missing": "AppPrincipalUnitNameNotMatchRegex",
    "app_record.principal_too_long": "AppPrincipalUnitNameOverLimit",
    "app_record.number_missing": "AppIcpLicenseNumberNotMatchRegex",
    "app_record.number_too_long": "AppIcpLicenseNumberOverLimit",
    "app_record.date_malformed": "AppIcpRecordDateNotMatchRegex",
    "app_record.not_yet_approved": "AppApprovalDateNotValid",
    "app_record.link_malformed": "AppDomainNotMatchRegex",
    "app_record.link_too_long": "AppDomainOverLimit",
    "app_record.file_missing": "AppIcpRecordOssFileNotUploadError",
    "app_record.file_format": "AppIcpRecordPicsFileError",
}


@action("CreateSmsAuthorizationLetter", changes_state=True, errors=_ERRORS)
async def create_sms_authorization_letter(services: Services, call: Call) -> Answer:
    """Keep a letter; the answer's Data is its number."""
    material = LetterMaterial(
        authorizer=call.text("Authorization"),
        organization_code=call.text("OrganizationCode"),
        authorized_party=call.text("ProxyAuthorization"),
        validity=call.text("AuthorizationLetterExpDate"),
        picture=call.text("AuthorizationLetterPic"),
        scope=tuple(call.json_list("SignList", str)),
    )
    number = await services.compliance.letters.create(
        call.account_id, call.text("AuthorizationLetterName"), material, actor=actor(call), nonce=call.nonce
    )
    return _made(number)


@action("QuerySmsAuthorizationLetter", changes_state=False, errors=_ERRORS)
async def query_sms_authorization_letter(services: Services, call: Call) -> Answer:
    """The account's letters that fit; without parameters all."""
    ids = call.json_list("AuthorizationLetterIdList", int)
    wanted = LetterFilter(
        ids=frozenset(ids) if call.has("AuthorizationLetterIdList") else None,
        organization_code=call.optional("OrganizationCode"),
        sign_name=call.optional("SignName"),
        state=_one_of(call, "State", _STATE),
        status=_one_of(call, "Status", _STATUS),
    )
    letters = services.compliance.letters
    found = await letters.find(call.account_id, wanted)
    return {"Success": True, "Data": [_letter(each, _STATUS[each.status(letters.today)]) for each in found]}


@action("CreateSmsTrademark", changes_state=True, errors=_ERRORS)
async def create_sms_trademark(services: Services, call: Call) -> Answer:
    """Keep a trademark; the answer's Data is its number."""
    material = TrademarkMaterial(
        name=call.text("TrademarkName"),
        applicant=call.text("TrademarkApplicantName"),
        registration_number=call.text("TrademarkRegistrationNumber"),
        validity=call.text("TrademarkEffExpDate"),
        picture=call.text("TrademarkPic"),
    )
    return _made(
        await services.compliance.trademarks.create(
            call.account_id, material, actor=actor(call), nonce=call.nonce
        )
    )


@action("QuerySmsTrademark", changes_state=False, errors=_ERRORS)
async def query_sms_trademark(services: Services, call: Call) -> Answer:
    """The account's trademarks of these numbers."""
    ids = frozenset(call.json_list("TrademarkIdList", int))
    found = [each for each in await services.compliance.trademarks.all(call.account_id) if each.id in ids]
    return {
        "Success": True,
        "Data": [_trademark(each, await _links(services, call, ProofKind.TRADEMARK, each)) for each in found],
    }


@action("CreateSmsAppIcpRecord", changes_state=True, errors=_ERRORS)
async def create_sms_app_icp_record(services: Services, call: Call) -> Answer:
    """Keep an app record; the answer's Data is its number."""
    material = AppRecordMaterial(
        service_name=call.text("AppServiceName"),
        principal=call.text("AppPrincipalUnitName"),
        license_number=call.text("AppIcpLicenseNumber"),
        approved_on=call.text("AppApprovalDate"),
        link=call.text("Domain"),
        picture=call.text("AppIcpRecordPic"),
        runtime_picture=call.text("AppRuntimePic", ""),
        store_picture=call.text("AppStoreDownloadPic", ""),
    )
    return _made(
        await services.compliance.app_records.create(
            call.account_id, material, actor=actor(call), nonce=call.nonce
        )
    )


@action("QuerySmsAppIcpRecord", changes_state=False, errors=_ERRORS)
async def query_sms_app_icp_record(services: Services, call: Call) -> Answer:
    """The account's app records of these numbers."""
    ids = frozenset(call.json_list("AppIcpRecordIdList", int))
    found = [each for each in await services.compliance.app_records.all(call.account_id) if each.id in ids]
    return {
        "Success": True,
        "Data": [
            _app_record(each, await _links(services, call, ProofKind.APP_RECORD, each)) for each in found
        ],
    }


def _one_of(call: Call, name: str, words: Mapping[E, str]) -> E | None:
    """What one of the vendor's words stands for; None when the parameter is absent."""
    told = call.optional(name)
    if told is None:
        return None
    for value, word in words.items():
        if word == told:
            return value
    raise call.invalid(name, f"must be one of {', '.join(words.values())}")


async def _links(
    services: Services, call: Call, kind: ProofKind, proof: Trademark | AppRecord
) -> dict[str, str]:
    return await paper_links(services, call, kind, proof.id, proof.revision)


def _made(number: int) -> Answer:
    return {"Success": True, "Data": str(number)}


def _letter(letter: Letter, status: str) -> Answer:
    said = letter.material
    return {
        "AuthorizationLetterId": letter.id,
        "AuthorizationLetterName": letter.name,
        "Authorization": said.authorizer,
        "OrganizationCode": said.organization_code,
        "ProxyAuthorization": said.authorized_party,
        "AuthorizationLetterExpDate": said.validity,
        "AuthorizationLetterPic": said.picture,
        "SignScope": "、".join(said.scope),
        "State": _STATE[letter.state],
        "Status": status,
    }


def _trademark(trademark: Trademark, links: Mapping[str, str]) -> Answer:
    said = trademark.material
    return {
        "TrademarkId": trademark.id,
        "TrademarkName": said.name,
        "TrademarkApplicantName": said.applicant,
        "TrademarkRegistrationNumber": said.registration_number,
        "TrademarkEffExpDate": said.validity,
        "TrademarkPic": said.picture,
        "TrademarkPicUrl": links.get(said.picture, ""),
    }


def _app_record(record: AppRecord, links: Mapping[str, str]) -> Answer:
    said = record.material
    return {
        "AppIcpRecordId": record.id,
        "AppServiceName": said.service_name,
        "AppPrincipalUnitName": said.principal,
        "AppIcpLicenseNumber": said.license_number,
        "AppApprovalDate": said.approved_on,
        "Domain": said.link,
        "AppIcpRecordPic": said.picture,
        "AppIcpRecordPicUrl": links.get(said.picture, ""),
        "AppRuntimePic": said.runtime_picture,
        "AppRuntimePicUrl": links.get(said.runtime_picture, ""),
        "AppStoreDownloadPic": said.store_picture,
        "AppStoreDownloadPicUrl": links.get(said.store_picture, ""),
    }
