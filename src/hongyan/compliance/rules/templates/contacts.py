"""Links, numbers and other ways out of the message, which carriers block.

Source: seed 001 ("a very high probability of blocking messages that contain links, contact information, IP addresses"), the vendor's
template specification (contacts in notices), CreateSmsTemplate's TrafficDriving.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hongyan.compliance.rules.core import MAINLAND, Offence, Rule, Severity, Span, Words
from hongyan.compliance.rules.templates.case import TemplateCase, TemplateKind
from hongyan.compliance.rules.templates.reading import VARIABLE, Hit, Variable, offences, overlaps
from hongyan.compliance.rules.vocabulary import words

MOST_CONTACTS: Final = 2
MOST_LINKS: Final = 1
_BLOCKED: Final = "seed 001, why messages with links are blocked"
_CONTACTS: Final = "vendor's template specification, notices: landline, 400 and 95 numbers only, at most two"
_DOMAINS: Final = (
    "com|cn|net|org|top|vip|xyz|cc|io|me|tv|site|shop|club|info|online|ltd|store|tech|link|fun|work|wang|ink|biz|co|app|dev"
    "|asia|pro|mobi|hk|tw|jp|uk|us|gov|edu"
)
_LINK: Final = re.compile(
    rf"(?:https?|ftp)[:：]//[!-~\0]*|www\.[a-z0-9\0.-]+[!-~\0]*"
    rf"|(?<![a-z0-9@.\0-])(?:[a-z0-9\0-]+\.)+(?:{_DOMAINS})(?![a-z0-9])(?:[/?:][!-~\0]*)?",
    re.ASCII,
)
_IP: Final = re.compile(
    r"(?<![0-9.])(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?![0-9.])"
)
_SHORT_LINKS: Final = re.compile(
    r"(?:https?[:：]//)?(?<![a-z0-9-])(?:t\.cn|dwz\.cn|dwz\.lc|url\.cn|suo\.im|suo\.nz|bit\.ly|goo\.gl|tinyurl\.com|is\.gd|t\.co|ow\.ly"
    r"|m\.tb\.cn|tb\.cn|w\.url\.cn|rrd\.me|kutt\.it|reurl\.cc|985\.so|mrw\.so|sourl\.cn|u\.jd\.com|3\.cn|xhslink\.com|v\.douyin\.com|b23\.tv)"
    r"(?![a-z0-9])(?:/[!-~\0]*)?"
)
_HOST_IS_VARIABLE: Final = re.compile(
    r"(?:https?|ftp)[:：]//[a-z0-9.-]*\0|www\.[a-z0-9.-]*\0|\0[a-z0-9\0.-]*\.(?:"
    + _DOMAINS
    + r")(?![a-z0-9])"
)
_MOBILE: Final = re.compile(
    r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9])|(?<![0-9])1 [3-9](?: [0-9]){9}(?![0-9])"
)
_NUMBER: Final = re.compile(
    r"(?<![0-9.-])(?:\(?0[1-9][0-9]{1,2}\)?[- ]?[1-9][0-9]{6,7}(?:[-转][0-9]{1,6})?"
    r"|[48]00[- ]?[0-9]{3,4}[- ]?[0-9]{3,4}|9[56][0-9]{3,6})(?![0-9.]|[元万亿个件人次分条点积步米克公千])"
)
_CALLED: Final = re.compile(
    r"(?:致电|拨打|电话|热线|来电|咨询|客服|联系)[^0-9\0]{0,4}(1[0-9]{2,7}|[2-9][0-9]{6,7})(?![0-9元])"
)
_EMAIL: Final = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_QQ: Final = re.compile(
    r"(?:q ?q|扣扣|企鹅|微信|wechat|weixin|vx)(?:号|群|号码|客服)?[:：为是]{0,2}[a-z]?[0-9a-z_-]{5,20}"
    r"|q ?q群|(?:q ?q|vx|wechat)[:：为是]?\0|微信号?[:：为是]?\0"
)
_PHONE_ATTRIBUTES: Final = frozenset({"phone_number", "phone_number2"})
_LINK_ATTRIBUTES: Final = frozenset({"link_param"})
_LINK_NAMES: Final = re.compile(r"(?:.*_)?(?:url|link|href|website|domain|shorturl)", re.IGNORECASE)
_PHONE_NAMES: Final = re.compile(r"(?:.*_)?(?:phone|tel|telephone|hotline|wechat|weixin|qq)", re.IGNORECASE)


def _links(case: TemplateCase) -> list[Hit]:
    emails = [span for span, _ in case.reading.hits(_EMAIL)]
    return [
        (span, text)
        for span, text in case.reading.hits(_LINK)
        if not any(start <= span[0] < end for start, end in emails)
    ]


def _numbers(case: TemplateCase) -> list[Hit]:
    found = list(case.reading.hits(_NUMBER))
    for hit in _CALLED.finditer(case.reading.plain):
        span = case.reading.span(*hit.span(1))
        if not _MOBILE.fullmatch(hit[1]) and not overlaps(span, (each for each, _ in found)):
            found.append((span, case.content[slice(*span)]))
    return sorted(found)


def _more_than(most: int, found: list[Hit]) -> Iterator[Offence]:
    if len(found) > most:
        yield Offence(tuple(span for span, _ in found), {"count": len(found), "most": most})


def link(case: TemplateCase) -> Iterator[Offence]:
    short = {span for span, _ in case.reading.hits(_SHORT_LINKS)}
    for span, text in _links(case):
        if not any(span[0] <= start and end <= span[1] for start, end in short):
            yield Offence((span,), {"link": text})


def short_link(case: TemplateCase) -> Iterator[Offence]:
    return offences(case.reading.hits(_SHORT_LINKS), "link")


def address(case: TemplateCase) -> Iterator[Offence]:
    return offences(case.reading.hits(_IP), "address")


def host_is_variable(case: TemplateCase) -> Iterator[Offence]:
    return offences(case.reading.hits(_HOST_IS_VARIABLE), "link")


def _filled_with(
    case: TemplateCase, attributes: frozenset[str], names: re.Pattern[str]
) -> Iterator[Variable]:
    """Variables of these attributes, and those whose attribute is not told with names like these."""
    for each in case.reading.dollars:
        attribute = (case.rules or {}).get(each.name)
        if attribute in attributes or (attribute is None and names.fullmatch(each.name)):
            yield each


def link_in_variable(case: TemplateCase) -> Iterator[Offence]:
    inside = [span for span, _ in _links(case)]
    for each in _filled_with(case, _LINK_ATTRIBUTES, _LINK_NAMES):
        if not any(start <= each.span[0] < end for start, end in inside):
            yield Offence((each.span,), {"variable": each.name})


def too_many_links(case: TemplateCase) -> Iterator[Offence]:
    return _more_than(MOST_LINKS, _links(case))


def number(case: TemplateCase) -> Iterator[Offence]:
    return offences(_numbers(case), "number")


def number_in_variable(case: TemplateCase) -> Iterator[Offence]:
    for each in _filled_with(case, _PHONE_ATTRIBUTES, _PHONE_NAMES):
        yield Offence((each.span,), {"variable": each.name})


def too_many_contacts(case: TemplateCase) -> Iterator[Offence]:
    return _more_than(MOST_CONTACTS, _numbers(case))


def mobile(case: TemplateCase) -> Iterator[Offence]:
    return offences(case.reading.hits(_MOBILE), "number")


def email(case: TemplateCase) -> Iterator[Offence]:
    written = (hit for hit in case.reading.hits(_EMAIL) if VARIABLE not in hit[1])
    return offences(written, "address")


def other_channels(case: TemplateCase) -> Iterator[Offence]:
    found = {*case.reading.hits_of(words("templates", "contacts")), *case.reading.hits(_QQ)}
    taken: list[Span] = []
    for span, text in sorted(found, key=lambda hit: (hit[0][0], -hit[0][1])):
        if not overlaps(span, taken):
            taken.append(span)
            yield Offence((span,), {"words": text})


def undeclared(case: TemplateCase) -> Iterator[Offence]:
    """Told what was declared, and something is not among it."""
    if case.declared is None:
        return
    declared = {_bare(each) for each in case.declared}
    for span, text in (*_links(case), *_numbers(case)):
        if not any(
            _bare(text) == each or _bare(text).startswith((f"{each}/", f"{each}?", f"{each}:"))
            for each in declared
        ):
            yield Offence((span,), {"what": text})


def _bare(text: str) -> str:
    """A link without its scheme, a number without its marks."""
    plain = re.sub(r"^(?:https?|ftp)[:：]//", "", text.strip().lower()).rstrip("/")
    return re.sub(r"[-() ]", "", plain) if plain[:1].isdigit() or plain[:1] == "(" else plain


def link_in_code(case: TemplateCase) -> Iterator[Offence]:
    if case.kind is TemplateKind.CODE:
        found = [span for span, _ in _links(case)]
        if found:
            yield Offence(tuple(found))


_BETTER: Final = Words(
    "leave it out and lead people to your official account, mini program or app",
    "请去掉，并引导用户通过官方公众号、小程序或 App 获取信息",
)
_DECLARE: Final = Words(
    "leave it out, or declare it with its owner and filing when you apply (TrafficDriving)",
    "请去掉，或在申请时申报其归属主体与备案信息（引流信息）",
)

CONTACTS: Final[tuple[Rule[TemplateCase], ...]] = (
    Rule(
        id="template.link",
        severity=Severity.ASK,
        check=link,
        words=Words("the link {link} will very probably be blocked", "链接 {link} 极易被运营商拦截"),
        fix=_DECLARE,
        source=_BLOCKED,
        scope=MAINLAND,
    ),
    Rule(
        id="template.short_link",
        severity=Severity.ASK,
        check=short_link,
        words=Words(
            "short links such as {link} hide where they lead, and are blocked",
            "短链接 {link} 无法识别去向，极易被运营商拦截",
        ),
        fix=_BETTER,
        source=_BLOCKED,
        scope=MAINLAND,
    ),
    Rule(
        id="template.ip_address",
        severity=Severity.ASK,
        check=address,
        words=Words(
            "the address {address} will very probably be blocked", "IP 地址 {address} 极易被运营商拦截"
        ),
        fix=_BETTER,
        source=_BLOCKED,
        scope=MAINLAND,
    ),
    Rule(
        id="template.host_is_variable",
        severity=Severity.REJECT,
        check=host_is_variable,
        words=Words(
            "nobody can tell where {link} leads: its host is a variable", "{link} 的域名为变量，无法确认去向"
        ),
        fix=Words(
            "write the host as text; only what follows it may be a variable",
            "域名须为固定内容，仅其后的参数可用变量",
        ),
        source="CreateSmsTemplate, TrafficDriving: a declared domain; tencent.md 6.3",
        scope=MAINLAND,
    ),
    Rule(
        id="template.link_in_variable",
        severity=Severity.ASK,
        check=link_in_variable,
        words=Words("variable {variable} seems to hold a link", "变量 {variable} 疑似用于传入链接"),
        fix=Words(
            "values with links are refused when sending (isv.PARAM_NOT_SUPPORT_URL); write the fixed part as text",
            "发送时变量中的链接会被拒绝（isv.PARAM_NOT_SUPPORT_URL），请将固定部分写入模板",
        ),
        source="alibaba.md 6.3, link_param; isv.PARAM_NOT_SUPPORT_URL",
        scope=MAINLAND,
    ),
    Rule(
        id="template.too_many_links",
        severity=Severity.ASK,
        check=too_many_links,
        words=Words("{count} links; carriers take {most}", "共 {count} 个链接，运营商至多接受 {most} 个"),
        fix=_BETTER,
        source="market.md 0.3: a reseller's notice of the carriers' rules of 2025",
        scope=MAINLAND,
    ),
    Rule(
        id="template.link_in_code",
        severity=Severity.REJECT,
        check=link_in_code,
        words=Words("a verification code comes without links", "验证码短信不能包含链接"),
        fix=Words("leave the link out", "请去掉链接"),
        source="vendor's template specification, verification codes; tencent.md 6.3",
        scope=MAINLAND,
    ),
    Rule(
        id="template.number",
        severity=Severity.ASK,
        check=number,
        words=Words(
            "the number {number} may get the message blocked", "联系电话 {number} 可能导致短信被拦截"
        ),
        fix=_DECLARE,
        source=_BLOCKED,
        scope=MAINLAND,
    ),
    Rule(
        id="template.number_in_variable",
        severity=Severity.ASK,
        check=number_in_variable,
        words=Words("variable {variable} holds somebody's number", "变量 {variable} 用于传入联系方式"),
        fix=Words("say in the remark whose number it is", "请在申请说明中写明号码归属"),
        source=_CONTACTS,
        scope=MAINLAND,
    ),
    Rule(
        id="template.too_many_contacts",
        severity=Severity.REJECT,
        check=too_many_contacts,
        words=Words("{count} numbers; at most {most} are allowed", "共 {count} 个联系电话，最多 {most} 个"),
        fix=Words("keep the one or two that matter", "请保留一至两个"),
        source=_CONTACTS,
        scope=MAINLAND,
    ),
    Rule(
        id="template.mobile_number",
        severity=Severity.REJECT,
        check=mobile,
        words=Words("{number} is a mobile number", "{number} 是手机号码，模板中不能包含手机号码"),
        fix=Words("give a landline, 400 or 95 number", "请改用固定电话、400 或 95 号码"),
        source=_CONTACTS,
        scope=MAINLAND,
    ),
    Rule(
        id="template.email",
        severity=Severity.ASK,
        check=email,
        words=Words("the address {address} may get the message blocked", "邮箱 {address} 可能导致短信被拦截"),
        fix=_BETTER,
        source=_BLOCKED,
        scope=MAINLAND,
    ),
    Rule(
        id="template.other_channels",
        severity=Severity.REJECT,
        check=other_channels,
        words=Words("“{words}” leads people to WeChat, QQ or a group", "“{words}”引导添加微信、QQ 或群"),
        fix=_BETTER,
        source="vendor's template specification: no QQ, WeChat or groups",
        scope=MAINLAND,
    ),
    Rule(
        id="template.undeclared",
        severity=Severity.REJECT,
        check=undeclared,
        words=Words("{what} is not among what was declared", "{what} 未在引流信息中申报"),
        fix=Words("declare it, or leave it out", "请申报或去掉"),
        source="CreateSmsTemplate, TrafficDriving",
        scope=MAINLAND,
    ),
)
