"""The two languages that people read here, and which of them somebody wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

LANGUAGES: Final = ("zh-CN", "en")


def pick_language(chosen: str | None, accepted: str, default: str) -> str:
    """The language of one visit: the visitor's choice, else the best of the `Accept-Language` header, else ours."""
    if chosen in LANGUAGES:
        return chosen
    wishes = sorted(_wishes(accepted), key=lambda wish: -wish[1])
    for tag, weight in wishes:
        family = tag.partition("-")[0]
        for language in LANGUAGES:
            if weight > 0 and language.partition("-")[0] == family:
                return language
    return default


def _wishes(accepted: str) -> Iterator[tuple[str, float]]:
    for entry in accepted[:512].split(","):
        tag, _, parameter = entry.strip().lower().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        yield tag.strip(), weight
