"""The desk where tenants apply for qualifications."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from hongyan.compliance.change_log import field_changes
from hongyan.compliance.desk import Desk, state_columns
from hongyan.compliance.fields import same_company
from hongyan.compliance.limits import ALIYUN, Limits
from hongyan.compliance.model import Kind, Qualification, QualificationMaterial
from hongyan.compliance.numbers import record_number
from hongyan.compliance.papers import Papers, StoredPaper
from hongyan.compliance.phone_codes import PhoneCodes
from hongyan.compliance.qualifications.checks import qualification_problems
from hongyan.compliance.qualifications.papers import not_uploaded, paper_keys
from hongyan.compliance.qualifications.rows import (
    LEGAL_PERSON_NAME,
    add_revision,
    admin_index,
    read_qualification,
)
from hongyan.compliance.refusals import refusal
from hongyan.compliance.reviews import AfterSubmit, Reviews, Submitted, submit_application
from hongyan.compliance.states import UNDER_REVIEW, State
from hongyan.identity import Account, AccountKind, Actor, Identity, Nonce, Vault, again_on_conflict
from hongyan.kernel.clock import Clock, beijing
from hongyan.storage.port import Store, json_list, one

_ENTERPRISE_DOORS: Final = frozenset({ALIYUN})
"""Where individuals cannot apply at all; elsewhere they apply for others (seed 000).

