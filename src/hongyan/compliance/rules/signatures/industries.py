"""Which papers an industry needs. Source: seed 000, industry type; seed 001, additional requirements for special industries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from hongyan.compliance.rules.core import ALWAYS, Offence, Rule, Severity, Words, at_door
from hongyan.compliance.rules.signatures.case import Industry, SignatureCase

PAPERS: Final = {
    "financial_licence": Words("financial licence", "金融许可证"),
    "authorization_letter": Words("signature authorization letter", "签名授权书"),
    "insurance_licence": Words("insurance business licence", "保险业务许可证"),
    "software_copyright": Words("software copyright certificate of the game", "游戏软件著作权证书"),
    "trademark_certificate": Words("trademark registration certificate", "商标注册证"),
    "game_licence_number": Words("game licence number", "游戏版号"),
    "online_culture_permit": Words("Online Culture Business Permit", "网络文化经营许可证"),
    "game_publication_number": Words("Game Publication Number", "游戏出版物号（ISBN）"),
    "game_filing": Words("Game Filing record", "游戏备案"),
    "cooperation_letter": Words(
        "letter of authorization (cooperation agreement or signature authorization letter)",
        "授权书（合作协议或签名授权书）",
    ),
    "live_streaming_commitment": Words("live streaming commitment letter", "直播承诺书"),
}
"""Kinds of papers, as people call them."""

_GAMING_CHANGED: Final = date(2026, 1, 1)
"""The seeds differ and give no day; 001 is taken for the later one, from the year in which its other changes hold."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What an industry must show: of each group one paper."""

    industry: Industry
    groups: tuple[tuple[str, ...], ...]
    source: str
    valid_from: date = ALWAYS
    valid_until: date | None = None


NEEDS: Final = (
    Needs(Industry.FINANCE, (("financial_licence",), ("authorization_letter",)), "seed 000, finance"),
    Needs(Industry.INSURANCE, (("insurance_licence",),), "seed 000, insurance"),
    Needs(
        Industry.GAMING,
        (("software_copyright",), ("trademark_certificate",), ("game_licence_number",)),
        "seed 000, gaming",
        valid_until=_GAMING_CHANGED,
    ),
    Needs(
        Industry.GAMING,
        (("online_culture_permit", "game_publication_number", "game_filing"),),
        "seed 001, gaming industry",
        valid_from=_GAMING_CHANGED,
    ),
    Needs(Industry.GOVERNMENT, (("cooperation_letter",),), "seed 000, government"),
    Needs(Industry.LIVE_STREAMING, (("live_streaming_commitment",),), "seed 000, live streaming"),
)


def _one_of(group: tuple[str, ...]) -> Words:
    return Words(
        " or ".join(PAPERS[paper].en for paper in group), "或".join(PAPERS[paper].zh for paper in group)
    )


def _all_of(groups: tuple[tuple[str, ...], ...]) -> Words:
    each = [_one_of(group) for group in groups]
    return Words(", ".join(words.en for words in each), "、".join(words.zh for words in each))


def papers_not_told(needs: Needs, case: SignatureCase) -> Iterator[Offence]:
    if case.papers is None or case.papers_unknown:
        yield from _open(needs, case)


def papers_missing(needs: Needs, case: SignatureCase) -> Iterator[Offence]:
    if case.papers is not None and not case.papers_unknown:
        yield from _open(needs, case)


def _recorded(case: SignatureCase) -> frozenset[str]:
    """Papers that are told of as letter and trademark."""
    letters = ("authorization_letter", "cooperation_letter") if case.letter_scope else ()
    return frozenset((*letters, *(("trademark_certificate",) if case.trademark else ())))


def _open(needs: Needs, case: SignatureCase) -> Iterator[Offence]:
    """What nobody has shown yet."""
    shown = case.papers | _recorded(case) if case.papers is not None else frozenset()
    groups = tuple(group for group in needs.groups if not shown & set(group))
    if case.industry is needs.industry and groups:
        yield Offence(facts={"papers": _all_of(groups)})


def third_party_finance(case: SignatureCase) -> Iterator[Offence]:
    if case.industry is Industry.FINANCE and case.third_party:
        yield Offence()


def of_industry(industry: Industry, case: SignatureCase) -> Iterator[Offence]:
    if case.industry is industry:
        yield Offence()


INDUSTRIES: Final[tuple[Rule[SignatureCase], ...]] = (
    Rule(
        id="signature.finance_third_party",
        severity=Severity.REJECT,
        check=third_party_finance,
        words=Words(
            "signatures of the financial industry are for own use only", "金融行业不支持申请他用签名"
        ),
        fix=Words("the financial company applies with its own account", "请由金融机构以自有账号申请自用签名"),
        source="seed 001, financial industry",
        scope=at_door("aliyun"),
    ),
    *(
        Rule(
            id=f"signature.papers_missing_{needs.industry.value.replace('-', '_')}",
            severity=Severity.ASK,
            check=partial(papers_missing, needs),
            words=Words("papers of the industry are missing: {papers}", "缺少行业资质材料：{papers}"),
            fix=Words("upload them with the application", "请在“更多资料”中上传"),
            source=needs.source,
            valid_from=needs.valid_from,
            valid_until=needs.valid_until,
        )
        for needs in NEEDS
    ),
    *(
        Rule(
            id=f"signature.papers_{needs.industry.value.replace('-', '_')}",
            severity=Severity.ADVISE,
            check=partial(papers_not_told, needs),
            words=Words("this industry needs papers: {papers}", "该行业须提供资质材料：{papers}"),
            fix=Words("upload them with the application", "请在“更多资料”中上传"),
            source=needs.source,
            valid_from=needs.valid_from,
            valid_until=needs.valid_until,
            doubtful=True,
        )
        for needs in NEEDS
    ),
    Rule(
        id="signature.government_landline",
        severity=Severity.ADVISE,
        check=partial(of_industry, Industry.GOVERNMENT),
        words=Words("reviewers verify government bodies by telephone", "政府机构申请签名，审核时需电话核实"),
        fix=Words("name the body's landline in the scenario", "请在场景说明中填写单位座机号码"),
        source="seed 000, use scenario",
    ),
    Rule(
        id="signature.logistics_conditions",
        severity=Severity.ADVISE,
        check=partial(of_industry, Industry.LOGISTICS),
        words=Words(
            "messages with pick-up codes have conditions of their own", "发送取件码等物流短信有专门要求"
        ),
        fix=Words("describe the business in the scenario", "请在场景说明中写明业务"),
        source="seed 001, logistics industry",
    ),
)
