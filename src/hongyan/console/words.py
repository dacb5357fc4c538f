"""Words in both languages, as data.

A catalogue is a TOML file of nested tables; the path to a sentence is its key (`messages.column.state`). A
sentence may hold named places (`{count}`). A table of `one` and `other` is a sentence in two numbers, picked by
the fact `count`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

_FOLDER = Path(__file__).parent / "i18n"
_NUMBERS = frozenset({"one", "other"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """One entry. `one` is empty where the language has no singular of it."""

    other: str
    one: str = ""

    def places(self) -> frozenset[str]:
        """Names of the places that facts fill."""
        texts = (self.other, self.one)
        return frozenset(name for text in texts for _, name, _, _ in Formatter().parse(text) if name)


class Words:
    """The catalogue of one language; calling it with a key gives the words."""

    def __init__(self, language: str, sentences: Mapping[str, Sentence]) -> None:
        self.language = language
        self.sentences = sentences

    def __call__(self, key: str, /, **facts: object) -> str:
        """The sentence of `key` with `facts` in their places. Raises KeyError for an unknown key or missing fact."""
        sentence = self.sentences[key]
        text = sentence.one if sentence.one and facts.get("count") == 1 else sentence.other
        return text.format_map(facts) if "{" in text else text


def load_words(language: str) -> Words:
    """The catalogue of one of LANGUAGES."""
    text = (_FOLDER / f"{language}.toml").read_text(encoding="utf-8")
    return Words(language, dict(_flatten(tomllib.loads(text))))


def _flatten(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Sentence]]:
    for name, value in table.items():
        key = f"{path}.{name}" if path else name
        if isinstance(value, str):
            yield key, Sentence(value)
        elif value.keys() <= _NUMBERS:
            yield key, Sentence(**value)
        else:
            yield from _flatten(value, key)