Source: SubmitSmsQualification, only enterprise-verified accounts may use the API.
"""
_FIXED: Final = ("use_by_self", "company_type", "organization_code", "shared")
"""What a change cannot change. Source: UpdateSmsQualification, which does not take them."""


@dataclass(frozen=True, slots=True)
class QualificationFilter:
    """Of the record query; None and () leave a field out. `states`: at most three."""

    name: str | None = None
    company_name: str | None = None
    legal_person_name: str | None = None
    use_by_self: bool | None = None
    order_id: int | None = None
    states: tuple[State, ...] = ()


class Qualifications(Desk[QualificationMaterial, Qualification]):
    """Applying for qualifications, by their numbers."""

    kind = Kind.QUALIFICATION

    def __init__(
        self,
        store: Store,
        clock: Clock,
        vault: Vault,
        *,
        identity: Identity,
        reviews: Reviews,
        limits: Limits,
        phone_codes: PhoneCodes,
        papers: Papers,
        after_submit: AfterSubmit,
    ) -> None:
        super().__init__(store, reviews=reviews, after_submit=after_submit)
        self._clock = clock
        self._vault = vault
        self._identity = identity
        self._limits = limits
        self._phone_codes = phone_codes
        self._papers = papers

    async def submit(
        self,
        account_id: int,
        name: str,
        material: QualificationMaterial,
        certify_code: str,
        *,
        actor: Actor,
        nonce: Nonce | None = None,
    ) -> Submitted:
        """Apply for a new qualification. Uses the administrator's phone code up.

        Raises Refused("qualification.…", "phone_code.wrong", "account.not_enterprise"); the fact `problems` lists
        everything that is wrong with the material.
        """
        material = _effective(material)

        async def attempt() -> Submitted:
            papers = await self._check(account_id, name, material, actor)
            if await self._store.read("compliance.qualification_named", account_id, name):
                raise refusal("qualification.name_taken")
            held = await self._limits.hold(self.kind, account_id, actor)
            standing = self._reviews.new(Kind.QUALIFICATION, record_number(), account_id, name)
            statements = [
                *held,
                await self._phone_codes.use_statement(account_id, material.admin_phone, certify_code),
                *self._reviews.first_steps(standing, actor),
                add_revision(self._vault, standing, material),
                *self._papers.bind(papers, Kind.QUALIFICATION, standing.id, standing.revision),
            ]
            return await self._reviews.store(standing, statements, nonce)

        return await submit_application(attempt, self._after_submit)

    async def resubmit(
        self,
        account_id: int,
        qualification_id: int,
        material: QualificationMaterial,
        certify_code: str,
        *,
        order_id: int | None = None,
        actor: Actor,
        nonce: Nonce | None = None,
    ) -> Submitted:
        """Apply again with other material: a rejected or withdrawn one, or a change of an approved one. What a
        qualification is about stays. `order_id`: the newest order that the applicant has seen.

        Raises as `submit` does, Refused("qualification.order_expired", "qualification.fixed_field",
        "qualification.same_exists"), and IllegalTransition while it is under review.
        """
        material = _effective(material)

        async def attempt() -> Submitted:
            newest = await self.get(account_id, qualification_id)
            papers = await self._check(account_id, newest.name, material, actor)
            if order_id not in (None, newest.standing.order_id):
                raise refusal("qualification.order_expired")
            fixed = [name for name in _FIXED if getattr(newest.material, name) != getattr(material, name)]
            if fixed:
                raise refusal("qualification.fixed_field", fields=fixed)
            await self._check_same(account_id, newest, material)
            held = await self._limits.hold(self.kind, account_id, actor, again=True)
            changed = field_changes(newest.material, material)
            standing, steps = self._reviews.again_steps(newest.standing, actor, changed)
            statements = [
                *held,
                await self._phone_codes.use_statement(account_id, material.admin_phone, certify_code),
                *steps,
                add_revision(self._vault, standing, material),
                *self._papers.bind(papers, Kind.QUALIFICATION, standing.id, standing.revision),
            ]
            return await self._reviews.store(standing, statements, nonce)

        return await submit_application(attempt, self._after_submit)

    async def get(self, account_id: int, qualification_id: int, order_id: int | None = None) -> Qualification:
        """With its newest material, or with that of an order. Raises Refused("qualification.unknown")."""
        found = await self.find(account_id, qualification_id, order_id)
        if found is None:
            raise refusal("qualification.unknown")
        return found

    async def find(
        self, account_id: int, qualification_id: int | None, order_id: int | None = None
    ) -> Qualification | None:
        """The same; None when there is none, it was deleted, or its number is None."""
        row = one(await self._store.read("compliance.qualification", qualification_id, account_id, order_id))
        return self._view(row) if row else None

    async def in_force(self, qualification_ids: Iterable[int]) -> dict[int, Qualification]:
        """Anybody's by their numbers, in one question: with the material that was approved last, while a change of it is
        reviewed as well; of one that never was, with the newest. Without those that were deleted."""
        numbers = sorted(set(qualification_ids))
        if not numbers:
            return {}
        rows = await self._store.read("compliance.qualifications_in_force", json_list(numbers))
        return {each.id: each for each in map(self._view, rows)}

    async def page(
        self, account_id: int, filters: QualificationFilter, *, limit: int, offset: int
    ) -> tuple[int, list[Qualification]]:
        """How many there are, and a page of them, the newest first."""
        legal_person = filters.legal_person_name
        parameters = (
            account_id,
            filters.name or "",
            filters.company_name or "",
            None if legal_person is None else self._vault.blind_index(legal_person, LEGAL_PERSON_NAME),
            None if filters.use_by_self is None else int(filters.use_by_self),
            filters.order_id,
            *state_columns(filters.states),
        )
        return await self._page(*parameters, limit=limit, offset=offset)

    async def delete(
        self, account_id: int, qualification_id: int, *, actor: Actor, nonce: Nonce | None = None
    ) -> None:
        """Raises Refused("qualification.unknown", "qualification.bound", "qualification.in_review")."""

        async def attempt() -> None:
            standing = (await self.get(account_id, qualification_id)).standing
            if standing.state in UNDER_REVIEW:
                raise refusal("qualification.in_review")
            ((bound,),) = await self._store.read("compliance.signatures_on_qualification", qualification_id)
            if bound:
                raise refusal("qualification.bound", signatures=bound)
            await self._reviews.delete(standing, actor, nonce)

        await again_on_conflict(attempt)

    async def _check_same(
        self, account_id: int, before: Qualification, material: QualificationMaterial
    ) -> None:
        """Of two qualifications of one purpose, company and administrator, one is superfluous."""
        index = admin_index(self._vault, material.admin.id_type, material.admin.id_number)
        row = (account_id, before.id, material.organization_code, int(material.use_by_self), index)
        if await self._store.read("compliance.same_qualification", *row):
            raise refusal("qualification.same_exists")

    def _view(self, row: tuple[Any, ...]) -> Qualification:
        return read_qualification(self._vault, row)

    async def _check(
        self, account_id: int, name: str, material: QualificationMaterial, actor: Actor
    ) -> Iterable[StoredPaper]:
        """The papers that it names, when nothing is wrong."""
        account = await self._identity.account(account_id)
        if account.kind is AccountKind.INDIVIDUAL and (
            material.use_by_self or actor.door in _ENTERPRISE_DOORS
        ):
            raise refusal("account.not_enterprise")
        today = beijing(self._clock.now_ms()).date()
        keys = paper_keys(material)
        papers = await self._papers.find_all(account_id, keys)
        there = {*papers, *(key for key in keys if self._papers.may_stand_in(account_id, key))}
        problems = [*qualification_problems(name, material, today), *not_uploaded(material, there)]
        if material.use_by_self and not is_own_company(account, material):
            problems.append("qualification.not_own_company")
        if problems:
            raise refusal(problems[0], problems=problems)
        return papers.values()


def _effective(material: QualificationMaterial) -> QualificationMaterial:
    """Only own-use qualifications can be shared with other products; elsewhere the wish has no effect.

    Source: SubmitSmsQualification, WhetherShare.
    """
    return replace(material, shared=material.shared and material.use_by_self)


def is_own_company(account: Account, material: QualificationMaterial) -> bool:
    """Whether the entity is the one that the account was verified as (seed 000: own use)."""
    return (
        account.company_name is not None
        and same_company(account.company_name, material.company_name)
        and account.uscc == material.organization_code
    )
