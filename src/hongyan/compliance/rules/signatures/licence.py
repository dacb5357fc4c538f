"""A company's name as its licence has it: place, identifying words, trade, form. Source: 企业名称登记管理规定, article 6.

    上海市 浦东新区 | 云雁 | 信息技术 | 有限公司        支付宝 |（杭州）| 信息技术 | 有限公司

Brackets, blanks and all other characters that a signature cannot have are dropped before anything is compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from hongyan.compliance.rules.characters import letters_of
from hongyan.compliance.rules.core import Span
from hongyan.compliance.rules.signatures import places
from hongyan.compliance.rules.vocabulary import words

_BRACKETED: Final = re.compile("[（(\\[［【〔]([^（()）]*)[)）\\]］】〕]")


@dataclass(frozen=True, slots=True)
class Licence:
    """`text`: the letters. `places`: its location, the outermost first, empty when it has none. `core`: the letters of
    the identifying words, in order (a place in brackets may stand between them). `trades`, `form`: what follows."""

    text: str
    places: tuple[Span, ...]
    core: tuple[int, ...]
    trades: tuple[Span, ...]
    form: Span

    @property
    def folded(self) -> str:
        return self.text.lower()

    def words_at(self, found: tuple[Span, ...]) -> str:
        return "".join(self.text[start:end] for start, end in found)

    @property
    def location(self) -> str:
        return self.words_at(self.places)

    @property
    def identifying(self) -> str:
        return "".join(self.text[place] for place in self.core)


@lru_cache(maxsize=1024)
def read_licence(company: str) -> Licence:
    """Take a company's name apart."""
    text = letters_of(company).text
    body = len(text) - _ending(text, words("trades", "forms"))
    located = _location(company, text, body)
    inside = {place for start, end in located for place in range(start, end)}
    rest = [place for place in range(body) if place not in inside]
    trades: list[Span] = []
    while length := _ending("".join(text[place] for place in rest), words("trades", "trades")):
        trades.insert(0, (rest[-length], rest[-1] + 1))
        del rest[-length:]
    if not rest and len(located) > 1 and located[-1][1] - located[-1][0] == 2:
        # 浙江安吉汽车…: what reads like a further place is the name itself
        rest, located = list(range(*located[-1])), located[:-1]
    return Licence(text, located, tuple(rest), tuple(trades), (body, len(text)))


def _ending(text: str, found: frozenset[str]) -> int:
    """The length of the longest of the words that the text ends with."""
    return max((len(each) for each in found if text.endswith(each)), default=0)


def _location(company: str, text: str, body: int) -> tuple[Span, ...]:
    """At the beginning; else in brackets; else anywhere if it is written as a place, or just before trade and form."""
    first = places.chain(text)
    if first:
        return first
    for bracketed in _BRACKETED.finditer(company):
        inner = letters_of(bracketed[1]).text
        if places.chain(inner):
            start = len(letters_of(company[: bracketed.start()]).text)
            return ((start, start + len(inner)),)
    full = places.full_name_in(text)
    if full:
        return (full,)
    return _before_the_trade(text, body)


def _before_the_trade(text: str, body: int) -> tuple[Span, ...]:
    """腾讯科技深圳有限公司, 支付宝杭州信息技术有限公司: the brackets of a location left out."""
    end = body
    while end:
        for start in range(max(0, end - 4), end - 1):
            if start and places.is_place(text[start:end]):
                return ((start, end),)
        length = _ending(text[:end], words("trades", "trades"))
        if not length:
            break
        end -= length
    return ()
