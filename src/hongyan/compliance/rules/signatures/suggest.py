"""Names that would pass, cut from the company's name: its place, what identifies it, and perhaps its trade.

    北京字节跳动科技有限公司 -> 北京字节跳动科技有限公司 (12 characters), 北京字节跳动, 北京字节跳动科技

Nothing is suggested that the rules themselves do not pass, so a licence without a place has its full name or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from hongyan.compliance.rules.characters import FEWEST, MOST
from hongyan.compliance.rules.core import Chance, Outcome, Report, Suggestion, Words
from hongyan.compliance.rules.signatures.case import SignatureCase
from hongyan.compliance.rules.signatures.enterprise import MOST_COMPANY
from hongyan.compliance.rules.signatures.licence import Licence, read_licence

MOST_SUGGESTIONS: Final = 5

_FULL: Final = Words("the full name on the licence: the surest", "营业执照全称，通过率最高")
_PIECE: Final = Words(
    "a contiguous piece of the licence's name with its place “{place}” and “{core}”",
    "从执照名称连续截取，保留地域“{place}”和字号“{core}”",
)
_IN_SCOPE: Final = Words("; in the letter's scope", "；在授权委托书范围内")
_OUT_OF_SCOPE: Final = Words("; needs a letter that lists it", "；须有授权范围包含该签名的授权委托书")


def suggestions(case: SignatureCase, judged: Callable[[SignatureCase], Report]) -> tuple[Suggestion, ...]:
    """The best first: in the letter's scope, near to what was asked for, surest. `judged` is what the rules say."""
    if not case.company or len(case.company) > MOST_COMPANY:
        return ()
    licence = read_licence(case.company)
    asked = case.letters.folded
    found = []
    for rank, name in enumerate(dict.fromkeys(_candidates(licence))):
        if name == case.name or not FEWEST <= len(name) <= MOST:
            continue
        report = judged(SignatureCase(name=name, company=case.company))
        if report.verdict is Outcome.PASS:
            near = len(name) - len(asked) if asked and asked in name.lower() else MOST
            out = case.third_party and case.letter_scope is not None and name not in case.letter_scope
            found.append(((out, near, report.chance is not Chance.HIGH, rank), name))
    return tuple(Suggestion(name, _why(name, licence, case)) for _, name in sorted(found)[:MOST_SUGGESTIONS])


def _candidates(licence: Licence) -> Iterator[str]:
    """The full name, then pieces from each place on: up to the identifying words, and with ever more of the trade."""
    yield licence.text
    if not licence.core:
        return
    starts = dict.fromkeys(min(start, licence.core[0]) for start, _ in licence.places)
    least = max(licence.core[-1] + 1, *(end for _, end in licence.places), 0)
    ends = [least, *(end for _, end in licence.trades if end > least)]
    for start in starts:
        for end in ends:
            yield licence.text[start:end]
    for start in starts:  # as much of the identifying words as fits
        yield licence.text[start : min(least, start + MOST)]


def _why(name: str, licence: Licence, case: SignatureCase) -> Words:
    facts = {"place": licence.location, "core": licence.identifying}
    why = _FULL if name == licence.text else _PIECE.filled(facts)
    if not case.third_party or case.letter_scope is None:
        return why
    scope = _IN_SCOPE if name in case.letter_scope else _OUT_OF_SCOPE
    return Words(why.en + scope.en, why.zh + scope.zh)
