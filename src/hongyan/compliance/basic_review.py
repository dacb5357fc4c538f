"""What the automatic reviewer looks at in templates: a few clear-cut rows of the specification, each with its source."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from hongyan.compliance.model import TemplateType, TemplateView

V = TypeVar("V")

_CODE_WORDS: Final = re.compile("验证码|注册码|校验码|动态码|动态密码|verification code", re.IGNORECASE)
_OPT_OUT: Final = re.compile(r"拒收请?回复\s*R", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rule(Generic[V]):
    """One row. `fails` is the reason to reject; `zh` and `en` tell the applicant what to change."""

    fails: Callable[[V], bool]
    zh: str
    en: str
    source: str


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
