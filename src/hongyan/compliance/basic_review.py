"""What the automatic reviewer looks at: a few clear-cut rows of the specifications, each with its source.

No judgement: whether a name belongs to its company, or a text to its category, stays with people.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from hongyan.compliance.model import SignatureView, SignSource, TemplateType, TemplateView

V = TypeVar("V")

_NEUTRAL: Final = frozenset(
    {"客服通知", "服务提醒", "会议助手", "客户您好", "验证码", "通知", "aabb", "notification", "dearcustomer"}
)
"""Source: seed 001, seed 002, vendor's signature specification."""
_TEST: Final = re.compile("测试|test", re.IGNORECASE)
_CODE_WORDS: Final = re.compile("验证码|注册码|校验码|动态码|动态密码|verification code", re.IGNORECASE)
_OPT_OUT: Final = re.compile(r"拒收请?回复\s*R", re.IGNORECASE)
_CARRIERS_TAKE: Final = frozenset({SignSource.ENTERPRISE, SignSource.TRADEMARK})


@dataclass(frozen=True, slots=True)
class Rule(Generic[V]):
    """One row. `fails` is the reason to reject; `zh` and `en` tell the applicant what to change."""

    fails: Callable[[V], bool]
    zh: str
    en: str
    source: str


SIGNATURE_RULES: Final[tuple[Rule[SignatureView], ...]] = (
    Rule(
        lambda view: _TEST.search(view.name) is not None,
        "签名不能包含“测试”或“test”，请使用企业名称",
        "a signature must not contain 测试 or test; use the company's name",
        "seed 001, signature specification",
    ),
    Rule(
        lambda view: view.name.lower() in _NEUTRAL,
        "签名不能是中性词，须能识别发送方，请使用企业名称",
        "a signature must tell who sends; use the company's name",
        "seed 001 and 002",
    ),
    Rule(
        lambda view: view.material.source not in _CARRIERS_TAKE,
        "运营商已不支持该签名来源，请使用企事业单位名或已注册商标名",
        "carriers no longer take this source; use the company's name or a registered trademark",
        "vendor's notice of March 2025, seed 001",
    ),
)

TEMPLATE_RULES: Final[tuple[Rule[TemplateView], ...]] = (
    Rule(
        lambda view: (
            view.material.category is TemplateType.CODE and not _CODE_WORDS.search(view.material.content)
        ),
        "验证码模板内容须包含“验证码”“注册码”“校验码”或“动态码”",
        "a verification-code template must say that it is one: 验证码, 注册码, 校验码, 动态码 or verification code",
        "vendor's template specification",
    ),
    Rule(
        lambda view: (
            view.material.category is TemplateType.NOTICE
            and _OPT_OUT.search(view.material.content) is not None
        ),
        "通知短信不能包含“拒收请回复R”，如为推广内容请选择推广短信",
        "a notice must not contain 拒收请回复R; choose marketing for promotions",
        "vendor's template specification",
    ),
)


def reasons(rules: tuple[Rule[V], ...], view: V) -> str:
    """Why a view is rejected, in both languages; empty when it passes."""
    return "\n".join(f"{rule.zh} / {rule.en}" for rule in rules if rule.fails(view))
