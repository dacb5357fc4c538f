"""The desk where tenants apply for signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from hongyan.compliance.change_log import field_changes
from hongyan.compliance.desk import LabelledDesk
from hongyan.compliance.extension_codes import ExtensionCodes
from hongyan.compliance.model import (
    Kind,
    SignatureMaterial,
    SignatureView,
    SignSource,
    SignType,
    Standing,
    Tag,
)
from hongyan.compliance.qualifications import Qualifications, is_own_company
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
from hongyan.compliance.signatures.checks import signature_problems
from hongyan.compliance.states import UNDER_REVIEW, State
from hongyan.identity import Actor, Identity, Nonce, Statement, Topic, Vault
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store

_PAPERS: Final = "signature.papers"


@dataclass(frozen=True, slots=True)
class Proofs:
    """Further records that an application names, by the tenant's numbers; None where it names none."""

    letter_id: int | None = None
    trademark_id: int | None = None
    app_record_id: int | None = None


class Signatures(LabelledDesk[SignatureMaterial, SignatureView]):
    """Applying for signatures, by their names."""

    kind = Kind.SIGNATURE

    def __init__(
        self,
        store: Store,
        ids: IdMaker,
        vault: Vault,
        *,
        identity: Identity,
        reviews: Reviews,
        qualifications: Qualifications,
        extension_codes: ExtensionCodes,
        after_submit: AfterSubmit,
    ) -> None:
        super().__init__(store, reviews=reviews, after_submit=after_submit)
        self._ids = ids
        self._vault = vault
        self._identity = identity
        self._qualifications = qualifications
        self._extension_codes = extension_codes

    async def submit(
        self,
        account_id: int,
        name: str,
        material: SignatureMaterial,
        proofs: Proofs | None = None,
        *,
        actor: Actor,
        nonce: Nonce | None = None,
    ) -> Submitted:
        """Apply for a new signature. Raises Refused("signature.…")."""
        _check(name, material)

        async def attempt() -> Submitted:
            if await self._find(account_id, name) is not None:
                raise refusal("signature.name_taken")
            hold = await self._hold_qualification(account_id, material, proofs or Proofs())
            standing = self._reviews.new(Kind.SIGNATURE, self._ids.next(), account_id, name)
            statements = [
                hold,
                *self._reviews.first_steps(standing, actor, Tag.TENANT.value),
                self._add_revision(standing, material),
            ]
            return await self._reviews.store(standing, statements, nonce)

        return await submit_application(attempt, self._after_submit)

    async def resubmit(
        self,
        account_id: int,
        name: str,
        material: SignatureMaterial,
        proofs: Proofs | None = None,
        *,
        actor: Actor,
        nonce: Nonce | None = None,
    ) -> Submitted:
        """Apply again with other material; the name stays. An approved signature keeps what was approved until the
        change is. Raises as `submit` does, and Refused("signature.not_editable") while it is under review."""
        _check(name, material)

        async def attempt() -> Submitted:
            standing = (await self.get(account_id, name)).standing
            if standing.state in UNDER_REVIEW:
                raise refusal("signature.not_editable")
            hold = await self._hold_qualification(account_id, material, proofs or Proofs())
            changed = field_changes(await self._newest(standing), material)
            standing, steps = self._reviews.again_steps(standing, actor, changed)
            return await self._reviews.store(
                standing, [hold, *steps, self._add_revision(standing, material)], nonce
            )

        return await submit_application(attempt, self._after_submit)

    async def submit_system(
        self, account_id: int, name: str, sign_type: SignType, *, actor: Actor
    ) -> Submitted:
        """A signature that the platform gives itself, without a qualification; its order waits for a verdict."""
        material = SignatureMaterial(
            sign_type, SignSource.ENTERPRISE, third_party=False, qualification_id=None
        )
        _check(name, material)
        standing = self._reviews.new(Kind.SIGNATURE, self._ids.next(), account_id, name)
        steps = self._reviews.first_steps(standing, actor, Tag.SYSTEM.value)
        return await self._reviews.store(standing, [*steps, self._add_revision(standing, material)])

    async def _leaving(self, standing: Standing, actor: Actor) -> tuple[Sequence[Statement], Sequence[Topic]]:
        """Its extension codes, into quarantine."""
        return await self._extension_codes.release_all(standing.account_id, standing.label, actor)

    async def _hold_qualification(
        self, account_id: int, material: SignatureMaterial, proofs: Proofs
    ) -> Statement:
        """Check the qualification, and return the statement that keeps it from being deleted or changed meanwhile."""
        if material.qualification_id is None:
            raise refusal("signature.qualification_unknown")
        try:
            qualification = await self._qualifications.get(account_id, material.qualification_id)
        except Refused:
            raise refusal("signature.qualification_unknown") from None
        standing = qualification.standing
        if standing.state is not State.APPROVED:
            raise refusal("signature.qualification_not_approved", state=standing.state.value)
        if material.third_party is qualification.material.use_by_self:
            raise refusal("signature.purpose_mismatch")
        account = await self._identity.account(account_id)
        if not material.third_party and not is_own_company(account, qualification.material):
            raise refusal("signature.purpose_mismatch")
        _check_proofs(material, proofs)
        return ("compliance.hold_qualification", (standing.id, standing.version), 1)

    def _add_revision(self, standing: Standing, material: SignatureMaterial) -> Statement:
        seal = RevisionSeal(self._vault, standing.id, standing.revision)
        row = (
            *(standing.id, standing.revision, material.sign_type.value, material.source.value),
            *(int(material.third_party), material.qualification_id, material.apply_scene, material.remark),
            seal.json(material.papers, _PAPERS),
        )
        return ("compliance.add_signature_revision", row, 1)

    def _view(self, row: tuple[Any, ...]) -> SignatureView:
        standing = read_standing(Kind.SIGNATURE, row[:STANDING_COLUMNS])
        tag, revision, sign_type, source, third_party, qualification_id, scene, remark, papers = row[
            STANDING_COLUMNS:
        ]
        seal = RevisionSeal(self._vault, standing.id, revision)
        material = SignatureMaterial(
            sign_type=SignType(sign_type),
            source=SignSource(source),
            third_party=bool(third_party),
            qualification_id=qualification_id,
            apply_scene=scene,
            remark=remark,
            papers=tuple(seal.open_json(papers, _PAPERS)),
        )
        return SignatureView(standing, standing.label, Tag(tag), material)


def _check(name: str, material: SignatureMaterial) -> None:
    problems = list(signature_problems(name, material))
    if problems:
        raise refusal(problems[0], problems=problems)


def _check_proofs(material: SignatureMaterial, proofs: Proofs) -> None:
    """No letters, trademarks or app records are kept yet, so none that an application names can exist."""
    if material.third_party:
        raise refusal("signature.letter_missing" if proofs.letter_id is None else "signature.letter_unknown")
    if material.source is SignSource.TRADEMARK or proofs.trademark_id is not None:
        raise refusal("signature.trademark_unknown")
    if proofs.app_record_id is not None:
        raise refusal("signature.app_record_unknown")
