"""Templates: parse, call compliance, shape the answer.

Types travel in two numberings: the list's TemplateType is an inner one, its OuterTemplateType is everybody else's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from hongyan.apis.aliyun.action_table import ACTIONS
from hongyan.apis.aliyun.actions._shapes import actor, audit, audit_state, listed, paper_links
from hongyan.apis.aliyun.call import Call, decode_json
from hongyan.apis.aliyun.errors import VendorError
from hongyan.apis.aliyun.registry import Answer, Services, action
from hongyan.compliance import Kind, TemplateMaterial, TemplateType, TemplateView

_INNER_TYPE: Final[Mapping[TemplateType, int]] = {
    TemplateType.NOTICE: 0,
    TemplateType.MARKETING: 1,
    TemplateType.CODE: 2,
    TemplateType.INTERNATIONAL: 6,
}
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
    "template.too_many_today": "isv.TEMPLATE_COUNT_OVER_LIMIT",
}
_NOT_JSON: Final = ACTIONS["CreateSmsTemplate"].errors["InvalidTemplateRule.Format"]
_RULES: Final = msgspec.json.Decoder(dict[str, str])


@action("CreateSmsTemplate", changes_state=True, errors=_ERRORS)
async def create_sms_template(services: Services, call: Call) -> Answer:
    """Apply for a template."""
    material = TemplateMaterial(
        name=call.text("TemplateName"),
        category=TemplateType(call.integer("TemplateType", least=0, most=3)),
        content=call.text("TemplateContent"),
        rules=_rules(call),
        international_type=call.integer("IntlType", least=0, most=2) if call.has("IntlType") else None,
        related_sign_name=call.text("RelatedSignName", ""),
        apply_scene=call.text("ApplySceneContent", ""),
        remark=call.text("Remark", ""),
        traffic_driving=call.text("TrafficDriving", ""),
        papers=tuple(call.json_list("MoreData", str)),
    )
    submitted = await services.compliance.templates.submit(
        call.account_id, material, actor=actor(call), nonce=call.nonce
    )
    return {
        "Message": "successful",
        "TemplateCode": submitted.label,
        "TemplateName": material.name,
        "OrderId": str(submitted.order_id),
    }


@action("GetSmsTemplate", changes_state=False, errors=_ERRORS)
async def get_sms_template(services: Services, call: Call) -> Answer:
    """One template with its review."""
    found = await services.compliance.templates.get(call.account_id, call.text("TemplateCode"))
    standing, material = found.standing, found.material
    links = await paper_links(services, call, Kind.TEMPLATE, standing.id, found.revision)
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
        "FileUrlList": {"FileUrl": []},
        "MoreDataFileUrlList": {"MoreDataFileUrl": [links[key] for key in material.papers if key in links]},
    }
    if material.international_type is not None:
        answer["IntlType"] = material.international_type
    return answer


@action("QuerySmsTemplateList", changes_state=False, errors=_ERRORS)
async def query_sms_template_list(services: Services, call: Call) -> Answer:
    """A page of the account's templates, the newest first."""
    return await listed(call, services.compliance.templates, "SmsTemplateList", _row)


@action("DeleteSmsTemplate", changes_state=True, errors=_ERRORS)
async def delete_sms_template(services: Services, call: Call) -> Answer:
    """Delete a template for ever."""
    code = call.text("TemplateCode")
    await services.compliance.templates.delete(call.account_id, code, actor=actor(call), nonce=call.nonce)
    return {"TemplateCode": code}


def _rules(call: Call) -> dict[str, str]:
    text = call.optional("TemplateRule")
    if text is None:
        return {}
    try:
        return decode_json(text, _RULES)
    except ValueError:
        raise VendorError("InvalidTemplateRule.Format", *_NOT_JSON) from None


def _row(view: TemplateView) -> Answer:
    material = view.material
    return {
        "TemplateCode": view.code,
        "TemplateName": material.name,
        "TemplateContent": material.content,
        "TemplateType": _INNER_TYPE[material.category],
        "OuterTemplateType": material.category.value,
        "SignatureName": material.related_sign_name,
        "TrafficDriving": material.traffic_driving,
    }
