"""What a template is made of: length, brackets, characters.

Source: the vendor's template specification (alibaba.md 6.2 and 6.3), CreateSmsTemplate; Tencent's (tencent.md 6.3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from hongyan.compliance.rules.characters import BRACKETS, Kind, kind_of, meant_by, named, spans
from hongyan.compliance.rules.core import MAINLAND, Offence, Rule, Severity, Words, listed
from hongyan.compliance.rules.templates.case import MAINLAND_AT_TENCENT, TemplateCase
from hongyan.compliance.rules.traditional import certain_and_doubtful

MOST: Final = 500
_SPECIFICATION: Final = "vendor's template specification, content"
_REFUSED_SIGNS: Final = frozenset("#『』「」〖〗²³㎡㎥㎝㎜㎞㎏•①②③④⑤⑥⑦⑧⑨⑩★☆※→←↑↓■□●○◆◇▲△▼▽♠♥♣♦♪✓✔✕✖☞")
_TENCENTS_SIGNS: Final = frozenset("￥★&☞✓※")
_UNSUPPORTED: Final = frozenset({Kind.EMOJI, Kind.RARE, Kind.UNUSABLE, Kind.COMBINING})
_SQUARE: Final = ("[", "]")


def _offending(
    case: TemplateCase, wrong: Callable[[str], bool], shown: Callable[[str], str] = str
) -> Iterator[Offence]:
    """One offence for all characters that are wrong, each named once."""
    places = [place for place, each in enumerate(case.content) if wrong(each)]
    if places:
        characters = dict.fromkeys(case.content[place] for place in places)
        yield Offence(spans(places), {"characters": listed(map(shown, characters))})


def of_kinds(kinds: frozenset[Kind], case: TemplateCase) -> Iterator[Offence]:
    return _offending(case, lambda each: kind_of(each) in kinds and each not in "\r\n", named)


def signs(refused: frozenset[str], case: TemplateCase) -> Iterator[Offence]:
    return _offending(case, refused.__contains__)


def empty(case: TemplateCase) -> Iterator[Offence]:
    if not case.content.strip():
        yield Offence()


def too_long(case: TemplateCase) -> Iterator[Offence]:
    length = len(case.content)
    if length > MOST:
        yield Offence(((MOST, length),), {"length": length, "most": MOST})


def square_brackets(case: TemplateCase) -> Iterator[Offence]:
    text = case.content
    inside = text.strip()
    if not inside:
        return
    first = len(text) - len(text.lstrip())
    last = len(text.rstrip()) - 1
    places = [place for place in sorted({first, last}) if text[place] in _SQUARE]
    if places:
        yield Offence(spans(places))


def traditional(case: TemplateCase) -> Iterator[Offence]:
    certain, _ = certain_and_doubtful(case.content)
    return _traditional(case, certain)


def perhaps_traditional(case: TemplateCase) -> Iterator[Offence]:
    _, doubtful = certain_and_doubtful(case.content)
    return _traditional(case, doubtful)


def _traditional(case: TemplateCase, found: tuple[int, ...]) -> Iterator[Offence]:
    if found:
        yield Offence(spans(found), {"characters": listed(case.content[place] for place in found)})


def variants(case: TemplateCase) -> Iterator[Offence]:
    """Letters and digits that are drawn otherwise: what filters are got past with. Punctuation has no other form here."""
    content = case.content
    places = [
        place
        for place, each in enumerate(content)
        if kind_of(each) in {Kind.WIDTH, Kind.LOOK_ALIKE} and meant_by(each).isalnum()
    ]
    if places:
        meant = "".join(meant_by(content[place]) for place in places)
        yield Offence(
            spans(places), {"characters": "".join(content[place] for place in places), "meant": meant}
        )


FORM: Final[tuple[Rule[TemplateCase], ...]] = (
    Rule(
        id="template.empty",
        severity=Severity.REJECT,
        check=empty,
        words=Words("the text is empty", "模板内容为空"),
        fix=Words("write what the recipient shall read", "请填写模板内容"),
        source=_SPECIFICATION,
    ),
    Rule(
        id="template.too_long",
        severity=Severity.REJECT,
        check=too_long,
        words=Words("{length} characters; at most {most} are allowed", "共 {length} 个字符，最多 {most} 个"),
        fix=Words("shorten it to {most} characters", "请缩短到 {most} 个字符以内"),
        source="CreateSmsTemplate, TemplateContent",
    ),
    Rule(
        id="template.signature_brackets",
        severity=Severity.REJECT,
        check=partial(signs, frozenset(BRACKETS)),
        words=Words("a template must not contain 【】", "模板内容不能包含【】"),
        fix=Words(
            "leave the signature out: it is put in front when the message is sent",
            "请去掉【】及签名：发送时系统会自动在开头加上签名",
        ),
        source="seed 000, signature name; vendor's template specification",
    ),
    Rule(
        id="template.square_brackets",
        severity=Severity.REJECT,
        check=square_brackets,
        words=Words("a template must not begin or end with [ or ]", "模板内容首尾不能使用 [ ]"),
        fix=Words("leave the brackets out", "请去掉首尾的方括号"),
        source=_SPECIFICATION,
    ),
    Rule(
        id="template.traditional",
        severity=Severity.REJECT,
        check=traditional,
        words=Words("traditional characters: {characters}", "包含繁体字：{characters}"),
        fix=Words("write them in simplified Chinese", "请改为简体字"),
        source=_SPECIFICATION,
        scope=MAINLAND,
    ),
    Rule(
        id="template.perhaps_traditional",
        severity=Severity.ASK,
        check=perhaps_traditional,
        words=Words(
            "perhaps traditional or variant characters: {characters}", "疑似繁体字或异体字：{characters}"
        ),
        fix=Words("write them in simplified Chinese if they are", "如为繁体字或异体字，请改为规范简体字"),
        source=_SPECIFICATION,
        scope=MAINLAND,
    ),
    Rule(
        id="template.refused_signs",
        severity=Severity.REJECT,
        check=partial(signs, _REFUSED_SIGNS),
        words=Words("signs that carriers do not take: {characters}", "包含不支持的特殊符号：{characters}"),
        fix=Words("use words and usual punctuation", "请改用文字或常用标点"),
        source=_SPECIFICATION,
        scope=MAINLAND,
    ),
    Rule(
        id="template.tencents_signs",
        severity=Severity.REJECT,
        check=partial(signs, _TENCENTS_SIGNS),
        words=Words(
            "signs that this door does not take: {characters}", "包含该平台不支持的特殊符号：{characters}"
        ),
        fix=Words("use words and usual punctuation", "请改用文字或常用标点"),
        source="tencent.md 6.3, templates",
        scope=MAINLAND_AT_TENCENT,
    ),
    Rule(
        id="template.unsupported_characters",
        severity=Severity.REJECT,
        check=partial(of_kinds, _UNSUPPORTED),
        words=Words("emoji or rare characters: {characters}", "包含表情、生僻字等不支持的字符：{characters}"),
        fix=Words("leave them out", "请去掉这些字符"),
        source="vendor's error isv.UNSUPPORTED_CONTENT",
        scope=MAINLAND,
    ),
    Rule(
        id="template.unseen_characters",
        severity=Severity.REJECT,
        check=partial(of_kinds, frozenset({Kind.INVISIBLE})),
        words=Words("characters that cannot be seen: {characters}", "包含不可见字符：{characters}"),
        fix=Words(
            "delete them; they often come along when a text is pasted", "请删除；此类字符常在粘贴文本时带入"
        ),
        source=_SPECIFICATION,
    ),
    Rule(
        id="template.other_scripts",
        severity=Severity.REJECT,
        check=partial(of_kinds, frozenset({Kind.OTHER_SCRIPT})),
        words=Words(
            "letters that are neither Chinese nor English: {characters}", "包含中英文以外的文字：{characters}"
        ),
        fix=Words(
            "write Chinese or English; other languages are for international templates",
            "请使用中文或英文；其他语言请申请国际/港澳台模板",
        ),
        source=_SPECIFICATION,
        scope=MAINLAND,
    ),
    Rule(
        id="template.variant_characters",
        severity=Severity.ASK,
        check=variants,
        words=Words(
            "letters or digits in unusual forms: {characters}", "包含全角或变体字母、数字：{characters}"
        ),
        fix=Words("write {meant}", "请写作 {meant}"),
        source="vendor's template specification: no wrong or variant characters",
        scope=MAINLAND,
    ),
)
