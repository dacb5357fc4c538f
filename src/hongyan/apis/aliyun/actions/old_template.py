"""The older family of actions for templates: AddSmsTemplate, ModifySmsTemplate, QuerySmsTemplate.

They know neither attributes of variables nor related signatures. What they do not say is taken from what there is: the
signature is the account's newest that may be sent with, a variable may be any text that a template takes, and a changed
template keeps what it has (docs/adr/0027).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from hongyan.apis.aliyun.actions._older import OLD_DOOR, bounded, decided
from hongyan.apis.aliyun.actions._shapes import actor, audit_state, beijing_time
from hongyan.apis.aliyun.call import Call
from hongyan.apis.aliyun.registry import Answer, Services, action
from hongyan.compliance import TemplateMaterial, TemplateType, variables_in

_MOST: Final[Mapping[str, int]] = {"TemplateName": 30, "TemplateContent": 500, "Remark": 100}
"""Characters. Source: AddSmsTemplate."""
_OVER: Final = "isv.TEMPLATE_OVER_LIMIT"
_MALFORMED: Final = "isv.INVALID_PARAMETERS"
_NOTHING_SAID: Final = "无审批备注"
"""Reason of what was not rejected. Source: QuerySmsTemplate.Reason."""
_CODE_ATTRIBUTE: Final = "characterWithNumber"
_ANY_ATTRIBUTE: Final = "others"
_NOTIFICATION_ABROAD: Final = 0
_ERRORS: Final[Mapping[str, str]] = {
    "account.not_enterprise": "ForbiddenAction",
    "template.unknown": "isv.SMS_TEMPLATE_ILLEGAL",
    "template.name_missing": _MALFORMED,
    "template.content_malformed": _MALFORMED,
    "template.variable_malformed": _MALFORMED,
    "template.rules_mismatch": _MALFORMED,
    "template.consent_missing": _MALFORMED,
    "template.code_needs_one_variable": "TemplateParameterCountIllegal",
    "template.signature_missing": "SmsSignatureNotFound",
    "template.signature_unknown": "SmsSignatureNotFound",
    "template.signature_not_approved": "AssocSignUnapproved",
    "template.too_many_today": "isv.TEMPLATE_COUNT_OVER_LIMIT",
    "template.not_editable": "isv.ERROR_TEMPLATE_NOT_MODIFY",
}


@action("AddSmsTemplate", changes_state=True, errors=_ERRORS)
async def add_sms_template(services: Services, call: Call) -> Answer:
    """Apply for a template."""
    sign_name = await services.compliance.signatures.newest_usable(call.account_id)
    empty = TemplateMaterial("", TemplateType.NOTICE, "", related_sign_name=sign_name or "")
    submitted = await services.compliance.templates.submit(
        call.account_id, _material(call, empty), actor=actor(call, OLD_DOOR), nonce=call.nonce
    )
    return {"TemplateCode": submitted.label}


@action("ModifySmsTemplate", changes_state=True, errors=_ERRORS)
async def modify_sms_template(services: Services, call: Call) -> Answer:
    """Apply again with a template that was rejected or withdrawn."""
    code, templates = call.text("TemplateCode"), services.compliance.templates
    before = (await templates.get(call.account_id, code)).material
    submitted = await templates.resubmit(
        call.account_id, code, _material(call, before), actor=actor(call, OLD_DOOR), nonce=call.nonce
    )
    return {"TemplateCode": submitted.label}


@action("QuerySmsTemplate", changes_state=False, errors=_ERRORS)
async def query_sms_template(services: Services, call: Call) -> Answer:
    """Where a template stands in its review."""
    found = await services.compliance.templates.get(call.account_id, call.text("TemplateCode"))
    standing, material = found.standing, found.material
    return {
        "TemplateCode": found.code,
        "TemplateName": material.name,
        "TemplateContent": material.content,
        "TemplateType": material.category.value,
        "TemplateStatus": audit_state(standing).number,
        "CreateDate": beijing_time(standing.created_ms),
        "Reason": decided(standing, _NOTHING_SAID),
    }


def _material(call: Call, before: TemplateMaterial) -> TemplateMaterial:
    """`before` with what the call says."""
    name, content, remark = (bounded(call, each, most, _OVER) for each, most in _MOST.items())
    category = TemplateType(call.integer("TemplateType", least=0, most=3))
    abroad = category is TemplateType.INTERNATIONAL
    usual = _CODE_ATTRIBUTE if category is TemplateType.CODE else _ANY_ATTRIBUTE
    kept = before.rules if category is before.category else {}
    return replace(
        before,
        name=name,
        category=category,
        content=content,
        rules={variable: kept.get(variable, usual) for variable in variables_in(content)},
        international_type=(before.international_type or _NOTIFICATION_ABROAD) if abroad else None,
        remark=remark,
    )
