"""What a text may become when its variables are filled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hongyan.compliance.rules.core import Offence, Rule, Severity, Words, at_door
from hongyan.compliance.rules.templates.case import TemplateCase
from hongyan.compliance.rules.templates.extent import LONGEST_TEXT, extent_of
from hongyan.compliance.rules.templates.form import MOST


def may_be_refused(case: TemplateCase) -> Iterator[Offence]:
    if len(case.content) > MOST:
        return
    extent = extent_of(case)
    if extent.may_be_refused:
        yield Offence(facts={"characters": extent.most_characters, "most": LONGEST_TEXT})


LENGTH: Final[tuple[Rule[TemplateCase], ...]] = (
    Rule(
        id="template.may_get_too_long",
        severity=Severity.ADVISE,
        check=may_be_refused,
        words=Words(
            "filled with the longest values the message has {characters} characters, and more than {most} are refused",
            "变量取最长值时短信共 {characters} 个字符，超过 {most} 个将被拒绝发送",
        ),
        fix=Words(
            "shorten the text or choose attributes with shorter values",
            "请缩短内容，或选择取值更短的变量属性",
        ),
        source="alibaba.md 5.4, length",
        scope=at_door("aliyun"),
    ),
)
