"""How a name lies in a company's name: the whole, a contiguous piece, a piece with gaps, out of order, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, lru_cache
from itertools import pairwise, product

from hongyan.compliance.rules.characters import spans
from hongyan.compliance.rules.core import Span
from hongyan.compliance.rules.signatures import places
from hongyan.compliance.rules.signatures.licence import Licence, read_licence


class Match(Enum):
    FULL = auto()
    PIECE = auto()
    SKIPS = auto()
    REORDERED = auto()
    FOREIGN = auto()


@dataclass(frozen=True, slots=True)
class Fit:
    """Where the letters of a name are in a licence.

    `start`, `end`: of FULL and PIECE, in the licence's letters. `gaps`: of SKIPS, the letter of the name that comes after
    one, and what is missing there. `pieces`: the parts of the name that the licence has, in the name's letters.
    `foreign`: letters of the name that the licence has nowhere. `shortened`: ranks of places that were left out (市).
    """

    licence: Licence
    match: Match
    start: int = 0
    end: int = 0
    gaps: tuple[tuple[int, str], ...] = ()
    pieces: tuple[Span, ...] = ()
    foreign: tuple[Span, ...] = ()
    shortened: str = ""
    same_case: bool = True

    @property
    def lies_in(self) -> bool:
        """The name is the licence's or a piece of it."""
        return self.match in {Match.FULL, Match.PIECE}

    def _has(self, place: int) -> bool:
        return self.start <= place < self.end

    @property
    def kept_places(self) -> tuple[Span, ...]:
        """Of the location's parts, those that are wholly in the piece."""
        return tuple(each for each in self.licence.places if self._has(each[0]) and self._has(each[1] - 1))

    @property
    def lost_places(self) -> tuple[Span, ...]:
        kept = self.kept_places
        return tuple(each for each in self.licence.places if each not in kept)

    @property
    def kept_core(self) -> str:
        """Of the identifying words, what is in the piece."""
        return "".join(self.licence.text[place] for place in self.licence.core if self._has(place))


@lru_cache(maxsize=1024)
def fit(name: str, company: str) -> Fit:
    """`name`: the letters of a name, at least one."""
    licence = read_licence(company)
    found = _within(name, licence)
    if found is None:
        found = next(filter(None, (_shortened(name, each) for each in _with_short_places(licence))), None)
    if found is not None:
        return found
    gaps = _gaps(name.lower(), licence)
    if gaps is not None:
        return Fit(licence, Match.SKIPS, gaps=gaps)
    pieces = tuple(_pieces(name.lower(), licence.folded))
    foreign = spans(place for place, letter in enumerate(name.lower()) if letter not in licence.folded)
    return Fit(licence, Match.FOREIGN if foreign else Match.REORDERED, pieces=pieces, foreign=foreign)


def _within(name: str, licence: Licence) -> Fit | None:
    """The whole, or the piece that keeps the most of location and identifying words."""
    if name.lower() == licence.folded:
        return Fit(licence, Match.FULL, 0, len(name), same_case=name == licence.text)
    found = []
    start = licence.folded.find(name.lower())
    while start >= 0:
        end = start + len(name)
        found.append(
            Fit(licence, Match.PIECE, start, end, same_case=name == licence.text[start:end]),
        )
        start = licence.folded.find(name.lower(), start + 1)
    return max(found, key=lambda each: (len(each.kept_places), len(each.kept_core)), default=None)


@dataclass(frozen=True, slots=True)
class _Shorter:
    licence: Licence
    dropped: str


def _with_short_places(licence: Licence) -> Iterator[_Shorter]:
    """The licence with the ranks of its places left out, one or several: 深圳市腾讯… as 深圳腾讯…."""
    names = [licence.text[start:end] for start, end in licence.places]
    for choice in product(*(dict.fromkeys((name, places.short_name(name))) for name in names)):
        if list(choice) != names:
            text, end = "", 0
            for (start, until), place in zip(licence.places, choice, strict=True):
                text, end = text + licence.text[end:start] + place, until
            dropped = "".join(name[len(place) :] for name, place in zip(names, choice, strict=True))
            yield _Shorter(read_licence(text + licence.text[end:]), dropped)


def _shortened(name: str, shorter: _Shorter) -> Fit | None:
    found = _within(name, shorter.licence)
    if found is None:
        return None
    return Fit(
        shorter.licence,
        Match.PIECE,
        found.start,
        found.end,
        shortened=shorter.dropped,
        same_case=found.same_case,
    )


def _gaps(name: str, licence: Licence) -> tuple[tuple[int, str], ...] | None:
    """What a name leaves out between its first and its last letter, with as few gaps as possible; None when its
    letters do not stand in this order."""
    text = licence.folded

    @cache
    def best(place: int, at: int) -> tuple[tuple[int, int, int], ...] | None:
        """Pieces (letter of the name, start, end in the licence) for the rest of the name, not before `at`."""
        if place == len(name):
            return ()
        found = None
        for start in range(at, len(text)):
            length = 0
            while (
                place + length < len(name)
                and start + length < len(text)
                and text[start + length] == name[place + length]
            ):
                length += 1
                rest = best(place + length, start + length)
                if rest is not None and (found is None or len(rest) + 1 < len(found)):
                    found = ((place, start, start + length), *rest)
        return found

    pieces = best(0, 0)
    if pieces is None:
        return None
    return tuple(
        (after[0], licence.text[before[2] : after[1]])
        for before, after in pairwise(pieces)
        if before[2] < after[1]
    )


def _pieces(name: str, text: str) -> Iterator[Span]:
    """From left to right the longest parts of a name that the licence has."""
    start = 0
    while start < len(name):
        end = next((end for end in range(len(name), start, -1) if name[start:end] in text), start)
        if end > start:
            yield (start, end)
        start = max(end, start + 1)
