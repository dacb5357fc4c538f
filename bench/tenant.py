"""Applying for what a wording needs, through the vendor's API and its official SDK, as any tenant would."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from alibabacloud_dysmsapi20170525 import models
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi.utils_models import Config

from bench.request_signing import SendSms
from bench.texts import Template

_GENERAL = 1
_ENTERPRISE_NAME = 0


class Refused(RuntimeError):
    """The platform refused an application; the message is its answer."""


def apply_for(template: Template, call: SendSms) -> SendSms:
    """`call` with a new signature and template, both approved. Raises Refused. Blocking."""
    client = Client(
        Config(
            access_key_id=call.access_key_id,
            access_key_secret=call.access_key_secret,
            endpoint=call.host,
            protocol="HTTP",
        )
    )
    qualifications = client.query_sms_qualification_record(
        models.QuerySmsQualificationRecordRequest(state="PASS")
    )
    signature = models.CreateSmsSignRequest(
        sign_name=template.sign_name,
        sign_source=_ENTERPRISE_NAME,
        sign_type=_GENERAL,
        qualification_id=_ok(qualifications.body).data.list[0].group_id,
        third_party=False,
    )
    _ok(client.create_sms_sign(signature).body)
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
