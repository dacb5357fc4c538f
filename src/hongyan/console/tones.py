"""How a badge or a notice feels. The design system gives each tone its colours; words always say the same."""

from __future__ import annotations

from enum import Enum


class Tone(Enum):
    GOOD = "good"
    BUSY = "busy"
    WARN = "warn"
    BAD = "bad"
    QUIET = "quiet"
