"""The number of a resident's identity card (公民身份号码), 18 characters. Source: GB 11643-1999."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_SHAPE: Final = re.compile(r"[1-9][0-9]{5}(18|19|20)[0-9]{9}[0-9Xx]")
_WEIGHTS: Final = tuple(2**place % 11 for place in range(17, 0, -1))
_CHECK: Final = "10X98765432"
"""By the weighted sum modulo 11 (ISO 7064, MOD 11-2)."""


def is_id_card(number: str, born_by: date = date.max) -> bool:
    """Administrative division 6, a day of birth that exists and is not after `born_by` 8, sequence 3, and the check character."""
    if not _SHAPE.fullmatch(number):
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    if born > born_by:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECK[total % 11] == number[17].upper()
