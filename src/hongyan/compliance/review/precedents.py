"""Names that were decided before and look or sound like one: so that reviewers decide alike what is alike.

A decided name is found by pairs of neighbouring first letters of its syllables (杭州测算 is hz, zc, cs), which names that
sound alike share. Of each pair the newest are compared, so that the work is bounded whatever was decided before.
"""

from __future__ import annotations

import asyncio
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from hongyan.compliance.model import Kind, ReviewOrder
from hongyan.identity import Statement
from hongyan.kernel.clock import Millis
from hongyan.storage.port import Store

NEWEST: Final = 60
"""Decisions that are compared for each pair of letters."""
SHOWN: Final = 10
LEAST_LIKENESS: Final = 60
"""Of 100. 100 is the same name, or one that is read the same."""
_PER_CENT_BY_SOUND: Final = 0.95
"""Names that are only read alike are a little less so than names that are written alike."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """What became of a name. `likeness`: up to 100."""

    order_id: int
    account_id: int
    name: str
    verdict: str
    reviewer: str
    reason: str
    decided_ms: Millis
    likeness: int


class Precedents:
    """Of signatures, over all tenants: for reviewers only."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def remember(self, order: ReviewOrder, decided_ms: Millis) -> list[Statement]:
        """Statements for the Change that stores a verdict."""
        if order.kind is not Kind.SIGNATURE:
            return []
        pairs = await asyncio.to_thread(
            letter_pairs, order.label
        )  # the dictionary is loaded when it is first used
        return [("compliance.add_precedent", (pair, decided_ms, order.id), 1) for pair in pairs]

    async def like(self, name: str, *, but: int) -> list[Precedent]:
        """The most alike first. `but`: an order that is not meant."""
        pairs = await asyncio.to_thread(letter_pairs, name)
        rows = [
            row for pair in pairs for row in await self._store.read("compliance.precedents", pair, NEWEST)
        ]
        found = {row[0]: row for row in rows if row[0] != but}
        return await asyncio.to_thread(_most_alike, name, list(found.values()))


def letter_pairs(name: str) -> tuple[str, ...]:
    """By which a name is found; each once, sorted."""
    letters = [each[:1] for each in _read_aloud(name)]
    return tuple(sorted({first + second for first, second in pairwise(letters)} or set(letters)))


def likeness(name: str, other: str) -> int:
    """How alike two names are to a reader, 0 to 100."""
    from rapidfuzz import fuzz

    looks = fuzz.ratio(_plain(name), _plain(other))
    sounds = fuzz.ratio(_read_aloud(name), _read_aloud(other))
    return round(max(looks, sounds * _PER_CENT_BY_SOUND))


def _most_alike(name: str, rows: list[tuple[Any, ...]]) -> list[Precedent]:
    scored = [Precedent(*(*row, likeness(name, row[2]))) for row in rows]
    near = [each for each in scored if each.likeness >= LEAST_LIKENESS]
    return sorted(near, key=lambda each: (-each.likeness, -each.decided_ms, each.order_id))[:SHOWN]


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).lower()


def _read_aloud(name: str) -> list[str]:
    """Syllables without tones; letters and digits each for itself."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(_plain(name), errors=list)  # type: ignore[arg-type]  # a list is taken as well
