"""What a signature's name must not say: test, nobody in particular, a person, something unlawful.

Words are looked for in the letters of the name, whatever their case and width. Source: seed 001, signature content;
seed 002, non-identifiable signatures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from functools import cache, lru_cache, partial
from typing import Final

from hongyan.compliance.rules.characters import letters_of
from hongyan.compliance.rules.core import MAINLAND, Offence, Rule, Severity, Words, listed
from hongyan.compliance.rules.signatures import places
from hongyan.compliance.rules.signatures.case import SignatureCase
from hongyan.compliance.rules.signatures.enterprise import fit_of
from hongyan.compliance.rules.signatures.fit import Match
from hongyan.compliance.rules.traditional import simplified
from hongyan.compliance.rules.vocabulary import characters, words, words_in

_VAGUE: Final = "seed 001, vague or neutral signature; seed 002, non-identifiable signatures"
_TEST: Final = re.compile("测试|test")
_RUNS: Final = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_LEAST_RUN: Final = 4
_SAME: Final = re.compile(r"(.)\1{2,}[0-9]*|(?:([a-z])\2){2,}|(?:([a-z])\3\3)+")
_LETTERS_OR_DIGITS: Final = re.compile("[a-z]+|[0-9]+")


class Part(Enum):
    """What the words are that a name is made of, when it is made of such words alone."""

    MESSAGE = auto()
    INSTITUTION = auto()
    TRADE = auto()
    PLACE = auto()


@cache
def _lexicon() -> dict[str, Part]:
    """The later list wins: 服务 is a trade as well as what messages talk about, 电力 a trade as well as who supplies a city."""
    return {
        **dict.fromkeys(places.names_of_places(), Part.PLACE),
        **dict.fromkeys(words("neutral", "messages") | words("neutral", "english"), Part.MESSAGE),
        **dict.fromkeys(words("neutral", "goods"), Part.TRADE),
        **dict.fromkeys(words("trades", "trades") | words("trades", "forms"), Part.TRADE),
        **dict.fromkeys(words("neutral", "institutions"), Part.INSTITUTION),
    }


@lru_cache(maxsize=1024)
def parts_of(text: str) -> tuple[tuple[str, Part], ...] | None:
    """The text as listed words, as few as possible; None when something in it is not in any list."""
    best: list[tuple[tuple[str, Part], ...] | None] = [()] + [None] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(end):
            before, part = best[start], _lexicon().get(text[start:end])
            if before is None or part is None:
                continue
            found, now = (*before, (text[start:end], part)), best[end]
            if now is None or len(found) < len(now):
                best[end] = found
    return best[-1]


def _on_licence(case: SignatureCase, word: str) -> bool:
    return bool(case.company) and word.lower() in letters_of(case.company or "").folded


def _is_trademark(case: SignatureCase) -> bool:
    """The name is told to be a trademark."""
    mark = case.trademark
    if mark is None or (mark.name is None and mark.owner is None):
        return False
    return mark.name is None or letters_of(mark.name).folded == case.letters.folded


def _whole(case: SignatureCase, **facts: str | Words) -> Offence:
    letters = case.letters
    return Offence((letters.span(0, len(letters.text)),), {"name": letters.text, **facts})


def _is_full_name(case: SignatureCase) -> bool:
    found = fit_of(case)
    return found is not None and found.match is Match.FULL


def says_test(case: SignatureCase) -> Iterator[Offence]:
    letters = case.letters
    for hit in _TEST.finditer(simplified(letters.folded)):
        yield Offence((letters.span(*hit.span()),), {"word": letters.text[hit.start() : hit.end()]})


def _tells(case: SignatureCase, text: str, parts: tuple[tuple[str, Part], ...]) -> bool:
    """Whether listed words together say who sends."""
    kinds = {part for _, part in parts}
    if Part.MESSAGE in kinds or kinds == {Part.PLACE}:
        return False
    found = fit_of(case)
    on_licence = (
        found is not None and found.lies_in
    )  # a piece of the licence's name is for the enterprise rules
    if Part.INSTITUTION in kinds:  # 北京银行; but 商业银行 is any
        return (
            Part.PLACE in kinds
            or (on_licence and len(parts) > 1)
            or text in words("neutral", "one_of_a_kind")
        )
    return Part.PLACE in kinds and (
        on_licence or (not case.company and (places.COUNTRY, Part.PLACE) in parts)
    )  # 中国建筑: who may be called so is the one


def _keeps_what_identifies(case: SignatureCase) -> bool:
    """The licence itself is called so: 北京智能管家 of 北京智能管家科技有限公司."""
    found = fit_of(case)
    return (
        found is not None
        and found.lies_in
        and bool(found.kept_places and found.kept_core)
        and found.kept_core == found.licence.identifying
    )


def _vague(case: SignatureCase, *, on_licence: bool) -> Iterator[Offence]:
    text = simplified(case.letters.folded)
    parts = parts_of(text)
    if not text or not parts or _is_full_name(case) or _tells(case, text, parts):
        return
    if _keeps_what_identifies(case) is on_licence:
        yield _whole(case, words=listed(word for word, _ in parts))


def vague(case: SignatureCase) -> Iterator[Offence]:
    """Made only of words that name nobody. A licence's full name is what it is."""
    return _vague(case, on_licence=False)


