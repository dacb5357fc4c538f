"""What can go wrong, sorted by who must act.

    HongyanError
    ├── Refused          the caller sent something that cannot be done (and nothing was stored)
    │   └── Throttled    the caller may send the same again later
    ├── RemoteFault      a carrier or another peer misbehaved
    ├── Misconfigured    the operator must change a setting, a file or a version
    └── Broken           our own mistake

Every error has a stable `code` (lower case, dotted, documented in docs/errors.md), facts for
machines, and words in both languages for people. Translation to a vendor's codes is a table in
`apis/<vendor>/errors.py`.
"""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from hongyan.kernel.languages import Bilingual


class Retry(Enum):
    NEVER = "never"
    LATER = "later"
    ELSEWHERE = "elsewhere"


class HongyanError(Bilingual, Exception):
    """Root of our errors. `code` is stable; `zh` and `en` are sentences for people; `facts` are typed."""

    retry: ClassVar[Retry] = Retry.NEVER

    def __init__(self, code: str, *, en: str, zh: str, **facts: object) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.en = en
        self.zh = zh
        self.facts = facts


class Refused(HongyanError):
    """The caller must change something."""


class Throttled(Refused):
    """Too much at once: nothing was stored, the same call may succeed later."""

    retry = Retry.LATER


class RemoteFault(HongyanError):
    """A carrier or another peer broke the rules of its protocol."""

    retry = Retry.ELSEWHERE


class Misconfigured(HongyanError):
    """The operator must act before we can work."""


class Broken(HongyanError):
    """Our own mistake; never answered to a caller with its inner words."""
