"""From template and parameters to the text on the handset."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol

from hongyan.kernel.errors import Refused
from hongyan.messaging.model import Category

MOST_CHARACTERS = 500
"""Whole text with signature (alibaba.md 5.4, length and billing, [DOC])."""
MOST_PARAMETER_CHARACTERS = 35
"""Longest value of any variable (alibaba.md 6.3, attribute `others`)."""
_LINK = re.compile(
    r"https?://[^ ]+\.|www\.|[a-z0-9-]\.(?:com|cn|net|org|top|vip|xyz|cc|io|me)(?:[/:?]|\b)", re.IGNORECASE
)


class SendingTemplate(Protocol):
    """What rendering needs of an approved template."""

    @property
    def pieces(self) -> tuple[str, ...]: ...
    @property
    def variables(self) -> tuple[str, ...]: ...
    @property
    def rules(self) -> Mapping[str, str]: ...


AttributeCheck = Callable[[str, str], str | None]
"""(attribute, value) -> our error code, or None when the value fits."""


def render(template: SendingTemplate, params: Mapping[str, str], check: AttributeCheck) -> str:
    """The template's text with its variables filled in.

    Raises Refused: `template.param_missing`, `.param_superfluous`, `.param_not_text`, `.param_too_long`,
    `.param_has_link`, `.param_invalid`.
    """
    if len(params) != len(template.variables) or any(name not in params for name in template.variables):
        _refuse_names(template, params)
    rules = template.rules
    for name, value in params.items():
        if not isinstance(value, str):
            raise _bad("template.param_not_text", name, "must be a text", "必须是字符串")
        if len(value) > MOST_PARAMETER_CHARACTERS:
            raise _bad(
                "template.param_too_long",
                name,
                f"is longer than {MOST_PARAMETER_CHARACTERS} characters",
                f"超过 {MOST_PARAMETER_CHARACTERS} 个字符",
            )
        if "." in value and _LINK.search(value):  # every form of a link has a dot
            raise _bad("template.param_has_link", name, "contains a link", "包含链接")
        attribute = rules.get(name)
        problem = check(attribute, value) if attribute is not None else None
        if problem is not None:
            raise _bad(
                problem, name, f"does not fit its attribute {attribute}", f"不符合变量属性 {attribute}"
            )
    pieces = list(template.pieces)
    pieces[1::2] = [params[name] for name in pieces[1::2]]
    return "".join(pieces)


def with_signature(sign_name: str, text: str, category: int) -> str:
    """The whole text, signature first: 【】 at home (seed 000), [] abroad when that keeps it in one alphabet."""
    if category == Category.INTERNATIONAL and text.isascii() and sign_name.isascii():
        return f"[{sign_name}]{text}"
    return f"【{sign_name}】{text}"


def _refuse_names(template: SendingTemplate, params: Mapping[str, str]) -> None:
    missing = [name for name in template.variables if name not in params]
    if missing:
        raise Refused(
            "template.param_missing",
            en=f"the template's variables {', '.join(missing)} have no value",
            zh=f"模板变量 {'、'.join(missing)} 没有赋值",
            names=missing,
        )
    extra = [name for name in params if name not in template.variables]
    raise Refused(
        "template.param_superfluous",
        en=f"the template has no variables {', '.join(extra)}",
        zh=f"模板中没有变量 {'、'.join(extra)}",
        names=extra,
    )


def _bad(code: str, name: str, en: str, zh: str) -> Refused:
    return Refused(code, en=f"the value of {name} {en}", zh=f"变量 {name} 的值{zh}", name=name)
