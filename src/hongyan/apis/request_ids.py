"""The number that every answer of a door has, and the log too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

_AT_ONCE: Final = 256


def _request_ids() -> Iterator[str]:
    """Random upper-case UUIDs. The kernel is asked for many at a time: one call for each cost 3 % of the way."""
    while True:
        pool = os.urandom(_AT_ONCE * 16).hex().upper()
        for start in range(0, len(pool), 32):
            text = pool[start : start + 32]
            yield f"{text[:8]}-{text[8:12]}-4{text[13:16]}-A{text[17:20]}-{text[20:]}"


new_request_id: Final = _request_ids().__next__
