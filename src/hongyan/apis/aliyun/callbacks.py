"""Callbacks as the vendor sends them: a JSON array with exactly one object. Source: alibaba.md 7.1.

Built of facts in our words, when it is sent. The vendor has no word for "asked for more": that is rejected, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from hongyan.apis.aliyun.actions._shapes import beijing_time
from hongyan.compliance import SignSource, TemplateType
from hongyan.messaging.callbacks import CallbackType

Facts = Mapping[str, Any]
_STATUS: Final = {"approve": "approved", "reject": "rejected", "ask": "rejected"}
_SOURCES: Final[Mapping[SignSource, str]] = {
    SignSource.ENTERPRISE: "企事业单位的全称或简称",
    SignSource.WEBSITE: "工信部备案网站的全称或简称",
    SignSource.APP: "APP应用的全称或简称",
    SignSource.ACCOUNT_OR_MINI_PROGRAM: "公众号或小程序的全称或简称",
    SignSource.SHOP: "电商平台店铺名的全称或简称",
    SignSource.TRADEMARK: "商标名的全称或简称",
}
"""Source: AddSmsSign, SignSource; the sample of SignSmsReport shortens them."""
_TYPES: Final[Mapping[TemplateType, str]] = {
    TemplateType.CODE: "验证码",
    TemplateType.NOTICE: "短信通知",
    TemplateType.MARKETING: "推广短信",
    TemplateType.INTERNATIONAL: "国际/港澳台消息",
}
"""Source: AddSmsTemplate, TemplateType; the sample of TemplateSmsReport."""


def _signature(facts: Facts) -> dict[str, str]:
    return {
        "sign_name": facts["name"],
        "sign_status": _STATUS[facts["verdict"]],
        "sign_source": _SOURCES[SignSource(facts["source"])],
        "sign_scene": facts["scene"],
        **_review(facts),
    }


def _template(facts: Facts) -> dict[str, str]:
    return {
        "template_code": facts["code"],
        "template_name": facts["name"],
        "template_content": facts["content"],
        "template_type": _TYPES[TemplateType(facts["category"])],
        "template_status": _STATUS[facts["verdict"]],
        **_review(facts),
    }


def _review(facts: Facts) -> dict[str, str]:
    return {
        "reason": facts["reason"],
        "remark": facts["remark"],
        "orderId": str(facts["order"]),
        "create_date": beijing_time(facts["created_ms"]),
    }


_OBJECTS: Final[Mapping[CallbackType, Callable[[Facts], dict[str, str]]]] = {
    CallbackType.SIGNATURE: _signature,
    CallbackType.TEMPLATE: _template,
}


def callback_body(type_: CallbackType, facts: Facts) -> bytes:
    """What a program reads."""
    return msgspec.json.encode([_OBJECTS[type_](facts)])
