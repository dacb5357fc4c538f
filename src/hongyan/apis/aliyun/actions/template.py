"""Templates: parse, call compliance, shape the answer.

Types travel in two numberings: QuerySmsTemplateList's TemplateType is an inner one, its OuterTemplateType and every other
TemplateType is ours. What the vendor's documents leave open about lists is in docs/adr/0027.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from hongyan.apis.aliyun.action_table import ACTIONS
from hongyan.apis.aliyun.actions._driving import declarations, declarations_text
from hongyan.apis.aliyun.actions._shapes import (
    AUDIT_STATES,
    actor,
    audit,
    audit_state,
    beijing_time,
    listed,
    page_of,
    paper_links,
)
from hongyan.apis.aliyun.call import Call, decode_json
from hongyan.apis.aliyun.errors import VendorError
from hongyan.apis.aliyun.registry import Answer, Services, action
from hongyan.compliance import (
    Kind,
    State,
    Submitted,
    TemplateFilter,
    TemplateMaterial,
    TemplateType,
    TemplateView,
)

_INNER_TYPE: Final[Mapping[TemplateType, int]] = {
    TemplateType.NOTICE: 0,
    TemplateType.MARKETING: 1,
    TemplateType.CODE: 2,
    TemplateType.INTERNATIONAL: 6,
}
_USABLE: Final[Mapping[bool, str]] = {True: "AVAILABLE", False: "UNAVAILABLE"}
"""Words of UsableStateList. Ours: the vendor publishes none."""
_ERRORS: Final[Mapping[str, str]] = {
    "account.not_enterprise": "ForbiddenAction",
    "template.unknown": "TemplateNotFound",
    "template.name_missing": "MissingTemplateName",
    "template.content_malformed": "InvalidTemplateContent.Format",
    "template.variable_malformed": "InvalidTemplateContent.Format",
    "template.code_needs_one_variable": "TemplateVarLimitExceeded",
    "template.rules_mismatch": "InvalidTemplateRule",
    "template.signature_unknown": "SmsSignatureNotFound",
    "template.signature_missing": "SmsSignatureNotFound",
    "template.signature_not_approved": "AssocSignUnapproved",
    "template.consent_missing": "InvalidMoreData",
    "paper.not_uploaded": "InvalidMoreData",
    "paper.wrong_format": "InvalidMoreData",
    "paper.too_many": "InvalidMoreData",
    "template.in_review": "isv.ERROR_TEMPLATE_NOT_DELETE",
    "template.not_editable": "isv.ERROR_TEMPLATE_NOT_MODIFY",
}
_NOT_JSON: Final = ACTIONS["CreateSmsTemplate"].errors["InvalidTemplateRule.Format"]
_RULES: Final = msgspec.json.Decoder(dict[str, str])


@action("CreateSmsTemplate", changes_state=True, errors=_ERRORS)
async def create_sms_template(services: Services, call: Call) -> Answer:
    """Apply for a template."""
    material = _material(call)
    submitted = await services.compliance.templates.submit(
        call.account_id, material, actor=actor(call), nonce=call.nonce
    )
    return _submitted(submitted, material)


@action("UpdateSmsTemplate", changes_state=True, errors=_ERRORS)
async def update_sms_template(services: Services, call: Call) -> Answer:
    """Apply again with a template that was rejected or withdrawn; its code stays."""
    material = _material(call)
    submitted = await services.compliance.templates.resubmit(
        call.account_id, call.text("TemplateCode"), material, actor=actor(call), nonce=call.nonce
    )
    return _submitted(submitted, material)


@action("GetSmsTemplate", changes_state=False, errors=_ERRORS)
async def get_sms_template(services: Services, call: Call) -> Answer:
    """One template with its review. VendorAuditStatus is of digital messages only, so it is left out."""
    found = await services.compliance.templates.get(call.account_id, call.text("TemplateCode"))
    standing, material = found.standing, found.material
    links = await paper_links(services, call, Kind.TEMPLATE, standing.id, found.revision)
    filings = dict.fromkeys(each.icp_paper for each in material.traffic_driving)
    answer: Answer = {
        "TemplateCode": found.code,
        "TemplateName": material.name,
        "TemplateContent": material.content,
        "TemplateType": str(material.category.value),
        "TemplateStatus": str(audit_state(standing).number),
        "TemplateTag": found.tag.value,
        "RelatedSignName": material.related_sign_name,
        "SignList": {"SignList": [material.related_sign_name] if material.related_sign_name else []},
        "VariableAttribute": msgspec.json.encode(material.rules).decode() if material.rules else "",
        "Remark": material.remark,
        "ApplyScene": material.apply_scene,
        **audit(standing),
        "FileUrlList": {"FileUrl": [links[key] for key in filings if key in links]},
        "MoreDataFileUrlList": {"MoreDataFileUrl": [links[key] for key in material.papers if key in links]},
    }
    if material.international_type is not None:
        answer["IntlType"] = material.international_type
    return answer


@action("QuerySmsTemplateList", changes_state=False, errors=_ERRORS)
async def query_sms_template_list(services: Services, call: Call) -> Answer:
    """A page of the account's templates, the newest first."""
    return await listed(call, services.compliance.templates, "SmsTemplateList", _row)


