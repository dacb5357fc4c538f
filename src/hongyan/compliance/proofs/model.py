"""Letters of authorization, trademarks and app records: what signatures lean on. Frozen records, no rules.

Days are written `2026-01-31`, periods `2026-01-31~2028-01-30`, both as their first and last day in Beijing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

from hongyan.compliance.fields import covers, read_period
from hongyan.kernel.clock import Millis

if TYPE_CHECKING:
    from hongyan.compliance.proofs.states import LetterState

M_co = TypeVar("M_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Proof(Generic[M_co]):
    """A record with its newest material. `version` counts every change of its row, `revision` those of the material."""

    id: int
    account_id: int
    version: int
    revision: int
    created_ms: Millis
    material: M_co


@dataclass(frozen=True, slots=True)
class LetterMaterial:
    """What a letter says. `authorizer`: the owner of the names in `scope`, `organization_code` is his;
    `authorized_party`: who applies for signatures. Source: CreateSmsAuthorizationLetter."""

    authorizer: str
    organization_code: str
    authorized_party: str
    validity: str
    picture: str = field(repr=False)
    scope: tuple[str, ...]

    def valid_on(self, day: date) -> bool:
        """Whether a day lies within the validity; the last one does."""
        return covers(read_period(self.validity), day)


class LetterStatus(Enum):
    """Whether a letter can be used today. Source: QuerySmsAuthorizationLetter, Status."""

    VALID = "valid"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Letter(Proof[LetterMaterial]):
    """`passed_revision`: the newest one that a signature was approved with, 0 while there is none."""

    name: str
    state: LetterState
    passed_revision: int

    def status(self, today: date) -> LetterStatus:
        return LetterStatus.VALID if self.material.valid_on(today) else LetterStatus.INVALID


@dataclass(frozen=True, slots=True)
class TrademarkMaterial:
    """A registered trademark. Source: CreateSmsTrademark."""

    name: str
    applicant: str
    registration_number: str
    validity: str
    picture: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AppRecordMaterial:
    """An app's entry in the ministry's records. `link`: its page in an app store. Source: CreateSmsAppIcpRecord."""

    service_name: str
    principal: str
    license_number: str
    approved_on: str
    link: str
    picture: str = field(repr=False)
    runtime_picture: str = field(repr=False, default="")
    store_picture: str = field(repr=False, default="")


Trademark = Proof[TrademarkMaterial]
AppRecord = Proof[AppRecordMaterial]
