"""Names taken from the company's name: the whole, or an abbreviation that keeps its place and what tells it apart.

Source: seed 001 ("must not omit the location or skip characters, and must match the name on the business license"),
seed 003 (简称必须是企业名称的子集，能唯一标识企业，不可为中性词，不可跳字或乱序).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hongyan.compliance.rules.core import Offence, Rule, Severity, Words, at_door, listed
from hongyan.compliance.rules.signatures import places
from hongyan.compliance.rules.signatures.case import SignatureCase, Source
from hongyan.compliance.rules.signatures.fit import Fit, Match, fit

_SPECIFICATION: Final = "seed 001, signature sources: enterprise or public institution name"
_CONTIGUOUS: Final = "seed 001, approved and rejected examples; seed 003, 简称不可跳字或乱序"
_LEAST_CORE: Final = 2
MOST_COMPANY: Final = 150
"""Source: SubmitSmsQualification, CompanyName."""


def fit_of(case: SignatureCase) -> Fit | None:
    """How the name lies in the licence's; None when there is nothing to compare, or the name is from elsewhere."""
    if case.source is not Source.ENTERPRISE or not case.company or not case.letters.text:
        return None
    if len(case.company) > MOST_COMPANY:
        return None
    return fit(case.letters.text, case.company)


def _piece(case: SignatureCase) -> Fit | None:
    """The abbreviation, if the name is one."""
    found = fit_of(case)
    return found if found is not None and found.match is Match.PIECE else None


def company_unknown(case: SignatureCase) -> Iterator[Offence]:
    if not case.company and case.source in {Source.ENTERPRISE, Source.TRADEMARK}:
        yield Offence()


def company_too_long(case: SignatureCase) -> Iterator[Offence]:
    if case.company and len(case.company) > MOST_COMPANY:
        yield Offence(facts={"count": len(case.company), "most": MOST_COMPANY})


def skips(case: SignatureCase) -> Iterator[Offence]:
    found = fit_of(case)
    if found is not None and found.match is Match.SKIPS:
        yield Offence(
            tuple(case.letters.beside(place) for place, _ in found.gaps),
            {
                "missing": listed(text for _, text in found.gaps),
                "licence": found.licence.text,
            },
        )


def reordered(case: SignatureCase) -> Iterator[Offence]:
    found = fit_of(case)
    if found is not None and found.match is Match.REORDERED:
        letters = case.letters
        yield Offence(
            tuple(letters.span(*each) for each in found.pieces),
            {
                "parts": listed(letters.text[start:end] for start, end in found.pieces),
                "licence": found.licence.text,
            },
        )


def _added_place(case: SignatureCase, found: Fit) -> tuple[int, int] | None:
    """A place at the beginning of the name that the licence does not have."""
    chain = places.chain(case.letters.text)
    if not chain or not found.foreign or found.foreign[0][0] >= chain[-1][1]:
        return None
    return (0, chain[-1][1])


def _added_product(case: SignatureCase, found: Fit) -> tuple[int, int] | None:
    """What follows a beginning that is the company's."""
    if not found.pieces or not found.foreign or found.pieces[0][0] != 0:
        return None
    end = found.pieces[0][1]
    beginning = fit(case.letters.text[:end], case.company or "")
    least = min(_LEAST_CORE, len(beginning.licence.core))
    return (end, len(case.letters.text)) if len(beginning.kept_core) >= max(1, least) else None


def place_added(case: SignatureCase) -> Iterator[Offence]:
    found = fit_of(case)
    if found is not None and (added := _added_place(case, found)):
        yield _addition(case, found, added)


def product_added(case: SignatureCase) -> Iterator[Offence]:
    found = fit_of(case)
    if found is not None and not _added_place(case, found) and (added := _added_product(case, found)):
        yield _addition(case, found, added)


def not_on_licence(case: SignatureCase) -> Iterator[Offence]:
    found = fit_of(case)
    if found is None or found.match is not Match.FOREIGN:
        return
    if _added_place(case, found) or _added_product(case, found):
        return
    letters = case.letters
    yield Offence(
        tuple(letters.span(*each) for each in found.foreign),
        {
            "foreign": listed(letters.text[start:end] for start, end in found.foreign),
            "licence": found.licence.text,
        },
    )


