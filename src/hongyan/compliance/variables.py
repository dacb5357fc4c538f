"""Variables in a template's text: `${name}`.

A name starts with a letter and goes on with letters, digits and underscores (vendor's template specification).
"""

from __future__ import annotations

import re
from typing import Final

from hongyan.kernel.errors import Refused

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
            raise _malformed(_OPENING)
    for name in pieces[1::2]:
        if not _NAME.fullmatch(name):
            raise _malformed(name)
    return tuple(pieces)


def variables_of(pieces: tuple[str, ...]) -> tuple[str, ...]:
    """Each variable once, in the order of the text."""
    return tuple(dict.fromkeys(pieces[1::2]))


def _malformed(what: str) -> Refused:
    return Refused(
        "template.variable_malformed",
        en=f"'{what}' is not a variable: write ${{name}}, a letter first, then letters, digits, underscores",
        zh=f"“{what}”不是合法变量：应写作 ${{name}}，以字母开头，由字母、数字、下划线组成",
        variable=what,
    )
