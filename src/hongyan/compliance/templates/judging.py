"""What the rules say about a template, from what it is applied for with: at the door, and at a reviewer's first look.

Whether its signature is for own use or for somebody else is only known of a stored one; at the door nothing is said of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import TYPE_CHECKING, Final

from hongyan.compliance.model import SignatureView, TemplateMaterial, TemplateType, TemplateView
from hongyan.compliance.rules import Report
from hongyan.compliance.rules.templates import TemplateCase, TemplateKind, check_template
from hongyan.compliance.signatures import Signatures
from hongyan.identity import AccountKind, Identity
from hongyan.kernel.clock import Clock, beijing

if TYPE_CHECKING:
    from hongyan.compliance.templates.desk import Templates

_KINDS: Final = {type_: TemplateKind[type_.name] for type_ in TemplateType}


def template_case(
    material: TemplateMaterial, account: AccountKind, *, third_party: bool | None = None
) -> TemplateCase:
    """What the rules are told of a template."""
    return TemplateCase(
        content=material.content,
        kind=_KINDS[material.category],
        rules=material.rules,
        signature=material.related_sign_name or None,
        individual=account is AccountKind.INDIVIDUAL,
        third_party=third_party,
        declared=material.declared,
        consent=bool(material.papers),
    )


class TemplateJudge:
    """Applies the template pack to stored applications, whosever they are."""

    def __init__(
        self, clock: Clock, identity: Identity, *, templates: Templates, signatures: Signatures
    ) -> None:
        self._clock = clock
        self._identity = identity
        self._templates = templates
        self._signatures = signatures

    async def report(self, view: TemplateView) -> Report:
        """By the rules of today."""
        return await asyncio.to_thread(check_template, await self.case(view), self.today)

    async def cases(self) -> AsyncIterator[tuple[TemplateView, TemplateCase]]:
        """Every template of every tenant with the material that others see, the oldest first."""
        async for view in self._templates.all():
            yield view, await self.case(view)

    async def case(self, view: TemplateView) -> TemplateCase:
        """What the rules are told of a template."""
        account = await self._identity.account(view.standing.account_id)
        signature = await self.signature(view)
        third_party = signature.material.third_party if signature else None
        return template_case(view.material, account.kind, third_party=third_party)

    async def signature(self, view: TemplateView) -> SignatureView | None:
        """The related one, unless there is none or it was deleted since."""
        return await self._signatures.find(view.standing.account_id, view.material.related_sign_name)

    @property
    def today(self) -> date:
        return beijing(self._clock.now_ms()).date()
