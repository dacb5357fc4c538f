"""The variables of a template, and what they may be filled with.

Source: the vendor's template specification (alibaba.md 6.2 and 6.3), CreateSmsTemplate; Tencent's (tencent.md 6.3).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import pairwise
from typing import Final

from hongyan.compliance.attributes import ATTRIBUTES, CODE_ATTRIBUTES
from hongyan.compliance.rules.core import Offence, Rule, Severity, Words, at_door, listed
from hongyan.compliance.rules.templates.case import TemplateCase, TemplateKind
from hongyan.compliance.rules.templates.reading import Variable, first_of_each, joined, offences

RESERVED: Final = frozenset({"email", "mobile", "id", "nick", "site"})
_VARIABLES: Final = "vendor's template specification, variables"
_ALIYUN: Final = at_door("aliyun")
_TENCENT: Final = at_door("tencent")
_LEAST_WORDS: Final = 6
_OF_WORDS: Final = re.compile(r"[A-Za-z0-9./]")
_OF_OTHER_KINDS: Final = ATTRIBUTES.keys() - CODE_ATTRIBUTES
_VAGUE_ATTRIBUTES: Final = frozenset({"others", "unit_name", "address", "user_nick"})


def unclosed(case: TemplateCase) -> Iterator[Offence]:
    taken = {each.span[0] for each in case.reading.dollars}
    places = [found.start() for found in re.finditer(r"\$\{", case.content) if found.start() not in taken]
    if places:
        yield Offence(tuple((place, place + 2) for place in places))


def _written(case: TemplateCase, variables: Iterable[Variable]) -> Iterator[Offence]:
    """About each of these variables, as the text writes it."""
    return offences(((each.span, case.content[slice(*each.span)]) for each in variables), "variable")


def misnamed(case: TemplateCase) -> Iterator[Offence]:
    return _written(case, (each for each in case.reading.dollars if not each.well_named))


def reserved(case: TemplateCase) -> Iterator[Offence]:
    for each in case.reading.dollars:
        if each.name in RESERVED:
            yield Offence((each.span,), {"variable": each.name})


def form_of(door: str, case: TemplateCase) -> Iterator[Offence]:
    """Variables as another door takes them."""
    return _written(case, case.reading.variables(door))


def misnumbered(case: TemplateCase) -> Iterator[Offence]:
    """Tencent: {1}, {2}, … without gaps."""
    braces = case.reading.braces
    wanted = {str(number) for number in range(1, len({each.name for each in braces}) + 1)}
    wrong = [each for each in braces if each.name not in wanted]
    if wrong:
        names = listed(case.content[slice(*each.span)] for each in wrong)
        yield Offence(joined(each.span for each in wrong), {"variables": names})


def glued(case: TemplateCase) -> Iterator[Offence]:
    """Tencent: no variable inside a word, number or link."""
    return _written(case, (each for each in case.reading.braces if _is_glued(each, case.content)))


def _is_glued(variable: Variable, content: str) -> bool:
    start, end = variable.span
    return any(_OF_WORDS.match(beside) for beside in (content[start - 1 : start], content[end : end + 1]))


def touching(door: str, case: TemplateCase) -> Iterator[Offence]:
    for one, other in pairwise(case.reading.variables(door)):
        if not case.content[one.span[1] : other.span[0]].strip():
            span = (one.span[0], other.span[1])
            yield Offence((span,), {"variables": case.content[slice(*span)]})


def only_variables(case: TemplateCase) -> Iterator[Offence]:
    reading = case.reading
    if (reading.dollars or reading.braces) and not any(each.isalnum() for each in reading.literals):
        yield Offence(((0, len(case.content)),))


def repeated(case: TemplateCase) -> Iterator[Offence]:
    counts = Counter(each.name for each in case.reading.dollars)
    for name, count in counts.items():
        if count > 1:
            places = tuple(each.span for each in case.reading.dollars if each.name == name)
            yield Offence(places, {"variable": name, "count": count})


def hardly_text(case: TemplateCase) -> Iterator[Offence]:
    """A variable that may hold nearly the whole message: nobody can tell what will be sent."""
    if case.kind is TemplateKind.CODE:
        return
    words = sum(each.isalnum() for each in case.reading.literals)
    vague = [
        each
        for each in case.reading.dollars
        if case.rules is None or case.rules.get(each.name) in _VAGUE_ATTRIBUTES
    ]
    if vague and 0 < words < _LEAST_WORDS:
        yield Offence(joined(each.span for each in vague), {"words": words})


# Attributes


def attributes_unreadable(case: TemplateCase) -> Iterator[Offence]:
    if case.rules_unreadable:
        yield Offence()


def attributes_unknown(case: TemplateCase) -> Iterator[Offence]:
    if case.rules is None and not case.rules_unreadable and case.reading.dollars:
        yield Offence(joined(each.span for each in case.reading.dollars))


def attribute_missing(case: TemplateCase) -> Iterator[Offence]:
    if case.rules is not None:
        for each in first_of_each(case.reading.dollars):
            if each.name not in case.rules:
                yield Offence((each.span,), {"variable": each.name})


def attribute_superfluous(case: TemplateCase) -> Iterator[Offence]:
    names = {each.name for each in case.reading.dollars}
    extra = [name for name in case.rules or () if name not in names]
    if extra:
        yield Offence(facts={"variables": listed(extra)})


def attribute_strange(case: TemplateCase) -> Iterator[Offence]:
    return _attributed(case, lambda attribute: attribute not in ATTRIBUTES)


def code_attribute(case: TemplateCase) -> Iterator[Offence]:
    if case.kind is TemplateKind.CODE:
        yield from _attributed(case, _OF_OTHER_KINDS.__contains__)


def code_attribute_elsewhere(case: TemplateCase) -> Iterator[Offence]:
    if case.kind in {TemplateKind.NOTICE, TemplateKind.MARKETING}:
        yield from _attributed(case, CODE_ATTRIBUTES.__contains__)


def _attributed(case: TemplateCase, wrong: Callable[[str], bool]) -> Iterator[Offence]:
    """About each variable with a wrong attribute."""
    for each in first_of_each(case.reading.dollars):
        attribute = (case.rules or {}).get(each.name)
        if attribute is not None and wrong(attribute):
            yield Offence((each.span,), {"variable": each.name, "attribute": attribute})


VARIABLES: Final[tuple[Rule[TemplateCase], ...]] = (
    Rule(
        id="template.variable_unclosed",
        severity=Severity.REJECT,
        check=unclosed,
        words=Words("“${{” without its “}}”", "“${{”缺少对应的“}}”"),
        fix=Words("write variables as ${{name}}", "变量应写作 ${{name}}"),
        source=_VARIABLES,
    ),
    Rule(
        id="template.variable_misnamed",
        severity=Severity.REJECT,
        check=misnamed,
        words=Words("{variable} is not named as variables are", "变量 {variable} 命名不符合要求"),
        fix=Words(
            "a letter first, then letters, digits and underscores",
            "变量名以字母开头，由字母、数字、下划线组成",
        ),
        source=_VARIABLES,
        scope=_ALIYUN,
    ),
    Rule(
        id="template.variable_reserved",
        severity=Severity.REJECT,
        check=reserved,
        words=Words("no variable may be named {variable}", "变量名不能为 {variable}"),
        fix=Words("choose another name", "请更换变量名"),
        source="vendor's template specification (older edition): not email, mobile, id, nick, site",
        scope=_ALIYUN,
    ),
    Rule(
        id="template.variable_of_another_door",
        severity=Severity.REJECT,
        check=partial(form_of, "tencent"),
        words=Words("{variable} is how another vendor writes variables", "{variable} 是其他平台的变量写法"),
        fix=Words("write ${{name}}", "请写作 ${{name}}"),
        source=_VARIABLES,
        scope=_ALIYUN,
    ),
    Rule(
        id="template.variable_of_another_door",
        severity=Severity.REJECT,
        check=partial(form_of, "aliyun"),
        words=Words("{variable} is how another vendor writes variables", "{variable} 是其他平台的变量写法"),
        fix=Words("write {{1}}, {{2}}, …", "请写作 {{1}}、{{2}}……"),
        source="tencent.md 6.3, templates",
        scope=_TENCENT,
    ),
    Rule(
        id="template.variable_misnumbered",
        severity=Severity.REJECT,
        check=misnumbered,
        words=Words(
            "variables are numbered from 1 without gaps: {variables}", "变量须从 1 开始连续编号：{variables}"
        ),
        fix=Words("write {{1}}, {{2}}, …", "请写作 {{1}}、{{2}}……"),
        source="tencent.md 6.3, templates",
        scope=_TENCENT,
    ),
    Rule(
        id="template.variable_in_word",
        severity=Severity.REJECT,
        check=glued,
        words=Words(
            "{variable} is a part of a word, number or link", "{variable} 是单词、号码或链接的一部分"
        ),
        fix=Words("let the variable stand for the whole", "请用变量表示完整内容"),
        source="tencent.md 6.3, templates",
        scope=_TENCENT,
    ),
    Rule(
        id="template.variables_touch",
        severity=Severity.REJECT,
        check=partial(touching, "aliyun"),
        words=Words("variables without text between them: {variables}", "变量之间没有文字：{variables}"),
        fix=Words("put words between them", "请在变量之间加上文字"),
        source=_VARIABLES,
        scope=_ALIYUN,
    ),
    Rule(
        id="template.variables_touch",
        severity=Severity.REJECT,
        check=partial(touching, "tencent"),
        words=Words("variables without text between them: {variables}", "变量之间没有文字：{variables}"),
        fix=Words("put words between them", "请在变量之间加上文字"),
        source="tencent.md 6.3, templates",
        scope=_TENCENT,
    ),
    Rule(
        id="template.only_variables",
        severity=Severity.REJECT,
        check=only_variables,
        words=Words("the text consists of variables only", "模板内容全部为变量"),
        fix=Words("write what is always the same as text", "请写出固定的文字内容"),
        source=_VARIABLES,
    ),
    Rule(
        id="template.variable_repeated",
        severity=Severity.ASK,
        check=repeated,
        words=Words("variable {variable} stands {count} times", "变量 {variable} 出现了 {count} 次"),
        fix=Words("use each variable once", "同一变量请只使用一次"),
        source="vendor's template specification (older edition): each variable once",
        scope=_ALIYUN,
    ),
    Rule(
        id="template.hardly_any_text",
        severity=Severity.ASK,
        check=hardly_text,
        words=Words(
            "only {words} characters are fixed; a reviewer cannot tell what will be sent",
            "固定文字仅 {words} 个字，无法判断实际发送内容",
        ),
        fix=Words("write out what the message is about", "请写明短信的用途和主要内容"),
        source=_VARIABLES,
        scope=_ALIYUN,
    ),
    Rule(
        id="template.attributes_unreadable",
        severity=Severity.REJECT,
        check=attributes_unreadable,
        words=Words(
            "the variables' attributes are no JSON object of texts", "变量属性不是值为字符串的 JSON 对象"
        ),
        fix=Words('write them so: {{"code": "numberCaptcha"}}', '请写作：{{"code": "numberCaptcha"}}'),
        source="CreateSmsTemplate, InvalidTemplateRule.Format",
        scope=_ALIYUN,
    ),
    Rule(
        id="template.attributes_not_told",
        severity=Severity.ADVISE,
        check=attributes_unknown,
        words=Words("each variable will need its attribute", "提交时每个变量都须指定属性"),
        fix=Words(
            "give them with --rule, as TemplateRule takes them", "请用 --rule 按 TemplateRule 的格式给出"
        ),
        source="CreateSmsTemplate, TemplateRule",
        scope=_ALIYUN,
    ),
    Rule(
        id="template.attribute_missing",
        severity=Severity.REJECT,
        check=attribute_missing,
        words=Words("variable {variable} has no attribute", "变量 {variable} 没有指定属性"),
        fix=Words("add it to the template's rule", "请在变量属性中补充"),
        source="CreateSmsTemplate, InvalidTemplateRule",
        scope=_ALIYUN,
    ),
    Rule(
        id="template.attribute_superfluous",
        severity=Severity.REJECT,
        check=attribute_superfluous,
        words=Words(
            "attributes for variables that the text does not have: {variables}",
            "模板中没有这些变量：{variables}",
        ),
        fix=Words("leave them out, or correct the names", "请删除，或改正变量名"),
        source="CreateSmsTemplate, InvalidTemplateRule",
        scope=_ALIYUN,
    ),
    Rule(
        id="template.attribute_unknown",
        severity=Severity.REJECT,
        check=attribute_strange,
        words=Words(
            "variable {variable}: there is no attribute “{attribute}”",
            "变量 {variable} 的属性“{attribute}”不存在",
        ),
        fix=Words("choose one of: " + ", ".join(ATTRIBUTES), "请从以下属性中选择：" + "、".join(ATTRIBUTES)),
        source="CreateSmsTemplate, InvalidTemplateRule",
        scope=_ALIYUN,
    ),
    Rule(
        id="template.code_attribute",
        severity=Severity.REJECT,
        check=code_attribute,
        words=Words(
            "the variable of a verification code cannot be “{attribute}”",
            "验证码模板的变量属性不能为“{attribute}”",
        ),
        fix=Words(
            "use numberCaptcha or characterWithNumber2", "请使用 numberCaptcha 或 characterWithNumber2"
        ),
        source="vendor's page 2806243, variable attributes",
        scope=_ALIYUN,
    ),
    Rule(
        id="template.code_attribute_elsewhere",
        severity=Severity.ASK,
        check=code_attribute_elsewhere,
        words=Words(
            "“{attribute}” is for verification codes, and this is another kind of template",
            "“{attribute}”仅用于验证码模板",
        ),
        fix=Words(
            "apply for a verification-code template, or choose another attribute",
            "请申请验证码模板，或更换变量属性",
        ),
        source="vendor's page 2806243, variable attributes",
        scope=_ALIYUN,
    ),
)
