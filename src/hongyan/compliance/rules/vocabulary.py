"""The lists of words that rules look things up in: TOML files in `words/`, each saying where its words are from."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).parent / "words"

FILES: Final = tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))
"""Their names."""


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


@cache
def _by_beginning(wanted: frozenset[str]) -> Mapping[str, list[str]]:
    """First character -> the listed and innocent words that begin with it, the longest first."""
    found = defaultdict[str, list[str]](list)
    for word in sorted(wanted | _innocent(), key=len, reverse=True):
        found[word[0]].append(word)
    return found


def words_in(text: str, wanted: frozenset[str]) -> list[tuple[int, str]]:
    """Where words of a list stand in a text, the longest at each place, none inside another or inside an innocent one."""
    known = _by_beginning(wanted)
    hits, start = [], 0
    while start < len(text):
        word = next((each for each in known.get(text[start], ()) if text.startswith(each, start)), "")
        if word in wanted:
            hits.append((start, word))
        start += len(word) or 1
    return hits
