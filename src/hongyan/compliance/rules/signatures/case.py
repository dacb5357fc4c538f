"""What the signature rules are told. Plain data: services build it from their records, commands from their options."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from hongyan.compliance.rules.characters import Letters, letters_of
from hongyan.compliance.rules.core import Span


class Source(Enum):
    """Where a name comes from. The vendor's numbers are `model.SignSource`; testing never had one."""

    ENTERPRISE = "enterprise"
    TRADEMARK = "trademark"
    APP = "app"
    WEBSITE = "website"
    OFFICIAL_ACCOUNT = "official-account"
    STORE = "store"
    TESTING = "testing"


class Industry(Enum):
    """What the sender does, as far as it decides the papers. Source: seed 000, industry type; seed 001, special industries."""

    GENERAL = "general"
    RETAIL = "retail"
    FINANCE = "finance"
    INSURANCE = "insurance"
    GAMING = "gaming"
    GOVERNMENT = "government"
    LIVE_STREAMING = "live-streaming"
    LOGISTICS = "logistics"


@dataclass(frozen=True, slots=True)
class Trademark:
    """A trademark record as far as it is told; None: not told. With an owner and no name it is taken to be the signature's."""

    name: str | None = None
    owner: str | None = None
    registered: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureCase:
    """A signature that somebody wants. None means: not told.

    `company`: the name on the licence of the qualification. `third_party`: 他用, the company is not the account's own.
    `letter_scope`: the names that the letter of authorization lists; `letter_over`: its validity, when today is no day of
    it. `papers`: kinds of `industries.PAPERS`; `papers_unknown`: there may be others of which nobody has said the kind.
    """

    name: str
    company: str | None = None
    uscc: str | None = None
    source: Source = Source.ENTERPRISE
    trademark: Trademark | None = None
    third_party: bool = False
    individual: bool = False
    industry: Industry = Industry.GENERAL
    letter_scope: tuple[str, ...] | None = None
    letter_over: str | None = None
    papers: frozenset[str] | None = None
    papers_unknown: bool = False

    @property
    def whole(self) -> tuple[Span, ...]:
        """Every character of the name."""
        return ((0, len(self.name)),) if self.name else ()

    @property
    def letters(self) -> Letters:
        """What remains of the name when everything that cannot stand in one is put right or left out."""
        return letters_of(self.name)