def vague_as_on_licence(case: SignatureCase) -> Iterator[Offence]:
    return _vague(case, on_licence=True)


def placeholder(case: SignatureCase) -> Iterator[Offence]:
    """aabb, qwer, 啊啊啊: typed to have typed something."""
    text = case.letters.folded
    if not text or text.isdigit() or _is_full_name(case):
        return
    numbered = text.rstrip("0123456789")  # user123
    if (
        text in words("neutral", "placeholders")
        or (numbered != text and numbered in words("neutral", "english"))
        or _SAME.fullmatch(text)
        or _typed_along(text)
    ):
        yield _whole(case)


def _typed_along(text: str) -> bool:
    """qwer, abcd1234, 4321abc: neighbours in the alphabet or on the keyboard."""
    runs = _LETTERS_OR_DIGITS.findall(text)
    return (
        len(text) >= _LEAST_RUN
        and "".join(runs) == text
        and all(len(run) > 2 and any(run in row or run in row[::-1] for row in _RUNS) for run in runs)
    )


def _ending(key: str, case: SignatureCase) -> Iterator[Offence]:
    """A listed ending behind something that is in no list."""
    letters = case.letters
    if parts_of(simplified(letters.folded)) or _on_licence(case, letters.text) or _is_trademark(case):
        return
    ending = max((each for each in words("neutral", key) if letters.text.endswith(each)), key=len, default="")
    if ending and len(ending) < len(letters.text):
        end = len(letters.text)
        yield Offence((letters.span(end - len(ending), end),), {"ending": ending})


class _Person(Enum):
    CERTAIN = auto()
    PERHAPS = auto()


def _person(text: str) -> _Person | None:
    """Whether a text reads like a person's name."""
    found = _known(text) or _titled(text) or _named(text)
    return _Person.PERHAPS if found and text in words("people", "brands") else found


def _known(text: str) -> _Person | None:
    return _Person.CERTAIN if text in words("people", "anybody") | words("people", "known") else None


def _named(text: str) -> _Person | None:
    """By surname and the characters of given names."""
    compound = next((each for each in words("people", "compound") if text.startswith(each)), "")
    surname = compound or text[:1]
    rest = text.removeprefix(surname)
    if not 1 <= len(rest) <= 2:
        return None
    usual = _is_given(rest)
    if compound:
        return _Person.CERTAIN if usual else _Person.PERHAPS
    if not usual:
        half = len(rest) == 2 and any(each in characters("people", "given") for each in rest)
        return _Person.PERHAPS if half and surname in characters("people", "surnames") else None
    telling = sum(each in characters("people", "given") for each in rest)
    if surname in characters("people", "surnames"):
        often = surname in characters("people", "commonest") and rest in characters("people", "often")
        return _Person.CERTAIN if telling or often or len(rest) == 2 else _Person.PERHAPS
    if surname in characters("people", "wordlike") and telling:
        return _Person.CERTAIN if telling == len(rest) == 2 else _Person.PERHAPS
    return None


def _is_given(text: str) -> bool:
    return set(text) <= characters("people", "given") | characters("people", "given_too")


def _titled(text: str) -> _Person | None:
    """王老师, 张伟先生."""
    for title in words("people", "titles"):
        name = text.removesuffix(title)
        if name != text and 1 <= len(name) <= 3 and _is_given(name[1:]):
            if name[0] in characters("people", "surnames"):
                return _Person.CERTAIN
            if name[0] in characters("people", "wordlike") and len(name) > 1:
                return _Person.PERHAPS
    return None


def _persons(case: SignatureCase, wanted: _Person) -> Iterator[Offence]:
    text = simplified(case.letters.text)
    if (
        text
        and _person(text) is wanted
        and not _on_licence(case, case.letters.text)
        and not _is_trademark(case)
    ):
        yield _whole(case)


def personal_name(case: SignatureCase) -> Iterator[Offence]:
    return _persons(case, _Person.CERTAIN)


def perhaps_personal_name(case: SignatureCase) -> Iterator[Offence]:
    return _persons(case, _Person.PERHAPS)


def _listed(case: SignatureCase, key: str) -> Iterator[Offence]:
    letters = case.letters
    for start, word in words_in(simplified(letters.folded), words("unlawful", key)):
        if not _on_licence(case, word):
            yield Offence((letters.span(start, start + len(word)),), {"word": word})


def unlawful(case: SignatureCase) -> Iterator[Offence]:
    return _listed(case, "unlawful")


