"""What the rules say about a signature that was applied for, from what is stored of it: the reviewer's first look.

The company is the qualification's as it was approved last; letter and trademark are the revisions that the application
named. An industry that nobody has said asks for nothing, and of papers whose kind nobody has said nothing is said but which
may be needed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Final

from hongyan.compliance.model import SignatureView, SignSource
from hongyan.compliance.rules import Industry, Report, SignatureCase, Source, Trademark, check_signature
from hongyan.compliance.signatures.desk import Signatures
from hongyan.compliance.signatures.leaning import Leaning, Leanings
from hongyan.identity import AccountKind
from hongyan.kernel.clock import Clock, beijing

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

    def __init__(self, clock: Clock, signatures: Signatures, leanings: Leanings) -> None:
        self._clock = clock
        self._signatures = signatures
        self.leanings = leanings

    async def report(self, view: SignatureView, on: date | None = None) -> Report:
        """By the rules of a day, today's if none is named."""
        return await asyncio.to_thread(check_signature, await self.case(view), on or self.today)

    async def cases(self) -> AsyncIterator[tuple[SignatureView, SignatureCase]]:
        """Every signature of every tenant with the material that others see, the oldest first."""
        async for views in self._signatures.pages():
            for view, leaning in zip(views, await self.leanings.of(views), strict=True):
                yield view, self.case_of(view, leaning)

    async def case(self, view: SignatureView) -> SignatureCase:
        """What the rules are told of a signature."""
        (leaning,) = await self.leanings.of([view])
        return self.case_of(view, leaning)

    def case_of(self, view: SignatureView, leaning: Leaning) -> SignatureCase:
        """The same, of what is read already. Of a qualification that was deleted nothing is known any more."""
        material, letter, trademark = view.material, leaning.letter, leaning.trademark
        company = leaning.qualification.material if leaning.qualification else None
        kinds = material.kind_of_papers.values()
        known = frozenset(kind for kind in kinds if kind)
        return SignatureCase(
            name=view.name,
            company=company.company_name if company else None,
            uscc=company.organization_code if company else None,
            source=SOURCES[material.source],
            trademark=Trademark(trademark.name, trademark.applicant) if trademark else None,
            third_party=material.third_party,
            individual=leaning.account.kind is AccountKind.INDIVIDUAL,
            industry=material.industry or Industry.GENERAL,
            letter_scope=letter.scope if letter else None,
            papers=known or None,
            papers_unknown=bool(known) and None in kinds,
            letter_over=letter.validity if letter and not letter.valid_on(self.today) else None,
        )

    @property
    def today(self) -> date:
        return beijing(self._clock.now_ms()).date()
