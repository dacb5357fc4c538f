"""Which language the command line speaks: HONGYAN_LANG, else the locale; Chinese or English."""

from __future__ import annotations

import os


def language() -> str:
    """`zh` or `en`."""
    for variable in ("HONGYAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def say(zh: str, en: str) -> str:
    """The sentence in the reader's language."""
    return zh if language() == "zh" else en