def _addition(case: SignatureCase, found: Fit, added: tuple[int, int]) -> Offence:
    letters = case.letters
    return Offence(
        (letters.span(*added),),
        {
            "added": letters.text[added[0] : added[1]],
            "rest": letters.text[: added[0]] or letters.text[added[1] :],
            "licence": found.licence.text,
        },
    )


def place_omitted(case: SignatureCase) -> Iterator[Offence]:
    found = _piece(case)
    if found is not None and found.licence.places and not found.kept_places:
        before = found.licence.places[0][0] <= found.start
        letters = case.letters
        end = len(letters.text)
        yield Offence(
            (letters.span(0, 1) if before else letters.span(end - 1, end),),
            {"place": found.licence.location, "licence": found.licence.text},
        )


def _lost_part(case: SignatureCase, *, unique: bool) -> Iterator[Offence]:
    found = _piece(case)
    if found is None or not found.kept_places or not found.lost_places:
        return
    kept = [found.licence.words_at((each,)) for each in found.kept_places]
    if any(map(places.is_unique, kept)) is unique:
        yield Offence(
            (case.letters.span(0, 1),),
            {
                "lost": found.licence.words_at(found.lost_places),
                "kept": "".join(kept),
                "place": found.licence.location,
            },
        )


def outer_place_omitted(case: SignatureCase) -> Iterator[Offence]:
    return _lost_part(case, unique=True)


def ambiguous_place(case: SignatureCase) -> Iterator[Offence]:
    return _lost_part(case, unique=False)


def rank_omitted(case: SignatureCase) -> Iterator[Offence]:
    found = _piece(case)
    if found is not None and found.shortened:
        yield Offence((case.letters.span(0, min(2, len(case.letters.text))),), {"rank": found.shortened})


def no_place_on_licence(case: SignatureCase) -> Iterator[Offence]:
    found = _piece(case)
    if found is not None and not found.licence.places and found.kept_core:
        yield Offence(facts={"licence": found.licence.text})


def identifies_nobody(case: SignatureCase) -> Iterator[Offence]:
    found = _piece(case)
    if found is not None and found.licence.core and not found.kept_core:
        letters = case.letters
        yield Offence((letters.span(0, len(letters.text)),), {"core": found.licence.identifying})


def nothing_identifies(case: SignatureCase) -> Iterator[Offence]:
    found = _piece(case)
    if found is not None and not found.licence.core:
        yield Offence(facts={"licence": found.licence.text})


def too_short_to_identify(case: SignatureCase) -> Iterator[Offence]:
    found = _piece(case)
    if found is not None and len(found.kept_core) == 1 < len(found.licence.core):
        yield Offence(facts={"kept": found.kept_core, "core": found.licence.identifying})


def identifying_words_cut(case: SignatureCase) -> Iterator[Offence]:
    found = _piece(case)
    if found is not None and 1 < len(found.kept_core) < len(found.licence.core):
        yield Offence(facts={"kept": found.kept_core, "core": found.licence.identifying})


def word_cut(case: SignatureCase) -> Iterator[Offence]:
    """…科 of 科技, …有限 of 有限公司."""
    found = _piece(case)
    if found is None:
        return
    short = [trade for trade in found.licence.trades if trade[1] - trade[0] == 2]
    for start, end in (*short, found.licence.form):
        if start < found.end < end:
            last = len(case.letters.text)
            yield Offence((case.letters.span(last - 1, last),), {"word": found.licence.text[start:end]})


def other_case(case: SignatureCase) -> Iterator[Offence]:
    found = fit_of(case)
    if found is not None and found.lies_in and not found.same_case:
        yield Offence(facts={"written": found.licence.text[found.start : found.end]})


_CUT: Final = Words(
    "cut a contiguous piece out of the licence's name, beginning with its place: see the suggestions",
    "请从营业执照名称中连续截取，并保留地域，可参考建议名称",
)

