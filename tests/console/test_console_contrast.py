"""Every pair of colours that the style sheet puts on each other can be read, in light and in dark.

WCAG 2.2: 4.5 for text (1.4.3), 3 for the borders and marks that one must see (1.4.11).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "src/hongyan/console/static/console.css").read_text()

_COLOUR = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
_LIGHT, _DARK = (
    dict(_COLOUR.findall(block))
    for block in (
        CSS[: CSS.index("@media (prefers-color-scheme: dark)")],
        CSS.split("prefers-color-scheme: dark")[1],
    )
)
SCHEMES = {"light": _LIGHT, "dark": {**_LIGHT, **_DARK}}

TONES = ("good", "busy", "warn", "bad", "quiet")
TEXT = (
    *(
        (ink, ground)
        for ink in ("ink", "ink-soft")
        for ground in ("paper", "surface", "sunken", "busy-ground")
    ),
    *(("ink-faint", ground) for ground in ("paper", "surface", "screen", "sunken")),
    *((tone, f"{tone}-ground") for tone in TONES),
    *(("link", ground) for ground in ("paper", "surface")),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("ink", "bubble-in"),
    ("ink", "bubble-out"),
    ("good", "paper"),
    ("good", "surface"),
    ("bad", "surface"),
    *(("surface", tone) for tone in TONES),
)
MARKS = (
    *(("line-strong", ground) for ground in ("paper", "surface")),
    *(("focus", ground) for ground in ("paper", "surface", "sunken")),
)


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_contrast_is_computed_right() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("pair", TEXT, ids=" on ".join)
def test_text_can_be_read(scheme: str, pair: tuple[str, str]) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours[pair[0]], colours[pair[1]]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("pair", MARKS, ids=" on ".join)
def test_marks_can_be_seen(scheme: str, pair: tuple[str, str]) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours[pair[0]], colours[pair[1]]) >= 3


def test_rules_use_tokens_and_no_colours_of_their_own() -> None:
    rules = CSS.split("/* 2 ground */")[1]
    assert re.findall(r"#[0-9a-f]{3,8}\b", rules) == []


def test_every_token_is_used_and_defined() -> None:
    defined = set(re.findall(r"^ +(--[a-z0-9-]+):", CSS, re.MULTILINE))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", CSS))
    assert used == defined


def test_dark_is_complete() -> None:
    assert _LIGHT.keys() == _DARK.keys()
