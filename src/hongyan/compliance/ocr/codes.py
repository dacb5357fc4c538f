"""Credit codes on a page: 18 characters, some of which models take for others. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hongyan.compliance.uscc import is_uscc

_NEVER: Final = str.maketrans({"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"})
"""Letters that no code has (GB 32100-2015, 5.2), and what they were on paper."""
_CODE: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{18}(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class Code:
    """From `start` up to before `end` of the text."""

    text: str
    start: int
    end: int


def codes(text: str) -> Iterator[Code]:
    """What looks like a credit code, put right where only one reading is possible."""
    for match in _CODE.finditer(text):
        code = match.group().upper()
        repaired = code.translate(_NEVER)
        if is_uscc(repaired) or repaired[:8].isdigit():
            yield Code(repaired if is_uscc(repaired) else code, match.start(), match.end())
