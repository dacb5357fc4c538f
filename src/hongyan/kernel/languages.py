"""The two languages that people read here, which of them somebody wants, and what stands in both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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


def in_language(language: str, *, en: str, zh: str) -> str:
    """What somebody reads; of a language that is not Chinese, English."""
    return zh if language.startswith("zh") else en


class Bilingual:
    """Anything that has its words in both languages."""

    __slots__ = ()
    en: str
    zh: str

    def words(self, language: str) -> str:
        """The words in `language`; anything that is not Chinese reads English."""
        return in_language(language, en=self.en, zh=self.zh)


@dataclass(frozen=True, slots=True)
class CodeWords(Bilingual):
    """`code` is stable: it is stored, logged and counted. The words are for people."""

    code: str
    en: str
    zh: str


def _wishes(accepted: str) -> Iterator[tuple[str, float]]:
    for entry in accepted[:512].split(","):
        tag, _, parameter = entry.strip().lower().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        yield tag.strip(), weight
