"""Message ids of SMSCs that write one id in two ways: in the answer to the submit, and in its receipt.

The document leaves the form to the SMSC (SMPP 3.4, 5.2.23), and some print the same number in hexadecimal here and in
decimal there, or with other leading zeros, or in other case. Compared as text, no receipt would ever be found.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple, get_args

Writing = Literal["as_is", "number", "hex_to_decimal", "decimal_to_hex"]
"""From the answer to the receipt. as_is: the same text. number: the same number, whatever its leading zeros and its case."""
WRITINGS: Final[tuple[Writing, ...]] = get_args(Writing)


class _Bases(NamedTuple):
    answer: int
    receipt: int


_BASES: Final[dict[Writing, _Bases]] = {
    "number": _Bases(16, 16),  # decimal digits are hexadecimal ones too, and zeros in front count in neither
    "hex_to_decimal": _Bases(16, 10),
    "decimal_to_hex": _Bases(10, 16),
}
_MOST_DIGITS = 64
"""Of a message_id, without its NUL (SMPP 3.4, 5.2.23)."""
_digits = re.compile(rf"(?:0[xX])?([0-9a-fA-F]{{1,{_MOST_DIGITS}}})", re.ASCII).fullmatch


class MessageIds:
    """Both writings of one id become the same text: the number as the answer has it, without zeros in front, in lower case.
    What is no number stays as it is."""

    __slots__ = ("_bases",)

    def __init__(self, writing: Writing = "as_is") -> None:
        self._bases = _BASES.get(writing)

    def answered(self, text: str) -> str:
        """Of an id in the answer to a submit."""
        return text if self._bases is None else self._common(text, self._bases.answer)

    def reported(self, text: str) -> str:
        """Of an id in a receipt."""
        return text if self._bases is None else self._common(text, self._bases.receipt)

    def _common(self, text: str, base: int) -> str:
        found = _digits(text)
        if found is None:
            return text
        digits = found[1]
        number = int(digits, base if digits.isdecimal() else 16)  # a letter makes it hexadecimal in any case
        assert self._bases is not None
        return f"{number:x}" if self._bases.answer == 16 else f"{number}"
