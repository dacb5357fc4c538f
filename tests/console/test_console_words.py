"""The catalogues say the same in both languages, and pages use what is there."""

from __future__ import annotations

import re

import pytest

from hongyan.console import carrier_codes, errors, flashes, formatters, journey, navigation
from hongyan.console.rendering import HTML
from hongyan.console.words import load_words
from hongyan.kernel.languages import LANGUAGES, pick_language
from hongyan.messaging.timeline import StepKind

CATALOGUES = {language: load_words(language).sentences for language in LANGUAGES}
CHINESE = CATALOGUES["zh-CN"]

_PAGES = {path.relative_to(HTML).as_posix(): path.read_text() for path in sorted(HTML.rglob("*.html"))}
_SOURCES = "\n".join(path.read_text() for path in sorted(HTML.parent.rglob("*.py")))

_WRITTEN = re.compile(r'\bt\("([^"]+)"(?=[,)])')
_BUILT = re.compile(r'\bt\("([^"]+?)"(?:\|format| ~)')
_CHOSEN = re.compile(r'\bt\("([^"]+)" if [^)]*? else "([^"]+)"')
_NO_WORDS = re.compile(
    r"\{% block shape %\}.*?\{% endblock %\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<pre.*?</pre>|<[^>]*>", re.DOTALL
)
_IN_CODE = re.compile(r'words\("([a-z_.]+)"')

BUILT_FROM = {
    "language.": LANGUAGES,
    "state.message.": ("accepted", "delivered", "failed"),
    "step.%s": tuple(kind.value for kind in StepKind),
    "step.of_part.%s": ("submitted", "receipt"),
    "error.%s.title": tuple(map(str, sorted(errors.WORDED))),
    "error.%s.advice": tuple(map(str, sorted(errors.WORDED))),
}
"""Keys that a page puts together, and from what."""


def used_keys() -> set[str]:
    """Every key that a page, a table or a handler asks for."""
    keys = set(_IN_CODE.findall(_SOURCES))
    for page in _PAGES.values():
        keys.update(_WRITTEN.findall(page))
        keys.update(key for pair in _CHOSEN.findall(page) for key in pair)
    for start, ends in BUILT_FROM.items():
        keys.update(start % end if "%s" in start else start + end for end in ends)
    keys.update(badge.words for badge in formatters.MESSAGE_STATES.values())
    keys.update(badge.words for badge in formatters.PART_OUTCOMES.values())
    keys.update(formatters.CATEGORIES.values())
    keys.update(flash.words for flash in flashes.FLASHES.values())
    keys.update(entry.words for entry in navigation.entries())
    keys.update(section.words for section in navigation.SECTIONS if section.words)
    keys.update(journey.STAGE_WORDS)
    keys.update(journey.INSTEAD_WORDS)
    keys.update(carrier_codes.MATCH_WORDS.values())
    return keys


def test_both_languages_have_the_same_keys() -> None:
    assert CATALOGUES["zh-CN"].keys() == CATALOGUES["en"].keys()


@pytest.mark.parametrize("key", sorted(CHINESE))
def test_both_languages_have_the_same_places(key: str) -> None:
    assert CATALOGUES["zh-CN"][key].places() == CATALOGUES["en"][key].places()


def test_no_sentence_is_empty() -> None:
    assert all(sentence.other.strip() for table in CATALOGUES.values() for sentence in table.values())


def test_every_key_that_is_used_exists() -> None:
    assert used_keys() - CHINESE.keys() == set()


def test_every_key_that_exists_is_used() -> None:
    assert CHINESE.keys() - used_keys() == set()


def test_pages_put_keys_together_only_where_we_know_from_what() -> None:
    built = {key for page in _PAGES.values() for key in _BUILT.findall(page)}
    assert built == BUILT_FROM.keys()


def test_pages_hold_no_words_of_their_own() -> None:
    for name, page in _PAGES.items():
        text = _NO_WORDS.sub(" ", page)
        left = re.findall(r"[A-Za-z\u4e00-\u9fff]{2,}", text)
        assert left in ([], ["hongyan", "sandbox", "seed"]), f"{name}: {left}"


def test_a_sentence_knows_one_and_many() -> None:
    english = load_words("en")
    assert english("message.segments", count=1) == "1 segment"
    assert english("message.segments", count=3) == "3 segments"
    assert load_words("zh-CN")("message.segments", count=1) == "1 条"


def test_an_unknown_key_and_a_missing_fact_are_mistakes() -> None:
    english = load_words("en")
    with pytest.raises(KeyError):
        english("no.such.key")
    with pytest.raises(KeyError):
        english("message.segments")


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        ("en", "zh-CN", "en"),
        ("fr", "en", "en"),
        (None, "", "zh-CN"),
        (None, "fr-FR,fr;q=0.9,en;q=0.5", "en"),
        (None, "zh-TW,en;q=0.5", "zh-CN"),
        (None, "en;q=0.1,zh;q=0.8", "zh-CN"),
        (None, "en;q=0,fr", "zh-CN"),
        (None, "en;q=abc", "zh-CN"),
        (None, "," * 100_000, "zh-CN"),
        (None, "english", "zh-CN"),
    ],
)
def test_the_language_is_the_visitors(chosen: str | None, accepted: str, language: str) -> None:
    assert pick_language(chosen, accepted, "zh-CN") == language
