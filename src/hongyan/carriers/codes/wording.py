"""The words for what a row says in a fixed set of values, Chinese and English: for the command line, pages and docs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from hongyan.carriers.codes.model import Actor, Certainty, Phase
from hongyan.kernel.errors import Retry
from hongyan.kernel.languages import in_language
from hongyan.messaging.states import MessageState

_WORDS: Mapping[Enum, tuple[str, str]] = MappingProxyType(
    {
        Phase.LOGIN: ("登录应答", "answer to a login"),
        Phase.ANSWER: ("提交应答", "answer to a submit"),
        Phase.REPORT: ("状态报告", "delivery report"),
        Phase.OWN: ("平台自身", "this platform"),
        Actor.TENANT: ("租户", "tenant"),
        Actor.OPERATOR: ("平台运营方", "operator"),
        Actor.CARRIER: ("运营商", "carrier"),
        Actor.RECIPIENT: ("收件人", "recipient"),
        Actor.NOBODY: ("无需处理", "nobody"),
        Retry.NEVER: ("不重试", "no"),
        Retry.LATER: ("稍后可重试", "later"),
        Retry.ELSEWHERE: ("可换通道重试", "over another channel"),
        Certainty.STANDARD: ("协议规定", "standard"),
        Certainty.COMMON_PRACTICE: ("业内通行", "common practice"),
        Certainty.LISTS_DISAGREE: ("各方列表不一致", "lists disagree"),
        Certainty.NOT_LISTED: ("未收录", "not listed"),
        MessageState.ACCEPTED: ("仍待提交", "waits to be submitted"),
        MessageState.SUBMITTED: ("仍待状态报告", "waits for the report"),
        MessageState.DELIVERED: ("已送达（最终）", "delivered, final"),
        MessageState.FAILED: ("失败（最终）", "failed, final"),
        MessageState.EXPIRED: ("已过期（最终）", "expired, final"),
        MessageState.NO_RECEIPT: ("无状态报告（最终）", "ended without a receipt"),
    }
)


def words(value: Phase | Actor | Retry | Certainty | MessageState, language: str) -> str:
    """The word for `value` in `language`; anything that is not Chinese reads English."""
    zh, en = _WORDS[value]
    return in_language(language, en=en, zh=zh)