@action("GetSmsTemplateList", changes_state=False, errors=_ERRORS)
async def get_sms_template_list(services: Services, call: Call) -> Answer:
    """A page of the account's templates that fit, the newest first, with their tags."""
    page, compliance = page_of(call, "PageIndex"), services.compliance
    total, found = await compliance.templates.page(
        call.account_id, _filter(call), limit=page.size, offset=page.offset
    )
    tags = await compliance.template_tags.of(view.standing.id for view in found)
    data = {
        "PageNo": page.number,
        "PageSize": page.size,
        "Total": total,
        "List": [_newer_row(view, tags.get(view.standing.id, {})) for view in found],
    }
    return {"Success": True, "Data": data}


@action("DeleteSmsTemplate", changes_state=True, errors=_ERRORS)
async def delete_sms_template(services: Services, call: Call) -> Answer:
    """Delete a template for ever."""
    code = call.text("TemplateCode")
    await services.compliance.templates.delete(call.account_id, code, actor=actor(call), nonce=call.nonce)
    return {"TemplateCode": code}


def _material(call: Call) -> TemplateMaterial:
    """What CreateSmsTemplate and UpdateSmsTemplate take is the same."""
    return TemplateMaterial(
        name=call.text("TemplateName"),
        category=_category(call),
        content=call.text("TemplateContent"),
        rules=_rules(call),
        international_type=call.integer("IntlType", least=0, most=2) if call.has("IntlType") else None,
        related_sign_name=call.text("RelatedSignName", ""),
        apply_scene=call.text("ApplySceneContent", ""),
        remark=call.text("Remark", ""),
        traffic_driving=declarations(call),
        papers=tuple(call.json_list("MoreData", str)),
    )


def _category(call: Call) -> TemplateType:
    return TemplateType(call.integer("TemplateType", least=0, most=3))


def _rules(call: Call) -> dict[str, str]:
    text = call.optional("TemplateRule")
    if text is None:
        return {}
    try:
        return decode_json(text, _RULES)
    except ValueError:
        raise VendorError("InvalidTemplateRule.Format", *_NOT_JSON) from None


def _submitted(submitted: Submitted, material: TemplateMaterial) -> Answer:
    return {
        "Message": "successful",
        "TemplateCode": submitted.label,
        "TemplateName": material.name,
        "OrderId": str(submitted.order_id),
    }


def _row(view: TemplateView) -> Answer:
    material = view.material
    row: Answer = {
        "TemplateCode": view.code,
        "TemplateName": material.name,
        "TemplateContent": material.content,
        "TemplateType": _INNER_TYPE[material.category],
        "OuterTemplateType": material.category.value,
        "SignatureName": material.related_sign_name,
    }
    if material.traffic_driving:
        row["TrafficDriving"] = declarations_text(material.traffic_driving)
    return row


def _newer_row(view: TemplateView, tags: Mapping[str, str]) -> Answer:
    standing, material = view.standing, view.material
    return {
        "TemplateCode": view.code,
        "TemplateName": material.name,
        "TemplateContent": material.content,
        "TemplateType": material.category.value,
        "AuditStatus": audit_state(standing).number,
        "GmtCreate": beijing_time(standing.created_ms),
        "SignName": material.related_sign_name,
        "TemplateTag": [{"TagKey": key, "TagValue": value} for key, value in tags.items()],
        "UsableStateList": [_USABLE[standing.usable]],
        "WorkOrderId": str(standing.order_id),
    }


def _filter(call: Call) -> TemplateFilter:
    return TemplateFilter(
        code=call.text("TemplateCode", ""),
        name=call.text("TemplateName", ""),
        category=_category(call) if call.has("TemplateType") else None,
        states=_states(call),
        related_sign_name=call.text("SignName", ""),
        tag=call.text("TemplateTag", ""),
        usable=_usable(call),
    )


def _states(call: Call) -> tuple[State, ...]:
    if not call.has("AuditStatus"):
        return ()
    number = call.integer("AuditStatus")
    states = tuple(state for state, said in AUDIT_STATES.items() if said.number == number)
    if not states:
        known = sorted({said.number for said in AUDIT_STATES.values()})
        raise call.invalid("AuditStatus", f"must be one of {', '.join(map(str, known))}")
    return states


def _usable(call: Call) -> bool | None:
    """None when the list is empty or names both."""
    words = set(call.json_list("UsableStateList", str))
    if words - set(_USABLE.values()):
        raise call.invalid("UsableStateList", f"must be a JSON array of {' and '.join(_USABLE.values())}")
    wanted = {usable for usable, word in _USABLE.items() if word in words}
    return wanted.pop() if len(wanted) == 1 else None
