"""Qualifications and the administrator's phone code: parse, call compliance, shape the answer.

Two state vocabularies really exist: the record query says PASS where the single query says PASSED.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from typing import Final

from hongyan.apis.aliyun.actions._shapes import actor, beijing_time, page_of, paper_links
from hongyan.apis.aliyun.call import Call
from hongyan.apis.aliyun.registry import Answer, Services, action
from hongyan.compliance import (
    Kind,
    Paper,
    PersonPapers,
    Qualification,
    QualificationFilter,
    QualificationMaterial,
    State,
)

_RECORD_STATE: Final[Mapping[State, str]] = {
    State.PENDING: "INIT",
    State.CHANGING: "INIT",
    State.IN_REVIEW: "INIT",
    State.APPROVED: "PASS",
    State.REJECTED: "NOT_PASS",
    State.INCOMPLETE: "NOT_FINISH",
    State.WITHDRAWN: "CANCEL",
}
_SINGLE_STATE: Final[Mapping[str, str]] = {
    "INIT": "INT",  # sic
    "PASS": "PASSED",
    "NOT_PASS": "FAILED",
    "NOT_FINISH": "NOT_FINISH",
    "CANCEL": "CANCELED",
}
_NOBODY: Final = PersonPapers("", "", "", "")
_LEGAL_PERSON: Final = (
    *("LegalPersonName", "LegalPersonIDCardType", "LegalPersonIDCardNo", "LegalPersonIdCardEffTime"),
    *("LegalPersonIdCardFrontSide", "LegalPersonIdCardBackSide"),
)
_ADMIN: Final = (
    *("AdminName", "AdminIDCardType", "AdminIDCardNo", "AdminIDCardExpDate"),
    *("AdminIDCardFrontFace", "AdminIDCardPic"),
)
_ERRORS: Final[Mapping[str, str]] = {
    "account.not_enterprise": "NotEnterpriseCertifyCustCheckError",
    "qualification.name_missing": "QualificationNameNullError",
    "qualification.name_malformed": "QualificationNameNotMatchRegex",
    "qualification.name_taken": "QualificationNameAlreadyExist",
    "qualification.company_type": "CompanyTypeError",
    "qualification.company_name_missing": "CompanyNameNullError",
    "qualification.company_name_malformed": "CompanyVerificationFailedNoCompany",
    "qualification.organization_code_missing": "OrganizationCodeNullError",
    # No company has a code whose check character is wrong.
    "qualification.organization_code_wrong": "CompanyVerificationFailedNoCompany",
    # The vendor publishes no code of its own for this; the text fits best.
    "qualification.not_own_company": "CompanyVerificationFailedMismatch",
    "qualification.license_dates_malformed": "BusinessLicenseDateNotMatchRegexError",
    "qualification.license_not_valid": "BusinessLicenseDateNotValid",
    "qualification.licenses_missing": "BusinessLicensePicsNullError",
    "qualification.license_type": "BusinessLicenseTypeError",
    "qualification.license_file": "BusinessLicensePicsFileError",
    "qualification.other_file": "OtherFileTypeError",
    "qualification.license_not_uploaded": "BusinessLicenseOssFileNotUploadError",
    "qualification.legal_emblem_not_uploaded": "LegalFrontOssFileNotUploadError",
    "qualification.legal_portrait_not_uploaded": "LegalBackOssFileNotUploadError",
    "qualification.admin_emblem_not_uploaded": "AdminFrontOssFileNotUploadError",
    "qualification.admin_portrait_not_uploaded": "AdminBackOssFileNotUploadError",
    "qualification.other_not_uploaded": "OtherOssFileNotUploadError",
    "qualification.legal_name_missing": "LegalPersonNameNullError",
    # The vendor publishes no codes of their own for names that no person has.
    "qualification.legal_name_malformed": "LegalPersonNameNullError",
    "qualification.admin_name_malformed": "AdminNameNullError",
    "qualification.legal_id_type": "LegalPersonIdcardTypeError",
    "qualification.legal_id_missing": "LegalIdCardNoNullError",
    "qualification.legal_id_malformed": "LegalIdCardNotMatchRegex",
    "qualification.legal_dates_malformed": "LegalPersonIdcardEfftimeNotMatchRegexError",
    "qualification.legal_not_valid": "LegalDateNotValid",
    "qualification.legal_file": "LegalFrontOssFileNotUploadError",
    "qualification.admin_name_missing": "AdminNameNullError",
    "qualification.admin_id_type": "AdminIdcardTypeError",
    "qualification.admin_id_missing": "AdminIdcardNoNullError",
    "qualification.admin_id_malformed": "AdminIdcardNotMatchRegex",
    "qualification.admin_dates_malformed": "AdminIdcardExpdateNotMatchRegexError",
    "qualification.admin_not_valid": "AdminDateNotValid",
    "qualification.admin_emblem_missing": "AdminIdcardFrontFaceNullError",
    "qualification.admin_emblem_file": "AdminIdcardFrontFaceFileError",
    "qualification.admin_portrait_missing": "AdminIdcardPicsNullError",
    "qualification.admin_portrait_file": "AdminIdcardPicsFileError",
    "qualification.admin_phone_missing": "PhoneNoCertifyCodeNullError",
    "phone_code.wrong": "CertifyCodeError",
    "qualification.unknown": "QualificationNotExist",
    "qualification.order_expired": "WorkOrderIdExpired",
    "qualification.same_exists": "SameQualificationGroupError",
    "qualification.bound": "BindSignDeleteFailed",
}


@action("SubmitSmsQualification", changes_state=True, errors=_ERRORS)
async def submit_sms_qualification(services: Services, call: Call) -> Answer:
    """Apply for a qualification; the answer's Data is its number."""
    submitted = await services.compliance.qualifications.submit(
        call.account_id,
        call.text("QualificationName"),
        _material(call),
        call.text("CertifyCode"),
        actor=actor(call),
        nonce=call.nonce,
    )
    return {"Success": True, "Data": str(submitted.object_id)}