def restricted(case: SignatureCase) -> Iterator[Offence]:
    return _listed(case, "restricted")


def only_latin(case: SignatureCase) -> Iterator[Offence]:
    text = case.letters.text
    if text and text.isascii() and not text.isdigit():
        yield Offence(facts={"name": text})


_USE_COMPANY: Final = Words(
    "use the company's full name, its abbreviation with the place, or a registered trademark",
    "请使用企业全称、保留地域的简称或已注册商标名",
)

MEANING: Final[tuple[Rule[SignatureCase], ...]] = (
    Rule(
        id="signature.says_test",
        severity=Severity.REJECT,
        check=says_test,
        words=Words("a signature must not contain “{word}”", "签名不能包含“{word}”字样"),
        fix=Words(
            "leave it out; to try things use the sandbox, and apply when the service is online",
            "请去掉该字样；开发测试请使用沙箱，业务上线后再申请签名",
        ),
        source="seed 001, rejected examples",
    ),
    Rule(
        id="signature.vague",
        severity=Severity.REJECT,
        check=vague,
        words=Words(
            "“{name}” does not say who sends: it is made of {words} only",
            "“{name}”为中性词，无法识别发送方：仅由{words}组成",
        ),
        fix=_USE_COMPANY,
        source=_VAGUE,
    ),
    Rule(
        id="signature.vague_as_on_licence",
        severity=Severity.ASK,
        check=vague_as_on_licence,
        words=Words(
            "“{name}” is made of {words} only, as the licence's name is; a reviewer decides whether it tells who sends",
            "“{name}”仅由{words}组成，虽与执照一致，仍须人工确认能否识别发送方",
        ),
        fix=Words("use the full name", "建议使用企业全称"),
        source="seed 003, 能唯一标识企业，不可为中性词",
    ),
    Rule(
        id="signature.placeholder",
        severity=Severity.REJECT,
        check=placeholder,
        words=Words("“{name}” stands for no sender", "“{name}”无法识别发送方"),
        fix=_USE_COMPANY,
        source=_VAGUE,
    ),
    Rule(
        id="signature.personal_name",
        severity=Severity.REJECT,
        check=personal_name,
        words=Words("“{name}” is a person's name", "“{name}”为个人姓名，签名不支持个人姓名"),
        fix=_USE_COMPANY,
        source="seed 001, rejected examples; never said of a name on the licence or of a trademark",
    ),
    Rule(
        id="signature.perhaps_personal_name",
        severity=Severity.ASK,
        check=perhaps_personal_name,
        words=Words(
            "“{name}” may be a person's name; a reviewer decides",
            "“{name}”疑似个人姓名，需人工确认",
        ),
        fix=Words(
            "give the company's name or the trademark that it is", "请提供包含该名称的企业名称或商标信息"
        ),
        source="seed 001, rejected examples; brands that look like people's names must not be refused",
    ),
    Rule(
        id="signature.unlawful",
        severity=Severity.REJECT,
        check=unlawful,
        words=Words("“{word}” is not a lawful business", "“{word}”涉及违法违规业务"),
        fix=_USE_COMPANY,
        source="vendor's signature specification: nothing unlawful or infringing",
    ),
    Rule(
        id="signature.restricted_business",
        severity=Severity.ASK,
        check=restricted,
        words=Words("“{word}” is a restricted business", "“{word}”属于受限业务"),
        fix=Words("add papers that prove the business is licensed", "请补充业务资质证明"),
        source="seed 001, restricted business for signature applications; vendor's list of restricted subjects",
    ),
    Rule(
        id="signature.only_latin",
        severity=Severity.ADVISE,
        check=only_latin,
        words=Words(
            "names in Latin letters alone are often blocked by carriers",
            "纯英文签名易被运营商拦截",
        ),
        fix=Words("prefer a Chinese name", "建议使用中文签名"),
        source="vendor's signature specification",
        scope=MAINLAND,
        doubtful=True,
    ),
    Rule(
        id="signature.ends_like_a_message",
        severity=Severity.ASK,
        check=partial(_ending, "endings_of_messages"),
        words=Words(
            "“{ending}” says what is sent and not who sends; a reviewer decides whether the rest does",
            "“{ending}”表示短信内容而非发送方，需人工确认能否识别发送方",
        ),
        fix=Words("leave “{ending}” out", "建议去掉“{ending}”"),
        source=_VAGUE,
    ),
    Rule(
        id="signature.neutral_ending",
        severity=Severity.ADVISE,
        check=partial(_ending, "endings"),
        words=Words(
            "“{ending}” adds nothing to who sends, and may read as a product or service name",
            "“{ending}”无助于识别发送方，可能被视为产品或服务名",
        ),
        fix=Words("leave “{ending}” out", "建议去掉“{ending}”"),
        source=_VAGUE,
    ),
)
