"""Which characters a signature may have, what the others are, and how long a name counts. Source: seed 001, B1 and B2.

A name takes Chinese characters, the letters A to Z and digits; everything else offends by its kind, so that people read what
they typed ("a full-width letter: write A") and not that something is wrong somewhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from itertools import groupby
from typing import Final

from hongyan.compliance.rules.core import Span

FEWEST: Final = 2
MOST: Final = 12
BRACKETS: Final = "【】"


class Kind(Enum):
    """What a character is to a signature; LETTER alone belongs into one."""

    LETTER = auto()
    BRACKET = auto()
    SPACE = auto()
    INVISIBLE = auto()
    EMOJI = auto()
    COMBINING = auto()
    RARE = auto()
    WIDTH = auto()
    LOOK_ALIKE = auto()
    OTHER_SCRIPT = auto()
    UNUSABLE = auto()
    SYMBOL = auto()


_UNCOUNTED: Final = frozenset({Kind.INVISIBLE, Kind.COMBINING})
_HAN: Final = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0x3007, 0x3008))
_RARE_HAN: Final = range(0x20000, 0x323B0)
_RARE_COMPATIBILITY: Final = range(0x2F800, 0x2FA20)
_EMOJI: Final = (range(0x1F000, 0x1FB00), range(0x2600, 0x27C0), range(0x2B00, 0x2C00), range(0x2300, 0x2400))
_FORMS: Final = range(0xFF00, 0xFFF0)
_BLANK_LETTERS: Final = frozenset("\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u115f\u1160\u2800\u3164\uffa0")
"""Seen as blanks though Unicode calls them something else."""
_UNSEEN: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0), range(0x180B, 0x1810), range(0x34F, 0x350))
_UNUSABLE: Final = frozenset({"Co", "Cs", "Cn"})
_REPLACEMENT: Final = "\ufffd"
_LOOK_ALIKES: Final = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορυ",
        "ABESIJKMHOPCTYXaesijopcyxdqwhABEZHIKMNOPTYXavopu",
        strict=True,
    )
)
"""Cyrillic and Greek letters that are drawn like what they stand for here. Source: Unicode confusables, those that matter."""


def _in(code: int, ranges: Iterable[range]) -> bool:
    return any(code in each for each in ranges)


@lru_cache(maxsize=8192)
def kind_of(character: str) -> Kind:
    """What one character is."""
    code = ord(character)
    if (character.isascii() and character.isalnum()) or _in(code, _HAN):
        return Kind.LETTER
    if character in BRACKETS:
        return Kind.BRACKET
    category = unicodedata.category(character)
    if category[0] == "Z" or character in _BLANK_LETTERS:
        return Kind.SPACE
    if category in {"Cc", "Cf"} or _in(code, _UNSEEN):
        return Kind.INVISIBLE
    if category in {"So", "Sk", "Sm"} and _in(code, _EMOJI):
        return Kind.EMOJI
    if category[0] == "M":
        return Kind.COMBINING
    if code in _RARE_HAN and code not in _RARE_COMPATIBILITY:
        return Kind.RARE
    if category in _UNUSABLE or character == _REPLACEMENT:
        return Kind.UNUSABLE
    if meant_by(character):
        return Kind.WIDTH if code in _FORMS else Kind.LOOK_ALIKE
    return Kind.OTHER_SCRIPT if category[0] in "LN" else Kind.SYMBOL


@lru_cache(maxsize=8192)
def meant_by(character: str) -> str:
    """The letters that a full-width or look-alike character stands for; "" when it stands for none."""
    plain = _LOOK_ALIKES.get(character) or unicodedata.normalize("NFKC", character)
    if plain == character or (len(plain) > 1 and unicodedata.category(character) == "So"):
        return ""  # ™ is a sign of its own, no way of writing TM
    return plain if all(kind_of(each) is Kind.LETTER for each in plain) else ""


def counted_length(name: str) -> int:
    """Characters as people count them: what cannot be seen by itself counts nothing, everything else one."""
    return sum(kind_of(each) not in _UNCOUNTED for each in name)


def beyond(name: str, most: int) -> Span:
    """The characters of a name that come after the first `most` that count."""
    counted = 0
    for place, each in enumerate(name):
        counted += kind_of(each) not in _UNCOUNTED
        if counted > most:
            return (place, len(name))
    raise ValueError("the name is not that long")


def spans(places: Iterable[int]) -> tuple[Span, ...]:
    """Neighbours among ascending places as one span each."""
    found = []
    for _, run in groupby(enumerate(places), lambda pair: pair[1] - pair[0]):
        members = [place for _, place in run]
        found.append((members[0], members[-1] + 1))
    return tuple(found)


def places_of(name: str, kind: Kind) -> list[int]:
    """Where characters of a kind stand."""
    return [place for place, each in enumerate(name) if kind_of(each) is kind]


def named(character: str) -> str:
    """A character for a sentence: itself when it can be seen, and what Unicode calls it when not."""
    point = f"U+{ord(character):04X}"
    if character.isprintable() and not character.isspace():
        return f"{character} ({point})"
    return f"{point} {unicodedata.name(character, '')}".rstrip()


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a name, and where in the name each stands."""

    text: str
    origins: tuple[int, ...]

    @property
    def folded(self) -> str:
        """Without regard to case. As long as `text`: all letters are Chinese or ASCII."""
        return self.text.lower()

    def span(self, start: int, end: int) -> Span:
        """Characters of the name from those of the letters; `start` < `end`."""
        return (self.origins[start], self.origins[end - 1] + 1)

    def beside(self, place: int) -> Span:
        """The characters on both sides of a gap before the letter at `place`."""
        return self.span(max(0, place - 1), min(len(self.text), place + 1))


@lru_cache(maxsize=1024)
def letters_of(name: str) -> Letters:
    """Full-width and look-alike characters become what they stand for, everything else that is no letter goes."""
    found = list(_letters(name))
    return Letters("".join(letter for letter, _ in found), tuple(origin for _, origin in found))


def _letters(name: str) -> Iterator[tuple[str, int]]:
    for place, each in enumerate(name):
        kind = kind_of(each)
        if kind in {Kind.LETTER, Kind.RARE}:
            yield each, place
        elif kind in {Kind.WIDTH, Kind.LOOK_ALIKE}:
            for letter in meant_by(each):
                yield letter, place
