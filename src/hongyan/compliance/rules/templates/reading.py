"""A template's text taken apart: its variables, and its words as a reader sees them.

Words are looked for in `Reading.plain`: small letters of usual width, without characters that cannot be seen and without
the blanks that people put inside words to get past filters. Each character knows where it stood in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from hongyan.compliance.rules.characters import Kind, kind_of, meant_by
from hongyan.compliance.rules.core import Offence, Span
from hongyan.compliance.rules.traditional import simplified
from hongyan.compliance.rules.vocabulary import words_in

VARIABLE: Final = "\0"
"""Stands for a variable in `plain`."""
_OURS: Final = re.compile(r"\$\{([^{}]*)\}")
_TENCENTS: Final = re.compile(r"(?<!\$)\{([^{}]*)\}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_UNSEEN: Final = frozenset({Kind.INVISIBLE, Kind.COMBINING})

Hit: TypeAlias = tuple[Span, str]
"""Where something stands in the content, and the characters as they were written."""


@dataclass(frozen=True, slots=True)
class Variable:
    """`${name}` or, as Tencent writes it, `{1}`; `span` includes the marks around the name."""

    name: str
    span: Span

    @property
    def well_named(self) -> bool:
        """A letter first, then letters, digits and underscores."""
        return _NAME.fullmatch(self.name) is not None


def _variables(content: str, form: re.Pattern[str]) -> tuple[Variable, ...]:
    return tuple(Variable(found[1], found.span()) for found in form.finditer(content))


@dataclass(frozen=True)
class Reading:
    """`dollars`: variables in our form. `braces`: in Tencent's."""

    content: str
    dollars: tuple[Variable, ...]
    braces: tuple[Variable, ...]

    def variables(self, door: str) -> tuple[Variable, ...]:
        """Those of the form that a door takes."""
        return self.braces if door == "tencent" else self.dollars

    @cached_property
    def literals(self) -> str:
        """What is no variable of either form."""
        return "".join(
            each for place, each in enumerate(self.content) if place not in self._places_of_variables
        )

    @cached_property
    def _places_of_variables(self) -> frozenset[int]:
        spans = (each.span for each in (*self.dollars, *self.braces))
        return frozenset(place for start, end in spans for place in range(start, end))

    @cached_property
    def _plain(self) -> tuple[str, tuple[Span, ...]]:
        found = list(self._characters())
        text = "".join(character for character, _ in found)
        simple = simplified(text)
        return (simple if len(simple) == len(text) else text), tuple(span for _, span in found)

    @property
    def plain(self) -> str:
        """The text as rules read it."""
        return self._plain[0]

    def span(self, start: int, end: int) -> Span:
        """Characters of the content from those of `plain`; `start` < `end`."""
        spans = self._plain[1]
        return (spans[start][0], spans[end - 1][1])

    def hits(self, pattern: re.Pattern[str]) -> Iterator[Hit]:
        """Where a pattern stands."""
        for found in pattern.finditer(self.plain):
            yield self._hit(*found.span())

    def hits_of(self, words: frozenset[str]) -> Iterator[Hit]:
        """Where words of a list stand, the longest at each place."""
        for start, word in words_in(self.plain, words):
            yield self._hit(start, start + len(word))

    def _hit(self, start: int, end: int) -> Hit:
        span = self.span(start, end)
        return span, self.content[slice(*span)]

    def _characters(self) -> Iterator[tuple[str, Span]]:
        starts = {each.span[0]: each.span[1] for each in (*self.dollars, *self.braces)}
        place = 0
        content = self.content
        while place < len(content):
            if place in starts:
                yield VARIABLE, (place, starts[place])
                place = starts[place]
                continue
            each, span = content[place], (place, place + 1)
            place += 1
            kind = kind_of(each)
            if kind in _UNSEEN or (kind is Kind.SPACE and not self._parts_words(span[0])):
                continue
            if kind is Kind.SPACE:
                yield " ", span
            else:
                for letter in meant_by(each) or each:
                    yield letter.lower()[:1], span

    def _parts_words(self, place: int) -> bool:
        """A blank between Latin letters or digits parts words; between Chinese characters it hides one."""
        before, after = self.content[:place].rstrip()[-1:], self.content[place:].lstrip()[:1]
        return before.isascii() and after.isascii()


def read(content: str) -> Reading:
    """The text taken apart."""
    return Reading(content, _variables(content, _OURS), _variables(content, _TENCENTS))


def offences(hits: Iterable[Hit], fact: str) -> Iterator[Offence]:
    """One for each hit, whose characters the row's words call `fact`."""
    for span, text in hits:
        yield Offence((span,), {fact: text})


def first_of_each(variables: Iterable[Variable]) -> list[Variable]:
    """Each variable where it stands first."""
    found: dict[str, Variable] = {}
    for each in variables:
        found.setdefault(each.name, each)
    return list(found.values())


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """Whether characters of a span are characters of others, too."""
    return any(start < span[1] and span[0] < end for start, end in others)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, each once."""
    return tuple(sorted(set(spans)))
