"""Calls of the official SDK, with everything that a test does not name filled in, and answers made comparable."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alibabacloud_dysmsapi20170525 import models
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from running_platform import Tenant, until

from hongyan.kernel.clock import BEIJING

WAITING, FAILED, DELIVERED = 1, 2, 3
"""SendStatus."""


def text(value: object) -> str:
    """JSON text of a parameter."""
    return json.dumps(value, ensure_ascii=False)


def sms(tenant: Tenant, number: str = "13800138000", /, **changed: Any) -> models.SendSmsRequest:
    """A notice that the tenant may send."""
    fields = {
        "phone_numbers": number,
        "sign_name": tenant.sign_name,
        "template_code": tenant.template_code,
        "template_param": text(tenant.template_param_example),
    }
    return models.SendSmsRequest(**(fields | changed))


def batch(tenant: Tenant, *numbers: str, **changed: Any) -> models.SendBatchSmsRequest:
    fields = {
        "phone_number_json": text(numbers),
        "sign_name_json": text([tenant.sign_name] * len(numbers)),
        "template_code": tenant.template_code,
        "template_param_json": text([tenant.template_param_example] * len(numbers)),
    }
    return models.SendBatchSmsRequest(**(fields | changed))


def send(tenant: Tenant, number: str = "13800138000", /, family: str = "acs3", **changed: Any) -> str:
    """BizId of an accepted message."""
    body = tenant.sdk(family).send_sms(sms(tenant, number, **changed)).body
    assert body.code == "OK", body
    return str(body.biz_id)


def today() -> str:
    return f"{datetime.now(BEIJING):%Y%m%d}"


def details(
    client: Client, number: str, biz_id: str | None = None, *, page: int = 1, size: int = 50
) -> tuple[int, list[Any]]:
    """(TotalCount, details of the page)."""
    body = client.query_send_details(
        models.QuerySendDetailsRequest(
            phone_number=number, send_date=today(), page_size=size, current_page=page, biz_id=biz_id
        )
    ).body
    assert body.code == "OK", body
    return int(body.total_count), body.sms_send_detail_dtos.sms_send_detail_dto


def ended(client: Client, number: str, biz_id: str) -> Any:
    """The detail of the one message of a request to this number, once it is final."""

    def final() -> Any:
        _, (detail,) = details(client, number, biz_id)
        return detail if detail.send_status != WAITING else None

    return until(final, f"{biz_id} to {number} has ended")


@dataclass(frozen=True)
class Refused:
    """A refusal as an SDK's user sees it. `status` 200: a business error in the body; otherwise an exception."""

    status: int
    code: str
    message: str


def refusal(call: Callable[[], Any]) -> Refused:
    """Make a call that must not succeed."""
    try:
        body = call().body
    except AlibabaCloudException as error:
        found, request_id = (
            Refused(error.status_code, error.code, _without_decoration(error)),
            error.request_id,
        )
    else:
        found, request_id = Refused(200, body.code, body.message), body.request_id
    assert request_id, "every answer has one"
    assert found.code != "OK", "this was accepted"
    return found


def _without_decoration(error: AlibabaCloudException) -> str:
    """The SDK writes "code: 400, <message> request id: <id>"."""
    message = str(error.message)
    return message.removeprefix(f"code: {error.status_code}, ").removesuffix(
        f" request id: {error.request_id}"
    )


def apply_for_template(
    tenant: Tenant, name: str, content: str, rules: Mapping[str, str] | None = None, **changed: Any
) -> str:
    """The code of a new template, as far as its review goes at once."""
    fields = {
        "template_name": name,
        "template_content": content,
        "template_type": 1,
        "template_rule": text(rules or {}),
        "related_sign_name": tenant.sign_name,
        "remark": "journey",
    }
    body = tenant.sdk().create_sms_template(models.CreateSmsTemplateRequest(**(fields | changed))).body
    assert body.code == "OK", body
    return str(body.template_code)
