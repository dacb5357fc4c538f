"""A tenant with three texts to send: a code, a notice, and a notice of 80 Chinese characters that takes two parts."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from alibabacloud_dysmsapi20170525 import models
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi.utils_models import Config
from bench.request_signing import Maker, SendSms, acs3_maker
from platform_process import Platform

_LONG_CONTENT = (
    "尊敬的会员，您在本店购买的商品已经由仓库打包完毕，订单号${order}，"
    "将由快递员在两个工作日之内送到您填写的收货地址，请您保持电话畅通，感谢您。"
)
_CODE_PARAM = '{"code":"{n:6}"}'
_ORDER = '"order":"A{n:8}"'


@dataclass(frozen=True, slots=True)
class Wording:
    """A template and how it is filled: `request` is the signed bytes, `text` what the handset shall show."""

    request: Maker
    text: Callable[[int], str]


class Tenant:
    """What `hongyan sandbox seed` gives, with a long template applied for through the SDK."""

    def __init__(self, platform: Platform, seed: Mapping[str, Any]) -> None:
        self._platform = platform
        self._seed = seed
        self.sign_name = str(seed["sign_name"])
        self.client = Client(
            Config(
                access_key_id=seed["access_key_id"],
                access_key_secret=seed["access_key_secret"],
                endpoint=platform.endpoint,
                protocol="HTTP",
                read_timeout=20_000,
            )
        )
        self.wordings: dict[str, Wording] = {}

    @classmethod
    async def of(cls, platform: Platform) -> Tenant:
        """The tenant of a running platform, ready to send."""
        tenant = cls(platform, await platform.seed())
        await asyncio.to_thread(tenant._prepare)
        return tenant

    def _prepare(self) -> None:
        notice = self._seed["template_code"]
        example = self._seed["template_param_example"]
        self._add("notice", notice, f'{{{_ORDER},"time":"{example["time"]}"}}')
        self._add("code", self._seed["verification_template_code"], _CODE_PARAM)
        self._add("long", self._apply(_LONG_CONTENT), f"{{{_ORDER}}}")

    def _apply(self, content: str) -> str:
        wanted = models.CreateSmsTemplateRequest(
            template_name="两段通知",
            template_content=content,
            template_type=1,
            template_rule=json.dumps({"order": "other_number2"}),
            related_sign_name=self.sign_name,
            remark="test",
        )
        answer = self.client.create_sms_template(wanted).body
        assert answer.code == "OK", answer
        return str(answer.template_code)

    def _add(self, name: str, template_code: str, param: str) -> None:
        answer = self.client.get_sms_template(models.GetSmsTemplateRequest(template_code=template_code)).body
        content = f"【{self.sign_name}】{answer.template_content}"
        call = SendSms(
            endpoint=f"http://{self._platform.endpoint}",
            access_key_id=self._seed["access_key_id"],
            access_key_secret=self._seed["access_key_secret"],
            sign_name=self.sign_name,
            template_code=template_code,
            template_param=param,
        )

        def text(n: int) -> str:
            values = json.loads(param.replace("{n:8}", f"{n % 10**8:08}").replace("{n:6}", f"{n % 10**6:06}"))
            return re.sub(r"\$\{(\w+)\}", lambda place: values[place[1]], content)

        self.wordings[name] = Wording(acs3_maker(call), text)
