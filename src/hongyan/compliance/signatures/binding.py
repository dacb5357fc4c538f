"""What a signature leans on: its qualification, and the letter, the trademark, the app record that it names.

The qualification is held: the transaction that stores the signature touches nothing when it was changed since. Of the
others the signature keeps the revision that was looked at, whatever becomes of them later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from hongyan.compliance.fields import same_company
from hongyan.compliance.model import ProofRevisions, Qualification, SignatureMaterial, SignSource
from hongyan.compliance.proofs import AppRecords, Letter, Letters, Trademarks
from hongyan.compliance.proofs.book import Book
from hongyan.compliance.proofs.model import Proof
from hongyan.compliance.qualifications import Qualifications, is_own_company, missing_elements
from hongyan.compliance.refusals import refusal
from hongyan.compliance.states import State
from hongyan.identity import Account, AccountKind, Identity, Statement
from hongyan.kernel.errors import Refused

P = TypeVar("P", bound=Proof[Any])


@dataclass(frozen=True, slots=True)
class Bound:
    """`hold`: the statement for the Change that stores the signature. `letter`: the one that was looked at.
    `organization_code`: the qualification's."""

    hold: Statement
    revisions: ProofRevisions
    letter: Letter | None
    organization_code: str


@dataclass(frozen=True, slots=True)
class _Case:
    name: str
    account: Account
    qualification: Qualification
    letter: Letter
    today: date


_LETTER_RULES: Final[tuple[tuple[str, Callable[[_Case], bool]], ...]] = (
    (
        # Seed 000: the authorizer's code is the qualification's; so a letter serves every qualification of that code.
        "signature.letter_of_another",
        lambda c: (
            c.letter.material.organization_code == c.qualification.material.organization_code
            and same_company(c.letter.material.authorizer, c.qualification.material.company_name)
        ),
    ),
    (
        # Seed 000: the authorized party is who applies, as the account was verified.
        "signature.letter_for_another",
        lambda c: same_company(c.letter.material.authorized_party, c.account.company_name or ""),
    ),
    ("signature.letter_not_valid", lambda c: c.letter.material.valid_on(c.today)),
    ("signature.not_in_letter", lambda c: c.name in c.letter.material.scope),
)
"""(code, what must be true of a letter)."""


class Binding:
    """Knows what fits together. Everything is looked up in the applicant's account only."""

    def __init__(
        self,
        identity: Identity,
        qualifications: Qualifications,
        letters: Letters,
        trademarks: Trademarks,
        app_records: AppRecords,
    ) -> None:
        self._identity = identity
        self._qualifications = qualifications
        self._letters = letters
        self._trademarks = trademarks
        self._app_records = app_records

    async def bind(self, account_id: int, name: str, material: SignatureMaterial) -> Bound:
        """Raises Refused("signature.…")."""
        account = await self._identity.account(account_id)
        if account.kind is AccountKind.INDIVIDUAL and not material.third_party:
            raise refusal("account.own_use_of_individual")
        qualification = await self.qualification(account_id, material.qualification_id)
        if material.third_party is qualification.material.use_by_self:
            raise refusal("signature.purpose_mismatch")
        if not material.third_party and not is_own_company(account, qualification.material):
            raise refusal("signature.purpose_mismatch")
        letter = await self._letter(account, name, material, qualification)
        trademark = await _named(
            self._trademarks,
            account_id,
            material.trademark_id,
            "signature.trademark_unknown",
            needed=material.source is SignSource.TRADEMARK,
        )
        app_record = await _named(
            self._app_records,
            account_id,
            material.app_record_id,
            "signature.app_record_unknown",
            needed=material.source is SignSource.APP,
        )
        standing = qualification.standing
        return Bound(
            ("compliance.hold_qualification", (standing.id, standing.version), 1),
            ProofRevisions(_revision(letter), _revision(trademark), _revision(app_record)),
            letter,
            qualification.material.organization_code,
        )

    async def qualification(self, account_id: int, qualification_id: int | None) -> Qualification:
        """One that signatures can use. Raises Refused("signature.qualification_…")."""
        found = await self._qualifications.find(account_id, qualification_id)
        if found is None:
            raise refusal("signature.qualification_unknown")
        if found.standing.state is not State.APPROVED:
            raise refusal("signature.qualification_not_approved", state=found.standing.state.value)
        if missing := missing_elements(found.material):
            raise refusal("signature.qualification_incomplete", missing=missing)
        return found

    async def _letter(
        self, account: Account, name: str, material: SignatureMaterial, qualification: Qualification
    ) -> Letter | None:
        """For third-party use, one that fits. One that own use names must exist, and is not used."""
        if material.third_party and material.letter_id is None:
            raise refusal("signature.letter_missing")
        letter = await _named(self._letters, account.id, material.letter_id, "signature.letter_unknown")
        if letter is None or not material.third_party:
            return None
        case = _Case(name, account, qualification, letter, self._letters.today)
        for code, fits in _LETTER_RULES:
            if not fits(case):
                raise refusal(code)
        return letter


def _revision(proof: Proof[Any] | None) -> int | None:
    return proof.revision if proof else None


async def _named(
    book: Book[Any, P], account_id: int, number: int | None, unknown: str, *, needed: bool = False
) -> P | None:
    if number is None:
        if needed:
            raise refusal(unknown)
        return None
    try:
        return await book.get(account_id, number)
    except Refused:
        raise refusal(unknown) from None