@action("UpdateSmsQualification", changes_state=True, errors=_ERRORS)
async def update_sms_qualification(services: Services, call: Call) -> Answer:
    """Apply again with what is told; what is not told stays."""
    number = call.integer("QualificationGroupId")
    before = await services.compliance.qualifications.get(call.account_id, number)
    submitted = await services.compliance.qualifications.resubmit(
        call.account_id,
        number,
        _changed(before.material, call),
        call.text("CertifyCode"),
        order_id=call.integer("OrderId"),
        actor=actor(call),
        nonce=call.nonce,
    )
    return {"Success": True, "Data": str(submitted.object_id)}


@action("DeleteSmsQualification", changes_state=True, errors=_ERRORS)
async def delete_sms_qualification(services: Services, call: Call) -> Answer:
    """Delete a qualification for ever; its OrderId must be one of its own."""
    number = call.integer("QualificationGroupId")
    await services.compliance.qualifications.get(call.account_id, number, call.integer("OrderId"))
    await services.compliance.qualifications.delete(
        call.account_id, number, actor=actor(call), nonce=call.nonce
    )
    return {"Success": True, "Data": True}


@action("QuerySingleSmsQualification", changes_state=False, errors=_ERRORS)
async def query_single_sms_qualification(services: Services, call: Call) -> Answer:
    """One qualification with everything that was handed in."""
    order_id = call.integer("OrderId") if call.has("OrderId") else None
    found = await services.compliance.qualifications.get(
        call.account_id, call.integer("QualificationGroupId"), order_id
    )
    links = await paper_links(services, call, Kind.QUALIFICATION, found.id, found.revision)
    return {"Success": True, "Data": _single(found, links)}


@action("QuerySmsQualificationRecord", changes_state=False, errors=_ERRORS)
async def query_sms_qualification_record(services: Services, call: Call) -> Answer:
    """A page of the account's qualifications, the newest first."""
    page = page_of(call, "PageNo", default_size=20)
    wanted = call.optional("State")
    states = tuple(state for state, word in _RECORD_STATE.items() if word == wanted)
    filters = QualificationFilter(
        name=call.optional("QualificationGroupName"),
        company_name=call.optional("CompanyName"),
        legal_person_name=call.optional("LegalPersonName"),
        use_by_self=call.boolean("UseBySelf") if call.has("UseBySelf") else None,
        order_id=call.integer("WorkOrderId") if call.has("WorkOrderId") else None,
        states=states,
    )
    total, found = 0, list[Qualification]()
    if not wanted or states:  # a state that nobody has matches nothing
        total, found = await services.compliance.qualifications.page(
            call.account_id, filters, limit=page.size, offset=page.offset
        )
    data = {
        "PageNo": page.number,
        "PageSize": page.size,
        "Total": total,
        "List": [_record(qualification) for qualification in found],
    }
    return {"Success": True, "Data": data}


