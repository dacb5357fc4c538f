"""What belongs to each kind: codes have one variable and say so, notices sell nothing, marketing lets people leave.

Source: the vendor's template specification (alibaba.md 6.2); seed 004 and tencent.md 6.3 where the doors differ (H3a).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Final

from hongyan.compliance.rules.core import MAINLAND, Offence, Rule, Severity, Words, at_door
from hongyan.compliance.rules.templates.case import MAINLAND_AT_TENCENT, TemplateCase, TemplateKind
from hongyan.compliance.rules.templates.reading import VARIABLE, first_of_each, offences, overlaps
from hongyan.compliance.rules.vocabulary import words

_CODES: Final = "vendor's template specification, verification codes"
_NOTICES: Final = "vendor's template specification, notices"
_PROMOTIONS: Final = "vendor's template specification, promotional messages"
_ALIYUN: Final = at_door("aliyun")
_TENCENT: Final = at_door("tencent")
MOST_AT_TENCENT: Final = 2
UNSUBSCRIBE: Final = "拒收请回复R"
_CODE_IN_ENGLISH: Final = ("verification code",)
_UNSUBSCRIBE_AT_END: Final = re.compile(r"[，,。.;； ]*[(（]?\s*拒收请回复\s*[rR]\s*[)）]?\s*[。.!！]?\s*$")
_UNSUBSCRIBE: Final = re.compile(r"拒收请?回复?r")
_OTHER_WAYS_OUT: Final = re.compile(
    r"(?:退订|拒收)(?:请)?(?:回复?)?[a-z]{1,2}(?![a-z])|回复?(?:td|t|n|r)(?:即可)?退订|td退订|退订回(?!执|单|函|款)"
)
_PERCENT: Final = re.compile(
    r"(?<![0-9.])[1-9](?:\.[0-9])?折(?![叠页线扇痕])|满[0-9]+(?:元)?(?:减|送|返)|[0-9]+%off|仅需[0-9]+(?:\.[0-9]+)?元|立省[0-9]+"
    r"|(?:低至|直降)[0-9一二三四五六七八九十百千半]+(?:\.[0-9]+)?(?![0-9.一二三四五六七八九十百千]|摄氏|零下|个?百分点|[度℃点级层楼])"
)
_DOWNLOAD: Final = re.compile(r"下载.{0,8}(?:app|客户端|应用)|(?:app|客户端|应用)下载")
_CODE_OF_VARIABLE: Final = re.compile(
    rf"(?:验证码|校验码|动态码|注册码|动态密码)[^，。,;；]{{0,4}}{VARIABLE}|{VARIABLE}[^，。,;；]{{0,6}}(?:验证码|校验码|动态码|注册码|动态密码)"
)
_FINANCE: Final = re.compile(r"贷款|借款|还款|理财|基金|证券|保险|信用卡|授信|股票")
_SOLD_ELSEWHERE: Final = frozenset({TemplateKind.CODE, TemplateKind.NOTICE})


def no_variable(door: str, case: TemplateCase) -> Iterator[Offence]:
    if case.kind is TemplateKind.CODE and not case.reading.variables(door):
        yield Offence()


def many_variables(door: str, most: int, case: TemplateCase) -> Iterator[Offence]:
    found = first_of_each(case.reading.variables(door))
    if case.kind is TemplateKind.CODE and len(found) > most:
        yield Offence(tuple(each.span for each in found[most:]), {"count": len(found), "most": most})


def no_code_word(case: TemplateCase) -> Iterator[Offence]:
    if case.kind is TemplateKind.CODE and not any(
        word in case.reading.plain for word in (*words("templates", "code_words"), *_CODE_IN_ENGLISH)
    ):
        yield Offence()


def no_tencent_code_word(case: TemplateCase) -> Iterator[Offence]:
    if case.kind is TemplateKind.CODE and "验证码" not in case.reading.plain:
        yield Offence()


def code_elsewhere(case: TemplateCase) -> Iterator[Offence]:
    if case.kind in {TemplateKind.NOTICE, TemplateKind.MARKETING}:
        yield from offences(case.reading.hits(_CODE_OF_VARIABLE), "text")


def sells(case: TemplateCase) -> Iterator[Offence]:
    if case.kind in _SOLD_ELSEWHERE:
        yield from offences(case.reading.hits_of(words("templates", "promotion")), "word")
        yield from offences(case.reading.hits(_PERCENT), "word")


def perhaps_sells(case: TemplateCase) -> Iterator[Offence]:
    if case.kind in _SOLD_ELSEWHERE:
        certain = [span for span, _ in case.reading.hits_of(words("templates", "promotion"))]
        perhaps = case.reading.hits_of(words("templates", "perhaps_promotion"))
        yield from offences((hit for hit in perhaps if not overlaps(hit[0], certain)), "word")


def greets(case: TemplateCase) -> Iterator[Offence]:
    if case.kind in _SOLD_ELSEWHERE:
        yield from offences(case.reading.hits_of(words("templates", "greetings")), "word")


def downloads(case: TemplateCase) -> Iterator[Offence]:
    if case.kind in {TemplateKind.CODE, TemplateKind.NOTICE, TemplateKind.MARKETING}:
        yield from offences(case.reading.hits(_DOWNLOAD), "text")


def way_out_in_notice(case: TemplateCase) -> Iterator[Offence]:
    if case.kind in _SOLD_ELSEWHERE:
        ways = (*case.reading.hits(_UNSUBSCRIBE), *case.reading.hits(_OTHER_WAYS_OUT))
        yield from offences(ways[:1], "text")


def no_way_out(case: TemplateCase) -> Iterator[Offence]:
    if case.kind is TemplateKind.MARKETING and not (
        _UNSUBSCRIBE.search(case.reading.plain) or _OTHER_WAYS_OUT.search(case.reading.plain)
    ):
        end = len(case.content)
        yield Offence(((max(0, end - 1), end),) if end else (), {"words": UNSUBSCRIBE})


def other_way_out(case: TemplateCase) -> Iterator[Offence]:
    if case.kind is TemplateKind.MARKETING and not _UNSUBSCRIBE.search(case.reading.plain):
        for span, text in case.reading.hits(_OTHER_WAYS_OUT):
            yield Offence((span,), {"text": text, "words": UNSUBSCRIBE})
            return


def way_out_not_last(case: TemplateCase) -> Iterator[Offence]:
    if case.kind is TemplateKind.MARKETING and not _UNSUBSCRIBE_AT_END.search(case.content):
        for span, _ in case.reading.hits(_UNSUBSCRIBE):
            yield Offence((span,), {"words": UNSUBSCRIBE})
            return


def variables_in_marketing(case: TemplateCase) -> Iterator[Offence]:
    if case.kind is TemplateKind.MARKETING and case.reading.dollars:
        yield Offence(tuple(each.span for each in case.reading.dollars))


def individual(case: TemplateCase) -> Iterator[Offence]:
    if case.individual and case.kind in {TemplateKind.MARKETING, TemplateKind.INTERNATIONAL}:
        yield Offence()


def no_consent(case: TemplateCase) -> Iterator[Offence]:
    if case.kind is TemplateKind.MARKETING and case.consent is False:
        yield Offence()


def consent_not_told(case: TemplateCase) -> Iterator[Offence]:
    if case.kind is TemplateKind.MARKETING and case.consent is None:
        yield Offence()


def others_finance(case: TemplateCase) -> Iterator[Offence]:
    if case.third_party:
        yield from offences(case.reading.hits(_FINANCE), "word")


_AS_MARKETING: Final = Words(
    "apply for it as a marketing template, or leave it out", "请申请推广短信模板，或删除相关内容"
)
_SAY_CODE: Final = Words(
    "say what the number is: 验证码, 校验码, 注册码 or 动态码", "请写明“验证码”“校验码”“注册码”或“动态码”"
)

KINDS: Final[tuple[Rule[TemplateCase], ...]] = (
    Rule(
        id="template.code_without_variable",
        severity=Severity.REJECT,
        check=partial(no_variable, "aliyun"),
        words=Words("a verification-code template needs its variable", "验证码模板须有一个变量"),
        fix=Words("write ${{code}} where the code stands", "请在验证码的位置写 ${{code}}"),
        source="CreateSmsTemplate, TemplateVarLimitExceeded",
        scope=_ALIYUN,
    ),
    Rule(
        id="template.code_without_variable",
        severity=Severity.REJECT,
        check=partial(no_variable, "tencent"),
        words=Words("a verification-code template needs its variable", "验证码模板须有变量"),
        fix=Words("write {{1}} where the code stands", "请在验证码的位置写 {{1}}"),
        source="tencent.md 6.3, templates",
        scope=_TENCENT,
    ),
    Rule(
        id="template.code_with_more_variables",
        severity=Severity.REJECT,
        check=partial(many_variables, "aliyun", 1),
        words=Words(
            "{count} variables; a verification code has {most}",
            "共 {count} 个变量，验证码模板只能有 {most} 个",
        ),
        fix=Words(
            "write the others as text: how many minutes a code is valid hardly changes",
            "请将其余变量写成固定文字，例如有效分钟数",
        ),
        source="CreateSmsTemplate, TemplateVarLimitExceeded",
        scope=_ALIYUN,
    ),
    Rule(
        id="template.code_with_more_variables",
        severity=Severity.REJECT,
        check=partial(many_variables, "tencent", MOST_AT_TENCENT),
        words=Words(
            "{count} variables; a verification code has at most {most}",
            "共 {count} 个变量，验证码模板最多 {most} 个",
        ),
        fix=Words("keep the code, and the minutes if they change", "请只保留验证码和有效分钟数"),
        source="tencent.md 6.3: minutes as a second variable are fine",
        scope=_TENCENT,
    ),
    Rule(
        id="template.code_does_not_say_so",
        severity=Severity.REJECT,
        check=no_code_word,
        words=Words("the text does not say that it is a verification code", "验证码模板须包含“验证码”等字样"),
        fix=_SAY_CODE,
        source=_CODES,
        scope=_ALIYUN,
    ),
    Rule(
        id="template.code_does_not_say_so",
        severity=Severity.REJECT,
        check=no_tencent_code_word,
        words=Words("the text does not say 验证码", "验证码模板须包含“验证码”"),
        fix=Words("say 验证码", "请写明“验证码”"),
        source="tencent.md 6.3, templates",
        scope=MAINLAND_AT_TENCENT,
    ),
    Rule(
        id="template.code_of_another_kind",
        severity=Severity.REJECT,
        check=code_elsewhere,
        words=Words(
            "“{text}” is a verification code, and this is another kind of template",
            "“{text}”是验证码，与模板类型不符",
        ),
        fix=Words("apply for a verification-code template", "请申请验证码模板"),
        source="vendor's error isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE",
    ),
    Rule(
        id="template.sells",
        severity=Severity.REJECT,
        check=sells,
        words=Words("“{word}” is marketing", "“{word}”属于营销内容"),
        fix=_AS_MARKETING,
        source=_NOTICES,
        scope=MAINLAND,
    ),
    Rule(
        id="template.perhaps_sells",
        severity=Severity.ASK,
        check=perhaps_sells,
        words=Words("“{word}” may be marketing", "“{word}”疑似营销内容"),
        fix=_AS_MARKETING,
        source=_NOTICES,
        scope=MAINLAND,
    ),
    Rule(
        id="template.greets",
        severity=Severity.REJECT,
        check=greets,
        words=Words("greetings such as “{word}” count as marketing", "“{word}”等祝福类内容属于推广短信"),
        fix=_AS_MARKETING,
        source=_NOTICES,
        scope=MAINLAND,
    ),
    Rule(
        id="template.promotes_an_app",
        severity=Severity.ASK,
        check=downloads,
        words=Words("“{text}” may promote an app", "“{text}”疑似推广应用下载"),
        fix=Words(
            "leave the invitation out, or say in the remark what for the app is needed",
            "请删除下载引导，或在申请说明中写明必要性",
        ),
        source="vendor's template specification, restricted subjects: promotion of apps",
        scope=MAINLAND,
    ),
    Rule(
        id="template.way_out_of_a_notice",
        severity=Severity.REJECT,
        check=way_out_in_notice,
        words=Words(
            "“{text}” belongs to marketing, not here", "“{text}”为推广短信的退订用语，此类模板不能包含"
        ),
        fix=Words("leave it out, or apply for a marketing template", "请删除，或申请推广短信模板"),
        source=_NOTICES,
        scope=MAINLAND,
    ),
    Rule(
        id="template.no_way_out",
        severity=Severity.REJECT,
        check=no_way_out,
        words=Words("marketing without a way to refuse it", "推广短信缺少退订方式"),
        fix=Words("end the text with “，{words}”", "请在结尾加上“，{words}”"),
        source=_PROMOTIONS + "; delivery code CONTENT_ERROR",
        scope=MAINLAND,
    ),
    Rule(
        id="template.other_way_out",
        severity=Severity.ASK,
        check=other_way_out,
        words=Words("“{text}” is how people left in earlier years", "“{text}”是旧的退订方式"),
        fix=Words("end the text with “，{words}”", "请改为在结尾写“，{words}”"),
        source=_PROMOTIONS + "; sources differ (ADR on rules)",
        valid_from=date(2023, 1, 1),
        scope=MAINLAND,
    ),
    Rule(
        id="template.way_out_not_last",
        severity=Severity.ASK,
        check=way_out_not_last,
        words=Words("“{words}” must end the text", "“{words}”须位于短信结尾"),
        fix=Words("move it to the end", "请移到结尾"),
        source=_PROMOTIONS,
        scope=MAINLAND,
    ),
    Rule(
        id="template.variables_in_marketing",
        severity=Severity.ADVISE,
        check=variables_in_marketing,
        words=Words("marketing with variables is looked at more closely", "推广短信中的变量会被从严审核"),
        fix=Words("write the text without variables if you can", "如有可能，请使用固定文字"),
        source=_PROMOTIONS + "; an older edition forbids variables",
        scope=MAINLAND,
    ),
    Rule(
        id="template.individual",
        severity=Severity.REJECT,
        check=individual,
        words=Words(
            "only enterprises may send marketing and international messages",
            "仅企业认证用户可申请推广短信和国际/港澳台短信模板",
        ),
        fix=Words("verify the account as an enterprise", "请升级为企业认证"),
        source="CreateSmsTemplate, TemplateType",
    ),
    Rule(
        id="template.consent_missing",
        severity=Severity.REJECT,
        check=no_consent,
        words=Words(
            "papers that prove the recipients' consent are missing", "缺少用户同意接收推广短信的证明材料"
        ),
        fix=Words("upload them as more data", "请在更多资料中上传"),
        source="CreateSmsTemplate, MoreData",
    ),
    Rule(
        id="template.consent_not_told",
        severity=Severity.ADVISE,
        check=consent_not_told,
        words=Words(
            "marketing needs papers that prove the recipients' consent",
            "推广短信须上传用户同意接收的证明材料",
        ),
        fix=Words("have them ready when you apply", "申请时请准备好证明材料"),
        source="CreateSmsTemplate, MoreData",
    ),
    Rule(
        id="template.finance_for_others",
        severity=Severity.REJECT,
        check=others_finance,
        words=Words(
            "“{word}”: financial messages are not sent for third parties",
            "“{word}”：他用签名不能发送金融类内容",
        ),
        fix=Words("let the company apply with an account of its own", "请由该企业使用自己的账号申请"),
        source=_NOTICES + "; seed 001, financial industry",
        scope=MAINLAND,
    ),
)
