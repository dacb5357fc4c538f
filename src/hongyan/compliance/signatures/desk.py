"""The desk where tenants apply for signatures."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

import msgspec

from hongyan.compliance.change_log import field_changes
from hongyan.compliance.desk import LabelledDesk
from hongyan.compliance.extension_codes import ExtensionCodes
from hongyan.compliance.limits import Limits
from hongyan.compliance.model import (
    Kind,
    ProofRevisions,
    SignatureMaterial,
    SignatureView,
    SignSource,
    SignType,
    Standing,
    Tag,
)
from hongyan.compliance.papers import Papers, StoredPaper, Use
from hongyan.compliance.proofs import Letters, LetterState
from hongyan.compliance.refusals import refusal
from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.reviews import (
    STANDING_COLUMNS,
    AfterSubmit,
    Following,
    Reviews,
    Submitted,
    read_standing,
    submit_application,
)
from hongyan.compliance.rules import Industry, form_findings
from hongyan.compliance.sealing import RevisionSeal
from hongyan.compliance.signatures.binding import Binding, Bound
from hongyan.compliance.signatures.checks import signature_problems
from hongyan.compliance.states import UNDER_REVIEW, Event, State
from hongyan.identity import Actor, Nonce, Statement, Vault
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store, json_list, one

_PAPERS: Final = "signature.papers"
_NO_PROOFS: Final = ProofRevisions()
decode_kinds: Final = msgspec.json.Decoder(tuple[str | None, ...]).decode


class Signatures(LabelledDesk[SignatureMaterial, SignatureView]):
    """Applying for signatures, by their names."""

    kind = Kind.SIGNATURE

    def __init__(
        self,
        store: Store,
        ids: IdMaker,
        vault: Vault,
        *,
        reviews: Reviews,
        limits: Limits,
        binding: Binding,
        letters: Letters,
        extension_codes: ExtensionCodes,
        registrations: Registrations,
        papers: Papers,
        after_submit: AfterSubmit,
    ) -> None:
        super().__init__(store, reviews=reviews, after_submit=after_submit)
        self._ids = ids
        self._vault = vault
        self._limits = limits
        self._binding = binding
        self._letters = letters
        reviews.follow(self.kind, Event.APPROVE, self._pass_letter)
        reviews.follow(self.kind, Event.DELETE, self._release_codes)
        self._extension_codes = extension_codes
        self._registrations = registrations
        self._papers = papers

    async def submit(
        self,
        account_id: int,
        name: str,
        material: SignatureMaterial,
        *,
        actor: Actor,
        nonce: Nonce | None = None,
        use: Use = Use.MATERIAL,
        also: Sequence[Statement] = (),
    ) -> Submitted:
        """Apply for a new signature; for the name of the complimentary one, with other material for that. `use`: what its
        papers are. `also`: what belongs into the same change.

        Raises Refused("signature.…", "paper.…").
        """
        await _check(name, material, self._letters.today)

        async def attempt() -> Submitted:
            found = await self.find(account_id, name)
            if found is not None and found.tag is not Tag.SYSTEM:
                raise refusal("signature.name_taken")
            if found is not None:
                return await self._again(account_id, name, material, actor, nonce, use, also)
            held = await self._limits.hold(self.kind, account_id, actor)
            bound = await self._binding.bind(account_id, name, material)
            papers = await self._papers.require_all(account_id, material.papers, use)
            standing = self._reviews.new(Kind.SIGNATURE, self._ids.next(), account_id, name)
            statements = [
                *also,
                bound.hold,
                *held,
                *self._reviews.first_steps(
                    standing, actor, Tag.TENANT.value, organization_code=bound.organization_code
                ),
                self._add_revision(standing, material, bound.revisions),
                *self._papers.bind(papers, Kind.SIGNATURE, standing.id, standing.revision),
            ]
            return await self._reviews.store(standing, statements, nonce)

        return await submit_application(attempt, self._after_submit)

    async def resubmit(
        self,
        account_id: int,
        name: str,
        material: SignatureMaterial,
        *,
        actor: Actor,
        nonce: Nonce | None = None,
        use: Use = Use.MATERIAL,
    ) -> Submitted:
        """Apply again with other material; the name stays. An approved signature keeps what was approved until the
        change is. Raises as `submit` does, and Refused("signature.not_editable") while it is under review,
        ("signature.locked") while a carrier has not answered."""
        await _check(name, material, self._letters.today)

        async def attempt() -> Submitted:
            return await self._again(account_id, name, material, actor, nonce, use)

        return await submit_application(attempt, self._after_submit)

    async def rebind(
        self,
        account_id: int,
        name: str,
        qualification_id: int,
        letter_id: int | None = None,
        *,
        actor: Actor,
        nonce: Nonce | None = None,
    ) -> Submitted:
        """Apply for another qualification of an approved signature, own or third-party use as the qualification is.

        Without `letter_id` third-party use keeps the letter that it has; either has passed a review already. What it leans
        on already, in the same revisions, is answered with the order of that, and nothing is applied for again, unless a
        carrier has refused just that: "signature.qualification_refused". Raises Refused("signature.…"),
        "signature.not_approved" while the signature is anything else.
        """

        async def attempt() -> Submitted:
            view = await self.get(account_id, name)
            if view.standing.state is not State.APPROVED:
                raise refusal("signature.not_approved", state=view.standing.state.value)
            qualification = await self._binding.qualification(account_id, qualification_id)
            third_party = not qualification.material.use_by_self
            material = replace(
                view.material,
                third_party=third_party,
                qualification_id=qualification_id,
                letter_id=letter_id or (view.material.letter_id if third_party else None),
            )
            bound = await self._binding.bind(account_id, name, material)
            if bound.letter is not None and bound.letter.state is not LetterState.PASSED:
                raise refusal("signature.letter_not_passed")
            if (material, bound.revisions) == (view.material, view.proofs):
                return await self._as_it_is(view.standing, nonce)
            papers = await self._papers.of_revision(Kind.SIGNATURE, view.standing.id, view.revision)
            return await self._store_again(
                view.standing, view.material, material, bound, papers, actor, nonce
            )

        return await submit_application(attempt, self._after_submit)

    async def among(self, signature_ids: Iterable[int]) -> list[SignatureView]:
        """Anybody's by their ids, with the material that others see, in one question; without those that were deleted."""
        rows = await self._store.read("compliance.signatures_among", json_list(signature_ids))
        return [self._view(row) for row in rows]

    async def newest_usable(self, account_id: int) -> str | None:
        """The name of the newest signature that may be sent with; one that was applied for before a complimentary one."""
        row = one(await self._store.read("compliance.newest_usable_signature", account_id))
        return row[0] if row else None

    async def _again(
        self,
        account_id: int,
        name: str,
        material: SignatureMaterial,
        actor: Actor,
        nonce: Nonce | None,
        use: Use,
        also: Sequence[Statement] = (),
    ) -> Submitted:
        standing = (await self.get(account_id, name)).standing
        if standing.state in UNDER_REVIEW:
            raise refusal("signature.not_editable")
        bound = await self._binding.bind(account_id, name, material)
        papers = await self._papers.require_all(account_id, material.papers, use)
        before = await self._newest(standing)
        return await self._store_again(standing, before, material, bound, papers, actor, nonce, also)

    async def _store_again(
        self,
        standing: Standing,
        before: SignatureMaterial,
        material: SignatureMaterial,
        bound: Bound,
        papers: list[StoredPaper],
        actor: Actor,
        nonce: Nonce | None,
        also: Sequence[Statement] = (),
    ) -> Submitted:
        await self._require_answered(standing)
        material = _kept(before, material)
        changed = field_changes(before, material)
        standing, steps = self._reviews.again_steps(standing, actor, changed, bound.organization_code)
        statements = [
            *also,
            bound.hold,
            *steps,
            self._add_revision(standing, material, bound.revisions),
            *self._papers.bind(papers, Kind.SIGNATURE, standing.id, standing.revision),
        ]
        return await self._reviews.store(standing, statements, nonce)

    async def _as_it_is(self, standing: Standing, nonce: Nonce | None) -> Submitted:
        """Only the call's nonce is used up."""
        await self._require_answered(standing)
        if await self._registrations.is_qualification_refused(standing.id):
            raise refusal("signature.qualification_refused")
        return await self._reviews.store(standing, (), nonce)

    async def _require_answered(self, standing: Standing) -> None:
        if await self._registrations.is_registering(standing.id):
            raise refusal("signature.locked")

    async def submit_system(
        self, account_id: int, name: str, sign_type: SignType, *, actor: Actor
    ) -> Submitted:
        """A signature that the platform gives itself, without a qualification; its order waits for a verdict."""
        material = SignatureMaterial(
            sign_type, SignSource.ENTERPRISE, third_party=False, qualification_id=None
        )
        await _check(name, material, self._letters.today)
        standing = self._reviews.new(Kind.SIGNATURE, self._ids.next(), account_id, name)
        steps = self._reviews.first_steps(standing, actor, Tag.SYSTEM.value)
        return await self._reviews.store(standing, [*steps, self._add_revision(standing, material)])

    def given_steps(
        self, account_id: int, name: str, material: SignatureMaterial, actor: Actor, tag: Tag = Tag.SYSTEM
    ) -> tuple[Standing, list[Statement]]:
        """A signature that the platform gives to a tenant, or takes over as his, and approves itself, as statements for one
        Change."""
        standing = self._reviews.new(Kind.SIGNATURE, self._ids.next(), account_id, name)
        revision = self._add_revision(standing, material)
        standing, (add, *steps) = self._reviews.given_steps(standing, actor, tag.value)
        return standing, [add, revision, *steps]

    async def _pass_letter(self, before: Standing, reviewer: Actor) -> Following:
        """The approval of a signature is its letter's as well. Raises Refused("signature.letter_not_valid")."""
        view = await self.of_order(before.order_id)
        letter_id, revision = view.material.letter_id, view.proofs.letter
        if letter_id is None or revision is None:
            return Following()
        said = await self._letters.said(letter_id, revision)
        if not said.valid_on(self._letters.today):
            raise refusal("signature.letter_not_valid")
        return Following(await self._letters.pass_steps(before.account_id, letter_id, revision, reviewer))

    async def _release_codes(self, before: Standing, actor: Actor) -> Following:
        """The extension codes of a deleted signature, into quarantine."""
        released = await self._extension_codes.release_all(before.account_id, before.label, actor)
        return Following(*released)

    def _add_revision(
        self, standing: Standing, material: SignatureMaterial, proofs: ProofRevisions = _NO_PROOFS
    ) -> Statement:
        seal = RevisionSeal(self._vault, standing.id, standing.revision)
        row = (
            *(standing.id, standing.revision, material.sign_type.value, material.source.value),
            *(int(material.third_party), material.qualification_id, material.apply_scene, material.remark),
            seal.json(material.papers, _PAPERS),
            *(proofs.letter and material.letter_id, material.trademark_id, material.app_record_id),
            *(proofs.letter, proofs.trademark, proofs.app_record),
            material.industry.value if material.industry else None,
            encode_kinds(material.paper_kinds),
        )
        return ("compliance.add_signature_revision", row, 1)

    def _view(self, row: tuple[Any, ...]) -> SignatureView:
        standing = read_standing(Kind.SIGNATURE, row[:STANDING_COLUMNS])
        tag, revision, sign_type, source, third_party, qualification_id, scene, remark, papers, *rest = row[
            STANDING_COLUMNS:
        ]
        proofs, revisions, passed_revision = rest[:3], ProofRevisions(*rest[3:6]), rest[6]
        industry, kinds = rest[7:]
        seal = RevisionSeal(self._vault, standing.id, revision)
        material = SignatureMaterial(
            sign_type=SignType(sign_type),
            source=SignSource(source),
            third_party=bool(third_party),
            qualification_id=qualification_id,
            apply_scene=scene,
            remark=remark,
            papers=tuple(seal.open_json(papers, _PAPERS)),
            letter_id=proofs[0],
            trademark_id=proofs[1],
            app_record_id=proofs[2],
            industry=Industry(industry) if industry else None,
            paper_kinds=decode_kinds(kinds) if kinds else (),
        )
        letter_passed = revisions.letter is not None and revisions.letter <= passed_revision
        return SignatureView(standing, revision, standing.label, Tag(tag), material, revisions, letter_passed)


def encode_kinds(kinds: tuple[str | None, ...]) -> str | None:
    """As the revision's column has them."""
    return msgspec.json.encode(kinds).decode() if any(kinds) else None


def _kept(before: SignatureMaterial, material: SignatureMaterial) -> SignatureMaterial:
    """A door that knows neither industries nor kinds of papers takes none away."""
    known = before.kind_of_papers
    kinds = tuple(kind or known.get(key) for key, kind in material.kind_of_papers.items())
    industry = material.industry or before.industry
    return replace(material, industry=industry, paper_kinds=kinds if any(kinds) else ())


async def _check(name: str, material: SignatureMaterial, today: date) -> None:
    """Apart from the event loop: the rules of names may have to load dictionaries."""
    problems = await asyncio.to_thread(lambda: list(signature_problems(name, material, today)))
    if problems:
        findings = [each.facts() for each in form_findings(name, today)]
        raise refusal(problems[0], problems=problems, findings=findings)
