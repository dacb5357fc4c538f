"""Of test sends that verify registrations."""

from __future__ import annotations

from typing import Final

TRIALS: Final = {
    "registration.trial_no_phone": (
        "name the phones that test messages go to: your own or your team's, one for each carrier",
        "请指定接收测试短信的手机号：本人或团队成员的号码，每家运营商至少一个",
    ),
    "registration.trial_phone": (
        "test messages go to mainland mobile numbers whose carrier is known",
        "测试短信只能发送到已知运营商的境内手机号",
    ),
    "registration.trial_too_many": (
        "too many test messages at once: 60 in all",
        "一次安排的测试短信过多，合计最多 60 条",
    ),
    "registration.trial_pace": (
        "from the first to the last message to a phone are 7 days at most, and no time runs backwards",
        "同一号码从第一条到最后一条测试短信最多相隔 7 天，间隔不能为负",
    ),
    "registration.trial_number_full": (
        "a number gets 5 test messages of a signature within 24 hours at most; take another one, or wait",
        "同一号码 24 小时内最多接收同一签名的 5 条测试短信，请更换号码或稍后再试",
    ),
    "registration.trial_signature_full": (
        "a signature gets 120 test messages within 24 hours at most, those that wait included",
        "同一签名 24 小时内最多安排 120 条测试短信（含待发送）",
    ),
    "registration.trial_unknown": (
        "there is no such test message in this account",
        "该账号下没有此测试短信",
    ),
    "registration.trial_signature": (
        "the signature is not approved; only approved ones are registered and tested",
        "签名尚未审核通过，通过后才会报备并可测试",
    ),
    "registration.trial_template": (
        "the template is not approved, or there is no such one",
        "模板不存在或尚未审核通过",
    ),
    "registration.trial_category": (
        "test messages are codes and notices; take a template of one of these",
        "测试短信只能使用验证码或通知模板",
    ),
    "registration.trial_params": (
        "the template has variables that were given no values; give one to each of them",
        "模板中有未赋值的变量，请为每个变量提供取值",
    ),
}
