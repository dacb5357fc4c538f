"""Which applications two people must look at: dated rows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from hongyan.compliance.rules import Industry, Words
from hongyan.compliance.uscc import STATE_CODES

_FOUR_EYES: Final = "issue 4, review desk: four-eyes for risky industries; trades of seed 000, industry type"
_ALWAYS: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """One row. Risky is what has one of `words` in the company's name, the signature's or the text; whose credit code
    begins with one of `codes` (GB 32100: 11 organs of the state, 12 public institutions, …); or what is said to be of the
    `industry`."""

    id: str
    name: Words
    words: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    industry: Industry | None = None
    source: str = _FOUR_EYES
    valid_from: date = _ALWAYS


RISKS: Final = (
    Risk(
        id="finance",
        name=Words("finance", "金融"),
        industry=Industry.FINANCE,
        words=(
            *(
                "银行",
                "证券",
                "基金",
                "期货",
                "信托",
                "金融",
                "小额贷款",
                "贷款",
                "消费金融",
                "融资担保",
                "典当",
            ),
            *("支付", "征信", "资产管理", "信用卡", "理财", "催收", "贷"),
        ),
    ),
    Risk(
        id="insurance",
        name=Words("insurance", "保险"),
        words=("保险", "人寿", "财险", "车险"),
        industry=Industry.INSURANCE,
    ),
    Risk(
        id="government",
        name=Words("government and public institutions", "政府机关与事业单位"),
        words=("政府", "公安", "法院", "检察院", "税务局", "海关", "委员会", "管理局", "政务"),
        codes=STATE_CODES,
        industry=Industry.GOVERNMENT,
    ),
    Risk(
        id="gaming",
        name=Words("games", "游戏"),
        words=("游戏", "棋牌", "电竞", "彩票"),
        industry=Industry.GAMING,
    ),
    Risk(
        id="live_streaming",
        name=Words("live streaming", "直播"),
        words=("直播",),
        industry=Industry.LIVE_STREAMING,
    ),
    Risk(
        id="medicine",
        name=Words("medicine", "医疗"),
        words=("医院", "医疗", "医美", "整形", "药业", "大药房"),
        source="alibaba.md 6.2, restricted subjects: medical beauty; issue 4, review desk",
    ),
)


def risks_of(
    texts: tuple[str, ...], credit_code: str | None, on: date, industry: Industry | None = None
) -> tuple[Risk, ...]:
    """Rows in force that hold for an application. `credit_code`: of the entity that it is for; `industry`: what is said
    of it."""
    return tuple(
        row
        for row in RISKS
        if row.valid_from <= on
        and (
            any(word in text for word in row.words for text in texts)
            or (credit_code is not None and credit_code.startswith(row.codes or ("-",)))
            or (industry is not None and industry is row.industry)
        )
    )
