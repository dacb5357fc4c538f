"""The desk where tenants apply for templates."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from hongyan.compliance.change_log import field_changes
from hongyan.compliance.desk import LabelledDesk, state_columns
from hongyan.compliance.limits import Limits, vendor_of
from hongyan.compliance.model import (
    Kind,
    SignatureView,
    Standing,
    Tag,
    TemplateFilter,
    TemplateMaterial,
    TemplateType,
    TemplateView,
    TrafficDriving,
)
from hongyan.compliance.numbers import template_code
from hongyan.compliance.papers import Papers, StoredPaper, Use
from hongyan.compliance.qualifications import Qualifications
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
from hongyan.compliance.templates.checks import refused_at_the_door, template_problems
from hongyan.compliance.templates.driving import check_driving, driving_refusal, driving_rows, read_driving
from hongyan.compliance.templates.judging import template_case
from hongyan.compliance.variables import variables_in
from hongyan.identity import AccountKind, Actor, Identity, Making, Nonce, Statement, Vault, only_that
from hongyan.kernel.clock import Clock, beijing
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store, one

_Rows = list[tuple[Any, ...]]
_PAPERS: Final = "template.papers"
_USUAL_DOOR: Final = "aliyun"
"""Whose rules hold for templates that come through no vendor's door."""
_ENTERPRISE_ONLY: Final = frozenset({TemplateType.MARKETING, TemplateType.INTERNATIONAL})
"""Source: CreateSmsTemplate, TemplateType."""
_ALL: Final = TemplateFilter()
_DRIVING_PAPER: Final = {
    "paper.not_uploaded": "driving.paper_missing",
    "paper.wrong_format": "driving.paper_format",
}


@dataclass(frozen=True, slots=True)
class _Leaning:
    """What an application leans on: the related signature, the papers that it names, and the credit code of the entity
    that it is for."""

    signature_id: int | None
    organization_code: str | None
    papers: tuple[StoredPaper, ...]


