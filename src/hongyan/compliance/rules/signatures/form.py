"""What a signature's name must look like: length, characters, not only digits. What breaks these is refused at the door.

Source: seed 001, signature length and format; CreateSmsSign, InvalidSignName.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from hongyan.compliance.rules.characters import (
    FEWEST,
    MOST,
    Kind,
    beyond,
    counted_length,
    meant_by,
    named,
    places_of,
    spans,
)
from hongyan.compliance.rules.core import MAINLAND, Offence, Rule, Severity, Words
from hongyan.compliance.rules.signatures.case import SignatureCase
from hongyan.compliance.rules.traditional import certain_and_doubtful, simplified

_LENGTH: Final = "seed 001, signature length"
_FORMAT: Final = "seed 001, signature format; CreateSmsSign, InvalidSignName"
_SHOWN: Final = 4


def too_short(case: SignatureCase) -> Iterator[Offence]:
    count = counted_length(case.name)
    if count < FEWEST:
        yield Offence(case.whole, {"count": count, "fewest": FEWEST})


def too_long(case: SignatureCase) -> Iterator[Offence]:
    count = counted_length(case.name)
    if count > MOST:
        yield Offence((beyond(case.name, MOST),), {"count": count, "most": MOST})


def only_digits(case: SignatureCase) -> Iterator[Offence]:
    text = case.letters.text
    if text and all(each.isascii() and each.isdigit() for each in text):
        yield Offence(case.whole, {"digits": text})


def of_kind(kind: Kind, case: SignatureCase) -> Iterator[Offence]:
    """One offence for all characters of a kind; `right` is the name as it is probably meant."""
    found = places_of(case.name, kind)
    if not found:
        return
    different = list(dict.fromkeys(case.name[place] for place in found))
    shown = ", ".join(map(named, different[:_SHOWN])) + (" …" if len(different) > _SHOWN else "")
    written = [f"{each} → {meant_by(each)}" for each in different[:_SHOWN] if meant_by(each)]
    yield Offence(
        spans(found),
        {
            "characters": shown,
            "written": ", ".join(written),
            "right": case.letters.text,
            "fix": _fix(case.letters.text),
        },
    )


def _fix(right: str) -> Words:
    if not right:
        return Words("write Chinese characters, letters or digits", "请使用中文、英文字母或数字")
    return Words(f"write “{right}”", f"请写作“{right}”")


def traditional(case: SignatureCase) -> Iterator[Offence]:
    certain, _ = certain_and_doubtful(case.letters.text)
    return _traditional(case, certain)


def perhaps_traditional(case: SignatureCase) -> Iterator[Offence]:
    _, doubtful = certain_and_doubtful(case.letters.text)
    return _traditional(case, doubtful)


def _traditional(case: SignatureCase, found: tuple[int, ...]) -> Iterator[Offence]:
    if found:
        letters = case.letters
        yield Offence(
            spans(letters.origins[place] for place in found),
            {
                "characters": "".join(dict.fromkeys(letters.text[place] for place in found)),
                "right": simplified(letters.text),
            },
        )


_KINDS: Final = (
    (
        "brackets",
        Kind.BRACKET,
        Words(
            "enter the name without 【】: the brackets are put around it when a message is sent",
            "请勿输入【】，发送时系统会自动添加",
        ),
        "seed 000, signature name",
    ),
    (
        "space",
        Kind.SPACE,
        Words("a signature has no spaces: {characters}", "签名不支持空格：{characters}"),
        _FORMAT,
    ),
    (
        "invisible",
        Kind.INVISIBLE,
        Words(
            "characters that cannot be seen: {characters}",
            "含有不可见字符（零宽字符、方向控制符等）：{characters}",
        ),
        _FORMAT,
    ),
    (
        "emoji",
        Kind.EMOJI,
        Words("a signature has no emoji: {characters}", "签名不支持表情符号：{characters}"),
        _FORMAT,
    ),
    (
        "combining",
        Kind.COMBINING,
        Words(
            "accents and other marks on characters: {characters}",
            "含有附加在字符上的组合符号：{characters}",
        ),
        _FORMAT,
    ),
    (
        "width",
        Kind.WIDTH,
        Words("full-width or half-width forms: {written}", "含有全角或半角变体字符：{written}"),
        _FORMAT,
    ),
    (
        "look_alike",
        Kind.LOOK_ALIKE,
        Words(
            "characters that only look like others: {written}",
            "含有形似的其他字符：{written}",
        ),
        _FORMAT,
    ),
    (
        "other_script",
        Kind.OTHER_SCRIPT,
        Words(
            "only Chinese and English are possible: {characters}",
            "仅支持中文和英文，不支持：{characters}",
        ),
        "vendor's signature specification: no language other than Chinese and English",
    ),
    (
        "unusable",
        Kind.UNUSABLE,
        Words("no characters at all: {characters}", "含有无效字符：{characters}"),
        _FORMAT,
    ),
    (
        "symbol",
        Kind.SYMBOL,
        Words(
            "a signature has no punctuation and no symbols: {characters}",
            "签名不支持标点和特殊符号：{characters}",
        ),
        _FORMAT,
    ),
)

FORM: Final[tuple[Rule[SignatureCase], ...]] = (
    Rule(
        id="signature.too_short",
        severity=Severity.REJECT,
        check=too_short,
        words=Words(
            "a signature has at least {fewest} characters; this one has {count}",
            "签名至少 {fewest} 个字符，当前为 {count} 个",
        ),
        fix=Words(
            "use the company's full name or its abbreviation with the place",
            "请使用企业全称，或保留地域的企业简称",
        ),
        source=_LENGTH,
    ),
    Rule(
        id="signature.too_long",
        severity=Severity.REJECT,
        check=too_long,
        words=Words(
            "a signature has at most {most} characters, each Chinese character, letter and digit counting one;"
            " this one has {count}",
            "签名最多 {most} 个字符（中文、字母、数字均按 1 个计），当前为 {count} 个，此限制无法放宽",
        ),
        fix=Words(
            "use an abbreviation: a contiguous piece of the company's name that keeps its place",
            "请使用简称：从企业名称中连续截取并保留地域",
        ),
        source=_LENGTH,
    ),
    Rule(
        id="signature.only_digits",
        severity=Severity.REJECT,
        check=only_digits,
        words=Words("“{digits}” is digits only", "“{digits}”为纯数字，签名不支持纯数字"),
        fix=Words("use the company's name", "请使用企业名称"),
        source=_FORMAT,
    ),
    *(
        Rule(
            id=f"signature.{name}",
            severity=Severity.REJECT,
            check=partial(of_kind, kind),
            words=words,
            fix=Words("{fix}", "{fix}"),
            source=source,
        )
        for name, kind, words, source in _KINDS
    ),
)
"""What the door refuses at once."""

SCRIPT: Final[tuple[Rule[SignatureCase], ...]] = (
    Rule(
        id="signature.traditional",
        severity=Severity.REJECT,
        check=traditional,
        words=Words(
            "traditional characters are not supported in the Chinese mainland: {characters}",
            "国内短信签名不支持繁体字：{characters}",
        ),
        fix=Words("write “{right}”", "请写作“{right}”"),
        source="seed 001, traditional Chinese characters; both detectors agree",
        scope=MAINLAND,
    ),
    Rule(
        id="signature.perhaps_traditional",
        severity=Severity.ASK,
        check=perhaps_traditional,
        words=Words(
            "perhaps traditional characters: {characters}; a reviewer decides",
            "疑似繁体字：{characters}，需人工确认",
        ),
        fix=Words("if they are, write “{right}”", "如为繁体字，请写作“{right}”"),
        source="seed 001, traditional Chinese characters; only one detector says so",
        scope=MAINLAND,
    ),
    Rule(
        id="signature.rare_character",
        severity=Severity.ASK,
        check=partial(of_kind, Kind.RARE),
        words=Words(
            "rare characters that many phones cannot show: {characters}",
            "含有许多手机无法显示的生僻字：{characters}",
        ),
        fix=Words("choose a piece of the company's name without them", "请从企业名称中选取不含生僻字的部分"),
        source="ours: they stand outside Unicode's basic plane",
    ),
)
