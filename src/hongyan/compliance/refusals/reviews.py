"""Of those who review, and of change records."""

from __future__ import annotations

from typing import Final

REVIEWS: Final = {
    "object.unknown": ("there is no such object in this account", "该账号下没有此对象"),
    "second_look.unknown": (
        "no second look is asked for at this order",
        "该工单无需复核",
    ),
    "second_look.done": ("this order was looked at again already", "该工单已复核"),
    "review.unknown": ("there is no such review order", "没有此审核工单"),
    "review.decided": ("this order was decided already", "该工单已审核完成"),
    "review.not_claimed": ("you have not claimed this order", "您尚未领取该工单"),
    "review.second_reviewer": (
        "you have approved this order already; it needs a second person",
        "您已通过该工单，还须由另一位审核员审核",
    ),
    "review.no_industry": (
        "only signatures have an industry",
        "只有签名有行业类型",
    ),
    "review.no_letter": (
        "letters are found in third-party signatures that were approved, and in nothing else",
        "仅可从已通过的他用签名申请中提取授权委托书",
    ),
    "review.no_paper_kinds": (
        "only further papers of signatures have kinds",
        "只有签名的更多资料区分材料类型",
    ),
    "review.reason_unknown": (
        "there is no such reason for this order; its checklist lists them",
        "该工单没有此审核理由，可选理由见审核清单",
    ),
    "review.reason_missing": (
        "a rejection, or a wish for more, needs a reason that says how to fix it",
        "驳回或要求补充材料须填写原因",
    ),
}
