"""Who may apply for what: account × purpose × source, letters, and the sources that carriers no longer take.

The seeds differ on the app source (003: medium, 001: not supported), so these rows have days. Source: seed 001, signature
purpose and sources; seed 002 for the Tencent door.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Final

from hongyan.compliance.rules.characters import letters_of
from hongyan.compliance.rules.core import ALWAYS, Offence, Rule, Severity, Words, at_door, listed
from hongyan.compliance.rules.signatures.case import Industry, SignatureCase, Source
from hongyan.compliance.uscc import is_uscc

_ALIYUN: Final = at_door("aliyun")
_TENCENT: Final = at_door("tencent")
_CLOSED: Final = date(2025, 3, 1)
"""The vendor's notice of March 2025; it names no day."""
_APP_CLOSED: Final = date(2026, 1, 1)
"""Unsupported "since 2026"; no day is published."""

NAMES: Final = {
    Source.ENTERPRISE: Words("enterprise or public institution name", "企事业单位名"),
    Source.TRADEMARK: Words("registered trademark name", "已注册商标名"),
    Source.APP: Words("published app", "已上线APP"),
    Source.WEBSITE: Words("ICP-filed website", "工信部备案网站"),
    Source.OFFICIAL_ACCOUNT: Words("official account or mini program", "公众号或小程序"),
    Source.STORE: Words("e-commerce store name", "电商平台店铺名"),
    Source.TESTING: Words("testing or learning", "测试或学习"),
}
_APP: Final = frozenset({Source.APP})
_OTHERS: Final = frozenset({Source.WEBSITE, Source.OFFICIAL_ACCOUNT, Source.STORE, Source.TESTING})
_OF_INDIVIDUALS: Final = frozenset({Source.APP, Source.WEBSITE, Source.OFFICIAL_ACCOUNT})
"""Source: seed 002, how do individual users apply."""
_NOT_AT_TENCENT: Final = frozenset({Source.STORE, Source.TESTING})


def of_source(sources: frozenset[Source], case: SignatureCase) -> Iterator[Offence]:
    if case.source in sources:
        yield Offence(facts={"source": NAMES[case.source]})


def individual_own(case: SignatureCase) -> Iterator[Offence]:
    if case.individual and not case.third_party:
        yield Offence()


def individual_own_company(case: SignatureCase) -> Iterator[Offence]:
    if case.individual and not case.third_party and case.source not in _OF_INDIVIDUALS:
        yield Offence(facts={"source": NAMES[case.source]})


def letter_missing(case: SignatureCase) -> Iterator[Offence]:
    if case.third_party and case.letter_scope is None:
        yield Offence()


def out_of_scope(case: SignatureCase) -> Iterator[Offence]:
    if not case.third_party or case.letter_scope is None:
        return
    if not case.name or case.name not in map(_bare, case.letter_scope):
        yield Offence(
            case.whole,
            {"name": case.name, "scope": listed(case.letter_scope)},
        )


def letter_over(case: SignatureCase) -> Iterator[Offence]:
    if case.third_party and case.letter_over is not None:
        yield Offence(facts={"validity": case.letter_over})


def _bare(name: str) -> str:
    """A letter may list its names with the brackets."""
    return name.strip().strip("【】").strip()


def government_source(case: SignatureCase) -> Iterator[Offence]:
    if case.industry is Industry.GOVERNMENT and case.source is Source.TRADEMARK:
        yield Offence()


def wrong_uscc(case: SignatureCase) -> Iterator[Offence]:
    if case.uscc is not None and not is_uscc(letters_of(case.uscc).text.upper()):
        yield Offence(facts={"uscc": case.uscc})


_APP_UNSUPPORTED: Final = "seed 001: published app, not supported"
_HIGH_RISK: Final = "seed 001: other high-risk sources"
_OFFLINE: Final = "seed 003: 来源已下线; notice of March 2025"
_TAKEN: Final = Words(
    "apply with the company's full or abbreviated name, or with a registered trademark",
    "请以企事业单位名（全称或合规简称）或已注册商标名申请",
)
_CLOSED_WORDS: Final = Words(
    "carriers no longer take names with the source “{source}”", "运营商已不再支持来源为“{source}”的签名"
)
_RISKY_WORDS: Final = Words(
    "names with the source “{source}” have a high risk of not being delivered",
    "来源为“{source}”的签名发送失败风险高",
)

