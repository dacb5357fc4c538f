"""How many papers an account may keep: dated rows, the newest that is in force counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from hongyan.identity import AccountKind

_MIB: Final = 1024 * 1024
KEPT_UNUSED_MS: Final = 86_400_000
"""A paper that no application has used goes after a day."""
MOST_OF_APPLICATION: Final = 40
"""Papers that one application names. Ours: the vendor bounds only AddSmsSign, at 10."""
MOST_INLINE: Final = 2 * _MIB
"""Bytes of a file that comes inside of a request. Source: vendor, AddSmsSign.SignFileList, 2 MB."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Of all papers of an account that are kept, used or not."""

    valid_from: date
    kind: AccountKind
    most_papers: int
    most_bytes: int
    source: str


_OURS: Final = "ours: an application takes some ten papers of at most 5 MB; bounds what one tenant can fill"
QUOTAS: Final = (
    Quota(date(2020, 1, 1), AccountKind.INDIVIDUAL, 200, 200 * _MIB, _OURS),
    Quota(date(2020, 1, 1), AccountKind.ENTERPRISE, 2_000, 2_048 * _MIB, _OURS),
    Quota(date(2020, 1, 1), AccountKind.ROOT, 2_000, 2_048 * _MIB, _OURS),
)


def quota(kind: AccountKind, day: date) -> Quota:
    """The row for this kind of account on a day."""
    return max(
        (row for row in QUOTAS if row.kind is kind and row.valid_from <= day), key=lambda row: row.valid_from
    )
