"""Industries, and the papers that they need, as people write them on a command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from cyclopts import Parameter, Token

from hongyan.compliance.rules import PAPERS, Industry

WRITTEN: Final = {
    **{each.value: each for each in Industry},
    "通用": Industry.GENERAL,
    "e-commerce": Industry.RETAIL,
    "ecommerce": Industry.RETAIL,
    "电商零售": Industry.RETAIL,
    "financial": Industry.FINANCE,
    "金融": Industry.FINANCE,
    "保险": Industry.INSURANCE,
    "game": Industry.GAMING,
    "游戏": Industry.GAMING,
    "government-enterprise": Industry.GOVERNMENT,
    "政企": Industry.GOVERNMENT,
    "政府": Industry.GOVERNMENT,
    "live": Industry.LIVE_STREAMING,
    "直播": Industry.LIVE_STREAMING,
    "express": Industry.LOGISTICS,
    "物流": Industry.LOGISTICS,
}
"""What people write for an industry."""
UNKNOWN: Final = frozenset({"unknown", "未知"})


def _industry(_: object, tokens: Sequence[Token]) -> Industry:
    found = _industry_or_none(_, tokens)
    if found is None:
        raise ValueError(_CHOICES)
    return found


def _industry_or_none(_: object, tokens: Sequence[Token]) -> Industry | None:
    word = tokens[0].value.strip().lower().replace("_", "-")
    if word in UNKNOWN:
        return None
    if word not in WRITTEN:
        raise ValueError(_CHOICES)
    return WRITTEN[word]


_CHOICES: Final = f"choose from {', '.join(each.value for each in Industry)}"


def _paper_kind(_: object, tokens: Sequence[Token]) -> str | None:
    word = tokens[0].value.strip().lower().replace("-", "_")
    if word in UNKNOWN:
        return None
    found = next((kind for kind, words in PAPERS.items() if word in (kind, words.zh.lower())), None)
    if found is None:
        raise ValueError(f"choose from {', '.join(PAPERS)}")
    return found


IndustryWritten = Annotated[Industry, Parameter(converter=_industry)]
IndustryOrUnknown = Annotated[Industry | None, Parameter(converter=_industry_or_none)]
PaperKindOrUnknown = Annotated[str | None, Parameter(converter=_paper_kind)]
