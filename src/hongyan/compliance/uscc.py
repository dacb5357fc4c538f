"""The unified social credit code (统一社会信用代码), 18 characters. Source: GB 32100-2015."""

from __future__ import annotations

import re
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 characters: digits and capitals without I, O, S, V, Z."""
_VALUE: Final = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS: Final = tuple(3**place % 31 for place in range(17))
STATE_CODES: Final = ("11", "12", "13", "19")
"""Registered with the offices for public bodies (机构编制): organs, public institutions, mass organizations, others."""
_SHAPE: Final = re.compile(r"[1-9ANY][0-9A-HJ-NP-RTUW-Y][0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}")
"""The first character is the registry's: offices for public bodies 1 to trade 9, the military A, farming N, others Y."""


def is_uscc(code: str) -> bool:
    """Shape (registry 1, kind 1, administrative division 6, organization code 9, check 1) and check character."""
    return _SHAPE.fullmatch(code) is not None and code[17] == check_character(code[:17])


def is_of_the_state(code: str) -> bool:
    """Whether an organ of the state, a public institution or their like has this code, by its first two characters."""
    return code.startswith(STATE_CODES)


def check_character(first_17: str) -> str:
    """The 18th character: 31 minus the weighted sum modulo 31, weights 3^i mod 31."""
    total = sum(_VALUE[character] * weight for character, weight in zip(first_17, _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]
