"""Why a place gets no message, in words, and what helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hongyan.compliance.registration.keeping.model import Why
from hongyan.compliance.rules.core import Words


@dataclass(frozen=True, slots=True)
class WhyRow:
    """`helps`: None where nothing has to be done."""

    words: Words
    helps: Words | None = None


WHY: Final[Mapping[Why, WhyRow]] = {
    Why.NOT_DUE: WhyRow(Words("not due yet", "尚未到期")),
    Why.PLANNED: WhyRow(Words("planned already", "已安排")),
    Why.UNARRANGED: WhyRow(
        Words("no phones", "未登记号码"),
        Words(
            "name phones of the tenant's own, one for each carrier, and a template of codes or notices: --phone, --template,"
            " or `hongyan registration keep-alive arrange`",
            "请登记租户本人或团队的手机号（每家运营商一个）与验证码或通知模板：--phone、--template，或"
            " hongyan registration keep-alive arrange",
        ),
    ),
    Why.NO_PHONE: WhyRow(
        Words("no phone there", "缺少该网号码"),
        Words(
            "nothing can be sent without a phone of the tenant's own with this carrier",
            "租户没有该运营商的手机号，无法发送，请补充登记",
        ),
    ),
    Why.UNFIT: WhyRow(
        Words("cannot be sent", "不可发送"),
        Words(
            "signature or template cannot be sent with, for the reason in brackets",
            "签名或模板不可用于发送，原因见括号内错误码",
        ),
    ),
    Why.NO_CHANNEL: WhyRow(
        Words("no such number", "号码已下线"),
        Words(
            "no configured channel has this number any more: its registration lapses",
            "已没有通道使用该号码，其报备将失效",
        ),
    ),
    Why.SAME_WAY: WhyRow(
        Words("as above", "同上"),
        Words(
            "routing chooses the channel: one message to this carrier is planned, and keeps the number that it goes from",
            "通道由路由选择：已向该运营商安排一条，仅保活其实际使用的号码",
        ),
    ),
    Why.TOO_LATE: WhyRow(
        Words("too late", "来不及"),
        Words(
            "these phones get no more messages before it lapses: name more phones, or raise --per-day",
            "失效前这些号码已排满：请登记更多号码，或提高 --per-day",
        ),
    ),
    Why.USED: WhyRow(Words("it was sent meanwhile", "期间已有发送")),
    Why.OVER: WhyRow(Words("it is not registered any more", "报备已不再有效")),
}
