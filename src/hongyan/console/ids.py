"""Ids as they come in addresses and forms."""

from __future__ import annotations

import re
from typing import Final

LARGEST: Final = 2**63 - 1

_DIGITS = re.compile(r"[0-9]{1,19}").fullmatch


def parse_id(text: str) -> int | None:
    """An id, or None for anything that cannot be one. Bounded before it is read: a store takes 63 bits."""
    if not _DIGITS(text):
        return None
    value = int(text)
    return value if value <= LARGEST else None
