"""Variables in a template's text: `${name}`.

A name starts with a letter and goes on with letters, digits and underscores (vendor's template specification).
"""

from __future__ import annotations

import re
from typing import Final

from hongyan.compliance.refusals import refusal

_OPENING: Final = "${"
_VARIABLE: Final = re.compile(r"\$\{([^{}]*)\}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def split_content(content: str) -> tuple[str, ...]:
    """Literal text and variable names in turn: odd length, text first and last. Joined again it is the content.

    Raises Refused("template.variable_malformed").
    """
    pieces = _VARIABLE.split(content)
    for text in pieces[::2]:
        if _OPENING in text:
            raise refusal("template.variable_malformed", variable=_OPENING)
    for name in pieces[1::2]:
        if not _NAME.fullmatch(name):
            raise refusal("template.variable_malformed", variable=name)
    return tuple(pieces)


def variables_of(pieces: tuple[str, ...]) -> tuple[str, ...]:
    """Each variable once, in the order of the text."""
    return tuple(dict.fromkeys(pieces[1::2]))


def variables_in(content: str) -> tuple[str, ...]:
    """The variables of a text. Raises as `split_content` does."""
    return variables_of(split_content(content))
