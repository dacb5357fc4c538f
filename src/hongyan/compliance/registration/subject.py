"""What is registered: an approved signature with the qualification that it leans on. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.identity import AccountKind


@dataclass(frozen=True, slots=True)
class Subject:
    """A signature in the revision that is filed. `qualification_revision`: the approved one, 0 when none ever was.
    `version`: the signature's, the optimistic lock."""

    signature_id: int
    account_id: int
    sign_name: str
    version: int
    revision: int
    third_party: bool
    qualification_id: int | None
    qualification_revision: int
    account_kind: AccountKind

    @property
    def hindrance(self) -> ReasonCode | None:
        """Why no carrier would take it as it is. Source: seed 003, step 1: only enterprise qualifications can be filed,
        own use of individually verified accounts cannot."""
        if self.qualification_id is None:
            return ReasonCode.UNBINDING_QUA
        if not self.qualification_revision:
            return ReasonCode.BINDING_INCOMPLETE_QUA
        if self.account_kind is AccountKind.INDIVIDUAL and not self.third_party:
            return ReasonCode.BINDING_INCOMPLETE_QUA
        return None


def read_subject(row: tuple[Any, ...]) -> Subject:
    """A row of `registration_subject…`."""
    signature_id, account_id, name, version, revision, third_party, qualification_id, approved, kind = row
    return Subject(
        *(signature_id, account_id, name, version, revision, bool(third_party)),
        *(qualification_id, approved, AccountKind(kind)),
    )
