"""What templates must not be about, from the lists of `words/templates.toml`: a row of rules for each subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from hongyan.compliance.rules.core import EVERYWHERE, MAINLAND, Offence, Rule, Severity, Words, at_door
from hongyan.compliance.rules.templates.case import TemplateCase, TemplateKind
from hongyan.compliance.rules.templates.reading import VARIABLE, offences
from hongyan.compliance.rules.vocabulary import table

_SUBJECTS: Final = "vendor's template specification, restricted subjects; tencent.md 6.4"
_TEST: Final = re.compile(r"测试|(?<![a-z])test(?:ing)?(?![a-z])")
_SECRET: Final = re.compile(rf"(?<!动态)(?<!一次性)密码(?:为|是|[:：])?{VARIABLE}")
_EVERY_KIND: Final = frozenset(TemplateKind)
_MARKETING: Final = frozenset({TemplateKind.MARKETING})


def _about(words: frozenset[str], kinds: frozenset[TemplateKind], case: TemplateCase) -> Iterator[Offence]:
    if case.kind in kinds:
        yield from offences(case.reading.hits_of(words), "word")


def _matching(pattern: re.Pattern[str], case: TemplateCase) -> Iterator[Offence]:
    return offences(case.reading.hits(pattern), "word")


_LEAVE_OUT: Final = Words(
    "leave the subject out; no wording of it passes", "请删除相关内容，更换措辞也无法通过"
)
_EXPLAIN: Final = Words(
    "say in the remark what the message is for, and add the papers that license the business",
    "请在申请说明中写明业务场景，并补充业务资质证明",
)


def _row(
    row: Mapping[str, Any], suffix: str, severity: Severity, kinds: frozenset[TemplateKind]
) -> Rule[TemplateCase]:
    words = frozenset(row["words"].split())
    rejects = severity is Severity.REJECT
    return Rule(
        id=f"template.about_{row['id']}{suffix}",
        severity=severity,
        check=partial(_about, words, kinds),
        words=Words(
            f"“{{word}}” is about {row['en']}, "
            + ("which is not sent" if rejects else "which a reviewer looks at"),
            f"“{{word}}”涉及{row['zh']}，" + ("不能发送" if rejects else "需人工审核"),
        ),
        fix=_LEAVE_OUT if rejects else _EXPLAIN,
        source=_SUBJECTS,
        scope=EVERYWHERE if row.get("everywhere") else MAINLAND,
    )


def _rows() -> Iterator[Rule[TemplateCase]]:
    lists = table("templates")
    for row in lists["subject"]:
        yield _row(row, "", Severity.REJECT, _EVERY_KIND)
    for row in lists["restricted"]:
        yield _row(row, "_in_marketing", Severity.REJECT, _MARKETING)
        yield _row(row, "", Severity.ASK, _EVERY_KIND - _MARKETING)
    for row in lists["asked"]:
        yield _row(row, "", Severity.ASK, _EVERY_KIND)


SUBJECTS: Final[tuple[Rule[TemplateCase], ...]] = (
    *_rows(),
    Rule(
        id="template.about_trades_forbidden_at_tencent",
        severity=Severity.REJECT,
        check=partial(_about, frozenset(table("templates")["tencent"]["forbidden"].split()), _EVERY_KIND),
        words=Words("“{word}” belongs to a trade that this door refuses", "“{word}”属于该平台禁止的行业内容"),
        fix=_LEAVE_OUT,
        source="tencent.md 6.4, forbidden trades",
        scope=at_door("tencent"),
    ),
    Rule(
        id="template.says_test",
        severity=Severity.ASK,
        check=partial(_matching, _TEST),
        words=Words("“{word}”: templates are for what is really sent", "“{word}”：模板须为真实业务内容"),
        fix=Words(
            "write the text of the service; to try things use the sandbox",
            "请填写真实业务内容；开发测试请使用沙箱",
        ),
        source="seed 000, development and testing phase",
        scope=MAINLAND,
    ),
    Rule(
        id="template.secret",
        severity=Severity.ASK,
        check=partial(_matching, _SECRET),
        words=Words("“{word}” sends a password in clear", "“{word}”以明文发送密码"),
        fix=Words(
            "send a verification code or a way to set the password",
            "请改为发送验证码，或引导用户自行设置密码",
        ),
        source="seed 004 (H3): no secrets in templates",
    ),
)
