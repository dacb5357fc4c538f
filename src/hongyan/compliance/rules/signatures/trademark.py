"""Names that are registered trademarks. Source: seed 001, registered trademark name; seed 000, trademark screenshot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hongyan.compliance.rules.characters import letters_of
from hongyan.compliance.rules.core import Offence, Rule, Severity, Words
from hongyan.compliance.rules.signatures.case import SignatureCase, Source, Trademark

_SOURCE: Final = "seed 001, signature sources: registered trademark name"
_SCREENSHOT: Final = "seed 000, trademark details screenshot requirements"


def _mark(case: SignatureCase) -> Trademark | None:
    """What is told of the trademark, when the name is from one."""
    return case.trademark if case.source is Source.TRADEMARK else None


def missing(case: SignatureCase) -> Iterator[Offence]:
    mark = case.trademark
    if case.source is Source.TRADEMARK and (mark is None or mark.name is mark.owner is None):
        yield Offence()


def owner_unknown(case: SignatureCase) -> Iterator[Offence]:
    mark = _mark(case)
    if mark is not None and mark.name is not None and not mark.owner:
        yield Offence(facts={"mark": mark.name})


def other_owner(case: SignatureCase) -> Iterator[Offence]:
    mark = _mark(case)
    if mark is None or not mark.owner or not case.company:
        return
    if letters_of(mark.owner).folded != letters_of(case.company).folded:
        yield Offence(facts={"owner": mark.owner, "company": case.company})


def other_name(case: SignatureCase) -> Iterator[Offence]:
    mark = _mark(case)
    if mark is not None and mark.name is not None and letters_of(mark.name).folded != case.letters.folded:
        yield Offence(case.whole, {"mark": mark.name, "name": case.name})


def written_otherwise(case: SignatureCase) -> Iterator[Offence]:
    mark = _mark(case)
    if mark is None or mark.name is None or mark.name.strip() == case.name:
        return
    if letters_of(mark.name).folded == case.letters.folded and case.letters.text == case.name:
        yield Offence(facts={"mark": mark.name})


def not_registered(case: SignatureCase) -> Iterator[Offence]:
    mark = _mark(case)
    if mark is not None and mark.registered is False:
        yield Offence()


TRADEMARK: Final[tuple[Rule[SignatureCase], ...]] = (
    Rule(
        id="signature.trademark_missing",
        severity=Severity.ASK,
        check=missing,
        words=Words(
            "the source is a registered trademark, but no trademark is told",
            "签名来源为已注册商标名，但未提供商标信息",
        ),
        fix=Words(
            "add the trademark: name, owner, and a screenshot of its details",
            "请补充商标名称、商标权人及商标详情截图",
        ),
        source=_SCREENSHOT,
    ),
    Rule(
        id="signature.trademark_owner_unknown",
        severity=Severity.ASK,
        check=owner_unknown,
        words=Words("the owner of the trademark “{mark}” is not told", "未提供商标“{mark}”的权利人"),
        fix=Words("give the owner; it must be the company", "请提供商标权人，须与企业名称一致"),
        source=_SCREENSHOT,
    ),
    Rule(
        id="signature.trademark_other_owner",
        severity=Severity.REJECT,
        check=other_owner,
        words=Words(
            "the trademark belongs to “{owner}”, not to “{company}”",
            "商标权人“{owner}”与企业“{company}”不一致",
        ),
        fix=Words(
            "apply for third-party use with the owner's qualification and letter, or use the company's own name",
            "请以商标权人的资质和授权委托书申请他用签名，或改用本企业名称",
        ),
        source=_SOURCE,
    ),
    Rule(
        id="signature.trademark_other_name",
        severity=Severity.REJECT,
        check=other_name,
        words=Words(
            "the trademark is “{mark}”; the signature “{name}” must be identical to it",
            "商标为“{mark}”，签名“{name}”须与商标完全一致",
        ),
        fix=Words("write “{mark}”", "请使用“{mark}”"),
        source=_SCREENSHOT,
    ),
    Rule(
        id="signature.trademark_written_otherwise",
        severity=Severity.ASK,
        check=written_otherwise,
        words=Words(
            "the trademark is written “{mark}”; only case or symbols differ",
            "商标写作“{mark}”，与签名仅大小写或符号不同",
        ),
        fix=Words(
            "write it as it was registered, if a signature can have it", "如字符允许，请与注册商标保持一致"
        ),
        source=_SCREENSHOT,
    ),
    Rule(
        id="signature.trademark_not_registered",
        severity=Severity.REJECT,
        check=not_registered,
        words=Words("the trademark is not registered yet", "商标状态不是“已注册”"),
        fix=Words(
            "wait for its registration, or use the company's name", "请待商标注册后申请，或使用企业名称"
        ),
        source=_SCREENSHOT,
    ),
)
