"""The desk where tenants apply for templates."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from hongyan.compliance.change_log import field_changes
from hongyan.compliance.desk import LabelledDesk
from hongyan.compliance.limits import Limits
from hongyan.compliance.model import Kind, Standing, Tag, TemplateMaterial, TemplateType, TemplateView
from hongyan.compliance.numbers import template_code
from hongyan.compliance.papers import Papers, Use
from hongyan.compliance.refusals import refusal
from hongyan.compliance.reviews import (
    STANDING_COLUMNS,
    AfterSubmit,
    Reviews,
    Submitted,
    read_standing,
    submit_application,
)
from hongyan.compliance.sealing import RevisionSeal
from hongyan.compliance.signatures import Signatures
from hongyan.compliance.states import UNDER_REVIEW, State
from hongyan.compliance.templates.checks import template_problems
from hongyan.identity import AccountKind, Actor, Identity, Nonce, Statement, Vault
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store, one

_PAPERS: Final = "template.papers"
_ENTERPRISE_ONLY: Final = frozenset({TemplateType.MARKETING, TemplateType.INTERNATIONAL})
"""Source: CreateSmsTemplate, TemplateType."""


class Templates(LabelledDesk[TemplateMaterial, TemplateView]):
    """Applying for templates, by their codes."""

    kind = Kind.TEMPLATE

    def __init__(
        self,
        store: Store,
        ids: IdMaker,
        vault: Vault,
        *,
        identity: Identity,
        reviews: Reviews,
        limits: Limits,
        signatures: Signatures,
        papers: Papers,
        after_submit: AfterSubmit,
    ) -> None:
        super().__init__(store, reviews=reviews, after_submit=after_submit)
        self._ids = ids
        self._vault = vault
        self._identity = identity
        self._limits = limits
        self._signatures = signatures
        self._papers = papers

    async def submit(
        self, account_id: int, material: TemplateMaterial, *, actor: Actor, nonce: Nonce | None = None
    ) -> Submitted:
        """Apply for a new template; the label of the answer is its code. Raises Refused("template.…", "paper.…")."""
        await self._check(account_id, material)

        async def attempt() -> Submitted:
            held = await self._limits.hold(self.kind, account_id, actor)
            signature_id = await self._related_signature(account_id, material)
            papers = await self._papers.require_all(account_id, material.papers, Use.MATERIAL)
            standing = self._reviews.new(Kind.TEMPLATE, self._ids.next(), account_id, template_code())
            statements = [
                *held,
                *self._reviews.first_steps(standing, actor, Tag.TENANT.value),
                self._add_revision(standing, material, signature_id),
                *self._papers.bind(papers, Kind.TEMPLATE, standing.id, standing.revision),
            ]
            return await self._reviews.store(standing, statements, nonce)

        return await submit_application(attempt, self._after_submit)

    async def resubmit(
        self,
        account_id: int,
        code: str,
        material: TemplateMaterial,
        *,
        actor: Actor,
        nonce: Nonce | None = None,
    ) -> Submitted:
        """Apply again with a rejected or withdrawn template.

        Raises as `submit` does, and Refused("template.not_editable") for an approved one or one under review.
        """
        await self._check(account_id, material)

        async def attempt() -> Submitted:
            standing = (await self.get(account_id, code)).standing
            if standing.state is State.APPROVED or standing.state in UNDER_REVIEW:
                raise refusal("template.not_editable")
            signature_id = await self._related_signature(account_id, material)
            papers = await self._papers.require_all(account_id, material.papers, Use.MATERIAL)
            changed = field_changes(await self._newest(standing), material)
            standing, steps = self._reviews.again_steps(standing, actor, changed)
            statements = [
                *steps,
                self._add_revision(standing, material, signature_id),
                *self._papers.bind(papers, Kind.TEMPLATE, standing.id, standing.revision),
            ]
            return await self._reviews.store(standing, statements, nonce)

        return await submit_application(attempt, self._after_submit)

    async def submit_system(self, account_id: int, material: TemplateMaterial, *, actor: Actor) -> Submitted:
        """A template that the platform gives itself, one per account; its order waits for a verdict."""
        await self._check(account_id, material)
        signature_id = await self._related_signature(account_id, material)
        standing = self._reviews.new(Kind.TEMPLATE, self._ids.next(), account_id, template_code())
        steps = self._reviews.first_steps(standing, actor, Tag.SYSTEM.value)
        return await self._reviews.store(
            standing, [*steps, self._add_revision(standing, material, signature_id)]
        )

    async def system_code(self, account_id: int) -> str | None:
        """The code of the account's system template."""
        row = one(await self._store.read("compliance.template_of_system", account_id))
        return row[0] if row else None

    async def _check(self, account_id: int, material: TemplateMaterial) -> None:
        account = await self._identity.account(account_id)
        if material.category in _ENTERPRISE_ONLY and account.kind is AccountKind.INDIVIDUAL:
            raise refusal("account.not_enterprise")
        problems = list(template_problems(material))
        if problems:
            raise refusal(problems[0], problems=problems)

    async def _related_signature(self, account_id: int, material: TemplateMaterial) -> int | None:
        if not material.related_sign_name:
            return None
        try:
            signature = await self._signatures.get(account_id, material.related_sign_name)
        except Refused:
            raise refusal("template.signature_unknown") from None
        if not signature.standing.usable:
            raise refusal("template.signature_not_approved")
        return signature.standing.id

    def _add_revision(
        self, standing: Standing, material: TemplateMaterial, signature_id: int | None
    ) -> Statement:
        seal = RevisionSeal(self._vault, standing.id, standing.revision)
        row = (
            *(standing.id, standing.revision, material.name, material.category.value),
            *(material.international_type, material.content, msgspec.json.encode(material.rules).decode()),
            *(signature_id, material.apply_scene, material.remark, material.traffic_driving),
            seal.json(material.papers, _PAPERS),
        )
        return ("compliance.add_template_revision", row, 1)

    def _view(self, row: tuple[Any, ...]) -> TemplateView:
        standing = read_standing(Kind.TEMPLATE, row[:STANDING_COLUMNS])
        tag, revision, name, category, international_type, content, rules_json, *rest = row[STANDING_COLUMNS:]
        related_sign_name, scene, remark, traffic_driving, papers = rest
        material = TemplateMaterial(
            name=name,
            category=TemplateType(category),
            content=content,
            rules=msgspec.json.decode(rules_json, type=dict[str, str]),
            international_type=international_type,
            related_sign_name=related_sign_name,
            apply_scene=scene,
            remark=remark,
            traffic_driving=traffic_driving,
            papers=tuple(RevisionSeal(self._vault, standing.id, revision).open_json(papers, _PAPERS)),
        )
        return TemplateView(standing, revision, standing.label, Tag(tag), material)
