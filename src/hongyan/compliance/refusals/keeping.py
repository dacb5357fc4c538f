"""Of keeping registrations alive."""

from __future__ import annotations

from typing import Final

KEEPING: Final = {
    "registration.keep_phones": (
        "name from 1 to 30 phones of the tenant's own or of its team, one for each carrier",
        "请登记 1 至 30 个租户本人或团队成员的手机号，每家运营商至少一个",
    ),
    "registration.keep_after": (
        "a keep-alive message is due after 1 to 180 days of silence",
        "保活短信的触发天数应为 1 至 180 天",
    ),
    "registration.keep_a_day": (
        "a phone gets from 1 to 10 keep-alive messages a day",
        "每个号码每天的保活短信应为 1 至 10 条",
    ),
    "registration.keep_unarranged": (
        "nothing is arranged for keeping this alive",
        "没有这项保活安排",
    ),
    "registration.keep_plan_unknown": ("there is no such keep-alive plan", "没有这个保活计划"),
    "registration.nothing_to_keep": (
        "no message is due, or none can be sent; the plan says why line by line",
        "没有到期或可发送的保活短信，原因见计划逐行说明",
    ),
}
