"""Traditional characters, found by two detectors that are made from different dictionaries.

Each errs in places: conversion takes 昇 and 於 for traditional though they are legal in names (昇腾, 於潜), the dictionary
takes 濬 for it. So what both say is certain, and what one says is a question.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Protocol


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _to_simplified() -> _Converter:
    import opencc  # megabytes of dictionaries, for those who check names

    converter: _Converter = opencc.OpenCC("t2s")
    return converter


def by_dictionary(text: str) -> frozenset[int]:
    """Places of characters that only traditional words have. Source: CC-CEDICT, through hanzidentifier."""
    import hanzidentifier

    return frozenset(
        place
        for place, each in enumerate(text)
        if not each.isascii() and hanzidentifier.identify(each) is hanzidentifier.TRADITIONAL
    )


def by_conversion(text: str) -> frozenset[int]:
    """Places of characters that conversion to simplified ones changes. Source: OpenCC, t2s."""
    converted = simplified(text)
    if len(converted) != len(text):
        return frozenset(place for place, each in enumerate(text) if simplified(each) != each)
    return frozenset(place for place, each in enumerate(text) if converted[place] != each)


@lru_cache(maxsize=1024)
def simplified(text: str) -> str:
    """The text in simplified characters."""
    return text if text.isascii() else _to_simplified().convert(text)


@lru_cache(maxsize=1024)
def certain_and_doubtful(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Places where both detectors say so, and places where one does."""
    one, other = by_dictionary(text), by_conversion(text)
    return tuple(sorted(one & other)), tuple(sorted(one ^ other))
