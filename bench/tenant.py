"""Applying for what a wording needs, through the vendor's API and its official SDK, as any tenant would."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from alibabacloud_dysmsapi20170525 import models

from bench.request_signing import SendSms
from bench.texts import Template
from hongyan.demo.tenant import PICTURE, Tenant, connect

_GENERAL = 1
_TRADEMARK = 5


class Refused(RuntimeError):
    """The platform refused an application; the message is its answer."""


def apply_for_signature(template: Template, call: SendSms) -> None:
    """The signature of a wording, for a reviewer to decide. Raises Refused. Blocking.

    It is a trademark: names from licences have Chinese characters, and leave no room for the text.
    """
    client = connect(call.host, call.access_key_id, call.access_key_secret)
    qualifications = client.query_sms_qualification_record(
        models.QuerySmsQualificationRecordRequest(state="PASS")
    )
    qualification = _ok(qualifications.body).data.list[0]
    trademark = models.CreateSmsTrademarkRequest(
        trademark_name=template.sign_name,
        trademark_applicant_name=qualification.company_name,
        trademark_registration_number="1",
        trademark_eff_exp_date="2020-01-01~2099-12-31",
        trademark_pic=Tenant(client).upload("trademark.png", PICTURE),
    )
    signature = models.CreateSmsSignRequest(
        sign_name=template.sign_name,
        sign_source=_TRADEMARK,
        sign_type=_GENERAL,
        qualification_id=qualification.group_id,
        third_party=False,
        trademark_id=int(_ok(client.create_sms_trademark(trademark).body).data),
    )
    _ok(client.create_sms_sign(signature).body)


def apply_for_template(template: Template, call: SendSms) -> SendSms:
    """`call` with the signature, which is approved, and with a template, for a reviewer to decide. Raises Refused.
    Blocking."""
    client = connect(call.host, call.access_key_id, call.access_key_secret)
    wanted = models.CreateSmsTemplateRequest(
        template_name=template.name,
        template_content=template.content,
        template_type=template.template_type,
        template_rule=json.dumps(template.rules),
        intl_type=0,
        related_sign_name=template.sign_name,
        remark="bench",
    )
    code = str(_ok(client.create_sms_template(wanted).body).template_code)
    return replace(call, sign_name=template.sign_name, template_code=code)


def _ok(body: Any) -> Any:
    if body.code != "OK":
        raise Refused(f"{body.code}: {body.message}")
    return body