class Templates(LabelledDesk[TemplateMaterial, TemplateView]):
    """Applying for templates, by their codes."""

    kind = Kind.TEMPLATE

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: IdMaker,
        vault: Vault,
        *,
        identity: Identity,
        reviews: Reviews,
        limits: Limits,
        qualifications: Qualifications,
        signatures: Signatures,
        papers: Papers,
        after_submit: AfterSubmit,
    ) -> None:
        super().__init__(store, reviews=reviews, after_submit=after_submit)
        self._clock = clock
        self._ids = ids
        self._vault = vault
        self._identity = identity
        self._limits = limits
        self._qualifications = qualifications
        self._signatures = signatures
        self._papers = papers

    async def submit(
        self,
        account_id: int,
        material: TemplateMaterial,
        *,
        actor: Actor,
        nonce: Nonce | None = None,
        also: Making = only_that,
    ) -> Submitted:
        """Apply for a new template; the label of the answer is its code, and `also` is told it. Raises
        Refused("template.…", "driving.…", "paper.…")."""
        await self._check(account_id, material, actor)

        async def attempt() -> Submitted:
            held = await self._limits.hold(self.kind, account_id, actor)
            leaning = await self._lean(account_id, material)
            standing = self._reviews.new(Kind.TEMPLATE, self._ids.next(), account_id, template_code())
            statements = [
                *also(standing.label),
                *held,
                *self._reviews.first_steps(
                    standing, actor, Tag.TENANT.value, organization_code=leaning.organization_code
                ),
                *self._add_revision(standing, material, leaning),
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
        await self._check(account_id, material, actor)

        async def attempt() -> Submitted:
            standing = (await self.get(account_id, code)).standing
            if standing.state is State.APPROVED or standing.state in UNDER_REVIEW:
                raise refusal("template.not_editable")
            held = await self._limits.hold(self.kind, account_id, actor, again=True)
            leaning = await self._lean(account_id, material)
            changed = field_changes(await self._newest(standing), material)
            standing, steps = self._reviews.again_steps(standing, actor, changed, leaning.organization_code)
            statements = [*held, *steps, *self._add_revision(standing, material, leaning)]
            return await self._reviews.store(standing, statements, nonce)

        return await submit_application(attempt, self._after_submit)

    async def submit_system(self, account_id: int, material: TemplateMaterial, *, actor: Actor) -> Submitted:
        """A template that the platform gives itself, one per account; its order waits for a verdict."""
        await self._check(account_id, material, actor)
        leaning = await self._lean(account_id, material)
        standing = self._reviews.new(Kind.TEMPLATE, self._ids.next(), account_id, template_code())
        steps = self._reviews.first_steps(standing, actor, Tag.SYSTEM.value)
        return await self._reviews.store(standing, [*steps, *self._add_revision(standing, material, leaning)])

    async def system_code(self, account_id: int) -> str | None:
        """The code of the account's system template."""
        row = one(await self._store.read("compliance.template_of_system", account_id))
        return row[0] if row else None

    async def _check(self, account_id: int, material: TemplateMaterial, actor: Actor) -> None:
        account = await self._identity.account(account_id)
        if material.category in _ENTERPRISE_ONLY and account.kind is AccountKind.INDIVIDUAL:
            raise refusal("account.not_enterprise")
        today = beijing(self._clock.now_ms()).date()
        door = vendor_of(actor.door).partition(".")[0] or _USUAL_DOOR
        case = template_case(material, account.kind)
        findings = await asyncio.to_thread(refused_at_the_door, case, today, door)
        problems = list(template_problems(material, findings))
        if problems:
            raise refusal(problems[0], problems=problems, findings=[each.facts() for each in findings])

    async def page(
        self, account_id: int, filters: TemplateFilter = _ALL, *, limit: int, offset: int
    ) -> tuple[int, list[TemplateView]]:
        """How many there are, and a page of them, the newest first."""
        parameters = (
            account_id,
            filters.code,
            filters.name,
            None if filters.category is None else filters.category.value,
            *state_columns(filters.states),
            filters.related_sign_name,
            filters.tag,
            None if filters.usable is None else int(filters.usable),
        )
        return await self._page(*parameters, limit=limit, offset=offset)

    async def _lean(self, account_id: int, material: TemplateMaterial) -> _Leaning:
        signature = await self._related_signature(account_id, material)
        company, code = await self._entity(account_id, signature)
        check_driving(material.traffic_driving, variables_in(material.content), company)
        papers = [
            *await self._papers.require_all(account_id, material.papers, Use.MATERIAL),
            *await self._filings(account_id, material.traffic_driving),
        ]
        distinct = {paper.id: paper for paper in papers}
        return _Leaning(signature.standing.id if signature else None, code, tuple(distinct.values()))

    async def _related_signature(self, account_id: int, material: TemplateMaterial) -> SignatureView | None:
        if not material.related_sign_name:
            return None
        signature = await self._signatures.find(account_id, material.related_sign_name)
        if signature is None:
            raise refusal("template.signature_unknown")
        if not signature.standing.usable:
            raise refusal("template.signature_not_approved")
        return signature

    async def _entity(
        self, account_id: int, signature: SignatureView | None
    ) -> tuple[str | None, str | None]:
        """Company and credit code of the signature's qualification; without one, no company and the account's own code."""
        own = (None, (await self._identity.account(account_id)).uscc)
        number = signature.material.qualification_id if signature else None
        found = await self._qualifications.find(account_id, number)
        return (found.material.company_name, found.material.organization_code) if found else own

    async def _filings(self, account_id: int, said: Iterable[TrafficDriving]) -> list[StoredPaper]:
        """The screenshots of ICP filings that declarations name."""
        found = []
        for entry, each in enumerate(said, 1):
            if each.icp_paper:
                try:
                    found.append(await self._papers.require(account_id, each.icp_paper, Use.PICTURE))
                except Refused as refused:
                    raise driving_refusal(_DRIVING_PAPER[refused.code], entry, each) from None
        return found

    def _add_revision(
        self, standing: Standing, material: TemplateMaterial, leaning: _Leaning
    ) -> list[Statement]:
        seal = RevisionSeal(self._vault, standing.id, standing.revision)
        row = (
            *(standing.id, standing.revision, material.name, material.category.value),
            *(material.international_type, material.content, msgspec.json.encode(material.rules).decode()),
            *(leaning.signature_id, material.apply_scene, material.remark),
            seal.json(material.papers, _PAPERS),
        )
        return [
            ("compliance.add_template_revision", row, 1),
            *driving_rows(material.traffic_driving, seal, standing.id, standing.revision),
            *self._papers.bind(leaning.papers, Kind.TEMPLATE, standing.id, standing.revision),
        ]

    async def _views(self, rows: _Rows) -> list[TemplateView]:
        views = [self._view(row) for row in rows]
        ids = msgspec.json.encode(sorted({view.standing.id for view in views})).decode()
        said = defaultdict[tuple[int, int], list[TrafficDriving]](list)
        for template_id, revision, *row in await self._store.read("compliance.driving_of_templates", ids):
            seal = RevisionSeal(self._vault, template_id, revision)
            said[template_id, revision].append(read_driving(tuple(row), seal))
        return [
            replace(view, material=replace(view.material, traffic_driving=tuple(found)))
            if (found := said.get((view.standing.id, view.revision)))
            else view
            for view in views
        ]

    def _view(self, row: tuple[Any, ...]) -> TemplateView:
        standing = read_standing(Kind.TEMPLATE, row[:STANDING_COLUMNS])
        tag, revision, name, category, international_type, content, rules_json, *rest = row[STANDING_COLUMNS:]
        related_sign_name, scene, remark, papers = rest
        material = TemplateMaterial(
            name=name,
            category=TemplateType(category),
            content=content,
            rules=msgspec.json.decode(rules_json, type=dict[str, str]),
            international_type=international_type,
            related_sign_name=related_sign_name,
            apply_scene=scene,
            remark=remark,
            papers=tuple(RevisionSeal(self._vault, standing.id, revision).open_json(papers, _PAPERS)),
        )
        return TemplateView(standing, revision, standing.label, Tag(tag), material)
