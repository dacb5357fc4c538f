"""What a tenant's program does, with the official SDK and nothing of ours: this file is also the example to copy."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass
from typing import Any

import requests
from alibabacloud_dysmsapi20170525 import models
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi.utils_models import Config

from hongyan.kernel.errors import Refused

DECIDED_WITHIN = 20.0
DELIVERED_WITHIN = 30.0
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)
"""One white pixel, where a real tenant has photos of ID documents."""


def connect(endpoint: str, access_key_id: str, access_key_secret: str) -> Client:
    """The SDK, pointed here: `endpoint` and `protocol` are all that changes in a program that uses Alibaba Cloud."""
    return Client(
        Config(
            access_key_id=access_key_id,
            access_key_secret=access_key_secret,
            endpoint=endpoint,
            protocol="HTTP",
        )
    )


@dataclass(frozen=True, slots=True)
class Company:
    """Whose qualification it is. Invented, with valid check digits."""

    name: str
    uscc: str
    representative: str
    representative_id: str
    administrator_phone: str


class Tenant:
    """The tenant's program."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def ask_phone_code(self, phone: str) -> None:
        """A code to the administrator's phone, which proves it."""
        _ok(self._client.required_phone_code(models.RequiredPhoneCodeRequest(phone_no=phone)))

    def upload(self, name: str, content: bytes) -> str:
        """Upload a paper as a browser's form would; the key that applications name it by."""
        request = models.GetQualificationOssInfoRequest(biz_type="dysms")
        info = _ok(self._client.get_qualification_oss_info(request)).data
        key = f"{info.start_path}/{name}"
        fields = {
            "key": key,
            "policy": info.policy,
            "OSSAccessKeyId": info.access_key_id,
            "Signature": info.signature,
        }
        answer = requests.post(info.host, data=fields, files={"file": (name, content)}, timeout=10)
        if answer.status_code != 204:
            raise Refused("demo.refused", en=answer.text, zh=answer.text)
        return key

    def apply_qualification(self, company: Company, code: str) -> int:
        """Submit the six elements; the qualification's id."""
        emblem_side = self.upload("emblem-side.png", PICTURE)
        portrait_side = self.upload("portrait-side.png", PICTURE)
        answer = _ok(
            self._client.submit_sms_qualification(
                models.SubmitSmsQualificationRequest(
                    qualification_name="演示资质",
                    use_by_self=True,
                    whether_share=False,
                    company_type="COMPANY",
                    company_name=company.name,
                    organization_code=company.uscc,
                    bussiness_license_exp_date="2020-01-01~2099-12-31",
                    legal_person_name=company.representative,
                    legal_person_idcard_type="identityCard",
                    legal_person_idcard_no=company.representative_id,
                    legal_person_id_card_eff_time="2020-01-01~2040-01-01",
                    admin_name=company.representative,
                    admin_idcard_type="identityCard",
                    admin_idcard_no=company.representative_id,
                    admin_idcard_exp_date="2020-01-01~2040-01-01",
                    admin_idcard_front_face=emblem_side,
                    admin_idcard_pic=portrait_side,
                    admin_phone_no=company.administrator_phone,
                    certify_code=code,
                )
            )
        )
        qualification_id = int(answer.data)
        _until(
            lambda: (
                self._client.query_single_sms_qualification(
                    models.QuerySingleSmsQualificationRequest(qualification_group_id=qualification_id)
                ).body.data.state
            ),
            "PASSED",
        )
        return qualification_id

    def apply_signature(self, name: str, qualification_id: int) -> None:
        _ok(
            self._client.create_sms_sign(
                models.CreateSmsSignRequest(
                    sign_name=name,
                    sign_source=0,
                    sign_type=1,
                    qualification_id=qualification_id,
                    third_party=False,
                )
            )
        )
        _until(
            lambda: self._client.get_sms_sign(models.GetSmsSignRequest(sign_name=name)).body.sign_status, 1
        )

    def apply_template(
        self, name: str, content: str, rules: dict[str, str], sign_name: str, *, abroad: bool = False
    ) -> str:
        """The new template's code. `abroad`: one for numbers outside the mainland."""
        answer = _ok(
            self._client.create_sms_template(
                models.CreateSmsTemplateRequest(
                    template_name=name,
                    template_content=content,
                    template_type=3 if abroad else 1,
                    intl_type=1 if abroad else None,
                    template_rule=json.dumps(rules),
                    related_sign_name=sign_name,
                    remark="演示",
                    apply_scene_content="https://example.com",
                )
            )
        )
        code = str(answer.template_code)
        _until(
            lambda: (
                self._client.get_sms_template(
                    models.GetSmsTemplateRequest(template_code=code)
                ).body.template_status
            ),
            "1",
        )
        return code

    def send(
        self, number: str, sign_name: str, template_code: str, params: dict[str, str]
    ) -> tuple[str, str]:
        """(BizId, RequestId) of an accepted message."""
        answer = _ok(
            self._client.send_sms(
                models.SendSmsRequest(
                    phone_numbers=number,
                    sign_name=sign_name,
                    template_code=template_code,
                    template_param=json.dumps(params, ensure_ascii=False),
                )
            )
        )
        return str(answer.biz_id), str(answer.request_id)

    def details(self, number: str, day: str, biz_id: str) -> Any:
        """The vendor's record of the message: SendStatus 1 waiting, 2 failed, 3 delivered."""
        answer = _ok(
            self._client.query_send_details(
                models.QuerySendDetailsRequest(
                    phone_number=number, send_date=day, page_size=10, current_page=1, biz_id=biz_id
                )
            )
        )
        return answer.sms_send_detail_dtos.sms_send_detail_dto[0]

    def wait_delivered(self, number: str, day: str, biz_id: str) -> Any:
        """The record once it is final. Raises Refused when that takes too long."""
        _until(lambda: self.details(number, day, biz_id).send_status != 1, True, DELIVERED_WITHIN)
        return self.details(number, day, biz_id)


def _ok(response: Any) -> Any:
    """The body of a good answer; the SDK does not raise on business errors."""
    body = response.body
    if body.code != "OK":
        raise Refused("demo.refused", en=f"{body.code}: {body.message}", zh=f"{body.code}：{body.message}")
    return body


def _until(read: Any, wanted: object, within: float = DECIDED_WITHIN) -> None:
    deadline = time.monotonic() + within
    value = read()
    while value != wanted:
        if time.monotonic() > deadline:
            raise Refused(
                "demo.waited",
                en=f"waited {within:.0f} s for {wanted!r}, still {value!r}",
                zh=f"等待 {within:.0f} 秒后仍为 {value!r}，期望 {wanted!r}",
            )
        time.sleep(0.05)
        value = read()
