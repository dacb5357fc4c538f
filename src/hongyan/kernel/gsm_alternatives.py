"""What to write instead of a character that is not in the GSM alphabet, where there is an obvious answer.

Only advice for people: nothing that is sent is ever changed. Sources: the characters that word processors put in
unasked, Unicode compatibility forms (NFKC), and letters without their accents (NFKD).
"""

from __future__ import annotations

import unicodedata

from hongyan.kernel.gsm import to_septets

_REPLACED = {
    "'": "‘’‚‛′‹›ʼ`´",
    '"': "“”„‟″«»「」『』",
    "-": "‐‑‒–—―−",
    "...": "…",
    " ": "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "\n": "\v\u0085\u2028\u2029",
    "": "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0f\ufeff",
    "[": "【〔",
    "]": "】〕",
    "<": "〈《",
    ">": "〉》",
    ",": "、",
    ".": "。·",
    "*": "•×",
    "l": "ł",
    "L": "Ł",
    "d": "đ",
    "D": "Đ",
    "i": "ı",
    "oe": "œ",
    "OE": "Œ",
    "A": "Α", "B": "Β", "E": "Ε", "Z": "Ζ", "H": "Η", "I": "Ι", "K": "Κ", "M": "Μ", "N": "Ν",
    "O": "Ο", "P": "Ρ", "T": "Τ", "Y": "Υ", "X": "Χ",
}  # fmt: skip
"""GSM text -> the characters it stands in for. The last two rows are Greek capitals that look Latin."""

_ALTERNATIVES = {character: text for text, characters in _REPLACED.items() for character in characters}


def alternative(character: str) -> str | None:
    """GSM text for one character outside the alphabet ("" to leave it out), None when none is obvious."""
    known = _ALTERNATIVES.get(character)
    if known is not None:
        return known
    if character in _TOO_DIFFERENT:
        return None
    compatible = unicodedata.normalize("NFKC", character)
    bare = "".join(
        each for each in unicodedata.normalize("NFKD", character) if not unicodedata.combining(each)
    )
    for text in (compatible, bare):
        if text and text != character and to_septets(text) is not None:
            return text
    return None


_TOO_DIFFERENT = frozenset("²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉")
"""NFKC makes plain digits of these: m² would become m2, and 10³ 103."""