@action("RequiredPhoneCode", changes_state=True, errors=_ERRORS)
async def required_phone_code(services: Services, call: Call) -> Answer:
    """Send a code to the administrator's phone."""
    await services.compliance.phone_codes.request(call.account_id, call.text("PhoneNo"), nonce=call.nonce)
    return {"Success": True, "Data": "-"}


@action("ValidPhoneCode", changes_state=True, errors=_ERRORS)
async def valid_phone_code(services: Services, call: Call) -> Answer:
    """Whether a code is right; asking does not use it up."""
    right = await services.compliance.phone_codes.check(
        call.account_id, call.text("PhoneNo"), call.text("CertifyCode"), nonce=call.nonce
    )
    return {"Success": True, "Data": right}


def _material(call: Call) -> QualificationMaterial:
    empty = QualificationMaterial(
        use_by_self=call.boolean("UseBySelf"),
        shared=call.boolean("WhetherShare"),
        company_type=call.text("CompanyType"),
        company_name="",
        organization_code=call.text("OrganizationCode"),
        license_validity="",
        licenses=(),
        legal_person=_NOBODY,
        admin=_NOBODY,
        admin_phone="",
        remark=call.text("Remark", ""),
    )
    return _changed(empty, call)


def _changed(before: QualificationMaterial, call: Call) -> QualificationMaterial:
    """`before` with what the call says. What a new one must say was looked for at the door."""
    licenses = call.json_list("BusinessLicensePics", dict[str, str])
    others = call.json_list("OtherFiles", dict[str, str])
    return replace(
        before,
        company_name=call.text("CompanyName", before.company_name),
        license_validity=call.text("BussinessLicenseExpDate", before.license_validity),
        licenses=tuple(map(_license, licenses)) or before.licenses,
        legal_person=_person(before.legal_person, call, _LEGAL_PERSON),
        admin=_person(before.admin, call, _ADMIN),
        admin_phone=call.text("AdminPhoneNo"),
        other_papers=tuple(row.get("LicensePic", "") for row in others) or before.other_papers,
    )


def _license(row: Mapping[str, str]) -> Paper:
    return Paper(row.get("LicensePic", ""), row.get("Type", ""))


def _person(before: PersonPapers, call: Call, names: Sequence[str]) -> PersonPapers:
    """`names`: of the parameters, in the order of the fields."""
    return PersonPapers(*(call.text(name, kept) for name, kept in zip(names, astuple(before), strict=True)))


def _single(found: Qualification, links: Mapping[str, str]) -> Answer:
    standing, material = found.standing, found.material
    legal, admin = material.legal_person, material.admin
    return {
        "QualificationGroupId": found.id,
        "QualificationName": found.name,
        "State": _SINGLE_STATE[_RECORD_STATE[standing.state]],
        "WorkOrderId": standing.order_id,
        "UseBySelf": material.use_by_self,
        "WhetherShare": material.shared,
        "CompanyName": material.company_name,
        "CompanyType": material.company_type,
        "OrganizationCode": material.organization_code,
        "BusinessType": "dysms",
        "EffTimeStr": material.license_validity,
        "BusinessLicensePics": [
            {"LicensePic": paper.key, "PicUrl": links.get(paper.key, ""), "Type": paper.type}
            for paper in material.licenses
        ],
        "OtherFiles": [{"LicensePic": key, "PicUrl": links.get(key, "")} for key in material.other_papers],
        "LegalPersonName": legal.name,
        "LegalPersonIDCardType": legal.id_type,
        "LegalPersonIDCardNo": legal.id_number,
        "LegalPersonIdCardEffTime": legal.validity,
        "AdminName": admin.name,
        "AdminPhoneNo": material.admin_phone,
        "AdminIDCardType": admin.id_type,
        "AdminIDCardNo": admin.id_number,
        "AdminIDCardExpDate": admin.validity,
        "AdminIDCardFrontFace": links.get(admin.emblem_side, ""),
        "AdminIDCardPic": links.get(admin.portrait_side, ""),
        "Remark": material.remark,
    }


def _record(found: Qualification) -> Answer:
    standing, material = found.standing, found.material
    return {
        "GroupId": found.id,
        "QualificationGroupName": found.name,
        "CompanyName": material.company_name,
        "LegalPersonName": material.legal_person.name,
        "StateName": _RECORD_STATE[standing.state],
        "AuditRemark": standing.reason,
        "AuditTime": beijing_time(standing.decided_ms),
        "CreateDate": beijing_time(standing.created_ms),
        "UseBySelf": "true" if material.use_by_self else "false",
        "WorkOrderId": standing.order_id,
    }
