"""The lists of words that rules look things up in: TOML files in `words/`, each saying where its words are from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).parent / "words"


@cache
def table(file: str) -> Mapping[str, Any]:
    """A file as it is written. Read once."""
    return tomllib.loads((_FOLDER / f"{file}.toml").read_text("utf-8"))


@cache
def words(file: str, key: str) -> frozenset[str]:
    """A list of words with blanks between them."""
    return frozenset(table(file)[key].split())


@cache
def characters(file: str, key: str) -> frozenset[str]:
    """A list of single characters."""
    return frozenset("".join(table(file)[key].split()))


@cache
def _innocent() -> frozenset[str]:
    """Longer words that contain listed ones without meaning them."""
    return frozenset(word for key in table("innocent") for word in words("innocent", key))


def words_in(text: str, wanted: frozenset[str]) -> list[tuple[int, str]]:
    """Where words of a list stand in a text, the longest at each place, none inside another or inside an innocent one."""
    known = wanted | _innocent()
    longest = max(map(len, known))
    hits, start = [], 0
    while start < len(text):
        for end in range(min(len(text), start + longest), start, -1):
            if text[start:end] in known:
                hits.append((start, text[start:end]))
                start = end
                break
        else:
            start += 1
    return [(start, word) for start, word in hits if word in wanted]