ENTERPRISE: Final[tuple[Rule[SignatureCase], ...]] = (
    Rule(
        id="signature.company_too_long",
        severity=Severity.REJECT,
        check=company_too_long,
        words=Words(
            "a company's name has at most {most} characters; this one has {count}",
            "企业名称最多 {most} 个字符，当前为 {count} 个",
        ),
        fix=Words("copy it from the licence once more", "请对照营业执照重新填写"),
        source="SubmitSmsQualification, CompanyName",
    ),
    Rule(
        id="signature.skips",
        severity=Severity.REJECT,
        check=skips,
        words=Words(
            "the abbreviation skips {missing} of “{licence}”",
            "简称跳字：漏掉了“{licence}”中的{missing}",
        ),
        fix=_CUT,
        source=_CONTIGUOUS,
    ),
    Rule(
        id="signature.reordered",
        severity=Severity.REJECT,
        check=reordered,
        words=Words(
            "the parts {parts} stand in another order in “{licence}”",
            "简称乱序：{parts}的顺序与“{licence}”不一致",
        ),
        fix=_CUT,
        source=_CONTIGUOUS,
    ),
    Rule(
        id="signature.place_added",
        severity=Severity.REJECT,
        check=place_added,
        words=Words(
            "the place “{added}” is not in the licence's name “{licence}”",
            "“{added}”不在营业执照名称“{licence}”中，不能自行添加地域",
        ),
        fix=Words(
            "leave “{added}” out; a licence without a place has its full name as the surest signature",
            "请去掉“{added}”；执照名称不含地域时，建议使用企业全称",
        ),
        source=_CONTIGUOUS,
    ),
    Rule(
        id="signature.product_added",
        severity=Severity.REJECT,
        check=product_added,
        words=Words(
            "company and product together are not supported: “{added}” is not in “{licence}”",
            "不支持“企业名+产品名”：“{added}”不在营业执照名称“{licence}”中",
        ),
        fix=Words(
            "use the company's name as the one signature of all products, and name the product in the text",
            "请以企业名称作为统一签名，在短信正文中区分产品或业务",
        ),
        source="seed 001, how to share a signature for multiple apps",
    ),
    Rule(
        id="signature.not_on_licence",
        severity=Severity.REJECT,
        check=not_on_licence,
        words=Words(
            "{foreign}: not in the licence's name “{licence}”",
            "{foreign}不在营业执照名称“{licence}”中，签名与企业名称不符",
        ),
        fix=Words(
            "take the full name or a piece of it; for a brand apply with the trademark as the source",
            "请使用企业全称或合规简称；如为品牌名，请以“已注册商标名”为来源申请",
        ),
        source=_SPECIFICATION,
    ),
    *(
        Rule(
            id="signature.place_omitted",
            severity=severity,
            check=place_omitted,
            words=Words(
                "the abbreviation leaves out the place “{place}” of “{licence}”",
                "简称省略了地域“{place}”（执照名称：“{licence}”）",
            ),
            fix=Words(
                "keep the place, or apply with a registered trademark as the source: trademarks may do without",
                "请保留地域；如有同名注册商标，可改以商标为来源，商标可不含地域",
            ),
            source=source,
            scope=at_door(door),
        )
        for door, severity, source in (
            ("aliyun", Severity.REJECT, "seed 001, why do some signatures not require location"),
            (
                "tencent",
                Severity.ASK,
                "seed 002 does not ask for it, the carriers' registration does (seed 001)",
            ),
        )
    ),
    Rule(
        id="signature.ambiguous_place",
        severity=Severity.ASK,
        check=ambiguous_place,
        words=Words(
            "of the location “{place}” only “{kept}” is left, and several places are called so",
            "地域“{place}”只保留了“{kept}”，同名地域不止一处",
        ),
        fix=Words("begin with “{lost}”", "请从“{lost}”开始截取"),
        source="ours: seed 001 wants the location for uniqueness",
    ),
    Rule(
        id="signature.outer_place_omitted",
        severity=Severity.ADVISE,
        check=outer_place_omitted,
        words=Words(
            "of the location “{place}” only “{kept}” is left; that is one place, so it may pass",
            "地域“{place}”只保留了“{kept}”，该地域唯一，一般可以通过",
        ),
        fix=Words("begin with “{lost}” to be sure", "如需更稳妥，请从“{lost}”开始截取"),
        source="ours: seed 001 wants the location for uniqueness",
        doubtful=True,
    ),
    Rule(
        id="signature.rank_omitted",
        severity=Severity.REJECT,
        check=rank_omitted,
        words=Words(
            "the place is there, but without “{rank}”, which the licence's name has",
            "地域保留，但省略了执照名称中的“{rank}”",
        ),
        fix=Words("write the place as the licence does", "请与执照一致，保留“{rank}”"),
        source="seed 001: no skipped characters; 市, 省 and 区 are characters like others",
    ),
    Rule(
        id="signature.no_place_on_licence",
        severity=Severity.ASK,
        check=no_place_on_licence,
        words=Words(
            "the licence's name “{licence}” has no place, so an abbreviation of it has none either",
            "执照名称“{licence}”不含地域，其简称也无法体现地域",
        ),
        fix=Words(
            "the full name passes; a registered trademark may be short",
            "建议使用企业全称；如有注册商标，可以商标为来源使用简短名称",
        ),
        source="seed 001 wants a place, seed 003 only a piece of the name",
    ),
    Rule(
        id="signature.identifies_nobody",
        severity=Severity.REJECT,
        check=identifies_nobody,
        words=Words(
            "nothing is left of “{core}”, which tells this company from others",
            "简称不含字号“{core}”，无法识别企业",
        ),
        fix=Words("keep “{core}”", "请保留“{core}”"),
        source="seed 001, vague or neutral signatures; seed 003, 能唯一标识企业",
    ),
    Rule(
        id="signature.nothing_identifies",
        severity=Severity.ASK,
        check=nothing_identifies,
        words=Words(
            "“{licence}” is made of place, trade and form only, so an abbreviation may not tell who sends",
            "“{licence}”仅由地域、行业和组织形式组成，简称可能无法识别企业",
        ),
        fix=Words("use the full name", "建议使用企业全称"),
        source="seed 003, 能唯一标识企业",
    ),
    Rule(
        id="signature.too_short_to_identify",
        severity=Severity.ASK,
        check=too_short_to_identify,
        words=Words(
            "of “{core}” only “{kept}” is left: oversimplified",
            "字号“{core}”只保留了“{kept}”，过于简化",
        ),
        fix=Words("keep “{core}” whole", "请完整保留“{core}”"),
        source="seed 001, an oversimplified abbreviation",
    ),
    Rule(
        id="signature.identifying_words_cut",
        severity=Severity.ADVISE,
        check=identifying_words_cut,
        words=Words(
            "of “{core}” only “{kept}” is left; a reviewer may find that it could be another company",
            "“{core}”只保留了“{kept}”，审核时可能认为不能唯一标识企业",
        ),
        fix=Words("keep “{core}” whole to be sure", "如需更稳妥，请完整保留“{core}”"),
        source="seed 003, 能唯一标识企业",
        doubtful=True,
    ),
    Rule(
        id="signature.word_cut",
        severity=Severity.ADVISE,
        check=word_cut,
        words=Words("the name ends in the middle of “{word}”", "名称在“{word}”中间截断"),
        fix=Words("end before or after “{word}”", "请在“{word}”之前或之后截断"),
        source="ours: allowed, but it reads like a slip",
    ),
    Rule(
        id="signature.other_case",
        severity=Severity.ASK,
        check=other_case,
        words=Words(
            "the licence writes “{written}”; names are case-sensitive",
            "执照写作“{written}”，签名区分大小写",
        ),
        fix=Words("write “{written}”", "请写作“{written}”"),
        source="CreateSmsSign, SignName is case-sensitive",
    ),
    Rule(
        id="signature.company_unknown",
        severity=Severity.ADVISE,
        check=company_unknown,
        words=Words(
            "without the company's name it was not checked whether the signature is part of it",
            "未提供企业名称，未检查签名与企业名称是否一致",
        ),
        fix=Words("give the name on the licence", "请提供营业执照上的企业名称"),
        source=_SPECIFICATION,
        doubtful=True,
    ),
)