PURPOSE: Final[tuple[Rule[SignatureCase], ...]] = (
    *(
        Rule(
            id=f"signature.source_{name}",
            severity=severity,
            check=partial(of_source, sources),
            words=words,
            fix=_TAKEN,
            source=source,
            valid_from=since,
            valid_until=until,
            scope=_ALIYUN,
        )
        for name, sources, severity, words, since, until, source in (
            ("app", _APP, Severity.ASK, _RISKY_WORDS, ALWAYS, _APP_CLOSED, "seed 003: app, medium"),
            ("app", _APP, Severity.REJECT, _CLOSED_WORDS, _APP_CLOSED, None, _APP_UNSUPPORTED),
            ("closed", _OTHERS, Severity.ASK, _RISKY_WORDS, ALWAYS, _CLOSED, _HIGH_RISK),
            ("closed", _OTHERS, Severity.REJECT, _CLOSED_WORDS, _CLOSED, None, _OFFLINE),
        )
    ),
    Rule(
        id="signature.source_not_registrable",
        severity=Severity.ADVISE,
        check=partial(of_source, _OF_INDIVIDUALS),
        words=Words(
            "this door takes the source “{source}”, but the carriers' real-name registration does not",
            "本平台支持来源“{source}”，但运营商实名报备不支持",
        ),
        fix=_TAKEN,
        source="seed 002, types of signatures; seed 001, sources that carriers take",
        scope=_TENCENT,
        doubtful=True,
    ),
    Rule(
        id="signature.source_not_a_type",
        severity=Severity.REJECT,
        check=partial(of_source, _NOT_AT_TENCENT),
        words=Words("“{source}” is no type of signature at this door", "本平台没有“{source}”类型的签名"),
        fix=Words(
            "a product that is not released yet uses its organization's name",
            "产品尚未发布时，请使用单位名称申请",
        ),
        source="seed 002, certificates by type; a product in beta",
        scope=_TENCENT,
    ),
    Rule(
        id="signature.individual_own_use",
        severity=Severity.REJECT,
        check=individual_own,
        words=Words(
            "own-use signatures of individually verified accounts cannot pass the carriers' real-name registration",
            "个人认证账号的自用签名无法通过运营商实名报备",
        ),
        fix=Words(
            "apply with a third-party qualification and its letter, or upgrade the account to an enterprise",
            "请申请并关联他用资质（含授权委托书），或升级为企业认证",
        ),
        source="seed 001, account type and purpose; seed 000, individually verified users",
        scope=_ALIYUN,
    ),
    Rule(
        id="signature.individual_own_company",
        severity=Severity.REJECT,
        check=individual_own_company,
        words=Words(
            "individuals apply for the name of an app, a website or an official account, not with the source “{source}”",
            "个人用户自用仅支持应用、网站、公众号或小程序名称，不支持来源“{source}”",
        ),
        fix=Words(
            "use the name of the released app, filed website or account, or let the company authorize you",
            "请使用已上线应用、已备案网站或公众号名称，或由企业授权申请他用签名",
        ),
        source="seed 002, how do individual users apply",
        scope=_TENCENT,
    ),
    Rule(
        id="signature.individual_not_registrable",
        severity=Severity.ADVISE,
        check=individual_own,
        words=Words(
            "this door takes applications of individuals, but carriers register only enterprises",
            "本平台支持个人申请，但运营商实名报备仅支持企业",
        ),
        fix=Words(
            "let an enterprise authorize you, or upgrade the account to an enterprise",
            "请由企业授权申请他用签名，或升级为企业认证",
        ),
        source="seed 002, how do individual users apply; seed 003, only enterprise qualifications",
        scope=_TENCENT,
        doubtful=True,
    ),
    Rule(
        id="signature.letter_missing",
        severity=Severity.ASK,
        check=letter_missing,
        words=Words(
            "third-party use needs a letter of authorization, and none is told",
            "他用签名须提供授权委托书，当前未提供",
        ),
        fix=Words(
            "add a letter whose scope lists this name; one letter may list all names that are planned",
            "请补充授权范围包含该签名的授权委托书；建议一次授权所有可能用到的签名",
        ),
        source="seed 000, power of attorney; seed 001, usage notes",
    ),
    Rule(
        id="signature.out_of_scope",
        severity=Severity.REJECT,
        check=out_of_scope,
        words=Words(
            "“{name}” is not in the letter's scope: {scope}", "“{name}”不在授权委托书的签名范围内：{scope}"
        ),
        fix=Words(
            "choose a name of the scope, or upload a letter that lists this one",
            "请使用授权范围内的签名，或重新上传包含该签名的授权委托书",
        ),
        source="seed 000, signature name",
    ),
    Rule(
        id="signature.letter_not_valid",
        severity=Severity.REJECT,
        check=letter_over,
        words=Words(
            "the letter of authorization is not valid today, only {validity}",
            "授权委托书当前不在有效期内，有效期为{validity}",
        ),
        fix=Words(
            "upload a letter that is valid, and apply again with it", "请补充有效期内的授权委托书后重新提交"
        ),
        source="seed 000, power of attorney: validity period",
    ),
    Rule(
        id="signature.government_source",
        severity=Severity.ASK,
        check=government_source,
        words=Words(
            "government bodies apply with the institution's name as the source",
            "政府机构请选择“企事业单位名”作为签名来源",
        ),
        fix=Words("choose the enterprise or public institution name", "请将签名来源改为企事业单位名"),
        source="seed 000, signature source",
    ),
    Rule(
        id="signature.wrong_uscc",
        severity=Severity.REJECT,
        check=wrong_uscc,
        words=Words(
            "“{uscc}” is no unified social credit code: 18 characters with a check character at the end",
            "“{uscc}”不是有效的统一社会信用代码（18 位，末位为校验码）",
        ),
        fix=Words("copy it from the licence once more", "请对照营业执照重新填写"),
        source="GB 32100-2015",
    ),
)
