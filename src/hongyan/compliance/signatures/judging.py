"""What the rules say about a signature that was applied for, from what is stored of it: the reviewer's first look.

The company is the qualification's; letter and trademark are the revisions that the application named. An industry
that nobody has said asks for nothing, and papers of industries are told apart by people.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Final, TypeVar

from hongyan.compliance.model import SignatureView, SignSource
from hongyan.compliance.proofs import Letters, Trademarks
from hongyan.compliance.proofs.book import Book
from hongyan.compliance.qualifications import Qualifications
from hongyan.compliance.rules import Industry, Report, SignatureCase, Source, Trademark, check_signature
from hongyan.compliance.signatures.desk import Signatures
from hongyan.identity import AccountKind, Identity
from hongyan.kernel.clock import Clock, beijing

M = TypeVar("M")
SOURCES: Final = {
    SignSource.ENTERPRISE: Source.ENTERPRISE,
    SignSource.WEBSITE: Source.WEBSITE,
    SignSource.APP: Source.APP,
    SignSource.ACCOUNT_OR_MINI_PROGRAM: Source.OFFICIAL_ACCOUNT,
    SignSource.SHOP: Source.STORE,
    SignSource.TRADEMARK: Source.TRADEMARK,
}


class SignatureJudge:
    """Applies the signature pack to stored applications, whosever they are."""

    def __init__(
        self,
        clock: Clock,
        identity: Identity,
        *,
        signatures: Signatures,
        qualifications: Qualifications,
        letters: Letters,
        trademarks: Trademarks,
    ) -> None:
        self._clock = clock
        self._identity = identity
        self._signatures = signatures
        self._qualifications = qualifications
        self._letters = letters
        self._trademarks = trademarks

    async def report(self, view: SignatureView, on: date | None = None) -> Report:
        """By the rules of a day, today's if none is named."""
        return await asyncio.to_thread(check_signature, await self.case(view), on or self.today)

    async def cases(self) -> AsyncIterator[tuple[SignatureView, SignatureCase]]:
        """Every signature of every tenant with the material that others see, the oldest first."""
        async for view in self._signatures.all():
            yield view, await self.case(view)

    async def case(self, view: SignatureView) -> SignatureCase:
        """What the rules are told of a signature."""
        material = view.material
        account = await self._identity.account(view.standing.account_id)
        number = material.qualification_id  # of one that was deleted since nothing is known any more
        qualification = await self._qualifications.find(view.standing.account_id, number)
        letter = await _said(self._letters, material.letter_id, view.proofs.letter)
        trademark = await _said(self._trademarks, material.trademark_id, view.proofs.trademark)
        return SignatureCase(
            name=view.name,
            company=qualification.material.company_name if qualification else None,
            uscc=qualification.material.organization_code if qualification else None,
            source=SOURCES[material.source],
            trademark=Trademark(trademark.name, trademark.applicant) if trademark else None,
            third_party=material.third_party,
            individual=account.kind is AccountKind.INDIVIDUAL,
            industry=material.industry or Industry.GENERAL,
            letter_scope=letter.scope if letter else None,
            letter_over=letter.validity if letter and not letter.valid_on(self.today) else None,
        )

    @property
    def today(self) -> date:
        return beijing(self._clock.now_ms()).date()


async def _said(book: Book[M, Any], number: int | None, revision: int | None) -> M | None:
    """The material of the revision that an application was made with."""
    return None if number is None or revision is None else await book.said(number, revision)
